//! The promise of the sample, told and compared.

use insta::assert_snapshot;
use jiff::Timestamp;
use theirs_charter::Charter;
use theirs_words::Language;

use crate::{Done, Given, Notice, Practice, differences, drift, notice_ld, register, register_ld};

const SAMPLE: &str = include_str!("../../../samples/harbour_books/charter.yaml");

fn sample() -> Charter {
    Charter::read("charter.yaml", SAMPLE).unwrap_or_else(|problems| panic!("{problems}"))
}

/// The sample with some of its lines changed.
fn changed(pairs: &[(&str, &str)]) -> Charter {
    let text = pairs.iter().fold(SAMPLE.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replacen(from, to, 1)
    });
    Charter::read("charter.yaml", &text).unwrap_or_else(|problems| panic!("{problems}"))
}

fn told(old: &Charter, new: &Charter) -> String {
    let lines = differences(old, new).into_iter();
    let lines = lines.map(|one| format!("{:?} {}: {}", one.kind, one.clause, one.says));
    lines.collect::<Vec<_>>().join("\n")
}

/// A practice in which a purpose was used once under this charter.
fn used(charter: &Charter, purpose: &str, done: Done) -> Practice {
    let at: Timestamp = "2026-03-02T09:00:00Z".parse().expect("an instant");
    let done =
        Done { uses: 1, people: 3, last: Some(at), charters: [charter.digest].into(), ..done };
    Practice { purposes: [(purpose.to_owned(), done)].into(), ..Practice::default() }
}

