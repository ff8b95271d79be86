//! People: their slots, which records are theirs, and how sure that is.
//!
//! Slots are permanent. A new clustering is laid over them: each cluster keeps the slot that most
//! of its records had, a slot without a cluster is closed in favour of the one that took its
//! records, a cluster without a slot opens a new one.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{OptionalExtension, Transaction, params};
use theirs_model::{PersonId, RecordId, Sequence, Slot};

use crate::household::{self, HouseholdRow};
use crate::keys::Keys;
use crate::store::{Store, StoreError, slot, touch_people, unsigned};

/// A person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The slot.
    pub slot: Slot,
    /// The public name.
    pub id: PersonId,
}

/// Where one record belongs, as linkage found it.
#[derive(Debug, Clone, Copy)]
pub struct Placement {
    /// The record.
    pub record: RecordId,
    /// Its cluster; records with the same number are one person.
    pub cluster: u32,
    /// How sure, from 0 to 1.
    pub confidence: f64,
}

/// One record and whose it is.
#[derive(Debug, Clone, Copy)]
pub struct Assignment {
    /// The record.
    pub record: RecordId,
    /// The person.
    pub slot: Slot,
    /// How sure, from 0 to 1.
    pub confidence: f64,
}

/// A link between two records of one person.
#[derive(Debug, Clone, Copy)]
pub struct LinkRow {
    /// The record with the smaller number.
    pub a: RecordId,
    /// The other.
    pub b: RecordId,
    /// The match weight, in bits.
    pub weight: f64,
    /// The match probability.
    pub probability: f64,
}

/// What a clustering found.
#[derive(Clone, Copy, Default)]
pub struct Found<'f> {
    /// Where each record belongs.
    pub placements: &'f [Placement],
    /// The links inside people.
    pub links: &'f [LinkRow],
    /// People who live together.
    pub households: &'f [HouseholdRow],
}

/// Records, each with whose it is and how sure that is; nothing of one that is nobody's yet.
pub type Held = BTreeMap<RecordId, Option<(Slot, f64)>>;

/// A time during which a slot stood for a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tenure {
    /// The slot.
    pub slot: Slot,
    /// The first change of that time.
    pub from: Sequence,
    /// The first change after it.
    pub until: Sequence,
}

/// What a new clustering did to the people.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reshuffle {
    /// People now.
    pub people: u64,
    /// People who are new.
    pub opened: u64,
    /// People who turned out to be somebody else who was known.
    pub closed: u64,
}

/// How the records of a person came together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Joined {
    /// With which change each record joined.
    pub records: BTreeMap<RecordId, Sequence>,
    /// With which changes somebody else was found to be this person.
    pub merges: BTreeSet<Sequence>,
}

impl Store {
    /// Lays a clustering over the people there are, in one change.
    pub fn place(
        &self,
        found: &Found<'_>,
        model: &str,
        keys: &Keys,
    ) -> Result<Reshuffle, StoreError> {
        let Found { placements, links, households } = *found;
        self.change(|tx, sequence| {
            let before = current(tx)?;
            // Whoever was erased while records were compared is not placed again.
            let placements = &still_there(tx, placements)?[..];
            let (reshuffle, moved) = lay(tx, placements, &before, keys, sequence)?;
            tx.execute("delete from link", [])?;
            insert_links(tx, links, placements)?;
            household::write(tx, households)?;
            tx.execute(
                "insert into model (id, sequence, body) values (1, ?1, ?2)
                 on conflict (id) do update set sequence = ?1, body = ?2",
                params![sequence.0.cast_signed(), model],
            )?;
            touch_people(tx, sequence, moved)?;
            Ok(reshuffle)
        })
    }

    /// Lays the clusters of some records over the people there are, in one change; all records of
    /// these clusters are among them, and of each person whose they are.
    ///
    /// # Errors
    /// The store cannot be written; nothing changed then.
    pub fn place_some(&self, found: &Found<'_>, keys: &Keys) -> Result<Reshuffle, StoreError> {
        let Found { placements, links, .. } = *found;
        self.change(|tx, sequence| {
            let records = placements.iter().map(|placement| placement.record);
            let held = held(tx, records)?;
            let there: Vec<Placement> =
                placements.iter().filter(|one| held.contains_key(&one.record)).copied().collect();
            let before = held.into_iter().filter_map(|(id, whose)| Some((id, whose?))).collect();
            let (reshuffle, moved) = lay(tx, &there, &before, keys, sequence)?;
            let mut forget = tx.prepare_cached("delete from link where a = ?1")?;
            for placement in &there {
                forget.execute([placement.record.0.cast_signed()])?;
            }
            insert_links(tx, links, &there)?;
            if !moved.is_empty() {
                touch_people(tx, sequence, moved)?;
            }
            Ok(reshuffle)
        })
    }

