//! The ledger's key of each person: random, one per slot, in a file of its own.
//!
//! What the ledger says of a person is hidden under their key, so destroying the key cuts the last
//! tie between the log and them, and nobody else's proof changes. A key cannot be derived from
//! anything: it is drawn at random and rests sealed under the master secret in
//! `keys/people.sqlite`, which is backed up apart from the data and for a shorter time. A destroyed
//! key leaves its slot behind, so that none is ever made again for it.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::rand::{SecureRandom, SystemRandom};
use roaring::RoaringBitmap;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
use theirs_model::Slot;

use crate::keys::Keys;
use crate::store::StoreError;

/// A key sealed: nonce, the key, its tag.
const SEALED: usize = NONCE_LEN + 32 + 16;

const LAYOUT: &str = "
pragma journal_mode = wal; pragma synchronous = full; pragma secure_delete = on;
pragma busy_timeout = 10000;
create table if not exists person_key (slot integer primary key, sealed blob, destroyed integer);
create index if not exists person_key_destroyed on person_key (slot) where sealed is null;";

/// The ledger's keys of people. Its `Debug` shows none of them.
pub struct PersonKeys {
    connection: Mutex<Connection>,
    seal: LessSafeKey,
}

impl PersonKeys {
    /// Opens the keys of people, making the file if there is none.
    pub fn open(keys: &Keys) -> Result<Self, StoreError> {
        let connection = Connection::open(keys.person_key_file())?;
        owner_only(&keys.person_key_file())?;
        connection.execute_batch(LAYOUT)?;
        Self::over(connection, keys)
    }

    fn over(connection: Connection, keys: &Keys) -> Result<Self, StoreError> {
        let key = UnboundKey::new(&AES_256_GCM, &keys.derive("ledger key of a person"))
            .map_err(|_| StoreError::Damaged("a key has the wrong length"))?;
        Ok(Self { connection: Mutex::new(connection), seal: LessSafeKey::new(key) })
    }

    /// Makes a key for each of these people who has none; says for how many. Whose key was
    /// destroyed gets none.
    pub fn ensure(&self, slots: &RoaringBitmap) -> Result<u64, StoreError> {
        let mut connection = self.connection();
        let known = known(&connection)?;
        let missing = slots - &known;
        if missing.is_empty() {
            return Ok(0);
        }
        let change = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        {
            let mut insert =
                change.prepare_cached("insert into person_key (slot, sealed) values (?1, ?2)")?;
            for slot in &missing {
                insert.execute(params![slot, self.sealed_new(slot)?])?;
            }
        }
        change.commit()?;
        Ok(missing.len())
    }

    /// The key of a person; none if none was made or it was destroyed.
    pub fn key(&self, slot: Slot) -> Result<Option<[u8; 32]>, StoreError> {
        let connection = self.connection();
        let mut query =
            connection.prepare_cached("select sealed from person_key where slot = ?1")?;
        let sealed: Option<Option<Vec<u8>>> =
            query.query_row([slot.0], |row| row.get(0)).optional()?;
        sealed.flatten().map(|sealed| self.open_sealed(slot.0, &sealed)).transpose()
    }

