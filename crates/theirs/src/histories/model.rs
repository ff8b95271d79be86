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
    /// Whether loads let another value in: where an entry came back the deletion stands, as it is a
    /// refusal, though the person said since what the value is.
    pub lets_in: bool,
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
    /// What was said since an entry was sent away, if anything was.
    pub said_apart: Option<bool>,
}

/// Something that can be refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Refusal {
    Marketing,
    All,
    News,
    Hold,
    HoldOfCard,
    /// The use of a column.
    Use(usize),
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
    pub on_hold: Option<bool>,
    pub card_on_hold: Option<bool>,
    /// The columns whose use is stopped.
    pub stopped: [Option<bool>; 2],
    /// What was refused since the entries were joined, whatever was said later: whoever turns out to
    /// be another has refused it too.
    pub refused: BTreeSet<Refusal>,
    /// The source of the entry that was there first.
    pub first: Option<Source>,
    /// When the second entry came.
    pub joined: Timestamp,
    /// Whether an entry was sent away once.
    pub has_parted: bool,
    /// Whether tombstones block them.
    pub is_blocked: bool,
}

/// What somebody said that outlasts a backup, if they refused something by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spoken {
    /// They refused something, or took that back.
    Refusal(Refusal),
    /// A value was said to be wrong, or that ended.
    Contest(usize, Option<Contested>),
    /// A value was put right: what was said instead is lost, and that the old one was wrong is not.
    Correction(usize),
}

impl Spoken {
    /// Whether this takes back what was said before.
    fn takes_back(self, refuses: bool, earlier: Self) -> bool {
        match (self, earlier) {
            (Self::Refusal(one), Self::Refusal(other)) => one == other && !refuses,
            (Self::Contest(one, _), Self::Contest(other, _)) => one == other && !refuses,
            _ => false,
        }
    }

    /// Whether it is forgotten with a column.
    fn is_of(self, column: usize) -> bool {
        matches!(self, Self::Contest(of, _) | Self::Correction(of) if of == column)
    }
}

/// What happened that a restore does again.
#[derive(Debug, Clone)]
pub enum Lasting {
    Erased(usize),
    Readmitted(usize),
    Deleted {
        person: usize,
        column: usize,
        at: Timestamp,
        values: BTreeSet<String>,
        /// Whether the entry that may be sent away was theirs then.
        of_both: bool,
        /// The entries that they had then.
        sources: BTreeSet<Source>,
    },
    /// Something was said of whoever had these entries.
    Said {
        person: usize,
        spoken: Spoken,
        refuses: bool,
        sources: BTreeSet<Source>,
    },
}

/// What of all that a restore does again: a refusal only of the entries of which it was neither taken
/// back nor erased or deleted since.
pub fn standing(all: &[Lasting]) -> Vec<Lasting> {
    let stands = |(at, one): (usize, &Lasting)| {
        let Lasting::Said { person, spoken, refuses, sources } = one else {
            return Some(one.clone());
        };
        let mut left = sources.clone();
        for later in &all[at + 1..] {
            match later {
                Lasting::Erased(of) if of == person => left.clear(),
                Lasting::Deleted { person: of, column, sources, .. }
                    if of == person && spoken.is_of(*column) =>
                {
                    left.retain(|source| !sources.contains(source));
                }
                Lasting::Said { person: of, spoken: said, refuses, sources }
                    if of == person && said.takes_back(*refuses, *spoken) =>
                {
                    left.retain(|source| !sources.contains(source));
                }
                _ => {}
            }
        }
        let is_left = *refuses && !left.is_empty();
        let (person, spoken, refuses) = (*person, *spoken, *refuses);
        is_left.then_some(Lasting::Said { person, spoken, refuses, sources: left })
    };
    all.iter().enumerate().filter_map(stands).collect()
}

/// What ought to be so of everybody.
#[derive(Debug, Clone, Default)]
pub struct Model {
    pub people: Vec<Person>,
    /// Whoever the entry of each person is that they sent away, while it is apart.
    pub apart: Vec<Option<Person>>,
}

impl Person {
    pub fn is_known(&self) -> bool {
        !self.held.is_empty()
    }

