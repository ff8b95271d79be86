//! Where columns of events stand.

use super::{accepted, refused};

const AFTER: &str = "survivorship:\n";

/// A site whose people and pages have these columns more.
fn site(of_people: &str, of_pages: &str) -> String {
    format!(
        "  web_people:
    kind: internal
    acquired: Your browser tells us.
    collect: web
    holds: identity
    key: anonymousId
    columns:
      anonymousId: id.device.visitor
{of_people}  web_pages:
    kind: internal
    acquired: You looked at it.
    collect: web
    holds: activity
    category: behaviour.browsing_own
    key: messageId
    time: at
    columns:
      at: {{ type: timestamp, from: timestamp }}
{of_pages}{AFTER}"
    )
}

#[test]
fn columns_stand_where_an_event_has_something() {
    let people = "      traits.email: contact.email\n      $gpc: { objection: sale }\n      \
                  city: contact.address.city\n";
    let pages = "      referrer: { type: text, from: context.page.referrer }\n      path: text\n      \
                 mine: { type: text, from: properties.messageID }\n";
    accepted(AFTER, &site(people, pages));
}

#[test]
fn a_column_that_no_event_has_is_told_what_was_meant() {
    for (people, pages, what) in [
        ("      trait.email: contact.email\n", "", "did you mean \"traits.email\"?"),
        ("      contxt.ip: id.ip\n", "", "did you mean \"context.ip\"?"),
        ("      elsewhere.mail: contact.email\n", "", "a path begins with properties, traits"),
        ("      userID: id.customer.account\n", "", "did you mean \"userId\"?"),
        ("", "      page: { type: text, from: propertys.path }\n", "\"properties.path\"?"),
        ("", "      messageid: text\n", "a property of that name is \"properties.messageid\""),
    ] {
        let said = refused(AFTER, &site(people, pages));
        assert!(said.contains(what), "{people}{pages}{said}");
    }
}

#[test]
fn what_a_page_sends_is_from_a_visit_and_nobodys_own_word() {
    let of = |collect: &str| {
        let columns = site("", "").replacen("kind: internal", "kind: subject", 1);
        let charter = accepted(AFTER, &columns.replacen("collect: web", collect, 1));
        let source = charter.source("web_people").unwrap();
        (source.in_words(), source.is_own_word())
    };
    assert_eq!(of("collect: web"), ("from your visit to our site or app", false));
    assert_eq!(of("collect: { stream: web, by: server }"), ("from you", true));
}
