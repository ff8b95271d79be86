//! A column as it comes: a name, the block of data it belongs to, and its values.
//!
//! Numbers and dates become numbers, everything else becomes text: these are the two kinds that can
//! be ordered or counted. Price: a decimal beyond 2^53 loses its last digits, which no bin would
//! have told apart.

use std::fmt;

use arrow::array::{Array, AsArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type};

use crate::Error;

/// One column before coding. `Debug` shows no value.
#[derive(Clone)]
pub struct Column {
    name: String,
    block: String,
    pub(crate) values: Values,
}

/// The values of a column, missing ones as `None` or, for numbers, as NaN.
#[derive(Clone)]
pub(crate) enum Values {
    /// Numbers; dates as days or as the unit of their type since 1970.
    Number(Vec<f64>),
    /// Text, and booleans as `true` and `false`.
    Text(Vec<Option<String>>),
}

impl Column {
    /// Takes numbers in; what is not finite is missing. `block` is the source or data category it belongs to.
    pub fn numbers(name: &str, block: &str, mut values: Vec<f64>) -> Self {
        values.iter_mut().filter(|value| value.is_infinite()).for_each(|value| *value = f64::NAN);
        Self { name: name.to_owned(), block: block.to_owned(), values: Values::Number(values) }
    }

    /// Takes texts in.
    pub fn texts(name: &str, block: &str, values: Vec<Option<String>>) -> Self {
        Self { name: name.to_owned(), block: block.to_owned(), values: Values::Text(values) }
    }

    /// Takes an arrow column in: numbers, decimals, dates and timestamps are ordered, texts,
    /// dictionaries of texts and booleans are not.
    ///
    /// # Errors
    ///
    /// [`Error::Type`] for nested and binary types, [`Error::Arrow`] if a conversion fails.
    pub fn from_array(name: &str, block: &str, array: &dyn Array) -> Result<Self, Error> {
        let converted = |array: &dyn Array, to: &DataType| {
            cast(array, to).map_err(|source| Error::Arrow { column: name.to_owned(), source })
        };
        let found = array.data_type();
        if found.is_numeric() {
            return Ok(Self::numbers(name, block, floats(&*converted(array, &DataType::Float64)?)));
        }
        if is_day_or_instant(found) {
            let whole = converted(array, &DataType::Int64)
                .or_else(|_| converted(&*converted(array, &DataType::Int32)?, &DataType::Int64))?;
            return Ok(Self::numbers(
                name,
                block,
                floats(&*converted(&*whole, &DataType::Float64)?),
            ));
        }
        if !is_text(found) {
            return Err(Error::Type { column: name.to_owned(), found: found.to_string() });
        }
        let texts = converted(array, &DataType::Utf8)?;
        let values = texts.as_string::<i32>().iter().map(|text| text.map(str::to_owned)).collect();
        Ok(Self::texts(name, block, values))
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The source or data category that the column belongs to.
    pub fn block(&self) -> &str {
        &self.block
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        match &self.values {
            Values::Number(values) => values.len(),
            Values::Text(values) => values.len(),
        }
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl fmt::Debug for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Column({}, {} rows)", self.name, self.len())
    }
}

fn is_day_or_instant(found: &DataType) -> bool {
    matches!(found, DataType::Date32 | DataType::Date64 | DataType::Timestamp(_, _))
}

fn is_text(found: &DataType) -> bool {
    match found {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Boolean => true,
        DataType::Dictionary(_, values) => is_text(values),
        _ => false,
    }
}

fn floats(array: &dyn Array) -> Vec<f64> {
    let numbers = array.as_primitive::<Float64Type>();
    numbers.iter().map(|number| number.unwrap_or(f64::NAN)).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, BinaryArray, BooleanArray, Date32Array, Int32Array, StringArray};

    use super::*;

    fn numbers(array: &dyn Array) -> Vec<f64> {
        match Column::from_array("c", "b", array).unwrap().values {
            Values::Number(values) => values,
            Values::Text(_) => panic!("text"),
        }
    }

    #[test]
    fn numbers_and_days_are_ordered() {
        let whole = numbers(&Int32Array::from(vec![Some(3), None]));
        assert!((whole[0] - 3.0).abs() < f64::EPSILON && whole[1].is_nan());
        let days = numbers(&Date32Array::from(vec![10]));
        assert!((days[0] - 10.0).abs() < f64::EPSILON);
    }

    #[test]
    fn texts_and_booleans_are_counted() {
        for array in [
            Arc::new(StringArray::from(vec![Some("true"), None])) as ArrayRef,
            Arc::new(BooleanArray::from(vec![Some(true), None])),
        ] {
            match Column::from_array("c", "b", &*array).unwrap().values {
                Values::Text(values) => assert_eq!(values, [Some("true".to_owned()), None]),
                Values::Number(_) => panic!("numbers"),
            }
        }
    }

    #[test]
    fn bytes_are_refused_by_the_name_of_the_column() {
        let refused = Column::from_array("photo", "b", &BinaryArray::from(vec![b"x".as_ref()]));
        assert!(refused.unwrap_err().to_string().starts_with("column photo"));
    }
}
