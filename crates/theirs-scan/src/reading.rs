//! Opens what is to be scanned: files, folders of them, here or in a bucket, workbooks, and databases of
//! PostgreSQL and `MariaDB`.
//!
//! Everything is read up to a stated bound, and nothing is ever written.

mod bucket;
mod mariadb;
mod postgres;
mod western;
mod workbook;

use std::path::{Path, PathBuf};

use theirs_ingest::{BucketAddressError, IngestError, Limit, is_readable, peek, tables};

use crate::gather::Gather;
use crate::table::{Origin, Table};

pub use self::postgres::PostgresError;

/// Of a file or table, so much is looked at.
const LIMIT: Limit = Limit { rows: 500_000, bytes: 64 << 20 };

/// Of a folder or database, so many files or tables.
const MOST_TABLES: usize = 200;

/// What was shown: tables, and what could not be read or should be known.
#[derive(Debug, Default)]
pub struct Shown {
    /// The tables.
    pub tables: Vec<Table>,
    /// Notes in words, for people.
    pub notes: Vec<String>,
}

/// Why nothing was shown. No message holds a value, or a password.
#[derive(Debug, thiserror::Error)]
pub enum ScanError {
    /// A file could not be read.
    #[error(transparent)]
    Ingest(#[from] IngestError),
    /// A workbook could not be read.
    #[error("{file} does not read as a workbook: {reason}")]
    Workbook {
        /// The workbook.
        file: String,
        /// What its reader answered.
        reason: String,
    },
    /// A folder has nothing that can be read.
    #[error(
        "{folder} has no file that can be scanned: their names end in .csv, .tsv, .jsonl, .ndjson, .parquet, .sqlite, .db, .xlsx, .xls or .ods"
    )]
    NothingIn {
        /// The folder.
        folder: String,
    },
    /// It is no address of a bucket.
    #[error("that is no address of a bucket: {0}")]
    Bucket(#[from] BucketAddressError),
    /// A database could not be read.
    #[error(transparent)]
    Postgres(#[from] PostgresError),
    /// It is no address of a `MariaDB` or `MySQL` database.
    #[error(
        "that is no address of a database: write mysql://USER@HOST/DATABASE, and put the password into MYSQL_PWD"
    )]
    MariaDbAddress,
}

/// Opens a file, a folder, those of a bucket by their `s3://` address, or a database by its
/// `postgres://`, `mysql://` or `mariadb://` address.
pub fn open(source: &str) -> Result<Shown, ScanError> {
    if source.starts_with("postgres://") || source.starts_with("postgresql://") {
        return Ok(postgres::open(source)?);
    }
    if mariadb::is_one(source) {
        return mariadb::open(source);
    }
    if bucket::is_one(source) {
        return bucket::open(source);
    }
    let path = Path::new(source);
    if path.is_dir() { folder(path) } else { file(path) }
}

fn folder(path: &Path) -> Result<Shown, ScanError> {
    let nothing = || ScanError::NothingIn { folder: path.display().to_string() };
    let disk = |source| IngestError::Disk { file: path.to_owned(), source };
    let mut files: Vec<PathBuf> = std::fs::read_dir(path)
        .map_err(disk)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.is_file() && (is_readable(path) || workbook::is_one(path)))
        .collect();
    files.sort();
    let mut shown = Shown::default();
    if files.len() > MOST_TABLES {
        shown
            .notes
            .push(format!("only the first {MOST_TABLES} files of {} were read", path.display()));
        files.truncate(MOST_TABLES);
    }
    for path in &files {
        match file(path) {
            Ok(more) => shown.add(more),
            Err(error) => shown.notes.push(error.to_string()),
        }
    }
    if shown.tables.is_empty() && shown.notes.is_empty() { Err(nothing()) } else { Ok(shown) }
}

fn file(path: &Path) -> Result<Shown, ScanError> {
    if workbook::is_one(path) {
        return workbook::open(path);
    }
    if western::is_one(path) {
        return Ok(western::open(path)?);
    }
    let mut shown = Shown::default();
    let Some(mut tables) = tables(path)? else {
        shown.look(path, None)?;
        return Ok(shown);
    };
    if tables.len() > MOST_TABLES {
        shown
            .notes
            .push(format!("only the first {MOST_TABLES} tables of {} were read", path.display()));
        tables.truncate(MOST_TABLES);
    }
    for table in &tables {
        if let Err(error) = shown.look(path, Some(table)) {
            shown.notes.push(error.to_string());
        }
    }
    Ok(shown)
}

impl Shown {
    fn add(&mut self, more: Self) {
        self.tables.extend(more.tables);
        self.notes.extend(more.notes);
    }

    fn look(&mut self, path: &Path, table: Option<&str>) -> Result<(), IngestError> {
        let mut gather = Gather::default();
        let peeked = peek(path, table, LIMIT, &mut gather)?;
        let shown = path.display().to_string();
        if peeked.set_aside > 0 {
            let rows = match peeked.set_aside {
                1 => "1 row".to_owned(),
                rows => format!("{rows} rows"),
            };
            self.notes.push(format!("{shown}: left out what did not read, {rows}"));
        }
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let origin = Origin::File { path: shown, table: table.map(str::to_owned) };
        let mut seen = gather.table(origin, table.unwrap_or(&stem), peeked.is_whole);
        seen.unread = peeked.unread.into_iter().map(|(name, why)| (name, why.to_owned())).collect();
        self.tables.push(seen);
        Ok(())
    }
}

#[cfg(test)]
mod tests;
