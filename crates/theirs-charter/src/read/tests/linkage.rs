//! How records are joined.

use super::{accepted, refused};
use crate::charter::Linkage;

const SOURCES: &str = "recipients:\n";

#[test]
fn what_is_left_out_is_what_linkage_does_by_itself() {
    let charter = accepted(SOURCES, SOURCES);
    assert_eq!(charter.linkage, Linkage { threshold: 0.5, leave_out: Vec::new() });
}

#[test]
fn a_threshold_and_columns_can_be_given() {
    let section = "linkage: { threshold_match_probability: 0.7, leave_out: [city] }\nrecipients:\n";
    let charter = accepted(SOURCES, section);
    assert_eq!(charter.linkage, Linkage { threshold: 0.7, leave_out: vec!["city".to_owned()] });
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
