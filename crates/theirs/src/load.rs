//! Sources in, records and activities out: the one place where reading and keeping meet.
//!
//! Identities are loaded before activities, so that an activity finds its person. A load is
//! acknowledged by the one change that ends it; if we crash before, its activities do not exist
//! and the records it already wrote are the same on the next run.

pub mod activity;
pub mod gate;
mod identity;
mod unread;

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read;
use std::path::{Component, Path};

use ring::digest::{Context, SHA256};
use serde::Serialize;
use theirs_charter::{Charter, Holds, Source, nearest};
use theirs_ingest::{Aside, SetAside, Shape, Wanted};
use theirs_model::{ColumnType, Digest};
use theirs_store::{Hiding, Load, SetAsideRow, Written};
use theirs_uses::{Act, Told};

use crate::failure::Failure;
use crate::progress::Progress;
use crate::workspace::Workspace;

pub use self::unread::{Unread, unread};

/// The most set-aside rows of one load that are kept in detail.
const MOST_SET_ASIDE: usize = 100_000;

/// What a load did.
#[derive(Debug, Clone, Serialize)]
pub struct Loaded {
    /// The source.
    pub source: String,
    /// The file's name.
    pub file: String,
    /// Whether these very bytes had been loaded before, so that nothing was read.
    pub same: bool,
    /// Rows read and kept.
    pub rows: u64,
    /// Rows that were new.
    pub added: u64,
    /// Rows that said something else before.
    pub changed: u64,
    /// Rows that said the same before.
    pub unchanged: u64,
    /// Rows set aside.
    pub set_aside: u64,
    /// Values set aside of rows that were kept.
    pub values_set_aside: u64,
    /// Whether rows may be held twice: the source has no key, and rows came to those it had.
    pub may_double: bool,
    /// Columns of the file that the charter does not name, which were not read.
    pub unread_columns: Vec<String>,
}

/// What the reading of one source brought together.
struct Gathered {
    rows: u64,
    added: u64,
    changed: u64,
    unchanged: u64,
    set_aside: Vec<SetAsideRow>,
    set_aside_count: u64,
    values_set_aside: u64,
    /// The keys of records from which a value was kept out that the person had deleted.
    held_back: BTreeSet<String>,
    files: Vec<Written>,
    hidden: Vec<Hiding>,
    unread_columns: Vec<String>,
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
    let chosen = |source: &&Source| {
        source.file.is_some() && (names.is_empty() || names.contains(&source.name))
    };
    let mut list: Vec<&Source> = charter.sources.iter().filter(chosen).collect();
    list.sort_by_key(|source| matches!(source.holds, Holds::Activity(_)));
    Ok(list)
}

/// Loads one source from the folder that its file lies in.
pub fn load(
    workspace: &Workspace,
    charter: &Charter,
    source: &Source,
    input: &Path,
    progress: Progress,
) -> Result<Loaded, Failure> {
    let name = source.file.clone().unwrap_or_default();
    let inside = |part: Component| matches!(part, Component::Normal(_) | Component::CurDir);
    if !Path::new(&name).components().all(inside) {
        let message = format!("the file \"{name}\" must lie below the folder of --input");
        return Err(Failure::Usage(message));
    }
    let path = input.join(&name);
    let digest = digest_of(&path)?;
    if workspace.store.is_loaded(&source.name, &digest, &charter.digest)? {
        return Ok(nothing_new(source, &name));
    }
    let _turn = matches!(source.holds, Holds::Activity(_)).then(|| workspace.lake.turn());
    let had_rows = workspace.store.last_loads()?.iter().any(|load| load.source == source.name);
    let gathered = match &source.holds {
        Holds::Identity(identity) => {
            identity::read(workspace, charter, source, identity, &path, progress)?
        }
        Holds::Activity(activity) => {
            activity::read(workspace, charter, source, activity, &path, progress)?
        }
    };
    let load = Load {
        source: source.name.clone(),
        file: name.clone(),
        digest,
        charter: charter.digest,
        at: workspace.clock.now(),
        rows: gathered.rows,
        added: gathered.added,
        changed: gathered.changed,
        unchanged: gathered.unchanged,
    };
    // What a load stopped before is told by the load that does it again.
    workspace.book().log_none(&told(source, &gathered), charter.digest, load.at)?;
    workspace.store.finish_load(&load, &gathered.set_aside, &gathered.files, &gathered.hidden)?;
    // Whoever was told of a correction may say by this that it is done.
    let outbox = workspace.folder.outbox();
    workspace.desk()?.settle(&source.name, &gathered.held_back, &outbox)?;
    Ok(Loaded {
        source: source.name.clone(),
        file: name,
        same: false,
        rows: gathered.rows,
        added: gathered.added,
        changed: gathered.changed,
        unchanged: gathered.unchanged,
        set_aside: gathered.set_aside_count,
        values_set_aside: gathered.values_set_aside,
        may_double: gathered.added > 0 && had_rows && !has_key(source),
        unread_columns: gathered.unread_columns,
    })
}

