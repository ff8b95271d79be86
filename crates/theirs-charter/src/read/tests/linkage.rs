//! How records are joined.

use super::{accepted, refused};
use crate::charter::{BlockingPart, BlockingRule, Fixed, Linkage, Measure, PartOf};

const SOURCES: &str = "recipients:\n";

#[test]
fn what_is_left_out_is_what_linkage_does_by_itself() {
    let charter = accepted(SOURCES, SOURCES);
    assert_eq!(charter.linkage, Linkage::default());
}

#[test]
fn a_threshold_and_columns_can_be_given() {
    let section = "linkage: { threshold_match_probability: 0.7, leave_out: [city] }\nrecipients:\n";
    let charter = accepted(SOURCES, section);
    assert_eq!(
        charter.linkage,
        Linkage { threshold: 0.7, leave_out: vec!["city".to_owned()], ..Linkage::default() }
    );
}

/// The small charter with these lines as its section.
fn section(lines: &str) -> String {
    let lines: Vec<String> = lines.lines().map(|line| format!("  {line}")).collect();
    format!("linkage:\n{}\n{SOURCES}", lines.join("\n"))
}

#[test]
fn every_part_of_linkage_can_be_overridden() {
    let charter = accepted(
        SOURCES,
        &section(
            r#"probability_two_random_records_match: 0.001
blocking_rules_to_generate_predictions:
  - derived
  - email
  - [full_name, year(birth_date)]
  - ["substr(email, 1, 6)"]
comparisons:
  name:
    jaro_winkler_above: [0.95, 0.85]
    m_probability: { exact_match: 0.6 }
  email:
    term_frequency_adjustments: false
    comparison_levels:
      - { level: exact_match, m_probability: 0.9, u_probability: 0.001 }
      - jaro_winkler_above: [0.95, 0.9]
      - { levenshtein_at_most: 2, m_probability: 0.02 }
  birth_date:
    comparison_levels: [exact_match, within_days: 31, else]"#,
        ),
    );
    let linkage = charter.linkage;
    assert_eq!(linkage.probability_two_random_records_match, Some(0.001));
    let on = |column: &str, of| BlockingPart { column: column.to_owned(), of };
    assert_eq!(
        linkage.blocking_rules,
        [
            BlockingRule::Derived,
            BlockingRule::BlockOn(vec![on("email", PartOf::Whole)]),
            BlockingRule::BlockOn(vec![
                on("full_name", PartOf::Whole),
                on("birth_date", PartOf::First(4))
            ]),
            BlockingRule::BlockOn(vec![on("email", PartOf::First(6))]),
        ]
    );
    let email = &linkage.comparisons["email"];
    assert!(!email.term_frequency_adjustments);
    let measures = [Measure::JaroWinkler(0.95), Measure::JaroWinkler(0.9), Measure::Levenshtein(2)];
    assert_eq!(email.levels.as_deref(), Some(&measures[..]));
    assert_eq!(email.fixed[&1], Fixed { m: Some(0.9), u: Some(0.001) });
    assert_eq!(email.fixed[&4], Fixed { m: Some(0.02), u: None });
    assert_eq!(linkage.comparisons["name"].near_and_alike, Some([0.95, 0.85]));
    let birth_date = linkage.comparisons["birth_date"].levels.as_deref();
    assert_eq!(birth_date, Some(&[Measure::Days(31)][..]));
}

