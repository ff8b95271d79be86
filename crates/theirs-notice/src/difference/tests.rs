//! What changes for people is told, also where the promise sounds the same.

use super::*;

const CHARTER: &str = r"
charter: 1
time_zone: Europe/London
controller: { name: Quay Books, email: hello@quay.example, laws: [gdpr, uk] }
sources:
  crm:
    kind: internal
    called: Our till
    acquired: You told us at the till.
    file: crm.csv
    holds: identity
    key: client_no
    columns:
      name: identity.name.full
      city: contact.address.city
      news: { consent: newsletter }
      no_post: { objection: marketing }
recipients:
  printer: { name: Royal Printers, country: GB, role: processor, contact: dpo@printer.example }
purposes:
  card:
    category: marketing.offer
    basis: consent
    consent: newsletter
    says: We send you a card on your birthday.
    columns: [full_name, city]
    recipients: [printer]
    keep: 12 months
  figures:
    category: analytics.aggregate
    basis: legitimate interest
    says: We count people by town.
    output: aggregate
    minimum_group: 20
    columns: [city]
    keep: 12 months
roles:
  marketing: { says: our marketing team, purposes: [card, figures], key: marketing }
  privacy: { says: our privacy officer, purposes: [], key: privacy }
  it: { says: our IT team, purposes: [], key: it }
";

fn read(text: &str) -> Charter {
    Charter::read("charter.yaml", text).unwrap_or_else(|problems| panic!("{problems}"))
}

/// What is told where the first `right` of the charter is `wrong`.
fn told(right: &str, wrong: &str) -> Vec<String> {
    assert!(CHARTER.contains(right), "it has no {right}");
    between(CHARTER, &CHARTER.replacen(right, wrong, 1))
}

fn between(old: &str, new: &str) -> Vec<String> {
    let changes = differences(&read(old), &read(new)).into_iter();
    changes.map(|one| format!("{:?} {}: {}", one.kind, one.clause, one.says)).collect()
}

const UNHEARD: &str = "More sources.crm.columns.no_post: We no longer read in “Our till” (no post) that you say no to advertising.";

#[test]
fn a_no_that_is_not_heard_any_more_is_more() {
    assert_eq!(told("      no_post: { objection: marketing }\n", ""), [UNHEARD]);
    assert_eq!(
        told("objection: marketing", "objection: figures"),
        [
            UNHEARD,
            "Less sources.crm.columns.no_post: We now read in “Our till” (no post) that you say no to figures."
        ]
    );
    assert_eq!(
        told("objection: marketing", "consent: newsletter"),
        [
            UNHEARD,
            "More sources.crm.columns.no_post: We now take your yes to “newsletter” from “Our till” (no post)."
        ]
    );
}

#[test]
fn a_yes_that_is_taken_from_another_column_is_more() {
    assert_eq!(
        told("news: { consent: newsletter }", "ticked: { consent: newsletter }"),
        [
            "More sources.crm.columns.news: We no longer read in “Our till” (news) whether you said yes or no to: newsletter.",
            "More sources.crm.columns.ticked: We now take your yes to “newsletter” from “Our till” (ticked)."
        ]
    );
}

#[test]
fn one_more_no_is_less_unless_it_may_overrule_one_that_stands_elsewhere() {
    let more = "no_post: { objection: marketing }\n      no_sale: { objection: sale }";
    assert_eq!(
        told("no_post: { objection: marketing }", more),
        [
            "Less sources.crm.columns.no_sale: We now read in “Our till” (no sale) that you say no to the sale of your data."
        ]
    );
    let shop = "  shop:\n    kind: subject\n    called: Our shop\n    acquired: You typed it in.\n    file: shop.csv\n    holds: identity\n    key: no\n    columns: { mail: contact.email, never: { objection: marketing } }\nrecipients:";
    let told = told("recipients:", shop);
    let line = "More sources.shop.columns.never: We also read in “Our shop” (never) whether you say no to advertising. What was said last counts.";
    assert!(told.contains(&line.to_owned()), "{told:?}");
}

#[test]
fn another_column_under_the_name_of_one_that_is_looked_at_is_more() {
    assert_eq!(
        told("city: contact.address.city", "phone: contact.address.city"),
        [
            "More sources.crm.columns: We take in of Our till: phone.",
            "More sources.crm.columns.phone: city is taken from “phone” of Our till now.",
            "Less sources.crm.columns: We take in no more of Our till: city."
        ]
    );
}

