//! Who is old enough for a purpose on a day: read from the birth dates, for nobody's age may be kept
//! for longer than that day.

use datafusion::arrow::array::{Array, AsArray};
use datafusion::arrow::datatypes::Date32Type;
use datafusion::error::Result;
use jiff::ToSpan;
use jiff::civil::Date;
use roaring::RoaringBitmap;
use theirs_people::of_age_from;

use super::stock::{NOWHERE, Stock};

/// Who of some people is not old enough on a day.
#[derive(Default)]
pub(super) struct UnderAge {
    /// They reach the age on a later day.
    pub(super) young: RoaringBitmap,
    /// No birth date of theirs may be used.
    pub(super) unknown: RoaringBitmap,
}

/// Looks at the birth dates of some people, which stand in a column of the stock; where there is no
/// such column, nobody's is known.
pub(super) fn under_age(
    stock: &Stock,
    column: Option<usize>,
    people: &RoaringBitmap,
    age: u8,
    day: Date,
) -> Result<UnderAge> {
    let Some(column) = column else {
        return Ok(UnderAge { unknown: people.clone(), ..UnderAge::default() });
    };
    let (births, places) = (stock.column(column)?, stock.places());
    let births = births.as_primitive_opt::<Date32Type>();
    let mut found = UnderAge::default();
    for slot in people {
        let place = places.get(slot as usize).copied().filter(|place| *place != NOWHERE);
        let born = births.zip(place).filter(|(births, place)| births.is_valid(*place as usize));
        let born = born.map(|(births, place)| births.value(place as usize));
        let from = born.and_then(date).and_then(|born| of_age_from(born, age));
        match from {
            Some(from) if from <= day => {}
            Some(_) => drop(found.young.insert(slot)),
            None => drop(found.unknown.insert(slot)),
        }
    }
    Ok(found)
}

fn date(days: i32) -> Option<Date> {
    Date::constant(1970, 1, 1).checked_add(days.days()).ok()
}
