//! When data from outside may be used: four conditions, all of them, at every moment.
//!
//! A verdict that they are necessary, two keys, evidence of consent that has not expired, and that
//! everybody whom they are about was told (GDPR Art. 14). What is not admitted feeds no purpose, whatever
//! the charter lists; whoever reads it then reads a charter in which it does not stand.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::approval::{Gate, Need, Subject};
use crate::charter::{Charter, Evidence, Key, Output, Source, Trial};

/// Whether data from outside add what the data from inside do not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Necessity {
    /// It was not tried.
    Undecided,
    /// They do not.
    NotNecessary,
    /// They do.
    Necessary,
}

impl Necessity {
    /// The verdict in a word or two.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Undecided => "undecided",
            Self::NotNecessary => "not necessary",
            Self::Necessary => "necessary",
        }
    }
}

/// How a source from outside stands at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admission {
    /// The source.
    pub source: Subject,
    /// The verdict on it.
    pub verdict: Necessity,
    /// The keys that are not turned.
    pub missing: Vec<Key>,
    /// Whether it is vetoed.
    pub is_vetoed: bool,
    /// What its supplier can show.
    pub evidence: Option<Evidence>,
    /// Whether that counts at this moment.
    pub is_evident: bool,
    /// Whether everybody whom it is about was told. Nobody looks while something else is missing.
    pub is_told: bool,
}

impl Admission {
    /// How a source stands; `is_told` is asked last, and only if all else is there.
    pub(crate) fn of(
        charter: &Charter,
        gate: &Gate,
        verdict: Necessity,
        now: Timestamp,
        is_told: &dyn Fn(&Subject) -> bool,
    ) -> Self {
        let source = charter.source(&gate.subject.name);
        let evidence = source.and_then(|source| source.evidence.clone());
        let today = charter.day(now);
        let mut admission = Self {
            source: gate.subject.clone(),
            verdict,
            missing: gate.missing(),
            is_vetoed: gate.veto.is_some(),
            is_evident: evidence.as_ref().is_some_and(|evidence| today < evidence.expires),
            evidence,
            is_told: true,
        };
        admission.is_told = admission.is_open() && is_told(&gate.subject);
        admission
    }

    /// Whether its data may be used.
    pub fn is_open(&self) -> bool {
        self.verdict == Necessity::Necessary
            && self.missing.is_empty()
            && !self.is_vetoed
            && self.is_evident
            && self.is_told
    }
}

/// Which sources from outside may feed purposes, while a charter is read.
#[derive(Debug, Clone, Copy)]
pub enum Outside<'a> {
    /// These, and whoever grants another is told so.
    Only(&'a BTreeSet<String>),
    /// As the text has it: it was applied once, and what is not admitted any more is withheld from
    /// what was read.
    AsApplied,
}

impl Outside<'_> {
    pub(crate) fn admits(self, source: &str) -> bool {
        match self {
            Self::Only(admitted) => admitted.contains(source),
            Self::AsApplied => true,
        }
    }
}

impl Charter {
    /// The same charter as it acts while just these sources from outside are admitted: what comes
    /// from others alone stands in no purpose.
    #[must_use]
    pub fn admitting(&self, admitted: BTreeSet<String>) -> Self {
        let mut acting = Self { admitted, ..self.clone() };
        for at in 0..acting.purposes.len() {
            let tested = acting.purposes[at].tests().map(|trial| trial.source.clone());
            let (columns, activities) = acting.admitted_to(tested.as_deref());
            let purpose = &mut acting.purposes[at];
            purpose.columns.retain(|grant| columns.contains(&grant.column));
            purpose.activities.retain(|granted| activities.contains(&granted.source));
            if let Output::Aggregate { cells, .. } = &mut purpose.output {
                cells.retain(|cell| columns.contains(cell));
            }
            if let Some(decide) = &mut purpose.decide {
                decide.columns.retain(|column| columns.contains(column));
            }
        }
        acting
    }

    /// The columns of people and the activities that come from inside, from what is admitted, or
    /// from a source that is being tested.
    fn admitted_to(&self, tested: Option<&str>) -> (BTreeSet<String>, BTreeSet<String>) {
        let is_open = |source: &Source| self.admits(source) || Some(&*source.name) == tested;
        let columns = self
            .identities()
            .filter(|(source, _)| is_open(source))
            .flat_map(|(_, identity)| &identity.columns)
            .filter_map(|column| Some(column.attribute()?.column().to_owned()));
        let activities = self.activities().filter(|(source, _)| is_open(source));
        (columns.collect(), activities.map(|(source, _)| source.name.clone()).collect())
    }

    /// The same charter as it acts within a trial: what is tested counts as admitted.
    #[must_use]
    pub fn within(&self, trial: &Trial) -> Self {
        let mut within = self.clone();
        within.admitted.insert(trial.source.clone());
        within
    }
}

/// The sources whose gates are given, as they stand.
pub(crate) fn admissions(
    charter: &Charter,
    gates: &[Gate],
    verdict: &dyn Fn(&Subject) -> Necessity,
    now: Timestamp,
    is_told: &dyn Fn(&Subject) -> bool,
) -> Vec<Admission> {
    let sources = gates.iter().filter(|gate| gate.need == Some(Need::Outside));
    sources.map(|gate| Admission::of(charter, gate, verdict(&gate.subject), now, is_told)).collect()
}
