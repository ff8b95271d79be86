//! Each detector finds what it is for, and leaves its neighbour alone.

use super::{Found, Profile, look};
use crate::table::Column;

fn found(name: &str, values: &[&str]) -> Found {
    let column = Column::new(name, values.iter().copied());
    look(&Profile::new(&column, 2026))
}

/// The plainest thing that values point to, whatever their column is named.
fn plainest(values: &[&str]) -> String {
    let mut seen = found("x", values).seen;
    seen.sort_by(|one, other| other.weight.total_cmp(&one.weight));
    let Some(first) = seen.first().filter(|first| first.weight >= 0.5) else {
        return String::new();
    };
    match first.meaning.part {
        Some(part) => format!("{}.{part}", first.meaning.category),
        None => first.meaning.category.to_owned(),
    }
}

#[test]
fn addresses_and_numbers_of_people_are_found() {
    assert_eq!(plainest(&["ann@shop.example", "b.o@mail.example"]), "contact.email");
    assert_eq!(plainest(&["+44 7700 900123", "+44 7700 900456"]), "contact.phone");
    assert_eq!(plainest(&["(020) 7946 0001", "020 7946 0958"]), "contact.phone");
    assert_eq!(plainest(&["10042", "10043", "10044"]), "");
    assert_eq!(plainest(&["2026-03-02", "2026-03-09"]), "");
}

#[test]
fn payment_is_found_by_its_check_digits_and_a_wrong_one_is_not() {
    let right = ["GB33BUKB20201555555555", "DE75512108001245126199"];
    assert_eq!(plainest(&right), "payment.instrument.iban");
    assert_eq!(plainest(&["GB33BUKB20201555555556", "DE75512108001245126190"]), "");
    let cards = ["4111111111111111", "5555 5555 5555 4444", "378282246310005"];
    assert_eq!(plainest(&cards), "payment.instrument.card_number");
    assert_eq!(plainest(&["4111111111111112", "5555555555554443", "378282246310006"]), "");
    assert_eq!(
        plainest(&["**** **** **** 4242", "**** **** **** 1881"]),
        "payment.instrument.card_end"
    );
}

#[test]
fn numbers_of_governments_are_found_by_form_or_check() {
    let social = ["123-45-6789", "219-09-9999", "078-05-1120", "457-55-5462"];
    assert_eq!(plainest(&social), "gov.id.social_security");
    assert_eq!(plainest(&["QQ123456C", "AB123456C", "JG103759A", "PW998877D"]), "");
    assert_eq!(
        plainest(&["AB123456C", "JG103759A", "PW998877D", "CE112233B"]),
        "gov.id.national_insurance"
    );
    assert_eq!(plainest(&["00000000T", "12345678Z", "X1234567L", "87654321X"]), "gov.id.dni");
    assert_eq!(plainest(&["00000000A", "12345678A", "X1234567A", "87654321A"]), "");
    let keys: Vec<String> =
        [1_840_675_112_001_u64, 2_910_369_123_045, 1_550_433_063_022, 2_780_192_050_101]
            .iter()
            .map(|number| format!("{number}{:02}", 97 - number % 97))
            .collect();
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    assert_eq!(plainest(&keys), "gov.id.securite_sociale");
}

#[test]
fn devices_are_found() {
    assert_eq!(plainest(&["203.0.113.7", "2001:db8::1"]), "id.ip");
    assert_eq!(
        plainest(&["356938035643809", "352099001761481", "353879234252633", "869170014500012"]),
        "id.device.imei"
    );
    assert_eq!(plainest(&["GA1.2.1234567890.1700000000"]), "id.device.cookie");
    assert_eq!(plainest(&["00:1A:2B:3C:4D:5E", "00-1a-2b-3c-4d-5f"]), "id.device.mac");
    assert_eq!(
        plainest(&["Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101"]),
        "id.device.user_agent"
    );
}

#[test]
fn days_of_birth_are_told_by_how_they_are_spread() {
    let born = [
        "1961-12-03",
        "1948-02-11",
        "1990-07-30",
        "1975-01-09",
        "1983-05-21",
        "2001-10-02",
        "1969-03-17",
        "1955-08-25",
    ];
    assert_eq!(plainest(&born), "demo.birthdate");
    let ordered = [
        "2025-12-03",
        "2025-02-11",
        "2024-07-30",
        "2026-01-09",
        "2025-05-21",
        "2024-10-02",
        "2025-03-17",
        "2026-02-25",
    ];
    assert!(found("born", &ordered).denied.contains(&"demo.birthdate"));
}

