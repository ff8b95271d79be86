//! Who owns what and who may do what: everything is the house's, and a principal may read.

use std::sync::{Arc, Mutex, PoisonError};

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Int32Array, ListArray, StringArray,
};
use datafusion::arrow::buffer::OffsetBuffer;
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Field, Int32Type};
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::ScalarUDF;

use super::PUBLIC;
use super::comment::Places;
use super::function::{function, list_of_texts};
use crate::settings::Settings;

/// The role that owns everything; nobody comes in under it.
pub(super) const OWNER_NAME: &str = "theirs";
/// Its number; PostgreSQL's own first role has it.
pub(super) const OWNER: i32 = 10;
/// The number of the principal that is connected.
pub(super) const SELF: i32 = 16_383;

/// What a principal may do with what it sees.
const MAY: [&str; 4] = ["select", "usage", "connect", "member"];

/// The functions about roles, privileges and the search path.
pub(super) fn functions(
    name: &str,
    settings: &Arc<Mutex<Settings>>,
    places: Arc<Places>,
) -> Vec<ScalarUDF> {
    let role = |own: &str, number| match number {
        OWNER => Some(OWNER_NAME.to_owned()),
        SELF => Some(own.to_owned()),
        _ => None,
    };
    let own = name.to_owned();
    let mut made = vec![by_number("pg_get_userbyid", move |number| {
        role(&own, number).unwrap_or_else(|| format!("unknown (OID={number})"))
    })];
    let own = name.to_owned();
    made.push(by_number("regrole_name", move |number| {
        role(&own, number).unwrap_or_else(|| number.to_string())
    }));
    let known = Arc::clone(&places);
    made.push(by_number("regnamespace_name", move |number| {
        known.schemas.get(&number).cloned().unwrap_or_else(|| number.to_string())
    }));
    let (known, told) = (Arc::clone(&places), Arc::clone(settings));
    made.push(by_number("regclass_name", move |number| match known.tables.get(&number) {
        Some((schema, table))
            if schema == "pg_catalog" || Some(schema) == purpose(&told).as_ref() =>
        {
            table.clone()
        }
        Some((schema, table)) => format!("{schema}.{table}"),
        None => number.to_string(),
    }));
    for (name, must_be) in [("regclass_number", true), ("to_regclass", false)] {
        let (known, told) = (Arc::clone(&places), Arc::clone(settings));
        made.push(function(name, DataType::Int32, move |given, rows| {
            numbers(given, rows, must_be, |name| known.table(name, purpose(&told).as_deref()))
        }));
    }
    for name in ["table", "schema", "database", "column", "any_column"] {
        let name = format!("has_{name}_privilege");
        made.push(function(&name, DataType::Boolean, may));
    }
    let told = Arc::clone(settings);
    made.push(function("pg_table_is_visible", DataType::Boolean, move |given, rows| {
        let path = purpose(&told);
        visible(given, rows, path.as_deref(), &places)
    }));
    let told = Arc::clone(settings);
    made.push(function("current_schema", DataType::Utf8, move |_, rows| {
        let first = purpose(&told).unwrap_or_else(|| PUBLIC.to_owned());
        Ok(Arc::new(StringArray::from(vec![first; rows])))
    }));
    let told = Arc::clone(settings);
    made.push(function("current_schemas", list_of_texts(), move |given, rows| {
        Ok(path(given, rows, purpose(&told)))
    }));
    made
}

fn purpose(settings: &Mutex<Settings>) -> Option<String> {
    settings.lock().unwrap_or_else(PoisonError::into_inner).purpose()
}

/// The numbers of tables by their names; a number is its own.
fn numbers(
    given: &[ArrayRef],
    rows: usize,
    must_be: bool,
    number: impl Fn(&str) -> Option<i32>,
) -> Result<ArrayRef> {
    let Some(first) = given.first() else { return Ok(Arc::new(Int32Array::new_null(rows))) };
    if first.data_type().is_integer() {
        return Ok(cast(first, &DataType::Int32)?);
    }
    let names = cast(first, &DataType::Utf8)?;
    let names = names.as_string::<i32>();
    let mut found = Vec::with_capacity(rows);
    for row in 0..rows {
        let name = names.is_valid(row).then(|| names.value(row));
        let number = name.and_then(&number);
        match name {
            Some(name) if must_be && number.is_none() => {
                return Err(DataFusionError::Plan(format!("there is no table \"{name}\"")));
            }
            _ => found.push(number),
        }
    }
    Ok(Arc::new(Int32Array::from(found)))
}

/// A function from a number to a name.
fn by_number(name: &str, of: impl Fn(i32) -> String + Send + Sync + 'static) -> ScalarUDF {
    function(name, DataType::Utf8, move |given, rows| {
        let Some(first) = given.first() else { return Ok(Arc::new(StringArray::new_null(rows))) };
        let numbers = cast(first, &DataType::Int32)?;
        let numbers = numbers.as_primitive::<Int32Type>();
        let names = (0..rows).map(|row| numbers.is_valid(row).then(|| of(numbers.value(row))));
        Ok(Arc::new(names.collect::<StringArray>()))
    })
}

/// `has_…_privilege([who, ]what, privileges)`: any of the privileges, and none that grants more.
fn may(given: &[ArrayRef], rows: usize) -> Result<ArrayRef> {
    let Some(last) = given.last() else { return Ok(Arc::new(BooleanArray::new_null(rows))) };
    let asked = cast(last, &DataType::Utf8)?;
    let asked = asked.as_string::<i32>();
    let may = |row: usize| {
        let asked = asked.is_valid(row).then(|| asked.value(row).to_lowercase())?;
        Some(asked.split(',').any(|privilege| MAY.contains(&privilege.trim())))
    };
    Ok(Arc::new((0..rows).map(may).collect::<BooleanArray>()))
}

/// Whether a table can be named alone. Until a purpose is chosen, clients that list only such
/// tables shall list all, for then nothing hides another.
fn visible(
    given: &[ArrayRef],
    rows: usize,
    path: Option<&str>,
    places: &Places,
) -> Result<ArrayRef> {
    let Some(first) = given.first() else { return Ok(Arc::new(BooleanArray::new_null(rows))) };
    let numbers = cast(first, &DataType::Int32)?;
    let numbers = numbers.as_primitive::<Int32Type>();
    let seen = |row: usize| {
        let schema = numbers.is_valid(row).then(|| places.tables.get(&numbers.value(row)))?;
        let named =
            |path: &str| schema.is_some_and(|(schema, _)| schema == path || schema == "pg_catalog");
        Some(path.is_none_or(named))
    };
    Ok(Arc::new((0..rows).map(seen).collect::<BooleanArray>()))
}

/// `current_schemas(with those that are searched unasked)`.
fn path(given: &[ArrayRef], rows: usize, purpose: Option<String>) -> ArrayRef {
    let with = given.first().and_then(|first| first.as_boolean_opt());
    let unasked = with.is_some_and(|with| !with.is_empty() && with.value(0));
    let first = purpose.unwrap_or_else(|| PUBLIC.to_owned());
    let mut names = if unasked { vec!["pg_catalog".to_owned()] } else { Vec::new() };
    names.push(first);
    let lengths = OffsetBuffer::from_lengths(vec![names.len(); rows]);
    let values: Vec<String> = (0..rows).flat_map(|_| names.clone()).collect();
    let field = Arc::new(Field::new_list_field(DataType::Utf8, true));
    Arc::new(ListArray::new(field, lengths, Arc::new(StringArray::from(values)), None))
}
