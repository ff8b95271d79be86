//! Addresses of several people: found by going through all records twice, with a number for each
//! address and no address held for longer than it takes to count it.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap, btree_map};
use std::hash::{BuildHasher, RandomState};

use jiff::Timestamp;
use theirs_model::{RecordId, Slot};
use theirs_people::folded_address;
use theirs_store::Record;

use super::{Doubt, Found};
use crate::channel::EMAIL;
use crate::desk::{Desk, RightsError};

/// Whose an address is, as far as it was looked at.
enum Whose {
    One(Slot),
    Several,
}

/// The entries of one address, by whose they are.
#[derive(Default)]
struct Sharing {
    records: BTreeMap<Slot, RecordId>,
    since: Option<Timestamp>,
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
        let columns = self.address_columns();
        let hasher = RandomState::new();
        let mut whose: HashMap<u64, Whose> = HashMap::new();
        let assigned = self.store.assignments()?;
        let slots: HashMap<RecordId, Slot> =
            assigned.into_iter().map(|one| (one.record, one.slot)).collect();
        let numbers = |record: &Record| -> BTreeSet<u64> {
            let named = columns.get(record.source.as_str()).into_iter().flatten();
            let texts = named.filter_map(|column| record.columns.get(column));
            texts.map(|text| hasher.hash_one(folded_address(text))).collect()
        };
        self.store.each_record(|record| {
            let Some(slot) = slots.get(&record.id) else { return Ok(()) };
            for number in numbers(&record) {
                match whose.entry(number) {
                    Entry::Vacant(place) => drop(place.insert(Whose::One(*slot))),
                    Entry::Occupied(mut known) => {
                        if matches!(known.get(), Whose::One(other) if other != slot) {
                            known.insert(Whose::Several);
                        }
                    }
                }
            }
            Ok(())
        })?;
        whose.retain(|_, one| matches!(one, Whose::Several));
        if whose.is_empty() {
            return Ok(Vec::new());
        }
        let mut shared: BTreeMap<u64, Sharing> = BTreeMap::new();
        self.store.each_record(|record| {
            let Some(slot) = slots.get(&record.id) else { return Ok(()) };
            for number in numbers(&record).into_iter().filter(|one| whose.contains_key(one)) {
                let sharing = shared.entry(number).or_default();
                sharing.records.entry(*slot).or_insert(record.id);
                sharing.since = sharing.since.max(Some(record.loaded));
            }
            Ok(())
        })?;
        let mut found: BTreeMap<RecordId, Found> = BTreeMap::new();
        for sharing in shared.into_values() {
            let one = self.found(&sharing)?;
            match found.entry(one.record) {
                btree_map::Entry::Vacant(place) => drop(place.insert(one)),
                // Several addresses of one entry are one matter.
                btree_map::Entry::Occupied(mut known) => known.get_mut().take_in(one),
            }
        }
        Ok(found.into_values().collect())
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
            since: sharing.since.unwrap_or_else(|| self.now()),
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
