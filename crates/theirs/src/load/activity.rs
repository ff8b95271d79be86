//! Rows that tell what happened become activities of the lake.
//!
//! Each row has a durable key: the charter's `key` column, else a hash of the row and of how often
//! the same row came before. So a file may be loaded again and again without doubling.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, UInt32Array};
use arrow::compute::take_record_batch;
use arrow::datatypes::{Field, Schema};
use arrow::row::{RowConverter, SortField};
use theirs_charter::{Activity, ActivityColumn, Charter, Holds, Identity, Source, UnknownPerson};
use theirs_ingest::{Aside, Rows, SetAside, Sink, SinkError, Wanted};
use theirs_model::ColumnType;
use theirs_store::{ByDigest, KnownKeys, LakeWriter, time_at};

use super::feed::Feed;
use super::gate::Gate;
use super::gathered::Gathered;
use super::gone::{Gone, gone};
use super::{How, hash, needed, twice, wanted};
use crate::failure::Failure;
use crate::progress::Progress;
use crate::workspace::Workspace;

pub(super) fn read(
    workspace: &Workspace,
    charter: &Charter,
    source: &Source,
    activity: &Activity,
    feed: &mut Feed,
    how: How,
    progress: &Progress,
) -> Result<Gathered, Failure> {
    let known_keys = workspace.lake.known_keys(&workspace.store, &source.name)?;
    let people = workspace.store.record_keys(&activity.person.source)?;
    let mut sink = Activities {
        workspace,
        source,
        activity,
        gate: Gate::of(workspace, charter, source),
        identity: identity_of(charter, &activity.person.source),
        people: people.into_iter().map(|(key, id)| (key, id.0)).collect(),
        known_keys,
        seen: HashSet::default(),
        replaced: HashSet::new(),
        occurrences: HashMap::default(),
        writer: None,
        progress,
        part: feed.part().map(str::to_owned),
        gathered: Gathered::new(feed.label()),
    };
    let tally = feed.read(source, columns(activity), &mut sink)?;
    if let Some(writer) = sink.writer.take() {
        sink.gathered.files = writer.finish()?;
    }
    let known = || sink.known_keys.0.keys().map(|key| (*key, *key)).collect();
    match gone(feed, source, how, known, &|key| hash(&[key.as_bytes()]))? {
        Gone::Taken(keys) => {
            sink.gathered.gone = keys.len() as u64;
            sink.replaced.extend(keys);
        }
        Gone::Doubted(count) => sink.gathered.doubted = count,
    }
    let replaced = &sink.replaced;
    sink.gathered.hidden = workspace.lake.places(&workspace.store, &source.name, replaced)?;
    sink.gathered.unread_columns = tally.unread_columns;
    Ok(sink.gathered)
}

/// What is read of a row that says itself whose it is. Without its person it is set aside.
fn columns(activity: &Activity) -> Vec<Wanted> {
    let mut columns = own_columns(activity);
    let person = needed(&activity.person.column, ColumnType::Text, None);
    columns.insert(activity.columns.len(), person);
    columns
}

/// What is read of what happened. Without its time or key a row is set aside. Another value that does
/// not read is set aside alone, but only if the row has a key: otherwise its content is its key, and
/// the row as it is after the value was mended would stand beside the row without it.
pub fn own_columns(activity: &Activity) -> Vec<Wanted> {
    let unreadable = if activity.key.is_some() { Aside::Value } else { Aside::Row };
    let column = |c: &ActivityColumn| {
        if c.name == activity.time {
            needed(&c.name, c.kind, c.format.as_ref())
        } else {
            wanted(&c.name, c.kind, c.format.as_ref(), unreadable)
        }
    };
    let mut columns: Vec<Wanted> = activity.columns.iter().map(column).collect();
    if let Some(key) = &activity.key {
        columns.push(needed(key, ColumnType::Text, None));
    }
    columns
}

fn identity_of<'c>(charter: &'c Charter, name: &str) -> Option<&'c Identity> {
    match &charter.source(name)?.holds {
        Holds::Identity(identity) => Some(identity),
        Holds::Activity(_) => None,
    }
}

struct Activities<'w> {
    workspace: &'w Workspace,
    source: &'w Source,
    activity: &'w Activity,
    gate: Gate,
    identity: Option<&'w Identity>,
    people: HashMap<String, u64>,
    known_keys: KnownKeys,
    seen: HashSet<u128, ByDigest>,
    replaced: HashSet<u128>,
    occurrences: HashMap<u128, u32, ByDigest>,
    writer: Option<LakeWriter>,
    /// The file, where the source has several.
    part: Option<String>,
    progress: &'w Progress,
    gathered: Gathered,
}

