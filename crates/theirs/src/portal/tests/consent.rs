//! A receipt of what the person agreed to, to keep.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn each_word_on_a_topic_is_a_record_that_the_person_keeps() {
    let mut visitor = Visitor::new();
    let form = format!("form_token={}", visitor.enter().await);
    let told = visitor.get("/me/consent.html").await.text;
    assert!(told.contains("you said yes") && told.contains("So says "), "{told}");
    for agree in ["false", "true", "false"] {
        let said = format!("{form}&topic=newsletter&agree={agree}");
        assert_eq!(visitor.post("/me/consent", &said).await.status, StatusCode::SEE_OTHER);
    }
    let receipt = visitor.get("/me/consent.json").await;
    assert_eq!(receipt.status, StatusCode::OK);
    let receipt: serde_json::Value = serde_json::from_str(&receipt.text).unwrap();
    let records = receipt["consent_records"].as_array().unwrap();
    let said: Vec<_> = records.iter().map(|one| &one["record"]["said"]).collect();
    assert_eq!(said, ["customers", "you"], "{receipt}");
    let record = &records[1];
    assert_eq!(record["pii_processing"]["language"], "en");
    let states: Vec<&str> = record["event"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["event_state"].as_str().unwrap())
        .collect();
    let (given, withdrawn) = ("dpv:ConsentGiven", "dpv:ConsentWithdrawn");
    assert_eq!(states, [withdrawn, given, withdrawn], "the customers' file says yes at first");
    let digest = visitor.portal.workspace().charter().unwrap().digest;
    assert_eq!(record["pii_processing"]["privacy_notice"], format!("sha256:{digest}"));
    let purpose = &record["pii_processing"]["purposes"][0];
    assert_eq!(
        (&purpose["purpose_id"], &purpose["lawful_basis"]),
        (&"newsletter".into(), &"consent".into())
    );
    assert_eq!(record["record"]["record_id"], record["event"][0]["use_id"]);
    let page = visitor.get("/me/consent.html").await.text;
    assert!(
        page.contains("you took your yes back") && page.contains("email, given name"),
        "{page}"
    );
    assert!(!page.contains("ada@mail.example"), "no value");
    let me = visitor.get("/me").await.text;
    assert!(me.contains("You took a receipt of what you agreed to."), "{me}");
    let copy: serde_json::Value =
        serde_json::from_str(&visitor.get("/me/copy.json").await.text).unwrap();
    assert_eq!(copy["consents"][1]["record"], record["record"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_else_takes_it() {
    let mut visitor = Visitor::new();
    assert_eq!(visitor.get("/me/consent.json").await.status, StatusCode::FORBIDDEN);
    assert_eq!(visitor.get("/me/consent.html").await.status, StatusCode::FORBIDDEN);
}
