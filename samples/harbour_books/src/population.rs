//! The two thousand: who lives on the invented coast, and which of our files they are in.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::{
    books,
    calendar::{age, days_after, with_birthday},
    dice::{Dice, Stream},
    names::{Names, short_form},
    person::{Person, Phone, Source},
    places::Address,
    planted,
};

/// How many people the shop has, the planted ones included.
pub(crate) const PEOPLE: u32 = 2_000;

const MAIL_DOMAINS: &[&str] = &[
    "quaymail.example",
    "inkwell.example",
    "tidemail.example",
    "fernpost.example",
    "lanternmail.example",
    "post.saltmouth.example",
];

const DRAMA_RANGES: &[(&str, &str)] = &[("07700", "900"), ("01632", "960"), ("020", "7946 0")];

/// Which of the three large files someone is in, and how common that is.
const PRESENCES: &[(&[Source], u32)] = &[
    (&[Source::Crm, Source::WebShop, Source::Newsletter], 16),
    (&[Source::Crm, Source::WebShop], 24),
    (&[Source::Crm, Source::Newsletter], 11),
    (&[Source::WebShop, Source::Newsletter], 11),
    (&[Source::Crm], 17),
    (&[Source::WebShop], 14),
    (&[Source::Newsletter], 7),
];

/// Invents everybody; the first few are the planted people.
pub(crate) fn invent(seed: u64, today: Date) -> Vec<Person> {
    let mut town = Registry::new(Dice::new(seed, Stream::People), today);
    let mut people: Vec<Person> = Vec::new();
    for number in 1..=PEOPLE {
        let mut person = town.stranger(number);
        let lives_alone = number <= planted::PLANTED + 1 || !town.dice.chance(110);
        if let Some(partner) = people.last_mut().filter(|_| !lives_alone) {
            town.move_in(&mut person, partner);
        }
        town.email(&mut person);
        people.push(person);
    }
    planted::settle(&mut people, today);
    planted::mistake_birth_dates(&mut people, &mut Dice::new(seed, Stream::Mistakes));
    people
}

/// Hands out names, numbers and houses, and remembers what is taken.
struct Registry {
    dice: Dice,
    names: Names,
    today: Date,
    phones: Vec<Phone>,
    emails: BTreeSet<String>,
}

impl Registry {
    fn new(mut dice: Dice, today: Date) -> Self {
        let mut phones: Vec<Phone> = DRAMA_RANGES
            .iter()
            .flat_map(|(area, start)| {
                (0..1000).map(move |line| Phone { area, local: format!("{start}{line:03}") })
            })
            .collect();
        dice.shuffle(&mut phones);
        Self { dice, names: Names::new(), today, phones, emails: BTreeSet::new() }
    }

    fn stranger(&mut self, number: u32) -> Person {
        let dice = &mut self.dice;
        let given = if dice.chance(560) { &self.names.women } else { &self.names.men };
        let given = *dice.pick_sloped(given);
        let sources = sources(dice);
        let born = born(dice, self.today, &sources);
        let mut person = Person {
            number,
            given: given.to_owned(),
            family: (*dice.pick_sloped(&self.names.families)).to_owned(),
            born,
            email: String::new(),
            phone: self.phones[number as usize % self.phones.len()].clone(),
            home: Address::draw(dice),
            favourite: books::favourite(dice, age(born, self.today)),
            household: dice.weighted(&[(1, 40), (2, 25), (3, 15), (4, 14), (5, 6)]),
            sources,
            departures: BTreeMap::new(),
            careful: false,
        };
        depart(&mut person, dice);
        person
    }

    /// Makes a stranger the partner of the person before: one house, and mostly one family name.
    fn move_in(&mut self, person: &mut Person, partner: &mut Person) {
        person.home = partner.home;
        person.household = partner.household.max(2);
        partner.household = person.household;
        if self.dice.chance(780) {
            person.family.clone_from(&partner.family);
        }
        if self.dice.chance(250) && partner.phone.area != "07700" {
            person.phone = partner.phone.clone();
        }
    }

    /// Gives one e-mail address, and to some people a second one that other files know.
    fn email(&mut self, person: &mut Person) {
        person.email = self.free_email(person);
        if !self.dice.chance(170) {
            return;
        }
        let other = self.free_email(person);
        let choices = [Source::Crm, Source::WebShop, Source::Support, Source::Broker];
        let source = *self.dice.pick(&choices);
        person.depart(source).email = Some(other);
    }

    fn free_email(&mut self, person: &Person) -> String {
        let (given, family) = (plain(&person.given), plain(&person.family));
        let initial = &given[..1];
        let year = person.born.year() % 100;
        loop {
            let domain = self.dice.pick(MAIL_DOMAINS);
            let email = match self.dice.below(6) {
                0 => format!("{initial}.{family}@{domain}"),
                1 => format!("{given}{year:02}@{domain}"),
                2 => format!("{family}.{given}@{domain}"),
                3 => format!("{given}.{family}{}@{domain}", self.dice.between(2, 99)),
                _ => format!("{given}.{family}@{domain}"),
            };
            if self.emails.insert(email.clone()) {
                return email;
            }
        }
    }
}

fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphabetic).collect::<String>().to_lowercase()
}

fn sources(dice: &mut Dice) -> BTreeSet<Source> {
    let mut sources: BTreeSet<Source> = dice.weighted(PRESENCES).iter().copied().collect();
    let writes_to_us = if sources.contains(&Source::WebShop) { 240 } else { 50 };
    if dice.chance(writes_to_us) {
        sources.insert(Source::Support);
    }
    if dice.chance(350) {
        sources.insert(Source::Broker);
    }
    sources
}

/// A birth date between 18 and 90 years ago, the middle of life being commonest.
///
/// A few more than chance would give, subscribers above all, have their birthday soon, so that the birthday
/// offer has somebody to talk about.
fn born(dice: &mut Dice, today: Date, sources: &BTreeSet<Source>) -> Date {
    let years = 18 + dice.between(0, 36) + dice.between(0, 36);
    let born = days_after(today, -(years * 365 + years / 4 + dice.between(0, 364)));
    let more = if sources.contains(&Source::Newsletter) { 36 } else { 6 };
    if dice.chance(more) {
        return with_birthday(born.year(), days_after(today, dice.between(0, 13)));
    }
    with_birthday(born.year(), if born.day() == 29 { days_after(born, -1) } else { born })
}

/// Lets a few sources know someone by a short name or an old address.
fn depart(person: &mut Person, dice: &mut Dice) {
    if let Some(short) = short_form(&person.given).filter(|_| dice.chance(220)) {
        let source = *dice.pick(&[Source::WebShop, Source::Newsletter, Source::Support]);
        person.depart(source).given = Some(short.to_owned());
    }
    if dice.chance(45) {
        person.depart(Source::Crm).home = Some(Address::draw(dice));
    }
    if dice.chance(60) {
        person.depart(Source::Broker).home = Some(Address::draw(dice));
    }
}
