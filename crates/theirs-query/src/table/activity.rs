//! The rows of an activity: read from the lake, without those of others, made coarse, and only then
//! handed to the engine.
//!
//! Which rows may be seen is decided once per run of rows of the same record, from what the lake
//! keeps in memory; the pages of others are not even read. A scan for nobody's columns reads no page
//! at all. The streams of a scan take row groups in turn.

mod allowed;
mod walk;

use std::fmt;
use std::sync::Arc;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::error::DataFusionError;
use datafusion::execution::TaskContext;
use datafusion::physical_plan::SendableRecordBatchStream;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::streaming::PartitionStream;
use theirs_store::{ActivityFile, RecordSet, StoreError, View};

use self::walk::Walk;
use super::{Governor, Rows, Seen};

/// How many streams read an activity at once.
const PARTITIONS: usize = 2;

/// The rows of an activity for a purpose.
pub(crate) struct ActivityRows(pub(crate) Arc<Reading>);

/// What every stream of one scan shares.
pub(crate) struct Reading {
    files: Vec<ActivityFile>,
    allowed: Arc<RecordSet>,
    slot_of_record: Arc<Vec<u32>>,
    seen: Vec<Seen>,
    governor: Arc<Governor>,
}

impl Reading {
    /// What a statement reads of a view of the lake.
    pub(crate) fn of(
        view: View,
        slot_of_record: &Arc<Vec<u32>>,
        seen: &[Seen],
        governor: &Arc<Governor>,
    ) -> Self {
        Self {
            allowed: allowed::records(slot_of_record, &governor.eligible, &view.erased),
            files: view.files,
            slot_of_record: Arc::clone(slot_of_record),
            seen: seen.to_vec(),
            governor: Arc::clone(governor),
        }
    }
}

impl Rows for ActivityRows {
    fn partitions(&self, columns: &[usize], schema: &SchemaRef) -> Vec<Arc<dyn PartitionStream>> {
        (0..PARTITIONS)
            .map(|turn| {
                Arc::new(Part {
                    schema: Arc::clone(schema),
                    columns: columns.to_vec(),
                    reading: Arc::clone(&self.0),
                    turn,
                }) as Arc<dyn PartitionStream>
            })
            .collect()
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
        let walk = Walk::new(self.clone());
        let rows = futures::stream::try_unfold(walk, |mut walk| async move {
            let batch = walk.next().await.map_err(|error| match error {
                walk::Stop::Lost(error) => lost(error),
                walk::Stop::Engine(error) => error,
            })?;
            Ok(batch.map(|batch| (batch, walk)))
        });
        Box::pin(RecordBatchStreamAdapter::new(Arc::clone(&self.schema), rows))
    }
}

/// Carries the name of a file that does not read through the engine.
fn lost(error: StoreError) -> DataFusionError {
    DataFusionError::External(Box::new(error))
}
