//! A campaign decides for one visitor, and the person reads it.

use theirs_model::FixedClock;
use theirs_rights::{By, Choice};

use super::*;

pub(super) const ORDERS: &str = "
  orders:
    kind: internal
    called: Your orders
    acquired: We keep what you buy.
    file: orders.csv
    holds: activity
    category: purchase.history
    key: order_id
    time: ordered_at
    person: { source: customers, column: customer_id }
    columns:
      order_id: { type: text }
      ordered_at: { type: timestamp }
      total: { type: decimal, category: purchase.value }

purposes:";

const BANNER: &str = "\
campaign: 1
purpose: newsletter
called: The spring banner
audience: city = 'Saltmouth'
features: select person_id, count(*) as orders from newsletter.orders group by person_id
actions:
  banner: { says: a banner with new books, reason: You said yes to our news., costs: 0 }
outcome: { activity: orders, at: ordered_at, within: 28 days, worth: 2 }
control: 1 %
at_most: 1 in 30 days
";

/// A shop whose campaign shows a banner, and the token of somebody who may ask for it.
fn shop() -> (Visitor, String) {
    let charter = CHARTER.replace("\npurposes:", ORDERS).replace(
        "columns: [given_name, email]",
        "columns: [given_name, email, city]\n    activities: { orders: [ordered_at, total] }",
    );
    let customers = "C1,Ada,Bold,ada@mail.example,Saltmouth,yes\n\
                     C2,Ben,Calm,ben@mail.example,Oldhaven,yes\n\
                     C3,Cy,Dale,cy@mail.example,Saltmouth,no\n";
    let now = "2026-03-02T09:00:00Z".parse().unwrap();
    let visitor = Visitor::under(&charter, customers, Arc::new(FixedClock(now)));
    let campaigns = visitor.folder.path().join("campaigns");
    std::fs::create_dir(&campaigns).unwrap();
    std::fs::write(campaigns.join("banner.yaml"), BANNER).unwrap();
    let token = principal(&visitor, "ana", "marketing");
    (visitor, token)
}

fn principal(visitor: &Visitor, name: &str, role: &str) -> String {
    let workspace = visitor.portal.workspace();
    let (roles, now) = ([role.to_owned()], workspace.clock.now());
    workspace.store.add_principal(name, &roles, &workspace.keys, now).unwrap().token
}

async fn ask(visitor: &mut Visitor, token: &str, key: &str) -> (StatusCode, serde_json::Value) {
    ask_of(visitor, token, "banner", key).await
}

