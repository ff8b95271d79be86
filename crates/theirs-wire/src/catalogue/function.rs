//! Functions that clients call beside the catalogue's tables: who they are, what their settings
//! are, what comments say. Those that ask after things that do not exist here say so.

use std::sync::{Arc, Mutex, PoisonError};

use datafusion::arrow::array::{Array, ArrayRef, AsArray, StringArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Field, Int32Type};
use datafusion::common::ScalarValue;
use datafusion::error::Result;
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use theirs_query::Asker;

use super::comment::{Comments, Places};
use super::{role, text};
use crate::settings::{SERVER_VERSION, Settings};

/// Functions that give one value whatever they are asked.
const FIXED: [(&str, Fixed); 50] = [
    ("pg_is_in_recovery", Fixed::No),
    ("pg_is_other_temp_schema", Fixed::No),
    ("has_function_privilege", Fixed::No),
    ("has_sequence_privilege", Fixed::No),
    ("has_foreign_data_wrapper_privilege", Fixed::No),
    ("has_server_privilege", Fixed::No),
    ("pg_has_role", Fixed::No),
    ("pg_relation_is_publishable", Fixed::No),
    ("pg_type_is_visible", Fixed::Yes),
    ("pg_function_is_visible", Fixed::Yes),
    ("pg_collation_is_visible", Fixed::Yes),
    ("pg_conversion_is_visible", Fixed::Yes),
    ("pg_opclass_is_visible", Fixed::Yes),
    ("pg_operator_is_visible", Fixed::Yes),
    ("pg_opfamily_is_visible", Fixed::Yes),
    ("pg_statistics_obj_is_visible", Fixed::Yes),
    ("pg_ts_config_is_visible", Fixed::Yes),
    ("pg_ts_dict_is_visible", Fixed::Yes),
    ("pg_ts_parser_is_visible", Fixed::Yes),
    ("pg_ts_template_is_visible", Fixed::Yes),
    ("pg_my_temp_schema", Fixed::Zero),
    ("txid_current", Fixed::Zero),
    ("pg_char_to_encoding", Fixed::Utf8),
    ("getdatabaseencoding", Fixed::Encoding),
    ("pg_client_encoding", Fixed::Encoding),
    ("pg_table_size", Fixed::NoNumber),
    ("pg_indexes_size", Fixed::NoNumber),
    ("pg_relation_size", Fixed::NoNumber),
    ("pg_total_relation_size", Fixed::NoNumber),
    ("pg_database_size", Fixed::NoNumber),
    ("pg_tablespace_size", Fixed::NoNumber),
    ("pg_stat_get_numscans", Fixed::NoNumber),
    ("shobj_description", Fixed::Nothing),
    ("pg_get_viewdef", Fixed::Nothing),
    ("pg_get_indexdef", Fixed::Nothing),
    ("pg_get_ruledef", Fixed::Nothing),
    ("pg_get_triggerdef", Fixed::Nothing),
    ("pg_get_constraintdef", Fixed::Nothing),
    ("pg_get_expr", Fixed::Nothing),
    ("pg_get_functiondef", Fixed::Nothing),
    ("pg_get_function_result", Fixed::Nothing),
    ("pg_get_function_arguments", Fixed::Nothing),
    ("pg_get_function_identity_arguments", Fixed::Nothing),
    ("pg_get_function_sqlbody", Fixed::Nothing),
    ("pg_get_statisticsobjdef_columns", Fixed::Nothing),
    ("pg_get_serial_sequence", Fixed::Nothing),
    ("pg_describe_object", Fixed::Nothing),
    ("pg_tablespace_location", Fixed::Nothing),
    ("inet_server_addr", Fixed::Nothing),
    ("inet_client_addr", Fixed::Nothing),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Fixed {
    Yes,
    No,
    Zero,
    Nothing,
    /// A number that is not told, as of sizes.
    NoNumber,
    /// The name of the one encoding.
    Encoding,
    /// PostgreSQL's number for it.
    Utf8,
}

impl Fixed {
    fn value(self) -> ScalarValue {
        match self {
            Self::Yes => ScalarValue::Boolean(Some(true)),
            Self::No => ScalarValue::Boolean(Some(false)),
            Self::Zero => ScalarValue::Int32(Some(0)),
            Self::Nothing => ScalarValue::Utf8(None),
            Self::NoNumber => ScalarValue::Int64(None),
            Self::Encoding => ScalarValue::Utf8(Some("UTF8".to_owned())),
            Self::Utf8 => ScalarValue::Int32(Some(6)),
        }
    }
}

/// Every function, for one connection.
pub(super) fn all(
    asker: &Asker,
    settings: &Arc<Mutex<Settings>>,
    comments: &Comments,
    places: Arc<Places>,
) -> Vec<ScalarUDF> {
    let written = |text: &str| ScalarValue::Utf8(Some(text.to_owned()));
    let version = format!("PostgreSQL {SERVER_VERSION}");
    let user = written(&asker.name);
    let mut made = vec![
        constant("version", written(&version)),
        constant("session_user", user.clone()),
        constant("current_user", user.clone()),
        constant("current_role", user.clone()),
        constant("user", user),
    ];
    made.extend(FIXED.iter().map(|(name, fixed)| constant(name, fixed.value())));
    made.extend(role::functions(&asker.name, settings, places));
    made.push(function("array_to_string", DataType::Utf8, text::array_to_string));
    made.push(function("format", DataType::Utf8, text::format_text));
    made.push(function("pg_size_pretty", DataType::Utf8, text::size));
    let told = Arc::clone(settings);
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

/// The type of a list of texts.
pub(super) fn list_of_texts() -> DataType {
    DataType::List(Arc::new(Field::new_list_field(DataType::Utf8, true)))
}

/// A function of any arguments.
pub(super) fn function(
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
