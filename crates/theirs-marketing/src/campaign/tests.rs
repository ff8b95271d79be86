//! What a campaign may say, and what is said back.

use insta::assert_snapshot;

use super::*;

const CHARTER: &str = r#"
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
"#;

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
fn a_slip_is_told_with_its_place_and_the_nearest_that_is_right() {
    assert_snapshot!(fault("audience:", "audiense:"), @"");
    assert_snapshot!(fault("control: 10 %", "control: all of them"), @"");
    assert_snapshot!(fault("purpose: letter", "purpose: leter"), @"");
    assert_snapshot!(fault("within: 28 days", "within: a while"), @"");
    assert_snapshot!(fault("  card:", "  none:"), @"");
}

#[test]
fn a_campaign_permits_nothing_that_the_charter_does_not() {
    assert_snapshot!(fault("purpose: letter", "purpose: figures"), @"");
    assert_snapshot!(fault("to: printer", "to: broker"), @"");
    assert_snapshot!(fault("columns: [email]", "columns: [email, phone]"), @"");
    assert_snapshot!(fault("activity: orders", "activity: opens"), @"");
    assert_snapshot!(fault("value: total", "value: order_id"), @"");
    assert_snapshot!(fault("city = 'Saltmouth'", "phone = '1'"), @"");
    assert_snapshot!(fault("from letter.orders", "from figures.person"), @"");
    assert_snapshot!(fault("select person_id, count(*) orders", "select count(*) n, person_id"), @"");
}
