//! Functions that put a text for each of many: `replace(replace(a, 'x', b), 'x', b)` of a few
//! thousand letters would be longer than any memory, and the process would end over it.

use std::sync::Arc;

use datafusion::arrow::array::{Array, AsArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, FieldRef};
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::{
    ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
};

/// How long the texts of one batch may become, in bytes.
pub(super) const MOST: usize = 64 << 20;

/// A function of the engine whose third argument is put into its first, wherever the second is.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct Bounded(pub(crate) Arc<ScalarUDF>);

impl ScalarUDFImpl for Bounded {
    fn name(&self) -> &str {
        self.0.name()
    }

    fn aliases(&self) -> &[String] {
        self.0.aliases()
    }

    fn signature(&self) -> &Signature {
        self.0.signature()
    }

    fn return_type(&self, kinds: &[DataType]) -> Result<DataType> {
        self.0.return_type(kinds)
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        self.0.return_field_from_args(args)
    }

    fn coerce_types(&self, kinds: &[DataType]) -> Result<Vec<DataType>> {
        self.0.coerce_types(kinds)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        if let [text, _, put, ..] = args.args.as_slice() {
            let (whole, _) = bytes(text, args.number_rows)?;
            let (_, longest) = bytes(put, args.number_rows)?;
            // Between any two letters, and before and after all of them.
            let most = (whole + args.number_rows).saturating_mul(longest + 1);
            if most > MOST {
                let message = format!("{} would make texts that are too long", self.name());
                return Err(DataFusionError::ResourcesExhausted(message));
            }
        }
        self.0.invoke_with_args(args)
    }
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
