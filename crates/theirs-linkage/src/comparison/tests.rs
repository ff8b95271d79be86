use proptest::prelude::*;

use crate::field::{Field, FieldKind};
use crate::records::Records;

/// The words of the level at which two records come out.
fn words(kinds: &[FieldKind], a: &[&str], b: &[&str]) -> String {
    let fields = kinds.iter().map(|&kind| Field::new("field", kind)).collect();
    let mut records = Records::new(fields);
    for row in [a, b] {
        let values: Vec<Option<&str>> = row.iter().map(|&value| Some(value)).collect();
        records.push(&values);
    }
    let comparison = &records.layout.comparisons[0];
    let table = &records.table;
    match comparison.compare(table, table.row(0), table.row(1)) {
        0 => "missing".to_owned(),
        level => {
            comparison.levels()[usize::from(level) - 1].words.split(" (").next().unwrap().to_owned()
        }
    }
}

fn birth_date(a: &str, b: &str) -> String {
    words(&[FieldKind::BirthDate], &[a], &[b])
}

fn name(a: [&str; 2], b: [&str; 2]) -> String {
    words(&[FieldKind::GivenName, FieldKind::FamilyName], &a, &b)
}

fn address(a: [&str; 3], b: [&str; 3]) -> String {
    words(&[FieldKind::Street, FieldKind::Postcode, FieldKind::City], &a, &b)
}

#[test]
fn birth_dates_show_the_mistakes_that_people_make() {
    assert_eq!(birth_date("1815-12-10", "1815-12-10"), "is the same");
    assert_eq!(birth_date("1815-12-10", "1815-10-12"), "has day and month swapped");
    assert_eq!(birth_date("1815-12-10", "1815-12-11"), "is one keystroke apart");
    assert_eq!(
        birth_date("1815-12-10", "1815-12-25"),
        "has the same year and month, or year and day"
    );
    assert_eq!(
        birth_date("1815-12-10", "1990-12-10"),
        "has the same day and month in another year"
    );
    assert_eq!(birth_date("1815-12-10", "1815-03-25"), "has the same year");
    assert_eq!(birth_date("1815-12-10", "1990-03-25"), "is different");
    assert_eq!(birth_date("1815-12-10", "1815"), "is the same as far as known");
    assert_eq!(birth_date("1815-12-10", "1816"), "is different");
    assert_eq!(birth_date("1815-12-10", ""), "missing");
}

#[test]
fn a_short_form_is_an_alike_name() {
    let alike = "has the same family name and an alike given name or its initial";
    for (full, short) in [("Robert", "Bob"), ("Peggy", "Margaret"), ("José", "Pepe")] {
        assert_eq!(name([full, "Lovelace"], [short, "Lovelace"]), alike);
    }
    let another = "has the same family name, another given name";
    assert_eq!(name(["Robert", "Lovelace"], ["Peggy", "Lovelace"]), another);
    assert_eq!(name(["Bob", "Lovelace"], ["Ada", "Lovelace"]), another);
    assert_eq!(name(["Robert", "Lovelace"], ["Bob", "Byron"]), "is different");
}

#[test]
fn names_are_one_comparison() {
    let ada = ["Ada", "Lovelace"];
    assert_eq!(name(ada, ["ADA", "lovelace"]), "is the same");
    assert_eq!(name(ada, ["Ada", "Lovelase"]), "is nearly the same");
    assert_eq!(name(ada, ["Lovelace", "Ada"]), "is the same with given and family name swapped");
    assert_eq!(
        name(ada, ["A.", "Lovelace"]),
        "has the same family name and an alike given name or its initial"
    );
    assert_eq!(name(ada, ["Ada", ""]), "has the same given name, the family name missing");
    assert_eq!(name(ada, ["", "Lovelace"]), "has the same family name, the given name missing");
    assert_eq!(name(ada, ["Ada", "King"]), "has the same given name, another family name");
    assert_eq!(name(ada, ["Ralph", "Lovelace"]), "has the same family name, another given name");
    assert_eq!(name(ada, ["Grace", "Hopper"]), "is different");
    assert_eq!(name(ada, ["", ""]), "missing");
}

#[test]
fn addresses_are_one_comparison() {
    let home = ["12 High Street", "SW1A 1AA", "London"];
    assert_eq!(address(home, ["12 high st", "sw1a1aa", ""]), "is the same in street and postcode");
    assert_eq!(address(home, ["", "SW1A 1AA", ""]), "is the same in postcode, as far as known");
    assert_eq!(
        address(home, ["14 Mill Lane", "SW1A 1AA", "London"]),
        "is the same in postcode, in another street"
    );
    assert_eq!(address(home, ["14 Mill Lane", "N1 9GU", "London"]), "is in the same town");
    assert_eq!(address(home, ["14 Mill Lane", "YO1 7HH", "York"]), "is different");
    assert_eq!(address(home, ["", "", ""]), "missing");
}

#[test]
fn another_house_number_is_another_address() {
    let words = address(["112 High Street", "", "London"], ["147 High Street", "", "London"]);
    assert_eq!(words, "is in the same town");
}

