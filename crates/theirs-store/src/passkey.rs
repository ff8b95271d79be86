//! Passkeys: by which a device proves that it is somebody's (`WebAuthn`). Of each the public key is
//! kept, which opens nothing by itself. Those of clients and those of colleagues lie apart, so that
//! none is ever found at the other's door.

use jiff::Timestamp;
use rusqlite::types::{ToSqlOutput, Value};
use rusqlite::{OptionalExtension, Row, ToSql, params};
use theirs_model::Slot;

use crate::store::{Store, StoreError, instant};

/// Whose a passkey is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holder {
    /// A client's.
    Person(Slot),
    /// A colleague's, by the principal's name.
    Colleague(String),
}

/// What a passkey opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opens {
    /// A client's own page.
    OwnPage,
    /// The pages where colleagues work.
    Work,
}

/// A passkey.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passkey {
    /// Its number among those that open the same.
    pub id: i64,
    /// Whose it is.
    pub holder: Holder,
    /// What the device knows its holder by.
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

impl Holder {
    /// What their passkeys open.
    pub fn opens(&self) -> Opens {
        match self {
            Self::Person(_) => Opens::OwnPage,
            Self::Colleague(_) => Opens::Work,
        }
    }
}

impl ToSql for Holder {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Owned(match self {
            Self::Person(slot) => Value::Integer(slot.0.into()),
            Self::Colleague(name) => Value::Text(name.clone()),
        }))
    }
}

impl Opens {
    /// The table that has them, and its column for whose each is.
    fn table(self) -> (&'static str, &'static str) {
        match self {
            Self::OwnPage => ("passkey", "slot"),
            Self::Work => ("staff_passkey", "principal"),
        }
    }

    fn holder(self, row: &Row<'_>, column: usize) -> rusqlite::Result<Holder> {
        Ok(match self {
            Self::OwnPage => Holder::Person(Slot(row.get(column)?)),
            Self::Work => Holder::Colleague(row.get(column)?),
        })
    }

    fn read(self, row: &Row<'_>) -> rusqlite::Result<Passkey> {
        let used: Option<i64> = row.get(6)?;
        Ok(Passkey {
            id: row.get(0)?,
            holder: self.holder(row, 1)?,
            handle: row.get(2)?,
            fixed: row.get(3)?,
            changing: row.get(4)?,
            made: instant(row, 5)?,
            used: used.and_then(|at| Timestamp::from_microsecond(at).ok()),
        })
    }

    fn columns(self) -> String {
        let (table, holder) = self.table();
        format!("id, {holder}, handle, fixed, changing, made, used, credential from {table}")
    }
}

impl Store {
    /// Keeps a passkey under the id that the device gave it.
    ///
    /// # Errors
    /// There is one of that id already.
    pub fn add_passkey(&self, credential: &[u8], new: &Passkey) -> Result<(), StoreError> {
        let (table, holder) = new.holder.opens().table();
        self.change(|tx, _| {
            tx.execute(
                &format!(
                    "insert into {table} (credential, {holder}, handle, fixed, changing, made)
                     values (?1, ?2, ?3, ?4, ?5, ?6)"
                ),
                params![
                    credential,
                    new.holder,
                    new.handle,
                    new.fixed,
                    new.changing,
                    new.made.as_microsecond()
                ],
            )?;
            Ok(())
        })
    }

    /// The passkey of an id, among those that open this.
    pub fn passkey(&self, opens: Opens, credential: &[u8]) -> Result<Option<Passkey>, StoreError> {
        let connection = self.connection();
        let columns = opens.columns();
        let mut found =
            connection.prepare_cached(&format!("select {columns} where credential = ?1"))?;
        Ok(found.query_row([credential], |row| opens.read(row)).optional()?)
    }

