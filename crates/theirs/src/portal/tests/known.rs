//! What is known, by area of life, and what is done to one value there.

use theirs_rights::{By, Contesting, Entry, Reason};

use super::ask::ADA;
use super::*;

/// The card of a value.
fn card(page: &str, column: &str) -> String {
    let from = page.split(&format!("<article class=\"card\" id=\"e-{column}\">")).nth(1);
    from.unwrap_or_else(|| panic!("{column}: {page}"))
        .split("</article>")
        .next()
        .unwrap()
        .to_owned()
}

/// What a colleague reads of a value.
fn entry(visitor: &Visitor, column: &str) -> Entry {
    let desk = visitor.portal.workspace().desk().unwrap();
    let person = desk.find("customers:C1", By::Person).unwrap();
    let all = desk.open(&person, By::Person).unwrap().entries;
    all.into_iter().find(|entry| entry.column == column).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn values_stand_by_area_of_life_and_say_why_we_have_them() {
    let mut visitor = Visitor::new();
    visitor.enter().await;
    let page = visitor.get("/me").await.text;
    let places: Vec<usize> = ["area-contact", "area-you", "area-numbers"]
        .iter()
        .map(|area| page.find(&format!("<section id=\"{area}\"")).expect(area))
        .collect();
    assert!(places.is_sorted(), "{page}");
    let city = card(&page, "city");
    for told in [
        "We noted it: customers",
        "You gave us these details when you became a customer.",
        "We count our customers by town.",
        "Nobody so far.",
        "with no set end, until you have it erased",
        "Stop using: City",
        "Delete: City",
    ] {
        assert!(city.contains(told), "{told}: {city}");
    }
    assert!(card(&page, "email").contains("We send you our newsletter."), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_use_of_one_value_is_stopped_and_allowed_again() {
    let mut visitor = Visitor::new();
    let token = visitor.enter().await;
    let form = |stop: bool| format!("form_token={token}&column=city&stop={stop}");
    let early = visitor.post("/me/use", &form(false)).await;
    assert_eq!(early.status, StatusCode::NOT_FOUND, "nothing is stopped yet");
    assert_eq!(visitor.post("/me/use", &form(true)).await.status, StatusCode::SEE_OTHER);
    let page = visitor.get("/me").await.text;
    assert!(page.contains("role=\"status\"") && page.contains("Stopped: City."), "{page}");
    let city = card(&page, "city");
    assert!(
        city.contains("You stopped the use of this on") && city.contains("Saltmouth"),
        "{city}"
    );
    assert!(city.contains("Not used for anything."), "{city}");
    assert!(page.contains("You had us stop using your city."), "{page}");
    assert!(!visitor.get("/me").await.text.contains("role=\"status\""), "it is told once");
    // A correction counts, and is not used either.
    let right = format!("form_token={token}&column=city&value=Oldhaven");
    visitor.post("/me/correct", &right).await;
    let entry = entry(&visitor, "city");
    assert_eq!(entry.value.as_deref(), Some("Oldhaven"));
    assert!(entry.used_for.is_empty() && entry.stopped.is_some());
    let copy = visitor.get("/me/copy.json").await.text;
    let copy: serde_json::Value = serde_json::from_str(&copy).unwrap();
    let entries = copy["record"]["entries"].as_array().unwrap();
    let told = entries.iter().find(|one| one["column"] == "city").unwrap();
    assert!(told["stopped"].is_string(), "{told}");
    assert_eq!(visitor.post("/me/use", &form(false)).await.status, StatusCode::SEE_OTHER);
    let page = visitor.get("/me").await.text;
    assert!(card(&page, "city").contains("We count our customers by town."), "{page}");
    let unknown = format!("form_token={token}&column=shoe_size&stop=true");
    assert_eq!(visitor.post("/me/use", &unknown).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_theirs_to_say_waits_for_a_colleague_with_what_they_say() {
    let mut visitor = Visitor::new();
    let token = visitor.enter().await;
    let said = format!("form_token={token}&column=customer_number&value=C99");
    assert_eq!(visitor.post("/me/correct", &said).await.status, StatusCode::SEE_OTHER);
    let page = visitor.get("/me").await.text;
    assert!(page.contains("Noted: Customer number. One of us looks"), "{page}");
    let number = card(&page, "customer_number");
    assert!(number.contains("You say that it is “C99”.") && number.contains("waits for a"));
    assert!(entry(&visitor, "customer_number").value.is_none(), "it is used for nothing");
    let workspace = visitor.portal.workspace();
    let desk = workspace.desk().unwrap();
    let person = desk.find("customers:C1", By::Person).unwrap();
    let noor = theirs_charter::Asker::new("noor", ["privacy"]);
    let disputed = desk.disputed(By::Colleague(&noor)).unwrap();
    assert!(disputed[0].has_proposal, "{disputed:?}");
    let alone = desk.correct(&person, "customer_number", Some("C99"), By::Person);
    assert!(alone.is_err(), "nobody sets their own number");
    let why = Reason { why: Some("seen on the card"), at_their_request: false };
    let by = By::Colleague(&noor);
    desk.contest(&person, "customer_number", Contesting::Accept, why, by).unwrap();
    assert_eq!(entry(&visitor, "customer_number").value.as_deref(), Some("C99"));
    let page = visitor.get("/me").await.text;
    assert!(page.contains("decided that your customer number is as you say."), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_right_is_given_back_as_it_was_typed_with_help_beside_it() {
    let mut visitor = Visitor::new();
    let token = visitor.enter().await;
    let wrong = format!("form_token={token}&column=email&value=garbage%22x");
    let page = visitor.post("/me/correct", &wrong).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    let email = card(&page.text, "email");
    assert!(email.contains("value=\"garbage&#34;x\" aria-invalid=\"true\""), "{email}");
    assert!(email.contains("aria-describedby=\"x-email\"") && email.contains("<details open>"));
    let told =
        "Not changed: what you typed for “Email” is no address that a message can be sent to.";
    assert_eq!(page.text.matches(told).count(), 2, "at the top and beside the field");
    assert!(page.text.contains("<a href=\"#c-email\">"), "{}", page.text);
    let long = format!("form_token={token}&column=city&contest=true&why={}", "x".repeat(501));
    let page = visitor.post("/me/contest", &long).await.text;
    assert!(card(&page, "city").contains(&"x".repeat(501)), "{page}");
    let wish = format!("form_token={token}&asked=complaint&text={}", "y".repeat(2001));
    let page = visitor.post("/me/ask", &wish).await.text;
    assert!(page.contains(&"y".repeat(2001)), "{page}");
    assert!(page.contains("<option value=\"complaint\" selected>"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_came_by_mail_reads_before_typing_that_a_value_needs_more_proof_and_may_stop_its_use() {
    let mut visitor = super::ask::visitor(ADA);
    let (link, _) = visitor.asks(1).await;
    visitor.post(&link, "").await;
    let page = visitor.get("/me").await.text;
    let (email, city) = (card(&page, "email"), card(&page, "city"));
    assert!(email.contains("we have to be more sure that it is you"), "{email}");
    for page in [&email, &city] {
        assert!(!page.contains("name=\"value\"") && !page.contains("/me/delete"), "{page}");
        assert!(page.contains("/me/use"), "{page}");
    }
    let form = format!("form_token={}", token(&page));
    let stop = format!("{form}&column=email&stop=true");
    assert_eq!(visitor.post("/me/use", &stop).await.status, StatusCode::SEE_OTHER);
    // It still leads to their page.
    visitor.cookie = None;
    let (link, _) = visitor.asks(2).await;
    assert_eq!(visitor.post(&link, "").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_address_is_told_so_and_copies_wait_from_then_on() {
    let mut visitor = super::ask::visitor(ADA);
    let token = visitor.enter().await;
    assert!(visitor.get("/me").await.text.contains("/me/copy.html"));
    let form = format!("form_token={token}&column=email");
    assert_eq!(visitor.post("/me/delete/yes", &form).await.status, StatusCode::SEE_OTHER);
    let mail = visitor.mail(1).remove(0);
    assert!(mail.contains("was deleted") && !mail.contains("was changed"), "{mail}");
    let page = visitor.get("/me").await.text;
    assert!(page.contains("you can take a copy from") && !page.contains("/me/copy.html"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_receipt_is_on_the_page_and_goes_to_the_address_once() {
    let mut visitor = super::ask::visitor(ADA);
    let form = format!("form_token={}", visitor.enter().await);
    let asked = visitor.post("/me/erase", &form).await.text;
    assert!(asked.contains("you get a receipt"), "{asked}");
    let done = visitor.post("/me/erase/yes", &form).await.text;
    let path = done.split("href=\"/erased/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let file = visitor.get(&format!("/erased/{path}")).await;
    assert_eq!(file.status, StatusCode::OK);
    theirs_receipt::Receipt::read(file.text.as_bytes()).unwrap();
    assert_eq!(visitor.get("/erased/guess").await.status, StatusCode::FORBIDDEN);
    let mail = visitor.mail(1).remove(0);
    assert!(mail.contains("We erased your data on") && mail.contains("ada@mail.example"), "{mail}");
    crate::sweeping::sweep(visitor.portal.workspace()).unwrap();
    let left = std::fs::read_dir(visitor.folder.path().join("outbox/mail")).unwrap().flatten();
    let left = left.filter(|file| file.path().extension().is_some_and(|kind| kind == "eml"));
    assert_eq!(left.count(), 0, "what no server took goes with the files");
}
