//! Sources in, records and activities out: the one place where reading and keeping meet.
//!
//! Identities are loaded before activities, so that an activity finds its person. A load is
//! acknowledged by the one change that ends it; if we crash before, its activities do not exist
//! and the records it already wrote are the same on the next run.

pub mod activity;
mod bucket;
mod copied;
pub mod feed;
mod folder;
pub mod gate;
mod gathered;
mod gone;
pub mod identity;
mod known;
mod loading;
mod schema;
mod table;
mod unread;
mod web;

use std::path::Path;
use std::time::Instant;

use ring::digest::{Context, SHA256};
use serde::Serialize;
use theirs_charter::{Charter, Holds, Source, nearest};
use theirs_ingest::{Aside, Wanted};
use theirs_model::{ColumnType, Digest};

use self::copied::{Outsiders, Reading};
use self::feed::Feed;
use self::loading::Loading;
use self::table::Table;
use crate::failure::Failure;
use crate::progress::Progress;
use crate::telemetry::{Attribute, Event, Name, Span};
use crate::workspace::Workspace;

pub use self::folder::look;
pub use self::unread::{Unread, unread};
pub use self::web::forget_fetched;

/// How many records one change takes.
pub const RECORDS_PER_CHANGE: usize = 5_000;

/// What a load did.
#[derive(Debug, Clone, Serialize)]
pub struct Loaded {
    /// The source.
    pub source: String,
    /// Its file, or its table, bucket or address.
    pub file: String,
    /// Whether these very bytes had been loaded before, so that nothing was read.
    pub same: bool,
    /// Whether there is no file by its name or pattern.
    pub nothing_there: bool,
    /// Rows read and kept.
    pub rows: u64,
    /// Rows that were new.
    pub added: u64,
    /// Rows that said something else before.
    pub changed: u64,
    /// Rows that said the same before.
    pub unchanged: u64,
    /// Rows that are gone from the source and were taken out.
    pub gone: u64,
    /// Rows that seem to be gone and were not taken out, as they are too many to believe.
    pub doubted: u64,
    /// Rows set aside.
    pub set_aside: u64,
    /// Values set aside of rows that were kept.
    pub values_set_aside: u64,
    /// Whether rows may be held twice: the source has no key, and rows came to those it had.
    pub may_double: bool,
    /// Columns of the file that the charter does not name, which were not read.
    pub unread_columns: Vec<String>,
}

/// The sources to load, identities first; all if none is named.
pub fn choose<'c>(charter: &'c Charter, names: &[String]) -> Result<Vec<&'c Source>, Failure> {
    for name in names {
        if charter.source(name).is_none() {
            let known: Vec<&str> = charter.sources.iter().map(|s| s.name.as_str()).collect();
            let hint = nearest(name, known.iter().copied()).map_or_else(
                || format!("; it has {}", known.join(", ")),
                |n| format!("; did you mean \"{n}\"?"),
            );
            return Err(Failure::Usage(format!("the charter has no source \"{name}\"{hint}")));
        }
    }
    let chosen =
        |source: &&Source| source.is_read() && (names.is_empty() || names.contains(&source.name));
    let mut list: Vec<&Source> = charter.sources.iter().filter(chosen).collect();
    list.sort_by_key(|source| matches!(source.holds, Holds::Activity(_)));
    Ok(list)
}

/// How a load is asked for.
#[derive(Debug, Clone, Copy, Default)]
pub struct How {
    /// Whether tables are read from their beginning, whatever was read before.
    pub whole: bool,
    /// Whether deletions are followed however many they seem to be.
    pub force: bool,
}

/// Loads one source, as it is without a wish.
#[cfg(test)]
pub fn load(
    workspace: &Workspace,
    charter: &Charter,
    source: &Source,
    input: &Path,
    progress: &Progress,
) -> Result<Loaded, Failure> {
    load_as(workspace, charter, source, input, progress, How::default())
}

