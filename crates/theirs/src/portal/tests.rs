//! The portal as a browser meets it, without one.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, Response, StatusCode, header};
use tower::ServiceExt;

use super::{Portal, router};
use crate::progress::Progress;
use crate::workspace::Workspace;

const CHARTER: &str = include_str!("../command/init/charter.yaml");

struct Visitor {
    _folder: tempfile::TempDir,
    portal: Arc<Portal>,
    router: Router,
    cookie: Option<String>,
}

struct Page {
    status: StatusCode,
    text: String,
}

impl Visitor {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Workspace::create(folder.path()).unwrap();
        let csv = "customer_id,first_name,last_name,email,city,newsletter\n\
                   C1,Ada,<b>Bold</b>,ada@mail.example,Saltmouth,yes\n";
        std::fs::write(folder.path().join("customers.csv"), csv).unwrap();
        let workspace = Workspace::open(folder.path(), "test").unwrap();
        let charter = theirs_charter::Charter::read("charter.yaml", CHARTER).unwrap();
        workspace.apply(&charter).unwrap();
        for source in crate::load::choose(&charter, &[]).unwrap() {
            let progress = Progress::bar(&source.name);
            crate::load::load(&workspace, &charter, source, folder.path(), progress).unwrap();
        }
        crate::command::resolve_quietly(&workspace).unwrap();
        let portal = Arc::new(Portal::new(workspace));
        let router = router(Arc::clone(&portal));
        Self { _folder: folder, portal, router, cookie: None }
    }

    fn link(&self) -> String {
        let person = self.portal.workspace().desk().unwrap().find("customers:C1").unwrap();
        self.portal.link(&person, "").unwrap()
    }

    async fn send(&mut self, method: &str, path: &str, form: Option<String>) -> Page {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(cookie) = &self.cookie {
            request = request.header(header::COOKIE, cookie);
        }
        if form.is_some() {
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
        if let Some(cookie) = response.headers().get(header::SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            for part in ["__Host-", "HttpOnly", "Secure", "SameSite=Strict", "Path=/"] {
                assert!(cookie.contains(part), "{part}");
            }
            self.cookie = Some(cookie.split(';').next().unwrap().to_owned());
        }
        let status = response.status();
        let bytes = to_bytes(response.into_body(), 1 << 20).await.unwrap();
        Page { status, text: String::from_utf8(bytes.to_vec()).unwrap() }
    }

    async fn get(&mut self, path: &str) -> Page {
        self.send("GET", path, None).await
    }

    async fn post(&mut self, path: &str, form: &str) -> Page {
        self.send("POST", path, Some(form.to_owned())).await
    }

    async fn enter(&mut self) -> String {
        let link = self.link();
        assert_eq!(self.post(&link, "").await.status, StatusCode::SEE_OTHER);
        let page = self.get("/me").await;
        let token = page.text.split("name=\"form_token\" value=\"").nth(1).unwrap();
        token.split('"').next().unwrap().to_owned()
    }
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
async fn leaving_ends_the_visit_and_large_forms_are_refused() {
    let mut visitor = Visitor::new();
    let token = visitor.enter().await;
    let large = format!("form_token={token}&column=city&value={}", "x".repeat(20_000));
    assert_eq!(visitor.post("/me/correct", &large).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    visitor.post("/me/leave", &format!("form_token={token}")).await;
    assert_eq!(visitor.get("/me").await.status, StatusCode::FORBIDDEN);
}
