//! Who turned which key of what, and what the first charter of a folder brought with it.
//!
//! Nothing is ever changed here, only added. Each turn bears a keyed hash over itself and the hash of
//! the one before it (HMAC-SHA-256 under a key in `data/keys`), so that one which was edited, put in or
//! taken out by hand is found, and with it every later one. The last ones alone could be taken away
//! unseen: that each was made stands in the ledger.

use jiff::Timestamp;
use ring::hmac;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use theirs_model::{Digest, Sequence, UseId};

use crate::keys::Keys;
use crate::store::{Store, StoreError, instant, unsigned};

/// A turn of a key, about to be kept; its words are those of the charter's crate.
#[derive(Debug, Clone)]
pub struct NewTurn {
    /// What it is about, such as `purpose:birthday_offer`.
    pub subject: String,
    /// The digest of that clause as it was.
    pub digest: Digest,
    /// What was done.
    pub word: &'static str,
    /// With which key.
    pub key: &'static str,
    /// Who did it.
    pub principal: String,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Timestamp,
    /// The use under which the ledger holds it.
    pub use_id: UseId,
}

/// A turn of a key as it was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptTurn {
    /// What it is about.
    pub subject: String,
    /// The digest of that clause as it was.
    pub digest: Digest,
    /// What was done.
    pub word: String,
    /// With which key.
    pub key: String,
    /// Who did it.
    pub principal: String,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Timestamp,
    /// The use under which the ledger holds it.
    pub use_id: UseId,
    /// Whether it, and every one before it, is as it was written.
    pub is_sound: bool,
}

impl Store {
    /// Keeps a turn of a key; it acts on the next statement.
    pub fn record_turn(&self, turn: &NewTurn, keys: &Keys) -> Result<(), StoreError> {
        self.change(|tx, sequence| {
            let last = "select mac from approval order by id desc limit 1";
            let before: Option<Vec<u8>> = tx.query_row(last, [], |row| row.get(0)).optional()?;
            let seal = written(
                &before.unwrap_or_default(),
                [&turn.subject, turn.word, turn.key, &turn.principal, &turn.reason],
                &turn.digest,
                turn.at,
                turn.use_id,
            );
            let seal = hmac::sign(&turning(keys), &seal);
            tx.execute(
                "insert into approval
                 (subject, digest, word, key, principal, reason, at, use, mac)
                 values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                params![
                    turn.subject,
                    turn.digest.0,
                    turn.word,
                    turn.key,
                    turn.principal,
                    turn.reason,
                    turn.at.as_microsecond(),
                    turn.use_id.0,
                    seal.as_ref()
                ],
            )?;
            note_change(tx, sequence)
        })
    }

    /// Every turn of a key, the earliest first.
    pub fn turns(&self, keys: &Keys) -> Result<Vec<KeptTurn>, StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare_cached(
            "select subject, digest, word, key, principal, reason, at, use, mac
             from approval order by id",
        )?;
        let rows = query.query_map([], |row| Ok((read(row)?, row.get::<_, Vec<u8>>(8)?)))?;
        let key = turning(keys);
        let (mut turns, mut before, mut all_sound) = (Vec::new(), Vec::new(), true);
        for row in rows {
            let (mut turn, mac) = row?;
            let of = [&turn.subject, &turn.word, &turn.key, &turn.principal, &turn.reason];
            let of = of.map(String::as_str);
            let written = written(&before, of, &turn.digest, turn.at, turn.use_id);
            all_sound &= hmac::verify(&key, &written, &mac).is_ok();
            turn.is_sound = all_sound;
            turns.push(turn);
            before = mac;
        }
        Ok(turns)
    }

    /// The number of the last change to what is on record of approvals.
    pub fn approvals_changed(&self) -> Result<Sequence, StoreError> {
        let connection = self.connection();
        let mut query =
            connection.prepare_cached("select value from meta where name = 'approvals'")?;
        let found = query.query_row([], |row| unsigned(row, 0)).optional()?;
        Ok(Sequence(found.unwrap_or(0)))
    }

    /// What the first charter brought with it; not what somebody put there by hand.
    pub fn adopted(&self, keys: &Keys) -> Result<Vec<(String, Digest)>, StoreError> {
        noted(&self.connection(), "select subject, digest, mac from adopted", keys)
    }

    /// Whether the folder is of a layout before this was kept, so that what its charter in force says
    /// has still to be adopted.
    pub fn has_to_adopt(&self) -> Result<bool, StoreError> {
        Ok(has_to_adopt(&self.connection())?)
    }

    /// Adopts what the charter in force says, once, in a folder of a layout before this was kept.
    pub fn adopt(&self, brought: &[(String, Digest)], keys: &Keys) -> Result<(), StoreError> {
        self.change(|tx, sequence| {
            if !has_to_adopt(tx)? {
                return Ok(());
            }
            tx.execute("delete from meta where name = 'adopt'", [])?;
            adopt(tx, sequence, brought, keys)
        })
    }
}

