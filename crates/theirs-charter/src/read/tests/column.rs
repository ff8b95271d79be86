//! Mistakes about what the columns of a source mean.

use insta::assert_snapshot;

use super::refused;

#[test]
fn category_misspelt() {
    assert_snapshot!(refused("mail: contact.email", "mail: contact.emial"), @r#"
    charter.yaml:16:13: unknown category "contact.emial"
      16 |       mail: contact.emial
         |             ^^^^^^^^^^^^^ did you mean "contact.email"?
    "#);
}

#[test]
fn category_misspelt_before_its_part() {
    assert_snapshot!(refused("contact.address.city", "contact.adress.city"), @r#"
    charter.yaml:17:13: unknown category "contact.adress.city"
      17 |       city: contact.adress.city
         |             ^^^^^^^^^^^^^^^^^^^ did you mean "contact.address.city"?
    "#);
}

#[test]
fn category_of_a_known_family() {
    assert_snapshot!(refused("mail: contact.email", "mail: contact.fax"), @r#"
    charter.yaml:16:13: unknown category "contact.fax"
      16 |       mail: contact.fax
         |             ^^^^^^^^^^^ known are: contact.email, contact.phone, contact.address
    "#);
}

#[test]
fn category_of_no_family() {
    assert_snapshot!(refused("mail: contact.email", "mail: electronic_post"), @r#"
    charter.yaml:16:13: unknown category "electronic_post"
      16 |       mail: electronic_post
         |             ^^^^^^^^^^^^^^^ it begins with one of: identity, contact, id, demo, household, purchase, payment, behaviour, location, preference, inferred, profile, finance, work, social, sensitive, gov, external
    "#);
}

#[test]
fn part_that_cannot_be_a_column() {
    assert_snapshot!(refused("contact.address.city", "contact.address.City"), @r#"
    charter.yaml:17:13: "City" cannot be a part of contact.address
      17 |       city: contact.address.City
         |             ^^^^^^^^^^^^^^^^^^^^ use a to z, 0 to 9 and _, beginning with a letter
    "#);
    assert_snapshot!(refused("contact.address.city", "contact.address.person_id"), @r#"
    charter.yaml:17:13: a part cannot be named "person_id"
      17 |       city: contact.address.person_id
         |             ^^^^^^^^^^^^^^^^^^^^^^^^^ that is the engine's own column; choose another name
    "#);
}

#[test]
fn type_unknown() {
    assert_snapshot!(refused("ordered_at: timestamp", "ordered_at: datetime"), @r#"
    charter.yaml:28:19: "type" cannot be "datetime"
      28 |       ordered_at: datetime
         |                   ^^^^^^^^ known are: text, integer, number, decimal, boolean, date, timestamp
    "#);
    assert_snapshot!(refused("type: decimal", "type: decimals"), @r#"
    charter.yaml:30:22: "type" cannot be "decimals"
      30 |       total: { type: decimals, category: purchase.value }
         |                      ^^^^^^^^ did you mean "decimal"?
    "#);
}

#[test]
fn same_column_with_two_meanings() {
    assert_snapshot!(refused("income: inferred.income.income_band", "income: demo.birthplace.city"), @r#"
    charter.yaml:39:15: demo.birthplace.city would share its column "city" with contact.address.city of source "crm"
      39 |       income: demo.birthplace.city
         |               ^^^^^^^^^^^^^^^^^^^^ give one of them another part
    "#);
}

#[test]
fn same_column_with_two_types() {
    assert_snapshot!(refused("income: inferred.income.income_band", "income: { category: demo.birthdate, type: text }"), @r#"
    charter.yaml:39:7: column "birth_date" is of type text, but date in source "crm"
      39 |       income: { category: demo.birthdate, type: text }
         |       ^^^^^^ give both the same type
    "#);
}

#[test]
fn column_with_two_purposes() {
    assert_snapshot!(refused("{ consent: newsletter }", "{ consent: newsletter, category: contact.email }"), @r#"
    charter.yaml:18:35: column "yes" takes no "category"
      18 |       yes: { consent: newsletter, category: contact.email }
         |                                   ^^^^^^^^ take it out: beside the other fields it says nothing
    "#);
}

#[test]
fn column_without_a_meaning() {
    assert_snapshot!(refused("{ consent: newsletter }", "{ many: true }"), @r#"
    charter.yaml:18:7: column "yes" needs "category"
      18 |       yes: { many: true }
         |       ^^^
    "#);
}

#[test]
fn column_that_is_the_engines_own() {
    assert_snapshot!(refused("title: text", "person_id: text"), @r#"
    charter.yaml:29:7: a column cannot be named "person_id"
      29 |       person_id: text
         |       ^^^^^^^^^ that is the engine's own column; choose another name
    "#);
}
