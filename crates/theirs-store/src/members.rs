//! Sets of people, as uses keep them.
//!
//! Most uses concern nearly everybody whose choices allow the purpose, so uses that follow each
//! other share a set: one that takes more than a few bytes is kept once, and uses refer to it.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use ring::digest::{SHA256, digest};
use roaring::RoaringBitmap;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use crate::store::StoreError;

/// Longer than this, a set is kept apart from its uses.
const LONGEST_INLINE: usize = 256;

/// A set of people with its canonical bytes, to which the ledger commits.
#[derive(Debug, Clone)]
pub struct Members {
    bitmap: RoaringBitmap,
    bytes: Vec<u8>,
    digest: [u8; 32],
}

impl Members {
    /// A set of people.
    pub fn of(bitmap: &RoaringBitmap) -> Self {
        let mut bitmap = bitmap.clone();
        // As runs where that is shorter: most uses concern nearly everybody.
        bitmap.optimize();
        let mut bytes = Vec::with_capacity(bitmap.serialized_size());
        let _ = bitmap.serialize_into(&mut bytes);
        let mut hash = [0; 32];
        hash.copy_from_slice(digest(&SHA256, &bytes).as_ref());
        Self { bitmap, bytes, digest: hash }
    }

    /// Who they are.
    pub fn bitmap(&self) -> &RoaringBitmap {
        &self.bitmap
    }

    /// The canonical bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The set kept apart for these people, if they are so many; it is written if it is new.
    pub(crate) fn kept_apart(&self, tx: &Transaction<'_>) -> Result<Option<i64>, StoreError> {
        if self.bytes.len() <= LONGEST_INLINE {
            return Ok(None);
        }
        let mut find = tx.prepare_cached("select id from member_set where digest = ?1")?;
        if let Some(known) = find.query_row([self.digest], |row| row.get(0)).optional()? {
            return Ok(Some(known));
        }
        tx.prepare_cached("insert into member_set (digest, body) values (?1, ?2)")?
            .execute(params![self.digest, self.bytes])?;
        Ok(Some(tx.last_insert_rowid()))
    }
}

/// Reads sets of people while walking over uses, each that is shared once.
#[derive(Default)]
pub(crate) struct Sets {
    known: HashMap<i64, RoaringBitmap>,
    /// The last that was not shared.
    last: RoaringBitmap,
}

impl Sets {
    /// The people of a row whose columns from `at` on are `members` and `member_set`.
    pub(crate) fn of(
        &mut self,
        connection: &Connection,
        row: &Row<'_>,
        at: usize,
    ) -> Result<&RoaringBitmap, StoreError> {
        let Some(set) = row.get::<_, Option<i64>>(at + 1)? else {
            self.last = bitmap(row.get_ref(at)?.as_blob().map_err(rusqlite::Error::from)?)?;
            return Ok(&self.last);
        };
        Ok(match self.known.entry(set) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(free) => free.insert(bitmap(&body(connection, set)?)?),
        })
    }
}

/// Reads the canonical bytes of sets of people, each that is shared once.
pub(crate) struct Bodies<'c> {
    connection: &'c Connection,
    known: HashMap<i64, Arc<[u8]>>,
}

impl<'c> Bodies<'c> {
    /// Nothing read yet.
    pub(crate) fn of_all(connection: &'c Connection) -> Self {
        Self { connection, known: HashMap::new() }
    }

    /// The people of a row with these columns.
    pub(crate) fn of(
        &mut self,
        row: &Row<'_>,
        members: usize,
        member_set: usize,
    ) -> Result<Arc<[u8]>, StoreError> {
        let Some(set) = row.get::<_, Option<i64>>(member_set)? else {
            return Ok(row.get_ref(members)?.as_blob().map_err(rusqlite::Error::from)?.into());
        };
        if let Some(known) = self.known.get(&set) {
            return Ok(Arc::clone(known));
        }
        let body = body(self.connection, set)?;
        Ok(Arc::clone(self.known.entry(set).or_insert_with(|| body.into())))
    }
}

/// The canonical bytes of a set that is kept apart.
fn body(connection: &Connection, set: i64) -> Result<Vec<u8>, StoreError> {
    let mut read = connection.prepare_cached("select body from member_set where id = ?1")?;
    Ok(read.query_row([set], |row| row.get(0))?)
}

/// The people of canonical bytes.
pub(crate) fn bitmap(bytes: &[u8]) -> Result<RoaringBitmap, StoreError> {
    RoaringBitmap::deserialize_from(bytes)
        .map_err(|_| StoreError::Damaged("the people of a use cannot be read"))
}

