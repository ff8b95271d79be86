//! Rows that say who somebody is become records.

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::TimestampMicrosecondType;
use arrow::error::ArrowError;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use jiff::Timestamp;
use jiff::civil::Date;
use theirs_charter::{Charter, Identity, IdentityColumn, Meaning, Source};
use theirs_ingest::{Aside, Rows, SetAside, Sink, SinkError, Wanted};
use theirs_model::ColumnType;
use theirs_store::{Admitted, IncomingRecord};

use super::feed::Feed;
use super::gate::{DELETED, Gate, reason};
use super::gathered::Gathered;
use super::gone::{self, Gone, gone};
use super::{How, RECORDS_PER_CHANGE, hash, needed, twice, wanted};
use crate::failure::Failure;
use crate::progress::Progress;
use crate::workspace::Workspace;

pub(super) fn read(
    workspace: &Workspace,
    charter: &Charter,
    source: &Source,
    identity: &Identity,
    feed: &mut Feed,
    how: How,
    progress: &Progress,
) -> Result<Gathered, Failure> {
    let before = gone::records(workspace, charter, source, identity)?;
    let mut sink = Records {
        workspace,
        source,
        identity,
        gate: Gate::of(workspace, charter, source),
        today: charter.day(workspace.clock.now()),
        progress,
        seen: BTreeSet::new(),
        unread: BTreeMap::new(),
        gathered: Gathered::new(feed.label()),
    };
    let tally = feed.read(source, columns(identity), &mut sink)?;
    let mut gathered = sink.gathered;
    gathered.brought = sink.seen;
    gathered.unread_columns = tally.unread_columns;
    let key_of = |key: &str| hash(&[key.as_bytes()]);
    let known = || before.into_iter().map(|(key, id)| (id, key_of(&key))).collect();
    match gone(feed, source, how, known, &key_of)? {
        Gone::Taken(records) => {
            gathered.gone = records.len() as u64;
            gathered.gone_records = records;
        }
        Gone::Doubted(count) => gathered.doubted = count,
    }
    Ok(gathered)
}

/// What is read. Without its key a record is set aside. So it is if its time does not read, as it
/// would then pass for the latest word, and if a choice does not read: nobody is taken to have
/// agreed because their answer is garbled. Any other value is set aside alone.
fn columns(identity: &Identity) -> Vec<Wanted> {
    let column = |c: &IdentityColumn| {
        let unreadable = match c.meaning {
            Meaning::Attribute(_) => Aside::Value,
            Meaning::Consent(_) | Meaning::Objection(_) => Aside::Row,
        };
        wanted(&c.name, c.kind, c.format.as_ref(), unreadable)
    };
    let mut columns: Vec<Wanted> = identity.columns.iter().map(column).collect();
    columns.push(needed(&identity.key, ColumnType::Text, None));
    if let Some(time) = &identity.time {
        columns.push(wanted(time, ColumnType::Timestamp, None, Aside::Row));
    }
    columns
}

struct Records<'w> {
    workspace: &'w Workspace,
    source: &'w Source,
    identity: &'w Identity,
    gate: Gate,
    today: Date,
    progress: &'w Progress,
    seen: BTreeSet<String>,
    /// The columns that could not be read in rows that are about to come, by line.
    unread: BTreeMap<u64, Vec<String>>,
    gathered: Gathered,
}

impl Sink for Records<'_> {
    fn rows(&mut self, rows: Rows) -> Result<(), SinkError> {
        let (records, lines) = self.records(&rows)?;
        let parts = records.chunks(RECORDS_PER_CHANGE).zip(lines.chunks(RECORDS_PER_CHANGE));
        for (some, lines) in parts {
            let now = self.workspace.clock.now();
            let store = &self.workspace.store;
            let gate = self.gate.admission(self.source, self.identity);
            let Admitted { done, blocked, kept_out } =
                store.upsert_unless_erased(&self.source.name, some, now, &gate)?;
            self.gathered.added += done.added;
            self.gathered.changed += done.changed;
            self.gathered.unchanged += done.unchanged;
            self.gathered.rows += (some.len() - blocked.len()) as u64;
            for (at, why) in blocked {
                let (line, reason) = (lines[at], reason(why).to_owned());
                let blocked = SetAside { line, field: None, reason, aside: Aside::Row };
                self.gathered.set_aside(self.source, blocked);
            }
            for (at, columns) in kept_out {
                for column in columns {
                    self.gathered.held_back.insert((some[at].key.clone(), column.clone()));
                    let (line, field) = (lines[at], Some(column));
                    let reason = DELETED.to_owned();
                    let kept_out = SetAside { line, field, reason, aside: Aside::Value };
                    self.gathered.set_aside(self.source, kept_out);
                }
            }
        }
        Ok(())
    }

    fn set_aside(&mut self, row: SetAside) -> Result<(), SinkError> {
        if let (Aside::Value, Some(field)) = (row.aside, &row.field) {
            self.unread.entry(row.line).or_default().push(field.clone());
        }
        self.gathered.set_aside(self.source, row);
        Ok(())
    }

    fn progress(&mut self, done: u64, total: u64) {
        self.progress.at(done, total);
    }
}

