//! Mistakes about purposes: their basis, their recipients, how long and how people are picked.

use insta::assert_snapshot;

use super::refused;

#[test]
fn category_of_purpose_misspelt() {
    assert_snapshot!(refused("marketing.offer", "marketing.ofer"), @r#"
    charter.yaml:55:15: unknown purpose category "marketing.ofer"
      55 |     category: marketing.ofer
         |               ^^^^^^^^^^^^^^ did you mean "marketing.offer"?
    "#);
    assert_snapshot!(refused("marketing.offer", "marketing.spam"), @r#"
    charter.yaml:55:15: unknown purpose category "marketing.spam"
      55 |     category: marketing.spam
         |               ^^^^^^^^^^^^^^ known are: marketing.direct, marketing.offer, marketing.segment
    "#);
}

#[test]
fn basis_misspelt() {
    assert_snapshot!(refused("basis: consent", "basis: legitimate_interest"), @r#"
    charter.yaml:56:12: "basis" cannot be "legitimate_interest"
      56 |     basis: legitimate_interest
         |            ^^^^^^^^^^^^^^^^^^^ did you mean "legitimate interest"?
    "#);
    assert_snapshot!(refused("basis: consent", "basis: because"), @r#"
    charter.yaml:56:12: "basis" cannot be "because"
      56 |     basis: because
         |            ^^^^^^^ known are: consent, contract, legal obligation, vital interests, public task, legitimate interest
    "#);
}

#[test]
fn consent_to_nothing() {
    assert_snapshot!(refused("    consent: newsletter\n", ""), @r#"
    charter.yaml:54:3: purpose "card" rests on consent, but to what?
      54 |   card:
         |   ^^^^ add "consent: TOPIC", a topic that some source's column answers
    "#);
}

#[test]
fn consent_to_an_unknown_topic() {
    assert_snapshot!(refused("    consent: newsletter\n", "    consent: newspaper\n"), @r#"
    charter.yaml:57:14: unknown consent topic "newspaper"
      57 |     consent: newspaper
         |              ^^^^^^^^^ known are: newsletter
    "#);
    assert_snapshot!(refused("    consent: newsletter\n", "    consent: everything\n"), @r#"
    charter.yaml:57:14: unknown consent topic "everything"
      57 |     consent: everything
         |              ^^^^^^^^^^ known are: newsletter
    "#);
}

#[test]
fn marketing_without_objection() {
    assert_snapshot!(refused("    consent: newsletter\n", "    consent: newsletter\n    may_object: false\n"), @"
    charter.yaml:58:17: people may always object to marketing.offer
      58 |     may_object: false
         |                 ^^^^^ take this out (GDPR Art. 21(2), CCPA 1798.120)
    ");
}

#[test]
fn recipient_unknown() {
    assert_snapshot!(refused("recipients: [printer]", "recipients: [printers]"), @r#"
    charter.yaml:62:18: unknown recipient "printers"
      62 |     recipients: [printers]
         |                  ^^^^^^^^ did you mean "printer"?
    "#);
}

#[test]
fn period_malformed() {
    assert_snapshot!(refused("12 months", "a while"), @r#"
    charter.yaml:63:11: "a while" is not a period
      63 |     keep: a while
         |           ^^^^^^^ write 30 days, 12 months or 6 years; at most 100 years
    "#);
    assert_snapshot!(refused("12 months", "12months"), @r#"
    charter.yaml:63:11: "12months" is not a period
      63 |     keep: 12months
         |           ^^^^^^^^ write 30 days, 12 months or 6 years; at most 100 years
    "#);
    assert_snapshot!(refused("12 months", "0 days"), @r#"
    charter.yaml:63:11: "0 days" is not a period
      63 |     keep: 0 days
         |           ^^^^^^ write 30 days, 12 months or 6 years; at most 100 years
    "#);
}

#[test]
fn period_beyond_a_century() {
    assert_snapshot!(refused("12 months", "101 years"), @r#"
    charter.yaml:63:11: "101 years" is not a period
      63 |     keep: 101 years
         |           ^^^^^^^^^ write 30 days, 12 months or 6 years; at most 100 years
    "#);
    assert_snapshot!(refused("12 months", "99999 days"), @r#"
    charter.yaml:63:11: "99999 days" is not a period
      63 |     keep: 99999 days
         |           ^^^^^^^^^^ write 30 days, 12 months or 6 years; at most 100 years
    "#);
}

#[test]
fn decides_on_a_column_that_is_not_granted() {
    assert_snapshot!(refused("      columns: [full_name, city]", "      columns: [full_name, email]"), @r#"
    charter.yaml:68:28: unknown column of this purpose "email"
      68 |       columns: [full_name, email]
         |                            ^^^^^ known are: full_name, city, birth_date
    "#);
}

#[test]
fn decides_for_somebody_who_is_no_recipient() {
    assert_snapshot!(refused("    recipients: [printer]\n", ""), @r#"
    charter.yaml:66:11: "printer" is no recipient of this purpose
      66 |       to: printer
         |           ^^^^^^^ list it under the "recipients" of this purpose
    "#);
}

#[test]
fn decides_without_a_reason() {
    assert_snapshot!(refused("      reason: Your birthday is near.\n", ""), @r#"
    charter.yaml:64:5: "decide" needs "reason"
      64 |     decide:
         |     ^^^^^^
    "#);
}

#[test]
fn fields_missing() {
    assert_snapshot!(refused("    says: We send you a card on your birthday.\n    columns", "    columns"), @r#"
    charter.yaml:54:3: purpose "card" needs "says"
      54 |   card:
         |   ^^^^
    "#);
    assert_snapshot!(refused("    keep: 12 months\n", ""), @r#"
    charter.yaml:54:3: purpose "card" needs "keep"
      54 |   card:
         |   ^^^^
    "#);
}

#[test]
fn field_empty() {
    assert_snapshot!(refused("says: We send you a card on your birthday.", "says:"), @r#"
    charter.yaml:58:5: "says" has no value
      58 |     says:
         |     ^^^^ give it one, or take it out; a value that begins with # needs quotes
    "#);
    assert_snapshot!(refused("says: We send you a card on your birthday.", r#"says: """#), @r#"
    charter.yaml:58:11: "says" is empty
      58 |     says: ""
         |           ^^
    "#);
}

#[test]
fn field_unknown() {
    assert_snapshot!(refused("    keep: 12 months\n", "    keep: 12 months\n    shared: everyone\n"), @r#"
    charter.yaml:64:5: purpose "card" has no field "shared"
      64 |     shared: everyone
         |     ^^^^^^ known are: category, basis, interest, says, consent, may_object, minimum_age, output, tests, minimum_group, cells, columns, activities, recipients, keep, decide
    "#);
}

#[test]
fn purpose_with_a_name_that_sql_keeps() {
    assert_snapshot!(refused("  card:\n", "  public:\n"), @r#"
    charter.yaml:54:3: a purpose cannot be named "public"
      54 |   public:
         |   ^^^^^^ SQL keeps that name for itself; choose another
    charter.yaml:70:27: unknown purpose "card"
      70 |   marketing: { purposes: [card] }
         |                           ^^^^ known are: public
    "#);
}

#[test]
fn age_limit_of_a_purpose() {
    let with = |limit: &str| format!("    consent: newsletter\n    minimum_age: {limit}\n");
    let text = include_str!("small.yaml");
    let text = text.replace("    consent: newsletter\n", &with("18"));
    let charter = crate::Charter::read("charter.yaml", &text).unwrap();
    assert_eq!(charter.purpose("card").unwrap().minimum_age, Some(18));
    assert_snapshot!(refused("    consent: newsletter\n", &with("adult")), @r#"
    charter.yaml:58:18: "adult" is no age
      58 |     minimum_age: adult
         |                  ^^^^^ give whole years from 1 to 120, as minimum_age: 18
    "#);
    assert_snapshot!(refused("    consent: newsletter\n", &with("0")), @r#"
    charter.yaml:58:18: "0" is no age
      58 |     minimum_age: 0
         |                  ^ give whole years from 1 to 120, as minimum_age: 18
    "#);
}

#[test]
fn age_limit_without_birth_dates() {
    let text = include_str!("small.yaml");
    let text =
        text.replace("    consent: newsletter\n", "    consent: newsletter\n    minimum_age: 18\n");
    let text = text.replace(
        "category: demo.birthdate, format: \"%d/%m/%Y\"",
        "category: demo.birthdate, type: text",
    );
    let problems = crate::Charter::read("charter.yaml", &text).unwrap_err().to_string();
    assert!(problems.contains("no source says when people were born"), "{problems}");
}

/// The small charter, with more under its first purpose that has no list of people to send.
fn grouped(more: &str) -> Result<crate::Charter, String> {
    let text = include_str!("small.yaml");
    let purposes = "purposes:\n";
    let new = format!(
        "purposes:\n  crowd:\n    category: analytics.aggregate\n    basis: legitimate interest\n    \
         says: We count.\n    columns: [city, birth_date: age_band]\n    keep: 1 year\n{more}"
    );
    let text = text.replacen(purposes, &new, 1);
    crate::Charter::read("charter.yaml", &text).map_err(|problems| problems.to_string())
}

#[test]
fn purpose_of_groups_has_a_size_and_cells() {
    let output = |more| grouped(more).map(|c| c.purpose("crowd").unwrap().output.clone());
    assert_eq!(output(""), Ok(crate::Output::Rows));
    let of = |minimum_group, cells: &[&str]| crate::Output::Aggregate {
        minimum_group,
        cells: cells.iter().map(|cell| (*cell).to_owned()).collect(),
    };
    assert_eq!(output("    output: aggregate\n"), Ok(of(10, &["city", "birth_date"])));
    let more = "    output: aggregate\n    minimum_group: 3\n    cells: [birth_date]\n";
    assert_eq!(output(more), Ok(of(3, &["birth_date"])));
}

#[test]
fn purpose_of_groups_that_is_none() {
    for (more, told) in [
        ("    minimum_group: 5\n", "\"minimum_group\" belongs to a purpose of groups"),
        ("    output: aggregate\n    minimum_group: 2\n", "give a whole number from 3 on"),
        ("    output: aggregate\n    cells: [citi]\n", "did you mean \"city\"?"),
        ("    output: groups\n", "\"output\" cannot be \"groups\""),
        (
            "    output: aggregate\n    recipients: [printer]\n",
            "a purpose of groups or of a verdict has no \"recipients\"",
        ),
    ] {
        let problems = grouped(more).unwrap_err();
        assert!(problems.contains(told), "{problems}");
    }
}