/// Takes people out of the sets of all uses; says from how many uses. Each use keeps how many were
/// taken out. A set that is changed so is no longer the one that a new use could refer to.
pub(crate) fn clear(tx: &Transaction<'_>, gone: &RoaringBitmap) -> Result<u64, StoreError> {
    let mut inline = Vec::new();
    let mut uses =
        tx.prepare_cached("select id, members from usage where people > 0 and member_set is null")?;
    let mut rows = uses.query([])?;
    while let Some(row) = rows.next()? {
        let members = bitmap(row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?)?;
        let cleared = members.intersection_len(gone);
        if cleared > 0 {
            inline.push((row.get::<_, [u8; 16]>(0)?, members - gone, cleared));
        }
    }
    let mut clear =
        tx.prepare_cached("update usage set members = ?2, cleared = cleared + ?3 where id = ?1")?;
    for (id, members, cleared) in &inline {
        clear.execute(params![id, Members::of(members).bytes, cleared.cast_signed()])?;
    }
    let mut apart = Vec::new();
    let mut sets = tx.prepare_cached("select id, body from member_set")?;
    let mut rows = sets.query([])?;
    while let Some(row) = rows.next()? {
        let members = bitmap(row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?)?;
        let cleared = members.intersection_len(gone);
        if cleared > 0 {
            apart.push((row.get::<_, i64>(0)?, members - gone, cleared));
        }
    }
    let mut uses = inline.len() as u64;
    let mut change =
        tx.prepare_cached("update member_set set body = ?2, digest = null where id = ?1")?;
    let mut count =
        tx.prepare_cached("update usage set cleared = cleared + ?2 where member_set = ?1")?;
    for (set, members, cleared) in &apart {
        change.execute(params![set, Members::of(members).bytes])?;
        uses += count.execute(params![set, cleared.cast_signed()])? as u64;
    }
    Ok(uses)
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use theirs_model::{Slot, UseId};

    use super::*;
    use crate::store::Store;
    use crate::usage::NewUse;

    fn used(store: &Store, number: u8, people: &RoaringBitmap) {
        let new = NewUse {
            id: UseId([number; 16]),
            at: Timestamp::UNIX_EPOCH,
            told: "{}".into(),
            members: Arc::new(Members::of(people)),
            salt: [number; 32],
            entry: vec![number],
            leaf: Some(u64::from(number)),
        };
        store.record_use(&new).unwrap();
    }

    fn sets(store: &Store) -> i64 {
        let connection = store.connection();
        connection.query_row("select count(*) from member_set", [], |row| row.get(0)).unwrap()
    }

    #[test]
    fn a_large_set_is_kept_once_and_reads_as_if_each_use_had_it() {
        let store = Store::in_memory().unwrap();
        let many: RoaringBitmap = (0..5_000).filter(|slot| slot % 3 > 0).collect();
        let few = RoaringBitmap::from_iter([4, 6]);
        for (number, people) in (0..).zip([&many, &few, &many]) {
            used(&store, number, people);
        }
        assert_eq!(sets(&store), 1);
        let all = store.all_uses().unwrap();
        let people: Vec<RoaringBitmap> = all.iter().map(|one| one.bitmap().unwrap()).collect();
        assert_eq!(people, [many.clone(), few, many.clone()]);
        assert_eq!(*all[0].members, *Members::of(&many).bytes());
        assert!(Arc::ptr_eq(&all[0].members, &all[2].members));
        let of = |slot| {
            let uses = store.uses_with(Slot(slot)).unwrap();
            uses.iter().map(|one| one.leaf.unwrap()).collect::<Vec<_>>()
        };
        assert_eq!((of(4), of(5), of(6)), (vec![0, 1, 2], vec![0, 2], vec![1]));
    }

    #[test]
    fn who_is_taken_out_is_counted_in_every_use_and_a_later_use_has_a_set_of_its_own() {
        let store = Store::in_memory().unwrap();
        let many: RoaringBitmap = (0..5_000).filter(|slot| slot % 3 > 0).collect();
        used(&store, 0, &many);
        used(&store, 1, &many);
        used(&store, 2, &RoaringBitmap::from_iter([7]));
        let gone = RoaringBitmap::from_iter([7, 8, 9]);
        assert_eq!(store.forget_members(&gone, &[], &[]).unwrap(), 3);
        used(&store, 3, &many);
        used(&store, 4, &(&many - &gone));
        let all = store.all_uses().unwrap();
        let kept: Vec<(u64, u64, u64)> =
            all.iter().map(|one| (one.people, one.bitmap().unwrap().len(), one.cleared)).collect();
        let n = many.len();
        assert_eq!(kept, [(n, n - 2, 2), (n, n - 2, 2), (1, 0, 1), (n, n, 0), (n - 2, n - 2, 0)]);
        assert_eq!(store.forget_members(&gone, &[], &[]).unwrap(), 1);
        assert!(store.uses_with(Slot(7)).unwrap().is_empty());
    }
}
