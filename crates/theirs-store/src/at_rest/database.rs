//! The database at rest: every page of it, of its write-ahead log and of its copies is encrypted.
//!
//! `SQLCipher` seals each page (AES-256-CBC under a random vector, then HMAC-SHA-512 over both) with a
//! key drawn from the master secret. The key is random already, so it is given raw, and opening
//! stretches nothing. What stays readable is the size of the file and which pages change. A database
//! of before, in plain, is never opened for work: only an upgrade reads it.

use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode};

use crate::schema;
use crate::store::StoreError;

/// What the file of a database in plain begins with.
const PLAIN: &[u8; 16] = b"SQLite format 3\0";

/// The key of a folder's database. Its `Debug` shows nothing of it.
#[derive(Clone)]
pub struct DatabaseKey {
    key: [u8; 32],
    /// The file of the master secret, for messages.
    secret: PathBuf,
}

/// Waits until the cipher is there. `SQLite` lets a second thread open a database as soon as its own
/// part is ready, and readies `SQLCipher` after that: a key that comes between the two is refused.
static CIPHER: LazyLock<()> = LazyLock::new(|| {
    let waited = Instant::now();
    while !takes_a_key() && waited.elapsed() < Duration::from_secs(10) {
        std::thread::sleep(Duration::from_millis(5));
    }
});

fn takes_a_key() -> bool {
    let tried = Connection::open_in_memory();
    tried.is_ok_and(|connection| connection.execute_batch("pragma key = 'ready'").is_ok())
}

/// What a file is, as its first bytes tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// There is none, or it is empty.
    Nothing,
    /// A database that anybody can read.
    Plain,
    /// A database that is encrypted; or no database at all.
    Encrypted,
}

impl Form {
    pub(crate) fn of(path: &Path) -> Result<Self, StoreError> {
        let mut file = match std::fs::File::open(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Self::Nothing),
            file => file?,
        };
        let mut found = [0; PLAIN.len()];
        let mut length = 0;
        while length < found.len() {
            match file.read(&mut found[length..])? {
                0 => break,
                read => length += read,
            }
        }
        Ok(match &found {
            _ if length == 0 => Self::Nothing,
            PLAIN => Self::Plain,
            _ => Self::Encrypted,
        })
    }
}

impl DatabaseKey {
    pub(crate) fn new(key: [u8; 32], secret: PathBuf) -> Self {
        Self { key, secret }
    }

    /// Opens a database under this key, making it if there is none. The layout is not looked at.
    ///
    /// # Errors
    /// It is in plain, or the key is not its key.
    pub fn open(&self, path: &Path) -> Result<Connection, StoreError> {
        if Form::of(path)? == Form::Plain {
            let found = schema::layout(&in_plain(path)?)?;
            return Err(StoreError::Older { found, encrypted: false, known: schema::known() });
        }
        LazyLock::force(&CIPHER);
        let connection = Connection::open(path)?;
        // Nothing may be said to the database before its key. It would tell the terminal of every
        // page that does not open; the error below says it once, and what to do.
        let first = format!("pragma key = {}; pragma cipher_log_level = none;", self.quoted());
        connection.execute_batch(&first)?;
        match connection.query_row("select count(*) from sqlite_schema", [], |_| Ok(())) {
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::NotADatabase) => {
                let (database, secret) = (path.to_owned(), self.secret.clone());
                Err(StoreError::OtherKey { database, secret })
            }
            opened => Ok(opened.map(|()| connection)?),
        }
    }

    /// Writes a database that is encrypted under this key to `to`, in plain: for an older version,
    /// and for tests that look at every byte.
    ///
    /// # Errors
    /// It does not open, or there is something at `to`.
    pub fn write_plain(&self, from: &Path, to: &Path) -> Result<(), StoreError> {
        export(&self.open(from)?, to, "''")
    }

    /// Writes a database that is in plain to `to`, encrypted under this key.
    ///
    /// # Errors
    /// It does not open, or there is something at `to`.
    pub fn write_encrypted(&self, from: &Path, to: &Path) -> Result<(), StoreError> {
        LazyLock::force(&CIPHER);
        export(&Connection::open(from)?, to, &self.quoted())
    }

    /// The key as `SQLCipher` takes one that is not to be stretched.
    fn quoted(&self) -> String {
        format!("\"x'{}'\"", hex::encode(self.key))
    }
}

impl std::fmt::Debug for DatabaseKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DatabaseKey(..)")
    }
}

