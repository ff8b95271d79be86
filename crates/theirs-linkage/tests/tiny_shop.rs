//! Shops so small that they teach linkage hardly anything: what everybody would join is joined, and
//! what nobody would is not.
//!
//! What the weights are is left open; who is whom is not. A wrong join shows one person's data to
//! another, so there are more shops here in which nothing may be joined.

use theirs_linkage::{Field, FieldKind, Records, Resolution, Settings, resolve};

const KINDS: [FieldKind; 8] = [
    FieldKind::GivenName,
    FieldKind::FamilyName,
    FieldKind::Email,
    FieldKind::Phone,
    FieldKind::Street,
    FieldKind::Postcode,
    FieldKind::City,
    FieldKind::BirthDate,
];
/// From this confidence on an entry is shown on a person's page.
const SURE_ENOUGH: f64 = 0.9;

/// One record of a shop; what is empty is missing.
#[derive(Clone, Copy)]
struct Entry([&'static str; 8]);

fn named(given: &'static str, family: &'static str) -> Entry {
    Entry([given, family, "", "", "", "", "", ""])
}

impl Entry {
    fn with(mut self, at: usize, value: &'static str) -> Self {
        self.0[at] = value;
        self
    }

    fn email(self, email: &'static str) -> Self {
        self.with(2, email)
    }

    fn phone(self, phone: &'static str) -> Self {
        self.with(3, phone)
    }

    fn home(self, street: &'static str, postcode: &'static str, town: &'static str) -> Self {
        self.with(4, street).with(5, postcode).with(6, town)
    }

    fn town(self, town: &'static str) -> Self {
        self.with(6, town)
    }

    fn born(self, date: &'static str) -> Self {
        self.with(7, date)
    }
}

fn resolved(shop: &[Entry]) -> Resolution {
    let fields = KINDS.map(|kind| Field::new(format!("{kind:?}"), kind)).to_vec();
    let mut records = Records::new(fields);
    for entry in shop {
        records.push(&entry.0.map(|value| Some(value).filter(|value| !value.is_empty())));
    }
    resolve(&records, &[], &Settings::default(), &mut |_, _, _| {})
}

/// Per record: the first record of the same person.
fn people(shop: &[Entry]) -> Vec<u32> {
    resolved(shop).cluster
}

/// Holds that no two records are taken as one person.
fn assert_all_alone(shop: &[Entry]) {
    let alone: Vec<u32> = (0..).take(shop.len()).collect();
    assert_eq!(people(shop), alone);
}

/// Holds that each record of the first half is one person with its neighbour in the second, and
/// surely enough to be shown.
fn assert_surely_joined(shop: &[Entry]) {
    let half = shop.len() / 2;
    let twice: Vec<u32> = (0..).take(half).chain((0..).take(half)).collect();
    let found = resolved(shop);
    assert_eq!(found.cluster, twice);
    assert!(found.confidence.iter().all(|sure| *sure >= SURE_ENOUGH), "{:?}", found.confidence);
}

#[test]
fn the_same_name_and_email_in_two_sources_are_one_person() {
    let ada = named("Ada", "Bold").email("ada@mail.example");
    let ben = named("Ben", "Cole").email("ben@mail.example");
    let cleo = named("Cleo", "Dunn").email("cleo@mail.example");
    assert_surely_joined(&[ada, ben, cleo, ada, ben, cleo]);
    assert_surely_joined(&[ada, ada]);
    let [ada, ben, cleo] = [ada.town("Saltmouth"), ben.town("Oldhaven"), cleo.town("Saltmouth")];
    assert_surely_joined(&[ada, ben, cleo, ada, ben, cleo]);
    assert_surely_joined(&[ada, ada]);
}

#[test]
fn the_same_name_and_phone_are_one_person() {
    let ada = named("Ada", "Bold").phone("07700 900101");
    let ben = named("Ben", "Cole").phone("07700 900202");
    let cleo = named("Cleo", "Dunn").phone("07700 900303");
    assert_surely_joined(&[ada, ben, cleo, ada, ben, cleo]);
    assert_surely_joined(&[ada, ada]);
}

#[test]
fn the_same_name_and_home_or_birth_date_are_one_person() {
    let ada = named("Ada", "Bold");
    let at_home = ada.home("3 Quay Lane", "SA1 2BC", "Saltmouth");
    assert_surely_joined(&[at_home, at_home]);
    let born = ada.born("1961-12-03");
    assert_surely_joined(&[born, born]);
}

#[test]
fn somebody_who_moved_or_mistyped_keeps_their_email() {
    let ada = named("Ada", "Bold").email("ada@mail.example");
    assert_eq!(people(&[ada.town("Saltmouth"), ada.town("Oldhaven")]), [0, 0]);
    let mistyped = named("Ada", "Bolt").email("ada@mail.example");
    assert_eq!(people(&[ada, mistyped]), [0, 0]);
    let short = named("A.", "Bold").email("ada@mail.example");
    assert_eq!(people(&[ada, short]), [0, 0]);
    let without_family = named("Ada", "").email("ada@mail.example");
    assert_eq!(people(&[ada, without_family]), [0, 0]);
}

#[test]
fn another_given_name_at_the_same_address_is_a_household_and_not_a_person() {
    let home = |entry: Entry| entry.home("3 Quay Lane", "SA1 2BC", "Saltmouth");
    let shop = [home(named("Ada", "Bold")), home(named("Ben", "Bold"))];
    assert_all_alone(&shop);
    let households = resolved(&shop).households.households;
    assert_eq!(households.iter().map(|household| household.people.len()).collect::<Vec<_>>(), [2]);
    let [ada, ben] = shop.map(|entry| entry.phone("01632 960101").email("bold@mail.example"));
    assert_all_alone(&[ada, ben]);
    assert_eq!(people(&[ada, ben, ada, ben]), [0, 1, 0, 1]);
}

#[test]
fn the_same_given_name_alone_is_nobody_in_common() {
    let bold = named("Ada", "Bold").email("ada@mail.example");
    let cole = named("Ada", "Cole").email("cole@post.example");
    assert_all_alone(&[bold, cole]);
    assert_all_alone(&[bold.town("Saltmouth"), cole.town("Saltmouth")]);
    assert_all_alone(&[named("Ada", ""), named("Ada", "")]);
    assert_all_alone(&[named("Ada", "").town("Saltmouth"), named("Ada", "Bold").town("Saltmouth")]);
}

#[test]
fn the_same_name_alone_is_not_enough_to_join() {
    let ada = named("Ada", "Bold");
    assert_all_alone(&[ada, ada]);
    assert_all_alone(&[ada.email("ada@mail.example"), ada.email("bold7@post.example")]);
    assert_all_alone(&[
        ada.email("ada@mail.example").phone("07700 900101").town("Saltmouth"),
        ada.email("bold7@post.example").phone("07700 900404").town("Saltmouth"),
    ]);
    assert_all_alone(&[ada.born("1961-12-03"), ada.born("1987-05-20")]);
}

#[test]
fn namesakes_stay_apart_where_others_are_joined() {
    let ben = named("Ben", "Cole").email("ben@mail.example");
    let cleo = named("Cleo", "Dunn").email("cleo@mail.example");
    let one = named("Ada", "Bold").email("ada@mail.example").town("Saltmouth");
    let other = named("Ada", "Bold").email("bold7@post.example").town("Oldhaven");
    assert_eq!(people(&[ben, cleo, one, ben, cleo, other]), [0, 1, 2, 0, 1, 5]);
}

#[test]
fn twins_share_all_but_the_given_name_and_are_two() {
    let twin = |given| {
        let twin = named(given, "Bold").phone("01632 960101").born("2001-04-17");
        twin.home("3 Quay Lane", "SA1 2BC", "Saltmouth")
    };
    let [ada, ben] = ["Ada", "Ben"].map(twin);
    assert_all_alone(&[ada, ben]);
    assert_eq!(people(&[ada, ben, ada, ben]), [0, 1, 0, 1]);
    let [ada, ben] = [ada, ben].map(|twin| twin.email("bold@mail.example"));
    assert_all_alone(&[ada, ben]);
    assert_eq!(people(&[ada, ben, ada, ben]), [0, 1, 0, 1]);
}

#[test]
fn father_and_son_with_one_email_are_two() {
    let email = "bold@mail.example";
    let [father, son] = ["Hugh", "Ivor"].map(|given| named(given, "Bold").email(email));
    assert_all_alone(&[father, son]);
    assert_eq!(people(&[father, son, father, son]), [0, 1, 0, 1]);
    let elder = named("Hugh", "Bold").email(email).born("1948-02-11");
    let younger = named("Hugh", "Bold").email(email).born("1979-09-30");
    assert_all_alone(&[elder, younger]);
    assert_eq!(people(&[elder, younger, elder, younger]), [0, 1, 0, 1]);
}

#[test]
fn one_email_under_two_different_names_is_two_people() {
    let ada = named("Ada", "Bold").email("office@mail.example");
    let ben = named("Ben", "Cole").email("office@mail.example");
    assert_all_alone(&[ada, ben]);
    assert_eq!(people(&[ada, ben, ada, ben]), [0, 1, 0, 1]);
}

#[test]
fn twelve_strangers_of_one_town_are_all_alone() {
    const STRANGERS: [[&str; 4]; 12] = [
        ["Ada", "Bold", "ada@mail.example", "07700 900101"],
        ["Ben", "Cole", "ben@mail.example", "07700 900212"],
        ["Cleo", "Dunn", "cleo@post.example", "07700 900323"],
        ["Dora", "Eames", "dora@mail.example", "07700 900434"],
        ["Ewan", "Frost", "ewan@post.example", "07700 900545"],
        ["Fay", "Grove", "fay@mail.example", "07700 900656"],
        ["Gus", "Hale", "gus@mail.example", "07700 900767"],
        ["Hope", "Ingram", "hope@post.example", "07700 900878"],
        ["Ivor", "Jupp", "ivor@mail.example", "07700 900989"],
        ["June", "Kerr", "june@mail.example", "07700 900190"],
        ["Kit", "Lowe", "kit@post.example", "07700 900281"],
        ["Lena", "Marsh", "lena@mail.example", "07700 900372"],
    ];
    let of_town = |[given, family, email, phone]: [&'static str; 4]| {
        named(given, family).email(email).phone(phone).town("Saltmouth")
    };
    assert_all_alone(&STRANGERS.map(of_town));
}

#[test]
fn two_records_that_share_nothing_are_two_people() {
    let ada = named("Ada", "Bold").email("ada@mail.example").town("Saltmouth");
    let ben = named("Ben", "Cole").email("ben@post.example").town("Oldhaven");
    assert_all_alone(&[ada, ben]);
}
