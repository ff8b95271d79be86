//! The rows of an activity: read from the lake, filtered and coarsened on the way to the engine.

use std::fmt;
use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, AsArray, BooleanArray, Int64Array, RecordBatch, UInt64Array, new_null_array,
};
use datafusion::arrow::compute::filter_record_batch;
use datafusion::arrow::datatypes::{SchemaRef, UInt64Type};
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::TaskContext;
use datafusion::parquet::arrow::ProjectionMask;
use datafusion::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use datafusion::physical_plan::SendableRecordBatchStream;
use datafusion::physical_plan::stream::RecordBatchReceiverStreamBuilder;
use datafusion::physical_plan::streaming::PartitionStream;
use roaring::RoaringBitmap;
use theirs_model::RecordId;
use theirs_store::{ActivityFile, Overlay, StoreError};

use super::{Conditions, Governor, PARTITIONS, Rows, Scan, Seen, batch};
use crate::mask::arrow_type;
use crate::people::slot_at;

/// The columns that the lake adds.
const RECORD: &str = "_record";
const KEY: &str = "_key";

/// The rows of an activity for a purpose.
pub(crate) struct ActivityRows(pub(crate) Arc<Reading>);

/// What every stream of one scan shares.
pub(crate) struct Reading {
    pub(crate) files: Vec<ActivityFile>,
    pub(crate) overlay: Overlay,
    pub(crate) slot_of_record: Arc<Vec<u32>>,
    pub(crate) seen: Vec<Seen>,
    pub(crate) governor: Arc<Governor>,
}

impl Rows for ActivityRows {
    fn scan(&self, columns: &[usize], schema: &SchemaRef, _: Option<&Conditions>) -> Result<Scan> {
        let part = |turn| {
            Arc::new(Part {
                schema: Arc::clone(schema),
                columns: columns.to_vec(),
                reading: Arc::clone(&self.0),
                turn,
            }) as Arc<dyn PartitionStream>
        };
        let partitions = (0..PARTITIONS).map(part).collect();
        Ok(Scan { people: RoaringBitmap::clone(&self.0.governor.eligible), partitions })
    }
}

/// Every second row group, so that the streams share the work.
#[derive(Clone)]
struct Part {
    schema: SchemaRef,
    columns: Vec<usize>,
    reading: Arc<Reading>,
    turn: usize,
}

impl fmt::Debug for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("governed rows")
    }
}

impl PartitionStream for Part {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, _: Arc<TaskContext>) -> SendableRecordBatchStream {
        let mut builder = RecordBatchReceiverStreamBuilder::new(Arc::clone(&self.schema), 4);
        let (sender, part) = (builder.tx(), self.clone());
        builder.spawn_blocking(move || {
            part.each_batch(&mut |batch| sender.blocking_send(Ok(batch)).is_ok())
        });
        builder.build()
    }
}

impl Part {
    /// Hands over batches until there are no more or nobody wants them.
    fn each_batch(&self, hand_over: &mut dyn FnMut(RecordBatch) -> bool) -> Result<()> {
        let mut group = 0;
        for file in &self.reading.files {
            let changed = |_| lost(file.changed());
            let opened = file.open().map_err(lost)?;
            let builder = ParquetRecordBatchReaderBuilder::try_new(opened).map_err(changed)?;
            let count = builder.metadata().num_row_groups();
            let mine = (0..count).filter(|at| (group + at) % PARTITIONS == self.turn).collect();
            group += count;
            let mask = ProjectionMask::columns(builder.parquet_schema(), self.raw_columns());
            let reader = builder
                .with_projection(mask)
                .with_row_groups(mine)
                .with_batch_size(8192)
                .build()
                .map_err(changed)?;
            for raw in reader {
                let raw = raw.map_err(|_| lost(file.changed()))?;
                let governed = self.govern(&raw, file)?;
                if governed.num_rows() > 0 && !hand_over(governed) {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    fn raw_columns(&self) -> Vec<&str> {
        let seen = self.columns.iter().filter(|at| **at > 0);
        let mut names: Vec<&str> =
            seen.map(|at| self.reading.seen[*at - 1].name.as_str()).collect();
        names.push(RECORD);
        if !self.reading.overlay.0.is_empty() {
            names.push(KEY);
        }
        names
    }

    /// What may be seen of a batch.
    fn govern(&self, raw: &RecordBatch, file: &ActivityFile) -> Result<RecordBatch> {
        let permitted = filter_record_batch(raw, &self.permitted(raw, file)?)?;
        let mut columns: Vec<ArrayRef> = Vec::with_capacity(self.columns.len());
        for at in &self.columns {
            columns.push(match at.checked_sub(1) {
                None => self.names(records(&permitted, file)?),
                Some(at) => self.column(&permitted, &self.reading.seen[at]),
            });
        }
        batch(&self.schema, columns, permitted.num_rows())
    }

    fn permitted(&self, raw: &RecordBatch, file: &ActivityFile) -> Result<BooleanArray> {
        let Reading { overlay, slot_of_record, governor, .. } = &*self.reading;
        let keys = raw.column_by_name(KEY).and_then(|keys| keys.as_fixed_size_binary_opt());
        if keys.is_none() && !overlay.0.is_empty() {
            return Err(lost(file.changed()));
        }
        let records = records(raw, file)?;
        Ok((0..raw.num_rows())
            .map(|row| {
                let slot = slot_at(slot_of_record, RecordId(records.value(row)));
                let eligible = slot.is_some_and(|slot| governor.eligible.contains(slot.0));
                let replaced = keys.is_some_and(|keys| {
                    let key = <[u8; 16]>::try_from(keys.value(row)).map(u128::from_be_bytes);
                    key.is_ok_and(|key| overlay.hides(key, file.sequence))
                });
                Some(eligible && !replaced)
            })
            .collect())
    }

    fn names(&self, records: &UInt64Array) -> ArrayRef {
        let Reading { slot_of_record, governor, .. } = &*self.reading;
        let name = |record: &u64| {
            slot_at(slot_of_record, RecordId(*record)).map(|s| governor.pseudonyms.name(s))
        };
        let names: Int64Array = records.values().iter().map(|r| name(r).unwrap_or(-1)).collect();
        Arc::new(names)
    }

    fn column(&self, permitted: &RecordBatch, seen: &Seen) -> ArrayRef {
        let raw = permitted.column_by_name(&seen.name).map_or_else(
            || new_null_array(&arrow_type(seen.kind), permitted.num_rows()),
            Arc::clone,
        );
        seen.see(&raw, &self.reading.governor.calendar)
    }
}

fn records<'b>(batch: &'b RecordBatch, file: &ActivityFile) -> Result<&'b UInt64Array> {
    batch
        .column_by_name(RECORD)
        .and_then(|column| column.as_primitive_opt::<UInt64Type>())
        .ok_or_else(|| lost(file.changed()))
}

/// Carries the name of a file that does not read through the engine.
fn lost(error: StoreError) -> DataFusionError {
    DataFusionError::External(Box::new(error))
}
