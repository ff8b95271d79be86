//! What a campaign may say, and what is said back.

use insta::assert_snapshot;

use super::*;

const CHARTER: &str = r"
charter: 1
time_zone: Europe/London
controller: { name: Shop, email: hello@shop.example, privacy_contact: privacy@shop.example }
sources:
  shop:
    kind: subject
    called: Our shop
    acquired: You typed it.
    file: shop.csv
    holds: identity
    key: id
    columns:
      id: id.customer.account
      email: contact.email
      city: contact.address.city
      news: { consent: news }
  orders:
    kind: internal
    called: Your orders
    acquired: You bought.
    file: orders.csv
    holds: activity
    category: purchase.history
    key: order_id
    time: ordered_at
    person: { source: shop, column: id }
    columns:
      order_id: { type: text }
      ordered_at: { type: timestamp }
      total: { type: decimal, category: purchase.value }
recipients:
  printer: { name: Printer, country: GB, role: processor, contact: dpo@printer.example, does: prints }
purposes:
  letter:
    category: marketing.offer
    basis: consent
    consent: news
    says: We write to you.
    columns: [email, city]
    activities:
      orders: [ordered_at, total]
    recipients: [printer]
    keep: 12 months
  figures:
    category: service.order
    basis: contract
    says: We send what you bought.
    columns: [city]
    keep: 12 months
roles:
  marketing: { says: our marketing team, purposes: [letter] }
";

pub(crate) const SPRING: &str = "\
campaign: 1
purpose: letter
called: The spring letter
audience: city = 'Saltmouth'
features: select person_id, count(*) orders from letter.orders group by person_id
actions:
  card:
    says: a card with our books of the month
    reason: You said yes to our newsletter.
    costs: 0.60
    to: printer
    columns: [email]
outcome: { activity: orders, at: ordered_at, value: total, within: 28 days, worth: 0.4 }
control: 10 %
at_most: 1 in 30 days
";

fn read(text: &str) -> Result<Campaign, String> {
    let charter = Charter::read("charter.yaml", CHARTER).unwrap();
    let read = Campaign::read("spring", "campaigns/spring.yaml", text, &charter);
    read.map_err(|problems| problems.to_string())
}

fn fault(from: &str, to: &str) -> String {
    assert!(SPRING.contains(from), "{from}");
    read(&SPRING.replace(from, to)).unwrap_err()
}

#[test]
fn a_campaign_that_is_sound_is_what_it_says() {
    let spring = read(SPRING).unwrap();
    assert_eq!((spring.control, spring.explore), (0.1, 0.1));
    assert_eq!(spring.at_most, Some(Cap { count: 1, days: 30 }));
    assert_eq!(spring.outcome.within_days, 28);
    assert_eq!(spring.action("card").map(|action| action.costs), Some(0.6));
    assert_eq!(spring.action(NONE), None);
}

#[test]
fn what_is_permitted_and_looks_like_a_slip_is_said() {
    assert!(read(SPRING).unwrap().cautions().is_empty());
    let dear = read(&SPRING.replace("worth: 0.4", "worth: 7")).unwrap().cautions();
    assert!(dear.len() == 1 && dear[0].contains("700 % of the value"), "{dear:?}");
    let sure = SPRING.replace("control: 10 %", "control: 10 %\nexplore: 0 %");
    let sure = read(&sure).unwrap().cautions();
    assert!(sure.len() == 1 && sure[0].contains("nothing more is learnt"), "{sure:?}");
}

