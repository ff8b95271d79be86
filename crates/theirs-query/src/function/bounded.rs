//! Functions that make long texts of short ones: `replace(replace(a, 'x', b), 'x', b)` of a few
//! thousand letters would be longer than any memory, and the process would end over it.

use std::sync::Arc;

use datafusion::arrow::array::{Array, AsArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, FieldRef};
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::{
    ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
};

use super::joined;

/// How long the texts of one batch may become, in bytes.
const MOST: usize = 64 << 20;

/// How a function makes its text of its arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Growth {
    /// The third is put into the first, wherever the second is.
    Replacing,
    /// All are put together.
    Joining,
}

/// A function of the engine that is not called where its texts would become too long.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct Bounded(pub(super) Growth, pub(super) Arc<ScalarUDF>);

impl ScalarUDFImpl for Bounded {
    fn name(&self) -> &str {
        self.1.name()
    }

    fn aliases(&self) -> &[String] {
        self.1.aliases()
    }

    fn signature(&self) -> &Signature {
        self.1.signature()
    }

    fn return_type(&self, kinds: &[DataType]) -> Result<DataType> {
        self.1.return_type(kinds)
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        self.1.return_field_from_args(args)
    }

    fn coerce_types(&self, kinds: &[DataType]) -> Result<Vec<DataType>> {
        self.1.coerce_types(kinds)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        match self.0 {
            Growth::Replacing => replaced_fits(self.name(), &args)?,
            Growth::Joining => joined::fits(self.name(), &args)?,
        }
        self.1.invoke_with_args(args)
    }
}

fn replaced_fits(name: &str, args: &ScalarFunctionArgs) -> Result<()> {
    let [text, _, put, ..] = args.args.as_slice() else { return Ok(()) };
    let (whole, _) = bytes(text, args.number_rows)?;
    let (_, longest) = bytes(put, args.number_rows)?;
    // Between any two letters, and before and after all of them.
    within(name, (whole + args.number_rows).saturating_mul(longest + 1))
}

/// Refuses texts of a batch that would be longer together than they may.
pub(super) fn within(name: &str, whole: usize) -> Result<()> {
    if whole > MOST {
        let message = format!("{name} would make texts that are too long");
        return Err(DataFusionError::ResourcesExhausted(message));
    }
    Ok(())
}

/// How long the texts of an argument are together, and the longest of them.
pub(super) fn bytes(value: &ColumnarValue, rows: usize) -> Result<(usize, usize)> {
    let array = match value {
        ColumnarValue::Scalar(one) => one.to_array()?,
        ColumnarValue::Array(array) => Arc::clone(array),
    };
    let texts = cast(&array, &DataType::Utf8)?;
    let texts = texts.as_string::<i32>();
    let lengths =
        || (0..texts.len()).filter(|row| texts.is_valid(*row)).map(|r| texts.value(r).len());
    let times = if matches!(value, ColumnarValue::Scalar(_)) { rows } else { 1 };
    Ok((lengths().sum::<usize>() * times, lengths().max().unwrap_or(0)))
}
