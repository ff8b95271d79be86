//! The portal as a browser meets it, without one.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, Response, StatusCode, header};
use tower::ServiceExt;

use theirs_model::{Clock, SystemClock};

use super::{Portal, router};
use crate::progress::Progress;
use crate::workspace::Workspace;

const CHARTER: &str = include_str!("../command/init/charter.yaml");

mod activation;
mod ask;
mod consent;
mod decide;
mod delete;
mod keys;
mod known;
mod marketing;
mod promise;
mod request;
mod review;
mod staff;
mod standard;
mod take;

struct Visitor {
    folder: tempfile::TempDir,
    portal: Arc<Portal>,
    router: Router,
    cookie: Option<String>,
}

struct Page {
    status: StatusCode,
    text: String,
}

/// How a browser reaches the portal, and what it says of its own forms.
const HOST: (&str, &str) = ("host", "localhost:8000");
const OWN: (&str, &str) = ("origin", "http://localhost:8000");

/// A charter that no policies narrow.
fn alone(charter: &theirs_charter::Charter) -> theirs_charter::Authority {
    theirs_charter::Authority::new(charter.clone().into(), &theirs_charter::Policies::none())
        .unwrap()
}

/// Keys that are the same in every run, so that lots fall alike: a test that draws people would
/// otherwise fail now and then.
fn with_a_known_key(folder: &std::path::Path) {
    use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
    let keys = folder.join("data/keys");
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&keys).unwrap();
    let key = keys.join("master.key");
    std::fs::write(&key, [7; 32]).unwrap();
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).unwrap();
}

impl Visitor {
    fn new() -> Self {
        Self::among("C1,Ada,<b>Bold</b>,ada@mail.example,Saltmouth,yes\n", Arc::new(SystemClock))
    }

    /// A portal over these customers.
    fn among(customers: &str, clock: Arc<dyn Clock>) -> Self {
        Self::under(CHARTER, customers, clock)
    }

    /// The same under another charter.
    fn under(charter: &str, customers: &str, clock: Arc<dyn Clock>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        with_a_known_key(folder.path());
        Workspace::create(folder.path()).unwrap();
        let csv = format!("customer_id,first_name,last_name,email,city,newsletter\n{customers}");
        std::fs::write(folder.path().join("customers.csv"), csv).unwrap();
        let orders = "order_id,customer_id,ordered_at,total\nO1,C1,2026-01-05T10:00:00Z,12.50\n";
        std::fs::write(folder.path().join("orders.csv"), orders).unwrap();
        let workspace = Workspace::open_at(folder.path(), "test", clock).unwrap();
        let charter = theirs_charter::Charter::read("charter.yaml", charter).unwrap();
        workspace.apply(&alone(&charter)).unwrap();
        for source in crate::load::choose(&charter, &[]).unwrap() {
            let progress = Progress::bar(&source.name);
            crate::load::load(&workspace, &charter, source, folder.path(), &progress).unwrap();
        }
        crate::command::resolve_quietly(&workspace).unwrap();
        let portal = Arc::new(Portal::new(workspace).unwrap());
        let router = router(Arc::clone(&portal));
        Self { folder, portal, router, cookie: None }
    }

    fn link(&self) -> String {
        let person = self
            .portal
            .workspace()
            .desk()
            .unwrap()
            .find("customers:C1", theirs_rights::By::Person)
            .unwrap();
        let link = self.portal.link(&person, "http://localhost:8000").unwrap();
        link.strip_prefix("http://localhost:8000").unwrap().to_owned()
    }

    async fn send(
        &mut self,
        method: &str,
        path: &str,
        form: Option<String>,
        headers: &[(&str, &str)],
    ) -> Page {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(cookie) = &self.cookie {
            request = request.header(header::COOKIE, cookie);
        }
        if form.is_some() && !headers.iter().any(|header| header.0 == "content-type") {
            request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        }
        let request = request.body(Body::from(form.unwrap_or_default())).unwrap();
        let response: Response<Body> = self.router.clone().oneshot(request).await.unwrap();
        assert!(
            response.headers()[header::CONTENT_SECURITY_POLICY]
                .to_str()
                .unwrap()
                .starts_with("default-src 'none'")
        );
        for cookie in response.headers().get_all(header::SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            if cookie.contains("Max-Age=0") {
                continue;
            }
            for part in ["__Host-", "HttpOnly", "Secure", "SameSite=Strict", "Path=/"] {
                assert!(cookie.contains(part), "{part}");
            }
            self.cookie = Some(cookie.split(';').next().unwrap().to_owned());
        }
        let status = response.status();
        let bytes = to_bytes(response.into_body(), 1 << 20).await.unwrap();
        Page { status, text: String::from_utf8_lossy(&bytes).into_owned() }
    }