#[test]
fn emails_are_not_alike_for_their_provider() {
    let email = |a, b| words(&[FieldKind::Email], &[a], &[b]);
    assert_eq!(email("ada.king@a.org", "ADA.KING@a.org"), "is the same");
    assert_eq!(
        email("ada.king@a.org", "ada.king@b.com"),
        "has the same mailbox at another provider"
    );
    assert_eq!(email("ada.king@a.org", "ada.kimg@a.org"), "is nearly the same");
    assert_eq!(email("ada.king7@mail.example", "ada.king8@mail.example"), "is different");
    assert_eq!(email("ada@enormous-provider.org", "bob@enormous-provider.org"), "is different");
}

#[test]
fn phones_and_identifiers_allow_one_slip() {
    let phone = |a, b| words(&[FieldKind::Phone], &[a], &[b]);
    assert_eq!(phone("+44 20 7946 0958", "020 7946 0958"), "is the same");
    assert_eq!(phone("020 7946 0958", "020 7946 0985"), "is one digit apart");
    assert_eq!(phone("020 7946 0958", "020 1234 5678"), "is different");
    let card = |a, b| words(&[FieldKind::Identifier], &[a], &[b]);
    assert_eq!(card("144-016-295", "144016295"), "is the same");
    assert_eq!(card("144016295", "144016296"), "is one keystroke apart");
    assert_eq!(card("123", "124"), "is different");
}

#[test]
fn other_properties_may_agree_in_part() {
    let other = |a, b| words(&[FieldKind::Other], &[a], &[b]);
    assert_eq!(other("Devon", "West Devon"), "is the same in part");
    assert_eq!(other("painter", "politician"), "is different");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]
    #[test]
    fn an_outlook_leaves_the_true_level_open(
        left in row_of_values(), right in row_of_values(), repeats in proptest::array::uniform8(0..3_u8),
    ) {
        use FieldKind as K;
        let kinds =
            [K::GivenName, K::FamilyName, K::Street, K::Postcode, K::City, K::Email, K::BirthDate, K::Other];
        let fields = kinds.iter().chain(&[K::Phone, K::Identifier]);
        let mut records = Records::new(fields.map(|&kind| Field::new("field", kind)).collect());
        let mut right = right;
        for (at, &repeat) in repeats.iter().enumerate() {
            if repeat == 0 {
                right[at].clone_from(&left[at]);
            }
        }
        for row in [&left, &right] {
            let values: Vec<Option<&str>> = row.iter().map(|value| Some(value.as_str())).collect();
            records.push(&values);
        }
        let table = &records.table;
        let (left, right) = (table.row(0), table.row(1));
        for comparison in &records.layout.comparisons {
            let level = comparison.compare(table, left, right);
            let mut outlooks = Vec::new();
            comparison.outlooks(&[[left, right]], &mut outlooks);
            let open = comparison.levels_open()[usize::from(outlooks[0])];
            prop_assert!(open.iter().any(|one| one == level), "{}: {level}", comparison.name);
        }
    }
}

/// Values so alike that every level comes up.
fn row_of_values() -> Vec<BoxedStrategy<String>> {
    const VALUES: [&str; 10] = [
        "|a|b|bob|robert|ana|anna|hanna|smith",
        "|b|bob|anna|ana|robert|smith|smyth|smithe",
        "|1 elm st|1 elm street|2 elm st|1 elms st",
        "|12345|12346|12355|98345|12|AB1 2CD|AB1 2CE|AB1",
        "|bath|baths|york",
        "|anna.b@a.org|ana.b@a.org|anna.b@b.org|anna@a.org|bob77@a.org|bob78@a.org",
        "|1980-01-02|1980-02-01|1980-01-12|1981-01-02|1980|1980-01|1990-11-22",
        "|painter|painters|the painter|poet",
        "|079460958|079460985|079460959|123456789",
        "|144016295|144016296|144016|ab",
    ];
    let one_of = |values: &'static str| {
        let values: Vec<&str> = values.split('|').collect();
        proptest::sample::select(values).prop_map(str::to_owned).boxed()
    };
    VALUES.map(one_of).into()
}

#[test]
fn every_level_can_be_told_in_french() {
    use super::{Measure, Subject, custom, derived_levels};
    let french = theirs_words::Speech::plain(theirs_words::Language::French);
    let subjects = [
        Subject::Name,
        Subject::Address,
        Subject::BirthDate,
        Subject::Email,
        Subject::Phone,
        Subject::Identifier,
        Subject::Other,
    ];
    let derived = subjects.iter().flat_map(|subject| derived_levels(*subject).to_vec());
    let measures = [
        Measure::JaroWinkler(0.9),
        Measure::Levenshtein(1),
        Measure::DamerauLevenshtein(2),
        Measure::Days(1),
        Measure::Days(30),
    ];
    let chosen = custom::levels(Subject::Other, derived_levels(Subject::Other), &measures);
    for level in derived.chain(chosen) {
        let words = level.words.split(" (").next().unwrap();
        assert_ne!(french.again(words), words, "no French for it");
    }
}
