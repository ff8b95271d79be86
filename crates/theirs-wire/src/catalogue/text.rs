//! Functions that write a text: lists, sizes, names of roles.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, StringArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Field, Int64Type};
use datafusion::error::{DataFusionError, Result};

/// `array_to_string(list, between[, instead of null])`. Some of the library's tables keep lists in
/// PostgreSQL's own writing, `{a,b}`.
pub(super) fn array_to_string(given: &[ArrayRef], rows: usize) -> Result<ArrayRef> {
    let [list, between, rest @ ..] = given else {
        return Ok(Arc::new(StringArray::new_null(rows)));
    };
    let between = cast(between, &DataType::Utf8)?;
    let between = between.as_string::<i32>();
    let missing = rest.first().map(|missing| cast(missing, &DataType::Utf8)).transpose()?;
    let missing = missing.as_ref().map(datafusion::arrow::array::AsArray::as_string::<i32>);
    let lists = Lists::of(list)?;
    let written = |row: usize| {
        let parts = lists.get(row).filter(|_| between.is_valid(row))?;
        let missing = missing.filter(|texts| texts.is_valid(row)).map(|texts| texts.value(row));
        let shown = parts.iter().filter_map(|part| part.as_deref().or(missing));
        Some(shown.collect::<Vec<_>>().join(between.value(row)))
    };
    Ok(Arc::new((0..rows).map(written).collect::<StringArray>()))
}

/// Lists of texts, however they are kept.
enum Lists {
    Real(ArrayRef),
    Written(ArrayRef),
}

impl Lists {
    fn of(list: &ArrayRef) -> Result<Self> {
        let is_list = matches!(
            list.data_type(),
            DataType::List(_) | DataType::LargeList(_) | DataType::FixedSizeList(..)
        );
        if !is_list {
            return Ok(Self::Written(cast(list, &DataType::Utf8)?));
        }
        let texts = DataType::List(Arc::new(Field::new_list_field(DataType::Utf8, true)));
        Ok(Self::Real(cast(list, &texts)?))
    }

    fn get(&self, row: usize) -> Option<Vec<Option<String>>> {
        match self {
            Self::Real(lists) => {
                let lists = lists.as_list::<i32>();
                let list = lists.is_valid(row).then(|| lists.value(row))?;
                let texts = list.as_string::<i32>();
                Some(texts.iter().map(|text| text.map(str::to_owned)).collect())
            }
            Self::Written(texts) => {
                let texts = texts.as_string::<i32>();
                let text = texts.is_valid(row).then(|| texts.value(row))?;
                let inner = text.strip_prefix('{')?.strip_suffix('}')?;
                let parts = inner.split(',').filter(|part| !part.is_empty());
                Some(parts.map(|part| Some(part.trim_matches('"').to_owned())).collect())
            }
        }
    }
}

/// `format(pattern, values…)` with `%s`, `%I`, `%L` and `%%`.
pub(super) fn format_text(given: &[ArrayRef], rows: usize) -> Result<ArrayRef> {
    let texts: Vec<ArrayRef> =
        given.iter().map(|given| Ok(cast(given, &DataType::Utf8)?)).collect::<Result<_>>()?;
    let at = |column: usize, row: usize| {
        let column = texts.get(column)?.as_string::<i32>();
        column.is_valid(row).then(|| column.value(row))
    };
    let written =
        |row: usize| at(0, row).map(|pattern| filled(pattern, |value| at(value, row))).transpose();
    Ok(Arc::new((0..rows).map(written).collect::<Result<StringArray>>()?))
}

fn filled<'v>(pattern: &str, value: impl Fn(usize) -> Option<&'v str>) -> Result<String> {
    let (mut text, mut next, mut letters) = (String::new(), 1, pattern.chars());
    while let Some(letter) = letters.next() {
        if letter != '%' {
            text.push(letter);
            continue;
        }
        let kind = letters.next();
        if kind == Some('%') {
            text.push('%');
            continue;
        }
        let value = value(next);
        next += 1;
        match (kind, value) {
            (Some('s'), value) => text.push_str(value.unwrap_or_default()),
            (Some('I'), Some(name)) => text.push_str(&identifier(name)),
            (Some('L'), Some(value)) => {
                text.extend(["'", &value.replace('\'', "''"), "'"]);
            }
            (Some('L'), None) => text.push_str("NULL"),
            _ => {
                let message = "format knows %s, %I, %L and %%";
                return Err(DataFusionError::Plan(message.to_owned()));
            }
        }
    }
    Ok(text)
}

/// A name as SQL needs it written.
fn identifier(name: &str) -> String {
    let plain = |letter: char| letter.is_ascii_lowercase() || letter == '_';
    let is_plain = name.starts_with(plain)
        && name.chars().all(|letter| plain(letter) || letter.is_ascii_digit());
    if is_plain { name.to_owned() } else { format!("\"{}\"", name.replace('"', "\"\"")) }
}

/// `pg_size_pretty(bytes)`.
pub(super) fn size(given: &[ArrayRef], rows: usize) -> Result<ArrayRef> {
    let Some(first) = given.first() else { return Ok(Arc::new(StringArray::new_null(rows))) };
    let bytes = cast(first, &DataType::Int64)?;
    let bytes = bytes.as_primitive::<Int64Type>();
    let text = |row: usize| bytes.is_valid(row).then(|| pretty(bytes.value(row)));
    Ok(Arc::new((0..rows).map(text).collect::<StringArray>()))
}

/// A size as PostgreSQL writes it: a unit is left behind at ten thousand and some.
fn pretty(bytes: i64) -> String {
    let mut units = ["bytes", "kB", "MB", "GB", "TB", "PB"].into_iter().peekable();
    let (mut size, mut unit, mut halves) = (bytes, units.next().unwrap_or_default(), false);
    while let Some(next) = units.peek() {
        let limit = if halves { 20 * 1024 - 1 } else { 10 * 1024 };
        if size.abs() < limit {
            break;
        }
        size /= if halves { 1024 } else { 512 };
        (unit, halves) = (next, true);
        units.next();
    }
    let rounded = if halves { i64::midpoint(size, size.signum()) } else { size };
    format!("{rounded} {unit}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_filled_as_postgresql_fills_them() {
        let values = ["", "a b", "o'c"];
        let text = |pattern| filled(pattern, |at| values.get(at).copied());
        assert_eq!(text("%I.%s %%").unwrap(), "\"a b\".o'c %");
        assert_eq!(text("%s %L").unwrap(), "a b 'o''c'");
        assert!(text("%5s").is_err());
    }

    #[test]
    fn sizes_are_written_as_postgresql_writes_them() {
        for (bytes, text) in [
            (0, "0 bytes"),
            (10_239, "10239 bytes"),
            (10_240, "10 kB"),
            (1_048_576, "1024 kB"),
            (10_485_760, "10 MB"),
            (5_000_000_000, "4768 MB"),
        ] {
            assert_eq!(pretty(bytes), text);
        }
    }
}
