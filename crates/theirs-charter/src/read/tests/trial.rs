//! A purpose that tests data from outside, and the mistakes about it.

use insta::assert_snapshot;

use super::{accepted, refused};
use crate::charter::{Charter, Margin};

/// The small charter with a purpose that tests what the broker sold.
pub(crate) const TRIAL: &str = "purposes:
  try_broker:
    category: measure.campaign
    basis: legitimate interest
    interest: We buy nothing that we do not need.
    says: We test whether bought data would help.
    output: verdict
    tests: { source: broker, margin: 1.5 %, ends: 2027-03-01 }
    columns: [city, income_band]
    keep: 1 month
";

fn with(right: &str, wrong: &str) -> String {
    assert!(TRIAL.contains(right), "there is no {right}");
    refused("purposes:\n", &TRIAL.replacen(right, wrong, 1))
}

fn trial() -> Charter {
    accepted("purposes:\n", TRIAL)
}

#[test]
fn a_trial_alone_may_list_what_its_source_says() {
    let charter = trial();
    let (purpose, tested) = charter.trial_of("broker").expect("it is tested");
    assert_eq!(purpose.name, "try_broker");
    assert_eq!((tested.margin, tested.ends.to_string()), (Margin(150), "2027-03-01".to_owned()));
    assert_eq!(tested.margin.to_string(), "1.5 %");
    // What is not admitted stays out of every other purpose, and in this one.
    let acting = charter.admitting([].into());
    let columns = |name: &str| {
        let purpose = acting.purpose(name).expect("it is there");
        purpose.columns.iter().map(|grant| grant.column.clone()).collect::<Vec<_>>()
    };
    assert_eq!(columns("try_broker"), ["city", "income_band"]);
    assert!(!acting.admits(acting.source("broker").expect("it is there")));
    assert!(acting.within(tested).admits(acting.source("broker").expect("it is there")));
    assert_snapshot!(with("    tests: { source: broker, margin: 1.5 %, ends: 2027-03-01 }\n", ""), @r#"
    charter.yaml:59:13: a verdict on what?
      59 |     output: verdict
         |             ^^^^^^^ add "tests: { source: …, margin: 1 %, ends: 2027-03-01 }"
    charter.yaml:60:21: column "income_band" comes only from outside
      60 |     columns: [city, income_band]
         |                     ^^^^^^^^^^^ data from outside is not admitted to any purpose, and this comes from "broker"
    "#);
}

#[test]
fn what_is_tested_has_to_come_from_outside() {
    assert_snapshot!(with("source: broker", "source: brokr"), @r#"
    charter.yaml:60:22: unknown source from outside "brokr"
      60 |     tests: { source: brokr, margin: 1.5 %, ends: 2027-03-01 }
         |                      ^^^^^ did you mean "broker"?
    charter.yaml:61:21: column "income_band" comes only from outside
      61 |     columns: [city, income_band]
         |                     ^^^^^^^^^^^ data from outside is not admitted to any purpose, and this comes from "broker"
    "#);
    assert_snapshot!(with("source: broker", "source: crm"), @r#"
    charter.yaml:60:22: unknown source from outside "crm"
      60 |     tests: { source: crm, margin: 1.5 %, ends: 2027-03-01 }
         |                      ^^^ known are: broker, trail
    charter.yaml:61:21: column "income_band" comes only from outside
      61 |     columns: [city, income_band]
         |                     ^^^^^^^^^^^ data from outside is not admitted to any purpose, and this comes from "broker"
    "#);
}

#[test]
fn a_margin_is_a_share_above_nothing() {
    for wrong in ["0 %", "101 %", "1", "-1 %", "0.001 %", "1e9 %", "much"] {
        let text = with("margin: 1.5 %", &format!("margin: \"{wrong}\""));
        assert!(text.contains("is no margin"), "{text}");
    }
    assert_snapshot!(with("margin: 1.5 %", "margin: much"), @r#"
    charter.yaml:60:38: "much" is no margin
      60 |     tests: { source: broker, margin: much, ends: 2027-03-01 }
         |                                      ^^^^ write a share of what is brought without the data, as "1 %" or "0.25 %"; from 0.01 % to 100 %
    "#);
}

#[test]
fn whoever_tests_sees_no_row_and_gives_nothing_away() {
    assert_snapshot!(with("    output: verdict\n", ""), @r#"
    charter.yaml:59:5: whoever tests data from outside may see no row and no group of them
      59 |     tests: { source: broker, margin: 1.5 %, ends: 2027-03-01 }
         |     ^^^^^ add "output: verdict"
    "#);
    assert_snapshot!(with("    keep: 1 month\n", "    keep: 1 month\n    recipients: [printer]\n"), @r#"
    charter.yaml:63:5: a purpose of groups or of a verdict has no "recipients"
      63 |     recipients: [printer]
         |     ^^^^^^^^^^ it picks nobody and gives nobody's data away; take this out
    "#);
    assert_snapshot!(with("ends: 2027-03-01", "ends: soon"), @r#"
    charter.yaml:60:51: "soon" is no day
      60 |     tests: { source: broker, margin: 1.5 %, ends: soon }
         |                                                   ^^^^ write the first day on which it is over, as 2027-03-01
    "#);
}
