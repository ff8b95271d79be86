//! The journal of deletions, beside that of erasures: a column, keyed marks, and no value. A restore
//! does again what was deleted since its backup.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::Path;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use theirs_model::{RecordId, Slot, UseId};
use theirs_store::{Deletion, Mark, Store};

use super::Moment;
use crate::desk::{Desk, RightsError};
use crate::erase::{FILES_WITHIN, Ground, Marker, each_in, put};

/// The form that this version writes and reads.
const FORMAT: u32 = 1;
/// The ending of its files, which no version before reads as an erasure.
const ENDING: &str = "deleted";

/// One deletion, without the value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalledDeletion {
    format: u32,
    /// The use under which the ledger holds it.
    pub use_id: UseId,
    /// When.
    pub at: Timestamp,
    /// Who said so.
    pub by: String,
    /// The column.
    pub column: String,
    /// The marks of the records that the person had.
    keys: Vec<UseId>,
    /// The marks of the values that went.
    values: Vec<UseId>,
}

/// Writes the file of every deletion whose files are not swept yet and that has none.
pub(crate) fn write_deletions(store: &Store, folder: &Path) -> Result<(), RightsError> {
    for deletion in store.pending_deletions()? {
        let path = folder.join(format!("{}.{ENDING}", deletion.use_id));
        if path.exists() {
            continue;
        }
        let one = JournalledDeletion {
            format: FORMAT,
            use_id: deletion.use_id,
            at: deletion.at,
            by: deletion.by,
            column: deletion.topic,
            keys: deletion.keys.iter().map(|mark| UseId(mark.0)).collect(),
            values: deletion.values.iter().map(|mark| UseId(mark.0)).collect(),
        };
        put(&path, &one)?;
    }
    Ok(())
}

/// Every deletion in a folder, the earliest first.
pub fn read_deletions(folder: &Path) -> Result<Vec<JournalledDeletion>, RightsError> {
    let mut found: Vec<JournalledDeletion> = each_in(folder, ENDING)?;
    if found.iter().any(|one| one.format != FORMAT) {
        return Err(crate::erase::DAMAGED.into());
    }
    found.sort_by_key(|one| (one.at, one.use_id));
    Ok(found)
}

impl JournalledDeletion {
    /// The marks of the records that the person had.
    pub(crate) fn keys(&self) -> Vec<Mark> {
        self.keys.iter().map(|key| Mark(key.0)).collect()
    }

    /// The deletion as the store keeps it, with a new time by which files are to be free of it.
    pub(crate) fn again(&self, now: Timestamp) -> Deletion {
        Deletion {
            use_id: self.use_id,
            at: self.at,
            by: self.by.clone(),
            topic: self.column.clone(),
            anchor: None,
            values: self.values.iter().map(|value| Mark(value.0)).collect(),
            keys: self.keys(),
            due: now.saturating_add(FILES_WITHIN).unwrap_or(Timestamp::MAX),
            swept: None,
        }
    }
}

impl Desk {
    /// Does a deletion again, of everybody who has one of these records now. What is held of the
    /// column is what goes, whatever it was when it went first; of somebody who is not here it is
    /// kept until they come.
    pub(crate) fn delete_again(
        &self,
        one: &Deletion,
        by_key: &HashMap<Mark, RecordId>,
    ) -> Result<(), RightsError> {
        let mut whose: BTreeSet<Slot> = BTreeSet::new();
        for record in one.keys.iter().filter_map(|key| by_key.get(key)) {
            whose.extend(self.store.person_of(*record)?.map(|person| person.slot));
        }
        let mut is_done = false;
        for slot in whose {
            is_done |= self.delete_again_of(one, slot)?;
        }
        if is_done { Ok(()) } else { Ok(self.store.keep_deletion(one)?) }
    }

    fn delete_again_of(&self, one: &Deletion, slot: Slot) -> Result<bool, RightsError> {
        let attribute = self.charter.attribute(&one.topic);
        let (Some((attribute, _)), Some(person)) = (attribute, self.store.person_at(slot)?) else {
            return Ok(false);
        };
        let mut reach = self.reach(&person, &attribute)?;
        if reach.kept.is_empty() {
            return Ok(false);
        }
        reach.marks.clone_from(&one.values);
        let (use_id, at, by, due) = (one.use_id, one.at, one.by.as_str(), one.due);
        let moment = Moment { use_id, at, by, ground: Ground::Asked, due };
        let as_of = self.store.people_sequence()?;
        self.carry_out(&person, as_of, &attribute, &reach, &moment, &[])
    }

    /// Lets deletions act that waited for whoever came meanwhile.
    pub(super) fn delete_of_newcomers(&self) -> Result<(), RightsError> {
        let mut waiting = self.store.deletions()?;
        waiting.retain(|one| one.anchor.is_none());
        if waiting.is_empty() {
            return Ok(());
        }
        let wanted = waiting.iter().flat_map(|one| one.keys.iter().copied()).collect();
        let by_key = self.records_by_key(&wanted)?;
        waiting.iter().try_for_each(|one| self.delete_again(one, &by_key))
    }

    /// The records with these marks. They are found by them, as a folder that was restored may have
    /// given them other numbers.
    pub(crate) fn records_by_key(
        &self,
        wanted: &HashSet<Mark>,
    ) -> Result<HashMap<Mark, RecordId>, RightsError> {
        let mut found = HashMap::new();
        if wanted.is_empty() {
            return Ok(found);
        }
        let marker = Marker::new(&self.keys);
        self.store.each_record(|record| {
            let mark = marker.key(&record.source, &record.key);
            if wanted.contains(&mark) {
                found.insert(mark, record.id);
            }
            Ok(())
        })?;
        Ok(found)
    }
}
