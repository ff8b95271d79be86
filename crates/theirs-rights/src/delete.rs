//! One value goes, the person stays: their telephone number, their birthday (GDPR Art. 17).
//!
//! As with an erasure the use is on record first, then one change takes the value out of every
//! answer and every record, and the files follow within a day. What keeps it out of later loads is
//! keyed marks. A source that delivers it again is not heard; the person is, as soon as they say on
//! their page what the value is.
//!
//! An entry of a source that is known by the value goes whole: it could neither be kept without its
//! name nor be told from others. What a law asks to keep is refused, with the day from which it may
//! go.

mod gate;
mod journal;
mod reach;
mod sweep;

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::RecordBatch;
use jiff::Timestamp;
use serde::Serialize;
use theirs_model::{Attribute, RecordId, Sequence, UseId};
use theirs_store::{Mark, MarkKind, NewDeletion, NewErasure, NewNotice, Person, Tombstone};
use theirs_uses::Act;

pub use self::gate::Admission;
pub(crate) use self::journal::write_deletions;
pub use self::journal::{JournalledDeletion, read_deletions};
use self::reach::Reach;
use crate::desk::{By, Desk, RightsError};
use crate::erase::{FILES_WITHIN, Ground, Marker};
use crate::tell::{News, SOURCE};

/// How often a deletion is tried while others change what is known of people.
const TRIES: u32 = 100;

/// What was deleted, and who is told.
#[derive(Debug, Clone, Serialize)]
pub struct Deleted {
    /// The use under which the ledger holds it.
    pub use_id: UseId,
    /// When.
    pub at: Timestamp,
    /// The column.
    pub column: String,
    /// Why.
    pub ground: Ground,
    /// How many entries of each source had it, by what clients read for its name.
    pub records: BTreeMap<String, u64>,
    /// How many entries of each source went whole, as they are known by it.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub gone: BTreeMap<String, u64>,
    /// The recipients who are told.
    pub recipients: Vec<String>,
    /// The sources that are told.
    pub sources: Vec<String>,
    /// Until when the last byte is gone from our files.
    pub files_until: Timestamp,
}

/// What goes with a value, by what clients read for the names of sources.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Goes {
    /// How many entries lose the value.
    pub from: BTreeMap<String, u64>,
    /// How many entries go whole, as they are known by it.
    pub whole: BTreeMap<String, u64>,
    /// How many activities go with these.
    pub activities: BTreeMap<String, u64>,
}

impl Desk {
    /// Deletes what is held of a column of a person: from every answer when this returns, from the
    /// files within a day.
    pub fn delete(
        &self,
        person: &Person,
        column: &str,
        ground: Ground,
        by: By<'_>,
    ) -> Result<Deleted, RightsError> {
        let mut told = self.telling(Act::Deletion, by)?;
        let (attribute, _) = self.column(column)?;
        self.reach_permitted(person, &attribute, by)?;
        told.columns = vec![column.to_owned()];
        told.reason = Some(ground.in_words().to_owned());
        let at = self.now();
        let use_id = self.book.log_one(&told, person.slot, self.charter.digest, at)?;
        let due = at.saturating_add(FILES_WITHIN).unwrap_or(Timestamp::MAX);
        let by = self.actor(by)?;
        for _ in 0..TRIES {
            let as_of = self.store.people_sequence()?;
            let reach = self.reach(person, &attribute)?;
            let notices = self.to_tell(person, News::Deleted { column }, use_id)?;
            let moment = Moment { use_id, at, by: &by, ground, due };
            if self.carry_out(person, as_of, &attribute, &reach, &moment, &notices)? {
                return Ok(self.deleted(column, &moment, &reach, &notices));
            }
        }
        Err(RightsError::Busy)
    }

