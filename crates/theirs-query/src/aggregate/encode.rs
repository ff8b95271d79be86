//! Values of one column as small numbers: zero is no value.

use std::collections::HashMap;

use datafusion::arrow::array::{Array, ArrayRef, new_null_array};
use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::row::{OwnedRow, RowConverter, SortField};
use datafusion::error::Result;

/// The numbers of the values of one column.
pub(super) struct Encoder {
    converter: RowConverter,
    numbers: HashMap<OwnedRow, u32>,
    /// The value of each number; of zero, no value.
    values: Vec<OwnedRow>,
}

impl Encoder {
    pub(super) fn new(kind: &DataType) -> Result<Self> {
        let converter = RowConverter::new(vec![SortField::new(kind.clone())])?;
        let none = converter.convert_columns(&[new_null_array(kind, 1)])?.row(0).owned();
        Ok(Self { converter, numbers: HashMap::new(), values: vec![none] })
    }

    pub(super) fn encode(&mut self, column: &ArrayRef) -> Result<Vec<u32>> {
        let rows = self.converter.convert_columns(std::slice::from_ref(column))?;
        let mut numbers = Vec::with_capacity(column.len());
        for (at, row) in rows.iter().enumerate() {
            if column.is_null(at) {
                numbers.push(0);
                continue;
            }
            let row = row.owned();
            let next = u32::try_from(self.values.len()).unwrap_or(u32::MAX);
            let number = *self.numbers.entry(row.clone()).or_insert(next);
            if number == next {
                self.values.push(row);
            }
            numbers.push(number);
        }
        Ok(numbers)
    }

    pub(super) fn decode(&self, numbers: impl Iterator<Item = u32>) -> Result<ArrayRef> {
        let value = |number: u32| self.values[number as usize].row();
        let columns = self.converter.convert_rows(numbers.map(value))?;
        columns.into_iter().next().ok_or_else(|| {
            datafusion::error::DataFusionError::Internal("a column without values".to_owned())
        })
    }
}
