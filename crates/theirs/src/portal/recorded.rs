//! In whose entries an address stands, believed or not.
//!
//! The engine finds those of whom an address is believed; this finds the others too, who are told how
//! to come in instead of nothing. It is a table of short hashes in memory, in which no address stands,
//! and which is brought up to date when it is asked. What it finds is held against the entries
//! themselves, so it may find too many. Price: all entries are read once, when the first address is
//! asked for that is believed of nobody, and 8 bytes are kept of each that names one.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{BuildHasher, RandomState};

use theirs_charter::{Charter, Meaning};
use theirs_model::{Digest, RecordId, Sequence, Slot};
use theirs_people::folded_address;
use theirs_rights::EMAIL;
use theirs_store::{Record, Store, StoreError};

/// How many entries that came since are kept in no order.
const MOST_RECENT: usize = 4_096;

/// The columns of each source that hold addresses.
type Columns = BTreeMap<String, Vec<String>>;
/// A hash of an address, and the number of an entry that names it.
type Named = (u32, u32);

/// Which entries name which addresses.
#[derive(Default)]
pub(super) struct Recorded {
    hasher: RandomState,
    /// In order.
    known: Vec<Named>,
    /// What came since.
    recent: Vec<Named>,
    seen: Option<Seen>,
}

/// Up to where it was read, and under which charter.
struct Seen {
    charter: Digest,
    sequence: Sequence,
    newest: RecordId,
}

impl Recorded {
    /// Who may have an entry with this address.
    pub(super) fn holders(
        &mut self,
        store: &Store,
        charter: &Charter,
        address: &str,
    ) -> Result<BTreeSet<Slot>, StoreError> {
        self.follow(store, charter)?;
        let wanted = short(&self.hasher, address);
        let from = self.known.partition_point(|(hash, _)| *hash < wanted);
        let known = self.known.iter().skip(from).take_while(|(hash, _)| *hash == wanted);
        let recent = self.recent.iter().filter(|(hash, _)| *hash == wanted);
        let mut found = BTreeSet::new();
        for (_, record) in known.chain(recent) {
            let person = store.person_of(RecordId((*record).into()))?;
            found.extend(person.map(|person| person.slot));
        }
        Ok(found)
    }

    /// Reads what came or changed since it was asked last.
    fn follow(&mut self, store: &Store, charter: &Charter) -> Result<(), StoreError> {
        let columns = address_columns(charter);
        // Looked up before anything is read: what comes meanwhile is read once more.
        let now = Seen {
            charter: charter.digest,
            sequence: store.people_sequence()?,
            newest: store.newest_record()?,
        };
        match self.seen.take().filter(|seen| seen.charter == now.charter) {
            Some(seen) if (seen.sequence, seen.newest) == (now.sequence, now.newest) => {}
            Some(seen) => {
                for id in store.changed_records(seen.sequence, seen.newest, &[])? {
                    if let Some(record) = store.record_by_id(id)? {
                        note(&self.hasher, &columns, &record, &mut self.recent);
                    }
                }
            }
            None => {
                self.known.clear();
                self.recent.clear();
                let (hasher, known) = (&self.hasher, &mut self.known);
                store.each_record(|record| {
                    note(hasher, &columns, &record, known);
                    Ok(())
                })?;
                self.settle();
            }
        }
        if self.recent.len() > MOST_RECENT {
            self.settle();
        }
        self.seen = Some(now);
        Ok(())
    }

    /// Puts everything in order.
    fn settle(&mut self) {
        self.known.append(&mut self.recent);
        self.known.sort_unstable();
        self.known.dedup();
        self.known.shrink_to_fit();
    }
}

fn note(hasher: &RandomState, columns: &Columns, record: &Record, into: &mut Vec<Named>) {
    let Ok(number) = u32::try_from(record.id.0) else { return };
    let named = columns.get(&record.source).into_iter().flatten();
    let texts = named.filter_map(|column| record.columns.get(column));
    into.extend(texts.map(|text| (short(hasher, text), number)));
}

fn short(hasher: &RandomState, address: &str) -> u32 {
    let hash = hasher.hash_one(folded_address(address));
    u32::try_from(hash >> 32).unwrap_or(u32::MAX)
}

fn address_columns(charter: &Charter) -> Columns {
    let identities = charter.identities();
    identities
        .map(|(source, identity)| {
            let columns = identity.columns.iter().filter(|column| {
                matches!(&column.meaning, Meaning::Attribute(known) if known.category.0 == EMAIL)
            });
            (source.name.clone(), columns.map(|column| column.name.clone()).collect())
        })
        .collect()
}
