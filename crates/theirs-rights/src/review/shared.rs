//! Addresses of several people: found by going through all records once, with a number for each address
//! and no address held for longer than it takes to count it. Price: a few words are kept of each
//! address until the end, though most turn out to be one person's.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap, btree_map};
use std::hash::{BuildHasher, RandomState};

use jiff::Timestamp;
use theirs_model::{RecordId, Slot};
use theirs_people::folded_address;

use super::{Doubt, Found};
use crate::channel::EMAIL;
use crate::desk::{Desk, RightsError};

/// Whose an address is, as far as it was looked at.
enum Whose {
    One(Slot, Seen),
    Several(Sharing),
}

/// The first entry of somebody with an address, and when the latest of theirs came.
struct Seen {
    record: RecordId,
    loaded: Timestamp,
}

/// The entries of one address, by whose they are.
struct Sharing {
    records: BTreeMap<Slot, RecordId>,
    since: Timestamp,
}

impl Whose {
    /// Takes in a record with the address.
    fn see(&mut self, slot: Slot, record: RecordId, loaded: Timestamp) {
        match self {
            Self::One(one, seen) if *one == slot => seen.loaded = seen.loaded.max(loaded),
            Self::One(one, seen) => {
                let records = BTreeMap::from([(*one, seen.record), (slot, record)]);
                *self = Self::Several(Sharing { records, since: seen.loaded.max(loaded) });
            }
            Self::Several(sharing) => {
                sharing.records.entry(slot).or_insert(record);
                sharing.since = sharing.since.max(loaded);
            }
        }
    }
}

impl Found {
    fn take_in(&mut self, other: Self) {
        for person in other.people {
            if !self.people.contains(&person) {
                self.people.push(person);
            }
        }
        for record in other.others {
            if !self.others.contains(&record) {
                self.others.push(record);
            }
        }
    }
}

impl Desk {
    pub(super) fn shared_addresses(&self) -> Result<Vec<Found>, RightsError> {
        let mut found: BTreeMap<RecordId, Found> = BTreeMap::new();
        for sharing in self.sharings()? {
            let one = self.found(&sharing)?;
            match found.entry(one.record) {
                btree_map::Entry::Vacant(place) => drop(place.insert(one)),
                // Several addresses of one entry are one matter.
                btree_map::Entry::Occupied(mut known) => known.get_mut().take_in(one),
            }
        }
        Ok(found.into_values().collect())
    }

    fn sharings(&self) -> Result<Vec<Sharing>, RightsError> {
        let columns = self.address_columns();
        let hasher = RandomState::new();
        let assigned = self.store.assignments()?;
        let slots: HashMap<RecordId, Slot> =
            assigned.into_iter().map(|one| (one.record, one.slot)).collect();
        let mut whose: HashMap<u64, Whose> = HashMap::new();
        self.store.each_record(|record| {
            let Some(slot) = slots.get(&record.id) else { return Ok(()) };
            let named = columns.get(record.source.as_str()).into_iter().flatten();
            let texts = named.filter_map(|column| record.columns.get(column));
            for number in texts.map(|text| hasher.hash_one(folded_address(text))) {
                match whose.entry(number) {
                    Entry::Vacant(place) => {
                        let seen = Seen { record: record.id, loaded: record.loaded };
                        place.insert(Whose::One(*slot, seen));
                    }
                    Entry::Occupied(mut known) => {
                        known.get_mut().see(*slot, record.id, record.loaded);
                    }
                }
            }
            Ok(())
        })?;
        let mut several: Vec<Sharing> = whose
            .into_values()
            .filter_map(|one| match one {
                Whose::Several(sharing) => Some(sharing),
                Whose::One(..) => None,
            })
            .collect();
        // People of several addresses stand in one order, whatever the numbers of these are.
        several.sort_by(|a, b| a.records.cmp(&b.records));
        Ok(several)
    }

    fn found(&self, sharing: &Sharing) -> Result<Found, RightsError> {
        let mut people = Vec::new();
        for slot in sharing.records.keys() {
            people.extend(self.store.person_at(*slot)?);
        }
        // The entry with the smallest number names the matter, however people come and go.
        let mut records: Vec<RecordId> = sharing.records.values().copied().collect();
        records.sort_unstable();
        let record = records.remove(0);
        Ok(Found {
            doubt: Doubt::SharedAddress,
            record,
            people,
            confidence: None,
            since: sharing.since,
            others: records,
        })
    }

    /// The columns of each source that hold addresses.
    fn address_columns(&self) -> HashMap<&str, Vec<String>> {
        let identities = self.charter.identities();
        identities
            .map(|(source, identity)| {
                let columns = identity.columns.iter().filter(|column| {
                    matches!(&column.meaning, theirs_charter::Meaning::Attribute(known)
                        if known.category.0 == EMAIL)
                });
                (source.name.as_str(), columns.map(|column| column.name.clone()).collect())
            })
            .collect()
    }
}
