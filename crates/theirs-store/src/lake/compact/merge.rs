//! The merging itself: a range of records of all files is read, sorted, and appended to what was
//! written of the ranges below.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::sync::Arc;

use arrow::array::{Array, RecordBatch, UInt32Array, new_null_array};
use arrow::compute::{concat_batches, take_record_batch};
use arrow::datatypes::{Field, Schema, SchemaRef};
use parquet::arrow::arrow_reader::ArrowReaderMetadata;
use roaring::RoaringTreemap;

use super::Layout;
use crate::lake::read::{footers, numbers, pages, places_of, within_groups};
use crate::lake::seal::is_sealed;
use crate::lake::shared::Shared;
use crate::lake::write::{FileWriter, ROWS_PER_FILE, ROWS_PER_GROUP, Written, order};
use crate::lake::{ActivityFile, RECORD, View};
use crate::store::StoreError;

/// How many rows a merged file has at most.
const ROWS_PER_MERGED_FILE: u64 = 1 << 22;

/// Files that are to be merged.
pub(super) struct Merge<'p> {
    shared: &'p Shared,
    stem: String,
    pub(super) files: Vec<ActivityFile>,
    erased: Arc<RoaringTreemap>,
    schema: SchemaRef,
    time: Option<String>,
    classes: Arc<Vec<u8>>,
    /// Classes that have a file of their own; all others share class 0.
    apart: Vec<bool>,
    ends: Vec<u64>,
}

/// The files that are being written, one for each class.
struct Output<'p> {
    open: BTreeMap<u8, FileWriter<'p>>,
    written: Vec<Written>,
    begun: usize,
}

impl<'p> Merge<'p> {
    /// What merging these files would be; none if that would change nothing.
    pub(super) fn of(
        shared: &'p Shared,
        activity: &str,
        files: &[ActivityFile],
        view: &View,
        layout: &Layout,
    ) -> Result<Option<Self>, StoreError> {
        let feet = footers(files)?;
        let (schema, fits) = common(&feet);
        let kept = |at: &usize| fits[*at];
        let files: Vec<_> = (0..files.len()).filter(kept).map(|at| files[at].clone()).collect();
        let feet: Vec<_> = (0..feet.len()).filter(kept).map(|at| Arc::clone(&feet[at])).collect();
        let is_hiding = files.iter().any(|file| file.hidden.is_some());
        let is_plain = shared.key.is_some() && files.iter().any(|file| !is_sealed(file.name()));
        let is_due = is_hiding || is_plain || !layout.classes.is_empty();
        if files.is_empty() || (files.len() == 1 && !is_due) {
            return Ok(None);
        }
        let rows = files.iter().map(|file| file.rows).sum();
        let latest = view.files.iter().map(|file| file.sequence.0).max().unwrap_or(0);
        Ok(Some(Self {
            shared,
            stem: format!("{activity}-{latest:08}-{}", stamp(&files)),
            erased: Arc::clone(&view.erased),
            schema,
            time: feet.iter().rev().find_map(|footer| time_of(footer)),
            classes: Arc::clone(&layout.classes),
            apart: apart(&layout.classes, rows),
            ends: ends(&feet),
            files,
        }))
    }

    /// Writes the merged files; none if it was told not to go on. What was written is removed if
    /// that fails.
    pub(super) fn write(
        &self,
        goes_on: &dyn Fn() -> bool,
    ) -> Result<Option<Vec<Written>>, StoreError> {
        let mut output = Output { open: BTreeMap::new(), written: Vec::new(), begun: 0 };
        let done = self.write_ranges(&mut output, goes_on);
        if !matches!(done, Ok(true)) {
            drop(output.open);
            for file in &output.written {
                self.shared.place.remove(&file.name)?;
            }
        }
        Ok(done?.then_some(output.written))
    }