    /// The linkage model of the last clustering, as it was given.
    pub fn model(&self) -> Result<Option<String>, StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare_cached("select body from model where id = 1")?;
        Ok(query.query_row([], |row| row.get(0)).optional()?)
    }

    /// Puts a linkage model that forgot something in the place of the one it was made from, if no
    /// other came meanwhile; says whether it did.
    pub fn replace_model(&self, since: Sequence, model: &str) -> Result<bool, StoreError> {
        self.change(|tx, sequence| {
            let replaced = tx.execute(
                "update model set sequence = ?2, body = ?3 where sequence = ?1",
                params![since.0.cast_signed(), sequence.0.cast_signed(), model],
            )?;
            Ok(replaced > 0)
        })
    }

    /// The change that brought the linkage model, if there is one.
    pub fn model_since(&self) -> Result<Option<Sequence>, StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare_cached("select sequence from model where id = 1")?;
        Ok(query.query_row([], |row| unsigned(row, 0).map(Sequence)).optional()?)
    }

    /// Every open person, in the order of their slots.
    pub fn people(&self) -> Result<Vec<Person>, StoreError> {
        let connection = self.connection();
        let mut query = connection
            .prepare_cached("select slot, person from slot where closed is null order by slot")?;
        let rows = query
            .query_map([], |row| Ok(Person { slot: slot(row, 0)?, id: PersonId(row.get(1)?) }))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// How many people there are.
    pub fn count_people(&self) -> Result<u64, StoreError> {
        let connection = self.connection();
        let mut query =
            connection.prepare_cached("select count(*) from slot where closed is null")?;
        Ok(query.query_row([], |row| unsigned(row, 0))?)
    }

    /// Whether a person is still there under this slot, and was not merged into another.
    pub fn is_open(&self, slot: Slot) -> Result<bool, StoreError> {
        let connection = self.connection();
        let mut query =
            connection.prepare_cached("select 1 from slot where slot = ?1 and closed is null")?;
        Ok(query.exists([slot.0])?)
    }

    /// The person with this public name; a name that was merged leads to the survivor.
    pub fn person(&self, id: &PersonId) -> Result<Option<Person>, StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare_cached(
            "select slot, survivor from slot where person = ?1 and erased is null",
        )?;
        let found: Option<(u32, Option<u32>)> =
            query.query_row([&id.0], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        let Some((slot, survivor)) = found else { return Ok(None) };
        by_slot(&connection, survivor.unwrap_or(slot))
    }

    /// The person to whom a record belongs.
    pub fn person_of(&self, record: RecordId) -> Result<Option<Person>, StoreError> {
        let connection = self.connection();
        let mut query =
            connection.prepare_cached("select slot from assignment where record = ?1")?;
        let found: Option<u32> =
            query.query_row([record.0.cast_signed()], |row| row.get(0)).optional()?;
        match found {
            Some(slot) => by_slot(&connection, slot),
            None => Ok(None),
        }
    }

    /// The slot of today of whoever had this one: another, if they were merged into it.
    pub fn today_of(&self, slot: Slot) -> Result<Slot, StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare_cached("select survivor from slot where slot = ?1")?;
        let found: Option<Option<u32>> = query.query_row([slot.0], |row| row.get(0)).optional()?;
        Ok(found.flatten().map_or(slot, Slot))
    }

    /// Whether what is known of whoever has this slot changed after a change.
    pub fn has_changed(&self, slot: Slot, since: Sequence) -> Result<bool, StoreError> {
        let connection = self.connection();
        let mut query =
            connection.prepare_cached("select 1 from slot where slot = ?1 and changed <= ?2")?;
        Ok(!query.exists(params![slot.0, since.0.cast_signed()])?)
    }

    /// The slots that stood for a person, and when: their own, those merged into it, and the one
    /// they were split from for as long as they were taken for part of it.
    pub fn tenures(&self, slot: Slot) -> Result<Vec<Tenure>, StoreError> {
        let connection = self.connection();
        let mut tenures = Vec::new();
        let mut own = connection.prepare_cached(
            "select slot from slot where slot = ?1 or survivor = ?1 order by slot",
        )?;
        for slot in own.query_map([slot.0], |row| crate::store::slot(row, 0))? {
            tenures.push(Tenure { slot: slot?, from: Sequence(0), until: Sequence(u64::MAX) });
        }
        let mut split = connection.prepare_cached(
            "select split_from, split_since, split_at from slot
             where slot = ?1 and split_from is not null",
        )?;
        let (mut at, mut until) = (slot.0, u64::MAX);
        while let Some((origin, since, split_at)) = split
            .query_row([at], |row| {
                Ok((row.get::<_, u32>(0)?, unsigned(row, 1)?, unsigned(row, 2)?))
            })
            .optional()?
        {
            until = until.min(split_at);
            if since >= until {
                break;
            }
            tenures.push(Tenure {
                slot: Slot(origin),
                from: Sequence(since),
                until: Sequence(until),
            });
            (at, until) = (origin, since);
        }
        Ok(tenures)
    }

    /// Whose each record is.
    pub fn assignments(&self) -> Result<Vec<Assignment>, StoreError> {
        let connection = self.connection();
        let mut query = connection
            .prepare_cached("select record, slot, confidence from assignment order by record")?;
        let rows = query.query_map([], |row| {
            Ok(Assignment {
                record: RecordId(unsigned(row, 0)?),
                slot: slot(row, 1)?,
                confidence: row.get(2)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Whose each of these records is, and how sure that is; of a record that is nobody's yet nothing,
    /// and those that are not there are left out.
    pub fn held(&self, records: impl IntoIterator<Item = RecordId>) -> Result<Held, StoreError> {
        held(&self.connection(), records)
    }

    /// How sure it is that each record of a person is theirs.
    pub fn confidence_of(&self, slot: Slot) -> Result<BTreeMap<RecordId, f64>, StoreError> {
        let connection = self.connection();
        let mut query = connection
            .prepare_cached("select record, confidence from assignment where slot = ?1")?;
        let rows =
            query.query_map([slot.0], |row| Ok((RecordId(unsigned(row, 0)?), row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// With which change each record of a person joined them, and with which somebody else was found
    /// to be them without anybody saying so.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn joined(&self, slot: Slot) -> Result<Joined, StoreError> {
        let connection = self.connection();
        let mut records =
            connection.prepare_cached("select record, sequence from assignment where slot = ?1")?;
        let records = records.query_map([slot.0], |row| {
            Ok((RecordId(unsigned(row, 0)?), Sequence(unsigned(row, 1)?)))
        })?;
        let mut merges = connection.prepare_cached(
            "select distinct closed from slot where survivor = ?1 and closed is not null
             and not exists (select 1 from verdict where verdict.sequence = slot.closed)",
        )?;
        let merges = merges.query_map([slot.0], |row| Ok(Sequence(unsigned(row, 0)?)))?;
        Ok(Joined {
            records: records.collect::<Result<_, _>>()?,
            merges: merges.collect::<Result<_, _>>()?,
        })
    }

    /// The links between the records of a person.
    pub fn links_of(&self, slot: Slot) -> Result<Vec<LinkRow>, StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare_cached(
            "select link.a, link.b, weight, probability from assignment one
             join link on link.a = one.record
             join assignment two on two.record = link.b and two.slot = one.slot
             where one.slot = ?1 order by link.a, link.b",
        )?;
        let rows = query.query_map([slot.0], |row| {
            Ok(LinkRow {
                a: RecordId(unsigned(row, 0)?),
                b: RecordId(unsigned(row, 1)?),
                weight: row.get(2)?,
                probability: row.get(3)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The first record that is nobody's yet.
    pub fn first_unplaced(&self) -> Result<Option<RecordId>, StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare_cached(
            "select min(record.id) from record left join assignment on assignment.record = record.id
             where assignment.record is null",
        )?;
        let first: Option<i64> = query.query_row([], |row| row.get(0))?;
        Ok(first.map(|id| RecordId(id.cast_unsigned())))
    }

    /// How many records no clustering has placed yet.
    pub fn unplaced(&self) -> Result<u64, StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare_cached(
            "select count(*) from record left join assignment on assignment.record = record.id
             where assignment.record is null",
        )?;
        Ok(query.query_row([], |row| unsigned(row, 0))?)
    }
}

pub(crate) fn by_slot(
    connection: &rusqlite::Connection,
    slot: u32,
) -> Result<Option<Person>, StoreError> {
    let mut query = connection.prepare_cached("select person from slot where slot = ?1")?;
    let name: Option<String> = query.query_row([slot], |row| row.get(0)).optional()?;
    Ok(name.map(|name| Person { slot: Slot(slot), id: PersonId(name) }))
}

fn held(
    connection: &rusqlite::Connection,
    records: impl IntoIterator<Item = RecordId>,
) -> Result<Held, StoreError> {
    let mut query = connection.prepare_cached(
        "select slot, confidence from record left join assignment on record = id where id = ?1",
    )?;
    let mut found = Held::new();
    for record in records {
        let read = |row: &rusqlite::Row<'_>| {
            let slot: Option<u32> = row.get(0)?;
            let confidence: Option<f64> = row.get(1)?;
            Ok(slot.map(Slot).zip(confidence))
        };
        if let Some(whose) = query.query_row([record.0.cast_signed()], read).optional()? {
            found.insert(record, whose);
        }
    }
    Ok(found)
}

fn current(tx: &Transaction<'_>) -> Result<BTreeMap<RecordId, (Slot, f64)>, StoreError> {
    let mut query = tx.prepare_cached("select record, slot, confidence from assignment")?;
    let rows = query
        .query_map([], |row| Ok((RecordId(unsigned(row, 0)?), (slot(row, 1)?, row.get(2)?))))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The placements of records that there still are.
fn still_there(
    tx: &Transaction<'_>,
    placements: &[Placement],
) -> Result<Vec<Placement>, StoreError> {
    let mut query = tx.prepare_cached("select id from record")?;
    let rows = query.query_map([], |row| Ok(RecordId(unsigned(row, 0)?)))?;
    let known: std::collections::BTreeSet<RecordId> = rows.collect::<Result<_, _>>()?;
    Ok(placements.iter().filter(|one| known.contains(&one.record)).copied().collect())
}

/// Lays clusters over the people whose these records were; gives back everybody who got or lost one.
fn lay(
    tx: &Transaction<'_>,
    placements: &[Placement],
    before: &BTreeMap<RecordId, (Slot, f64)>,
    keys: &Keys,
    sequence: Sequence,
) -> Result<(Reshuffle, BTreeSet<Slot>), StoreError> {
    let (slots, mut reshuffle) = slots_of_clusters(tx, placements, before, keys, sequence)?;
    note_splits(tx, placements, &slots, before)?;
    let moved = write_assignments(tx, placements, &slots, before, sequence)?;
    reshuffle.closed = close_empty(tx, placements, &slots, before, sequence)?;
    Ok((reshuffle, moved))
}

/// Gives each cluster the slot with which it shares most records, each slot once.
fn slots_of_clusters(
    tx: &Transaction<'_>,
    placements: &[Placement],
    before: &BTreeMap<RecordId, (Slot, f64)>,
    keys: &Keys,
    sequence: Sequence,
) -> Result<(BTreeMap<u32, Slot>, Reshuffle), StoreError> {
    let mut shared: BTreeMap<(u32, Slot), u64> = BTreeMap::new();
    let mut clusters: Vec<u32> = Vec::with_capacity(placements.len());
    for placement in placements {
        clusters.push(placement.cluster);
        if let Some((slot, _)) = before.get(&placement.record) {
            *shared.entry((placement.cluster, *slot)).or_default() += 1;
        }
    }
    clusters.sort_unstable();
    clusters.dedup();
    let mut by_overlap: Vec<((u32, Slot), u64)> = shared.into_iter().collect();
    by_overlap.sort_by_key(|((cluster, slot), count)| (u64::MAX - count, *slot, *cluster));
    let mut slots: BTreeMap<u32, Slot> = BTreeMap::new();
    let mut taken = BTreeSet::new();
    for ((cluster, slot), _) in by_overlap {
        if !taken.contains(&slot) && !slots.contains_key(&cluster) {
            slots.insert(cluster, slot);
            taken.insert(slot);
        }
    }
    let people = clusters.len() as u64;
    let mut opened = 0;
    for cluster in clusters {
        if let std::collections::btree_map::Entry::Vacant(vacant) = slots.entry(cluster) {
            vacant.insert(open_slot(tx, keys, sequence)?.slot);
            opened += 1;
        }
    }
    Ok((slots, Reshuffle { people, opened, closed: 0 }))
}

/// Opens the next slot.
pub(crate) fn open_slot(
    tx: &Transaction<'_>,
    keys: &Keys,
    sequence: Sequence,
) -> Result<Person, StoreError> {
    let next: u32 = tx
        .prepare_cached(
            "select max(coalesce(max(slot) + 1, 0),
                        coalesce((select value from meta where name = 'slots'), 0)) from slot",
        )?
        .query_row([], |row| row.get(0))?;
    let person = Person { slot: Slot(next), id: keys.person(Slot(next)) };
    tx.prepare_cached("insert into slot (slot, person, opened) values (?1, ?2, ?3)")?
        .execute(params![next, person.id.0, sequence.0.cast_signed()])?;
    Ok(person)
}

/// Notes of each new slot from which other it was split, so that its history goes on.
fn note_splits(
    tx: &Transaction<'_>,
    placements: &[Placement],
    slots: &BTreeMap<u32, Slot>,
    before: &BTreeMap<RecordId, (Slot, f64)>,
) -> Result<(), StoreError> {
    let known: BTreeSet<Slot> = before.values().map(|(slot, _)| *slot).collect();
    let mut since = tx.prepare_cached("select sequence from assignment where record = ?1")?;
    let mut note = tx.prepare_cached(
        "update slot set split_from = ?2, split_since = ?3, split_at = opened
         where slot = ?1 and split_from is null",
    )?;
    for placement in placements {
        let slot = slots[&placement.cluster];
        let Some((old, _)) = before.get(&placement.record) else { continue };
        if !known.contains(&slot) {
            let record = placement.record.0.cast_signed();
            let joined: i64 = since.query_row([record], |row| row.get(0))?;
            note.execute(params![slot.0, old.0, joined])?;
        }
    }
    Ok(())
}

/// Writes where records belong; gives back everybody who got or lost one.
fn write_assignments(
    tx: &Transaction<'_>,
    placements: &[Placement],
    slots: &BTreeMap<u32, Slot>,
    before: &BTreeMap<RecordId, (Slot, f64)>,
    sequence: Sequence,
) -> Result<BTreeSet<Slot>, StoreError> {
    let mut moved = BTreeSet::new();
    let mut write = tx.prepare_cached(
        "insert into assignment (record, slot, confidence, sequence) values (?1, ?2, ?3, ?4)
         on conflict (record) do update set confidence = ?3, slot = ?2,
             sequence = case when slot = ?2 then sequence else ?4 end",
    )?;
    for placement in placements {
        let slot = slots[&placement.cluster];
        let same = |(known, confidence): &(Slot, f64)| {
            *known == slot && confidence.to_bits() == placement.confidence.to_bits()
        };
        let known = before.get(&placement.record);
        if known.is_some_and(same) {
            continue;
        }
        moved.insert(slot);
        moved.extend(known.map(|(slot, _)| *slot));
        let record = placement.record.0.cast_signed();
        write.execute(params![record, slot.0, placement.confidence, sequence.0.cast_signed()])?;
    }
    Ok(moved)
}

/// Closes each slot that lost all its records, in favour of the slot that took most of them.
fn close_empty(
    tx: &Transaction<'_>,
    placements: &[Placement],
    slots: &BTreeMap<u32, Slot>,
    before: &BTreeMap<RecordId, (Slot, f64)>,
    sequence: Sequence,
) -> Result<u64, StoreError> {
    let mut moved: BTreeMap<(Slot, Slot), u64> = BTreeMap::new();
    for placement in placements {
        if let Some((old, _)) = before.get(&placement.record) {
            *moved.entry((*old, slots[&placement.cluster])).or_default() += 1;
        }
    }
    let kept: BTreeSet<Slot> = slots.values().copied().collect();
    let mut heir: BTreeMap<Slot, (u64, Slot)> = BTreeMap::new();
    for ((old, new), count) in moved {
        if kept.contains(&old) {
            continue;
        }
        let best = heir.entry(old).or_insert((count, new));
        if count > best.0 {
            *best = (count, new);
        }
    }
    for (old, (_, new)) in &heir {
        close_slot(tx, *old, *new, sequence)?;
    }
    Ok(heir.len() as u64)
}

/// Closes a slot in favour of another, to which its name and what it had absorbed lead from now on.
pub(crate) fn close_slot(
    tx: &Transaction<'_>,
    gone: Slot,
    kept: Slot,
    sequence: Sequence,
) -> Result<(), StoreError> {
    tx.prepare_cached("update slot set closed = ?2, survivor = ?3 where slot = ?1")?
        .execute(params![gone.0, sequence.0.cast_signed(), kept.0])?;
    tx.prepare_cached("update slot set survivor = ?2 where survivor = ?1")?
        .execute(params![gone.0, kept.0])?;
    Ok(())
}

/// Writes the links between these records.
fn insert_links(
    tx: &Transaction<'_>,
    links: &[LinkRow],
    placements: &[Placement],
) -> Result<(), StoreError> {
    let placed: std::collections::BTreeSet<RecordId> =
        placements.iter().map(|one| one.record).collect();
    let mut insert = tx.prepare_cached(
        "insert or replace into link (a, b, weight, probability) values (?1, ?2, ?3, ?4)",
    )?;
    for link in links.iter().filter(|l| placed.contains(&l.a) && placed.contains(&l.b)) {
        let (a, b) = (link.a.0.cast_signed(), link.b.0.cast_signed());
        insert.execute(params![a, b, link.weight, link.probability])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::IncomingRecord;

    fn store_with(count: usize) -> Store {
        let store = Store::in_memory().unwrap();
        let since = jiff::Timestamp::UNIX_EPOCH;
        let records: Vec<IncomingRecord> = (0..count)
            .map(|n| IncomingRecord { key: n.to_string(), since: None, columns: BTreeMap::new() })
            .collect();
        store.upsert_records("crm", &records, since).unwrap();
        store
    }

    fn place(store: &Store, clusters: &[u32]) -> Reshuffle {
        let placements: Vec<Placement> = clusters
            .iter()
            .enumerate()
            .map(|(at, cluster)| Placement {
                record: RecordId(at as u64 + 1),
                cluster: *cluster,
                confidence: 1.0,
            })
            .collect();
        let found = Found { placements: &placements, ..Found::default() };
        store.place(&found, "{}", &Keys::for_tests()).unwrap()
    }

    fn slots(store: &Store) -> Vec<u32> {
        store.assignments().unwrap().iter().map(|a| a.slot.0).collect()
    }

    #[test]
    fn slots_survive_a_second_run_under_other_cluster_numbers() {
        let store = store_with(4);
        assert_eq!(place(&store, &[0, 0, 1, 2]).opened, 3);
        let before = slots(&store);
        assert_eq!(place(&store, &[9, 9, 5, 7]), Reshuffle { people: 3, opened: 0, closed: 0 });
        assert_eq!(slots(&store), before);
    }

    #[test]
    fn a_merge_closes_the_smaller_slot_and_its_name_leads_to_the_survivor() {
        let store = store_with(3);
        place(&store, &[0, 0, 1]);
        let absorbed = store.people().unwrap()[1].clone();
        assert_eq!(place(&store, &[0, 0, 0]).closed, 1);
        assert_eq!(slots(&store), [0, 0, 0]);
        assert_eq!(store.person(&absorbed.id).unwrap().unwrap().slot, Slot(0));
        let tenures = store.tenures(Slot(0)).unwrap();
        assert_eq!(tenures.iter().map(|t| t.slot).collect::<Vec<_>>(), [Slot(0), Slot(1)]);
    }

    #[test]
    fn a_split_opens_a_new_slot_and_acts_go_with_their_record() {
        use crate::act::{ActKind, NewAct};
        let store = store_with(2);
        place(&store, &[0, 0]);
        let act = NewAct {
            anchor: RecordId(2),
            kind: ActKind::Objection,
            topic: "marketing".into(),
            content: Some("yes".into()),
            at: jiff::Timestamp::UNIX_EPOCH,
            by: "person".into(),
            reason: None,
        };
        store.record_act(&act).unwrap();
        assert_eq!(store.acts_of(Slot(0)).unwrap().len(), 1);
        assert_eq!(place(&store, &[0, 1]).opened, 1);
        assert_eq!(slots(&store), [0, 1]);
        assert!(store.acts_of(Slot(0)).unwrap().is_empty());
        assert_eq!(store.acts_of(Slot(1)).unwrap().len(), 1);
        let tenures = store.tenures(Slot(1)).unwrap();
        assert_eq!(tenures.len(), 2);
        assert_eq!(tenures[1].slot, Slot(0));
        assert!(tenures[1].from < tenures[1].until);
    }
}