    /// What would go if the person had the column deleted; a refusal, if it may not be.
    pub fn goes_with(
        &self,
        person: &Person,
        column: &str,
        by: By<'_>,
    ) -> Result<Goes, RightsError> {
        let (attribute, _) = self.column(column)?;
        let reach = self.reach_permitted(person, &attribute, by)?;
        let mut goes = Goes::default();
        for (record, _) in reach.kept.iter().filter(|(_, columns)| !columns.is_empty()) {
            *goes.from.entry(self.called(&record.source)).or_default() += 1;
        }
        for record in &reach.gone {
            *goes.whole.entry(self.called(&record.source)).or_default() += 1;
        }
        if !reach.gone.is_empty() {
            for (source, _) in self.charter.activities() {
                let rows = self.activities_with(&source.name, &reach.gone)?;
                let count: usize = rows.0.iter().map(RecordBatch::num_rows).sum();
                if count > 0 {
                    goes.activities.insert(source.called.clone(), count as u64);
                }
            }
        }
        Ok(goes)
    }

    /// Carries a deletion out, if the people are still as they were.
    fn carry_out(
        &self,
        person: &Person,
        as_of: Sequence,
        attribute: &Attribute,
        reach: &Reach,
        moment: &Moment<'_>,
        notices: &[NewNotice],
    ) -> Result<bool, RightsError> {
        let Some((anchor, _)) = reach.kept.first() else { return Err(RightsError::UnknownPerson) };
        let marker = Marker::new(&self.keys);
        let values = reach.values.iter().map(|text| marker.of_deleted(attribute, text));
        let values: BTreeSet<Mark> = values.chain(reach.marks.iter().copied()).collect();
        let values: Vec<Mark> = values.into_iter().collect();
        let all = reach.kept.iter().map(|(record, _)| record).chain(&reach.gone);
        let keys: Vec<Mark> = all.map(|record| marker.key(&record.source, &record.key)).collect();
        let columns: Vec<(RecordId, Vec<String>)> =
            reach.kept.iter().map(|(record, columns)| (record.id, columns.clone())).collect();
        let gone: Vec<RecordId> = reach.gone.iter().map(|record| record.id).collect();
        let tombstones: Vec<Tombstone> = reach
            .gone
            .iter()
            .map(|record| marker.key(&record.source, &record.key))
            .map(|mark| Tombstone { kind: MarkKind::Key, mark })
            .collect();
        let erasure = NewErasure {
            use_id: moment.use_id,
            at: moment.at,
            by: moment.by.to_owned(),
            ground: moment.ground.word(),
            due: moment.due,
            tombstones: &tombstones,
            kept: &[],
            notices: &[],
        };
        let new = NewDeletion {
            use_id: moment.use_id,
            at: moment.at,
            by: moment.by.to_owned(),
            topic: attribute.column(),
            anchor: anchor.id,
            values: &values,
            keys: &keys,
            due: moment.due,
            columns: &columns,
            gone: (!gone.is_empty()).then_some((&gone[..], &erasure)),
            notices,
        };
        Ok(self.store.delete_value(person.slot, as_of, &new)?)
    }

    fn deleted(
        &self,
        column: &str,
        moment: &Moment<'_>,
        reach: &Reach,
        notices: &[NewNotice],
    ) -> Deleted {
        let mut deleted = Deleted {
            use_id: moment.use_id,
            at: moment.at,
            column: column.to_owned(),
            ground: moment.ground,
            records: BTreeMap::new(),
            gone: BTreeMap::new(),
            recipients: Vec::new(),
            sources: Vec::new(),
            files_until: moment.due,
        };
        for (record, _) in reach.kept.iter().filter(|(_, columns)| !columns.is_empty()) {
            *deleted.records.entry(self.called(&record.source)).or_default() += 1;
        }
        for record in &reach.gone {
            *deleted.gone.entry(self.called(&record.source)).or_default() += 1;
        }
        for notice in notices {
            if let Some(source) = notice.recipient.strip_prefix(SOURCE) {
                deleted.sources.push(self.called(source));
            } else {
                let known = self.charter.recipient(&notice.recipient);
                let name = known.map_or(&notice.recipient, |recipient| &recipient.name);
                deleted.recipients.push(name.clone());
            }
        }
        deleted
    }
}

/// When a deletion is made, by whom and why.
struct Moment<'m> {
    use_id: UseId,
    at: Timestamp,
    by: &'m str,
    ground: Ground,
    due: Timestamp,
}
