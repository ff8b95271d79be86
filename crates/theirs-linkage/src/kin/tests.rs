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

/// Two records of a person with these values.
fn twice(rows: &mut Vec<Row>, row: [&str; 6]) {
    rows.extend([row.map(str::to_owned), row.map(str::to_owned)]);
}

#[test]
fn a_big_building_and_a_work_telephone_make_no_household() {
    let mut rows = town();
    let first = rows.len() as u64;
    for at in 0..30 {
        let mut tenant = row(500 + at, 500 + at / 2, 500 + at);
        (tenant[4], tenant[5]) = ("1 Tower Road".into(), "N9 9ZZ".into());
        let mut colleague = row(600 + at, 600 + at, 600 + at);
        colleague[3] = "020 9999 0000".into();
        rows.extend([tenant.clone(), tenant, colleague.clone(), colleague]);
    }
    let found = run(&rows).households;
    assert!(found.common_contacts >= 1, "{} common", found.common_contacts);
    let late = found.households.iter().filter(|household| household.people[0].0 >= first);
    assert_eq!(late.count(), 0);
}

#[test]
fn family_name_and_address_make_a_household_and_the_address_alone_does_not() {
    let mut rows = town();
    let first = rows.len() as u64;
    let place = ["77 Harbour Row", "E7 7AB"];
    let person = |given, family, email, phone| [given, family, email, phone, place[0], place[1]];
    twice(&mut rows, person("Ursula", "Quayle", "uq@example.org", "0301 111111"));
    twice(&mut rows, person("Winston", "Quayle", "winston@example.com", "0302 222222"));
    twice(&mut rows, person("Oswald", "Brightwater", "ob@example.net", "0303 333333"));
    let found = run(&rows).households;
    let late: Vec<_> = found.households.iter().filter(|h| h.people[0].0 >= first).collect();
    let [household] = late[..] else { panic!("{} households", late.len()) };
    assert_eq!(household.people, [RecordId(first), RecordId(first + 2)]);
    assert_eq!(household.shares, BTreeSet::from([Contact::Address]));
}

#[test]
fn households_do_not_touch_the_people() {
    let found = run(&town());
    let people: BTreeSet<u32> = found.cluster.iter().copied().collect();
    let housed: Vec<RecordId> =
        found.households.households.iter().flat_map(|h| h.people.iter().copied()).collect();
    assert!(housed.iter().all(|person| people.contains(&u32::try_from(person.0).unwrap())));
    let distinct: BTreeSet<&RecordId> = housed.iter().collect();
    assert_eq!(distinct.len(), housed.len(), "somebody is in two households");
}
