//! From a cell as a source gives it to a value of the wanted type, the same for every format.
//!
//! A reader here never sees an empty cell: [`trimmed`] comes first, and emptiness is decided by
//! the column. What a number is does not depend on how its file spells it: a floating point number
//! is taken as the shortest decimal text that names it, so that 1.005 rounds alike in CSV, JSON,
//! Parquet and `SQLite`.

mod boolean;
mod day;
mod decimal;
mod instant;
mod number;
mod text;

use std::borrow::Cow;

use theirs_model::Cell;

pub(crate) use boolean::boolean;
pub(crate) use day::{date_of, day, days_since_epoch};
pub(crate) use decimal::{decimal, hundredths};
pub(crate) use instant::{instant, local};
pub(crate) use number::{EXACT, integer, number};
pub(crate) use text::text;

/// The cell without space around its text; an empty text and a NaN are empty cells.
pub(crate) fn trimmed(cell: Cell<'_>) -> Cell<'_> {
    match cell {
        Cell::Text(Cow::Borrowed(text)) => filled(text.trim().into()),
        Cell::Text(Cow::Owned(text)) if text.trim().len() < text.len() => {
            filled(text.trim().to_owned().into())
        }
        Cell::Text(text) => filled(text),
        Cell::Number(number) if number.is_nan() => Cell::Empty,
        other => other,
    }
}

fn filled(text: Cow<'_, str>) -> Cell<'_> {
    if text.is_empty() { Cell::Empty } else { Cell::Text(text) }
}