    /// Takes in a row as a load should.
    pub fn load(&mut self, source: Source, row: &Row, now: Timestamp) {
        if self.is_blocked {
            return;
        }
        self.first.get_or_insert(source);
        if self.held.len() == 1 && !self.held.contains_key(&source) {
            (self.joined, self.refused) = (now, BTreeSet::new());
        }
        let row = self.let_in(source, row);
        self.held.insert(source, row);
    }

    /// What of a row deletions let in.
    fn let_in(&self, source: Source, row: &Row) -> Row {
        let mut row = row.clone();
        for (value, word) in row.values.iter_mut().zip(&self.words) {
            let Some(deletion) = &word.deletion else { continue };
            let is_own = source == Source::Web && row.since.is_some_and(|at| at > deletion.at);
            let is_out = value.as_ref().is_some_and(|value| {
                deletion.values.contains(value) || !(is_own || deletion.lets_in)
            });
            if is_out {
                *value = None;
            }
        }
        row
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

    /// What is believed of a column and may be used.
    pub fn used(&self, column: usize) -> Option<String> {
        self.believed(column).filter(|_| self.stopped[column] != Some(true))
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
            (deletion.is_lifted, deletion.lets_in) = (value.is_some(), value.is_some());
        }
        word.said_apart = Some(value.is_some());
        word.spoken.extend(value.clone());
        word.correction = Some(value.map_or(Own::TakenAway, Own::Is));
        word.contest = None;
    }

    pub fn delete(&mut self, column: usize, at: Timestamp, mut values: BTreeSet<String>) {
        values.extend(self.holds(column));
        let word = &mut self.words[column];
        values.extend(word.deletion.iter().flat_map(|before| before.values.clone()));
        let deletion = Deletion { at, values, is_lifted: false, lets_in: false };
        *word = Word { deletion: Some(deletion), ..Word::default() };
        for row in self.held.values_mut() {
            row.values[column] = None;
        }
    }

    /// Says yes or no to something; what was refused once is remembered.
    pub fn refuse(&mut self, what: Refusal, refuses: bool) {
        let (said, word) = match what {
            Refusal::Marketing => (&mut self.objects, refuses),
            Refusal::All => (&mut self.objects_to_all, refuses),
            Refusal::News => (&mut self.agrees, !refuses),
            Refusal::Hold => (&mut self.on_hold, refuses),
            Refusal::HoldOfCard => (&mut self.card_on_hold, refuses),
            Refusal::Use(column) => (&mut self.stopped[column], refuses),
        };
        *said = Some(word);
        if refuses {
            self.refused.insert(what);
        }
    }

    /// Says again what a restore says again.
    fn refuse_again(&mut self, spoken: Spoken) {
        match spoken {
            Spoken::Refusal(what) => self.refuse(what, true),
            Spoken::Contest(column, how) => self.words[column].contest = how,
            Spoken::Correction(column) => self.words[column].contest = Some(Contested::Open),
        }
    }

    pub fn erase(&mut self) {
        *self = Self { is_blocked: true, ..Self::default() };
    }

    /// Whether they may send away the entry of the web shop, as nothing was done under it.
    pub fn may_part(&self) -> bool {
        self.held.len() == 2 && self.first == Some(Source::Till) && !self.has_parted
    }

    /// Whoever else the entry of the web shop is, which is theirs no more: both have refused what was
    /// refused while they were one.
    pub fn part(&mut self) -> Self {
        self.has_parted = true;
        for word in &mut self.words {
            word.said_apart = None;
        }
        let yes = |refusal| self.refused.contains(&refusal).then_some(true);
        let mut other = Self {
            objects: yes(Refusal::Marketing),
            objects_to_all: yes(Refusal::All),
            agrees: yes(Refusal::News).map(|_| false),
            on_hold: yes(Refusal::Hold),
            card_on_hold: yes(Refusal::HoldOfCard),
            stopped: [0, 1].map(|column| yes(Refusal::Use(column))),
            first: Some(Source::Web),
            ..Self::default()
        };
        other.held.extend(self.held.remove_entry(&Source::Web));
        for (theirs, word) in other.words.iter_mut().zip(&self.words) {
            let since = word.deletion.iter().find(|deletion| deletion.at > self.joined);
            theirs.deletion =
                since.map(|one| Deletion { is_lifted: false, lets_in: false, ..one.clone() });
        }
        other
    }