    fn write_ranges(
        &self,
        output: &mut Output<'p>,
        goes_on: &dyn Fn() -> bool,
    ) -> Result<bool, StoreError> {
        let mut least = 0;
        for end in &self.ends {
            if !goes_on() {
                return Ok(false);
            }
            self.write_range(least..=*end, output)?;
            least = end.saturating_add(1);
        }
        for (_, file) in std::mem::take(&mut output.open) {
            output.written.push(file.finish()?);
        }
        Ok(true)
    }

    /// Reads a range of records from all files. One person's rows alone may be more than memory
    /// should hold: what is there is then written before the rest is read.
    fn write_range(
        &self,
        records: RangeInclusive<u64>,
        output: &mut Output<'p>,
    ) -> Result<(), StoreError> {
        let (mut waiting, mut rows) = (Vec::new(), 0);
        for file in &self.files {
            if file.records.0 > *records.end() || file.records.1 < *records.start() {
                continue;
            }
            let Some(mut reader) = file.wait(self.reader(file, &records))? else { continue };
            while let Some(batch) = file.wait(reader.next())? {
                rows += batch.num_rows();
                waiting.push(fit(&batch, &self.schema)?);
                if rows >= 2 * ROWS_PER_FILE {
                    self.append(&std::mem::take(&mut waiting), output)?;
                    rows = 0;
                }
            }
        }
        self.append(&waiting, output)
    }

    async fn reader(
        &self,
        file: &ActivityFile,
        records: &RangeInclusive<u64>,
    ) -> Result<Option<crate::lake::Reader>, StoreError> {
        let may_hold = |least, greatest| least <= *records.end() && greatest >= *records.start();
        let is_wanted = |record| records.contains(&record) && !self.erased.contains(record);
        let mut rows = places_of(file, may_hold, is_wanted).await?;
        if let Some(hidden) = &file.hidden {
            rows -= &**hidden;
        }
        if rows.is_empty() {
            return Ok(None);
        }
        let footer = file.footer().await?;
        let names: Vec<&str> = footer.schema().fields().iter().map(|f| f.name().as_str()).collect();
        let (groups, selection) = within_groups(&footer, &rows);
        Ok(Some(file.reader(&names, Some(groups), Some(selection)).await?))
    }

    /// Sorts rows and appends them to the files of their classes.
    fn append(&self, waiting: &[RecordBatch], output: &mut Output<'p>) -> Result<(), StoreError> {
        if waiting.is_empty() {
            return Ok(());
        }
        let whole = concat_batches(&self.schema, waiting)?;
        let order = order(&whole, self.time.as_deref())?;
        let mut of_class: BTreeMap<u8, Vec<u32>> = BTreeMap::new();
        let records = numbers(&whole, RECORD)?.values();
        for row in order.values() {
            let class = self.class(records[*row as usize]);
            of_class.entry(class).or_default().push(*row);
        }
        for (class, rows) in of_class {
            for rows in rows.chunks(ROWS_PER_GROUP) {
                let rows = UInt32Array::from(rows.to_vec());
                self.write_rows(class, &take_record_batch(&whole, &rows)?, output)?;
            }
        }
        Ok(())
    }

    fn class(&self, record: u64) -> u8 {
        let class = usize::try_from(record).ok().and_then(|at| self.classes.get(at));
        let class = class.copied().unwrap_or(0);
        if self.apart[usize::from(class)] { class } else { 0 }
    }

    fn write_rows(
        &self,
        class: u8,
        rows: &RecordBatch,
        output: &mut Output<'p>,
    ) -> Result<(), StoreError> {
        let file = match output.open.entry(class) {
            std::collections::btree_map::Entry::Occupied(open) => open.into_mut(),
            std::collections::btree_map::Entry::Vacant(none) => {
                let stem = format!("{}-{:03}", self.stem, output.begun);
                output.begun += 1;
                let time = self.time.as_deref();
                none.insert(FileWriter::new(self.shared, &stem, &self.schema, time)?)
            }
        };
        file.write(rows)?;
        if file.rows() >= ROWS_PER_MERGED_FILE
            && let Some(full) = output.open.remove(&class)
        {
            output.written.push(full.finish()?);
        }
        Ok(())
    }
}

