//! The planted people: the first six, whose stories the demonstration and the tests tell.
//!
//! Their dates hang on the day the sample is written for, so that the birthday offer concerns
//! them whenever that is.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, date};

use crate::{
    calendar::{days_after, swapped, with_birthday},
    dice::Dice,
    person::{Person, Source},
    places::Address,
};

/// How many people are planted; they carry the numbers from 1.
pub(crate) const PLANTED: u32 = 6;

/// Her birth date is wrong in the crm, and she corrects it.
pub(crate) const FOLLOWED: u32 = 1;
/// Consents to the newsletter, objects to marketing, and has a birthday due.
pub(crate) const OBJECTOR: u32 = 5;
/// Withdrew his consent a few days ago, and has a birthday due.
pub(crate) const WITHDRAWN: u32 = 6;

const WRONG_BIRTH_DATES: usize = 10;

/// Puts the planted people in the place of the first six.
pub(crate) fn settle(people: &mut [Person], today: Date) {
    let all = [Source::Crm, Source::WebShop, Source::Newsletter, Source::Support, Source::Broker];
    let three = &all[..3];
    let [maud, mother, daughter, renamed, objector, withdrawn, ..] = people else {
        return;
    };
    let soon = |year, days| with_birthday(year, days_after(today, days));
    become_planted(maud, ("Maud", "Ellery-Finch"), date(1961, 12, 3), &all);
    follow(maud, today);
    become_planted(mother, ("Rosalind", "Thackery"), date(1958, 6, 21), three);
    become_planted(daughter, ("Imogen", "Thackery"), date(1989, 9, 17), &all[..2]);
    share(mother, daughter);
    become_planted(renamed, ("Clara", "Osgood"), date(1990, 8, 24), three);
    "clara.reads@harbourpost.example".clone_into(&mut renamed.email);
    renamed.depart(Source::Crm).family = Some("Whitlock".to_owned());
    become_planted(objector, ("Desmond", "Arkwright"), soon(1972, 4), three);
    become_planted(withdrawn, ("Gethin", "Marlowe"), soon(1984, 6), three);
}

/// Gives some crm rows a wrong birth date, of people whose newsletter row has the right one.
///
/// Seven have day and month exchanged, the others a wrong decade.
pub(crate) fn mistake_birth_dates(people: &mut [Person], dice: &mut Dice) {
    let in_both = |person: &&mut Person| {
        person.number > PLANTED && person.is_in(Source::Crm) && person.is_in(Source::Newsletter)
    };
    let mut candidates: Vec<&mut Person> = people.iter_mut().filter(in_both).collect();
    dice.shuffle(&mut candidates);
    let mut swaps_left = WRONG_BIRTH_DATES - 3;
    let mut slips_left = 3;
    for person in candidates {
        let (left, wrong) = match swapped(person.born) {
            Some(wrong) => (&mut swaps_left, wrong),
            None => (&mut slips_left, with_birthday(person.born.year() - 10, person.born)),
        };
        if *left > 0 {
            *left -= 1;
            person.depart(Source::Crm).born = Some(wrong);
            person.careful = true;
        }
    }
}

fn become_planted(person: &mut Person, name: (&str, &str), born: Date, sources: &[Source]) {
    let (given, family) = name;
    given.clone_into(&mut person.given);
    family.clone_into(&mut person.family);
    person.born = born;
    person.email = format!("{given}.{family}@harbourpost.example").to_lowercase();
    person.sources = sources.iter().copied().collect::<BTreeSet<_>>();
    person.departures = BTreeMap::new();
    person.careful = true;
}

/// The followed person: two names, and a birthday the crm has wrong.
fn follow(maud: &mut Person, today: Date) {
    let due = |days| with_birthday(maud.born.year(), days_after(today, days));
    let exchanged = (1..13).rev().map(due).find_map(|wrong| Some((wrong, swapped(wrong)?)));
    let (wrong, right) =
        exchanged.unwrap_or_else(|| (due(10), with_birthday(1961, days_after(due(10), 183))));
    maud.born = right;
    maud.home = Address::new(0, 1, 17);
    maud.household = 2;
    maud.favourite = 0;
    "maud@ellery-finch.example".clone_into(&mut maud.email);
    maud.depart(Source::Crm).born = Some(wrong);
    for source in [Source::WebShop, Source::Support] {
        let known = maud.depart(source);
        known.family = Some("Finch".to_owned());
    }
}

/// Mother and daughter under one roof, behind one family address.
fn share(mother: &mut Person, daughter: &mut Person) {
    "thackery.family@harbourpost.example".clone_into(&mut mother.email);
    daughter.email.clone_from(&mother.email);
    daughter.home = mother.home;
    daughter.phone = mother.phone.clone();
    mother.household = 2;
    daughter.household = 2;
}