#[test]
fn a_blocking_rule_of_what_is_not_compared_is_refused() {
    let text = section(
        r"leave_out: [city]
blocking_rules: [[emial], [city], [income_band], [soundex(email)], [first(email)], []]",
    );
    insta::assert_snapshot!(refused(SOURCES, &text), @r#"
    charter.yaml:53:21: unknown column "emial"
      53 |   blocking_rules: [[emial], [city], [income_band], [soundex(email)], [first(email)], []]
         |                     ^^^^^ did you mean "email"?
    charter.yaml:53:30: "city" is left out, and cannot be used here
      53 |   blocking_rules: [[emial], [city], [income_band], [soundex(email)], [first(email)], []]
         |                              ^^^^ take it out of "leave_out", or out of here
    charter.yaml:53:38: "income_band" does not tell people apart
      53 |   blocking_rules: [[emial], [city], [income_band], [soundex(email)], [first(email)], []]
         |                                      ^^^^^^^^^^^ compared are: full_name, birth_date, email
    charter.yaml:53:53: "soundex(email)" cannot be taken of "email"
      53 |   blocking_rules: [[emial], [city], [income_band], [soundex(email)], [first(email)], []]
         |                                                     ^^^^^^^^^^^^^^ write a column, or initial(), postal_area(), year(), soundex() or "substr(column, 1, 3)" of one
    charter.yaml:53:71: "first(email)" is no part of a column
      53 |   blocking_rules: [[emial], [city], [income_band], [soundex(email)], [first(email)], []]
         |                                                                       ^^^^^^^^^^^^ write a column, or initial(), postal_area(), year(), soundex() or "substr(column, 1, 3)" of one
    charter.yaml:53:86: a blocking rule has 1 to 8 columns, not 0
      53 | …cking_rules: [[emial], [city], [income_band], [soundex(email)], [first(email)], []]
         |                                                                                  ^ write them in brackets: [family_name, postcode]
    "#);
}

#[test]
fn a_share_that_is_none_and_a_level_that_there_is_not_are_refused() {
    let text = section(
        r"probability_two_random_records_match: 1
comparisons:
  full_name: { term_frequency_adjustments: false }
  name: { jaro_winkler_above: [0.8, 0.9], m_probability: { exact: 0.5 } }
  address: { comparison_levels: [exact_match] }
  email: { m_probability: { exact_match: 0.9, same_mailbox: 0.2 }, u_probability: { else: 1.2 } }
  birth_date: { comparison_levels: [exact_match, jaro_winkler_above: 0.9] }",
    );
    insta::assert_snapshot!(refused(SOURCES, &text), @r#"
    charter.yaml:52:41: "1" is not a probability between 0 and 1
      52 |   probability_two_random_records_match: 1
         |                                         ^ write a number such as 0.01; neither 0 nor 1 is one
    charter.yaml:54:5: "full_name" is compared as a part of "name"
      54 |     full_name: { term_frequency_adjustments: false }
         |     ^^^^^^^^^ write "name"
    charter.yaml:55:13: "jaro_winkler_above" of a name is two falling numbers
      55 |     name: { jaro_winkler_above: [0.8, 0.9], m_probability: { exact: 0.5 } }
         |             ^^^^^^^^^^^^^^^^^^ [0.92, 0.8] is what is used without it
    charter.yaml:55:62: unknown level "exact"
      55 |     name: { jaro_winkler_above: [0.8, 0.9], m_probability: { exact: 0.5 } }
         |                                                              ^^^^^ did you mean "exact_match"?
    charter.yaml:56:16: comparison "address" has no field "comparison_levels"
      56 |     address: { comparison_levels: [exact_match] }
         |                ^^^^^^^^^^^^^^^^^ known are: term_frequency_adjustments, m_probability, u_probability
    charter.yaml:57:5: "m_probability" of these levels adds up to 1.1
      57 |     email: { m_probability: { exact_match: 0.9, same_mailbox: 0.2 }, u_probability: …
         |     ^^^^^ leave something for the levels that are not given
    charter.yaml:57:93: "1.2" is not a probability between 0 and 1
      57 | … m_probability: { exact_match: 0.9, same_mailbox: 0.2 }, u_probability: { else: 1.2 } }
         |                                                                                  ^^^ write a number such as 0.01; neither 0 nor 1 is one
    charter.yaml:58:52: a level with a share is one level, this is 0
      58 |     birth_date: { comparison_levels: [exact_match, jaro_winkler_above: 0.9] }
         |                                                    ^ write each on its own, with its own shares
    charter.yaml:58:72: "jaro_winkler_above" does not suit this column
      58 |     birth_date: { comparison_levels: [exact_match, jaro_winkler_above: 0.9] }
         |                                                                        ^^^ known are: levenshtein_at_most, damerau_levenshtein_at_most, within_days
    "#);
}

#[test]
fn levels_that_do_not_begin_with_agreement_or_add_up_are_refused() {
    let text = section(
        r"comparisons:
  email: { comparison_levels: [jaro_winkler_above: 0.9, exact_match] }
  birth_date:
    comparison_levels:
      - { level: exact_match, m_probability: 0.5 }
      - { level: else, m_probability: 0.3 }",
    );
    insta::assert_snapshot!(refused(SOURCES, &text), @r#"
    charter.yaml:53:14: "comparison_levels" begins with "exact_match"
      53 |     email: { comparison_levels: [jaro_winkler_above: 0.9, exact_match] }
         |              ^^^^^^^^^^^^^^^^^ put it first
    charter.yaml:54:5: "m_probability" of all levels adds up to 0.8, not to 1
      54 |     birth_date:
         |     ^^^^^^^^^^ leave one of them out, and it takes the rest
    "#);
}

#[test]
fn leaving_out_everything_is_refused() {
    let text = section("leave_out: [full_name, birth_date, email, city]");
    insta::assert_snapshot!(refused(SOURCES, &text), @r#"
    charter.yaml:52:3: this leaves nothing to compare people by
      52 |   leave_out: [full_name, birth_date, email, city]
         |   ^^^^^^^^^ keep at least one of: full_name, birth_date, email, city
    "#);
}

#[test]
fn a_threshold_that_is_no_probability_and_a_column_nobody_feeds_are_refused() {
    let section = "linkage: { threshold_match_probability: 7, leave_out: [citty] }\nrecipients:\n";
    insta::assert_snapshot!(refused(SOURCES, section), @r#"
    charter.yaml:51:41: "7" is not a probability from 0.05 to 0.999
      51 | linkage: { threshold_match_probability: 7, leave_out: [citty] }
         |                                         ^ 0.5 is what is used without it
    charter.yaml:51:56: unknown column "citty"
      51 | linkage: { threshold_match_probability: 7, leave_out: [citty] }
         |                                                        ^^^^^ did you mean "city"?
    "#);
}
