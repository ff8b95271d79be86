//! Row groups that a harmless condition leaves over, by the least and greatest values of their columns.
//!
//! Only columns that may be seen exactly are looked at: of a coarse one the raw values tell nothing
//! that the condition asks. Hidden rows widen the range of a group, so that more is left than need
//! be; what is passed over shows as speed only, for the engine asks the condition of every row again.

use std::collections::HashSet;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, BooleanArray};
use datafusion::arrow::datatypes::{Field, Schema};
use datafusion::common::pruning::PruningStatistics;
use datafusion::common::{Column, ScalarValue};
use datafusion::parquet::arrow::arrow_reader::ArrowReaderMetadata;
use datafusion::parquet::arrow::arrow_reader::statistics::StatisticsConverter;
use datafusion::physical_optimizer::pruning::PruningPredicateBuilder;
use roaring::RoaringBitmap;
use theirs_charter::Coarseness;
use theirs_model::RecordId;
use theirs_store::StoreError;

use super::Reading;
use crate::mask::arrow_type;
use crate::people::slot_at;
use crate::table::{Conditions, schema_of_activity};

/// Of each file, which row groups are left.
pub(super) type Left = Vec<Vec<bool>>;

/// What the conditions leave over; none if that is everything, or cannot be said.
pub(super) fn left(reading: &Reading, conditions: &Conditions) -> Option<Left> {
    let table = schema_of_activity(&reading.seen);
    let schema = Arc::new(table.project(&conditions.columns).ok()?);
    let predicate = PruningPredicateBuilder::new().with_file_schema(schema);
    let predicate = predicate.try_build(Arc::clone(&conditions.says)).ok()?;
    let mut left = Vec::with_capacity(reading.files.len());
    for file in &reading.files {
        let footer = file.wait(file.footer()).ok()?;
        left.push(predicate.prune(&Groups { reading, footer: &footer }).ok()?);
    }
    left.iter().flatten().any(|left| !left).then_some(left)
}

/// Everybody who may be seen and has a row in what is left.
pub(super) fn people(reading: &Reading, left: &Left) -> Result<RoaringBitmap, StoreError> {
    let mut slots = Vec::new();
    for (file, left) in reading.files.iter().zip(left) {
        for group in (0..left.len()).filter(|group| left[*group]) {
            let shown = file.wait(file.shown(group, &reading.allowed))?;
            let slot = |record| slot_at(&reading.slot_of_record, RecordId(record));
            slots.extend(shown.runs.iter().filter_map(|(record, _)| slot(*record)).map(|s| s.0));
        }
    }
    slots.sort_unstable();
    slots.dedup();
    let mut people = RoaringBitmap::new();
    people.extend(slots);
    Ok(people)
}

/// The row groups of a file, as the engine's pruning asks after them.
struct Groups<'r> {
    reading: &'r Reading,
    footer: &'r ArrowReaderMetadata,
}

impl Groups<'_> {
    /// A look at the statistics of a column that may be seen as it is.
    fn of<T>(
        &self,
        column: &Column,
        look: impl FnOnce(StatisticsConverter<'_>, &ArrowReaderMetadata) -> Option<T>,
    ) -> Option<T> {
        let seen = self.reading.seen.iter().find(|seen| seen.name == column.name)?;
        let raw: &Field = self.footer.schema().field_with_name(&seen.name).ok()?;
        if seen.coarseness != Coarseness::Exact || *raw.data_type() != arrow_type(seen.kind) {
            return None;
        }
        let schema: &Schema = self.footer.schema();
        let statistics =
            StatisticsConverter::try_new(&seen.name, schema, self.footer.parquet_schema()).ok()?;
        look(statistics, self.footer)
    }
}

impl PruningStatistics for Groups<'_> {
    fn min_values(&self, column: &Column) -> Option<ArrayRef> {
        self.of(column, |of, footer| of.row_group_mins(footer.metadata().row_groups()).ok())
    }

    fn max_values(&self, column: &Column) -> Option<ArrayRef> {
        self.of(column, |of, footer| of.row_group_maxes(footer.metadata().row_groups()).ok())
    }

    fn num_containers(&self) -> usize {
        self.footer.metadata().num_row_groups()
    }

    fn null_counts(&self, column: &Column) -> Option<ArrayRef> {
        self.of(column, |of, footer| {
            let counts = of.row_group_null_counts(footer.metadata().row_groups()).ok()?;
            Some(Arc::new(counts) as ArrayRef)
        })
    }

    fn row_counts(&self) -> Option<ArrayRef> {
        None
    }

    fn contained(&self, _: &Column, _: &HashSet<ScalarValue>) -> Option<BooleanArray> {
        None
    }
}
