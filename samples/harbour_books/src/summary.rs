//! What was written: the counts of each file, and the planted truths with their record keys.

use jiff::civil::Date;

use crate::{
    bad::BadRow,
    calendar::{birthday_due, british},
    error::GenerateError,
    person::{Person, Source},
    planted,
    sample::{Activities, Registers},
    truth::{self, TruthRow},
};

/// What [`write`](crate::write) wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Rows of each file.
    pub counts: Counts,
    /// The stories in the files.
    pub planted: Planted,
    /// Rows that are wrong on purpose.
    pub bad_rows: Vec<BadRow>,
}

/// Rows of each file, headings left out and bad rows counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counts {
    /// People behind the records.
    pub people: usize,
    /// Rows of `crm.csv`.
    pub crm: usize,
    /// Rows of `customers`.
    pub customers: usize,
    /// Rows of `orders`.
    pub orders: usize,
    /// Rows of `order_lines`.
    pub order_lines: usize,
    /// Rows of `newsletter.csv`.
    pub newsletter: usize,
    /// Rows of `newsletter_opens.csv`.
    pub newsletter_opens: usize,
    /// Lines of `support.jsonl`.
    pub support: usize,
    /// Lines of `tickets.jsonl`.
    pub tickets: usize,
    /// Lines of `events.jsonl`.
    pub events: usize,
    /// Rows of `broker.csv`.
    pub broker: usize,
    /// Lines of `locations.jsonl`.
    pub locations: usize,
    /// Rows of `truth.csv`.
    pub truth: usize,
}

/// The planted truths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planted {
    /// Her crm birth date is wrong and falls due; the newsletter has the right one.
    pub followed: Client,
    /// What the crm wrongly has as the followed person's birth date.
    pub followed_wrong_born: Date,
    /// One e-mail address and one house, and yet two persons: a mother and her daughter.
    pub shared_email: (Client, Client),
    /// In the crm under the surname she was born with.
    pub changed_surname: Client,
    /// That surname.
    pub surname_at_birth: String,
    /// Said yes to the newsletter and no to marketing; birthday due.
    pub objector: Client,
    /// Withdrew his consent days ago; birthday due.
    pub withdrawn: Client,
    /// Birth dates that the crm has wrong, the followed person's left out.
    pub wrong_birth_dates: Vec<WrongBirthDate>,
    /// Newsletter keys of withdrawn consents, that of `withdrawn` among them.
    pub withdrawn_consents: Vec<String>,
    /// Pairs of client numbers that are one person.
    pub crm_duplicates: Vec<(String, String)>,
    /// References of the broker's plainly wrong rows.
    pub broker_wrong: Vec<String>,
    /// People whose birthday is due by the crm's date, or else by the newsletter's.
    pub birthdays_due: usize,
    /// Of these, those who consent and do not object.
    pub birthday_offers: usize,
}

/// A planted person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// The person's number in `truth.csv`.
    pub person: u32,
    /// The whole name.
    pub name: String,
    /// The right birth date.
    pub born: Date,
    /// The addresses that the sources know, each once.
    pub emails: Vec<String>,
    /// The records that are this person's.
    pub records: Vec<TruthRow>,
}

/// A birth date that the crm has wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrongBirthDate {
    /// The person's number in `truth.csv`.
    pub person: u32,
    /// The client number of the row that is wrong.
    pub client_no: String,
    /// What the crm has.
    pub wrong: Date,
    /// What the newsletter has, and what is true.
    pub right: Date,
}

impl Client {
    /// This person's keys in a source.
    pub fn keys(&self, source: Source) -> impl Iterator<Item = &str> {
        self.records
            .iter()
            .filter(move |record| record.source == source.name())
            .map(|record| record.record_key.as_str())
    }
}

pub(crate) fn counts(registers: &Registers, activities: &Activities) -> Counts {
    Counts {
        people: registers.people.len(),
        crm: registers.crm.len(),
        customers: registers.customers.len(),
        orders: activities.orders.len(),
        order_lines: activities.lines.len(),
        newsletter: registers.newsletter.len(),
        newsletter_opens: activities.opens.len(),
        support: registers.support.len(),
        tickets: activities.tickets.len() + usize::from(!activities.broken_ticket.is_empty()),
        events: activities.events.len(),
        broker: registers.broker.len(),
        locations: activities.locations.len(),
        truth: truth::rows(registers).len(),
    }
}

