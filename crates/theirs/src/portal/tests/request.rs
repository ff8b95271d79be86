//! What a person asks of us, and what they read of the answer.

use axum::http::StatusCode;
use theirs_charter::Asker;
use theirs_rights::{By, State, Stepping};
use theirs_store::RequestId;

use super::ask::ADA;
use super::{Visitor, token};

/// A colleague who may open records.
fn privacy() -> Asker {
    Asker { name: "noor".to_owned(), roles: vec!["privacy".to_owned()] }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_waits_for_a_colleague_and_its_answer_is_read_on_the_page() {
    let mut visitor = Visitor::new();
    let form = format!("form_token={}", visitor.enter().await);
    let wish = format!("{form}&asked=question&text=Why+Saltmouth%3F");
    assert_eq!(visitor.post("/me/ask", &wish).await.status, StatusCode::SEE_OTHER);
    let page = visitor.get("/me").await.text;
    assert!(page.contains("you asked about your data"), "{page}");
    assert!(page.contains("<q>Why Saltmouth?</q>") && page.contains("We answer by "), "{page}");

    let asker = privacy();
    let by = By::Colleague(&asker);
    let desk = visitor.portal.workspace().desk().unwrap();
    let pending = desk.pending(by).unwrap();
    assert_eq!((pending.len(), pending[0].state), (1, State::Open));
    let id = RequestId(pending[0].number);
    assert!(desk.step(id, Stepping::Refuse, None, by).is_err(), "a no needs its why");
    assert!(desk.step(id, Stepping::Resume, None, by).is_err(), "nothing was waited for");
    assert!(desk.step(RequestId(99), Stepping::Done, None, by).is_err());
    let nobody = Asker { name: "ana".to_owned(), roles: vec!["marketing".to_owned()] };
    assert!(desk.step(id, Stepping::Done, None, By::Colleague(&nobody)).is_err());
    assert!(desk.pending(By::Colleague(&nobody)).is_err());
    desk.step(id, Stepping::Done, Some("You told us at the till."), by).unwrap();
    assert!(desk.step(id, Stepping::Done, None, by).is_err(), "it is answered already");

    let page = visitor.get("/me").await.text;
    assert!(page.contains("We said: “You told us at the till.”"), "{page}");
    assert!(page.contains("answered the request about your data"), "it is in the history: {page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_offered_empty_too_long_or_too_much_is_not_taken_down() {
    let mut visitor = Visitor::new();
    let form = format!("form_token={}", visitor.enter().await);
    for (asked, text, status) in [
        ("erasure", "all", StatusCode::NOT_FOUND),
        ("nothing", "all", StatusCode::NOT_FOUND),
        ("question", "+", StatusCode::UNPROCESSABLE_ENTITY),
        ("question", &"x".repeat(2_001), StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        let wish = format!("{form}&asked={asked}&text={text}");
        assert_eq!(visitor.post("/me/ask", &wish).await.status, status, "{asked}");
    }
    let wish = format!("{form}&asked=complaint&text=again");
    for _ in 0..10 {
        assert_eq!(visitor.post("/me/ask", &wish).await.status, StatusCode::SEE_OTHER);
    }
    let full = visitor.post("/me/ask", &wish).await;
    assert_eq!(full.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(full.text.contains("ten things"), "{}", full.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_came_by_mail_asks_and_does_not_read_what_was_said_before() {
    let mut visitor = super::ask::visitor(ADA);
    let (link, _) = visitor.asks(1).await;
    visitor.post(&link, "").await;
    let form = format!("form_token={}", token(&visitor.get("/me").await.text));
    let wish = format!("{form}&asked=question&text=a+secret+of+mine");
    assert_eq!(visitor.post("/me/ask", &wish).await.status, StatusCode::SEE_OTHER);
    let asker = privacy();
    let desk = visitor.portal.workspace().desk().unwrap();
    let answer = Some("an answer to a secret");
    desk.step(RequestId(1), Stepping::Done, answer, By::Colleague(&asker)).unwrap();
    let page = visitor.get("/me").await.text;
    assert!(page.contains("you asked about your data"), "{page}");
    assert!(!page.contains("secret"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_written_goes_with_the_person_and_that_it_was_answered_stays() {
    let mut visitor = Visitor::new();
    let form = format!("form_token={}", visitor.enter().await);
    let wish = format!("{form}&asked=question&text=CANARY");
    visitor.post("/me/ask", &wish).await;
    let asker = privacy();
    let by = By::Colleague(&asker);
    let desk = visitor.portal.workspace().desk().unwrap();
    desk.step(RequestId(1), Stepping::Done, Some("CANARY too"), by).unwrap();
    assert_eq!(visitor.post("/me/erase/yes", &form).await.status, StatusCode::OK);
    let left = desk.pending(by).unwrap();
    assert_eq!((left.len(), left[0].state), (1, State::Done));
    assert_eq!((&left[0].person, &left[0].text, &left[0].answer), (&None, &None, &None));
}