#[test]
fn who_holds_a_key_is_told_and_that_nobody_does_is_more() {
    let moved = CHARTER
        .replace("purposes: [card, figures], key: marketing", "purposes: [card, figures], key: it")
        .replace("says: our IT team, purposes: [], key: it", "says: our IT team, purposes: []");
    assert_eq!(
        between(CHARTER, &moved),
        [
            "Other roles.marketing.key: Our marketing team may no longer say yes for marketing to what does not begin before two people agree.",
            "Other roles.marketing.key: Our marketing team may say yes for IT to what does not begin before two people agree.",
            "Other roles.it.key: Our IT team may no longer say yes for IT to what does not begin before two people agree.",
        ]
    );
    let gone = told(", key: privacy }", " }");
    assert_eq!(
        gone,
        [
            "More roles: Nobody of us has the task any more to stop what is done with your data, to protect you.",
            "Other roles.privacy.key: Our privacy officer may no longer stop what is done with your data, to protect you.",
        ]
    );
}

#[test]
fn smaller_groups_and_looser_joins_are_more() {
    assert_eq!(
        told("minimum_group: 20", "minimum_group: 5"),
        [
            "More purposes.figures.minimum_group: For figures we look only at groups of 5 people or more; before it was only at groups of 20 people or more."
        ]
    );
    let looser = "linkage: { threshold_match_probability: 0.4, leave_out: [city] }\nrecipients:";
    assert_eq!(
        told("recipients:", looser),
        [
            "More linkage.threshold_match_probability: We are less sure than before when we take two records to be of one person: from a chance of 0.4 on, and not of 0.5.",
            "Other linkage.leave_out: To find out which records are of one person, we no longer compare this: city."
        ]
    );
    let stricter = told("recipients:", &looser.replace("0.4, leave_out: [city]", "0.9"));
    assert!(stricter[0].starts_with("Other linkage.threshold_match_probability: We are more sure"));
}

#[test]
fn clocks_laws_and_places_are_told_and_no_address() {
    assert_eq!(
        told("Europe/London", "Europe/Paris"),
        [
            "Other time_zone: We count days and ages by the clock of Europe/Paris, and not of Europe/London."
        ]
    );
    assert_eq!(
        told("laws: [gdpr, uk]", "laws: [gdpr]"),
        [
            "Other controller.laws: When we answer you, we no longer keep to the time that the law of the United Kingdom (UK GDPR) sets."
        ]
    );
    assert_eq!(
        told("file: crm.csv", "file: other.csv"),
        ["Other sources.crm.file: Our till is read from elsewhere."]
    );
    let url = told("file: crm.csv", "url: https://api.example/people?key=secret");
    assert_eq!(url, ["Other sources.crm.file: Our till is read from elsewhere."]);
    let hook = "file: crm.csv\n    tell: { webhook: https://hook.example/secret }";
    assert_eq!(
        told("file: crm.csv", hook),
        [
            "Other sources.crm.tell: When your data were wrong or are deleted, whoever keeps them at “Our till” is told by a message from our computer to theirs, and not by a note that one of us hands over."
        ]
    );
    let mail = |to: &str| {
        CHARTER.replace(
            "dpo@printer.example }",
            &format!("dpo@printer.example, tell: {{ mail: {to} }} }}"),
        )
    };
    assert_eq!(
        between(&mail("a@printer.example"), &mail("b@printer.example")),
        [
            "Other recipients.printer.tell: When your data were wrong or are deleted, whoever keeps them at “Royal Printers” is told at another address."
        ]
    );
}

#[test]
fn that_anybody_can_write_to_a_source_is_told_both_ways() {
    let (closed, open) = ("    key: client_no\n", "    key: client_no\n    open_to_all: true\n");
    let [told] = told(closed, open).try_into().unwrap();
    assert!(told.starts_with("Less sources.crm.open_to_all: Our till: an address that"), "{told}");
    let [told] = between(&CHARTER.replace(closed, open), CHARTER).try_into().unwrap();
    assert!(told.starts_with("More sources.crm.open_to_all: Our till: an address in it"), "{told}");
}
