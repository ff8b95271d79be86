//! Mistakes about the controller, the brand, recipients, roles, and the sections themselves.

use insta::assert_snapshot;

use super::{accepted, refused};
use crate::{Limits, Tell};

#[test]
fn controller_without_an_address_for_mail() {
    assert_snapshot!(refused("name: Quay Books, email: hello@quay.example", "name: Quay Books"), @r#"
    charter.yaml:3:1: the controller needs "email"
      3 | controller: { name: Quay Books }
        | ^^^^^^^^^^
    "#);
}

#[test]
fn controller_that_is_a_text() {
    assert_snapshot!(refused("{ name: Quay Books, email: hello@quay.example }", "Quay Books"), @r#"
    charter.yaml:3:13: the controller must be a map
      3 | controller: Quay Books
        |             ^^^^^^^^^^ write "name: value" lines
    "#);
}

#[test]
fn country_written_out() {
    assert_snapshot!(refused("country: GB", "country: United Kingdom"), @r#"
    charter.yaml:52:45: "United Kingdom" is not the code of a country
      52 |   printer: { name: Royal Printers, country: United Kingdom, role: processor, contact: dpo@printer.example }
         |                                             ^^^^^^^^^^^^^^ write its two letters, such as GB or DE
    "#);
    assert_snapshot!(refused("country: GB", "country: gb"), @r#"
    charter.yaml:52:45: "gb" is not the code of a country
      52 |   printer: { name: Royal Printers, country: gb, role: processor, contact: dpo@printer.example }
         |                                             ^^ write its two letters, such as GB or DE
    "#);
}

#[test]
fn time_zone_misspelt() {
    assert_snapshot!(refused("Europe/London", "Europe/Lundon"), @r#"
    charter.yaml:2:12: unknown time zone "Europe/Lundon"
      2 | time_zone: Europe/Lundon
        |            ^^^^^^^^^^^^^ did you mean "Europe/London"?
    "#);
    assert_snapshot!(refused("Europe/London", "GMT+25"), @r#"
    charter.yaml:2:12: unknown time zone "GMT+25"
      2 | time_zone: GMT+25
        |            ^^^^^^ use a name such as Europe/London or America/Toronto
    "#);
}

#[test]
fn colour_that_is_none() {
    assert_snapshot!(refused("'#14506b'", "teal"), @r##"
    charter.yaml:4:18: "teal" is not a colour
      4 | brand: { colour: teal }
        |                  ^^^^ write it as "#14506b", with the quotes
    "##);
}

#[test]
fn colour_that_became_a_comment() {
    assert_snapshot!(refused("brand: { colour: '#14506b' }", "brand:\n  colour: #14506b"), @r#"
    charter.yaml:5:3: "colour" has no value
      5 |   colour: #14506b
        |   ^^^^^^ give it one, or take it out; a value that begins with # needs quotes
    "#);
}

#[test]
fn layout_of_the_future() {
    assert_snapshot!(refused("charter: 1", "charter: 2"), @r#"
    charter.yaml:1:10: a charter of layout "2" cannot be read
      1 | charter: 2
        |          ^ write 1, the one layout there is
    "#);
    assert_snapshot!(refused("charter: 1", "charter: 01"), @r#"
    charter.yaml:1:10: a charter of layout "01" cannot be read
      1 | charter: 01
        |          ^^ write 1, the one layout there is
    "#);
}

#[test]
fn section_misspelt_is_one_problem() {
    assert_snapshot!(refused("recipients:\n", "recipeints:\n"), @r#"
    charter.yaml:51:1: a charter has no field "recipeints"
      51 | recipeints:
         | ^^^^^^^^^^ did you mean "recipients"?
    "#);
}

#[test]
fn section_that_does_not_exist() {
    assert_snapshot!(refused("survivorship:\n  contact.email: [crm]\n", "databases: 3\n"), @r#"
    charter.yaml:49:1: a charter has no field "databases"
      49 | databases: 3
         | ^^^^^^^^^ known are: charter, time_zone, language, controller, brand, sources, survivorship, linkage, recipients, purposes, roles, names, translations
    "#);
}

#[test]
fn section_missing() {
    assert_snapshot!(refused("time_zone: Europe/London\n", ""), @r#"
    charter.yaml:1:1: a charter needs "time_zone"
      1 | charter: 1
        | ^
    "#);
}

#[test]
fn recipient_with_half_its_fields() {
    assert_snapshot!(refused("{ name: Royal Printers, country: GB, role: processor, contact: dpo@printer.example }", "{ name: Royal Printers }"), @r#"
    charter.yaml:52:3: recipient "printer" needs "country", "role" and "contact"
      52 |   printer: { name: Royal Printers }
         |   ^^^^^^^
    "#);
}

#[test]
fn recipient_in_a_role_that_does_not_exist() {
    assert_snapshot!(refused("role: processor", "role: friend"), @r#"
    charter.yaml:52:55: "role" cannot be "friend"
      52 |   printer: { name: Royal Printers, country: GB, role: friend, contact: dpo@printer.example }
         |                                                       ^^^^^^ known are: processor, controller, joint controller
    "#);
}

#[test]
fn recipient_named_with_capitals() {
    assert_snapshot!(refused("  printer: {", "  Printer-1: {"), @r#"
    charter.yaml:52:3: "Printer-1" cannot be a name in recipients
      52 |   Printer-1: { name: Royal Printers, country: GB, role: processor, contact: dpo@pr…
         |   ^^^^^^^^^ use a to z, 0 to 9 and _, beginning with a letter
    charter.yaml:62:18: unknown recipient "printer"
      62 |     recipients: [printer]
         |                  ^^^^^^^ known are: Printer-1
    "#);
}

#[test]
fn role_with_an_unknown_purpose() {
    assert_snapshot!(refused("purposes: [card]", "purposes: [crad]"), @r#"
    charter.yaml:70:27: unknown purpose "crad"
      70 |   marketing: { purposes: [crad] }
         |                           ^^^^ did you mean "card"?
    "#);
    assert_snapshot!(refused("purposes: [card]", "purposes: [card, world_domination]"), @r#"
    charter.yaml:70:33: unknown purpose "world_domination"
      70 |   marketing: { purposes: [card, world_domination] }
         |                                 ^^^^^^^^^^^^^^^^ known are: card
    "#);
}

#[test]
fn role_with_a_purpose_twice() {
    assert_snapshot!(refused("purposes: [card]", "purposes: [card, card]"), @r#"
    charter.yaml:70:33: purpose "card" is listed twice
      70 |   marketing: { purposes: [card, card] }
         |                                 ^^^^ once is enough
    "#);
}

#[test]
fn role_without_purposes() {
    assert_snapshot!(refused("{ purposes: [card] }", "{ says: our team }"), @r#"
    charter.yaml:70:3: role "marketing" needs "purposes"
      70 |   marketing: { says: our team }
         |   ^^^^^^^^^
    "#);
}

#[test]
fn truth_value_that_is_none() {
    assert_snapshot!(refused("may_see_records: true", "may_see_records: perhaps"), @r#"
    charter.yaml:71:45: "may_see_records" cannot be "perhaps"
      71 |   privacy: { purposes: [], may_see_records: perhaps }
         |                                             ^^^^^^^ known are: true, false, yes, no
    "#);
}

#[test]
fn limit_beyond_what_any_statement_may_take() {
    assert_snapshot!(refused("may_see_records: true", "limits: { rows: 2000000, seconds: 0 }"), @r#"
    charter.yaml:71:44: "2000000" is no limit
      71 |   privacy: { purposes: [], limits: { rows: 2000000, seconds: 0 } }
         |                                            ^^^^^^^ give a whole number from 1 to 1000000
    charter.yaml:71:62: "0" is no limit
      71 |   privacy: { purposes: [], limits: { rows: 2000000, seconds: 0 } }
         |                                                              ^ give a whole number from 1 to 300
    "#);
    let charter = accepted("may_see_records: true", "limits: { rows: 10 }");
    let limits = charter.role("privacy").map(|role| role.limits);
    assert_eq!(limits, Some(Limits { rows: 10, ..Limits::MOST }));
}

#[test]
fn a_recipient_abroad_needs_a_word_on_what_protects_the_data_there() {
    let home = |country: &str| {
        let text =
            super::SMALL.replace("name: Quay Books, email", "name: Quay Books, country: GB, email");
        text.replace("Printers, country: GB", &format!("Printers, country: {country}"))
    };
    assert_snapshot!(super::errors(&home("US")), @r#"
    charter.yaml:52:45: recipient "printer" is in US, outside GB
      52 |   printer: { name: Royal Printers, country: US, role: processor, contact: dpo@printer.example }
         |                                             ^^ say under "safeguard" what protects the data there and how to get a copy of it (GDPR Art. 45 to 49)
    "#);
    for sound in ["IE", "NO", "US, safeguard: standard clauses"] {
        assert!(crate::Charter::read("charter.yaml", &home(sound)).is_ok(), "{sound}");
    }
    assert_snapshot!(super::errors(&home("XX")), @r#"
    charter.yaml:52:45: "XX" is not the code of a country
      52 |   printer: { name: Royal Printers, country: XX, role: processor, contact: dpo@printer.example }
         |                                             ^^ write its two letters, such as GB or DE
    "#);
}

#[test]
fn laws_and_authority_are_read_and_a_misspelt_law_is_refused() {
    let with =
        "name: Quay Books, laws: [uk, quebec], authority: { name: A, contact: a.example }, email";
    let charter = accepted("name: Quay Books, email", with);
    assert_eq!(charter.controller.laws, [crate::Law::Uk, crate::Law::Quebec]);
    assert_eq!(charter.controller.authority.unwrap().name, "A");
    assert_eq!(
        accepted("'#14506b'", "'#14506c'").controller.laws.len(),
        5,
        "all, if none is named"
    );
    assert_snapshot!(refused("name: Quay Books, email", "name: Quay Books, laws: [gpdr], email"), @r#"
    charter.yaml:3:40: unknown law "gpdr"
      3 | controller: { name: Quay Books, laws: [gpdr], email: hello@quay.example }
        |                                        ^^^^ did you mean "gdpr"?
    "#);
}

#[test]
fn who_is_told_how() {
    let told = |right: &str, wrong: &str| {
        accepted(right, wrong).recipient("printer").unwrap().tell.clone()
    };
    let contact = "contact: dpo@printer.example";
    let with = |tell: &str| told(contact, &format!("{contact}, tell: {tell}"));
    assert_eq!(told("country: GB", "country: GB"), Tell::File);
    assert_eq!(with("file"), Tell::File);
    assert_eq!(with("mail"), Tell::Mail("dpo@printer.example".to_owned()));
    assert_eq!(with("{ mail: gdpr@printer.example }"), Tell::Mail("gdpr@printer.example".into()));
    let url = "https://printer.example/theirs";
    assert_eq!(with(&format!("{{ webhook: {url} }}")), Tell::Webhook(url.to_owned()));
    let charter =
        accepted("file: crm.csv", "file: crm.csv\n    tell: { webhook: http://localhost:9/ }");
    assert_eq!(charter.source("crm").unwrap().tell, Tell::Webhook("http://localhost:9/".into()));
}

#[test]
fn who_cannot_be_told_so() {
    assert_snapshot!(refused("contact: dpo@printer.example", "contact: by post, tell: mail"), @r"
    charter.yaml:52:90: there is no e-mail address to tell anything to
      52 | …: { name: Royal Printers, country: GB, role: processor, contact: by post, tell: mail }
         |                                                                                  ^^^^ write { mail: ADDRESS }
    ");
    let to =
        |tell: &str| refused("contact: dpo@printer.example", &format!("contact: x, tell: {tell}"));
    let in_the_clear = to("{ webhook: http://printer.example/ }");
    assert!(in_the_clear.contains("or of the web with https"), "{in_the_clear}");
    let unknown = to("fax");
    assert!(unknown.contains("\"tell\" cannot be \"fax\""), "{unknown}");
    let nowhere = refused("file: crm.csv", "file: crm.csv\n    tell: mail");
    assert!(nowhere.contains("there is no e-mail address"), "{nowhere}");
}

#[test]
fn a_role_that_holds_a_key_may_have_an_address_and_no_other_role() {
    let charter = accepted("may_see_records: true", "key: privacy, email: dpo@shop.example");
    let role = charter.role("privacy").unwrap();
    assert_eq!(role.email.as_deref(), Some("dpo@shop.example"));
    let wrong = refused("may_see_records: true", "key: privacy, email: dpo at shop");
    assert!(wrong.contains("is no e-mail address"), "{wrong}");
    let keyless = refused("may_see_records: true", "email: dpo@shop.example");
    assert!(keyless.contains("holds no key"), "{keyless}");
}
