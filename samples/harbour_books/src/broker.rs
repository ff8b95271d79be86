//! `broker.csv`: the bought file, of which about a third is plainly wrong.
//!
//! A wrong row puts a lifestyle on somebody whose age forbids it and a household size that is
//! not theirs; both can be seen from what the shop's own files say.

use jiff::civil::Date;
use serde::Serialize;

use crate::{
    calendar::age,
    dice::{Dice, Stream},
    person::{Person, Source},
    planted,
    scribe::Scribe,
};

const FIRST_NUMBER: usize = 700_001;
const WRONG_PER_THOUSAND: u32 = 350;

const INCOME_BANDS: [&str; 6] =
    ["under £15k", "£15k–£25k", "£25k–£35k", "£35k–£50k", "£50k–£75k", "over £75k"];

const YOUNG: &[&str] =
    &["student in shared house", "first job, city rent", "school leaver, first flat"];
const MIDDLE: &[&str] = &["family with school children", "career couple", "home improver"];
const OLD: &[&str] =
    &["retired, likes cruises", "pensioner, keen gardener", "pensioner in a bungalow"];

/// One row, in the order of the columns.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct BrokerRow {
    #[serde(skip)]
    pub(crate) person: u32,
    #[serde(skip)]
    pub(crate) wrong: bool,
    pub(crate) broker_ref: String,
    pub(crate) full_name: String,
    pub(crate) email: String,
    pub(crate) postcode: String,
    pub(crate) income_band: &'static str,
    pub(crate) household: u32,
    pub(crate) lifestyle: &'static str,
}

/// One row for each person the broker claims to know.
pub(crate) fn rows(people: &[Person], seed: u64, today: Date) -> Vec<BrokerRow> {
    let mut dice = Dice::new(seed, Stream::Broker);
    let mut claimed: Vec<&Person> =
        people.iter().filter(|person| person.is_in(Source::Broker)).collect();
    dice.shuffle(&mut claimed);
    claimed
        .iter()
        .enumerate()
        .map(|(place, person)| row(&mut dice, person, FIRST_NUMBER + place, today))
        .collect()
}

fn row(dice: &mut Dice, person: &Person, number: usize, today: Date) -> BrokerRow {
    let wrong = dice.chance(WRONG_PER_THOUSAND) || person.number == planted::FOLLOWED;
    let years = age(person.born, today);
    let lifestyle = *dice.pick(if wrong { foreign(years) } else { fitting(years) });
    let household = if wrong { other_household(person.household) } else { person.household };
    let income_band = income_band(dice, years, wrong);
    let mut scribe = Scribe::new(dice, person, Source::Broker);
    let email = scribe.email();
    BrokerRow {
        person: person.number,
        wrong,
        broker_ref: format!("G-{number}"),
        full_name: scribe.full_name(),
        email: scribe.unless_missing(300, email),
        postcode: scribe.postcode(),
        income_band,
        household,
        lifestyle,
    }
}

fn fitting(years: i16) -> &'static [&'static str] {
    match years {
        ..30 => YOUNG,
        30..60 => MIDDLE,
        _ => OLD,
    }
}

/// Lifestyles that nobody of this age can have.
fn foreign(years: i16) -> &'static [&'static str] {
    if years < 45 { OLD } else { YOUNG }
}

fn other_household(household: u32) -> u32 {
    if household == 1 { 4 } else { 1 }
}

/// A guess from age alone, with noise, or no more than noise.
fn income_band(dice: &mut Dice, years: i16, wrong: bool) -> &'static str {
    if wrong {
        return INCOME_BANDS[dice.below(INCOME_BANDS.len())];
    }
    let middle = match years {
        ..30 => 1,
        30..60 => 3,
        _ => 2,
    };
    INCOME_BANDS[middle - 1 + dice.below(3)]
}