impl Sink for Activities<'_> {
    fn rows(&mut self, rows: Rows) -> Result<(), SinkError> {
        if self.activity.person.unknown == UnknownPerson::Create {
            self.create_people(&rows.batch)?;
        }
        let kept = kept_columns(self.activity, &rows.batch)?;
        let hashes = row_hashes(&rows.batch)?;
        let texts = |name: &str| rows.batch.column_by_name(name).map(|c| TextColumn(c.clone()));
        let people = texts(&self.activity.person.column).ok_or("the person column is missing")?;
        let keys = self.activity.key.as_deref().and_then(texts);
        let (mut chosen, mut records, mut ids, mut digests) = (vec![], vec![], vec![], vec![]);
        for (row, line) in rows.lines.iter().enumerate() {
            let person = people.get(row);
            let known = person.as_ref().and_then(|key| self.people.get(&**key).copied());
            let Some(record) = known else {
                self.unknown_person(*line, person.as_deref())?;
                continue;
            };
            if let Some(reason) = self.gate.is_past(time_at(&rows.batch, &self.activity.time, row))
            {
                self.past(*line, reason);
                continue;
            }
            let key = match &keys {
                Some(keys) => hash(&[keys.get(row).unwrap_or_default().as_bytes()]),
                None => self.nth(hashes[row]),
            };
            if !self.seen.insert(key) {
                self.twice(*line);
                continue;
            }
            let digest = (hashes[row] >> 64) as u64;
            self.gathered.rows += 1;
            match self.known_keys.0.get(&key) {
                Some(known) if *known == digest => {
                    self.gathered.unchanged += 1;
                    continue;
                }
                Some(_) => {
                    self.gathered.changed += 1;
                    self.replaced.insert(key);
                }
                None => self.gathered.added += 1,
            }
            chosen.push(u32::try_from(row)?);
            records.push(record);
            ids.push(key);
            digests.push(digest);
        }
        let batch = take_record_batch(&kept, &UInt32Array::from(chosen))?;
        self.writer(&kept.schema()).write(&batch, records, &ids, digests)?;
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

impl Activities<'_> {
    fn writer(&mut self, schema: &Schema) -> &mut LakeWriter {
        let (workspace, source, activity) = (self.workspace, self.source, self.activity);
        self.writer.get_or_insert_with(|| {
            let load = workspace.store.sequence().map_or(0, |sequence| sequence.0);
            let load = format!("{load:08}");
            workspace.lake.writer(&source.name, &activity.time, &load, schema)
        })
    }

    fn create_people(&mut self, batch: &RecordBatch) -> Result<(), SinkError> {
        let Some(column) = batch.column_by_name(&self.activity.person.column) else {
            return Ok(());
        };
        let texts = TextColumn(column.clone());
        let mut new: Vec<String> = (0..batch.num_rows())
            .filter_map(|row| texts.get(row))
            .filter(|key| !self.people.contains_key(&**key))
            .map(Cow::into_owned)
            .collect();
        new.sort_unstable();
        new.dedup();
        if new.is_empty() {
            return Ok(());
        }
        let (store, name) = (&self.workspace.store, &self.activity.person.source);
        let kept = self.identity.filter(|i| i.columns.iter().any(|c| c.name == i.key));
        let column = kept.map(|identity| identity.key.as_str());
        let mark = |key: &str| self.gate.mark(name, key);
        store.ensure_records(name, column, &new, self.workspace.clock.now(), &mark)?;
        self.people = store.record_keys(name)?.into_iter().map(|(k, id)| (k, id.0)).collect();
        Ok(())
    }

    /// The key of a row without one: its hash and how often that hash came before.
    fn nth(&mut self, row: u128) -> u128 {
        let count = self.occurrences.entry(row).or_default();
        *count += 1;
        let part = self.part.as_deref().unwrap_or_default();
        hash(&[&row.to_be_bytes(), &count.to_be_bytes(), part.as_bytes()])
    }

    fn unknown_person(&mut self, line: u64, key: Option<&str>) -> Result<(), SinkError> {
        let source = &self.activity.person.source;
        let blocked = match key {
            Some(key) => self.gate.blocked(self.workspace, source, key)?,
            None => None,
        };
        self.gathered.waiting |= blocked.is_none();
        let unknown = || format!("{source} has no record with this key");
        let reason = blocked.map_or_else(unknown, ToOwned::to_owned);
        let field = Some(self.activity.person.column.clone());
        self.gathered.set_aside(self.source, SetAside { line, field, reason, aside: Aside::Row });
        Ok(())
    }

    fn past(&mut self, line: u64, reason: String) {
        let field = Some(self.activity.time.clone());
        self.gathered.set_aside(self.source, SetAside { line, field, reason, aside: Aside::Row });
    }

    fn twice(&mut self, line: u64) {
        let reason = twice(self.source).to_owned();
        let field = self.activity.key.clone();
        self.gathered.set_aside(self.source, SetAside { line, field, reason, aside: Aside::Row });
    }
}

/// The columns that the charter keeps; the person is kept as a record number instead.
pub fn kept_columns(activity: &Activity, batch: &RecordBatch) -> Result<RecordBatch, SinkError> {
    let mut fields: Vec<Arc<Field>> = Vec::new();
    let mut columns: Vec<ArrayRef> = Vec::new();
    for column in &activity.columns {
        let (at, field) =
            batch.schema_ref().column_with_name(&column.name).ok_or("a column is missing")?;
        fields.push(Arc::new(field.clone()));
        columns.push(Arc::clone(batch.column(at)));
    }
    Ok(RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)?)
}

/// A column read as text, whatever its type.
struct TextColumn(ArrayRef);

impl TextColumn {
    fn get(&self, row: usize) -> Option<Cow<'_, str>> {
        if self.0.is_null(row) {
            return None;
        }
        match self.0.as_string_opt::<i32>() {
            Some(texts) => Some(Cow::Borrowed(texts.value(row))),
            None => arrow::util::display::array_value_to_string(&self.0, row).ok().map(Cow::Owned),
        }
    }
}

/// A hash of each row over all its columns.
pub fn row_hashes(batch: &RecordBatch) -> Result<Vec<u128>, SinkError> {
    let fields = batch.schema_ref().fields().iter().map(|f| SortField::new(f.data_type().clone()));
    let rows = RowConverter::new(fields.collect())?.convert_columns(batch.columns())?;
    Ok(rows.iter().map(|row| hash(&[row.as_ref()])).collect())
}