fn has_to_adopt(connection: &Connection) -> rusqlite::Result<bool> {
    connection.prepare_cached("select 1 from meta where name = 'adopt'")?.exists([])
}

pub(crate) fn adopt(
    tx: &Transaction<'_>,
    sequence: Sequence,
    brought: &[(String, Digest)],
    keys: &Keys,
) -> Result<(), StoreError> {
    let mut keep = tx.prepare_cached(
        "insert or ignore into adopted (subject, digest, mac) values (?1, ?2, ?3)",
    )?;
    for (subject, digest) in brought {
        keep.execute(params![subject, digest.0, note_seal(keys, subject, digest).as_ref()])?;
    }
    note_change(tx, sequence)
}

/// The keyed hash of a note that something is known.
pub(crate) fn note_seal(keys: &Keys, subject: &str, digest: &Digest) -> hmac::Tag {
    hmac::sign(&noting(keys), &[&digest.0, subject.as_bytes()].concat())
}

/// The notes that a query finds, each with its keyed hash; those whose hash is another are left out.
pub(crate) fn noted(
    connection: &Connection,
    query: &str,
    keys: &Keys,
) -> Result<Vec<(String, Digest)>, StoreError> {
    let mut query = connection.prepare_cached(query)?;
    let rows = query.query_map([], |row| {
        Ok((row.get::<_, String>(0)?, Digest(row.get(1)?), row.get::<_, Vec<u8>>(2)?))
    })?;
    let (mut all, key) = (Vec::new(), noting(keys));
    for row in rows {
        let (subject, digest, mac) = row?;
        if hmac::verify(&key, &[&digest.0, subject.as_bytes()].concat(), &mac).is_ok() {
            all.push((subject, digest));
        }
    }
    Ok(all)
}

/// Notes that what is on record of approvals changes with this change.
pub(crate) fn note_change(tx: &Transaction<'_>, sequence: Sequence) -> Result<(), StoreError> {
    tx.prepare_cached(
        "insert into meta values ('approvals', ?1) on conflict (name) do update set value = ?1",
    )?
    .execute([sequence.0.cast_signed()])?;
    Ok(())
}

/// What the keyed hash of a turn is over: each text with its length before it.
fn written(
    before: &[u8],
    texts: [&str; 5],
    digest: &Digest,
    at: Timestamp,
    use_id: UseId,
) -> Vec<u8> {
    let mut written = Vec::new();
    let texts = texts.into_iter().map(str::as_bytes);
    for part in std::iter::once(before).chain(texts).chain([&digest.0[..], &use_id.0]) {
        written.extend((part.len() as u64).to_be_bytes());
        written.extend(part);
    }
    written.extend(at.as_microsecond().to_be_bytes());
    written
}

