//! Cells as bytes, to outlast a restart: one Arrow stream for each table.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BinaryArray, RecordBatch, UInt32Array, UInt64Array,
};
use datafusion::arrow::datatypes::{DataType, Field, Schema, UInt32Type, UInt64Type};
use datafusion::arrow::ipc::reader::StreamReader;
use datafusion::arrow::ipc::writer::StreamWriter;
use datafusion::error::{DataFusionError, Result};
use roaring::RoaringBitmap;

use super::{CellTable, Cells, Layout};

impl Cells {
    /// The cells as bytes.
    pub(crate) fn to_bytes(&self) -> Result<Vec<u8>> {
        let mut all = Vec::new();
        for table in &self.tables {
            let batch = table.batch()?;
            let mut bytes = Vec::new();
            let mut writer = StreamWriter::try_new(&mut bytes, &batch.schema())?;
            writer.write(&batch)?;
            writer.finish()?;
            drop(writer);
            all.extend((bytes.len() as u64).to_be_bytes());
            all.extend(bytes);
        }
        Ok(all)
    }

    /// The cells behind bytes that were made for these layouts.
    pub(crate) fn from_bytes(mut bytes: &[u8], layouts: &[Layout]) -> Result<Self> {
        let mut tables = Vec::new();
        for layout in layouts {
            let (length, rest) = bytes.split_first_chunk::<8>().ok_or_else(damaged)?;
            let length = usize::try_from(u64::from_be_bytes(*length)).map_err(|_| damaged())?;
            let (own, rest) = rest.split_at_checked(length).ok_or_else(damaged)?;
            let batch = StreamReader::try_new(own, None)?.next().ok_or_else(damaged)??;
            tables.push(CellTable::of(&batch, layout)?);
            bytes = rest;
        }
        Ok(Self { tables })
    }
}

impl CellTable {
    fn batch(&self) -> Result<RecordBatch> {
        let mut fields: Vec<Field> = Vec::new();
        let mut columns: Vec<ArrayRef> = Vec::new();
        let mut add = |column: ArrayRef| {
            let name = fields.len().to_string();
            fields.push(Field::new(name, column.data_type().clone(), true));
            columns.push(column);
        };
        self.columns.iter().for_each(|column| add(Arc::clone(column)));
        for known in &self.known {
            add(Arc::new(UInt64Array::from(known.clone())));
        }
        add(Arc::new(UInt64Array::from(self.rows.clone())));
        add(Arc::new(UInt32Array::from(self.kept.clone())));
        let mut members: Vec<Vec<u8>> = Vec::new();
        for bitmap in &self.members {
            let mut bytes = Vec::new();
            bitmap.serialize_into(&mut bytes)?;
            members.push(bytes);
        }
        add(Arc::new(BinaryArray::from_iter_values(members)));
        Ok(RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)?)
    }

    fn of(batch: &RecordBatch, layout: &Layout) -> Result<Self> {
        let (labels, measures) = (layout.labels().count(), layout.measures.len());
        let values = labels + measures;
        if batch.num_columns() != values + measures + 3 {
            return Err(damaged());
        }
        let whole = |at: usize| {
            let column = batch.column(at).as_primitive_opt::<UInt64Type>().ok_or_else(damaged)?;
            Ok::<_, DataFusionError>(column.values().to_vec())
        };
        let known = (values..values + measures).map(whole).collect::<Result<_>>()?;
        let kept = batch.column(values + measures + 1);
        let kept = kept.as_primitive_opt::<UInt32Type>().ok_or_else(damaged)?.values().to_vec();
        let told = batch.column(values + measures + 2);
        let told = told.as_binary_opt::<i32>().ok_or_else(damaged)?;
        let mut members = Vec::new();
        for at in 0..told.len() {
            members.push(RoaringBitmap::deserialize_from(told.value(at)).map_err(|_| damaged())?);
        }
        let is_typed =
            |(at, (_, kind)): (usize, (_, DataType))| batch.column(at).data_type() == &kind;
        if !layout.columns().enumerate().all(is_typed) {
            return Err(damaged());
        }
        let columns = batch.columns()[..values].to_vec();
        Ok(Self { columns, rows: whole(values + measures)?, known, members, kept })
    }
}

fn damaged() -> DataFusionError {
    DataFusionError::Internal("the groups that were kept cannot be read".to_owned())
}
