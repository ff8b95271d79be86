//! The judgements, by the records they are on.

use std::collections::{BTreeMap, BTreeSet};

use crate::chain::Hop;
use crate::judgement::{Judgement, RecordId, Refusal, Verdict, Why};
use crate::waterfall::CERTAIN;

/// All judgements, also those that wait for a record.
#[derive(Default)]
pub(super) struct Judged {
    by_record: BTreeMap<RecordId, BTreeSet<Judgement>>,
    /// Those that others keep from being honoured.
    kept_apart: BTreeSet<Judgement>,
}

impl Judged {
    /// Adds a judgement.
    pub(super) fn insert(&mut self, judgement: &Judgement) {
        for end in [judgement.a, judgement.b] {
            self.by_record.entry(end).or_default().insert(judgement.clone());
        }
    }

    /// Takes a judgement back.
    pub(super) fn remove(&mut self, judgement: &Judgement) {
        self.kept_apart.remove(judgement);
        for end in [judgement.a, judgement.b] {
            if let Some(judgements) = self.by_record.get_mut(&end) {
                judgements.remove(judgement);
                if judgements.is_empty() {
                    self.by_record.remove(&end);
                }
            }
        }
    }

    /// The judgements on two records.
    pub(super) fn on(&self, a: RecordId, b: RecordId) -> impl Iterator<Item = &Judgement> {
        self.of(a).filter(move |judgement| judgement.concerns(a, b))
    }

    /// The records that a judgement joins with this one.
    pub(super) fn joined_with(&self, record: RecordId) -> impl Iterator<Item = RecordId> + '_ {
        let joins = self.of(record).filter(|judgement| judgement.verdict == Verdict::Same);
        joins.map(move |judgement| if judgement.a == record { judgement.b } else { judgement.a })
    }

    /// The judgements with both ends among these records, each once, in order.
    pub(super) fn among(&self, records: &BTreeSet<RecordId>) -> impl Iterator<Item = &Judgement> {
        records.iter().flat_map(move |&record| {
            self.of(record).filter(move |judgement| {
                judgement.a == record && judgement.b != record && records.contains(&judgement.b)
            })
        })
    }

    /// The judgements that join these records of one cluster, as links.
    pub(super) fn hops_among(&self, records: &BTreeSet<RecordId>) -> Vec<Hop> {
        let joins = self.among(records).filter(|judgement| judgement.verdict == Verdict::Same);
        joins
            .map(|judgement| Hop {
                a: judgement.a,
                b: judgement.b,
                weight: CERTAIN,
                probability: 1.0,
                origin: Some(judgement.origin.clone()),
            })
            .collect()
    }

    /// Notes which of a component's judgements were refused, by their places in the list.
    pub(super) fn note_refused(&mut self, judgements: &[Judgement], refused: &[u32]) {
        for (at, judgement) in (0..).zip(judgements) {
            if refused.contains(&at) {
                self.kept_apart.insert(judgement.clone());
            } else {
                self.kept_apart.remove(judgement);
            }
        }
    }

    /// What is not honoured, with the reason.
    pub(super) fn refused(&self, person: impl Fn(RecordId) -> Option<RecordId>) -> Vec<Refusal> {
        let mut refused = Vec::new();
        for (&record, judgements) in &self.by_record {
            for judgement in judgements.iter().filter(|judgement| judgement.a == record) {
                let why = self.why(judgement, person(judgement.a), person(judgement.b));
                refused.extend(why.map(|why| Refusal { judgement: judgement.clone(), why }));
            }
        }
        refused.sort_unstable();
        refused
    }

    /// Why a judgement is not honoured, if it is not, by the clusters of its records.
    fn why(&self, of: &Judgement, a: Option<RecordId>, b: Option<RecordId>) -> Option<Why> {
        if of.a == of.b {
            Some(Why::OneRecord)
        } else if a.is_none() || b.is_none() {
            Some(Why::UnknownRecord)
        } else if self.kept_apart.contains(of) {
            Some(Why::KeptApart)
        } else {
            (of.verdict == Verdict::Same && a != b).then_some(Why::TooMany)
        }
    }

    fn of(&self, record: RecordId) -> impl Iterator<Item = &Judgement> {
        self.by_record.get(&record).into_iter().flatten()
    }
}

impl FromIterator<Judgement> for Judged {
    fn from_iter<I: IntoIterator<Item = Judgement>>(judgements: I) -> Self {
        let mut judged = Self::default();
        for judgement in judgements {
            judged.insert(&judgement);
        }
        judged
    }
}
