//! Passkeys: by which a device proves that it is a person's (`WebAuthn`). Of each the public key is
//! kept, which opens nothing by itself.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, params};
use theirs_model::Slot;

use crate::store::{Store, StoreError, instant};

/// A passkey of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passkey {
    /// Its number.
    pub id: i64,
    /// Whose it is.
    pub slot: Slot,
    /// What the device knows the person by.
    pub handle: Vec<u8>,
    /// What never changes of it, its public key among it, as its library writes it.
    pub fixed: Vec<u8>,
    /// What may change with each use.
    pub changing: Vec<u8>,
    /// When it was made.
    pub made: Timestamp,
    /// When it was used last.
    pub used: Option<Timestamp>,
}

const COLUMNS: &str = "id, slot, handle, fixed, changing, made, used";

fn read(row: &Row<'_>) -> rusqlite::Result<Passkey> {
    let used: Option<i64> = row.get(6)?;
    Ok(Passkey {
        id: row.get(0)?,
        slot: Slot(row.get(1)?),
        handle: row.get(2)?,
        fixed: row.get(3)?,
        changing: row.get(4)?,
        made: instant(row, 5)?,
        used: used.and_then(|at| Timestamp::from_microsecond(at).ok()),
    })
}

impl Store {
    /// Keeps a passkey under the id that the device gave it.
    ///
    /// # Errors
    /// There is one of that id already.
    pub fn add_passkey(&self, credential: &[u8], new: &Passkey) -> Result<(), StoreError> {
        self.change(|tx, _| {
            tx.execute(
                "insert into passkey (credential, slot, handle, fixed, changing, made)
                 values (?1, ?2, ?3, ?4, ?5, ?6)",
                params![
                    credential,
                    new.slot.0,
                    new.handle,
                    new.fixed,
                    new.changing,
                    new.made.as_microsecond()
                ],
            )?;
            Ok(())
        })
    }

    /// The passkey of an id.
    pub fn passkey(&self, credential: &[u8]) -> Result<Option<Passkey>, StoreError> {
        let connection = self.connection();
        let mut found = connection
            .prepare_cached(&format!("select {COLUMNS} from passkey where credential = ?1"))?;
        Ok(found.query_row([credential], read).optional()?)
    }

    /// The passkeys of a person with their ids, the first made first.
    pub fn passkeys_of(&self, slot: Slot) -> Result<Vec<(Vec<u8>, Passkey)>, StoreError> {
        let connection = self.connection();
        let mut found = connection.prepare_cached(&format!(
            "select {COLUMNS}, credential from passkey where slot = ?1 order by id"
        ))?;
        let rows = found.query_map([slot.0], |row| Ok((row.get(7)?, read(row)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Notes that a passkey was used, with what changed of it.
    pub fn use_passkey(&self, id: i64, changing: &[u8], at: Timestamp) -> Result<(), StoreError> {
        self.change(|tx, _| {
            tx.execute(
                "update passkey set changing = ?2, used = ?3 where id = ?1",
                params![id, changing, at.as_microsecond()],
            )?;
            Ok(())
        })
    }

    /// Removes a passkey of a person; says whether there was one.
    pub fn remove_passkey(&self, slot: Slot, id: i64) -> Result<bool, StoreError> {
        self.change(|tx, _| {
            let gone = tx.execute(
                "delete from passkey where slot = ?1 and id = ?2",
                [i64::from(slot.0), id],
            )?;
            Ok(gone > 0)
        })
    }

    /// Removes every passkey whose id, as the device gave it, is one of these; says how many.
    pub fn remove_passkeys(&self, is_one: &dyn Fn(&[u8]) -> bool) -> Result<u64, StoreError> {
        self.change(|tx, _| {
            let mut all = tx.prepare("select id, credential from passkey")?;
            let rows = all.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
            let rows: Vec<(i64, Vec<u8>)> = rows.collect::<Result<_, _>>()?;
            let mut gone = 0;
            for (id, _) in rows.iter().filter(|(_, credential)| is_one(credential)) {
                gone += tx.execute("delete from passkey where id = ?1", [id])? as u64;
            }
            Ok(gone)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passkey_is_kept_used_and_removed_by_whose_it_is() {
        let store = Store::in_memory().unwrap();
        let at = Timestamp::UNIX_EPOCH;
        let new = Passkey {
            id: 0,
            slot: Slot(3),
            handle: vec![1; 64],
            fixed: vec![2],
            changing: vec![3],
            made: at,
            used: None,
        };
        store.add_passkey(b"one", &new).unwrap();
        assert!(store.add_passkey(b"one", &new).is_err(), "an id is one passkey's");
        let kept = store.passkey(b"one").unwrap().unwrap();
        assert_eq!(kept, Passkey { id: kept.id, ..new.clone() });
        assert_eq!(store.passkey(b"other").unwrap(), None);
        store.use_passkey(kept.id, &[4], at).unwrap();
        let used = &store.passkeys_of(Slot(3)).unwrap()[0];
        assert_eq!(
            (used.0.as_slice(), &used.1.changing, used.1.used),
            (&b"one"[..], &vec![4], Some(at))
        );
        assert!(!store.remove_passkey(Slot(4), kept.id).unwrap(), "it is somebody else's");
        assert!(store.remove_passkey(Slot(3), kept.id).unwrap());
        assert!(store.passkeys_of(Slot(3)).unwrap().is_empty());
    }
}