/// Loads one source: from the folder or bucket that its files lie in, from its database, or over HTTP.
pub fn load_as(
    workspace: &Workspace,
    charter: &Charter,
    source: &Source,
    input: &Path,
    progress: &Progress,
    how: How,
) -> Result<Loaded, Failure> {
    let (began, name) = (Instant::now(), Name::from(source));
    let span = Span::begin("load");
    span.note(Attribute::Source(&name));
    let _within = span.enter();
    let done = load_now(workspace, charter, source, input, progress, how);
    match &done {
        Ok(Loaded { rows, set_aside, .. }) => {
            let (rows, set_aside) = (*rows, *set_aside);
            span.note(Attribute::Rows(rows));
            Event::Loaded { source: &name, rows, set_aside, after: began.elapsed() }.tell();
        }
        Err(failure) => span.note(Attribute::Failed(failure.kind())),
    }
    done
}

fn load_now(
    workspace: &Workspace,
    charter: &Charter,
    source: &Source,
    input: &Path,
    progress: &Progress,
    how: How,
) -> Result<Loaded, Failure> {
    let loading = Loading { workspace, charter, source, how };
    let place = source.place();
    if let Some(database) = &source.pull.database {
        let table = Table::open(workspace, charter, source, database, how)?;
        // A table has no bytes to be known by: it is read and compared each time.
        return loading.read(Feed::Table(Box::new(table)), Digest([0; 32]), progress);
    }
    if let Some(bucket) = &source.pull.bucket {
        return loading.objects(&bucket::open(workspace, source, bucket)?, progress);
    }
    if let Some(web) = &source.pull.web {
        return loading.fetched(&web::fetch(workspace, source, web)?, progress);
    }
    let Some(names) = folder::files(input, &place)? else {
        let path = folder::below(input, &place)?;
        let digest = digest_of(&path)?;
        if workspace.store.is_loaded(&source.name, &digest, &charter.digest)? {
            return Ok(nothing_new(source, &place));
        }
        let file = Reading { path: &path, digest: &digest };
        Outsiders::of(&loading, input)?.refuse(&loading, &file)?;
        return loading.read(Feed::File { path, label: place }, digest, progress);
    };
    loading.files(input, names, progress)
}

impl Loaded {
    /// Adds what another file of the same source came to.
    fn add(&mut self, more: Self) {
        self.same = false;
        self.rows += more.rows;
        self.added += more.added;
        self.changed += more.changed;
        self.unchanged += more.unchanged;
        self.set_aside += more.set_aside;
        self.values_set_aside += more.values_set_aside;
        for name in more.unread_columns {
            if !self.unread_columns.contains(&name) {
                self.unread_columns.push(name);
            }
        }
    }
}

/// Why a row is set aside whose key came before.
fn twice(source: &Source) -> &'static str {
    match source.pull.database {
        Some(_) => "its key stands twice in the table; the first row was kept",
        None => "its key stands twice in the file; the first row was kept",
    }
}

/// A column without which a row is not kept.
pub fn needed(name: &str, kind: ColumnType, format: Option<&String>) -> Wanted {
    Wanted { required: true, ..wanted(name, kind, format, Aside::Row) }
}

/// A column that may be empty.
pub fn wanted(name: &str, kind: ColumnType, format: Option<&String>, unreadable: Aside) -> Wanted {
    let format = format.cloned();
    Wanted { name: name.to_owned(), kind, format, required: false, unreadable }
}

fn nothing_new(source: &Source, file: &str) -> Loaded {
    Loaded {
        source: source.name.clone(),
        file: file.to_owned(),
        same: true,
        nothing_there: false,
        rows: 0,
        added: 0,
        changed: 0,
        unchanged: 0,
        gone: 0,
        doubted: 0,
        set_aside: 0,
        values_set_aside: 0,
        may_double: false,
        unread_columns: Vec::new(),
    }
}

/// By what rows are told apart.
pub fn hash(parts: &[&[u8]]) -> u128 {
    let mut context = Context::new(&SHA256);
    for part in parts {
        context.update(part);
    }
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&context.finish().as_ref()[..16]);
    u128::from_be_bytes(bytes)
}

/// SHA-256 of a file's bytes.
fn digest_of(path: &Path) -> Result<Digest, Failure> {
    let (digest, _) =
        theirs_store::file_digest(path).map_err(|error| Failure::file(path, error))?;
    Ok(digest)
}