impl Records<'_> {
    /// The records of these rows, and the line of each.
    fn records(&mut self, rows: &Rows) -> Result<(Vec<IncomingRecord>, Vec<u64>), SinkError> {
        let batch = &rows.batch;
        let texts = Texts::of(batch)?;
        let since = self.identity.time.as_ref().and_then(|time| batch.column_by_name(time));
        let since = since.and_then(|column| column.as_primitive_opt::<TimestampMicrosecondType>());
        let mut records = Vec::with_capacity(batch.num_rows());
        let mut lines = Vec::with_capacity(batch.num_rows());
        for row in 0..batch.num_rows() {
            let Some(key) = texts.get(&self.identity.key, row) else { continue };
            let line = rows.lines[row];
            if !self.seen.insert(key.clone()) {
                let reason = twice(self.source).to_owned();
                let field = Some(self.identity.key.clone());
                let twice = SetAside { line, field, reason, aside: Aside::Row };
                self.gathered.set_aside(self.source, twice);
                continue;
            }
            let mut columns = BTreeMap::new();
            for column in &self.identity.columns {
                let Some(content) = texts.get(&column.name, row) else { continue };
                match implausible(self.identity, column, &content, self.today) {
                    None => drop(columns.insert(column.name.clone(), content)),
                    Some(reason) => {
                        let (field, reason) = (Some(column.name.clone()), reason.to_owned());
                        let odd = SetAside { line, field, reason, aside: Aside::Value };
                        self.gathered.set_aside(self.source, odd);
                        self.gathered.held_back.insert((key.clone(), column.name.clone()));
                    }
                }
            }
            for column in self.unread.remove(&line).unwrap_or_default() {
                self.gathered.held_back.insert((key.clone(), column));
            }
            let since = since
                .filter(|times| times.is_valid(row))
                .and_then(|times| Timestamp::from_microsecond(times.value(row)).ok());
            records.push(IncomingRecord { key, since, columns });
            lines.push(line);
        }
        Ok((records, lines))
    }
}

/// Why a value cannot be right; the key stays whatever it is.
pub fn implausible(
    identity: &Identity,
    column: &IdentityColumn,
    content: &str,
    today: Date,
) -> Option<&'static str> {
    let Meaning::Attribute(attribute) = &column.meaning else { return None };
    let is_key = column.name == identity.key;
    theirs_people::implausible(attribute, column.kind, content, today).filter(|_| !is_key)
}

/// The canonical text of the values of some rows.
pub struct Texts<'b>(BTreeMap<&'b str, (ArrayFormatter<'b>, &'b ArrayRef)>);

impl<'b> Texts<'b> {
    /// Of the rows of a batch.
    ///
    /// # Errors
    /// A column cannot be written as text.
    pub fn of(batch: &'b RecordBatch) -> Result<Self, ArrowError> {
        let fields = batch.schema_ref().fields().iter().zip(batch.columns());
        let texts = fields.map(|(field, column)| {
            let formatter = ArrayFormatter::try_new(column, &OPTIONS)?;
            Ok((field.name().as_str(), (formatter, column)))
        });
        Ok(Self(texts.collect::<Result<_, ArrowError>>()?))
    }

    /// What stands in a column of a row, if anything does.
    pub fn get(&self, column: &str, row: usize) -> Option<String> {
        let (formatter, values) = self.0.get(column)?;
        values.is_valid(row).then(|| formatter.value(row).to_string())
    }
}

/// As a database writes them.
const OPTIONS: FormatOptions<'static> = FormatOptions::new();
