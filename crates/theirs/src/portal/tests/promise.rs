//! What everybody may read, and what the privacy officer sees of it.

use axum::http::StatusCode;

use super::Visitor;

#[tokio::test(flavor = "multi_thread")]
async fn anybody_reads_the_notice_and_what_was_really_done() {
    let mut visitor = Visitor::new();
    let page = visitor.get("/notice").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.contains("You may say no to marketing at any time"), "{}", page.text);
    assert!(page.text.contains("Done so far: never used."), "{}", page.text);
    let facts = visitor.get("/notice.json").await.text;
    let facts: serde_json::Value = serde_json::from_str(&facts).unwrap();
    assert_eq!(facts["form"], "theirs-notice/1");
    let before = facts["practice"]["uses"].as_u64().unwrap();
    visitor.enter().await;
    visitor.cookie = None;
    let facts = visitor.get("/notice.json").await.text;
    let facts: serde_json::Value = serde_json::from_str(&facts).unwrap();
    assert!(facts["practice"]["uses"].as_u64().unwrap() > before, "counting goes on");
    assert!(!facts.to_string().contains("Ada") && !facts.to_string().contains("Saltmouth"));
    let linked = visitor.get("/notice.jsonld").await;
    assert!(linked.text.contains("dpv:PrivacyNotice"), "{}", linked.text);
    let trust = visitor.get("/trust").await.text;
    assert!(
        trust.contains("Data about one person.") && trust.contains("theirs/ledger+"),
        "{trust}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn departures_are_shown_to_who_may_open_records_and_to_nobody_else() {
    let mut visitor = Visitor::new();
    assert!(visitor.get("/staff/practice").await.text.contains("Sign in"));
    for (role, status) in [("marketing", StatusCode::FORBIDDEN), ("privacy", StatusCode::OK)] {
        let workspace = visitor.portal.workspace();
        let now = workspace.clock.now();
        let secret =
            workspace.store.add_principal(role, &[role.to_owned()], &workspace.keys, now).unwrap();
        visitor.cookie = None;
        visitor.post("/staff", &format!("name={role}&token={}", secret.token)).await;
        let page = visitor.get("/staff/practice").await;
        assert_eq!(page.status, status, "{role}: {}", page.text);
        assert_eq!(page.text.contains("Promise and practice"), role == "privacy");
    }
    let file = visitor.folder.path().join("customers.csv");
    let text =
        std::fs::read_to_string(&file).unwrap().replacen("newsletter", "newsletter,shoes", 1);
    std::fs::write(&file, text).unwrap();
    let page = visitor.get("/staff/practice").await.text;
    assert!(page.contains("columns that the charter does not name: shoes"), "{page}");
}
