//! Rows that say who somebody is become records.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use arrow::array::{Array, AsArray};
use arrow::datatypes::TimestampMicrosecondType;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use jiff::Timestamp;
use theirs_charter::{Identity, Source};
use theirs_ingest::{Rows, SetAside, Sink, SinkError, Wanted};
use theirs_model::ColumnType;
use theirs_store::IncomingRecord;

use super::{Gathered, shape, wanted};
use crate::failure::Failure;
use crate::progress::Progress;
use crate::workspace::Workspace;

/// How many records one change takes.
const RECORDS_PER_CHANGE: usize = 5_000;

pub(super) fn read(
    workspace: &Workspace,
    source: &Source,
    identity: &Identity,
    path: &Path,
    progress: Progress,
) -> Result<Gathered, Failure> {
    let mut columns: Vec<Wanted> = identity
        .columns
        .iter()
        .map(|c| wanted(&c.name, c.kind, c.format.as_ref(), c.name == identity.key))
        .collect();
    columns.push(wanted(&identity.key, ColumnType::Text, None, true));
    if let Some(time) = &identity.time {
        columns.push(wanted(time, ColumnType::Timestamp, None, false));
    }
    let mut sink = Records {
        workspace,
        source,
        identity,
        progress,
        seen: BTreeSet::new(),
        gathered: Gathered::new(),
    };
    let tally = theirs_ingest::read(&shape(source, path, columns), &mut sink)?;
    sink.gathered.unread_columns = tally.unread_columns;
    Ok(sink.gathered)
}

struct Records<'w> {
    workspace: &'w Workspace,
    source: &'w Source,
    identity: &'w Identity,
    progress: Progress,
    seen: BTreeSet<String>,
    gathered: Gathered,
}

impl Sink for Records<'_> {
    fn rows(&mut self, rows: Rows) -> Result<(), SinkError> {
        let records = self.records(&rows)?;
        for some in records.chunks(RECORDS_PER_CHANGE) {
            let now = self.workspace.clock.now();
            let done = self.workspace.store.upsert_records(&self.source.name, some, now)?;
            self.gathered.added += done.added;
            self.gathered.changed += done.changed;
            self.gathered.unchanged += done.unchanged;
            self.gathered.rows += some.len() as u64;
        }
        Ok(())
    }

    fn set_aside(&mut self, row: SetAside) -> Result<(), SinkError> {
        self.gathered.set_aside(self.source, row);
        Ok(())
    }

    fn progress(&mut self, done: u64, total: u64) {
        self.progress.at(done, total);
    }
}

impl Records<'_> {
    fn records(&mut self, rows: &Rows) -> Result<Vec<IncomingRecord>, SinkError> {
        let batch = &rows.batch;
        let kept: Vec<&str> = self.identity.columns.iter().map(|c| c.name.as_str()).collect();
        let options = FormatOptions::default();
        let mut formatters = BTreeMap::new();
        for (field, column) in batch.schema().fields().iter().zip(batch.columns()) {
            let formatter = ArrayFormatter::try_new(column, &options)?;
            formatters.insert(field.name().clone(), (formatter, column.clone()));
        }
        let since = self.identity.time.as_ref().and_then(|time| formatters.get(time));
        let since = since.and_then(|(_, c)| c.as_primitive_opt::<TimestampMicrosecondType>());
        let mut records = Vec::with_capacity(batch.num_rows());
        for row in 0..batch.num_rows() {
            let text = |name: &str| {
                let (formatter, column) = formatters.get(name)?;
                column.is_valid(row).then(|| formatter.value(row).to_string())
            };
            let Some(key) = text(&self.identity.key) else { continue };
            if !self.seen.insert(key.clone()) {
                let reason = "its key stands twice in the file; the first row was kept".to_owned();
                let field = Some(self.identity.key.clone());
                self.gathered
                    .set_aside(self.source, SetAside { line: rows.lines[row], field, reason });
                continue;
            }
            let columns =
                kept.iter().filter_map(|name| Some(((*name).to_owned(), text(name)?))).collect();
            let since = since
                .filter(|times| times.is_valid(row))
                .and_then(|times| Timestamp::from_microsecond(times.value(row)).ok());
            records.push(IncomingRecord { key, since, columns });
        }
        Ok(records)
    }
}
