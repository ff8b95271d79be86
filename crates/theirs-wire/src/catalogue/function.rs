//! Functions that clients call beside the catalogue's tables: who they are, what their settings
//! are, what comments say. Those that ask after things that do not exist here say so.

use std::sync::{Arc, Mutex, PoisonError};

use datafusion::arrow::array::{Array, ArrayRef, AsArray, StringArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Int32Type};
use datafusion::common::ScalarValue;
use datafusion::error::Result;
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use theirs_query::Asker;

use super::comment::Comments;
use crate::settings::{SERVER_VERSION, Settings};

/// Functions that give one value whatever they are asked.
const FIXED: [(&str, Fixed); 16] = [
    ("pg_is_in_recovery", Fixed::No),
    ("pg_is_other_temp_schema", Fixed::No),
    ("has_function_privilege", Fixed::No),
    ("pg_type_is_visible", Fixed::Yes),
    ("pg_function_is_visible", Fixed::Yes),
    ("has_column_privilege", Fixed::Yes),
    ("pg_my_temp_schema", Fixed::Zero),
    ("txid_current", Fixed::Zero),
    ("shobj_description", Fixed::Nothing),
    ("pg_get_viewdef", Fixed::Nothing),
    ("pg_get_indexdef", Fixed::Nothing),
    ("pg_get_ruledef", Fixed::Nothing),
    ("pg_get_triggerdef", Fixed::Nothing),
    ("pg_get_serial_sequence", Fixed::Nothing),
    ("pg_tablespace_location", Fixed::Nothing),
    ("inet_server_addr", Fixed::Nothing),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Fixed {
    Yes,
    No,
    Zero,
    Nothing,
}

impl Fixed {
    fn value(self) -> ScalarValue {
        match self {
            Self::Yes => ScalarValue::Boolean(Some(true)),
            Self::No => ScalarValue::Boolean(Some(false)),
            Self::Zero => ScalarValue::Int32(Some(0)),
            Self::Nothing => ScalarValue::Utf8(None),
        }
    }
}

/// Every function, for one connection.
pub(super) fn all(
    asker: &Asker,
    settings: Arc<Mutex<Settings>>,
    comments: &Comments,
) -> Vec<ScalarUDF> {
    let text = |text: &str| ScalarValue::Utf8(Some(text.to_owned()));
    let version = format!("PostgreSQL {SERVER_VERSION}");
    let user = text(&asker.name);
    let mut made = vec![
        constant("version", text(&version)),
        constant("session_user", user.clone()),
        constant("current_user", user.clone()),
        constant("current_role", user.clone()),
        constant("user", user),
    ];
    made.extend(FIXED.iter().map(|(name, fixed)| constant(name, fixed.value())));
    let told = Arc::clone(&settings);
    made.push(of_text("current_setting", move |given| setting(&told, given)));
    for name in ["obj_description", "col_description"] {
        let comments = comments.clone();
        made.push(function(name, DataType::Utf8, move |given, rows| {
            comment(&comments, given, rows)
        }));
    }
    made
}

fn setting(settings: &Mutex<Settings>, name: &str) -> Option<String> {
    let settings = settings.lock().unwrap_or_else(PoisonError::into_inner);
    settings.get(name).ok().map(str::to_owned)
}

/// `obj_description(number[, catalogue])` or `col_description(number, column)`.
fn comment(comments: &Comments, given: &[ArrayRef], rows: usize) -> Result<ArrayRef> {
    let Some(first) = given.first() else { return Ok(Arc::new(StringArray::new_null(rows))) };
    let numbers = cast(first, &DataType::Int32)?;
    let numbers = numbers.as_primitive::<Int32Type>();
    let columns = match given.get(1) {
        Some(second) if second.data_type().is_integer() => Some(cast(second, &DataType::Int32)?),
        _ => None,
    };
    let text = |row: usize| {
        let column = columns.as_ref().map_or(0, |c| c.as_primitive::<Int32Type>().value(row));
        numbers.is_valid(row).then(|| comments.get(numbers.value(row), column)).flatten()
    };
    Ok(Arc::new((0..rows).map(text).collect::<StringArray>()))
}

fn constant(name: &str, value: ScalarValue) -> ScalarUDF {
    let kind = value.data_type();
    function(name, kind, move |_, rows| value.to_array_of_size(rows))
}

/// A function whose first argument is a text.
fn of_text(name: &str, work: impl Fn(&str) -> Option<String> + Send + Sync + 'static) -> ScalarUDF {
    function(name, DataType::Utf8, move |given, rows| {
        let Some(first) = given.first() else { return Ok(Arc::new(StringArray::new_null(rows))) };
        let texts = cast(first, &DataType::Utf8)?;
        let texts = texts.as_string::<i32>();
        let found =
            (0..rows).map(|row| texts.is_valid(row).then(|| work(texts.value(row))).flatten());
        Ok(Arc::new(found.collect::<StringArray>()))
    })
}

type Work = dyn Fn(&[ArrayRef], usize) -> Result<ArrayRef> + Send + Sync;

fn function(
    name: &str,
    kind: DataType,
    work: impl Fn(&[ArrayRef], usize) -> Result<ArrayRef> + Send + Sync + 'static,
) -> ScalarUDF {
    let any = Signature::variadic_any(Volatility::Stable);
    let none = Signature::nullary(Volatility::Stable);
    let signature =
        Signature::one_of(vec![any.type_signature, none.type_signature], Volatility::Stable);
    ScalarUDF::from(Function { name: name.to_owned(), kind, signature, work: Arc::new(work) })
}

/// A function of any arguments.
struct Function {
    name: String,
    kind: DataType,
    signature: Signature,
    work: Arc<Work>,
}

impl std::fmt::Debug for Function {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.name)
    }
}

impl PartialEq for Function {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && Arc::ptr_eq(&self.work, &other.work)
    }
}

impl Eq for Function {}

impl std::hash::Hash for Function {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl ScalarUDFImpl for Function {
    fn name(&self) -> &str {
        &self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(self.kind.clone())
    }

    fn invoke_with_args(&self, call: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let given: Vec<ArrayRef> = call
            .args
            .into_iter()
            .map(|value| value.into_array(call.number_rows))
            .collect::<Result<_>>()?;
        Ok(ColumnarValue::Array((self.work)(&given, call.number_rows)?))
    }
}
