//! One column of a batch while its rows are being read cell by cell.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanBuilder, Date32Builder, Decimal128Builder, Float64Builder, Int64Builder,
    StringBuilder, TimestampMicrosecondBuilder,
};
use jiff::tz::TimeZone;
use theirs_model::{Cell, ColumnType};

use crate::fault::Fault;
use crate::shape::arrow_type;
use crate::value::{boolean, day, decimal, instant, integer, number, text, trimmed};
use crate::{Shape, Wanted};

/// A column being filled.
pub(crate) struct Column<'s> {
    wanted: &'s Wanted,
    zone: Option<&'s TimeZone>,
    values: Values,
}

enum Values {
    Text(StringBuilder),
    Integer(Int64Builder),
    Number(Float64Builder),
    Decimal(Decimal128Builder),
    Boolean(BooleanBuilder),
    Date(Date32Builder),
    Timestamp(TimestampMicrosecondBuilder),
}

/// Does the same to whichever builder there is.
macro_rules! each {
    ($values:expr, $builder:ident => $what:expr) => {
        match $values {
            Values::Text($builder) => $what,
            Values::Integer($builder) => $what,
            Values::Number($builder) => $what,
            Values::Decimal($builder) => $what,
            Values::Boolean($builder) => $what,
            Values::Date($builder) => $what,
            Values::Timestamp($builder) => $what,
        }
    };
}

impl<'s> Column<'s> {
    /// An empty column for each that the shape wants.
    pub(crate) fn all(shape: &'s Shape) -> Vec<Self> {
        shape.columns.iter().map(|wanted| Self::new(wanted, shape.zone.as_ref())).collect()
    }

    /// An empty column.
    pub(crate) fn new(wanted: &'s Wanted, zone: Option<&'s TimeZone>) -> Self {
        let exact = arrow_type(wanted.kind);
        let values = match wanted.kind {
            ColumnType::Text => Values::Text(StringBuilder::new()),
            ColumnType::Integer => Values::Integer(Int64Builder::new()),
            ColumnType::Number => Values::Number(Float64Builder::new()),
            ColumnType::Decimal => Values::Decimal(Decimal128Builder::new().with_data_type(exact)),
            ColumnType::Boolean => Values::Boolean(BooleanBuilder::new()),
            ColumnType::Date => Values::Date(Date32Builder::new()),
            ColumnType::Timestamp => {
                Values::Timestamp(TimestampMicrosecondBuilder::new().with_data_type(exact))
            }
        };
        Self { wanted, zone, values }
    }

    /// Appends a cell; one at fault leaves a null, so that all columns stay equally long.
    pub(crate) fn push(&mut self, cell: Result<Cell<'_>, Fault>) -> Result<(), Fault> {
        let read = match cell.map(trimmed) {
            Ok(Cell::Empty) if self.wanted.required => Err(Fault::Missing),
            Ok(Cell::Empty) => {
                return {
                    self.push_null();
                    Ok(())
                };
            }
            Ok(cell) => self.push_filled(&cell),
            Err(fault) => Err(fault),
        };
        read.inspect_err(|_| self.push_null())
    }

    fn push_filled(&mut self, cell: &Cell<'_>) -> Result<(), Fault> {
        let format = self.wanted.format.as_deref();
        match &mut self.values {
            Values::Text(to) => to.append_value(text(cell)?),
            Values::Integer(to) => to.append_value(integer(cell)?),
            Values::Number(to) => to.append_value(number(cell)?),
            Values::Decimal(to) => to.append_value(decimal(cell)?),
            Values::Boolean(to) => to.append_value(boolean(cell)?),
            Values::Date(to) => to.append_value(day(cell, format)?),
            Values::Timestamp(to) => to.append_value(instant(cell, format, self.zone)?),
        }
        Ok(())
    }

    /// Appends a null.
    pub(crate) fn push_null(&mut self) {
        each!(&mut self.values, builder => builder.append_null());
    }

    /// The bytes of text held.
    pub(crate) fn text_bytes(&self) -> usize {
        match &self.values {
            Values::Text(text) => text.values_slice().len(),
            _ => 0,
        }
    }

    /// Gives what was appended, and begins anew.
    pub(crate) fn take(&mut self) -> ArrayRef {
        each!(&mut self.values, builder => Arc::new(builder.finish()))
    }
}