#[test]
fn a_new_version_is_told_by_what_it_means_for_people() {
    let old = sample();
    let new = changed(&[
        ("      - birth_date: birthday\n", "      - birth_date\n"),
        ("    keep: 12 months\n", "    keep: 3 years\n"),
        (
            "purposes: [answer_you, fulfil_order]",
            "purposes: [answer_you, fulfil_order, reading_tips]",
        ),
        ("      favourite_genre: { category: preference.stated, part: favourite_genre }\n", ""),
        ("      - favourite_genre\n", ""),
        ("      favourite_genre: genre préféré\n", ""),
    ]);
    assert_snapshot!(told(&old, &new), @r#"
    More purposes.birthday_offer.keep: What birthday offer makes was kept for 12 months and is kept for 3 years now.
    More purposes.birthday_offer.columns.birth_date: For birthday offer we look at birth date of your record otherwise: the value itself; it was only the day and month, not the year.
    More roles.service.purposes: Our customer service may use your data for reading tips.
    Less sources.web_shop.columns: We take in no more of Our web shop: favourite genre.
    Less purposes.reading_tips.columns.favourite_genre: For reading tips we no longer look at favourite genre of your record.
    "#);
    assert_eq!(told(&old, &old), "");
}

#[test]
fn every_change_has_its_opposite() {
    let new = changed(&[
        (
            "    recipients: [royal_letters]\n",
            "    recipients: [royal_letters]\n    minimum_age: 18\n",
        ),
        (
            "    says: our privacy officer\n    purposes: []\n    may_see_records: true\n",
            "    says: our privacy officer\n    purposes: [reading_tips]\n",
        ),
    ]);
    let (there, back) = (differences(&sample(), &new), differences(&new, &sample()));
    assert_eq!(there.len(), back.len());
    let clauses = |list: &[crate::Change]| {
        let mut clauses: Vec<String> = list.iter().map(|one| one.clause.clone()).collect();
        clauses.sort();
        clauses
    };
    assert_eq!(clauses(&there), clauses(&back));
}

#[test]
fn what_came_from_outside_is_said_to_be_used_for_nothing() {
    let notice = Notice::of(&sample(), None, None);
    let of = |key: &str| notice.kinds.iter().find(|kind| kind.key == key).expect("it is held");
    assert!(of("inferred.income").used_for.is_empty());
    assert!(of("location.precise").used_for.is_empty());
    assert!(!of("contact.address").used_for.is_empty());
    let outside: Vec<bool> = of("contact.address").from.iter().map(|one| one.outside).collect();
    assert_eq!(outside, [false, false, true]);
    assert_eq!(notice.outside.len(), 2);
}

#[test]
fn what_is_over_is_told_still() {
    let charter = sample();
    let given = Given { lists: 2, people: 9, last: None };
    let done = Done { given: [("Old Printers".to_owned(), given)].into(), ..Done::default() };
    let notice = Notice::of(&charter, None, Some(used(&charter, "christmas_cards", done)));
    assert_eq!(notice.former, ["christmas_cards"]);
    let former = notice.recipients.iter().find(|one| one.receiver.name == "Old Printers");
    assert!(former.is_some_and(|one| one.receiver.country.is_none()));
    for language in [Language::English, Language::French] {
        let text = notice.paper(&charter.speech(language), &charter.time_zone).markdown();
        assert!(text.contains("Old Printers"), "{text}");
    }
}

#[test]
fn a_use_beyond_the_charter_in_force_is_drift_and_one_under_an_earlier_is_not() {
    let charter = sample();
    assert!(drift(&charter, &used(&charter, "birthday_offer", Done::default())).is_empty());
    let given = [("Nosy Ltd".to_owned(), Given::default())].into();
    let columns = ["phone".to_owned()].into();
    let done = Done { given, columns, ..Done::default() };
    let clauses = |practice: &Practice| {
        let found = drift(&charter, practice).into_iter();
        found.map(|one| one.clause).collect::<Vec<_>>()
    };
    assert_eq!(
        clauses(&used(&charter, "birthday_offer", done.clone())),
        ["purposes.birthday_offer.recipients", "purposes.birthday_offer.columns"]
    );
    assert_eq!(clauses(&used(&charter, "unheard_of", done.clone())), ["purposes.unheard_of"]);
    let earlier = changed(&[("keep: 12 months", "keep: 13 months")]);
    assert!(clauses(&used(&earlier, "birthday_offer", done)).is_empty());
}

fn english(charter: &Charter) -> String {
    let notice = Notice::of(charter, None, None);
    notice.paper(&charter.speech(Language::English), &charter.time_zone).markdown()
}

#[test]
fn a_no_to_selling_is_said_to_do_what_the_engine_does() {
    let told = english(&sample());
    assert!(told.contains("We sell your data to nobody") && !told.contains("sharing in law"));
    // A card that goes to somebody for their own ends is a sale, and of the family of marketing.
    let told = english(&changed(&[("    role: processor\n", "    role: controller\n")]));
    assert!(told.contains("does not stop all of it"), "{told}");
    assert!(told.contains("A no to selling in general does not stop it."), "{told}");
    assert!(!told.contains("You may say no to it on the front page"), "{told}");
}

#[test]
fn a_machine_is_said_to_bind_nobody_only_where_it_picks_for_offers() {
    assert!(english(&sample()).contains("nothing that binds you"));
    let other = changed(&[(
        "    category: marketing.offer\n    basis: consent\n",
        "    category: service.message\n    basis: consent\n",
    )]);
    let told = english(&other);
    assert!(!told.contains("nothing that binds you") && told.contains("A rule picks people"));
}

#[test]
fn the_nearest_place_that_a_use_looks_at_is_named() {
    let told = english(&sample());
    assert!(told.contains("The nearest to it that any of them looks at is your postal address."));
    assert!(told.contains("We do not set out to hold data about children."));
}

#[test]
fn the_record_of_processing_has_a_line_for_each_purpose_in_every_form() {
    let charter = sample();
    let notice = Notice::of(&charter, None, None);
    let register = register(&charter, &notice);
    let names: Vec<&str> = register.activities.iter().map(|one| one.name.as_str()).collect();
    let known: Vec<&str> = charter.purposes.iter().map(|one| one.name.as_str()).collect();
    let beside = ["web_events", "lifestyle_broker", "app_locations", "joining_of_entries"];
    assert_eq!(&names[..known.len()], known.as_slice());
    for name in beside {
        assert!(names[known.len()..].contains(&name), "{name}: {names:?}");
    }
    let activity = |name: &str| register.activities.iter().find(|one| one.name == name);
    let trail = activity("app_locations").expect("it is held");
    assert!(trail.purpose.starts_with("Held, and used for nothing."));
    assert!(trail.categories.contains(&"location.precise".to_owned()));
    let joining = activity("joining_of_entries").expect("it is done");
    assert_eq!(joining.purpose, "To keep one record per person.");
    assert!(joining.sources.iter().any(|one| one.contains("from a data broker")));
    assert!(register.rows().iter().all(|row| row.len() == crate::Register::HEADS.len()));
    let linked = notice_ld(&charter, &notice);
    let processes = linked["dpv:hasProcess"].as_array().expect("a list");
    assert_eq!(processes.len(), known.len());
    assert_eq!(processes[1]["dpv:hasLegalBasis"]["@id"], "eu-gdpr:A6-1-a");
    let linked = register_ld(&charter, &notice);
    let processes = linked["dpv:hasProcess"].as_array().expect("a list");
    assert_eq!(processes.len(), register.activities.len());
    assert_eq!(processes[processes.len() - 1]["dct:title"], "joining_of_entries");
}
