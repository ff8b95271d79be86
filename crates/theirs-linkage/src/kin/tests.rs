use super::*;
use crate::{Field, FieldKind, Records, Resolution, Settings, resolve};

const KINDS: [FieldKind; 6] = [
    FieldKind::GivenName,
    FieldKind::FamilyName,
    FieldKind::Email,
    FieldKind::Phone,
    FieldKind::Street,
    FieldKind::Postcode,
];
type Row = [String; 6];

/// A word that no other number gives.
fn word(number: usize) -> String {
    const SYLLABLES: [&str; 16] = [
        "ba", "den", "fi", "gor", "hu", "kal", "lis", "mov", "ney", "pum", "ra", "sten", "ti",
        "vor", "wu", "zal",
    ];
    let number = number * 7_919 % 4_096;
    [number % 16, number / 16 % 16, number / 256].map(|at| SYLLABLES[at]).concat()
}

/// A record of a person of a family that lives at a number of a street.
fn row(person: usize, family: usize, house: usize) -> Row {
    let (given, name) = (word(person * 13 + 1), word(family * 3 + 2));
    let email = format!("{given}{person}@example.org");
    let phone = format!("020 7{house:03} 1{family:03}");
    [given, name, email, phone, format!("{} High Street", house + 1), format!("N{house} 1AA")]
}

/// Families of two and people on their own, two records of each person.
fn town() -> Vec<Row> {
    let couples = (0..120).map(|at| row(at, at / 2, at / 2));
    let singles = (120..240).map(|at| row(at, at, at));
    let people: Vec<Row> = couples.chain(singles).collect();
    people.iter().flat_map(|row| [row.clone(), row.clone()]).collect()
}

fn run(rows: &[Row]) -> Resolution {
    let fields = KINDS.map(|kind| Field::new(format!("{kind:?}"), kind)).to_vec();
    let mut records = Records::new(fields);
    for row in rows {
        records.push(&row.each_ref().map(|text| Some(text.as_str())));
    }
    resolve(&records, &[], &Settings::default(), &mut |_, _, _| {})
}

#[test]
fn couples_come_out_as_households_and_as_two_people_each() {
    let found = run(&town());
    assert_eq!(found.report.clusters, 240);
    let households = &found.households.households;
    assert!((55..=60).contains(&households.len()), "{} households", households.len());
    for household in households {
        let [a, b] = household.people[..] else { panic!("{} people", household.people.len()) };
        assert_eq!((a.0 % 4, b.0), (0, a.0 + 2), "another household");
        assert!(household.shares.contains(&Contact::Address));
        assert!(household.confidence >= LEAST);
    }
}