/// The key of these hashes.
fn turning(keys: &Keys) -> hmac::Key {
    hmac::Key::new(hmac::HMAC_SHA256, &keys.derive("approval"))
}

fn noting(keys: &Keys) -> hmac::Key {
    hmac::Key::new(hmac::HMAC_SHA256, &keys.derive("approval note"))
}

fn read(row: &Row<'_>) -> rusqlite::Result<KeptTurn> {
    Ok(KeptTurn {
        subject: row.get(0)?,
        digest: Digest(row.get(1)?),
        word: row.get(2)?,
        key: row.get(3)?,
        principal: row.get(4)?,
        reason: row.get(5)?,
        at: instant(row, 6)?,
        use_id: UseId(row.get(7)?),
        is_sound: false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turn(subject: &str) -> NewTurn {
        NewTurn {
            subject: subject.to_owned(),
            digest: Digest([3; 32]),
            word: "approve",
            key: "it",
            principal: "ida".to_owned(),
            reason: "we looked at it".to_owned(),
            at: Timestamp::UNIX_EPOCH,
            use_id: UseId([1; 16]),
        }
    }

    fn three() -> (Store, Keys) {
        let (store, keys) = (Store::in_memory().unwrap(), Keys::for_tests());
        for subject in ["source:a", "source:b", "source:c"] {
            store.record_turn(&turn(subject), &keys).unwrap();
        }
        (store, keys)
    }

    fn sound(store: &Store, keys: &Keys) -> Vec<bool> {
        store.turns(keys).unwrap().iter().map(|turn| turn.is_sound).collect()
    }

    #[test]
    fn a_turn_is_kept_as_it_was_and_noted_as_a_change() {
        let (store, keys) = three();
        assert_eq!(sound(&store, &keys), [true; 3]);
        assert_eq!(store.approvals_changed().unwrap(), Sequence(3));
        let first = store.turns(&keys).unwrap().swap_remove(0);
        assert_eq!((first.subject.as_str(), first.key.as_str()), ("source:a", "it"));
    }

    #[test]
    fn a_turn_that_was_edited_put_in_or_taken_out_by_hand_ends_it_and_all_after_it() {
        for (by_hand, left) in [
            ("update approval set key = 'marketing' where id = 2", vec![true, false, false]),
            ("update approval set digest = zeroblob(32) where id = 1", vec![false; 3]),
            ("update approval set principal = 'ana' where id = 3", vec![true, true, false]),
            ("delete from approval where id = 2", vec![true, false]),
            (
                "insert into approval (subject, digest, word, key, principal, reason, at, use, mac)
                 select subject, digest, word, 'marketing', 'ana', reason, at, use, mac
                 from approval where id = 3",
                vec![true, true, true, false],
            ),
        ] {
            let (store, keys) = three();
            store.connection().execute_batch(by_hand).unwrap();
            assert_eq!(sound(&store, &keys), left, "{by_hand}");
        }
    }

    #[test]
    fn only_a_folder_of_an_earlier_layout_adopts_and_only_once() {
        let (store, keys) = (Store::in_memory().unwrap(), Keys::for_tests());
        let first = ("purpose:a".to_owned(), Digest([1; 32]));
        let later = ("purpose:b".to_owned(), Digest([2; 32]));
        store.adopt(std::slice::from_ref(&first), &keys).unwrap();
        assert!(store.adopted(&keys).unwrap().is_empty());
        store.connection().execute_batch("insert into meta values ('adopt', 1)").unwrap();
        assert!(store.has_to_adopt().unwrap());
        store.adopt(std::slice::from_ref(&first), &keys).unwrap();
        store.adopt(&[later], &keys).unwrap();
        assert_eq!(store.adopted(&keys).unwrap(), [first]);
        let by_hand = "insert into adopted select 'purpose:c', digest, mac from adopted";
        store.connection().execute_batch(by_hand).unwrap();
        assert_eq!(store.adopted(&keys).unwrap().len(), 1);
    }
}