/// Opens a database that is in plain, to be looked at and left as it is.
pub(crate) fn in_plain(path: &Path) -> Result<Connection, StoreError> {
    let connection = Connection::open(path)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    Ok(connection)
}

/// Copies every table with its number of layout into a new file, on disk when this returns.
fn export(from: &Connection, to: &Path, key: &str) -> Result<(), StoreError> {
    if Form::of(to)? != Form::Nothing {
        return Err(StoreError::Damaged("there is a database already where a copy is to be"));
    }
    let layout: i64 = from.pragma_query_value(None, "user_version", |row| row.get(0))?;
    from.execute(&format!("attach ?1 as copy key {key}"), [to.to_string_lossy().into_owned()])?;
    from.query_row("select sqlcipher_export('copy')", [], |_| Ok(()))?;
    from.execute_batch(&format!("pragma copy.user_version = {layout}; detach copy;"))?;
    Ok(std::fs::File::open(to)?.sync_all()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::Keys;

    fn key() -> DatabaseKey {
        Keys::for_tests().database()
    }

    #[test]
    fn nothing_of_a_value_stands_in_the_database_or_its_log() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store.sqlite");
        let connection = key().open(&path).unwrap();
        connection
            .execute_batch(
                "pragma journal_mode = wal; create table t (v text);
                 insert into t values ('Wilhelmina');",
            )
            .unwrap();
        let holds = || {
            std::fs::read_dir(folder.path()).unwrap().any(|file| {
                let bytes = std::fs::read(file.unwrap().path()).unwrap();
                memchr::memmem::find(&bytes, b"Wilhelmina").is_some()
                    || memchr::memmem::find(&bytes, b"create table").is_some()
            })
        };
        assert!(!holds());
        drop(connection);
        assert!(!holds());
        assert_eq!(Form::of(&path).unwrap(), Form::Encrypted);
        let plain = folder.path().join("plain.sqlite");
        key().write_plain(&path, &plain).unwrap();
        assert!(holds() && Form::of(&plain).unwrap() == Form::Plain);
        assert!(key().write_plain(&path, &plain).is_err(), "it is there already");
        assert_eq!(format!("{:?}", key()), "DatabaseKey(..)");
    }

    #[test]
    fn the_first_who_open_at_one_time_are_all_let_in() {
        let folder = tempfile::tempdir().unwrap();
        let start = std::sync::Barrier::new(8);
        std::thread::scope(|threads| {
            for number in 0..8 {
                let path = folder.path().join(number.to_string());
                let start = &start;
                threads.spawn(move || {
                    start.wait();
                    key().open(&path).unwrap();
                });
            }
        });
    }

    #[test]
    fn another_key_and_a_database_in_plain_are_told_apart() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store.sqlite");
        key().open(&path).unwrap().execute_batch("create table t (v text)").unwrap();
        let other = DatabaseKey::new([9; 32], "keys/master.key".into());
        let message = other.open(&path).unwrap_err().to_string();
        assert!(
            message.contains("store.sqlite cannot be opened with keys/master.key"),
            "{message}"
        );
        std::fs::write(&path, "no database at all, but a text that is long enough").unwrap();
        assert!(matches!(key().open(&path), Err(StoreError::OtherKey { .. })));
        let plain = folder.path().join("plain.sqlite");
        Connection::open(&plain).unwrap().execute_batch("create table t (v text)").unwrap();
        assert!(matches!(key().open(&plain), Err(StoreError::Older { encrypted: false, .. })));
    }

    #[test]
    fn a_copy_has_the_rows_and_the_layout_of_its_original() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        Connection::open(at("plain"))
            .unwrap()
            .execute_batch(
                "create table t (id integer primary key autoincrement, v text);
                 create table w (k text primary key) without rowid; create index t_v on t (v);
                 insert into t values (7, 'a'); insert into w values ('b'); pragma user_version = 3;",
            )
            .unwrap();
        key().write_encrypted(&at("plain"), &at("sealed")).unwrap();
        key().write_plain(&at("sealed"), &at("again")).unwrap();
        let again = Connection::open(at("again")).unwrap();
        again.execute_batch("insert into t (v) values ('c')").unwrap();
        let ids: i64 = again.query_row("select sum(id) from t", [], |row| row.get(0)).unwrap();
        assert_eq!(ids, 7 + 8, "numbers are never given again");
        let layout = again.pragma_query_value(None, "user_version", |row| row.get::<_, i64>(0));
        assert_eq!(layout.unwrap(), 3);
    }
}