async fn ask_of(
    visitor: &mut Visitor,
    token: &str,
    campaign: &str,
    key: &str,
) -> (StatusCode, serde_json::Value) {
    let question = format!(r#"{{"campaign":"{campaign}","source":"customers","key":"{key}"}}"#);
    let bearer = format!("Bearer {token}");
    let headers = [HOST, ("authorization", &bearer), ("content-type", "application/json")];
    let page = visitor.send("POST", "/v1/decide", Some(question), &headers).await;
    (page.status, serde_json::from_str(&page.text).unwrap_or_default())
}

fn decisions(visitor: &Visitor) -> u64 {
    visitor.portal.workspace().door().unwrap().runs("banner").unwrap().decisions
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visitor_is_decided_for_once_a_day_and_reads_it_on_their_page() {
    let (mut visitor, token) = shop();
    let (status, first) = ask(&mut visitor, &token, "C1").await;
    assert_eq!((status, &first["action"]), (StatusCode::OK, &"banner".into()), "{first}");
    assert_eq!(first["reason"], "You said yes to our news.");
    assert_eq!(ask(&mut visitor, &token, "C1").await.1, first, "the same answer, the same use");
    assert_eq!(decisions(&visitor), 1);
    visitor.enter().await;
    let page = visitor.get("/me").await.text;
    let used = first["use"].as_str().unwrap();
    for told in [
        "Why did I get this?",
        &format!("id=\"u-{used}\""),
        "picked this for you: a banner with new books. You said yes to our news.",
        "drawn by lot, with a chance of 99 in 100",
        "Of 100 people, 1 get nothing",
        "It looked at: orders: 1.",
        "Data from outside played no part.",
    ] {
        assert!(page.contains(told), "{told}\n{page}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_unknown_said_no_or_is_not_asked_about_gets_the_same_answer() {
    let (mut visitor, token) = shop();
    for key in ["C2", "C3", "C9"] {
        let (status, answer) = ask(&mut visitor, &token, key).await;
        assert_eq!(status, StatusCode::OK, "{key}");
        let nothing =
            serde_json::json!({ "action": "none", "says": null, "reason": null, "use": null });
        assert_eq!(answer, nothing, "{key}");
    }
    assert_eq!(decisions(&visitor), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_corrected_value_and_a_no_change_the_next_decision() {
    let (mut visitor, token) = shop();
    assert_eq!(ask(&mut visitor, &token, "C2").await.1["action"], "none", "not of Saltmouth");
    let desk = visitor.portal.workspace().desk().unwrap();
    let ben = desk.find("customers:C2", By::Person).unwrap();
    desk.correct(&ben, "city", Some("Saltmouth"), By::Person).unwrap();
    assert_eq!(ask(&mut visitor, &token, "C2").await.1["action"], "banner");
    let ada = desk.find("customers:C1", By::Person).unwrap();
    let no = Choice::Objection { topic: "marketing".to_owned(), yes: true };
    desk.choose(&ada, &no, By::Person).unwrap();
    assert_eq!(ask(&mut visitor, &token, "C1").await.1["action"], "none");
}

fn correct_city(visitor: &Visitor, key: &str, city: &str) {
    let desk = visitor.portal.workspace().desk().unwrap();
    let person = desk.find(&format!("customers:{key}"), By::Person).unwrap();
    desk.correct(&person, "city", Some(city), By::Person).unwrap();
}

fn write_campaign(visitor: &Visitor, name: &str, text: &str) {
    let path = visitor.folder.path().join("campaigns").join(format!("{name}.yaml"));
    std::fs::write(path, text).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_corrected_value_changes_the_answer_of_the_same_day() {
    let (mut visitor, token) = shop();
    let first = ask(&mut visitor, &token, "C1").await.1;
    assert_eq!(first["action"], "banner");
    correct_city(&visitor, "C1", "Oldhaven");
    let moved = ask(&mut visitor, &token, "C1").await.1;
    assert_eq!(moved["action"], "none", "{moved}");
    correct_city(&visitor, "C1", "Saltmouth");
    assert_eq!(ask(&mut visitor, &token, "C1").await.1, first, "nothing of it differs any more");
    assert_eq!(decisions(&visitor), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_decided_for_anew_was_picked_before() {
    let (mut visitor, token) = shop();
    let looks_at_the_city = BANNER
        .replace("audience: city = 'Saltmouth'\n", "")
        .replace(
            "person_id, count(*) as orders from newsletter.orders group by person_id",
            "person_id, city from newsletter.person",
        )
        .replace("1 in 30 days", "2 in 30 days");
    write_campaign(&visitor, "greeting", &looks_at_the_city);
    let first = ask_of(&mut visitor, &token, "greeting", "C1").await.1;
    assert_eq!(first["action"], "banner", "{first}");
    assert_eq!(ask_of(&mut visitor, &token, "greeting", "C1").await.1, first);
    correct_city(&visitor, "C1", "Oldhaven");
    let second = ask_of(&mut visitor, &token, "greeting", "C1").await.1;
    assert_eq!(second["action"], "banner", "{second}");
    assert_ne!(second["use"], first["use"], "it is a decision of its own");
    correct_city(&visitor, "C1", "Newhaven");
    let third = ask_of(&mut visitor, &token, "greeting", "C1").await.1;
    assert_eq!(third["action"], "none", "twice in 30 days is enough: {third}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mean_that_was_looked_at_is_read_with_two_decimals() {
    let (mut visitor, token) = shop();
    let usual = "cast(sum(total) as double) / 3 as usual_total";
    write_campaign(&visitor, "usual", &BANNER.replace("count(*) as orders", usual));
    let answer = ask_of(&mut visitor, &token, "usual", "C1").await.1;
    assert_eq!(answer["action"], "banner", "{answer}");
    visitor.enter().await;
    let page = visitor.get("/me").await.text;
    assert!(page.contains("usual total: 4.17"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sent_is_not_decided_for_one_visitor() {
    let (mut visitor, token) = shop();
    let letter = "  letter:
    says: a letter with new books
    reason: You said yes to our news.
    costs: 0
    via: mail
    columns: [email]
    subject: New books
    body: Our new books are here.
outcome:";
    let both = BANNER.replace("outcome:", letter);
    write_campaign(&visitor, "both", &both);
    let (status, answer) = ask_of(&mut visitor, &token, "both", "C1").await;
    assert_eq!((status, &answer["action"]), (StatusCode::OK, &"banner".into()), "{answer}");
    assert_eq!(answer["not_decided_here"], serde_json::json!(["letter"]));
    let banner = BANNER.lines().find(|line| line.starts_with("  banner:")).unwrap();
    write_campaign(&visitor, "letters", &both.replace(&format!("{banner}\n"), ""));
    let (status, answer) = ask_of(&mut visitor, &token, "letters", "C1").await;
    assert_eq!(status, StatusCode::CONFLICT, "{answer}");
    assert!(answer["error"].as_str().unwrap().contains("theirs decide letters"), "{answer}");
    let door = visitor.portal.workspace().door().unwrap();
    assert_eq!(door.runs("letters").unwrap().decisions, 0, "nobody is capped without a letter");
    let noor = principal(&visitor, "noor", "privacy");
    let (status, _) = ask_of(&mut visitor, &noor, "letters", "C1").await;
    assert_eq!(status, StatusCode::FORBIDDEN);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_principal_of_the_purpose_may_ask_and_guessing_is_braked() {
    let (mut visitor, token) = shop();
    let noor = principal(&visitor, "noor", "privacy");
    let (status, refused) = ask(&mut visitor, &noor, "C1").await;
    assert_eq!(status, StatusCode::FORBIDDEN, "{refused}");
    assert!(refused["error"].as_str().unwrap().contains("clause roles.privacy.purposes"));
    let plain = visitor.send("POST", "/v1/decide", Some("{}".into()), &[HOST]).await;
    assert_eq!(plain.status, StatusCode::UNAUTHORIZED);
    let bearer = format!("Bearer {token}");
    let headers = [HOST, ("authorization", bearer.as_str())];
    let odd = visitor.send("POST", "/v1/decide", Some("{\"campaign\": 1}".into()), &headers).await;
    assert_eq!(odd.status, StatusCode::BAD_REQUEST);
    for _ in 0..20 {
        assert_eq!(ask(&mut visitor, "guess", "C1").await.0, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(ask(&mut visitor, "guess", "C1").await.0, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(ask(&mut visitor, &token, "C1").await.0, StatusCode::OK, "right ones always work");
}