#[test]
fn places_are_found_by_degrees_or_form() {
    assert_eq!(plainest(&["51.5034, -0.1276", "48.8584, 2.2945"]), "location.precise");
    assert_eq!(plainest(&["51,5034; -0,1276", "48,8584; 2,2945"]), "location.precise");
    let commas = found("laengengrad", &["13,40495", "2,29451", "11,58198", "8,68213", "6,96028"]);
    let precise = commas.seen.iter().find(|seen| seen.meaning.category == "location.precise");
    assert!(precise.is_some_and(|seen| seen.weight > 0.8));
    assert!(!commas.denied.contains(&"location.precise"));
    let thousands = found("turnover", &["13,404", "2,294", "11,581", "8,682", "6,960"]);
    assert!(thousands.denied.contains(&"location.precise"));
    assert_eq!(plainest(&["SW1A 1AA", "M1 1AE", "B33 8TH"]), "contact.address.postcode");
    let degrees = found("latitude", &["51.50341", "48.85840", "52.52001"]);
    assert!(
        degrees
            .seen
            .iter()
            .any(|seen| seen.meaning.category == "location.precise" && seen.weight > 0.8)
    );
    assert!(
        found("lat", &["900", "1200", "800", "700", "650"]).denied.contains(&"location.precise")
    );
}

#[test]
fn words_of_which_the_law_speaks_are_found() {
    assert_eq!(plainest(&["Catholic", "Muslim", "Hindu", "None"]), "sensitive.religion");
    assert_eq!(
        plainest(&["single", "married", "verheiratet"]),
        "household.composition.marital_status"
    );
    assert_eq!(plainest(&["Heterosexual", "Gay", "Bisexual"]), "sensitive.sexuality");
    assert_eq!(plainest(&["E11.9", "I10", "J45.0", "M54.5"]), "sensitive.health.diagnosis");
    assert_eq!(
        plainest(&["C10AA05", "N02BE01", "A02BC01", "C09AA05"]),
        "sensitive.health.medicine"
    );
    assert_eq!(plainest(&["asthma", "type 2 diabetes", "none", "none"]), "sensitive.health");
    assert_eq!(plainest(&["fiction", "poetry", "history", "none"]), "");
}

#[test]
fn names_are_told_by_common_ones_among_them() {
    assert_eq!(plainest(&["Emma", "Oliver", "Xanthippe", "Isla"]), "identity.name.given");
    assert_eq!(plainest(&["Smith", "Dupont", "Müller", "Quux"]), "identity.name.family");
    assert_eq!(
        plainest(&["Emma Smith", "Oliver Quux", "Dr Isla Brown", "J. Doe"]),
        "identity.name.full"
    );
    assert_eq!(plainest(&["Oak table", "Pine chair", "Red lamp", "Blue rug"]), "");
}

#[test]
fn pages_of_many_sites_are_what_was_seen_elsewhere() {
    let many = ["https://news.example/a", "https://health.example/b", "https://bank.example/c"];
    assert_eq!(plainest(&many), "behaviour.browsing_other");
    assert_eq!(
        plainest(&["https://shop.example/a", "https://www.shop.example/b"]),
        "behaviour.browsing_own"
    );
    assert_eq!(plainest(&["https://cdn.example/a.jpg", "https://cdn.example/b.png"]), "");
}

#[test]
fn what_slips_into_free_text_is_told_without_quoting_it() {
    let notes = [
        "Please call me back on 020 7946 0001 after five",
        "She is diabetic and asks for sugar free only",
        "You can reach me at ann@shop.example any time",
        "The parcel came too late for the party",
    ];
    let found = found("note", &notes);
    let words: Vec<&str> = found.inside.iter().map(|what| what.words()).collect();
    assert_eq!(words, ["e-mail addresses", "telephone numbers", "words of illness or cure"]);
    for seen in &found.seen {
        assert!(!seen.why.contains("ann@") && !seen.why.contains("7946"), "{}", seen.why);
    }
}

#[test]
fn a_name_that_the_values_belie_is_denied() {
    let found = found("email", &["yes", "no", "no", "yes", "yes"]);
    assert!(found.denied.contains(&"contact.email"));
}

#[test]
fn turns_of_life_orientation_and_numbers_of_vehicles_are_found() {
    assert_eq!(
        plainest(&["likely expecting", "recently divorced", "new mover", "new mover"]),
        "inferred.lifeevent"
    );
    assert_eq!(plainest(&["gay", "straight", "trans", "straight"]), "sensitive.sexuality");
    let vehicles =
        ["WVWZZZ1JZXW082041", "WVWZZZ1JZXW060804", "WVWZZZ1JZXW061805", "WVWZZZ1JZXW062806"];
    assert_eq!(plainest(&vehicles), "id.device.vehicle");
}

#[test]
fn a_digest_of_a_person_is_a_number_of_theirs_and_one_of_a_file_is_not() {
    let digests = [
        "d62256758a7d43b578633074b7970386fee29476311624273bfd1d338d0038ec",
        "984181177906159644f9794cdd933160d2d5844307f062cec7b317d94d1fe09f",
    ];
    let weight =
        |name: &str| found(name, &digests).seen.iter().map(|s| s.weight).fold(0.0, f64::max);
    assert!(weight("sha") > 0.8 && weight("email_hash") > 0.8);
    assert!(weight("file_hash") < 0.5 && weight("x") < 0.5);
}
