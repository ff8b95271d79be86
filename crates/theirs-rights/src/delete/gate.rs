//! What keeps a deleted value out: at a load, and when a record that has it turns out to be theirs.

use std::collections::{BTreeMap, BTreeSet};

use theirs_charter::{Identity, Meaning, Source};
use theirs_model::{Attribute, RecordId, Slot};
use theirs_store::{ActKind, Gate, IncomingRecord, KeptOut, Marks};

use crate::desk::{By, Desk, RightsError};
use crate::erase::Marker;

/// Decides what of one source comes in.
pub struct Admission<'a> {
    /// Makes marks.
    pub marker: &'a Marker,
    /// The source.
    pub source: &'a Source,
    /// What it holds.
    pub identity: &'a Identity,
}

impl Gate for Admission<'_> {
    fn marks(&self, row: &IncomingRecord) -> Marks {
        self.marker.marks(self.source, self.identity, row)
    }

    /// A value that went stays out, whoever says it, until the person says it again on their page.
    /// Another stays out too, unless the person gave it themselves since: on their page, or in a row
    /// of a source of kind `subject` that says when.
    fn kept_out(&self, row: &IncomingRecord, deletion: &KeptOut) -> Vec<String> {
        let is_own = self.source.is_own_word()
            && self.identity.time.is_some()
            && row.since.is_some_and(|since| since > deletion.at);
        let is_out = |attribute: &Attribute, text: &str| {
            let mark = self.marker.of_deleted(attribute, text);
            let given = deletion.given.as_deref();
            if given.is_some_and(|said| self.marker.of_deleted(attribute, said) == mark) {
                return false;
            }
            deletion.values.contains(&mark) || !(is_own || given.is_some())
        };
        let columns = self.identity.columns.iter().filter(|column| {
            let Meaning::Attribute(attribute) = &column.meaning else { return false };
            attribute.column() == deletion.topic
                && row.columns.get(&column.name).is_some_and(|text| is_out(attribute, text))
        });
        columns.map(|column| column.name.clone()).collect()
    }
}

impl Desk {
    /// Empties records that came to somebody who had such a value deleted, as after a new joining;
    /// says how many of them said something.
    pub fn keep_deleted_out(&self) -> Result<u64, RightsError> {
        self.delete_of_newcomers()?;
        self.refuse_for_newcomers()?;
        let deletions = self.store.acts_of_kind(ActKind::Deletion)?;
        let whose: BTreeSet<Slot> = deletions.iter().map(|act| act.slot).collect();
        let mut columns: BTreeMap<RecordId, Vec<String>> = BTreeMap::new();
        let marker = Marker::new(&self.keys);
        for slot in whose {
            let Some(person) = self.store.person_at(slot)? else { continue };
            let deletions = self.store.kept_out_of(slot)?;
            let (records, _) = self.shown(&person, By::Person)?;
            for record in records {
                let known = self.charter.identities().find(|(one, _)| one.name == record.source);
                let Some((source, identity)) = known else { continue };
                let gate = Admission { marker: &marker, source, identity };
                let row = IncomingRecord {
                    key: record.key.clone(),
                    since: Some(record.since),
                    columns: record.columns.clone(),
                };
                let out: Vec<String> =
                    deletions.iter().flat_map(|one| gate.kept_out(&row, one)).collect();
                if !out.is_empty() {
                    columns.insert(record.id, out);
                }
            }
        }
        if columns.is_empty() {
            return Ok(0);
        }
        let columns: Vec<(RecordId, Vec<String>)> = columns.into_iter().collect();
        Ok(self.store.strip(&columns)?)
    }
}
