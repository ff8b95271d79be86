//! The charter in another language: whole, or refused.

use insta::assert_snapshot;
use theirs_words::Language;

use super::{SMALL, accepted, errors, refused, sample};

const FRENCH: &str = "
translations:
  fr:
    sources:
      crm: { called: Notre caisse, acquired: À la caisse. }
";

#[test]
fn the_sample_speaks_french() {
    let charter = sample();
    assert_eq!(charter.languages(), [Language::English, Language::French]);
    let french = charter.speech(Language::French);
    assert_eq!(french.again("Our till"), "Notre caisse");
    assert_eq!(french.again("our marketing team"), "notre équipe de vente");
    assert_eq!(french.title("ordered_at"), "Commandé le");
    assert_eq!(charter.speech(Language::English).again("Our till"), "Our till");
}

#[test]
fn a_charter_may_be_written_in_french_alone_with_words_for_its_names() {
    let problems = refused("charter: 1\n", "charter: 1\nlanguage: fr\n");
    assert!(problems.contains("not yet in \"fr\": names.at, names.broker_ref"), "{problems}");
    let names = [
        "at",
        "broker_ref",
        "card",
        "client_no",
        "income_band",
        "newsletter",
        "ordered_at",
        "orders",
        "place",
        "title",
        "total",
        "trail",
    ];
    let names = names.map(|name| format!("\n  {name}: un nom")).concat();
    let charter = accepted("charter: 1\n", &format!("charter: 1\nlanguage: fr\nnames:{names}\n"));
    assert_eq!(charter.languages(), [Language::French]);
    let speech = charter.speech(Language::English);
    assert_eq!((speech.language(), speech.title("client_no")), (Language::French, "Un nom".into()));
}

#[test]
fn a_translation_that_is_not_whole_is_refused() {
    let problems = errors(&format!("{SMALL}{FRENCH}"));
    let told: Vec<&str> = problems.lines().filter(|line| line.contains("charter.yaml:")).collect();
    assert_snapshot!(told.join("\n"), @r#"charter.yaml:74:3: not yet in "fr": sources.orders.called, sources.orders.acquired, sources.broker.called, sources.broker.acquired, sources.trail.called, sources.trail.acquired, purposes.card.says, purposes.card.reason, roles.marketing.says, roles.privacy.says, names.at, names.broker_ref, names.card, names.client_no, names.income_band, names.newsletter and 6 more"#);
}

#[test]
fn what_there_is_not_cannot_be_translated() {
    let wrong = FRENCH.replace("crm:", "crn:").replace("fr:", "de:");
    let problems = errors(&format!("{SMALL}{wrong}"));
    assert!(problems.contains("unknown language \"de\""), "{problems}");
    let wrong = FRENCH.replace("crm:", "crn:").replace("called:", "caled:");
    let problems = errors(&format!("{SMALL}{wrong}"));
    assert!(problems.contains("unknown source \"crn\""), "{problems}");
}
