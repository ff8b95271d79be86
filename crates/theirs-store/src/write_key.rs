//! Write keys: who may send events into which stream.
//!
//! A browser's key stands in the pages of a site and is no secret; a server's is. Of both only the
//! digest is kept.

use jiff::Timestamp;
use ring::digest::{SHA256, digest};
use rusqlite::params;

use crate::keys::random;
use crate::store::{Store, StoreError, instant};

/// A key as it is kept.
#[derive(Clone)]
pub struct WriteKey {
    /// SHA-256 of it.
    pub digest: [u8; 32],
    /// Its stream.
    pub stream: String,
    /// Whether it is a server's.
    pub server: bool,
    /// How it begins, by which people tell it from others.
    pub hint: String,
    /// When it was made.
    pub made: Timestamp,
    /// When it was revoked, if it was.
    pub revoked: Option<Timestamp>,
}

/// A key that was just made, with the one sight of it.
pub struct NewWriteKey {
    /// The key.
    pub key: String,
    /// How it begins.
    pub hint: String,
}

/// How many characters of a key tell it from others.
const HINT: usize = 10;

impl WriteKey {
    /// By what a key that somebody brings is looked up.
    pub fn digest_of(key: &str) -> [u8; 32] {
        let mut bytes = [0; 32];
        bytes.copy_from_slice(digest(&SHA256, key.as_bytes()).as_ref());
        bytes
    }
}

impl Store {
    /// Makes a key for a stream.
    ///
    /// # Errors
    /// The system gives no random bytes, or the store cannot be written.
    pub fn add_write_key(
        &self,
        stream: &str,
        server: bool,
        now: Timestamp,
    ) -> Result<NewWriteKey, StoreError> {
        let kind = if server { "ts" } else { "tb" };
        let key = format!("{kind}_{}", hex::encode(random::<20>()?));
        let hint: String = key.chars().take(HINT).collect();
        let digest = WriteKey::digest_of(&key);
        self.change(|tx, _| {
            tx.execute(
                "insert into write_key (digest, stream, server, hint, made)
                 values (?1, ?2, ?3, ?4, ?5)",
                params![digest, stream, server, hint, now.as_microsecond()],
            )?;
            Ok(())
        })?;
        Ok(NewWriteKey { key, hint })
    }

    /// Every key, also those that were revoked, in the order in which they were made.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn write_keys(&self) -> Result<Vec<WriteKey>, StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare_cached(
            "select digest, stream, server, hint, made, revoked from write_key order by made, hint",
        )?;
        let rows = query.query_map([], |row| {
            let revoked: Option<i64> = row.get(5)?;
            Ok(WriteKey {
                digest: row.get(0)?,
                stream: row.get(1)?,
                server: row.get(2)?,
                hint: row.get(3)?,
                made: instant(row, 4)?,
                revoked: revoked.map(|_| instant(row, 5)).transpose()?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Revokes the keys that begin so; says how many there were.
    ///
    /// # Errors
    /// The store cannot be written.
    pub fn revoke_write_key(&self, hint: &str, now: Timestamp) -> Result<usize, StoreError> {
        self.change(|tx, _| {
            Ok(tx.execute(
                "update write_key set revoked = ?2 where hint = ?1 and revoked is null",
                params![hint, now.as_microsecond()],
            )?)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_known_by_its_digest_until_it_is_revoked() {
        let store = Store::in_memory().unwrap();
        let now = Timestamp::UNIX_EPOCH;
        let made = store.add_write_key("web", false, now).unwrap();
        assert!(made.key.starts_with(&made.hint));
        let kept = store.write_keys().unwrap();
        assert_eq!(kept[0].digest, WriteKey::digest_of(&made.key));
        assert!(kept[0].revoked.is_none());
        assert_eq!(store.revoke_write_key(&made.hint, now).unwrap(), 1);
        assert_eq!(store.revoke_write_key(&made.hint, now).unwrap(), 0);
        assert!(store.write_keys().unwrap()[0].revoked.is_some());
    }
}
