//! Colleagues at the list of what is not sure enough.

use super::*;

const FAMILY: &str = "C1,Ada,Bold,family@mail.example,Saltmouth,yes\n\
    C2,Bruno,Quill,family@mail.example,Oldhaven,yes\n";

/// A colleague of a role at the list, with what forms carry.
async fn at_work(role: &str) -> (Visitor, Page) {
    let mut visitor = Visitor::among(FAMILY, Arc::new(SystemClock));
    let workspace = visitor.portal.workspace();
    let (roles, now) = ([role.to_owned()], workspace.clock.now());
    let noor = workspace.store.add_principal("noor", &roles, &workspace.keys, now).unwrap();
    visitor.post("/staff", &format!("name=noor&token={}", noor.token)).await;
    let page = visitor.get("/staff/review").await;
    (visitor, page)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_colleague_sees_no_value_before_opening_and_settles_with_a_reason() {
    let (mut visitor, list) = at_work("privacy").await;
    assert!(list.text.contains("an address of several people"), "{}", list.text);
    assert!(!list.text.contains("mail.example") && !list.text.contains("Saltmouth"));
    let opened = visitor.get("/staff/review/1").await.text;
    assert!(opened.contains("Saltmouth") && opened.contains("Oldhaven"), "{opened}");
    let uses = visitor.portal.workspace().store.all_uses().unwrap();
    assert!(uses.last().unwrap().told.contains("comparison") && uses.last().unwrap().people == 2);
    let form = format!("form_token={}", token(&opened));
    for (rest, status) in [
        ("way=leave&reason=", StatusCode::UNPROCESSABLE_ENTITY),
        ("way=not-theirs&reason=no", StatusCode::UNPROCESSABLE_ENTITY),
        ("way=sell&reason=no", StatusCode::NOT_FOUND),
    ] {
        let page = visitor.post("/staff/review/1", &format!("{form}&{rest}")).await;
        assert_eq!(page.status, status, "{rest}");
    }
    let forged = visitor.post("/staff/review/1", "form_token=x&way=leave&reason=a+family").await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN);
    let leave = format!("{form}&way=leave&reason=a+family");
    let settled = visitor.post("/staff/review/1", &leave).await;
    assert_eq!(settled.status, StatusCode::SEE_OTHER);
    assert!(visitor.get("/staff/review").await.text.contains("Nothing waits"));
    assert_eq!(visitor.get("/staff/review/1").await.status, StatusCode::NOT_FOUND);
    assert_eq!(visitor.get("/staff/review/one").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_else_sees_the_list() {
    let (mut visitor, list) = at_work("marketing").await;
    assert_eq!(list.status, StatusCode::FORBIDDEN);
    assert!(list.text.contains("may not open a person"), "{}", list.text);
    assert_eq!(visitor.get("/staff/review/1").await.status, StatusCode::FORBIDDEN);
    visitor.cookie = None;
    assert!(visitor.get("/staff/review").await.text.contains("Sign in"));
    assert_eq!(visitor.get("/staff/review/1").await.status, StatusCode::FORBIDDEN);
}
