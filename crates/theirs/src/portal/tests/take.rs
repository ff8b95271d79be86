//! What a person takes home, and what is too long for one page.

use std::sync::Arc;

use axum::http::StatusCode;
use theirs_model::Clock;

use super::ask::ADA;
use super::{Visitor, token};

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_is_taken_home_in_three_forms_and_is_on_record() {
    let mut visitor = Visitor::new();
    visitor.enter().await;
    let page = visitor.get("/me/copy.html").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.contains("Everything we hold about you"), "{}", page.text);
    assert!(page.text.contains("&#60;b&#62;Bold") && !page.text.contains("<b>Bold"));
    for foreign in ["<script", "http://", "https://", "<link", "<img"] {
        assert!(!page.text.contains(foreign), "{foreign}");
    }
    let json = visitor.get("/me/copy.json").await.text;
    let copy: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(copy["form"], "theirs-report/1");
    assert_eq!(copy["history"][0]["act"], "report", "the copy itself is in its history");
    let table = visitor.get("/me/copy.csv").await.text;
    assert!(table.contains("value,customers,,city,Saltmouth,"), "{table}");
    let page = visitor.get("/me").await.text;
    assert_eq!(page.matches("You took a copy of all your data.").count(), 3, "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_came_by_mail_takes_nothing_home() {
    let mut visitor = super::ask::visitor(ADA);
    let (link, _) = visitor.asks(1).await;
    visitor.post(&link, "").await;
    for path in ["/me/copy.html", "/me/copy.json", "/me/copy.csv"] {
        let page = visitor.get(path).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{path}");
        assert!(!page.text.contains("Ada"), "{path}");
    }
    let page = visitor.get("/me").await.text;
    assert!(!page.contains("/me/copy.html") && !page.contains("/me/erase"), "{page}");
    assert!(!token(&page).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_history_is_summed_up_by_weeks_and_each_opens_line_by_line() {
    let mut visitor = Visitor::new();
    let form = format!("form_token={}", visitor.enter().await);
    for wanted in [true, false] {
        visitor.post("/me/object", &format!("{form}&topic=marketing&object={wanted}")).await;
    }
    let page = visitor.get("/me").await.text;
    assert!(page.contains("changed twice"), "{page}");
    let week = page.split("/me/history?week=").nth(1).unwrap().split('"').next().unwrap();
    let all = visitor.get("/me/history").await.text;
    let of_week = visitor.get(&format!("/me/history?week={week}")).await.text;
    assert_eq!(all.matches("<li><time").count(), of_week.matches("<li><time").count());
    let changed = visitor.get(&format!("/me/history?week={week}&only=changed")).await.text;
    assert_eq!(changed.matches("<li><time").count(), 2, "{changed}");
    let none = visitor.get("/me/history?week=2000-01-03").await.text;
    assert!(none.contains("Nothing of that was done"), "{none}");
    for wrong in ["?only=nothing", "?week=yesterday", "?page=-1"] {
        let page = visitor.get(&format!("/me/history{wrong}")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{wrong}");
    }
    assert_eq!(visitor.get("/me/history?page=999").await.status, StatusCode::OK);
    assert_eq!(visitor.get("/me/did/nothing").await.status, StatusCode::NOT_FOUND);
    visitor.cookie = None;
    assert_eq!(visitor.get("/me/history").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_address_is_told_to_the_old_one_and_delays_what_is_taken_home_by_three_days() {
    let clock = super::ask::hand();
    let mut visitor = Visitor::among(ADA, Arc::clone(&clock) as Arc<dyn Clock>);
    let form = format!("form_token={}", visitor.enter().await);
    let other = format!("{form}&column=email&value=eve%40mail.example");
    assert_eq!(visitor.post("/me/correct", &other).await.status, StatusCode::SEE_OTHER);
    let mail = visitor.mail(1).pop().unwrap();
    assert!(mail.contains("To: eve@mail.example") && !mail.contains("ada@"), "{mail}");
    let code = mail.split("minutes: ").nth(1).unwrap()[..6].to_owned();
    let confirm = |code: &str| format!("{form}&code={code}");
    let wrong = if code == "000000" { "000001" } else { "000000" };
    assert!(visitor.get("/me/address").await.text.contains("eve@mail.example"));
    let answer = visitor.post("/me/address", &confirm(wrong)).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert!(visitor.get("/me").await.text.contains("ada@mail.example"), "nothing is changed yet");
    assert_eq!(visitor.get("/me/copy.html").await.status, StatusCode::OK);
    assert_eq!(visitor.post("/me/address", &confirm(&code)).await.status, StatusCode::SEE_OTHER);
    assert_eq!(
        visitor.post("/me/address", &confirm(&code)).await.status,
        StatusCode::FORBIDDEN,
        "a code counts once"
    );
    let mail = visitor.mail(2).pop().unwrap();
    assert!(mail.contains("To: ada@mail.example") && !mail.contains("eve@"), "{mail}");
    for path in ["/me/copy.html", "/me/copy.csv", "/me/receipt"] {
        assert_eq!(visitor.get(path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    assert_eq!(visitor.get("/me").await.status, StatusCode::OK);
    clock.pass(jiff::SignedDuration::from_hours(73));
    visitor.enter().await;
    assert_eq!(visitor.get("/me/copy.html").await.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_nobody_confirmed_opens_nothing_and_shuts_nobody_out() {
    let clock = super::ask::hand();
    let mut visitor = Visitor::among(ADA, clock as Arc<dyn Clock>);
    visitor.portal.reached_at("http://localhost:8000");
    let form = format!("form_token={}", visitor.enter().await);
    let typed = format!("{form}&column=email&value=slip%40mail.example");
    visitor.post("/me/correct", &typed).await;
    for _ in 0..5 {
        visitor.post("/me/address", &format!("{form}&code=1")).await;
    }
    let again = visitor.post("/me/address", &format!("{form}&code=1")).await;
    assert!(again.text.contains("This code counts no more"), "{}", again.text);
    for _ in 0..2 {
        assert_eq!(visitor.post("/me/correct", &typed).await.status, StatusCode::SEE_OTHER);
    }
    let many = visitor.post("/me/correct", &typed).await;
    assert_eq!(many.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(visitor.mail(3).len(), 3);
    visitor.post("/ask", "address=slip%40mail.example").await;
    let (link, _) = visitor.asks(4).await;
    assert_eq!(visitor.post(&link, "").await.status, StatusCode::SEE_OTHER, "the old one does");
    assert_eq!(visitor.mail(4).len(), 4, "and nothing went to the other");
}