    /// Hands every key that there is to `see`, in the order of slots.
    pub fn each(&self, mut see: impl FnMut(Slot, [u8; 32])) -> Result<(), StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare(
            "select slot, sealed from person_key where sealed is not null order by slot",
        )?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let slot: u32 = row.get(0)?;
            let sealed = row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?;
            see(Slot(slot), self.open_sealed(slot, sealed)?);
        }
        Ok(())
    }

    /// Destroys the keys of these people, for good: when this returns, no byte of them is left in
    /// the file or beside it. Returns how many there were.
    pub fn destroy(&self, slots: &RoaringBitmap, at: Timestamp) -> Result<u64, StoreError> {
        let mut connection = self.connection();
        let change = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut count = 0;
        {
            let mut held = change.prepare_cached(
                "select 1 from person_key where slot = ?1 and sealed is not null",
            )?;
            let mut destroy = change.prepare_cached(
                "insert into person_key (slot, sealed, destroyed) values (?1, null, ?2)
                 on conflict (slot) do update set sealed = null, destroyed = ?2
                 where sealed is not null",
            )?;
            for slot in slots {
                count += u64::from(held.exists([slot])?);
                destroy.execute(params![slot, at.as_microsecond()])?;
            }
        }
        change.commit()?;
        // The write-ahead log still holds pages with the keys; folded in, it is cut to nothing.
        connection.query_row("pragma wal_checkpoint(truncate)", [], |_| Ok(()))?;
        Ok(count)
    }

    /// The people whose keys were destroyed.
    pub fn destroyed(&self) -> Result<RoaringBitmap, StoreError> {
        let connection = self.connection();
        let mut query = connection
            .prepare_cached("select slot from person_key where sealed is null order by slot")?;
        let rows = query.query_map([], |row| row.get::<_, u32>(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The master secret seals each key together with its slot, so that no two can be exchanged.
    fn sealed_new(&self, slot: u32) -> Result<[u8; SEALED], StoreError> {
        const FAILED: StoreError = StoreError::Damaged("the machine gives no random bytes");
        let mut drawn = [0; NONCE_LEN + 32];
        SystemRandom::new().fill(&mut drawn).map_err(|_| FAILED)?;
        let (nonce, key) = drawn.split_at_mut(NONCE_LEN);
        let tag = self
            .seal
            .seal_in_place_separate_tag(
                Nonce::try_assume_unique_for_key(nonce).map_err(|_| FAILED)?,
                Aad::from(slot.to_be_bytes()),
                key,
            )
            .map_err(|_| FAILED)?;
        let mut sealed = [0; SEALED];
        sealed[..NONCE_LEN + 32].copy_from_slice(&drawn);
        sealed[NONCE_LEN + 32..].copy_from_slice(tag.as_ref());
        Ok(sealed)
    }

    fn open_sealed(&self, slot: u32, sealed: &[u8]) -> Result<[u8; 32], StoreError> {
        const FAILED: StoreError = StoreError::Damaged(
            "a key in keys/people.sqlite cannot be opened with keys/master.key",
        );
        let mut bytes: [u8; SEALED] = sealed.try_into().map_err(|_| FAILED)?;
        let (nonce, key) = bytes.split_at_mut(NONCE_LEN);
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| FAILED)?;
        let aad = Aad::from(slot.to_be_bytes());
        let opened = self.seal.open_in_place(nonce, aad, key).map_err(|_| FAILED)?;
        (&*opened).try_into().map_err(|_| FAILED)
    }

    fn connection(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Keys {
    /// Where the ledger's keys of people rest.
    pub fn person_key_file(&self) -> PathBuf {
        self.folder().join("people.sqlite")
    }
}

impl std::fmt::Debug for PersonKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PersonKeys(..)")
    }
}

fn known(connection: &Connection) -> Result<RoaringBitmap, StoreError> {
    let mut query = connection.prepare_cached("select slot from person_key order by slot")?;
    let rows = query.query_map([], |row| row.get::<_, u32>(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The log beside a database takes the mode of the database.
fn owner_only(path: &Path) -> Result<(), StoreError> {
    use std::os::unix::fs::PermissionsExt;
    Ok(std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slots(numbers: impl IntoIterator<Item = u32>) -> RoaringBitmap {
        numbers.into_iter().collect()
    }

    fn keys(folder: &Path) -> PersonKeys {
        PersonKeys::open(&Keys::open_or_create(folder).unwrap()).unwrap()
    }

    #[test]
    fn each_person_has_one_key_that_lasts() {
        let folder = tempfile::tempdir().unwrap();
        let first = keys(folder.path());
        assert_eq!(first.ensure(&slots(0..3)).unwrap(), 3);
        assert_eq!(first.ensure(&slots(1..5)).unwrap(), 2);
        let key = first.key(Slot(2)).unwrap().unwrap();
        assert_ne!(first.key(Slot(1)).unwrap().unwrap(), key);
        assert_eq!(keys(folder.path()).key(Slot(2)).unwrap(), Some(key));
        assert_eq!(first.key(Slot(9)).unwrap(), None);
        let mut seen = Vec::new();
        first.each(|slot, _| seen.push(slot.0)).unwrap();
        assert_eq!(seen, [0, 1, 2, 3, 4]);
    }

    #[test]
    fn a_destroyed_key_is_gone_from_every_file_and_never_made_again() {
        let folder = tempfile::tempdir().unwrap();
        let all = keys(folder.path());
        all.ensure(&slots(0..500)).unwrap();
        let sealed: Vec<u8> = all
            .connection()
            .query_row("select sealed from person_key where slot = 7", [], |row| row.get(0))
            .unwrap();
        let holds = || {
            let files = std::fs::read_dir(folder.path()).unwrap();
            let mut bytes = files.map(|file| std::fs::read(file.unwrap().path()).unwrap());
            bytes.any(|bytes| bytes.windows(SEALED).any(|part| part == sealed))
        };
        assert!(holds());
        assert_eq!(all.destroy(&slots([7, 900]), Timestamp::UNIX_EPOCH).unwrap(), 1);
        assert!(!holds());
        assert_eq!(all.key(Slot(7)).unwrap(), None);
        assert_eq!(all.ensure(&slots([7, 8, 900])).unwrap(), 0);
        assert_eq!(all.destroyed().unwrap(), slots([7, 900]));
        assert_eq!(all.destroy(&slots([7]), Timestamp::UNIX_EPOCH).unwrap(), 0);
    }

    #[test]
    fn keys_that_were_exchanged_do_not_open() {
        let folder = tempfile::tempdir().unwrap();
        let all = keys(folder.path());
        all.ensure(&slots(0..2)).unwrap();
        let exchange = "update person_key set sealed =
            (select other.sealed from person_key other where other.slot = 1 - person_key.slot)";
        all.connection().execute_batch(exchange).unwrap();
        assert!(all.key(Slot(0)).is_err() || all.key(Slot(1)).is_err());
    }
}
