//! One value is deleted on the page.

use super::*;

/// Loads the same customers from a file that is not quite the same.
fn load_again(visitor: &Visitor) {
    let (folder, workspace) = (visitor.folder.path(), visitor.portal.workspace());
    let file = folder.join("customers.csv");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, format!("{text}\n")).unwrap();
    let charter = workspace.charter().unwrap();
    for source in crate::load::choose(&charter, &[]).unwrap() {
        let progress = Progress::bar(&source.name);
        let loaded = crate::load::load(workspace, &charter, source, folder, &progress).unwrap();
        assert_eq!((loaded.changed, loaded.unchanged, loaded.values_set_aside), (0, 1, 1));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_is_deleted_after_one_more_question_and_a_load_does_not_bring_it_back() {
    let mut visitor = Visitor::new();
    let form_token = visitor.enter().await;
    let form = format!("form_token={form_token}&column=city");
    let question = visitor.post("/me/delete", &form).await;
    assert_eq!(question.status, StatusCode::OK);
    assert!(question.text.contains("Delete your city?") && question.text.contains("24 hours"));
    assert!(visitor.get("/me").await.text.contains("Saltmouth"), "nothing is done yet");
    assert_eq!(visitor.post("/me/delete/yes", &form).await.status, StatusCode::SEE_OTHER);
    let page = visitor.get("/me").await.text;
    assert!(page.contains("You had this deleted on") && !page.contains("Saltmouth"), "{page}");
    assert!(page.contains("You had your city deleted."));
    load_again(&visitor);
    assert!(!visitor.get("/me").await.text.contains("Saltmouth"));
    let again = visitor.post("/me/delete/yes", &form).await;
    assert!(again.status == StatusCode::CONFLICT && again.text.contains("we hold nothing here"));
    let wrong = format!("form_token={form_token}&column=cty");
    assert_eq!(visitor.post("/me/delete", &wrong).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_number_by_which_all_is_known_is_refused_with_the_way_out() {
    let mut visitor = Visitor::new();
    let form_token = visitor.enter().await;
    let form = format!("form_token={form_token}&column=customer_number");
    let refused = visitor.post("/me/delete", &form).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.text);
    assert!(refused.text.contains("erase all of it instead"), "{}", refused.text);
    assert!(refused.text.contains("You asked for something that we must not do"));
}
