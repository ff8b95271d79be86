//! Parquet, converted column by column.

mod cells;
mod convert;
mod source;

use std::path::Path;

use arrow::error::ArrowError;
use arrow::record_batch::RecordBatch;

use crate::outlet::{Cause, Chunk, Outlet};
use crate::{IngestError, Shape, header};
use convert::convert;
use source::{Source, malformed};

/// Reads the rows and gives the columns that were not wanted.
pub(crate) fn read(shape: &Shape, outlet: &mut Outlet<'_>) -> Result<Vec<String>, IngestError> {
    let source = Source::open(&shape.file)?;
    let present = source.names();
    let places = header::locate(&shape.file, &shape.columns, &present)?;
    let order = order(&places);
    let total = source.rows();
    let mut done = 0;
    for batch in source.batches(&places)? {
        let batch = batch?;
        let rows = batch.num_rows() as u64;
        let lines = (done + 1..=done + rows).collect();
        let chunk = chunk(shape, &batch, &order, lines)
            .map_err(|source| malformed(&shape.file, source.into()))?;
        done += rows;
        outlet.deliver(chunk, done, total)?;
    }
    Ok(header::unread(&shape.columns, &present))
}

/// The names of the top-level columns.
pub(crate) fn columns(file: &Path) -> Result<Vec<String>, IngestError> {
    Ok(Source::open(file)?.names())
}

/// Where each wanted column stands in a batch, which has the columns of the file in its order.
fn order(places: &[usize]) -> Vec<usize> {
    let mut read = places.to_vec();
    read.sort_unstable();
    read.dedup();
    places.iter().map(|place| read.partition_point(|other| other < place)).collect()
}

fn chunk(
    shape: &Shape,
    batch: &RecordBatch,
    order: &[usize],
    lines: Vec<u64>,
) -> Result<Chunk, ArrowError> {
    let (mut columns, mut faults) = (Vec::new(), Vec::new());
    for (at, (wanted, place)) in shape.columns.iter().zip(order).enumerate() {
        let converted = convert(batch.column(*place), wanted, shape.zone.as_ref())?;
        let causes = converted.faults.into_iter();
        faults.extend(causes.map(|(row, fault)| (row, Cause::Field(at, fault))));
        columns.push(converted.array);
    }
    faults.sort_by_key(|(row, _)| *row);
    Ok(Chunk { columns, lines, faults })
}
