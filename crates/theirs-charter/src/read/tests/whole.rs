//! What is read from a good charter, and several problems of a bad one at once.

use insta::{assert_debug_snapshot, assert_snapshot};
use theirs_model::{ColumnType, Obtained, SourceKind};

use super::{SAMPLE, accepted, errors, sample, small};
use crate::charter::{Charter, Holds, Meaning, UnknownPerson};

#[test]
fn sample_is_read_whole() {
    let charter = sample();
    let sources: Vec<&str> = charter.sources.iter().map(|source| source.name.as_str()).collect();
    assert_snapshot!(sources.join("\n"), @"
    crm
    web_shop
    newsletter
    support
    orders
    order_lines
    newsletter_opens
    support_tickets
    web_events
    lifestyle_broker
    app_locations
    ");
    let purposes: Vec<&str> =
        charter.purposes.iter().map(|purpose| purpose.name.as_str()).collect();
    assert_snapshot!(purposes.join("\n"), @"
    fulfil_order
    birthday_offer
    book_card
    reading_tips
    shop_figures
    town_figures
    answer_you
    ");
    let roles: Vec<&str> = charter.roles.iter().map(|role| role.name.as_str()).collect();
    assert_snapshot!(roles.join("\n"), @"
    marketing
    analyst
    service
    privacy
    it
    ");
    let recipients: Vec<&str> =
        charter.recipients.iter().map(|recipient| recipient.key.as_str()).collect();
    assert_snapshot!(recipients.join("\n"), @"royal_letters");
    assert_eq!(charter.time_zone.iana_name(), Some("Europe/London"));
    assert_eq!(charter.brand.accent, "#b3541e");
    assert_eq!(charter.text, SAMPLE);
}

#[test]
fn attributes_are_the_columns_of_a_person() {
    let charter = sample();
    let list: Vec<String> = charter
        .attributes()
        .iter()
        .map(|(attribute, kind)| format!("{} = {attribute}: {}", attribute.column(), kind.name()))
        .collect();
    assert_snapshot!(list.join("\n"), @"
    client_number = id.customer.client_number: text
    given_name = identity.name.given: text
    family_name = identity.name.family: text
    birth_date = demo.birthdate: date
    email = contact.email: text
    phone = contact.phone: text
    street = contact.address.street: text
    city = contact.address.city: text
    postcode = contact.address.postcode: text
    web_account = id.customer.web_account: text
    full_name = identity.name.full: text
    favourite_genre = preference.stated.favourite_genre: text
    support_contact = id.customer.support_contact: text
    broker_reference = id.device.broker_reference: text
    income_band = inferred.income.income_band: text
    household_size = household.composition.household_size: text
    lifestyle = inferred.lifeevent.lifestyle: text
    ");
}

#[test]
fn purpose_is_read_with_its_grants_and_its_decision() {
    let charter = sample();
    assert_debug_snapshot!(charter.purpose("birthday_offer"), @r#"
    Some(
        Purpose {
            name: "birthday_offer",
            category: "marketing.offer",
            basis: Consent,
            says: "We send you a small gift voucher by post in the two weeks before your birthday.",
            interest: None,
            consent: Some(
                "newsletter",
            ),
            may_object: true,
            minimum_age: None,
            output: Rows,
            columns: [
                Grant {
                    column: "given_name",
                    coarseness: Exact,
                },
                Grant {
                    column: "family_name",
                    coarseness: Exact,
                },
                Grant {
                    column: "street",
                    coarseness: Exact,
                },
                Grant {
                    column: "city",
                    coarseness: Exact,
                },
                Grant {
                    column: "postcode",
                    coarseness: Exact,
                },
                Grant {
                    column: "birth_date",
                    coarseness: Birthday,
                },
            ],
            activities: [],
            recipients: [
                "royal_letters",
            ],
            keep: Retention {
                count: 12,
                unit: Month,
            },
            decide: Some(
                Decide {
                    due: "days_until(birth_date) between 0 and 13",
                    due_at: Place {
                        line: 240,
                        column: 12,
                        width: 39,
                    },
                    reason: "Your birthday is coming up, and you said yes to our newsletter.",
                    to: "royal_letters",
                    columns: [
                        "given_name",
                        "family_name",
                        "street",
                        "city",
                        "postcode",
                    ],
                },
            ),
        },
    )
    "#);
}

#[test]
fn sources_are_identities_or_activities() {
    let charter = sample();
    assert_eq!(charter.identities().count(), 5);
    assert_eq!(charter.activities().count(), 6);
    let crm = charter.source("crm").expect("the sample has it");
    let Holds::Identity(identity) = &crm.holds else { panic!("it holds identities") };
    let column = |name: &str| identity.columns.iter().find(|c| c.name == name).expect("it is read");
    assert_eq!(column("born").kind, ColumnType::Date);
    assert_eq!(column("born").format.as_deref(), Some("%d/%m/%Y"));
    assert_eq!(column("born").obtained, Obtained::Observed);
    assert_eq!(column("no_marketing").meaning, Meaning::Objection("marketing".into()));
    let opens = charter.source("newsletter_opens").expect("the sample has it");
    let Holds::Activity(activity) = &opens.holds else { panic!("it holds activities") };
    assert_eq!((activity.key.as_deref(), activity.person.unknown), (None, UnknownPerson::SetAside));
    assert_eq!(charter.source("app_locations").map(|s| s.kind), Some(SourceKind::Partner));
}

#[test]
fn source_that_stands_first_is_believed_first() {
    let charter = sample();
    let (email, _) = charter.attribute("email").expect("the sample has it");
    assert_eq!(charter.rank(&email, "web_shop"), 0);
    assert_eq!(charter.rank(&email, "crm"), 1);
    assert_eq!(charter.rank(&email, "support"), usize::MAX);
}

#[test]
fn digest_is_of_the_very_bytes() {
    let again = Charter::read("elsewhere.yaml", SAMPLE).expect("it is read");
    assert_eq!(again.digest, sample().digest);
    let spaced = Charter::read("charter.yaml", &format!("{SAMPLE}\n")).expect("it is read");
    assert_ne!(spaced.digest, sample().digest);
}

#[test]
fn what_is_left_out_has_the_safe_meaning() {
    let charter = small();
    assert_eq!(charter.controller.privacy_contact, charter.controller.email);
    assert_eq!(charter.brand.name, charter.controller.name);
    assert_eq!(charter.role("marketing").map(|role| role.may_see_records), Some(false));
    assert_eq!(
        charter.role("marketing").map(|role| role.says.as_str()),
        Some("our marketing team")
    );
    assert_eq!(charter.purpose("card").map(|purpose| purpose.may_object), Some(true));
}

#[test]
fn objection_follows_the_basis_unless_the_charter_says_more() {
    let may_object = |wrong: &str| {
        accepted("category: marketing.offer\n    basis: consent\n", wrong).purposes[0].may_object
    };
    assert!(may_object("category: service.order\n    basis: legitimate interest\n"));
    assert!(!may_object("category: service.order\n    basis: contract\n"));
    assert!(may_object("category: service.order\n    basis: contract\n    may_object: true\n"));
    assert!(may_object("category: marketing.offer\n    basis: contract\n"));
    assert!(!may_object(
        "category: security.fraud\n    basis: legitimate interest\n    may_object: false\n"
    ));
}

#[test]
fn several_problems_come_in_the_order_of_their_lines() {
    let text = SAMPLE
        .replacen("kind: internal", "kind: internl", 1)
        .replacen(
            "no_marketing: { objection: marketing }",
            "no_marketing: { objecting: marketing }",
            1,
        )
        .replacen("country: GB", "country: UK of GB", 2)
        .replacen("keep: 6 years", "keep: forever", 1)
        .replacen("to: royal_letters", "to: royal_mail", 1)
        .replacen("purposes: [answer_you, fulfil_order]", "purposes: [answer_you, fulfil_oder]", 1);
    assert_snapshot!(errors(&text), @r#"
    charter.yaml:9:12: "UK of GB" is not the code of a country
      9 |   country: UK of GB
        |            ^^^^^^^^ write its two letters, such as GB or DE
    charter.yaml:23:11: "kind" cannot be "internl"
      23 |     kind: internl
         |           ^^^^^^^ did you mean "internal"?
    charter.yaml:40:23: column "no_marketing" has no field "objecting"
      40 |       no_marketing: { objecting: marketing }
         |                       ^^^^^^^^^ did you mean "objection"?
    charter.yaml:209:14: "UK of GB" is not the code of a country
      209 |     country: UK of GB
          |              ^^^^^^^^ write its two letters, such as GB or DE
    charter.yaml:223:11: "forever" is not a period
      223 |     keep: forever
          |           ^^^^^^^ write 30 days, 12 months or 6 years; at most 100 years
    charter.yaml:242:11: "royal_mail" is no recipient of this purpose
      242 |       to: royal_mail
          |           ^^^^^^^^^^ list it under the "recipients" of this purpose
    charter.yaml:321:28: unknown purpose "fulfil_oder"
      321 |     purposes: [answer_you, fulfil_oder]
          |                            ^^^^^^^^^^^ did you mean "fulfil_order"?
    "#);
}

#[test]
fn one_slip_is_one_problem() {
    for (right, wrong) in [
        ("    columns:\n      client_no:", "    colums:\n      client_no:"),
        ("sources:\n", "source:\n"),
        ("client_no: id.customer.client_number", "client_no: [id.customer]"),
        ("born: { category: demo.birthdate, format: \"%d/%m/%Y\" }", "born: { type: date }"),
        ("purposes:\n  fulfil", "purpose:\n  fulfil"),
    ] {
        assert!(SAMPLE.contains(right), "{right}");
        let problems = Charter::read("charter.yaml", &SAMPLE.replacen(right, wrong, 1));
        let problems = problems.expect_err("it is refused");
        assert_eq!(problems.list.len(), 1, "{problems}");
    }
}
