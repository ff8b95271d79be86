//! Everybody, or those who changed, with all that is known of each: read as of one moment.
//!
//! People are handed over one at a time, so that a reader needs no more memory than for one.

use rusqlite::{Connection, Transaction};
use theirs_model::{Sequence, Slot};

use crate::act::{self, Act};
use crate::record::{self, Record};
use crate::store::{Store, StoreError, slot, unsigned};

/// One person and what is known of them.
pub struct Dossier {
    /// The person.
    pub slot: Slot,
    /// Their records, in the order of their numbers; none if the person was merged into another.
    pub records: Vec<Record>,
    /// Their acts, the earliest first.
    pub acts: Vec<Act>,
}

impl Store {
    /// Hands over everybody who has a record, in the order of slots; the returned change is the
    /// last one that is in what was handed over.
    pub fn each_person<E: From<StoreError>>(
        &self,
        mut see: impl FnMut(Dossier) -> Result<(), E>,
    ) -> Result<Sequence, E> {
        let mut connection = self.connection();
        let moment = connection.transaction().map_err(StoreError::from)?;
        let sequence = people_sequence(&moment)?;
        let mut acts = act::by_slot(&moment)?.into_iter().peekable();
        let mut give = |slot: Slot, records: Vec<Record>| {
            while acts.next_if(|act| act.slot < slot).is_some() {}
            let own = std::iter::from_fn(|| acts.next_if(|act| act.slot == slot)).collect();
            see(Dossier { slot, records, acts: own })
        };
        let mut query = moment.prepare(EVERYBODY).map_err(StoreError::from)?;
        let mut rows = query.query([]).map_err(StoreError::from)?;
        let mut gathered: Option<(Slot, Vec<Record>)> = None;
        while let Some(row) = rows.next().map_err(StoreError::from)? {
            let whose = slot(row, 8).map_err(StoreError::from)?;
            let record = record::read(row).map_err(StoreError::from)?.try_into()?;
            match &mut gathered {
                Some((slot, records)) if *slot == whose => records.push(record),
                other => {
                    if let Some((slot, records)) = other.replace((whose, vec![record])) {
                        give(slot, records)?;
                    }
                }
            }
        }
        if let Some((slot, records)) = gathered {
            give(slot, records)?;
        }
        Ok(sequence)
    }

    /// Hands over everybody of whom something changed after a change, in the order of slots; the
    /// returned change is the last one that is in what was handed over.
    pub fn each_changed<E: From<StoreError>>(
        &self,
        since: Sequence,
        mut see: impl FnMut(Dossier) -> Result<(), E>,
    ) -> Result<Sequence, E> {
        let mut connection = self.connection();
        let moment = connection.transaction().map_err(StoreError::from)?;
        let sequence = people_sequence(&moment)?;
        for slot in changed(&moment, since)? {
            let records = record::of(&moment, slot)?;
            see(Dossier { slot, records, acts: act::of(&moment, slot)? })?;
        }
        Ok(sequence)
    }

    /// How many people changed after a change.
    pub fn count_changed(&self, since: Sequence) -> Result<u64, StoreError> {
        let connection = self.connection();
        let mut query =
            connection.prepare_cached("select count(*) from slot where changed > ?1")?;
        Ok(query.query_row([since.0.cast_signed()], |row| unsigned(row, 0))?)
    }
}

/// The index gives the records in the order of slots, so that nothing is sorted.
const EVERYBODY: &str = "select record.id, source.name, record.key, since, loaded, body,
    assignment.confidence, first >= coalesce(
        (select value from meta where meta.name = 'began ' || source.name), first) + 86400000000,
    assignment.slot from assignment indexed by assignment_slot
    cross join record on record.id = assignment.record
    cross join source on source.id = record.source order by assignment.slot, record.id";

fn people_sequence(connection: &Connection) -> Result<Sequence, StoreError> {
    let mut query = connection.prepare_cached("select value from meta where name = 'people'")?;
    Ok(Sequence(query.query_row([], |row| unsigned(row, 0))?))
}

