use super::*;

fn known(values: &[(&str, Option<&str>, &str)]) -> Known {
    let values: Vec<(Attribute, &str)> =
        values.iter().map(|(c, part, text)| (Attribute::new(c, *part), *text)).collect();
    Known::of(values.iter().map(|(attribute, text)| (attribute, *text)))
}

fn marker() -> Marker {
    Marker { key: hmac::Key::new(hmac::HMAC_SHA256, &[7; 32]) }
}

/// Whether a row is taken for somebody who was erased.
fn meets(row: &[(&str, Option<&str>, &str)], erased: &[(&str, Option<&str>, &str)]) -> bool {
    let left = marker().left_behind(&known(erased));
    marker().looked_for(&known(row)).iter().any(|mark| left.contains(mark))
}

const EMAIL: &str = "contact.email";
const NAME: &str = "identity.name";

#[test]
fn an_address_counts_with_the_initial_and_alone_where_a_name_is_missing() {
    let erased = [(EMAIL, None, "ada@mail.example"), (NAME, Some("given"), "Ada")];
    let mail = (EMAIL, None, " ADA@mail.example");
    assert!(meets(&[mail, (NAME, Some("full"), "Dr A. King")], &erased));
    assert!(meets(&[mail, (NAME, None, "King, Ada")], &erased));
    assert!(meets(&[mail], &erased));
    assert!(!meets(&[mail, (NAME, Some("given"), "Bea")], &erased));
    assert!(!meets(&[(EMAIL, None, "bea@mail.example")], &erased));
    assert!(meets(&[mail, (NAME, Some("given"), "Bea")], &erased[..1]));
}

#[test]
fn numbers_count_alone_and_telephones_in_any_spelling() {
    let number = ("id.customer", Some("web_account"), "W-17");
    assert!(meets(&[("id.customer", Some("web_account"), "w 17")], &[number]));
    assert!(!meets(&[("id.customer", Some("other"), "w 17")], &[number]));
    let phone = ("contact.phone", None, "+44 20 7946 0958");
    assert!(meets(&[("contact.phone", None, "(020) 7946-0958")], &[phone]));
    assert!(!meets(
        &[("contact.phone", None, "000000000")],
        &[("contact.phone", None, "000000000")]
    ));
}

#[test]
fn name_birth_date_and_postcode_count_only_together() {
    let erased = [
        (NAME, Some("given"), "Ada"),
        (NAME, Some("family"), "O'Brien-King"),
        ("demo.birthdate", None, "1984-03-09"),
        ("contact.address", Some("postcode"), "SM1 2AB"),
    ];
    let row = [
        (NAME, None, "Mrs Ada O'Brien King"),
        ("demo.birthdate", None, "1984-03-09"),
        ("contact.address", Some("postcode"), "sm12ab"),
    ];
    assert!(meets(&row, &erased));
    for missing in 0..row.len() {
        let mut less = row.to_vec();
        less.remove(missing);
        assert!(!meets(&less, &erased), "without the value {missing}");
    }
}
