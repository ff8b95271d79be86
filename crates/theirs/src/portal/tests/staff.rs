//! Colleagues at the queue of requests.

use axum::http::StatusCode;

use super::{Visitor, token};

/// A visitor who asked something, and a colleague's token.
async fn asked(role: &str) -> (Visitor, String) {
    let mut visitor = Visitor::new();
    let form = format!("form_token={}", visitor.enter().await);
    visitor.post("/me/ask", &format!("{form}&asked=complaint&text=%3Cb%3Enobody+answers")).await;
    visitor.cookie = None;
    let workspace = visitor.portal.workspace();
    let (roles, now) = ([role.to_owned()], workspace.clock.now());
    let noor = workspace.store.add_principal("noor", &roles, &workspace.keys, now);
    let token = noor.unwrap().token;
    (visitor, token)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_colleague_signs_in_works_the_queue_and_signs_out() {
    let (mut visitor, secret) = asked("privacy").await;
    assert!(visitor.get("/staff").await.text.contains("Sign in"));
    let signed = visitor.post("/staff", &format!("name=noor&token={secret}")).await;
    assert_eq!(signed.status, StatusCode::SEE_OTHER);
    let page = visitor.get("/staff").await.text;
    assert!(page.contains("1: complaint") && page.contains("days left"), "{page}");
    assert!(page.contains(") under ") && page.contains("/staff/people/p-"), "{page}");
    assert!(page.contains("&#60;b&#62;nobody answers"), "escaped: {page}");
    let form = format!("form_token={}", token(&page));

    let forged = visitor.post("/staff/requests/1", "form_token=x&step=done&reason=").await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN);
    for (path, rest, told) in [
        ("/staff/requests/1", "step=refuse&reason=", "what the person is to read"),
        ("/staff/requests/9", "step=done&reason=", "no request of that number"),
        ("/staff/requests", "asked=access&of=customers%3ANOPE&text=", "nobody is known"),
    ] {
        let page = visitor.post(path, &format!("{form}&{rest}")).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{path} {rest}");
        assert!(page.text.contains(told), "{}", page.text);
    }
    let nowhere = visitor.post("/staff/requests/one", &format!("{form}&step=done&reason=")).await;
    assert_eq!(nowhere.status, StatusCode::NOT_FOUND);
    let taken = format!("{form}&asked=access&of=&text=a+letter");
    assert_eq!(visitor.post("/staff/requests", &taken).await.status, StatusCode::SEE_OTHER);
    let done = format!("{form}&step=done&reason=Sorry.");
    assert_eq!(visitor.post("/staff/requests/1", &done).await.status, StatusCode::SEE_OTHER);
    let page = visitor.get("/staff").await.text;
    assert!(page.contains("2: access") && page.contains("Answered lately"), "{page}");

    visitor.post("/staff/leave", &form).await;
    assert!(visitor.get("/staff").await.text.contains("Sign in"));
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_else_sees_the_queue_and_guessing_is_braked() {
    let (mut visitor, secret) = asked("marketing").await;
    visitor.post("/staff", &format!("name=noor&token={secret}")).await;
    let page = visitor.get("/staff").await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(page.text.contains("may not open a person") && !page.text.contains("nobody answers"));
    let leads = |to: &str| page.text.contains(&format!("<a href=\"{to}\">"));
    assert!(
        leads("/marketing") && leads("/staff/passkeys"),
        "what their role opens: {}",
        page.text
    );
    assert!(!leads("/staff/review") && !leads("/staff/practice"), "nothing else: {}", page.text);
    let store = &visitor.portal.workspace().store;
    assert!(store.remove_principal("noor").unwrap());
    assert!(visitor.get("/staff").await.text.contains("Sign in"), "out with the next click");
    let workspace = visitor.portal.workspace();
    let (roles, now) = (["privacy".to_owned()], workspace.clock.now());
    workspace.store.add_principal("noor", &roles, &workspace.keys, now).unwrap();
    assert!(visitor.get("/staff").await.text.contains("Sign in"), "and not in by the new token");
    visitor.cookie = None;
    for _ in 0..20 {
        let wrong = visitor.post("/staff", "name=noor&token=guess").await;
        assert_eq!(wrong.status, StatusCode::FORBIDDEN);
    }
    let braked = visitor.post("/staff", "name=noor&token=guess").await;
    assert_eq!(braked.status, StatusCode::TOO_MANY_REQUESTS);
    let workspace = visitor.portal.workspace();
    let (roles, now) = (["privacy".to_owned()], workspace.clock.now());
    let token = workspace.store.add_principal("ines", &roles, &workspace.keys, now).unwrap().token;
    let right = visitor.post("/staff", &format!("name=ines&token={token}")).await;
    assert_eq!(right.status, StatusCode::SEE_OTHER, "whoever guesses shuts out no colleague");
    visitor.cookie = None;
    assert_eq!(visitor.get("/open/guess").await.status, StatusCode::FORBIDDEN, "clients go on");
    assert_eq!(visitor.get("/favicon.ico").await.status, StatusCode::NO_CONTENT);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_is_opened_from_the_list_and_what_is_said_to_be_wrong_is_decided_there() {
    let mut visitor = Visitor::new();
    let form = format!("form_token={}", visitor.enter().await);
    visitor.post("/me/contest", &format!("{form}&column=city&contest=true&why=I+moved")).await;
    visitor.cookie = None;
    let workspace = visitor.portal.workspace();
    let now = workspace.clock.now();
    let secret = |name: &str, role: &str| {
        let roles = [role.to_owned()];
        workspace.store.add_principal(name, &roles, &workspace.keys, now).unwrap().token
    };
    let (noor, ana) = (secret("noor", "privacy"), secret("ana", "marketing"));
    visitor.post("/staff", &format!("name=noor&token={noor}")).await;
    let list = visitor.get("/staff/review").await.text;
    assert!(list.contains("Said to be wrong (1)") && !list.contains("I moved"), "{list}");
    let link = list.split("<a href=\"/staff/people/").nth(1).unwrap();
    let link = format!("/staff/people/{}", link.split('"').next().unwrap());
    let opened = visitor.get(&link).await.text;
    assert!(opened.contains("<q>I moved</q>") && opened.contains("Saltmouth"), "{opened}");
    let uses = visitor.portal.workspace().store.all_uses().unwrap();
    assert!(uses.last().unwrap().told.contains("\"access\""), "that it was opened is on record");
    let form = format!("form_token={}&column=city", token(&opened));
    for (rest, status) in [
        ("&way=dismissed&reason=", StatusCode::UNPROCESSABLE_ENTITY),
        ("&way=accepted&reason=no", StatusCode::UNPROCESSABLE_ENTITY),
        ("&way=dismissed&reason=seen+at+the+till", StatusCode::SEE_OTHER),
    ] {
        assert_eq!(visitor.post(&link, &format!("{form}{rest}")).await.status, status, "{rest}");
    }
    let forged = visitor.post(&link, "form_token=x&column=city&way=upheld&reason=no").await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN);
    assert!(visitor.get("/staff/review").await.text.contains("Nothing waits"));
    assert_eq!(visitor.get("/staff/people/p-000000000000").await.status, StatusCode::NOT_FOUND);
    visitor.cookie = None;
    assert_eq!(visitor.get(&link).await.status, StatusCode::FORBIDDEN);
    visitor.post("/staff", &format!("name=ana&token={ana}")).await;
    let refused = visitor.get(&link).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(!refused.text.contains("Saltmouth"), "{}", refused.text);
}