fn changed(moment: &Transaction<'_>, since: Sequence) -> Result<Vec<Slot>, StoreError> {
    // Left to itself SQLite goes through all slots, which come in order, rather than sort these few.
    let mut query = moment.prepare_cached(
        "select slot from slot indexed by slot_changed where changed > ?1 order by slot",
    )?;
    let rows = query.query_map([since.0.cast_signed()], |row| slot(row, 0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use jiff::Timestamp;
    use theirs_model::RecordId;

    use super::*;
    use crate::act::{ActKind, NewAct};
    use crate::keys::Keys;
    use crate::person::{Found, Placement};
    use crate::record::IncomingRecord;
    use crate::verdict::NewVerdict;

    fn record(key: usize, city: &str) -> IncomingRecord {
        let columns = BTreeMap::from([("city".to_owned(), city.to_owned())]);
        IncomingRecord { key: key.to_string(), since: None, columns }
    }

    fn store(people: usize) -> Store {
        let store = Store::in_memory().unwrap();
        let records: Vec<IncomingRecord> = (0..people).map(|n| record(n, "Saltmouth")).collect();
        store.upsert_records("crm", &records, Timestamp::UNIX_EPOCH).unwrap();
        let placement = |n| Placement {
            record: RecordId(n as u64 + 1),
            cluster: u32::try_from(n).unwrap(),
            confidence: 1.0,
        };
        let placements: Vec<Placement> = (0..people).map(placement).collect();
        let found = Found { placements: &placements, ..Found::default() };
        store.place(&found, "{}", &Keys::for_tests()).unwrap();
        store
    }

    fn objection(anchor: u64) -> NewAct {
        NewAct {
            anchor: RecordId(anchor),
            kind: ActKind::Objection,
            topic: "marketing".into(),
            content: Some("yes".into()),
            at: Timestamp::UNIX_EPOCH,
            by: "person".into(),
            reason: None,
        }
    }

    fn changed_since(store: &Store, since: Sequence) -> Vec<(u32, usize, usize)> {
        let mut seen = Vec::new();
        let sequence = store.each_changed(since, |one: Dossier| {
            seen.push((one.slot.0, one.records.len(), one.acts.len()));
            Ok::<(), StoreError>(())
        });
        assert_eq!(sequence.unwrap(), store.people_sequence().unwrap());
        assert_eq!(store.count_changed(since).unwrap(), seen.len() as u64);
        seen
    }

    #[test]
    fn each_change_names_whom_it_touched_and_nobody_else() {
        let store = store(5);
        let mut at = store.people_sequence().unwrap();
        let mut next = |store: &Store| {
            let changed = changed_since(store, at);
            at = store.people_sequence().unwrap();
            changed
        };
        assert_eq!(next(&store), []);
        store.record_act(&objection(2)).unwrap();
        assert_eq!(next(&store), [(1, 1, 1)]);
        let records = [record(2, "Saltmouth"), record(3, "Oldhaven"), record(9, "Oldhaven")];
        store.upsert_records("crm", &records, Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(next(&store), [(3, 1, 0)]);
        let verdict = NewVerdict { by: "service".into(), reason: None, at: Timestamp::UNIX_EPOCH };
        store.merge(RecordId(1), RecordId(2), &verdict).unwrap();
        assert_eq!(next(&store), [(0, 2, 1), (1, 0, 0)]);
        store.split(RecordId(2), &verdict, &Keys::for_tests()).unwrap();
        assert_eq!(next(&store), [(0, 1, 0), (1, 1, 1)]);
        assert_eq!(next(&store), []);
    }

    #[test]
    fn everybody_comes_with_their_own_records_and_acts() {
        let store = store(4);
        store.record_act(&objection(4)).unwrap();
        store.record_act(&objection(1)).unwrap();
        let mut seen = Vec::new();
        let sequence = store.each_person(|one: Dossier| {
            seen.push((one.slot.0, one.records[0].key.clone(), one.acts.len()));
            Ok::<(), StoreError>(())
        });
        assert_eq!(sequence.unwrap(), store.people_sequence().unwrap());
        let own = |slot: u32, acts| (slot, slot.to_string(), acts);
        assert_eq!(seen, [own(0, 1), own(1, 0), own(2, 0), own(3, 1)]);
    }
}
