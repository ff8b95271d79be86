//! `support.jsonl` and `tickets.jsonl`: people who wrote to customer service, and about what.

use jiff::civil::{Date, DateTime};
use serde::Serialize;

use crate::{
    calendar::{moment, stamp},
    dice::{Dice, Stream},
    person::{Person, Source},
    planted,
    scribe::Scribe,
};

const FIRST_CONTACT: usize = 3_001;
const FIRST_TICKET: usize = 5_001;

const TOPICS: &[(&str, u32)] = &[
    ("late parcel", 26),
    ("damaged book", 17),
    ("wrong book", 12),
    ("return", 15),
    ("gift voucher", 10),
    ("change of address", 8),
    ("account", 6),
    ("newsletter", 4),
    ("my data", 2),
];

/// One contact, in the order of the columns.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Contact {
    #[serde(skip)]
    pub(crate) person: u32,
    #[serde(rename = "contact_id")]
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) phone: String,
    pub(crate) updated_at: String,
}

/// One message to customer service.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Ticket {
    #[serde(rename = "ticket_id")]
    pub(crate) id: String,
    pub(crate) contact_id: String,
    pub(crate) opened_at: String,
    pub(crate) topic: &'static str,
}

/// One contact for each person who ever wrote.
pub(crate) fn contacts(people: &[Person], seed: u64, today: Date) -> Vec<Contact> {
    let mut dice = Dice::new(seed, Stream::Support);
    let mut writers: Vec<&Person> =
        people.iter().filter(|person| person.is_in(Source::Support)).collect();
    dice.shuffle(&mut writers);
    writers
        .iter()
        .enumerate()
        .map(|(place, person)| {
            contact(&mut dice, person, format!("S-{}", FIRST_CONTACT + place), today)
        })
        .collect()
}

fn contact(dice: &mut Dice, person: &Person, id: String, today: Date) -> Contact {
    let updated_at = stamp(moment(dice, today, 700, 1));
    let mut scribe = Scribe::new(dice, person, Source::Support);
    let (name, email, phone) = (scribe.full_name(), scribe.email(), scribe.phone());
    Contact {
        person: person.number,
        id,
        name: scribe.unless_missing(80, name),
        email: scribe.unless_missing(40, email),
        phone: scribe.unless_missing(500, phone),
        updated_at,
    }
}

/// One to three messages from each contact, in the order they came.
pub(crate) fn tickets(contacts: &[Contact], seed: u64, today: Date) -> Vec<Ticket> {
    let mut dice = Dice::new(seed, Stream::Tickets);
    let mut opened: Vec<(DateTime, &str, &'static str)> = Vec::new();
    for contact in contacts {
        let count = match contact.person {
            planted::FOLLOWED => 3,
            _ => dice.weighted(&[(1, 66), (2, 24), (3, 10)]),
        };
        for _ in 0..count {
            let moment = moment(&mut dice, today, 730, 1);
            opened.push((moment, &contact.id, dice.weighted(TOPICS)));
        }
    }
    opened.sort_unstable();
    opened
        .into_iter()
        .enumerate()
        .map(|(place, (moment, contact_id, topic))| Ticket {
            id: format!("T-{}", FIRST_TICKET + place),
            contact_id: contact_id.to_owned(),
            opened_at: stamp(moment),
            topic,
        })
        .collect()
}
