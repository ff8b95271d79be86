//! What events say of people, read as the types of the charter.

use std::collections::BTreeMap;
use std::path::PathBuf;

use arrow::array::Array;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use jiff::civil::Date;
use serde_json::{Map, Value};
use theirs_charter::{Identity, IdentityColumn, Meaning, Source};
use theirs_collect::Taken;
use theirs_ingest::{Aside, Rows, SetAside, Shape, Sink, SinkError, Wanted, read_objects};

use super::Counts;
use crate::failure::Failure;

/// What one event says of one record.
pub(super) struct Said {
    /// The place of the event.
    pub(super) event: usize,
    /// The key of the record.
    pub(super) key: String,
    /// The canonical text of each column that has a value.
    pub(super) values: BTreeMap<String, String>,
}

/// What events say of the records of a source.
pub(super) fn typed(
    source: &Source,
    identity: &Identity,
    today: Date,
    events: &[Taken],
    counts: &mut Counts,
) -> Result<Vec<Said>, Failure> {
    let rows = events.iter().enumerate().flat_map(|(place, event)| {
        let own = event.rows.iter().filter(|row| row.source == source.name);
        own.map(move |row| (place, &row.cells))
    });
    let rows: Vec<(usize, &Map<String, Value>)> = rows.collect();
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let mut columns: Vec<Wanted> = identity.columns.iter().map(wanted).collect();
    if !columns.iter().any(|column| column.name == identity.key) {
        let kind = theirs_model::ColumnType::Text;
        let name = identity.key.clone();
        columns.push(Wanted { name, kind, format: None, required: true, unreadable: Aside::Row });
    }
    let zone = source.time_zone.clone();
    let shape = Shape { file: PathBuf::new(), table: None, zone, columns };
    let mut reading =
        Reading { source, identity, today, rows: &rows, events, said: Vec::new(), counts };
    read_objects(&shape, rows.iter().map(|(_, cells)| *cells), &mut reading)?;
    Ok(reading.said)
}

fn wanted(column: &IdentityColumn) -> Wanted {
    Wanted {
        name: column.name.clone(),
        kind: column.kind,
        format: column.format.clone(),
        required: false,
        unreadable: Aside::Value,
    }
}

struct Reading<'r> {
    source: &'r Source,
    identity: &'r Identity,
    today: Date,
    rows: &'r [(usize, &'r Map<String, Value>)],
    events: &'r [Taken],
    said: Vec<Said>,
    counts: &'r mut Counts,
}

impl Reading<'_> {
    /// The place of the event of a row, which is numbered from 1.
    fn event(&self, line: u64) -> Option<usize> {
        let at = usize::try_from(line.checked_sub(1)?).ok()?;
        self.rows.get(at).map(|(place, _)| *place)
    }

    fn count(&mut self, event: usize, field: Option<&str>, reason: &str) {
        let field = field.map_or_else(String::new, |field| format!(".{field}"));
        let outcome = format!("value set aside: {}{field}: {reason}", self.source.name);
        let stream = self.events[event].stream.clone();
        *self.counts.entry((stream, outcome)).or_default() += 1;
    }

    fn implausible(&self, column: &IdentityColumn, content: &str) -> Option<&'static str> {
        let Meaning::Attribute(attribute) = &column.meaning else { return None };
        theirs_people::implausible(attribute, column.kind, content, self.today)
            .filter(|_| column.name != self.identity.key)
    }
}

impl Sink for Reading<'_> {
    fn rows(&mut self, rows: Rows) -> Result<(), SinkError> {
        let options = FormatOptions::default();
        let mut formatters = BTreeMap::new();
        for (field, column) in rows.batch.schema_ref().fields().iter().zip(rows.batch.columns()) {
            let formatter = ArrayFormatter::try_new(column, &options)?;
            formatters.insert(field.name().as_str(), (formatter, column));
        }
        for (row, line) in rows.lines.iter().enumerate() {
            let Some(event) = self.event(*line) else { continue };
            let text = |name: &str| {
                let (formatter, column) = formatters.get(name)?;
                column.is_valid(row).then(|| formatter.value(row).to_string())
            };
            let Some(key) = text(&self.identity.key) else { continue };
            let mut values = BTreeMap::new();
            for column in &self.identity.columns {
                let Some(content) = text(&column.name) else { continue };
                match self.implausible(column, &content) {
                    None => drop(values.insert(column.name.clone(), content)),
                    Some(reason) => self.count(event, Some(&column.name), reason),
                }
            }
            self.said.push(Said { event, key, values });
        }
        Ok(())
    }

    fn set_aside(&mut self, row: SetAside) -> Result<(), SinkError> {
        if let Some(event) = self.event(row.line) {
            self.count(event, row.field.as_deref(), &row.reason);
        }
        Ok(())
    }
}
