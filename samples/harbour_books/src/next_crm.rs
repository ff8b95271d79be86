//! Next month's `crm.csv`: the same rows, a handful changed, two new.
//!
//! The till knows nothing of corrections. The followed person's row comes again with the birth
//! date she has corrected, and with a newer `updated_at`, which is how imports undo corrections
//! where nobody guards them.

use jiff::{ToSpan, civil::Date};

use crate::{
    calendar::{days_after, stamp},
    crm::{CrmRow, client_no, row, yes_or_no},
    dice::{Dice, Stream},
    error::GenerateError,
    person::{Person, Source, of},
    places::Address,
    planted,
    sample::Registers,
};

/// Days from the day of the sample to the day of the next export.
pub const NEXT_EXPORT_DAYS: i64 = 28;

/// What [`write_next_crm`](crate::write_next_crm) changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextCrm {
    /// Rows of the new file, bad rows counted.
    pub rows: usize,
    /// The followed person's client number, whose row still has the wrong birth date.
    pub followed: String,
    /// Client numbers of changed rows, that of the followed person among them.
    pub changed: Vec<String>,
    /// Client numbers of the two new rows.
    pub added: Vec<String>,
}

/// Turns the registers into those of a month later.
pub(crate) fn advance(
    registers: &mut Registers,
    seed: u64,
    today: Date,
) -> Result<NextCrm, GenerateError> {
    let mut dice = Dice::new(seed, Stream::NextCrm);
    let exported =
        stamp(days_after(today, NEXT_EXPORT_DAYS).at(6, 30, 0, 0).saturating_add(17.minutes()));
    let Registers { people, crm, .. } = registers;
    let followed = touch_followed(crm, people, &exported)?;
    let mut changed = vec![followed.clone()];
    for place in ordinary(crm, people, &mut dice).into_iter().take(CHANGES.len()) {
        let change = CHANGES[changed.len() - 1];
        change(&mut crm[place], &mut dice);
        crm[place].updated_at.clone_from(&exported);
        changed.push(crm[place].client_no.clone());
    }
    let added = newcomers(registers, &mut dice, today, &exported);
    Ok(NextCrm { rows: registers.crm.len(), followed, changed, added })
}

/// What happens to the other changed rows, one each.
const CHANGES: [fn(&mut CrmRow, &mut Dice); 5] = [move_house, move_house, rephone, object, fill_in];

fn touch_followed(
    crm: &mut [CrmRow],
    people: &[Person],
    exported: &str,
) -> Result<String, GenerateError> {
    let missing = GenerateError::Missing("crm row of the followed person");
    let Some(row) = crm.iter_mut().find(|row| row.person == planted::FOLLOWED) else {
        return Err(missing);
    };
    let person = of(people, planted::FOLLOWED).ok_or(missing)?;
    row.phone = format!("({}) {}", person.phone.area, person.phone.local);
    exported.clone_into(&mut row.updated_at);
    Ok(row.client_no.clone())
}

/// Places of rows that no story leans on, in drawn order.
fn ordinary(crm: &[CrmRow], people: &[Person], dice: &mut Dice) -> Vec<usize> {
    let ordinary = |row: &CrmRow| {
        let careful = of(people, row.person).is_none_or(|person| person.careful);
        !careful && row.no_marketing == "no" && !row.client_no.is_empty()
    };
    let mut places: Vec<usize> = (0..crm.len()).filter(|place| ordinary(&crm[*place])).collect();
    dice.shuffle(&mut places);
    places
}

fn move_house(row: &mut CrmRow, dice: &mut Dice) {
    let home = Address::draw(dice);
    row.street = home.street();
    home.town().name.clone_into(&mut row.city);
    row.postcode = home.postcode();
}

fn rephone(row: &mut CrmRow, dice: &mut Dice) {
    row.phone = format!("0117 496 0{:03}", dice.below(1000));
}

fn object(row: &mut CrmRow, _: &mut Dice) {
    row.no_marketing = yes_or_no(true);
}

fn fill_in(row: &mut CrmRow, _: &mut Dice) {
    row.email = format!("client.{}@inkwell.example", row.client_no.to_lowercase());
}

/// Two people who joined since, with the next free numbers.
fn newcomers(
    registers: &mut Registers,
    dice: &mut Dice,
    today: Date,
    exported: &str,
) -> Vec<String> {
    let names = [("Winifred", "Sandilands"), ("Barnaby", "Quill")];
    let mut added = Vec::new();
    for ((given, family), place) in names.into_iter().zip(registers.crm.len()..) {
        let Some(model) = registers.people.iter().find(|person| person.careful) else {
            continue;
        };
        let number = registers.people.len() + 1;
        let mut person = Person {
            number: u32::try_from(number).unwrap_or_default(),
            given: given.to_owned(),
            family: family.to_owned(),
            email: format!("{given}.{family}@inkwell.example").to_lowercase(),
            home: Address::draw(dice),
            sources: [Source::Crm].into(),
            ..model.clone()
        };
        person.departures.clear();
        person.born = days_after(person.born, dice.between(300, 7_000));
        person.phone.area = "0117";
        person.phone.local = format!("496 0{:03}", dice.below(1000));
        let mut row = row(dice, &person, client_no(place), today);
        exported.clone_into(&mut row.updated_at);
        added.push(row.client_no.clone());
        registers.crm.push(row);
        registers.people.push(person);
    }
    added
}