#[test]
fn a_slip_is_told_with_its_place_and_the_nearest_that_is_right() {
    assert_snapshot!(fault("audience:", "audiense:"), @r#"
    campaigns/spring.yaml:4:1: "audiense" is not known here
      4 | audiense: city = 'Saltmouth'
        | ^^^^^^^^ did you mean "audience"?
    "#);
    assert_snapshot!(fault("control: 10 %", "control: all of them"), @r#"
    campaigns/spring.yaml:14:10: "all of them" is no such share
      14 | control: all of them
         |          ^^^^^^^^^^^ write 10 %; from 1 % to 90 %
    "#);
    assert_snapshot!(fault("purpose: letter", "purpose: leter"), @r#"
    campaigns/spring.yaml:2:10: unknown purpose "leter"
      2 | purpose: leter
        |          ^^^^^ did you mean "letter"?
    "#);
    assert_snapshot!(fault("within: 28 days", "within: a while"), @r#"
    campaigns/spring.yaml:13:68: "a while" is no time
      13 | outcome: { activity: orders, at: ordered_at, value: total, within: a while, worth: 0.4 }
         |                                                                    ^^^^^^^ write 28 days; at most 366
    "#);
    assert_snapshot!(fault("  card:", "  none:"), @r#"
    campaigns/spring.yaml:8:5: "none" needs no entry
      8 |     says: a card with our books of the month
        |     ^ it is always there, and costs nothing; take this out
    "#);
}

#[test]
fn a_campaign_permits_nothing_that_the_charter_does_not() {
    assert_snapshot!(fault("purpose: letter", "purpose: figures"), @r#"
    campaigns/spring.yaml:2:10: "figures" is no purpose of marketing
      2 | purpose: figures
        |          ^^^^^^^ a campaign acts for one whose category is marketing, advertise or personalise
    "#);
    assert_snapshot!(fault("to: printer", "to: broker"), @r#"
    campaigns/spring.yaml:11:9: unknown recipient of this purpose "broker"
      11 |     to: broker
         |         ^^^^^^ there may be printer
    "#);
    assert_snapshot!(fault("columns: [email]", "columns: [email, phone]"), @r#"
    campaigns/spring.yaml:12:22: unknown column of this purpose "phone"
      12 |     columns: [email, phone]
         |                      ^^^^^ there may be email, city
    "#);
    assert_snapshot!(fault("activity: orders", "activity: opens"), @r#"
    campaigns/spring.yaml:13:22: unknown activity of this purpose "opens"
      13 | outcome: { activity: opens, at: ordered_at, value: total, within: 28 days, worth: 0.4 }
         |                      ^^^^^ there may be orders
    "#);
    assert_snapshot!(fault("value: total", "value: order_id"), @r#"
    campaigns/spring.yaml:13:53: unknown column of this activity "order_id"
      13 | outcome: { activity: orders, at: ordered_at, value: order_id, within: 28 days, worth: 0.4 }
         |                                                     ^^^^^^^^ there may be ordered_at, total
    "#);
    assert_snapshot!(fault("city = 'Saltmouth'", "phone = '1'"), @r#"
    campaigns/spring.yaml:4:11: the audience cannot be asked: column "phone" not found; there are: person_id, email, city
      4 | audience: phone = '1'
        |           ^^^^^^^^^^^ only what "letter" permits can be asked
    "#);
    assert_snapshot!(fault("from letter.orders", "from figures.person"), @r#"
    campaigns/spring.yaml:5:11: the features cannot be asked: it names figures.person, which is not of this purpose
      5 | features: select person_id, count(*) orders from figures.person group by person_id
        |           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ only what "letter" permits can be asked
    "#);
    assert_snapshot!(fault("select person_id, count(*) orders", "select count(*) n, person_id"), @r#"
    campaigns/spring.yaml:5:11: the features cannot be asked: its first column must be person_id
      5 | features: select count(*) n, person_id from letter.orders group by person_id
        |           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ only what "letter" permits can be asked
    "#);
}

const MAIL: &str = "    via: mail
    columns: [email, city]
    subject: Books in {{city}}
    body: |
      Hello,
      there are new books in {{ city }}.
";

/// The spring letter by e-mail.
fn by_mail() -> String {
    SPRING.replace("    to: printer\n    columns: [email]\n", MAIL)
}

#[test]
fn a_message_goes_without_a_recipient_and_names_only_columns_that_its_action_lists() {
    let spring = read(&by_mail()).unwrap();
    let action = spring.action("card").unwrap();
    assert_eq!((action.via, &action.to), (Via::Mail, &None));
    let letter = action.letter.as_ref().unwrap();
    assert_eq!(letter.body.fill(|_| "York"), "Hello,\nthere are new books in York.");
    let charter = Charter::read("charter.yaml", CHARTER).unwrap();
    assert_eq!(action.address(&charter), Some(0));
    for (from, to, told) in [
        ("in {{city}}", "in {{citty}}", "unknown column of this message \"citty\""),
        ("in {{city}}", "in {{citty}}", "did you mean \"city\"?"),
        ("[email, city]", "[email]", "there may be email"),
        ("[email, city]", "[city]", "nobody can be written to without an address"),
        ("in {{city}}", "in {{city}", "\"{{city}\" is not closed"),
        ("    subject: Books in {{city}}\n", "", "does not say what its message says"),
        ("via: mail", "via: list", "sends no message"),
        ("subject: Books", "subject: \"a\\nb\"\n    bodi: Books", "did you mean \"body\"?"),
    ] {
        let said = read(&by_mail().replacen(from, to, 1)).unwrap_err();
        assert!(said.contains(told), "{told}: {said}");
    }
}

#[test]
fn a_request_goes_only_to_a_recipient_whose_address_the_charter_names() {
    let by = |text: &str| {
        SPRING.replace("    columns: [email]", &format!("    via: {text}\n    columns: [email]"))
    };
    let said = read(&by("webhook")).unwrap_err();
    assert!(said.contains("the charter has no address of the web of \"printer\""), "{said}");
    let said = read(&by("webhook").replace("    to: printer\n", "")).unwrap_err();
    assert!(said.contains("a request goes to nobody"), "{said}");
    let charter =
        CHARTER.replace("does: prints", "tell: { webhook: \"https://printer.example/\" }");
    let charter = Charter::read("charter.yaml", &charter).unwrap();
    let spring = Campaign::read("spring", "campaigns/spring.yaml", &by("webhook"), &charter);
    assert_eq!(spring.unwrap().actions[0].via, Via::Webhook);
}
