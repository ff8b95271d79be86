//! Mistakes about sources, and which of them is believed.

use insta::assert_snapshot;

use super::{accepted, refused, small};
use crate::charter::{Charter, Source};

#[test]
fn two_sources_of_the_same_name() {
    assert_snapshot!(refused("  broker:\n    kind", "  crm:\n    kind"), @r#"
    charter.yaml:31:3: "crm" stands twice in sources
      31 |   crm:
         |   ^^^ the first is on line 6
    "#);
}

#[test]
fn source_named_as_the_table_of_people() {
    assert_snapshot!(refused("  broker:\n    kind", "  person:\n    kind"), @r#"
    charter.yaml:31:3: a source cannot be named "person"
      31 |   person:
         |   ^^^^^^ that is the table of people; choose another name
    "#);
}

#[test]
fn source_with_a_name_unfit_for_sql() {
    assert_snapshot!(refused("  broker:\n    kind", "  Broker 1:\n    kind"), @r#"
    charter.yaml:31:3: "Broker 1" cannot be a name in sources
      31 |   Broker 1:
         |   ^^^^^^^^ use a to z, 0 to 9 and _, beginning with a letter
    "#);
}

#[test]
fn source_without_most_of_its_fields() {
    assert_snapshot!(refused("    kind: broker\n    acquired: We were offered this file.\n    file: broker.csv\n    holds: identity\n    key: ref\n", "    file: broker.csv\n"), @r#"
    charter.yaml:31:3: source "broker" needs "kind", "acquired", "holds" and "key"
      31 |   broker:
         |   ^^^^^^
    "#);
}

#[test]
fn source_that_is_a_file_name() {
    assert_snapshot!(refused("  broker:\n    kind: broker\n    acquired: We were offered this file.\n    file: broker.csv\n    holds: identity\n    key: ref\n    columns:\n      ref: id.device.broker_ref\n      income: inferred.income.income_band\n", "  broker: broker.csv\n"), @r#"
    charter.yaml:31:11: source "broker" must be a map
      31 |   broker: broker.csv
         |           ^^^^^^^^^^ write "name: value" lines
    "#);
}

#[test]
fn field_of_a_source_misspelt() {
    assert_snapshot!(refused("key: client_no", "keys: client_no"), @r#"
    charter.yaml:11:5: source "crm" has no field "keys"
      11 |     keys: client_no
         |     ^^^^ did you mean "key"?
    "#);
}

#[test]
fn field_of_a_source_that_does_not_exist() {
    assert_snapshot!(refused("    key: client_no\n", "    key: client_no\n    password: secret\n"), @r#"
    charter.yaml:12:5: source "crm" has no field "password"
      12 |     password: secret
         |     ^^^^^^^^ known are: kind, called, acquired, file, table, collect, bucket, database, sheet, cursor, deletes, schema, url, items, next, every and 11 more
    "#);
}

#[test]
fn field_of_activities_in_a_source_of_identities() {
    assert_snapshot!(refused("    key: client_no\n", "    key: client_no\n    category: contact.email\n"), @r#"
    charter.yaml:12:5: source "crm" takes no "category"
      12 |     category: contact.email
         |     ^^^^^^^^ take it out: beside the other fields it says nothing
    "#);
}

#[test]
fn kind_of_source_unknown() {
    assert_snapshot!(refused("kind: internal", "kind: internl"), @r#"
    charter.yaml:7:11: "kind" cannot be "internl"
      7 |     kind: internl
        |           ^^^^^^^ did you mean "internal"?
    "#);
    assert_snapshot!(refused("kind: internal", "kind: ours"), @r#"
    charter.yaml:7:11: "kind" cannot be "ours"
      7 |     kind: ours
        |           ^^^^ known are: subject, internal, partner, broker, public
    "#);
}

#[test]
fn holds_neither_identity_nor_activity() {
    assert_snapshot!(refused("holds: identity", "holds: people"), @r#"
    charter.yaml:10:12: "holds" cannot be "people"
      10 |     holds: people
         |            ^^^^^^ known are: identity, activity
    "#);
}

#[test]
fn activity_without_a_file() {
    assert_snapshot!(refused("    file: orders.csv\n", ""), @r#"
    charter.yaml:19:3: source "orders" needs "file"
      19 |   orders:
         |   ^^^^^^
    "#);
}

#[test]
fn time_that_is_no_column() {
    assert_snapshot!(refused("time: ordered_at", "time: orderd_at"), @r#"
    charter.yaml:25:11: unknown column "orderd_at"
      25 |     time: orderd_at
         |           ^^^^^^^^^ did you mean "ordered_at"?
    "#);
}

#[test]
fn time_that_is_a_text() {
    assert_snapshot!(refused("time: ordered_at", "time: title"), @r#"
    charter.yaml:25:11: column "title" is of type text
      25 |     time: title
         |           ^^^^^ the time of an activity is a timestamp or a date
    "#);
}

#[test]
fn person_of_an_unknown_source() {
    assert_snapshot!(refused("person: { source: crm,", "person: { source: crn,"), @r#"
    charter.yaml:26:23: unknown source of identities "crn"
      26 |     person: { source: crn, column: client_no }
         |                       ^^^ did you mean "crm"?
    "#);
}

#[test]
fn person_of_a_source_of_activities() {
    assert_snapshot!(refused("person: { source: crm,", "person: { source: trail,"), @r#"
    charter.yaml:26:23: source "trail" holds no identities
      26 |     person: { source: trail, column: client_no }
         |                       ^^^^^ known are: crm, broker
    "#);
}

#[test]
fn what_to_do_with_the_unknown_is_unknown() {
    assert_snapshot!(refused("column: client_no }", "column: client_no, unknown: drop }"), @r#"
    charter.yaml:26:56: "unknown" cannot be "drop"
      26 |     person: { source: crm, column: client_no, unknown: drop }
         |                                                        ^^^^ known are: set_aside, create
    "#);
}

#[test]
fn survivorship_of_an_unknown_source() {
    assert_snapshot!(refused("contact.email: [crm]", "contact.email: [cmr]"), @r#"
    charter.yaml:50:19: unknown source of contact.email "cmr"
      50 |   contact.email: [cmr]
         |                   ^^^ did you mean "crm"?
    "#);
}

#[test]
fn survivorship_of_a_source_that_does_not_say() {
    assert_snapshot!(refused("contact.email: [crm]", "contact.email: [crm, broker]"), @r#"
    charter.yaml:50:24: unknown source of contact.email "broker"
      50 |   contact.email: [crm, broker]
         |                        ^^^^^^ known are: crm
    "#);
}

#[test]
fn survivorship_of_an_unknown_category() {
    assert_snapshot!(refused("contact.email: [crm]", "contact.emial: [crm]"), @r#"
    charter.yaml:50:3: unknown category "contact.emial"
      50 |   contact.emial: [crm]
         |   ^^^^^^^^^^^^^ did you mean "contact.email"?
    "#);
}

#[test]
fn survivorship_by_an_unknown_rule() {
    assert_snapshot!(refused("contact.email: [crm]", "default: best"), @r#"
    charter.yaml:50:12: "default" cannot be "best"
      50 |   default: best
         |            ^^^^ known are: latest
    "#);
}

#[test]
fn what_anybody_can_write_to_is_said_of_people_and_never_denied_of_browsers() {
    let key = "    key: client_no\n";
    let is_open = |charter: &Charter| charter.source("crm").is_some_and(Source::is_open_to_all);
    assert!(!is_open(&small()));
    assert!(is_open(&accepted(key, &format!("{key}    open_to_all: true\n"))));
    let file = "    file: orders.csv\n";
    assert!(refused(file, &format!("{file}    open_to_all: true\n")).contains("takes no"));
    let browsers = "  visitors:
    kind: internal
    acquired: Your browser tells us.
    collect: web
    open_to_all: false
    holds: identity
    key: anonymousId
    columns:
      anonymousId: id.device.visitor
survivorship:
";
    assert!(refused("survivorship:\n", browsers).contains("cannot be false here"));
}