pub(crate) fn planted(registers: &Registers, today: Date) -> Result<Planted, GenerateError> {
    let [maud, mother, daughter, renamed, objector, withdrawn, ..] = &registers.people[..] else {
        return Err(GenerateError::Missing("planted people"));
    };
    let records = truth::rows(registers);
    let client = |person: &Person| client(person, &records);
    let (birthdays_due, birthday_offers) = birthdays(registers, today);
    Ok(Planted {
        followed: client(maud),
        followed_wrong_born: maud.born_in(Source::Crm),
        shared_email: (client(mother), client(daughter)),
        changed_surname: client(renamed),
        surname_at_birth: renamed.family_in(Source::Crm).to_owned(),
        objector: client(objector),
        withdrawn: client(withdrawn),
        wrong_birth_dates: wrong_birth_dates(registers),
        withdrawn_consents: withdrawn_consents(registers),
        crm_duplicates: crm_duplicates(registers),
        broker_wrong: broker_wrong(registers),
        birthdays_due,
        birthday_offers,
    })
}

fn client(person: &Person, records: &[TruthRow]) -> Client {
    let mut emails: Vec<String> =
        person.sources.iter().map(|source| person.email_in(*source).to_owned()).collect();
    emails.sort();
    emails.dedup();
    Client {
        person: person.number,
        name: format!("{} {}", person.given, person.family),
        born: person.born,
        emails,
        records: records.iter().filter(|record| record.person == person.number).cloned().collect(),
    }
}

fn wrong_birth_dates(registers: &Registers) -> Vec<WrongBirthDate> {
    let wrong = |person: &&Person| {
        person.number > planted::PLANTED && person.born_in(Source::Crm) != person.born
    };
    let dates = |person: &Person| {
        let row = registers.crm.iter().find(|row| row.person == person.number)?;
        Some(WrongBirthDate {
            person: person.number,
            client_no: row.client_no.clone(),
            wrong: person.born_in(Source::Crm),
            right: person.born,
        })
    };
    registers.people.iter().filter(wrong).filter_map(dates).collect()
}

fn withdrawn_consents(registers: &Registers) -> Vec<String> {
    let withdrawn = registers.newsletter.iter().filter(|row| row.consent == "no");
    withdrawn.map(|row| row.email.clone()).collect()
}

fn crm_duplicates(registers: &Registers) -> Vec<(String, String)> {
    let mut keys: Vec<(u32, &String)> =
        registers.crm.iter().map(|row| (row.person, &row.client_no)).collect();
    keys.retain(|(person, _)| *person > 0);
    keys.sort();
    keys.windows(2)
        .filter(|pair| pair[0].0 == pair[1].0)
        .map(|pair| (pair[0].1.clone(), pair[1].1.clone()))
        .collect()
}

fn broker_wrong(registers: &Registers) -> Vec<String> {
    let wrong = registers.broker.iter().filter(|row| row.wrong);
    wrong.map(|row| row.broker_ref.clone()).collect()
}

/// Counts from the rows as written, by the charter's rule that the crm's date goes first.
fn birthdays(registers: &Registers, today: Date) -> (usize, usize) {
    let (mut due, mut offers) = (0, 0);
    for person in &registers.people {
        let letter = registers.newsletter.iter().find(|row| row.person == person.number);
        let mut crm = registers.crm.iter().filter(|row| row.person == person.number);
        let in_crm = british(person.born_in(Source::Crm));
        let objects = crm.clone().any(|row| row.no_marketing == "yes");
        let born = if crm.any(|row| row.born == in_crm) {
            person.born_in(Source::Crm)
        } else if letter.is_some_and(|row| !row.born.is_empty()) {
            person.born
        } else {
            continue;
        };
        if birthday_due(born, today) {
            due += 1;
            offers += usize::from(letter.is_some_and(|row| row.consent == "yes") && !objects);
        }
    }
    (due, offers)
}