/// What is told of a load. It names nobody: whose its rows are is found by joining them later.
fn told(source: &Source, gathered: &Gathered) -> Told {
    let act = if source.kind.is_outside() { Act::Enrichment } else { Act::Load };
    let mut told = Told::new(act, "our systems");
    told.reason = Some(format!(
        "{} of {} ({}): {} new, {} changed",
        some(gathered.rows),
        source.called,
        source.name,
        gathered.added,
        gathered.changed
    ));
    told
}

fn some(rows: u64) -> String {
    crate::command::words::some(usize::try_from(rows).unwrap_or(usize::MAX), "row")
}

/// Whether a row of a source is known by more than its content.
fn has_key(source: &Source) -> bool {
    match &source.holds {
        Holds::Identity(_) => true,
        Holds::Activity(activity) => activity.key.is_some(),
    }
}

impl Gathered {
    fn new() -> Self {
        Self {
            rows: 0,
            added: 0,
            changed: 0,
            unchanged: 0,
            set_aside: Vec::new(),
            set_aside_count: 0,
            values_set_aside: 0,
            held_back: BTreeSet::new(),
            files: Vec::new(),
            hidden: Vec::new(),
            unread_columns: Vec::new(),
        }
    }

    fn set_aside(&mut self, source: &Source, row: SetAside) {
        let reason = match row.aside {
            Aside::Row => {
                self.set_aside_count += 1;
                row.reason
            }
            Aside::Value => {
                self.values_set_aside += 1;
                format!("{}; the row is kept without it", row.reason)
            }
        };
        if self.set_aside.len() < MOST_SET_ASIDE {
            self.set_aside.push(SetAsideRow {
                source: source.name.clone(),
                file: source.file.clone().unwrap_or_default(),
                line: row.line,
                field: row.field,
                reason,
            });
        }
    }
}

/// The shape of a source's file: these columns, each named once.
fn shape(source: &Source, path: &Path, columns: Vec<Wanted>) -> Shape {
    let mut wanted: Vec<Wanted> = Vec::new();
    for column in columns {
        match wanted.iter_mut().find(|known| known.name == column.name) {
            Some(known) => {
                known.required |= column.required;
                if column.unreadable == Aside::Row {
                    known.unreadable = Aside::Row;
                }
            }
            None => wanted.push(column),
        }
    }
    Shape {
        file: path.to_owned(),
        table: source.table.clone(),
        zone: source.time_zone.clone(),
        columns: wanted,
    }
}

/// A column without which a row is not kept.
fn needed(name: &str, kind: ColumnType, format: Option<&String>) -> Wanted {
    Wanted { required: true, ..wanted(name, kind, format, Aside::Row) }
}

/// A column that may be empty.
fn wanted(name: &str, kind: ColumnType, format: Option<&String>, unreadable: Aside) -> Wanted {
    let format = format.cloned();
    Wanted { name: name.to_owned(), kind, format, required: false, unreadable }
}

fn nothing_new(source: &Source, file: &str) -> Loaded {
    Loaded {
        source: source.name.clone(),
        file: file.to_owned(),
        same: true,
        rows: 0,
        added: 0,
        changed: 0,
        unchanged: 0,
        set_aside: 0,
        values_set_aside: 0,
        may_double: false,
        unread_columns: Vec::new(),
    }
}

/// SHA-256 of a file's bytes.
fn digest_of(path: &Path) -> Result<Digest, Failure> {
    let mut file = File::open(path).map_err(|error| Failure::file(path, error))?;
    let mut context = Context::new(&SHA256);
    let mut buffer = vec![0; 1 << 16];
    loop {
        let count = file.read(&mut buffer).map_err(|error| Failure::file(path, error))?;
        if count == 0 {
            break;
        }
        context.update(&buffer[..count]);
    }
    let mut digest = [0; 32];
    digest.copy_from_slice(context.finish().as_ref());
    Ok(Digest(digest))
}
