//! What is on record of approvals: what the first charter brought, who turned which key, who was told.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;
use theirs_model::Digest;

use super::past::Past;
use super::{Subject, SubjectKind};
use crate::admission::Necessity;
use crate::charter::{Charter, Key};

/// What somebody did about a subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turning {
    /// Turned their key.
    Approve,
    /// Turned it back.
    Withdraw,
    /// Vetoed the subject, whatever its clause says.
    Veto,
    /// Took the veto back.
    Lift,
    /// Had the test of necessity done, which found so.
    Found(Necessity),
}

impl Turning {
    /// Every one with the word it is kept by.
    pub const ALL: [(&'static str, Self); 7] = [
        ("approve", Self::Approve),
        ("withdraw", Self::Withdraw),
        ("veto", Self::Veto),
        ("lift", Self::Lift),
        ("necessary", Self::Found(Necessity::Necessary)),
        ("not necessary", Self::Found(Necessity::NotNecessary)),
        ("undecided", Self::Found(Necessity::Undecided)),
    ];

    /// Its word.
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|known| known.1 == self).map_or("", |known| known.0)
    }

    /// The one of this word.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.iter().find(|known| known.0 == word).map(|known| known.1)
    }

    /// Whether it lets something act; what stops something always counts.
    pub fn opens(self) -> bool {
        matches!(self, Self::Approve | Self::Lift | Self::Found(Necessity::Necessary))
    }
}

/// One turn of a key, or a veto.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// The subject's name, such as `purpose:birthday_offer`.
    pub subject: String,
    /// Its digest at that time.
    pub digest: Digest,
    /// What was done.
    pub turning: Turning,
    /// With which key.
    pub key: Key,
    /// The principal who did it.
    pub principal: String,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Timestamp,
}

impl Turn {
    /// Whether whoever bears this name did it; see [`as_person`].
    pub fn is_by(&self, name: &str) -> bool {
        as_person(&self.principal) == as_person(name)
    }
}

/// A name as it counts where nobody may do a thing twice: `Max`, `max` and `max.` are one person, since nobody
/// tells them apart at a glance.
pub fn as_person(name: &str) -> String {
    name.trim_matches(|letter: char| !letter.is_alphanumeric()).to_lowercase()
}

/// Purposes that the press test marks as risky, each with what it found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Marks(BTreeMap<String, BTreeSet<String>>);

impl Marks {
    /// No mark at all.
    pub fn none() -> Self {
        Self::default()
    }

    /// Marks a purpose for a reason.
    #[must_use]
    pub fn marking(mut self, purpose: &str, finding: &str) -> Self {
        self.0.entry(purpose.to_owned()).or_default().insert(finding.to_owned());
        self
    }

    /// What was found about a purpose, if it is marked.
    pub fn of(&self, purpose: &str) -> Option<&BTreeSet<String>> {
        self.0.get(purpose)
    }
}

/// All that is on record of approvals, as of one change of the store.
#[derive(Debug, Clone, Default)]
pub struct OnRecord {
    /// The number of that change.
    pub number: u64,
    /// What the first charter of the folder brought with it; see [`Charter::adopted`].
    pub adopted: BTreeSet<(String, Digest)>,
    /// The first charter of the folder itself, against which a purpose is held that does more now.
    pub first: Option<Arc<Charter>>,
    /// What the charters of the folder had that were ever in force.
    pub past: Past,
    /// Every turn that counts, the earliest first.
    pub turns: Vec<Turn>,
    /// Subjects whose people were told, as [`Charter::announced`] has them.
    pub told: BTreeSet<(String, Digest)>,
}

impl OnRecord {
    /// Nothing but what a charter brings with it that is the first of its folder.
    pub fn first(charter: &Charter) -> Self {
        let adopted = charter.adopted().into_iter().collect();
        let past = Past::of([charter]);
        Self { adopted, first: Some(Arc::new(charter.clone())), past, ..Self::default() }
    }

    /// Which state of what is on record this is.
    pub(crate) fn state(&self) -> (u64, usize) {
        (self.number, self.past.versions())
    }

    /// Who has turned which key of a subject as it is now.
    pub(super) fn turned(&self, subject: &Subject) -> BTreeMap<Key, &Turn> {
        let name = subject.to_string();
        let mut turned = BTreeMap::new();
        for turn in &self.turns {
            if turn.subject != name || turn.digest != subject.digest {
                continue;
            }
            match turn.turning {
                Turning::Approve => drop(turned.insert(turn.key, turn)),
                Turning::Withdraw => drop(turned.remove(&turn.key)),
                Turning::Veto | Turning::Lift | Turning::Found(_) => {}
            }
        }
        turned
    }

    /// What the last test of necessity of a subject found, as its clause is now.
    pub fn verdict(&self, subject: &Subject) -> Necessity {
        let name = subject.to_string();
        let of_it = self.turns.iter().rev();
        let mut of_it = of_it.filter(|turn| turn.subject == name && turn.digest == subject.digest);
        let found = of_it.find_map(|turn| match turn.turning {
            Turning::Found(verdict) => Some(verdict),
            _ => None,
        });
        found.unwrap_or(Necessity::Undecided)
    }

    /// Whether a veto stands against a purpose of this name, whether there is one or not.
    pub(super) fn is_vetoed(&self, purpose: &str) -> bool {
        let name = format!("{}:{purpose}", SubjectKind::Purpose.word());
        let said = |turn: &&Turn| {
            turn.subject == name && matches!(turn.turning, Turning::Veto | Turning::Lift)
        };
        self.turns.iter().rfind(said).is_some_and(|turn| turn.turning == Turning::Veto)
    }

    /// The veto that stands against a subject, whatever its clause said at that time: otherwise
    /// another word in it would end the veto. One against what it was called before stands too, until the
    /// veto against either is lifted.
    pub(super) fn veto(&self, subject: &Subject, before: &BTreeSet<String>) -> Option<&Turn> {
        let name = subject.to_string();
        let said = |turn: &&Turn| {
            (turn.subject == name || before.contains(&turn.subject))
                && matches!(turn.turning, Turning::Veto | Turning::Lift)
        };
        let last = self.turns.iter().rfind(said);
        last.filter(|turn| turn.turning == Turning::Veto)
    }
}