    async fn get(&mut self, path: &str) -> Page {
        self.send("GET", path, None, &[HOST]).await
    }

    async fn post(&mut self, path: &str, form: &str) -> Page {
        self.send("POST", path, Some(form.to_owned()), &[HOST, OWN]).await
    }

    async fn enter(&mut self) -> String {
        let link = self.link();
        assert_eq!(self.post(&link, "").await.status, StatusCode::SEE_OTHER);
        token(&self.get("/me").await.text)
    }
}

/// What the forms of a page carry.
fn token(page: &str) -> String {
    let token = page.split("name=\"form_token\" value=\"").nth(1).unwrap();
    token.split('"').next().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_opens_once_and_only_by_pressing_the_button() {
    let mut visitor = Visitor::new();
    let link = visitor.link();
    for _ in 0..2 {
        assert_eq!(visitor.get(&link).await.status, StatusCode::OK);
    }
    assert_eq!(visitor.post(&link, "").await.status, StatusCode::SEE_OTHER);
    assert_eq!(visitor.post(&link, "").await.status, StatusCode::FORBIDDEN);
    assert_eq!(visitor.get("/me").await.status, StatusCode::OK);
    visitor.cookie = None;
    assert_eq!(visitor.get("/me").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_shows_values_escaped_and_loads_nothing_from_elsewhere() {
    let mut visitor = Visitor::new();
    visitor.enter().await;
    let page = visitor.get("/me").await.text;
    assert!(page.contains("Ada") && page.contains("ada@mail.example"));
    assert!(!page.contains("<b>Bold"), "a value was not escaped");
    assert!(page.contains("&#60;b&#62;Bold"));
    for foreign in ["<script", "http://", "https://", "style="] {
        assert!(!page.contains(foreign), "{foreign}");
    }
    assert!(page.contains("<html lang=\"en\">"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_correction_needs_the_token_of_the_visit_and_is_seen_at_once() {
    let mut visitor = Visitor::new();
    let token = visitor.enter().await;
    let forged = visitor.post("/me/correct", "form_token=guess&column=city&value=Oldhaven").await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN);
    let form = format!("form_token={token}&column=city&value=Oldhaven");
    assert_eq!(visitor.post("/me/correct", &form).await.status, StatusCode::SEE_OTHER);
    let page = visitor.get("/me").await.text;
    assert!(page.contains("Oldhaven <span class=\"tag\">your word</span>"), "{page}");
    let empty = format!("form_token={token}&column=city&value=%20");
    assert_eq!(visitor.post("/me/correct", &empty).await.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test(flavor = "multi_thread")]
async fn saying_no_stops_the_purpose_at_once() {
    let mut visitor = Visitor::new();
    let token = visitor.enter().await;
    let form = format!("form_token={token}&topic=marketing&object=true");
    assert_eq!(visitor.post("/me/object", &form).await.status, StatusCode::SEE_OTHER);
    assert!(visitor.get("/me").await.text.contains("you objected"));
    let unknown = format!("form_token={token}&topic=nothing&object=true");
    assert_ne!(visitor.post("/me/object", &unknown).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_yes_is_taken_back_as_easily_as_it_is_given() {
    let mut visitor = Visitor::new();
    let token = visitor.enter().await;
    assert!(visitor.get("/me").await.text.contains("Take back my yes to: Newsletter"));
    let form = |agree: bool| format!("form_token={token}&topic=newsletter&agree={agree}");
    assert_eq!(visitor.post("/me/consent", &form(false)).await.status, StatusCode::SEE_OTHER);
    let page = visitor.get("/me").await.text;
    assert!(page.contains("you said no") && page.contains("Say yes to: Newsletter"), "{page}");
    assert_eq!(visitor.post("/me/consent", &form(true)).await.status, StatusCode::SEE_OTHER);
    assert!(!visitor.get("/me").await.text.contains("you said no"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_that_may_be_wrong_is_marked_and_not_used_until_it_is_taken_back() {
    let mut visitor = Visitor::new();
    let token = visitor.enter().await;
    let form = |yes: bool| format!("form_token={token}&column=city&contest={yes}&why=I+moved");
    let early = visitor.post("/me/contest", &form(false)).await;
    assert_eq!(early.status, StatusCode::NOT_FOUND, "there is nothing to take back yet");
    assert_eq!(visitor.post("/me/contest", &form(true)).await.status, StatusCode::SEE_OTHER);
    let page = visitor.get("/me").await.text;
    assert!(page.contains("waits for a decision") && page.contains("<q>I moved</q>"), "{page}");
    assert!(page.contains("You said that your city may be wrong. It is not used until decided."));
    let again = format!("form_token={token}&column=city&contest=true&why=");
    assert_eq!(visitor.post("/me/contest", &again).await.status, StatusCode::SEE_OTHER);
    let page = visitor.get("/me").await.text;
    assert!(page.contains("<q>I moved</q>"), "who says no more takes nothing back: {page}");
    assert_eq!(visitor.post("/me/contest", &form(false)).await.status, StatusCode::SEE_OTHER);
    assert!(!visitor.get("/me").await.text.contains("waits for a decision"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hold_stops_every_purpose_or_one_and_ends_when_the_person_says_so() {
    let mut visitor = Visitor::new();
    let token = visitor.enter().await;
    let form = |topic: &str, hold: bool| format!("form_token={token}&topic={topic}&hold={hold}");
    let held = |page: &str| page.matches("you put it on hold").count();
    for (topic, purposes) in [("all", 2), ("newsletter", 1)] {
        assert_eq!(
            visitor.post("/me/hold", &form(topic, true)).await.status,
            StatusCode::SEE_OTHER
        );
        assert_eq!(held(&visitor.get("/me").await.text), purposes, "{topic}");
        assert_eq!(
            visitor.post("/me/hold", &form(topic, false)).await.status,
            StatusCode::SEE_OTHER
        );
        assert_eq!(held(&visitor.get("/me").await.text), 0, "{topic}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_objection_that_was_made_while_a_hold_is_on_is_seen_beside_it_and_outlasts_it() {
    let mut visitor = Visitor::new();
    let token = visitor.enter().await;
    let hold = |on: bool| format!("form_token={token}&topic=all&hold={on}");
    let object = format!("form_token={token}&topic=customer_figures&object=true");
    visitor.post("/me/hold", &hold(true)).await;
    assert_eq!(visitor.post("/me/object", &object).await.status, StatusCode::SEE_OTHER);
    let page = visitor.get("/me").await.text;
    assert_eq!(page.matches("you put it on hold and you objected").count(), 1, "{page}");
    visitor.post("/me/hold", &hold(false)).await;
    let page = visitor.get("/me").await.text;
    assert!(page.contains("you objected") && !page.contains("you put it on hold"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_an_entry_that_is_shown_can_be_sent_away_and_never_the_last() {
    let mut visitor = Visitor::new();
    let token = visitor.enter().await;
    let form = |record: u64| format!("form_token={token}&record={record}");
    assert_eq!(visitor.post("/me/not-mine", &form(999)).await.status, StatusCode::NOT_FOUND);
    let last = visitor.post("/me/not-mine", &form(1)).await;
    assert_eq!(last.status, StatusCode::CONFLICT);
    assert!(last.text.contains("the only entry we have"), "{}", last.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn leaving_ends_the_visit_and_large_forms_are_refused() {
    let mut visitor = Visitor::new();
    let token = visitor.enter().await;
    let large = format!("form_token={token}&column=city&value={}", "x".repeat(20_000));
    assert_eq!(visitor.post("/me/correct", &large).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    visitor.post("/me/leave", &format!("form_token={token}")).await;
    assert_eq!(visitor.get("/me").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_is_erased_only_after_a_second_yes_and_the_visit_ends_with_it() {
    let mut visitor = Visitor::new();
    let token = visitor.enter().await;
    assert!(visitor.get("/me").await.text.contains("Erase all my data"));
    let form = format!("form_token={token}");
    let forged = visitor.post("/me/erase/yes", "form_token=guess").await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN);
    let asked = visitor.post("/me/erase", &form).await;
    assert!(asked.text.contains("Yes, erase everything"), "{}", asked.text);
    assert!(visitor.get("/me").await.text.contains("ada@mail.example"), "nothing is done yet");
    let done = visitor.post("/me/erase/yes", &form).await;
    assert_eq!(done.status, StatusCode::OK);
    assert!(done.text.contains("We erased your data on"), "{}", done.text);
    assert!(!done.text.contains("Ada"), "{}", done.text);
    assert_eq!(visitor.get("/me").await.status, StatusCode::FORBIDDEN);
    let desk = visitor.portal.workspace().desk().unwrap();
    assert!(desk.find("customers:C1", theirs_rights::By::Person).is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_the_senders_error_and_told_in_plain_words() {
    let mut visitor = Visitor::new();
    let token = visitor.enter().await;
    for (path, rest) in [
        ("/me/correct", "column=shoe_size&value=42"),
        ("/me/object", "topic=nothing&object=true"),
        ("/me/consent", "topic=nothing&agree=true"),
        ("/me/contest", "column=shoe_size&contest=true"),
        ("/me/hold", "topic=nothing&hold=true"),
    ] {
        let page = visitor.post(path, &format!("form_token={token}&{rest}")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
        assert!(page.text.contains("Nothing was changed"), "{}", page.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_cannot_be_read_is_answered_with_a_page_of_ours() {
    let mut visitor = Visitor::new();
    let token = visitor.enter().await;
    for form in ["", "form_token", "form_token=x&column=city", "form_token=x&topic=y&object=maybe"]
    {
        for path in
            ["/me/correct", "/me/contest", "/me/object", "/me/hold", "/me/consent", "/me/leave"]
        {
            let page = visitor.post(path, form).await;
            let known = [StatusCode::BAD_REQUEST, StatusCode::FORBIDDEN];
            assert!(known.contains(&page.status), "{path} {form}: {}", page.status);
            assert!(page.text.contains("<!doctype html>"), "{path} {form}: {}", page.text);
            assert!(!page.text.contains("deserialize"), "{path} {form}: {}", page.text);
        }
    }
    let json = Some(format!("{{\"form_token\":\"{token}\"}}"));
    let typed = [HOST, OWN, ("content-type", "application/json")];
    let page = visitor.send("POST", "/me/leave", json, &typed).await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
    let wrong = visitor.post("/me", "").await;
    assert_eq!(wrong.status, StatusCode::METHOD_NOT_ALLOWED);
    assert!(wrong.text.contains("Go back to your page"), "{}", wrong.text);
    let long = format!("form_token={token}&column=city&value={}", "x".repeat(20_000));
    assert!(visitor.post("/me/correct", &long).await.text.contains("too long"));
    assert_eq!(visitor.get("/open/%ff").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_must_name_this_machine() {
    let mut visitor = Visitor::new();
    visitor.enter().await;
    for host in ["rebound.example:8000", "localhost:8001", "localhost.rebound.example"] {
        let page = visitor.send("GET", "/me", None, &[("host", host)]).await;
        assert_eq!(page.status, StatusCode::MISDIRECTED_REQUEST, "{host}");
        assert!(!page.text.contains("ada@mail.example"), "{host}");
    }
    let none = visitor.send("GET", "/me", None, &[]).await;
    assert_eq!(none.status, StatusCode::MISDIRECTED_REQUEST);
    let numbered = visitor.send("GET", "/me", None, &[("host", "127.0.0.1:8000")]).await;
    assert_eq!(numbered.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_elses_form_opens_a_page_or_changes_one() {
    let mut visitor = Visitor::new();
    let foreign: [&[(&str, &str)]; 4] = [
        &[HOST],
        &[HOST, ("origin", "null")],
        &[HOST, ("origin", "https://elsewhere.example")],
        &[HOST, ("sec-fetch-site", "cross-site"), OWN],
    ];
    let link = visitor.link();
    for headers in foreign {
        let page = visitor.send("POST", &link, Some(String::new()), headers).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{headers:?}");
        assert!(visitor.cookie.is_none(), "{headers:?}");
    }
    let fetched = [HOST, ("sec-fetch-site", "same-origin")];
    let page = visitor.send("POST", &link, Some(String::new()), &fetched).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "the link was not used up");
    let token = visitor.enter().await;
    for headers in foreign {
        let form = format!("form_token={token}&column=city&value=Oldhaven");
        let page = visitor.send("POST", "/me/correct", Some(form), headers).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{headers:?}");
    }
    assert!(!visitor.get("/me").await.text.contains("Oldhaven"));
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_links_are_braked_and_right_ones_are_not() {
    let mut visitor = Visitor::new();
    let link = visitor.link();
    for _ in 0..10 {
        assert_eq!(visitor.get("/open/guess").await.status, StatusCode::FORBIDDEN);
        assert_eq!(visitor.post("/open/guess", "").await.status, StatusCode::FORBIDDEN);
    }
    for page in [visitor.get("/open/guess").await, visitor.post("/open/guess", "").await] {
        assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
        assert!(page.text.contains("wait a minute"), "{}", page.text);
    }
    assert_eq!(visitor.get(&link).await.status, StatusCode::OK);
    assert_eq!(visitor.post(&link, "").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_brands_picture_is_shown_with_its_name() {
    let mut visitor = Visitor::new();
    assert_eq!(visitor.get("/logo").await.status, StatusCode::NOT_FOUND);
    assert!(!visitor.get("/").await.text.contains("<img"));
    let png = b"\x89PNG\r\n\x1a\nrest";
    std::fs::write(visitor.folder.path().join("logo.png"), png).unwrap();
    let looks = "  name: Your organisation\n  colour: \"#14506b\"\n";
    let charter = CHARTER.replace(looks, "  name: Quay & Co\n  logo: logo.png\n");
    let charter = theirs_charter::Charter::read("charter.yaml", &charter).unwrap();
    visitor.portal.workspace().apply(&alone(&charter)).unwrap();
    let page = visitor.get("/").await.text;
    assert!(page.contains("<img class=\"logo\" src=\"/logo\" alt=\"Quay &#38; Co\">"), "{page}");
    let request = Request::builder().uri("/logo").header("host", "localhost:8000");
    let request = request.body(Body::empty()).unwrap();
    let response = visitor.router.clone().oneshot(request).await.unwrap();
    assert_eq!(response.headers()[header::CONTENT_TYPE], "image/png");
    assert_eq!(response.headers()["x-content-type-options"], "nosniff");
    assert_eq!(to_bytes(response.into_body(), 1 << 20).await.unwrap().as_ref(), png);
}

#[tokio::test]
async fn a_person_takes_their_receipt_home_and_nobody_takes_it_without_a_visit() {
    let mut visitor = Visitor::new();
    assert_ne!(visitor.get("/me/receipt").await.status, StatusCode::OK);
    visitor.enter().await;
    let file = visitor.get("/me/receipt").await;
    let receipt = theirs_receipt::Receipt::read(file.text.as_bytes()).unwrap();
    let key = visitor.get("/ledger/key").await.text;
    let found = theirs_receipt::verify(&receipt, Some(&key)).unwrap();
    assert!(found.unsealed >= 2 && found.uses == 0);
    let page = visitor.get("/me/receipt.html").await.text;
    assert!(page.contains("You took a receipt") && page.contains("not sealed yet"), "{page}");
    assert!(visitor.get("/me").await.text.contains("Not sealed yet."));
}

#[tokio::test]
async fn the_log_is_offered_to_anybody_by_the_paths_of_its_specification_alone() {
    let mut visitor = Visitor::new();
    visitor.portal.workspace().ledger.settle().unwrap();
    let note = visitor.get("/ledger/checkpoint").await.text;
    let key = visitor.get("/ledger/key").await.text;
    let size = theirs_ledger::Checkpoint::open(note.as_bytes(), key.trim()).unwrap().size;
    assert_eq!(visitor.get(&format!("/ledger/tile/0/000.p/{size}")).await.status, StatusCode::OK);
    assert_eq!(visitor.get("/ledger/tile/entries/000.p/1").await.status, StatusCode::OK);
    for path in ["tile/0/000", "tile/0/000.p/0", "tile/../journal", "journal", "tile/0/%2e%2e"] {
        let page = visitor.get(&format!("/ledger/{path}")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
    }
}
