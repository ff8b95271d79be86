//! Birth dates and ages: by how they are spread over the years.
//!
//! Days of sales, visits and entries lie within a few years of each other; days of birth are spread
//! over the decades of a life, and few are of the last ten years.

use theirs_model::ColumnType;

use super::{Found, Profile};
use crate::kind::days;

/// With fewer dates than these their spread says little.
const SPREAD_FROM: usize = 8;

/// The longest life that is reckoned with, in years.
const LIFE: i16 = 110;

pub(super) fn look(profile: &Profile<'_>, found: &mut Found) {
    match profile.kind.of {
        ColumnType::Date | ColumnType::Timestamp => dates(profile, found),
        ColumnType::Integer => years(profile, found),
        ColumnType::Boolean | ColumnType::Decimal | ColumnType::Number => {
            if profile.is_telling() {
                found.deny("demo.birthdate");
            }
        }
        ColumnType::Text => {}
    }
}

fn dates(profile: &Profile<'_>, found: &mut Found) {
    let mut years: Vec<i16> =
        days(&profile.column.values, &profile.kind).iter().map(|day| day.year()).collect();
    years.sort_unstable();
    if years.len() < DENIED_FROM {
        return;
    }
    let at = |tenth: usize| years[(years.len() - 1) * tenth / 10];
    let is_alive = |year: &&i16| (0..=LIFE).contains(&(profile.year - **year));
    let alive = years.iter().filter(is_alive).count() * 50 >= years.len() * 49;
    let spread = at(9) - at(1);
    let median_age = profile.year - at(5);
    let is_wide = spread >= 15 && (15..=90).contains(&median_age) && at(9) <= profile.year - 5;
    if alive && is_wide && years.len() >= SPREAD_FROM {
        let why =
            format!("its days are spread over {spread} years and more, as only days of birth are");
        let weight = if profile.kind.of == ColumnType::Date { 0.8 } else { 0.45 };
        found.see("demo.birthdate", weight, why);
    } else if !alive || spread < 3 && median_age < 5 {
        found.deny("demo.birthdate");
    }
    // No instant of an event is a place, a number or a name.
    for category in ["contact.phone", "payment.instrument", "location.precise"] {
        found.deny(category);
    }
}

/// With fewer dates than these nothing is denied.
const DENIED_FROM: usize = 4;

fn years(profile: &Profile<'_>, found: &mut Found) {
    let numbers: Vec<i64> = profile.looked.iter().filter_map(|value| value.parse().ok()).collect();
    if numbers.len() < DENIED_FROM {
        return;
    }
    let share = |low: i64, high: i64| {
        let within = numbers.iter().filter(|number| (low..=high).contains(*number)).count();
        within * 50 >= numbers.len() * 49
    };
    let this_year = i64::from(profile.year);
    let is_age = share(0, 115);
    let is_year = share(this_year - i64::from(LIFE), this_year);
    if !is_age && !is_year {
        found.deny("demo.birthdate");
    }
}
