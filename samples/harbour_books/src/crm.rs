//! `crm.csv`: the till and the reading club, typed in by hand over many years.

use jiff::civil::Date;
use serde::Serialize;

use crate::{
    calendar::{british, moment, stamp},
    dice::{Dice, Stream},
    person::{Person, Source},
    planted,
    scribe::Scribe,
};

const FIRST_NUMBER: usize = 10_001;

/// One row, in the order of the columns.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct CrmRow {
    #[serde(skip)]
    pub(crate) person: u32,
    pub(crate) client_no: String,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) born: String,
    pub(crate) email: String,
    pub(crate) phone: String,
    pub(crate) street: String,
    pub(crate) city: String,
    pub(crate) postcode: String,
    pub(crate) no_marketing: String,
    pub(crate) updated_at: String,
}

/// One row for each person of the crm, and a second for some of them.
pub(crate) fn rows(people: &[Person], seed: u64, today: Date) -> Vec<CrmRow> {
    let mut dice = Dice::new(seed, Stream::Crm);
    let mut clients: Vec<&Person> = Vec::new();
    for person in people.iter().filter(|person| person.is_in(Source::Crm)) {
        clients.push(person);
        if !person.careful && dice.chance(30) {
            clients.push(person);
        }
    }
    dice.shuffle(&mut clients);
    clients
        .iter()
        .enumerate()
        .map(|(place, person)| row(&mut dice, person, client_no(place), today))
        .collect()
}

/// The client number of the row at this place.
pub(crate) fn client_no(place: usize) -> String {
    format!("HB-{}", FIRST_NUMBER + place)
}

/// One person's row as the till has it.
pub(crate) fn row(dice: &mut Dice, person: &Person, client_no: String, today: Date) -> CrmRow {
    let is_objector = person.number == planted::OBJECTOR;
    let (oldest, newest) = if is_objector { (35, 20) } else { (1500, 20) };
    let updated_at = moment(dice, today, oldest, newest);
    let objects = dice.chance(30) && !person.careful || is_objector;
    let mut scribe = Scribe::new(dice, person, Source::Crm);
    let (email, phone) = (scribe.email(), scribe.phone());
    CrmRow {
        person: person.number,
        client_no,
        first_name: scribe.given(),
        last_name: scribe.family(),
        born: scribe.unless_missing(70, british(person.born_in(Source::Crm))),
        email: scribe.unless_missing(260, email),
        phone: scribe.unless_missing(180, phone),
        street: scribe.street(),
        city: scribe.city(),
        postcode: scribe.postcode(),
        no_marketing: yes_or_no(objects),
        updated_at: stamp(updated_at),
    }
}

pub(crate) fn yes_or_no(answer: bool) -> String {
    if answer { "yes" } else { "no" }.to_owned()
}