    /// Somebody's passkeys with their ids, the first made first.
    pub fn passkeys_of(&self, holder: &Holder) -> Result<Vec<(Vec<u8>, Passkey)>, StoreError> {
        let connection = self.connection();
        let opens = holder.opens();
        let (columns, (_, of)) = (opens.columns(), opens.table());
        let mut found =
            connection.prepare_cached(&format!("select {columns} where {of} = ?1 order by id"))?;
        let rows = found.query_map([holder], |row| Ok((row.get(7)?, opens.read(row)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Notes that a passkey was used, with what changed of it.
    pub fn use_passkey(
        &self,
        used: &Passkey,
        changing: &[u8],
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let (table, _) = used.holder.opens().table();
        self.change(|tx, _| {
            tx.execute(
                &format!("update {table} set changing = ?2, used = ?3 where id = ?1"),
                params![used.id, changing, at.as_microsecond()],
            )?;
            Ok(())
        })
    }

    /// Removes a passkey of somebody's; says whether there was one.
    pub fn remove_passkey(&self, holder: &Holder, id: i64) -> Result<bool, StoreError> {
        let (table, of) = holder.opens().table();
        self.change(|tx, _| {
            let gone = tx.execute(
                &format!("delete from {table} where {of} = ?1 and id = ?2"),
                params![holder, id],
            )?;
            Ok(gone > 0)
        })
    }

    /// Removes every client's passkey whose id, as the device gave it, is one of these; says how many.
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

    /// Removes every colleague's passkey: after a restore nobody knows which had been removed since.
    pub fn forget_staff_passkeys(&self) -> Result<u64, StoreError> {
        self.change(|tx, _| Ok(tx.execute("delete from staff_passkey", [])? as u64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Keys;

    fn passkey(holder: Holder) -> Passkey {
        Passkey {
            id: 0,
            holder,
            handle: vec![1; 64],
            fixed: vec![2],
            changing: vec![3],
            made: Timestamp::UNIX_EPOCH,
            used: None,
        }
    }

    #[test]
    fn a_passkey_is_kept_used_and_removed_by_whose_it_is() {
        let store = Store::in_memory().unwrap();
        let keys = Keys::for_tests();
        for name in ["ana", "bo"] {
            store.add_principal(name, &[], &keys, Timestamp::UNIX_EPOCH).unwrap();
        }
        let colleague = |name: &str| Holder::Colleague(name.to_owned());
        let at = Timestamp::UNIX_EPOCH;
        for (own, other) in [
            (Holder::Person(Slot(3)), Holder::Person(Slot(4))),
            (colleague("ana"), colleague("bo")),
        ] {
            let (opens, new) = (own.opens(), passkey(own.clone()));
            let others = if opens == Opens::Work { Opens::OwnPage } else { Opens::Work };
            store.add_passkey(b"one", &new).unwrap();
            assert!(store.add_passkey(b"one", &new).is_err(), "an id is one passkey's");
            let kept = store.passkey(opens, b"one").unwrap().unwrap();
            assert_eq!(kept, Passkey { id: kept.id, ..new.clone() });
            assert_eq!(store.passkey(opens, b"other").unwrap(), None);
            assert_eq!(store.passkey(others, b"one").unwrap(), None, "it opens nothing else");
            store.use_passkey(&kept, &[4], at).unwrap();
            let used = &store.passkeys_of(&own).unwrap()[0];
            assert_eq!(
                (used.0.as_slice(), &used.1.changing, used.1.used),
                (&b"one"[..], &vec![4], Some(at))
            );
            assert!(!store.remove_passkey(&other, kept.id).unwrap(), "it is somebody else's");
            assert!(store.remove_passkey(&own, kept.id).unwrap());
            assert!(store.passkeys_of(&own).unwrap().is_empty());
        }
    }

    #[test]
    fn whoever_is_removed_or_gets_a_new_token_has_no_passkey_left() {
        let store = Store::in_memory().unwrap();
        let (keys, at) = (Keys::for_tests(), Timestamp::UNIX_EPOCH);
        let ana = Holder::Colleague("ana".to_owned());
        let add = || store.add_principal("ana", &[], &keys, at).map(drop).unwrap();
        let has_one = || !store.passkeys_of(&ana).unwrap().is_empty();
        add();
        store.add_passkey(b"one", &passkey(ana.clone())).unwrap();
        assert!(has_one());
        store.remove_principal("ana").unwrap();
        assert!(!has_one());
        add();
        store.add_passkey(b"one", &passkey(ana.clone())).unwrap();
        add();
        assert!(!has_one());
        store.add_passkey(b"one", &passkey(ana.clone())).unwrap();
        store.add_passkey(b"two", &passkey(Holder::Person(Slot(1)))).unwrap();
        assert_eq!(store.forget_staff_passkeys().unwrap(), 1);
        assert_eq!(store.passkeys_of(&Holder::Person(Slot(1))).unwrap().len(), 1);
    }
}