    /// Takes back whoever was sent away: what either refused is refused.
    pub fn rejoin(&mut self, other: Self, now: Timestamp) {
        (self.joined, self.refused) = (now, BTreeSet::new());
        let either = |one: &mut Option<bool>, other: Option<bool>, refusal: bool| {
            *one = if other == Some(refusal) { other } else { one.or(other) };
        };
        either(&mut self.objects, other.objects, true);
        either(&mut self.objects_to_all, other.objects_to_all, true);
        either(&mut self.agrees, other.agrees, false);
        either(&mut self.on_hold, other.on_hold, true);
        either(&mut self.card_on_hold, other.card_on_hold, true);
        for (own, theirs) in self.stopped.iter_mut().zip(other.stopped) {
            either(own, theirs, true);
        }
        for (word, theirs) in self.words.iter_mut().zip(other.words) {
            let Some(copied) = theirs.deletion else { continue };
            let known = word.deletion.take();
            let values = known.iter().flat_map(|one| one.values.clone());
            let values = values.chain(copied.values).collect();
            let stands = known.filter(|one| !one.is_lifted);
            let at = stands.map_or(copied.at, |one| one.at.max(copied.at));
            let lets_in = word.said_apart == Some(true);
            word.deletion = Some(Deletion { at, values, is_lifted: false, lets_in });
            word.correction = None;
        }
        self.held.extend(other.held);
        self.sift();
    }

    /// Takes out of every entry what deletions keep out.
    fn sift(&mut self) {
        let sources: Vec<Source> = self.held.keys().copied().collect();
        for source in sources {
            let row = self.let_in(source, &self.held[&source]);
            self.held.insert(source, row);
        }
    }

    /// Whether a purpose is on hold for them.
    fn is_on_hold(&self, purpose: &str) -> bool {
        self.on_hold == Some(true) || (purpose == "card" && self.card_on_hold == Some(true))
    }

    /// Whether marketing may see them.
    fn is_free_of_objections(&self) -> bool {
        self.objects != Some(true) && self.objects_to_all != Some(true)
    }

    /// Whether a purpose sees them.
    pub fn is_seen_by(&self, purpose: &str) -> bool {
        let said_yes = || self.held.get(&Source::Till).is_some_and(|row| row.agrees);
        self.is_known()
            && !self.is_on_hold(purpose)
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
        let all = self.people.iter().chain(self.apart.iter().flatten());
        let seen = all.filter(|person| person.is_seen_by(purpose));
        let mut rows: Vec<_> = seen.map(|one| [one.used(0), one.used(1)]).collect();
        rows.sort();
        rows
    }

    /// Does again what a restore does again.
    pub fn take_again(&mut self, lasting: &Lasting) {
        match lasting {
            Lasting::Erased(person) => self.erase(*person),
            Lasting::Readmitted(person) => self.people[*person].is_blocked = false,
            Lasting::Said { person, spoken, sources, .. } => {
                let other = self.apart[*person].as_mut();
                let is_apart = other.is_some();
                if let Some(other) = other.filter(|_| sources.contains(&Source::Web)) {
                    other.refuse_again(*spoken);
                }
                if sources.contains(&Source::Till) || !is_apart {
                    self.people[*person].refuse_again(*spoken);
                }
            }
            Lasting::Deleted { person, column, at, values, of_both, .. } => {
                self.people[*person].delete(*column, *at, values.clone());
                if let Some(other) = self.apart[*person].as_mut().filter(|_| *of_both) {
                    other.delete(*column, *at, values.clone());
                }
            }
        }
    }

    /// Takes in a row, of whoever has it.
    pub fn load(&mut self, source: Source, person: usize, row: &Row, now: Timestamp) {
        let whose = match &mut self.apart[person] {
            Some(other) if source == Source::Web => other,
            _ => &mut self.people[person],
        };
        whose.load(source, row, now);
    }

    /// Erases a person, and whoever they sent away.
    pub fn erase(&mut self, person: usize) {
        self.people[person].erase();
        self.apart[person] = None;
    }
}
