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

    /// The judgements that join a record with others.
    pub(super) fn joining(&self, record: RecordId) -> impl Iterator<Item = &Judgement> {
        self.of(record).filter(|judgement| judgement.verdict == Verdict::Same)
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
    pub(super) fn hops_among(
        &self,
        records: &BTreeSet<RecordId>,
        is_refuted: impl Fn(&Judgement) -> bool,
    ) -> Vec<Hop> {
        let joins = self.among(records).filter(|judgement| judgement.verdict == Verdict::Same);
        joins
            .filter(|judgement| !is_refuted(judgement))
            .map(|judgement| Hop {
                a: judgement.a,
                b: judgement.b,
                weight: CERTAIN,
                probability: 1.0,
                origin: Some(judgement.origin.clone()),
            })
            .collect()
    }

    /// Notes which of the judgements on some records that were settled together are refused. Of
    /// the others none is, whatever was when they were settled with more.
    pub(super) fn note_refused(
        &mut self,
        records: impl Iterator<Item = RecordId>,
        refused: impl Iterator<Item = Judgement>,
    ) {
        if !self.kept_apart.is_empty() {
            for record in records {
                for judgement in self.by_record.get(&record).into_iter().flatten() {
                    self.kept_apart.remove(judgement);
                }
            }
        }
        self.kept_apart.extend(refused);
    }

    /// What is not honoured, with the reason.
    pub(super) fn refused(
        &self,
        person: impl Fn(RecordId) -> Option<RecordId>,
        follows: impl Fn(RecordId) -> bool,
        is_refuted: impl Fn(&Judgement) -> bool,
    ) -> Vec<Refusal> {
        let mut refused = Vec::new();
        for (&record, judgements) in &self.by_record {
            for judgement in judgements.iter().filter(|judgement| judgement.a == record) {
                let why = self.why(judgement, person(judgement.a), person(judgement.b));
                let is_led = follows(judgement.a) || follows(judgement.b);
                let why = match why {
                    Some(Why::TooMany) if is_led => Some(Why::Follows),
                    why => why,
                };
                let is_refuted = !matches!(why, Some(Why::OneRecord | Why::UnknownRecord))
                    && is_refuted(judgement);
                let why = if is_refuted { Some(Why::AnotherName) } else { why };
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
