//! `customers` in `shop.sqlite`: accounts that people opened themselves.

use jiff::civil::Date;

use crate::{
    books::GENRES,
    calendar::{moment, stamp},
    dice::{Dice, Stream},
    person::{Person, Source},
    scribe::Scribe,
};

const FIRST_NUMBER: usize = 20_001;

/// One row of the table.
#[derive(Clone, Debug)]
pub(crate) struct Customer {
    pub(crate) person: u32,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) phone: String,
    pub(crate) street: String,
    pub(crate) city: String,
    pub(crate) postcode: String,
    pub(crate) favourite_genre: String,
    pub(crate) updated_at: String,
}

/// One account for each person of the web shop.
pub(crate) fn rows(people: &[Person], seed: u64, today: Date) -> Vec<Customer> {
    let mut dice = Dice::new(seed, Stream::Customers);
    let mut buyers: Vec<&Person> =
        people.iter().filter(|person| person.is_in(Source::WebShop)).collect();
    dice.shuffle(&mut buyers);
    buyers
        .iter()
        .enumerate()
        .map(|(place, person)| row(&mut dice, person, format!("C-{}", FIRST_NUMBER + place), today))
        .collect()
}

fn row(dice: &mut Dice, person: &Person, id: String, today: Date) -> Customer {
    let updated_at = moment(dice, today, 1100, 2);
    let favourite = GENRES[person.favourite].name.to_owned();
    let mut scribe = Scribe::new(dice, person, Source::WebShop);
    let phone = scribe.phone();
    Customer {
        person: person.number,
        id,
        name: scribe.full_name(),
        email: scribe.email(),
        phone: scribe.unless_missing(380, phone),
        street: scribe.street(),
        city: scribe.city(),
        postcode: scribe.postcode(),
        favourite_genre: scribe.unless_missing(450, favourite),
        updated_at: stamp(updated_at),
    }
}