/// Which classes have rows enough to fill row groups of their own, if people are all as busy.
fn apart(classes: &[u8], rows: u64) -> Vec<bool> {
    let mut counts = [0_u64; 256];
    for class in classes {
        counts[usize::from(*class)] += 1;
    }
    let all = (classes.len() as u64).max(1);
    let full = ROWS_PER_GROUP as u64;
    counts.iter().map(|count| rows / all * count + rows % all * count / all >= full).collect()
}

/// Tells the files of one compaction from those of any other: no file has rows of the same files.
fn stamp(files: &[ActivityFile]) -> String {
    let mut context = ring::digest::Context::new(&ring::digest::SHA256);
    for file in files {
        context.update(file.name().as_bytes());
        context.update(&file.hidden.as_ref().map_or(0, |hidden| hidden.len()).to_be_bytes());
    }
    hex::encode(&context.finish().as_ref()[..6])
}

/// Where ranges of about as many records' rows as a file of a load has end.
fn ends(feet: &[Arc<ArrowReaderMetadata>]) -> Vec<u64> {
    let mut counted: Vec<(u64, u64)> = Vec::new();
    for footer in feet {
        let greatest = std::cell::RefCell::new(Vec::new());
        let spans = pages(footer, |_, most| {
            greatest.borrow_mut().push(most);
            true
        });
        let greatest = greatest.into_inner();
        // Without an index there is one span for each group, and nothing is known of its end.
        let known = greatest.len() == spans.len();
        for (at, span) in spans.iter().enumerate() {
            let end = if known { greatest[at] } else { u64::MAX };
            counted.push((end, span.len() as u64));
        }
    }
    counted.sort_unstable();
    let (mut ends, mut rows) = (Vec::new(), 0);
    for (end, count) in counted {
        rows += count;
        if rows >= ROWS_PER_FILE as u64 && ends.last() != Some(&end) {
            ends.push(end);
            rows = 0;
        }
    }
    if ends.last() != Some(&u64::MAX) {
        ends.push(u64::MAX);
    }
    ends
}

/// The columns of all files, and which files fit in them: the type of a column is that of the
/// newest file that has it.
fn common(feet: &[Arc<ArrowReaderMetadata>]) -> (SchemaRef, Vec<bool>) {
    let mut fields: Vec<Field> = Vec::new();
    let mut fits = vec![true; feet.len()];
    for (at, footer) in feet.iter().enumerate().rev() {
        let conflicts = |field: &Arc<Field>| {
            let known = fields.iter().find(|known| known.name() == field.name());
            known.is_some_and(|known| known.data_type() != field.data_type())
        };
        if footer.schema().fields().iter().any(conflicts) {
            fits[at] = false;
            continue;
        }
        for field in footer.schema().fields() {
            if !fields.iter().any(|known| known.name() == field.name()) {
                let is_ours = field.name().starts_with('_');
                fields.push(field.as_ref().clone().with_nullable(!is_ours));
            }
        }
    }
    (Arc::new(Schema::new(fields)), fits)
}

/// The rows with the columns of the schema, those that the file lacks being empty.
fn fit(batch: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch, StoreError> {
    let column = |field: &Arc<Field>| {
        batch
            .column_by_name(field.name())
            .map_or_else(|| new_null_array(field.data_type(), batch.num_rows()), Arc::clone)
    };
    let columns: Vec<Arc<dyn Array>> = schema.fields().iter().map(column).collect();
    Ok(RecordBatch::try_new(Arc::clone(schema), columns)?)
}

/// The column that rows of one record are sorted by.
pub(crate) fn time_of(footer: &ArrowReaderMetadata) -> Option<String> {
    let sorted = footer.metadata().row_groups().first()?.sorting_columns()?;
    let at = usize::try_from(sorted.get(1)?.column_idx).ok()?;
    Some(footer.schema().fields().get(at)?.name().clone())
}
