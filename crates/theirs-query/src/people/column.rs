//! Builds one typed column from canonical texts.

use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, BooleanBuilder, Date32Builder, Decimal128Builder, Float64Builder, Int64Builder,
    StringBuilder, TimestampMicrosecondBuilder,
};
use jiff::Timestamp;
use jiff::civil::Date;
use theirs_model::ColumnType;

/// A column that is being built.
pub(super) enum ColumnBuilder {
    Text(StringBuilder),
    Integer(Int64Builder),
    Number(Float64Builder),
    Decimal(Decimal128Builder),
    Boolean(BooleanBuilder),
    Date(Date32Builder),
    Timestamp(TimestampMicrosecondBuilder),
}

impl ColumnBuilder {
    pub(super) fn new(kind: ColumnType) -> Self {
        match kind {
            ColumnType::Text => Self::Text(StringBuilder::new()),
            ColumnType::Integer => Self::Integer(Int64Builder::new()),
            ColumnType::Number => Self::Number(Float64Builder::new()),
            ColumnType::Decimal => {
                let kind = datafusion::arrow::datatypes::DataType::Decimal128(18, 2);
                Self::Decimal(Decimal128Builder::new().with_data_type(kind))
            }
            ColumnType::Boolean => Self::Boolean(BooleanBuilder::new()),
            ColumnType::Date => Self::Date(Date32Builder::new()),
            ColumnType::Timestamp => {
                Self::Timestamp(TimestampMicrosecondBuilder::new().with_timezone("UTC"))
            }
        }
    }

    /// Appends a value; a text that is not of the type counts as none.
    pub(super) fn append(&mut self, text: Option<&str>) {
        match self {
            Self::Text(builder) => builder.append_option(text),
            Self::Integer(builder) => builder.append_option(text.and_then(|t| t.parse().ok())),
            Self::Number(builder) => builder.append_option(text.and_then(|t| t.parse().ok())),
            Self::Decimal(builder) => builder.append_option(text.and_then(hundredths)),
            Self::Boolean(builder) => builder.append_option(text.and_then(|t| t.parse().ok())),
            Self::Date(builder) => builder.append_option(text.and_then(days)),
            Self::Timestamp(builder) => builder.append_option(
                text.and_then(|t| t.parse::<Timestamp>().ok()).map(Timestamp::as_microsecond),
            ),
        }
    }

    pub(super) fn finish(self) -> ArrayRef {
        match self {
            Self::Text(mut b) => Arc::new(b.finish()),
            Self::Integer(mut b) => Arc::new(b.finish()),
            Self::Number(mut b) => Arc::new(b.finish()),
            Self::Decimal(mut b) => Arc::new(b.finish()),
            Self::Boolean(mut b) => Arc::new(b.finish()),
            Self::Date(mut b) => Arc::new(b.finish()),
            Self::Timestamp(mut b) => Arc::new(b.finish()),
        }
    }
}

fn days(text: &str) -> Option<i32> {
    let date: Date = text.parse().ok()?;
    let epoch = Date::constant(1970, 1, 1);
    Some(date.since((jiff::Unit::Day, epoch)).ok()?.get_days())
}

/// `12.5` as 1,250 hundredths.
fn hundredths(text: &str) -> Option<i128> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let negative = whole.starts_with('-');
    let units: i128 = whole.trim_start_matches(['-', '+']).parse().ok()?;
    let cents: i128 = format!("{fraction:0<2}").get(..2)?.parse().ok()?;
    let sum = units.checked_mul(100)?.checked_add(cents)?;
    Some(if negative { -sum } else { sum })
}
