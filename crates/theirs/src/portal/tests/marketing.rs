//! A marketer builds a group without SQL.

use axum::http::StatusCode;

use super::{Visitor, token};

/// A colleague of this role, signed in.
async fn colleague(role: &str) -> (Visitor, String) {
    let mut visitor = Visitor::new();
    visitor.cookie = None;
    let workspace = visitor.portal.workspace();
    let (roles, now) = ([role.to_owned()], workspace.clock.now());
    let secret = workspace.store.add_principal("ana", &roles, &workspace.keys, now).unwrap().token;
    visitor.post("/staff", &format!("name=ana&token={secret}")).await;
    let page = visitor.get("/marketing").await;
    (visitor, page.text)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_is_counted_and_kept_and_its_values_never_stand_in_an_address() {
    let (mut visitor, front) = colleague("marketing").await;
    assert!(front.contains("href=\"/marketing/customer_figures\""), "{front}");
    let form = visitor.get("/marketing/customer_figures").await;
    assert_eq!(form.status, StatusCode::OK);
    let form_token = token(&form.text);
    let fields = format!("form_token={form_token}&known%3Acity=yes&is%3Acity=&from%3Acity=");
    let counted = visitor.post("/marketing/customer_figures", &fields).await;
    assert_eq!(counted.status, StatusCode::OK, "{}", counted.text);
    assert!(counted.text.contains("whom this purpose may see"), "{}", counted.text);
    assert!(counted.text.contains("fewer than 10 people"), "{}", counted.text);
    let nameless = format!("{fields}&called=Mine&save=&keep=yes");
    let nameless = visitor.post("/marketing/customer_figures", &nameless).await;
    assert_eq!(nameless.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(nameless.text.contains("Nothing is kept yet"), "{}", nameless.text);
    assert!(nameless.text.contains("aria-describedby=\"save-e\""), "{}", nameless.text);
    assert!(!counted.text.contains("Nothing is kept yet"), "nobody asked to keep it");
    let kept = format!("{fields}&called=People+with+a+town&save=with_town");
    let saved = visitor.post("/marketing/customer_figures", &kept).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text);
    let front = visitor.get("/marketing").await.text;
    assert!(front.contains("People with a town") && front.contains("with_town"), "{front}");
    let twice = visitor.post("/marketing/customer_figures", &kept).await;
    assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(twice.text.contains("there is a segment"), "{}", twice.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_builds_a_group_under_a_purpose_of_others_or_with_a_forged_form() {
    let (mut visitor, front) = colleague("it").await;
    assert!(!front.contains("/marketing/customer_figures"), "{front}");
    let refused = visitor.get("/marketing/customer_figures").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert_eq!(visitor.get("/marketing/nothing").await.status, StatusCode::FORBIDDEN);
    visitor.cookie = None;
    assert!(visitor.get("/marketing").await.text.contains("Sign in"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_of_another_session_keeps_nothing() {
    let (mut visitor, _) = colleague("marketing").await;
    let forged = visitor.post("/marketing/newsletter", "form_token=x&save=mine&called=x").await;
    assert!(forged.text.contains("not of this session"), "{}", forged.text);
    assert!(!visitor.get("/marketing").await.text.contains("mine"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_typed_cannot_end_the_condition() {
    let (mut visitor, _) = colleague("marketing").await;
    let form_token = token(&visitor.get("/marketing/customer_figures").await.text);
    let attack = "%27)+or+1%3D1+--";
    let fields = format!("form_token={form_token}&is%3Acity={attack}");
    let page = visitor.post("/marketing/customer_figures", &fields).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    assert!(!page.text.contains("1=1"), "what was not offered is not asked: {}", page.text);
    let fields = format!("form_token={form_token}&known%3Acity%22%3Bdrop=yes");
    let page = visitor.post("/marketing/customer_figures", &fields).await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST, "{}", page.text);
}
