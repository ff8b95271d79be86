//! Mistakes about what a purpose may see, and how exactly.

use insta::assert_snapshot;

use super::refused;

#[test]
fn column_misspelt() {
    assert_snapshot!(refused("[full_name, city, birth_date: birthday]", "[full_name, citty, birth_date: birthday]"), @r#"
    charter.yaml:59:26: unknown column "citty"
      59 |     columns: [full_name, citty, birth_date: birthday]
         |                          ^^^^^ did you mean "city"?
    "#);
}

#[test]
fn column_named_as_in_the_source() {
    assert_snapshot!(refused("[full_name, city, birth_date: birthday]", "[full_name, city, born: birthday]"), @r#"
    charter.yaml:59:32: unknown column "born"
      59 |     columns: [full_name, city, born: birthday]
         |                                ^^^^ known are: client_no, full_name, birth_date, email, city, broker_ref, income_band
    "#);
}

#[test]
fn column_from_outside() {
    assert_snapshot!(refused("[full_name, city,", "[full_name, income_band, city,"), @r#"
    charter.yaml:59:26: column "income_band" comes only from outside
      59 |     columns: [full_name, income_band, city, birth_date: birthday]
         |                          ^^^^^^^^^^^ data from outside is not admitted to any purpose, and this comes from "broker"
    "#);
}

#[test]
fn column_granted_twice() {
    assert_snapshot!(refused("birth_date: birthday]", "birth_date: birthday, city]"), @r#"
    charter.yaml:59:54: column "city" is listed twice
      59 |     columns: [full_name, city, birth_date: birthday, city]
         |                                                      ^^^^ keep the coarser of the two
    "#);
}

#[test]
fn columns_as_a_map() {
    assert_snapshot!(refused("columns: [full_name, city, birth_date: birthday]", "columns: { full_name: exact, city: exact, birth_date: birthday }"), @r#"
    charter.yaml:59:5: "columns" must be a list
      59 |     columns: { full_name: exact, city: exact, birth_date: birthday }
         |     ^^^^^^^ begin each of its lines with "- "
    "#);
}

#[test]
fn two_columns_in_one_item() {
    assert_snapshot!(refused("[full_name, city, birth_date: birthday]", "\n      - full_name: exact\n        city: exact\n      - birth_date: birthday"), @r#"
    charter.yaml:60:9: each item of "columns" is one column
      60 |       - full_name: exact
         |         ^ write "- city", or "- city: initial", on a line of its own
    "#);
}

#[test]
fn coarseness_unknown() {
    assert_snapshot!(refused("birth_date: birthday", "birth_date: birthdy"), @r#"
    charter.yaml:59:44: unknown coarseness "birthdy"
      59 |     columns: [full_name, city, birth_date: birthdy]
         |                                            ^^^^^^^ did you mean "birthday"?
    "#);
    assert_snapshot!(refused("birth_date: birthday", "birth_date: vague"), @r#"
    charter.yaml:59:44: unknown coarseness "vague"
      59 |     columns: [full_name, city, birth_date: vague]
         |                                            ^^^^^ known are: exact, year, month, day, birthday, age_band, region, initial, rounded, known
    "#);
}

#[test]
fn coarseness_without_its_step() {
    assert_snapshot!(refused("rounded 5", "rounded"), @r#"
    charter.yaml:61:42: unknown coarseness "rounded"
      61 |       orders: [ordered_at: month, total: rounded]
         |                                          ^^^^^^^ write the step, as in "rounded 5"
    "#);
    assert_snapshot!(refused("rounded 5", "rounded 0"), @r#"
    charter.yaml:61:42: unknown coarseness "rounded 0"
      61 |       orders: [ordered_at: month, total: rounded 0]
         |                                          ^^^^^^^^^ write the step, as in "rounded 5"
    "#);
}

#[test]
fn coarseness_that_does_not_suit_the_type() {
    assert_snapshot!(refused("birth_date: birthday", "birth_date: region"), @r#"
    charter.yaml:59:44: column "birth_date" of type date cannot be region
      59 |     columns: [full_name, city, birth_date: region]
         |                                            ^^^^^^ it can be exact, year, month, birthday, age_band, known
    "#);
    assert_snapshot!(refused("total: rounded 5", "total: month"), @r#"
    charter.yaml:61:42: column "total" of type decimal cannot be month
      61 |       orders: [ordered_at: month, total: month]
         |                                          ^^^^^ it can be exact, rounded, known
    "#);
}

#[test]
fn activity_unknown() {
    assert_snapshot!(refused("      orders: [", "      order: ["), @r#"
    charter.yaml:61:7: unknown activity "order"
      61 |       order: [ordered_at: month, total: rounded 5]
         |       ^^^^^ did you mean "orders"?
    "#);
}

#[test]
fn activity_from_outside() {
    assert_snapshot!(refused("      orders: [", "      trail: [place]\n      orders: ["), @r#"
    charter.yaml:61:7: activity "trail" comes from outside
      61 |       trail: [place]
         |       ^^^^^ data from outside is not admitted to any purpose
    "#);
}

#[test]
fn column_of_an_activity_unknown() {
    assert_snapshot!(refused("[ordered_at: month,", "[ordered: month,"), @r#"
    charter.yaml:61:16: unknown column "ordered"
      61 |       orders: [ordered: month, total: rounded 5]
         |                ^^^^^^^ did you mean "ordered_at"?
    "#);
}

#[test]
fn what_is_protected_specially_needs_a_yes() {
    let health =
        "city: contact.address.city\n      diet: { category: sensitive.health, part: diet }";
    let text = |basis: &str| {
        let text = super::SMALL.replace("city: contact.address.city", health);
        let text = text.replace("[full_name, city, birth", "[full_name, diet, city, birth");
        text.replace("basis: consent", basis)
    };
    assert_snapshot!(super::errors(&text("basis: legitimate interest")), @r#"
    charter.yaml:60:26: column "diet" is protected specially
      60 |     columns: [full_name, diet, city, birth_date: birthday]
         |                          ^^^^ it may be used only where people said yes to it: "basis: consent" with a topic of its own (GDPR Art. 9)
    "#);
    assert!(crate::Charter::read("charter.yaml", &text("basis: consent")).is_ok());
}
