use std::collections::{BTreeMap, BTreeSet};

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};
use fluent_syntax::parser::parse;

use super::*;
use crate::bundle::{ENGLISH, FRENCH, FRENCH_AGAIN};

/// The messages of files, each with the variables that it uses.
fn messages(files: &[(&str, &'static str)]) -> BTreeMap<&'static str, BTreeSet<&'static str>> {
    let mut found = BTreeMap::new();
    for (name, text) in files {
        let resource = parse(*text).unwrap_or_else(|(_, errors)| panic!("{name}: {errors:?}"));
        for entry in resource.body {
            let Entry::Message(message) = entry else { continue };
            let value = message.value.unwrap_or_else(|| panic!("{name}: {}", message.id.name));
            let mut variables = BTreeSet::new();
            collect(&value, &mut variables);
            let before = found.insert(message.id.name, variables);
            assert!(before.is_none(), "{name}: {} stands twice", message.id.name);
        }
    }
    found
}

fn collect(pattern: &Pattern<&'static str>, variables: &mut BTreeSet<&'static str>) {
    for element in &pattern.elements {
        let PatternElement::Placeable { expression } = element else { continue };
        let inline = match expression {
            Expression::Inline(inline) => inline,
            Expression::Select { selector, variants } => {
                for variant in variants {
                    collect(&variant.value, variables);
                }
                selector
            }
        };
        match inline {
            InlineExpression::VariableReference { id } => {
                variables.insert(id.name.trim_end_matches("-shown"));
            }
            other => panic!("only variables are put into a message, not {other:?}"),
        }
    }
}

#[test]
fn every_message_can_be_said_in_every_language_with_the_same_things_in_it() {
    let (english, french) = (messages(&ENGLISH), messages(&FRENCH));
    let names = |of: &BTreeMap<&'static str, _>| of.keys().copied().collect::<BTreeSet<_>>();
    assert_eq!(names(&english), names(&french));
    for (name, variables) in &english {
        let by = |of: &BTreeSet<&'static str>| {
            // A sentence may need who did it at its beginning in one language and later in another.
            of.iter().map(|variable| variable.to_lowercase()).collect::<BTreeSet<_>>()
        };
        let left_out: Vec<_> = by(variables).difference(&by(&french[name])).cloned().collect();
        assert!(left_out.is_empty(), "{name} has no {left_out:?} in French");
    }
    messages(&FRENCH_AGAIN);
}

#[test]
fn french_is_written_as_the_french_write_it() {
    for (file, text) in FRENCH.iter().chain(&FRENCH_AGAIN) {
        for line in text.lines().filter(|line| !line.trim_start().starts_with(".en")) {
            for mark in ['?', '!', ';', ':', '»'] {
                let is_apart = line.match_indices(mark).all(|(at, _)| {
                    let before = line[..at].chars().next_back();
                    let after = line[at..].chars().nth(1);
                    before.is_none_or(char::is_whitespace) || after.is_some_and(|c| c != ' ')
                });
                assert!(is_apart, "{file}: a space stands before {mark:?} in {line:?}");
            }
            assert!(!line.contains('’') && !line.contains("  \""), "{file}: {line:?}");
        }
    }
}

#[test]
fn days_numbers_and_lists_are_those_of_the_language() {
    let [english, french] = [Language::English, Language::French].map(Speech::plain);
    let at: Timestamp = "2026-03-01T09:30:00Z".parse().unwrap();
    assert_eq!(english.moment(at, &TimeZone::UTC), "1 March 2026, 09:30");
    assert_eq!(french.moment(at, &TimeZone::UTC), "1er mars 2026, 09:30");
    assert_eq!((english.count(1_234_567), french.count(999)), ("1,234,567".into(), "999".into()));
    assert_eq!(french.count(1_234), "1\u{202f}234");
    for (text, inner) in [("1234.50", "1,234.50"), ("-3", "-3"), ("12e5", "12e5"), ("•••", "•••")]
    {
        assert_eq!(english.number(text), inner);
    }
    assert_eq!(french.number("-1234.5"), "-1\u{202f}234,5");
    let items = ["a", "b", "c"].map(str::to_owned);
    assert_eq!(
        (english.list(&items), french.list(&items)),
        ("a, b and c".into(), "a, b et c".into())
    );
    assert_eq!(
        english.with_two("joined", "count", 1_usize, "x", ""),
        "We have one entry that is yours."
    );
    assert!(french.with("joined", "count", 1_200_u64).contains("1\u{202f}200 fiches"));
}

#[test]
fn what_was_said_in_english_is_said_again() {
    let plain = Speech::plain(Language::French);
    assert_eq!(
        plain.again("24 months after it happened; what the law asks us to keep, 1 year"),
        "24 mois après les faits\u{a0}; ce que la loi nous demande de garder, 1 an"
    );
    assert_eq!(plain.again("a thing nobody says"), "a thing nobody says");
    assert_eq!(
        plain.again("a law asks us to keep birth date until 2 March 2026"),
        "une loi nous demande de garder ceci jusqu'au 2 mars 2026\u{a0}: date de naissance"
    );
    assert_eq!(Speech::plain(Language::English).again("from you"), "from you");
    let own = |pairs: &[(&str, &str)]| {
        Arc::new(pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect())
    };
    let charter = Speech::with_words(
        Language::French,
        own(&[("our till", "notre caisse")]),
        own(&[("ordered_at", "commandé le")]),
    );
    assert_eq!(charter.again("our till"), "notre caisse");
    assert_eq!(charter.title("ordered_at"), "Commandé le");
    assert_eq!(charter.title("birth_date"), "Date de naissance");
    assert_eq!(charter.name("some_column"), "some column");
}

#[test]
fn a_phrase_within_itself_comes_to_an_end() {
    let deep = "asked asked asked asked asked asked asked asked asked asked asked asked what";
    assert!(Speech::plain(Language::French).again(deep).starts_with("demandé demandé"));
}
