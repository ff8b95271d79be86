//! Whole tables: what a name says, what values say, and what stands around both.

use jiff::civil::date;

use super::scan;
use crate::finding::ScannedTable;
use crate::table::{Column, Origin, Table};

fn table(name: &str, columns: &[(&str, &[&str])]) -> ScannedTable {
    let column = |(name, values): &(&str, &[&str])| Column::new(name, values.iter().copied());
    let origin = Origin::File { path: format!("{name}.csv"), table: None };
    let columns = columns.iter().map(column).collect();
    let table = Table {
        origin,
        name: name.to_owned(),
        columns,
        unread: Vec::new(),
        rows: 4,
        is_whole: true,
    };
    scan(&table, date(2026, 3, 2))
}

fn told(table: &ScannedTable) -> String {
    let line = |column: &crate::ScannedColumn| match column.best() {
        Some(best) => {
            format!("{}: {}, {}, {}", column.name, best.key(), best.sureness().word(), best.why)
        }
        None => format!("{}: nothing", column.name),
    };
    table.columns.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_trail_of_where_people_were_is_told_first() {
    let seen = table(
        "locations",
        &[
            ("customer_id", &["C-1", "C-2", "C-1", "C-3"]),
            ("at", &["2026-01-01T09:00:00Z", "2026-01-01T10:00:00Z", "2026-01-02T09:00:00Z"]),
            ("latitude", &["51.50341", "51.50412", "51.50001"]),
            ("longitude", &["-1.12761", "-1.12811", "-1.12999"]),
        ],
    );
    let warnings: Vec<String> = seen.warnings.iter().map(crate::Warning::plain).collect();
    assert_eq!(warnings, ["a trail of where people were: latitude, longitude, at"]);
}

#[test]
fn a_table_of_shops_holds_nobodys_places_and_one_of_visits_does() {
    let places = |first: (&str, &[&str])| {
        let latitude: &[&str] = &["51.50341", "51.50412", "51.50001"];
        let longitude: &[&str] = &["-1.12761", "-1.12811", "-1.12999"];
        table("places", &[first, ("latitude", latitude), ("longitude", longitude)])
    };
    let shops = places(("store_id", &["1", "2", "3"]));
    assert!(shops.columns.iter().all(|column| column.best().is_none()), "{}", told(&shops));
    let visits = places(("customer_id", &["C-1", "C-2", "C-3"]));
    assert!(visits.columns[1].is("location.precise"), "{}", told(&visits));
}

#[test]
fn a_column_is_told_by_its_name_its_values_and_its_neighbours() {
    let seen = table(
        "kunden",
        &[
            ("kundennr", &["K-1", "K-2", "K-3", "K-4"]),
            ("name", &["Emma Smith", "Hans Müller", "Ada Quux", "Paul Weber"]),
            (
                "kontakt",
                &["emma@mail.example", "hans@mail.example", "ada@mail.example", "p@mail.example"],
            ),
            ("konfession", &["katholisch", "evangelisch", "konfessionslos", "katholisch"]),
            ("email_verified", &["yes", "no", "no", "yes"]),
        ],
    );
    insta::assert_snapshot!(told(&seen), @r#"
    kundennr: id.customer, sure, named "kundennr"
    name: identity.name.full, sure, named "name"; its values have a common given name in them
    kontakt: contact.email, sure, its values are e-mail addresses
    konfession: sensitive.religion, sure, named "konfession"; its values are names of faiths
    email_verified: nothing
    "#);
}

#[test]
fn a_product_has_a_name_too_and_is_nobody() {
    let seen = table(
        "products",
        &[("name", &["Oak table", "Pine chair"]), ("price", &["10.00", "20.00"]), ("city", &[])],
    );
    assert!(seen.columns.iter().all(|column| column.best().is_none()), "{}", told(&seen));
}

#[test]
fn what_was_bought_is_told_by_the_names_of_vendors() {
    let seen = table(
        "clients",
        &[("client_id", &["1"]), ("mosaic_group", &["B"]), ("acorn_type", &["4"])],
    );
    assert!(seen.is_bought);
    assert_eq!(seen.warnings[0].plain(), "looks bought: mosaic_group, acorn_type");
}

#[test]
fn whole_card_numbers_are_warned_of_and_their_last_digits_are_not() {
    let warned = |name: &str, values: &[&str]| {
        let found = table("wallet", &[(name, values)]);
        found.warnings.iter().map(crate::warning::Warning::plain).collect::<Vec<_>>().join("; ")
    };
    let whole = ["4111111111111111", "5500005555555559", "340000000000009", "4012888888881881"];
    assert!(warned("card", &whole).contains("whole card numbers"));
    assert_eq!(
        warned("card", &["**** **** **** 1111", "**** **** **** 5559", "**** **** **** 1881"]),
        ""
    );
    assert!(
        warned("iban", &["GB82WEST12345698765432", "DE89370400440532013000"])
            .contains("bank accounts")
    );
    assert!(warned("cvv", &["123", "456", "789"]).contains("nobody may keep"));
    assert_eq!(warned("card_brand", &["visa", "amex", "visa"]), "");
}
