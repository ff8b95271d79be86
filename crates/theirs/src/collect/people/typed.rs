//! What events say of people, read as the types of the charter.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::civil::Date;
use serde_json::{Map, Value};
use theirs_charter::{Identity, Source};
use theirs_collect::Taken;
use theirs_ingest::{Aside, Rows, SetAside, Sink, SinkError, Wanted, read_objects};
use theirs_model::ColumnType;
use theirs_store::Counts;

use crate::failure::Failure;
use crate::load::feed::shape;
use crate::load::identity::{Texts, implausible};
use crate::load::{needed, wanted};

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
    // Nobody's event is lost for one answer that is garbled: that alone says nothing then.
    let columns = identity.columns.iter();
    let mut columns: Vec<Wanted> = columns
        .map(|column| wanted(&column.name, column.kind, column.format.as_ref(), Aside::Value))
        .collect();
    columns.push(needed(&identity.key, ColumnType::Text, None));
    let shape = shape(source, Path::new(""), columns);
    let mut reading =
        Reading { source, identity, today, rows: &rows, events, said: Vec::new(), counts };
    read_objects(&shape, rows.iter().map(|(_, cells)| *cells), &mut reading)?;
    Ok(reading.said)
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
}

impl Sink for Reading<'_> {
    fn rows(&mut self, rows: Rows) -> Result<(), SinkError> {
        let texts = Texts::of(&rows.batch)?;
        for (row, line) in rows.lines.iter().enumerate() {
            let Some(event) = self.event(*line) else { continue };
            let Some(key) = texts.get(&self.identity.key, row) else { continue };
            let mut values = BTreeMap::new();
            for column in &self.identity.columns {
                let Some(content) = texts.get(&column.name, row) else { continue };
                match implausible(self.identity, column, &content, self.today) {
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
