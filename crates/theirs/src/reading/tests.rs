use jiff::Unit;
use theirs_charter::{Basis, Coarseness, Retention, categories, country_name};
use theirs_model::{Attribute, SourceKind};
use theirs_people::{implausible, unfit};
use theirs_rights::{Asked, Ground, Sort};
use theirs_words::Language;

use super::*;

/// What the other crates say in English, and clients read.
fn said() -> Vec<String> {
    let mut said: Vec<String> = Vec::new();
    said.extend(Basis::ALL.map(|(_, basis)| basis.in_words().to_owned()));
    let kinds = [
        SourceKind::Subject,
        SourceKind::Internal,
        SourceKind::Partner,
        SourceKind::Broker,
        SourceKind::Public,
    ];
    said.extend(kinds.map(|kind| kind.in_words().to_owned()));
    said.push("from your visit to our site or app".to_owned());
    let exclusions = [
        Exclusion::NoConsent,
        Exclusion::ConsentRefused,
        Exclusion::Objected,
        Exclusion::Restricted,
        Exclusion::TooYoung,
        Exclusion::AgeUnknown,
    ];
    said.extend(exclusions.map(|why| format!("you {}", why.in_words())));
    said.push(format!("you are {OUTSIDE_ONLY}"));
    let coarse = Coarseness::WORDS
        .iter()
        .filter_map(|word| Coarseness::parse(if *word == "rounded" { "rounded 5" } else { word }));
    said.extend(coarse.map(Coarseness::in_words).filter(|words| !words.is_empty()));
    said.extend(Ground::ALL.map(|(_, ground)| ground.in_words().to_owned()));
    said.extend(Asked::ALL.map(|(_, asked)| asked.in_words().to_owned()));
    for unit in [Unit::Day, Unit::Month, Unit::Year] {
        said.extend([1, 18].map(|count| Retention { count, unit }.to_string()));
    }
    said.extend(categories().iter().map(|category| category.label.clone()));
    for (category, part, wrong) in [
        ("contact.phone", None, "abc"),
        ("identity.name", None, "1"),
        ("contact.address", Some("city"), "1"),
        ("contact.address", Some("street"), "-"),
    ] {
        let attribute = Attribute::new(category, part);
        said.extend(unfit(&attribute, wrong).map(str::to_owned));
    }
    let (born, today) = (Attribute::new("demo.birthdate", None), Date::constant(2026, 3, 2));
    for day in ["1899-12-31", "2090-01-01"] {
        said.extend(implausible(&born, ColumnType::Date, day, today).map(str::to_owned));
    }
    said.extend(["GB", "FR", "US", "KR", "CZ"].map(country_name));
    said
}

#[test]
fn whatever_is_said_in_english_is_said_in_french_too() {
    let french = Speech::plain(Language::French);
    for english in said() {
        let again = french.again(&english);
        assert!(again != english || english == "France", "no French for {english:?}");
    }
    for (_, sort) in Sort::ALL {
        assert!(!sort.called(&french).starts_with("sort-"));
    }
}

#[test]
fn values_are_shown_as_the_reader_writes_them() {
    let text = include_str!("../../../../samples/harbour_books/charter.yaml");
    let charter =
        Charter::read("charter.yaml", text).unwrap_or_else(|problems| panic!("{problems}"));
    let speeches = [Language::English, Language::French].map(|language| charter.speech(language));
    let [english, french] = [&speeches[0], &speeches[1]].map(|t| Reading::new(t, &charter));
    assert_eq!(english.value("birth_date", "1961-12-01"), "1 December 1961");
    assert_eq!(french.value("birth_date", "1961-12-01"), "1er décembre 1961");
    assert_eq!(french.value("birth_date", "•••"), "•••");
    assert_eq!(french.value("city", "1961-12-01"), "1961-12-01");
    let orders = ActivitySection {
        name: "orders".to_owned(),
        called: "Your orders".to_owned(),
        label: String::new(),
        acquired: String::new(),
        area: theirs_charter::Area::Bought,
        kept: String::new(),
        used_for: Vec::new(),
        may_go_to: Vec::new(),
        outside: false,
        columns: ["order_id", "ordered_at", "total"].map(str::to_owned).to_vec(),
        rows: Vec::new(),
    };
    // In July a shop in London is an hour ahead of the clock of the world.
    let row = ["10012", "2026-07-09T14:05:21Z", "1234.50"].map(str::to_owned);
    assert_eq!(english.row(&orders, &row), ["10012", "9 July 2026, 15:05", "1,234.50"]);
    assert_eq!(french.row(&orders, &row), ["10012", "9 juillet 2026, 15:05", "1\u{202f}234,50"]);
}
