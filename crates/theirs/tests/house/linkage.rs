//! The charter's `linkage:` section, from the text to the people.

use crate::shop::Shop;

/// The charter of the sample with a section on linkage.
fn overridden(shop: &Shop, section: &str) {
    let path = shop.path().join("charter.yaml");
    let text = std::fs::read_to_string(&path).unwrap();
    let before = text.split("linkage:\n").next().unwrap();
    let rest = &text[text.find("\nrecipients:").unwrap()..];
    let before = before.split("\nrecipients:").next().unwrap();
    let text = format!("{before}\nlinkage:\n{section}{rest}");
    std::fs::write(&path, text).unwrap();
}

fn people(shop: &Shop) -> (u64, String) {
    let said = shop.say(&["--json", "resolve"]);
    assert_eq!(said.code, 0, "{}", said.err);
    let done: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    (done["people"].as_u64().unwrap(), said.err)
}

const BY_EMAIL: &str = "  \
  blocking_rules_to_generate_predictions: [email]
  comparisons:
    email:
      term_frequency_adjustments: false
      comparison_levels:
        - { level: exact_match, m_probability: 0.9, u_probability: 0.001 }
        - levenshtein_at_most: 1
        - else
    name: { m_probability: { exact_match: 0.7 } }
";

#[test]
fn what_the_charter_overrides_changes_who_is_joined_and_is_shown() {
    let shop = Shop::open();
    let (before, note) = people(&shop);
    assert!(!note.contains("learnt anew"), "{note}");
    overridden(&shop, BY_EMAIL);
    shop.well(&["charter", "apply"]);
    let (after, note) = people(&shop);
    assert!(note.contains("learnt anew, because the charter's linkage section"), "{note}");
    assert!(after > before, "{after} people by e-mail alone, {before} by everything");
    let (again, note) = people(&shop);
    assert_eq!((again, note.contains("learnt anew")), (after, false));

    let report = shop.path().join("report.html");
    shop.well(&["resolve", "--report", report.to_str().unwrap()]);
    let page = std::fs::read_to_string(report).unwrap();
    assert!(page.contains("is at most 1 keystroke apart"), "the level is in the report");
    assert_eq!(page.matches("(m and u set by the charter)").count(), 1);
    assert_eq!(page.matches("(m set by the charter)").count(), 1);
    let why = shop.well(&["why", &shop.maud(), &shop.maud(), "--as", "noor"]);
    assert!(why.contains("is the same (m and u set by the charter)"), "{why}");
}

#[test]
fn a_rule_of_a_column_that_is_left_out_is_refused_before_it_is_in_force() {
    let shop = Shop::empty();
    overridden(&shop, "  leave_out: [email]\n  blocking_rules: [[email, birth_date]]\n");
    let (code, message) = shop.ill(&["check"]);
    assert_ne!(code, 0);
    assert!(message.contains("\"email\" is left out, and cannot be used here"), "{message}");
}
