//! What ought to be so: a few rules about each person, written down apart from the code they judge.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::shop::Source;

/// The columns that are followed.
pub const COLUMNS: [&str; 2] = ["city", "employer"];

/// What a source's row says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Row {
    pub since: Option<Timestamp>,
    pub values: [Option<String>; 2],
    pub agrees: bool,
}

/// A deletion that stands.
#[derive(Debug, Clone, Default)]
pub struct Deletion {
    pub at: Timestamp,
    pub values: BTreeSet<String>,
    /// Whether the person said since what the value is.
    pub is_lifted: bool,
}

/// How far a contest has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Contested {
    Open,
    Upheld,
    Dismissed,
}

/// What somebody says that a value is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Own {
    Is(String),
    TakenAway,
}

/// What somebody said of a column.
#[derive(Debug, Clone, Default)]
pub struct Word {
    /// What it is.
    pub correction: Option<Own>,
    /// Everything that they ever said it is, and that still lies in some act.
    pub spoken: BTreeSet<String>,
    pub contest: Option<Contested>,
    pub deletion: Option<Deletion>,
}

/// One person.
#[derive(Debug, Clone, Default)]
pub struct Person {
    /// What is held of each source's row.
    pub held: BTreeMap<Source, Row>,
    pub words: [Word; 2],
    pub objects: Option<bool>,
    pub objects_to_all: Option<bool>,
    pub agrees: Option<bool>,
    /// Whether tombstones block them.
    pub is_blocked: bool,
}

/// What happened that a restore does again.
#[derive(Debug, Clone)]
pub enum Lasting {
    Erased(usize),
    Readmitted(usize),
    Deleted { person: usize, column: usize, at: Timestamp, values: BTreeSet<String> },
}

/// What ought to be so of everybody.
#[derive(Debug, Clone, Default)]
pub struct Model {
    pub people: Vec<Person>,
}

impl Person {
    pub fn is_known(&self) -> bool {
        !self.held.is_empty()
    }

    /// Takes in a row as a load should.
    pub fn load(&mut self, source: Source, row: &Row) {
        if self.is_blocked {
            return;
        }
        let mut row = row.clone();
        for (value, word) in row.values.iter_mut().zip(&self.words) {
            let Some(deletion) = &word.deletion else { continue };
            let is_own = source == Source::Web && row.since.is_some_and(|at| at > deletion.at);
            let is_out = value.as_ref().is_some_and(|value| {
                deletion.values.contains(value) || !(is_own || deletion.is_lifted)
            });
            if is_out {
                *value = None;
            }
        }
        self.held.insert(source, row);
    }

    /// What every source says of a column.
    pub fn said(&self, column: usize) -> BTreeSet<String> {
        self.held.values().filter_map(|row| row.values[column].clone()).collect()
    }

    /// What the person is told that each source says of a column: of what they had deleted only what
    /// they gave since.
    pub fn told_of(&self, column: usize) -> BTreeMap<Source, String> {
        let deletion = self.words[column].deletion.as_ref().filter(|one| !one.is_lifted);
        let is_told = |source: Source, row: &Row| {
            deletion.is_none_or(|one| {
                source == Source::Web && row.since.is_some_and(|since| since > one.at)
            })
        };
        let told = self.held.iter().filter(|(source, row)| is_told(**source, row));
        told.filter_map(|(source, row)| Some((*source, row.values[column].clone()?))).collect()
    }

    /// Everything that is held of a column.
    pub fn holds(&self, column: usize) -> BTreeSet<String> {
        self.said(column).into_iter().chain(self.words[column].spoken.clone()).collect()
    }

    /// What is believed of a column.
    pub fn believed(&self, column: usize) -> Option<String> {
        let word = &self.words[column];
        if matches!(word.contest, Some(Contested::Open | Contested::Upheld)) {
            return None;
        }
        match &word.correction {
            Some(Own::Is(own)) => return Some(own.clone()),
            Some(Own::TakenAway) => return None,
            None => {}
        }
        let said = self.told_of(column);
        said.get(&Source::Till).or_else(|| said.get(&Source::Web)).cloned()
    }

    pub fn correct(&mut self, column: usize, value: Option<String>) {
        let word = &mut self.words[column];
        if let Some(deletion) = &mut word.deletion {
            deletion.is_lifted = value.is_some();
        }
        word.spoken.extend(value.clone());
        word.correction = Some(value.map_or(Own::TakenAway, Own::Is));
        word.contest = None;
    }

    pub fn delete(&mut self, column: usize, at: Timestamp, mut values: BTreeSet<String>) {
        values.extend(self.holds(column));
        let word = &mut self.words[column];
        values.extend(word.deletion.iter().flat_map(|before| before.values.clone()));
        *word =
            Word { deletion: Some(Deletion { at, values, is_lifted: false }), ..Word::default() };
        for row in self.held.values_mut() {
            row.values[column] = None;
        }
    }

    pub fn erase(&mut self) {
        *self = Self { is_blocked: true, ..Self::default() };
    }

    /// Whether marketing may see them.
    fn is_free_of_objections(&self) -> bool {
        self.objects != Some(true) && self.objects_to_all != Some(true)
    }

    /// Whether a purpose sees them.
    pub fn is_seen_by(&self, purpose: &str) -> bool {
        let said_yes = || self.held.get(&Source::Till).is_some_and(|row| row.agrees);
        self.is_known()
            && match purpose {
                "card" => self.agrees.unwrap_or_else(said_yes) && self.is_free_of_objections(),
                "figures" => self.objects_to_all != Some(true),
                _ => true,
            }
    }
}

impl Model {
    /// What a purpose ought to see, as sorted rows.
    pub fn seen_by(&self, purpose: &str) -> Vec<[Option<String>; 2]> {
        let seen = self.people.iter().filter(|person| person.is_seen_by(purpose));
        let mut rows: Vec<_> = seen.map(|one| [one.believed(0), one.believed(1)]).collect();
        rows.sort();
        rows
    }

    /// Does again what a restore does again.
    pub fn take_again(&mut self, lasting: &Lasting) {
        match lasting {
            Lasting::Erased(person) => self.people[*person].erase(),
            Lasting::Readmitted(person) => self.people[*person].is_blocked = false,
            Lasting::Deleted { person, column, at, values } => {
                self.people[*person].delete(*column, *at, values.clone());
            }
        }
    }
}
