//! What people do becomes rows of the lake.

use std::collections::BTreeMap;
use std::path::Path;

use arrow::array::{ArrayRef, AsArray, UInt32Array};
use arrow::compute::take_record_batch;
use serde_json::{Map, Value};
use theirs_charter::{Activity, Charter, Source};
use theirs_collect::{Row, Taken};
use theirs_ingest::{Aside, Rows, SetAside, Sink, SinkError, read_objects};
use theirs_store::{Collected, Counts, LakeWriter, Written, time_at};

use super::people::Whose;
use crate::failure::Failure;
use crate::load::activity::{kept_columns, own_columns, row_hashes};
use crate::load::feed::shape;
use crate::load::gate::Gate;
use crate::load::hash;
use crate::workspace::Workspace;

/// The rows of one activity, and the record of each.
#[derive(Default)]
struct Pile<'e> {
    cells: Vec<&'e Map<String, Value>>,
    /// Of each row: the place of its event, and whose it is.
    events: Vec<(usize, u64)>,
}

/// Writes the activities of some events into files that `done` names.
pub(super) fn write(
    workspace: &Workspace,
    charter: &Charter,
    events: &[Taken],
    whose: &Whose,
    done: &mut Collected,
) -> Result<(), Failure> {
    let activities = charter.activities().map(|(source, of)| (source.name.as_str(), (source, of)));
    let activities: BTreeMap<&str, (&Source, &Activity)> = activities.collect();
    let mut piles: BTreeMap<&str, Pile<'_>> = BTreeMap::new();
    // Of each event whether it is kept: as several activities it is one event.
    let mut kept = vec![false; events.len()];
    for (place, event) in events.iter().enumerate() {
        let mut count = |outcome: String| {
            *done.counts.entry((event.stream.clone(), outcome)).or_default() += 1;
        };
        let is_activity = |row: &&Row| activities.contains_key(row.source.as_str());
        if !event.rows.iter().any(|row| is_activity(&row)) {
            count("kept: it says who somebody is, or what they agree to".to_owned());
        }
        for row in event.rows.iter().filter(is_activity) {
            let Some(record) = whose.of(place) else {
                count(format!("set aside: {} of somebody who was erased", row.source));
                continue;
            };
            if !whose.agrees(place, &row.needs) {
                count("refused: the person did not agree to it".to_owned());
                continue;
            }
            let pile = piles.entry(&row.source).or_default();
            pile.cells.push(&row.cells);
            pile.events.push((place, record));
        }
    }
    for (name, pile) in piles {
        let Some(of) = activities.get(name) else { continue };
        let files = write_one(workspace, charter, *of, &pile, (events, &mut kept), done)?;
        done.files.insert(name.to_owned(), files);
    }
    for (event, _) in events.iter().zip(kept).filter(|(_, is_kept)| *is_kept) {
        *done.counts.entry((event.stream.clone(), "kept".to_owned())).or_default() += 1;
    }
    Ok(())
}

fn write_one(
    workspace: &Workspace,
    charter: &Charter,
    (source, activity): (&Source, &Activity),
    pile: &Pile<'_>,
    (events, kept): (&[Taken], &mut [bool]),
    done: &mut Collected,
) -> Result<Vec<Written>, Failure> {
    let shape = shape(source, Path::new(""), own_columns(activity));
    let mut sink = Writing {
        workspace,
        source,
        activity,
        gate: Gate::of(workspace, charter, source),
        pile,
        events,
        kept,
        stem: format!("e{:016}", done.place),
        writer: None,
        counts: &mut done.counts,
    };
    read_objects(&shape, pile.cells.iter().copied(), &mut sink)?;
    match sink.writer.take() {
        Some(writer) => Ok(writer.finish()?),
        None => Ok(Vec::new()),
    }
}

/// Writes the rows of one activity as they come typed.
struct Writing<'w> {
    workspace: &'w Workspace,
    source: &'w Source,
    activity: &'w Activity,
    gate: Gate,
    pile: &'w Pile<'w>,
    events: &'w [Taken],
    kept: &'w mut [bool],
    stem: String,
    writer: Option<LakeWriter>,
    counts: &'w mut Counts,
}

impl Writing<'_> {
    /// The place of the event of a row, by the row's place from 1, and whose it is.
    fn event(&self, line: u64) -> Option<(usize, u64)> {
        self.pile.events.get(usize::try_from(line.checked_sub(1)?).ok()?).copied()
    }

    fn count(&mut self, line: u64, outcome: String) {
        let event = self.event(line).map(|(place, _)| &self.events[place]);
        let stream = event.map(|event| event.stream.clone()).unwrap_or_default();
        *self.counts.entry((stream, outcome)).or_default() += 1;
    }
}

impl Sink for Writing<'_> {
    fn rows(&mut self, rows: Rows) -> Result<(), SinkError> {
        let kept = kept_columns(self.activity, &rows.batch)?;
        let hashes = row_hashes(&kept)?;
        let key: Option<ArrayRef> =
            self.activity.key.as_ref().and_then(|key| rows.batch.column_by_name(key).cloned());
        let (mut chosen, mut records, mut ids, mut digests) = (vec![], vec![], vec![], vec![]);
        for (row, line) in rows.lines.iter().enumerate() {
            let at = time_at(&rows.batch, &self.activity.time, row);
            if let Some(reason) = self.gate.is_past(at) {
                self.count(*line, format!("set aside: {}: {reason}", self.source.name));
                continue;
            }
            let Some((place, record)) = self.event(*line) else { continue };
            let text = key.as_ref().and_then(|key| key.as_string_opt::<i32>());
            let id = text.map_or_else(
                || hash(&[self.events[place].id.as_bytes()]),
                |text| hash(&[text.value(row).as_bytes()]),
            );
            self.kept[place] = true;
            chosen.push(u32::try_from(row)?);
            records.push(record);
            ids.push(id);
            digests.push((hashes[row] >> 64) as u64);
        }
        if chosen.is_empty() {
            return Ok(());
        }
        let batch = take_record_batch(&kept, &UInt32Array::from(chosen))?;
        let (lake, stem) = (&self.workspace.lake, &self.stem);
        let (name, time) = (&self.source.name, &self.activity.time);
        let writer =
            self.writer.get_or_insert_with(|| lake.writer(name, time, stem, batch.schema_ref()));
        writer.write(&batch, records, &ids, digests)?;
        Ok(())
    }

    fn set_aside(&mut self, row: SetAside) -> Result<(), SinkError> {
        let field = row.field.map_or_else(String::new, |field| format!(".{field}"));
        let kept = if row.aside == Aside::Value { "; the event is kept without it" } else { "" };
        let outcome = format!("set aside: {}{field}: {}{kept}", self.source.name, row.reason);
        self.count(row.line, outcome);
        Ok(())
    }
}
