//! `newsletter.csv` and `newsletter_opens.csv`: who said yes, who took it back, who reads it.

use jiff::{
    ToSpan,
    civil::{Date, DateTime},
};
use serde::Serialize;

use crate::{
    calendar::{moment, stamp},
    crm::yes_or_no,
    dice::{Dice, Stream},
    person::{Person, Source},
    planted,
    scribe::Scribe,
};

const WITHDRAWN_CONSENTS: usize = 60;
/// Monthly letters that the file of opens reaches back.
const ISSUES: i64 = 24;

/// One row, in the order of the columns; the e-mail address is the key.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Subscriber {
    #[serde(skip)]
    pub(crate) person: u32,
    #[serde(skip)]
    joined: DateTime,
    #[serde(skip)]
    changed: DateTime,
    pub(crate) email: String,
    pub(crate) given: String,
    pub(crate) family: String,
    pub(crate) born: String,
    pub(crate) consent: String,
    pub(crate) changed_at: String,
}

/// One opened letter.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Open {
    pub(crate) email: String,
    pub(crate) opened_at: String,
    pub(crate) issue: String,
}

/// One row for each subscriber, past or present.
pub(crate) fn rows(people: &[Person], seed: u64, today: Date) -> Vec<Subscriber> {
    let mut dice = Dice::new(seed, Stream::Newsletter);
    let mut subscribers: Vec<&Person> =
        people.iter().filter(|person| person.is_in(Source::Newsletter)).collect();
    dice.shuffle(&mut subscribers);
    // Planted people and those with mistaken birth dates keep the consent their story needs.
    subscribers.sort_by_key(|person| (person.number != planted::WITHDRAWN, person.careful));
    let mut rows: Vec<Subscriber> = subscribers
        .iter()
        .enumerate()
        .map(|(place, person)| row(&mut dice, person, place < WITHDRAWN_CONSENTS, today))
        .collect();
    dice.shuffle(&mut rows);
    rows
}

fn row(dice: &mut Dice, person: &Person, withdrawn: bool, today: Date) -> Subscriber {
    let latest = if person.number == planted::FOLLOWED { 900 } else { 70 };
    let joined = moment(dice, today, 1500, latest);
    let oldest = if person.number == planted::WITHDRAWN { 9 } else { 60 };
    let changed = if withdrawn { moment(dice, today, oldest, 2) } else { joined };
    let mut scribe = Scribe::new(dice, person, Source::Newsletter);
    let (given, family) = (scribe.given(), scribe.family());
    Subscriber {
        person: person.number,
        joined,
        changed,
        email: scribe.email().trim().to_owned(),
        given: scribe.unless_missing(140, given),
        family: scribe.unless_missing(260, family),
        born: scribe.unless_missing(480, person.born_in(Source::Newsletter).to_string()),
        consent: yes_or_no(!withdrawn),
        changed_at: stamp(changed),
    }
}

/// Which letters each subscriber opened, between joining and withdrawing.
pub(crate) fn opens(subscribers: &[Subscriber], seed: u64, today: Date) -> Vec<Open> {
    let mut dice = Dice::new(seed, Stream::Opens);
    let mut opens: Vec<(DateTime, usize, String)> = Vec::new();
    for (place, subscriber) in subscribers.iter().enumerate() {
        let keenness = match subscriber.person {
            planted::FOLLOWED => 850,
            _ => dice.weighted(&[(120, 24), (400, 28), (700, 30), (920, 18)]),
        };
        for months_ago in 1..=ISSUES {
            let (issue, opened) = letter(&mut dice, today, months_ago);
            if dice.chance(keenness) && subscriber.reads_at(opened) {
                opens.push((opened, place, issue));
            }
        }
    }
    opens.sort();
    opens
        .into_iter()
        .map(|(opened, place, issue)| Open {
            email: subscribers[place].email.clone(),
            opened_at: stamp(opened),
            issue,
        })
        .collect()
}

/// The letter of a month, sent on the fifth, and a moment in the week after.
fn letter(dice: &mut Dice, today: Date, months_ago: i64) -> (String, DateTime) {
    let month = today.first_of_month().saturating_sub(months_ago.months());
    let sent = month.at(7, 30, 0, 0).saturating_add(4.days());
    let opened = sent.saturating_add(dice.between(60, 6 * 86_400).seconds());
    (format!("{:04}-{:02}", month.year(), month.month()), opened)
}

impl Subscriber {
    fn reads_at(&self, moment: DateTime) -> bool {
        let left = self.consent == "no" && moment >= self.changed;
        moment > self.joined && !left
    }
}
