use serde_json::json;
use theirs_charter::Call;

use super::*;
use crate::envelope::{Envelope, Given, Kind};

const CHARTER: &str = "
charter: 1
time_zone: Europe/London
controller: { name: Quay Books, email: hello@quay.example }
sources:
  visitors:
    kind: internal
    acquired: Your browser tells our shop that it is the same browser again.
    collect: web
    holds: identity
    key: anonymousId
    columns:
      anonymousId: id.device.visitor
      userId: id.customer.account
      $consent.statistics: { consent: statistics }
      $gpc: { objection: sale }
  accounts:
    kind: subject
    acquired: You typed these details into our shop.
    collect: { stream: web, calls: identify }
    holds: identity
    key: userId
    columns:
      userId: id.customer.account
      traits.email: contact.email
  pages:
    kind: internal
    acquired: Our shop notes which of its pages you look at.
    collect: { stream: web, calls: page }
    holds: activity
    category: behaviour.browsing_own
    key: messageId
    time: at
    columns:
      at: { type: timestamp, from: timestamp }
      path: text
      address: { type: text, from: context.ip }
  orders:
    kind: internal
    acquired: You bought from us.
    collect: { stream: web, calls: track, events: Order Completed, by: server }
    holds: activity
    category: purchase.history
    key: messageId
    time: at
    columns:
      at: { type: timestamp, from: timestamp }
      total: { type: decimal, category: purchase.value }
  unused:
    kind: internal
    acquired: Nobody needs this.
    collect: { stream: web, calls: screen }
    holds: activity
    category: behaviour.browsing_own
    time: at
    columns:
      at: { type: timestamp, from: timestamp }
purposes:
  figures:
    category: analytics.aggregate
    basis: consent
    consent: statistics
    says: We count which pages are read.
    activities: { pages: [at, path] }
    keep: 12 months
  fulfil:
    category: service.order
    basis: contract
    says: We send you what you bought.
    columns: [email]
    activities: { orders: [at, total] }
    keep: 6 years
roles:
  team: { purposes: [figures, fulfil] }
";

fn take(body: &Value, server: bool) -> (Option<Taken>, Option<Refused>) {
    take_while(BTreeSet::new(), body, server)
}

fn take_while(
    waiting: BTreeSet<String>,
    body: &Value,
    server: bool,
) -> (Option<Taken>, Option<Refused>) {
    let charter = Charter::read("charter.yaml", CHARTER).unwrap();
    let given = Given {
        kind: Kind::Batch,
        received: "2026-03-02T10:00:00Z".parse().unwrap(),
        gpc: false,
        peer: Some("203.0.113.77".parse().unwrap()),
        authorization: None,
        query: &[],
    };
    let body = json!({ "batch": [body] }).to_string();
    let message = Envelope::open(body.as_bytes(), &given).unwrap().messages.remove(0).unwrap();
    Plan::of(&charter, waiting).take("web", &message, server)
}

fn sources(taken: Option<&Taken>) -> Vec<&str> {
    taken.into_iter().flat_map(|taken| taken.rows.iter().map(|row| row.source.as_str())).collect()
}

#[test]
fn only_what_the_charter_names_is_kept_and_no_address_whole() {
    let body = json!({ "type": "page", "anonymousId": "v", "messageId": "m",
        "properties": { "path": "/books", "secret": "x" }, "context": { "userAgent": "y" } });
    let (taken, refused) = take(&body, false);
    assert_eq!((sources(taken.as_ref()), refused), (vec!["visitors", "pages"], None));
    let text = serde_json::to_string(&taken).unwrap();
    assert!(text.contains("/books") && text.contains("203.0.113.0"), "{text}");
    assert!(!text.contains("secret") && !text.contains("userAgent") && !text.contains(".77"));
    assert_eq!(taken.unwrap().rows[1].needs, ["statistics"]);
}

#[test]
fn who_refuses_is_remembered_and_what_they_do_is_not_kept() {
    let body = json!({ "type": "page", "anonymousId": "v", "properties": { "path": "/books" },
        "context": { "consent": { "categoryPreferences": { "statistics": false } } } });
    let (taken, refused) = take(&body, false);
    assert_eq!((sources(taken.as_ref()), refused), (vec!["visitors"], Some(Refused::NoConsent)));
}

#[test]
fn what_nobody_takes_or_uses_or_names_is_refused() {
    let refused = |body: Value| {
        let (taken, refused) = take(&body, true);
        assert!(taken.is_none());
        refused.unwrap()
    };
    let body = json!({ "type": "track", "event": "Cart Viewed", "userId": "u" });
    assert_eq!(refused(body), Refused::NoSource);
    assert_eq!(refused(json!({ "type": "screen", "anonymousId": "v" })), Refused::NoPurpose);
    assert_eq!(refused(json!({ "type": "page" })), Refused::Nobody);
}

#[test]
fn a_purpose_that_waits_permits_nothing() {
    let body = json!({ "type": "track", "event": "Order Completed", "userId": "u" });
    let waiting = |name: &str| BTreeSet::from([name.to_owned()]);
    assert_eq!(take_while(waiting("figures"), &body, true).1, None);
    let (taken, refused) = take_while(waiting("fulfil"), &body, true);
    assert_eq!((taken, refused), (None, Some(Refused::NoPurpose)));
}

#[test]
fn what_only_a_server_may_say_is_not_taken_from_a_browser() {
    let order = || {
        json!({ "type": "track", "event": "Order Completed", "userId": "u",
        "anonymousId": "v", "properties": { "total": 12.5 } })
    };
    let (taken, refused) = take(&order(), false);
    assert_eq!((taken, refused), (None, Some(Refused::NoSource)));
    let (taken, refused) = take(&order(), true);
    assert_eq!((sources(taken.as_ref()), refused), (vec!["visitors", "orders"], None));
    assert_eq!(taken.unwrap().rows[1].cells["total"], json!(12.5));
}

#[test]
fn traits_are_found_where_either_client_puts_them() {
    for body in [
        json!({ "type": "identify", "userId": "u", "traits": { "email": "ann@quay.example" } }),
        json!({ "type": "identify", "userId": "u",
            "context": { "traits": { "email": "ann@quay.example" } } }),
    ] {
        let (taken, _) = take(&body, false);
        assert_eq!(taken.unwrap().rows[0].cells["traits.email"], json!("ann@quay.example"));
    }
}

#[test]
fn whose_an_event_is_follows_from_its_stream() {
    let charter = Charter::read("charter.yaml", CHARTER).unwrap();
    let (_, pages) = charter.activities().find(|(source, _)| source.name == "pages").unwrap();
    assert_eq!(
        (pages.person.source.as_str(), pages.person.column.as_str()),
        ("accounts", "userId")
    );
    let wrong = CHARTER.replace("key: anonymousId", "key: sessionId");
    let problems = Charter::read("charter.yaml", &wrong).unwrap_err().to_string();
    assert!(problems.contains("\"sessionId\" names nobody in an event"), "{problems}");
    assert_eq!(Call::Track.name(), "track");
}
