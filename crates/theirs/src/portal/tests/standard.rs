//! What the Application Security Verification Standard asks of every page, door and form alike:
//! `docs/asvs.md` names these.

use axum::http::HeaderMap;
use jiff::SignedDuration;

use super::ask::{ADA, Hand, hand};
use super::*;
use crate::failure::Failure;
use crate::portal::here::Here;

const TWO: &str = "C1,Ada,Bold,ada@mail.example,Saltmouth,yes\n\
                   C2,Bruno,Quill,bruno@mail.example,Saltmouth,yes\n";
const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

/// Pages that anybody may ask for, those of a visit, and what there is not.
const PAGES: [&str; 14] = [
    "/",
    "/style.css",
    "/logo",
    "/open/guess",
    "/me",
    "/me/history",
    "/me/did/nothing",
    "/me/copy.html",
    "/me/copy.json",
    "/me/receipt",
    "/staff",
    "/ledger/checkpoint",
    "/ledger/tile/nothing",
    "/nowhere",
];

type Pairs<'p> = &'p [(&'p str, &'p str)];

/// The answer to a request, with its head.
async fn answer(
    visitor: &Visitor,
    method: &str,
    path: &str,
    form: &str,
    head: Pairs<'_>,
) -> Response<Body> {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in head {
        request = request.header(*name, *value);
    }
    if let Some(cookie) = &visitor.cookie {
        request = request.header(header::COOKIE, cookie);
    }
    let request = request.body(Body::from(form.to_owned())).unwrap();
    visitor.router.clone().oneshot(request).await.unwrap()
}

/// A header as text; empty if there is none.
fn head<'r>(response: &'r Response<Body>, name: &str) -> &'r str {
    response.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

async fn text(response: Response<Body>) -> String {
    let bytes = to_bytes(response.into_body(), 1 << 20).await.unwrap();
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A colleague of the privacy role; gives their token.
fn colleague(visitor: &Visitor) -> String {
    let workspace = visitor.portal.workspace();
    let (roles, now) = (["privacy".to_owned()], workspace.clock.now());
    workspace.store.add_principal("noor", &roles, &workspace.keys, now).unwrap().token
}

fn with(clock: &Arc<Hand>) -> Visitor {
    Visitor::among(ADA, Arc::clone(clock) as Arc<dyn Clock>)
}

/// What is sent in one answer of each kind: pages, refusals of every door, and a form that is wrong.
async fn answers(visitor: &Visitor) -> Vec<Response<Body>> {
    let mut all = Vec::new();
    for path in PAGES {
        all.push(answer(visitor, "GET", path, "", &[HOST]).await);
    }
    all.push(answer(visitor, "GET", "/", "", &[("host", "rebound.example")]).await);
    all.push(answer(visitor, "POST", "/ask", "address=a", &[HOST, FORM]).await);
    all.push(answer(visitor, "POST", "/ask", "address=a", &[HOST, OWN, FORM]).await);
    all.push(answer(visitor, "POST", "/ask", "", &[HOST, OWN]).await);
    all.push(answer(visitor, "POST", "/me", "", &[HOST, OWN, FORM]).await);
    all.push(answer(visitor, "POST", "/staff", "name=x&token=x", &[HOST, OWN, FORM]).await);
    let long = format!("code={}", "1".repeat(20_000));
    all.push(answer(visitor, "POST", "/ask/code", &long, &[HOST, OWN, FORM]).await);
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_bears_the_headers_that_keep_it_to_itself() {
    let mut visitor = Visitor::new();
    for is_visit in [false, true] {
        if is_visit {
            visitor.enter().await;
        }
        for response in answers(&visitor).await {
            let policy = head(&response, "content-security-policy");
            for part in
                ["default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action"]
            {
                assert!(policy.contains(part), "{part}: {policy}");
            }
            assert!(!policy.contains("unsafe") && !policy.contains('*'), "{policy}");
            for (name, value) in [
                ("x-content-type-options", "nosniff"),
                ("referrer-policy", "same-origin"),
                ("cross-origin-opener-policy", "same-origin"),
                ("cross-origin-resource-policy", "same-origin"),
            ] {
                assert_eq!(head(&response, name), value, "{name} of {}", response.status());
            }
            for name in ["server", "x-powered-by", "access-control-allow-origin"] {
                assert!(!response.headers().contains_key(name), "{name}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_personal_is_kept_by_a_browser_or_on_the_way() {
    let mut visitor = Visitor::new();
    visitor.enter().await;
    for path in PAGES.iter().filter(|path| !path.starts_with("/ledger/checkpoint")) {
        let response = answer(&visitor, "GET", path, "", &[HOST]).await;
        assert_eq!(head(&response, "cache-control"), "no-store", "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_body_says_what_it_is_and_in_which_letters() {
    let mut visitor = Visitor::new();
    visitor.enter().await;
    for response in answers(&visitor).await {
        let kind = head(&response, "content-type").to_owned();
        let status = response.status();
        let body = text(response).await;
        if body.starts_with("<!doctype html>") {
            assert_eq!(kind, "text/html; charset=utf-8", "{status}");
        } else if kind.starts_with("text/") {
            assert!(kind.ends_with("; charset=utf-8"), "{kind}");
        } else {
            assert!(body.is_empty() || kind == "application/json", "{status}: {kind}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_taken_home_is_a_file_under_a_name_of_ours() {
    let mut visitor = Visitor::new();
    visitor.enter().await;
    for (path, name) in [
        ("/me/copy.html?name=x.exe", "my-data.html"),
        ("/me/copy.json", "my-data.json"),
        ("/me/copy.csv?filename=..%2Fx", "my-data.csv"),
        ("/me/receipt", "receipt.json"),
        ("/me/receipt.html", "receipt.html"),
    ] {
        let response = answer(&visitor, "GET", path, "", &[HOST]).await;
        let told = format!("attachment; filename=\"{name}\"");
        assert_eq!(head(&response, "content-disposition"), told, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tls_is_asked_for_wherever_the_world_comes_and_not_on_this_machine_alone() {
    let name = "strict-transport-security";
    let visitor = Visitor::new();
    let local = answer(&visitor, "GET", "/", "", &[HOST]).await;
    assert!(!local.headers().contains_key(name));
    visitor.portal.reached_at("https://privacy.shop.example");
    for (path, host) in [
        ("/", "privacy.shop.example"),
        ("/nowhere", "privacy.shop.example"),
        ("/me", "privacy.shop.example"),
        ("/", "rebound.example"),
    ] {
        let response = answer(&visitor, "GET", path, "", &[("host", host)]).await;
        assert_eq!(head(&response, name), "max-age=31536000; includeSubDomains", "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_other_name_is_answered_whatever_is_said_of_who_passed_it_on() {
    let visitor = Visitor::new();
    visitor.portal.reached_at("https://privacy.shop.example");
    let own = ("host", "Privacy.Shop.Example:443");
    let of = |head: &'static [(&'static str, &'static str)]| answer(&visitor, "GET", "/", "", head);
    for wrong in ["shop.example", "privacy.shop.example.evil.example", "privacy.shop.example:80"] {
        let response = answer(&visitor, "GET", "/", "", &[("host", wrong)]).await;
        assert_eq!(response.status(), StatusCode::MISDIRECTED_REQUEST, "{wrong}");
    }
    let claimed = of(&[
        ("host", "evil.example"),
        ("x-forwarded-host", "privacy.shop.example"),
        ("forwarded", "host=privacy.shop.example"),
    ])
    .await;
    assert_eq!(claimed.status(), StatusCode::MISDIRECTED_REQUEST);
    let twice = of(&[("host", "privacy.shop.example"), ("host", "evil.example")]).await;
    assert_eq!(twice.status(), StatusCode::MISDIRECTED_REQUEST);
    let head = [own, ("x-forwarded-host", "evil.example")];
    let passed = answer(&visitor, "GET", "/", "", &head).await;
    assert_eq!(passed.status(), StatusCode::OK);
    assert!(!text(passed).await.contains("evil.example"));
    let plain = [("host", "privacy.shop.example"), ("origin", "http://privacy.shop.example"), FORM];
    let form = answer(&visitor, "POST", "/ask", "address=a", &plain).await;
    assert_eq!(form.status(), StatusCode::FORBIDDEN, "its page came without TLS");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cookie_is_for_one_host_and_one_sitting_and_never_in_a_page() {
    let mut visitor = Visitor::new();
    let (link, token) = (visitor.link(), colleague(&visitor));
    let sign_in = format!("name=noor&token={token}");
    for (path, form, after) in [
        (link.as_str(), "", "/me"),
        ("/ask", "address=a", "/"),
        ("/staff", sign_in.as_str(), "/staff"),
    ] {
        visitor.cookie = None;
        let response = answer(&visitor, "POST", path, form, &[HOST, OWN, FORM]).await;
        let cookie = head(&response, "set-cookie").to_owned();
        for part in ["__Host-", "HttpOnly", "Secure", "SameSite=Strict", "Path=/"] {
            assert!(cookie.contains(part), "{path}: {part}");
        }
        for part in ["Domain", "Expires", "Max-Age"] {
            assert!(!cookie.contains(part), "{path}: {part}");
        }
        let pair = cookie.split(';').next().unwrap().to_owned();
        let secret = pair.split('=').nth(1).unwrap().to_owned();
        assert_eq!(secret.len(), 64, "256 bits");
        assert!(!head(&response, "location").contains(&secret), "{path}");
        visitor.cookie = Some(pair);
        assert!(!visitor.get(after).await.text.contains(&secret), "{after}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn methods_that_no_page_knows_are_refused_and_nothing_is_sent_back() {
    let mut visitor = Visitor::new();
    visitor.enter().await;
    let canary = ("x-canary", "CANARY");
    for path in ["/", "/me", "/staff", "/me/copy.json", "/me/correct"] {
        for method in ["TRACE", "PUT", "DELETE", "PATCH", "OPTIONS"] {
            let asked = answer(&visitor, method, path, "", &[HOST, OWN, canary]).await;
            assert_eq!(asked.status(), StatusCode::METHOD_NOT_ALLOWED, "{method} {path}");
            for name in asked.headers().keys() {
                assert!(!name.as_str().starts_with("access-control"), "{method} {path}");
            }
            let told = text(asked).await;
            assert!(!told.contains("CANARY") && !told.contains("__Host-"), "{method} {path}");
            let foreign = answer(&visitor, method, path, "", &[HOST, canary]).await;
            assert_eq!(foreign.status(), StatusCode::FORBIDDEN, "{method} {path}");
        }
    }
    let form = answer(&visitor, "GET", "/me/correct?column=city&value=x", "", &[HOST]).await;
    assert_eq!(form.status(), StatusCode::METHOD_NOT_ALLOWED, "nothing is changed by looking");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_field_that_comes_twice_or_in_the_wrong_place_is_not_taken() {
    let mut visitor = Visitor::new();
    let token = visitor.enter().await;
    let twice = format!("form_token={token}&column=email&column=city&value=Oldhaven");
    assert_eq!(visitor.post("/me/correct", &twice).await.status, StatusCode::BAD_REQUEST);
    let path = format!("/me/correct?form_token={token}&column=city&value=Oldhaven");
    assert_eq!(visitor.post(&path, "").await.status, StatusCode::BAD_REQUEST);
    let form = format!("form_token={token}&column=city&value=Newhaven");
    let path = "/me/correct?value=Oldhaven";
    assert_eq!(visitor.post(path, &form).await.status, StatusCode::SEE_OTHER);
    let page = visitor.get("/me").await.text;
    assert!(page.contains("Newhaven") && !page.contains("Oldhaven"), "{page}");
    let twice = visitor.get("/me/history?page=1&page=2").await;
    assert_eq!(twice.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_field_that_a_form_does_not_have_changes_nothing() {
    let mut visitor = Visitor::among(TWO, hand());
    let token = visitor.enter().await;
    let more = "person=customers%3AC2&slot=1&level=full&record=2&by=colleague&source=customers";
    let form = format!("form_token={token}&column=city&value=Oldhaven&{more}");
    assert_eq!(visitor.post("/me/correct", &form).await.status, StatusCode::SEE_OTHER);
    assert!(visitor.get("/me").await.text.contains("Oldhaven"));
    let desk = visitor.portal.workspace().desk().unwrap();
    let other = desk.find("customers:C2", theirs_rights::By::Person).unwrap();
    let link = visitor.portal.link(&other, "http://localhost:8000").unwrap();
    let path = link.strip_prefix("http://localhost:8000").unwrap().to_owned();
    visitor.cookie = None;
    visitor.post(&path, "").await;
    let page = visitor.get("/me").await.text;
    assert!(page.contains("bruno@mail.example") && !page.contains("Oldhaven"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_anothers_is_not_reached_by_its_number() {
    let mut visitor = Visitor::among(TWO, hand());
    let token = visitor.enter().await;
    let form = format!("form_token={token}&record=2");
    let theirs = visitor.post("/me/not-mine", &form).await;
    assert_eq!(theirs.status, StatusCode::NOT_FOUND);
    assert!(!theirs.text.contains("Bruno"));
    for path in ["/me?person=customers:C2", "/me/copy.json?slot=1", "/me/history?person=2"] {
        let page = visitor.get(path).await;
        assert!(!page.text.contains("bruno@"), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_of_another_type_is_not_read() {
    let mut visitor = Visitor::new();
    let token = visitor.enter().await;
    let form = format!("form_token={token}&column=city&value=Oldhaven");
    for kind in ["text/plain", "multipart/form-data; boundary=x", "application/json", "text/xml"] {
        let head = [HOST, OWN, ("content-type", kind)];
        let page = visitor.send("POST", "/me/correct", Some(form.clone()), &head).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{kind}");
    }
    assert!(!visitor.get("/me").await.text.contains("Oldhaven"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_is_decoded_once_and_stays_a_value_whatever_language_it_looks_like() {
    let mut visitor = Visitor::new();
    let token = visitor.enter().await;
    for (sent, shown) in [
        ("Oa%2541", "Oa%41"),
        ("%26lt%3Bi%3E", "&#38;lt;i&#62;"),
        ("x%27%29%3B+drop+table+record%3B--", "drop table record"),
        ("O%7B%7B7*7%7D%7D", "O{{7*7}}"),
        ("O%24%7B7*7%7D", "O${7*7}"),
        ("%3Csvg+onload%3Dalert%281%29%3E", "&#60;svg onload=alert(1)&#62;"),
    ] {
        let form = format!("form_token={token}&column=city&value={sent}");
        assert_eq!(visitor.post("/me/correct", &form).await.status, StatusCode::SEE_OTHER);
        let page = visitor.get("/me").await.text;
        assert!(page.contains(shown), "{sent}: {page}");
        assert!(!page.contains("<svg"), "{sent}");
    }
    for name in ["noor%27+or+%271%27%3D%271", "%27%3B+select+1%3B--", "*"] {
        let page = visitor.post("/staff", &format!("name={name}&token=x")).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_is_sent_comes_back_in_a_refusal() {
    let mut visitor = Visitor::new();
    let token = visitor.enter().await;
    let script = "%3Cscript%3ECANARY%3C%2Fscript%3E";
    let mut pages = Vec::new();
    for path in ["/open/", "/nowhere/", "/me/did/", "/me/history?only=", "/me/history?week="] {
        pages.push(visitor.get(&format!("{path}{script}")).await);
    }
    for (path, form) in [
        ("/me/correct", format!("form_token={token}&column={script}&value={script}")),
        ("/me/object", format!("form_token={token}&topic={script}&object=true")),
        ("/me/leave", format!("form_token={script}")),
        ("/staff", format!("name={script}&token={script}")),
        ("/ask", format!("address={script}")),
        ("/ask/code", format!("code={script}")),
    ] {
        pages.push(visitor.post(path, &form).await);
    }
    for page in pages {
        assert!(!page.text.contains("CANARY"), "{}: {}", page.status, page.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_too_large_are_refused_and_none_wraps_round() {
    let mut visitor = Visitor::new();
    let token = visitor.enter().await;
    let large = "99999999999999999999999";
    let page = visitor.get(&format!("/me/history?page={large}")).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    let last = visitor.get(&format!("/me/history?page={}", u64::MAX)).await;
    assert_eq!(last.status, StatusCode::OK, "the last page");
    for record in [large, "-1", "1.5", "0x1", "1e0", ""] {
        let form = format!("form_token={token}&record={record}");
        let page = visitor.post("/me/not-mine", &form).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{record}");
    }
    let form = format!("form_token={token}&record={}", u64::MAX);
    let page = visitor.post("/me/not-mine", &form).await;
    assert!(page.status != StatusCode::SEE_OTHER, "{}", page.status);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_ends_after_half_an_hour_without_a_click_and_after_ten_hours_at_last() {
    let clock = hand();
    let mut visitor = with(&clock);
    visitor.enter().await;
    clock.pass(SignedDuration::from_mins(29));
    assert_eq!(visitor.get("/me/history").await.status, StatusCode::OK);
    clock.pass(SignedDuration::from_mins(30));
    assert_eq!(visitor.get("/me/history").await.status, StatusCode::FORBIDDEN);
    visitor.enter().await;
    for _ in 0..23 {
        clock.pass(SignedDuration::from_mins(25));
        assert_eq!(visitor.get("/me/history").await.status, StatusCode::OK);
    }
    clock.pass(SignedDuration::from_mins(25));
    assert_eq!(visitor.get("/me/history").await.status, StatusCode::FORBIDDEN, "ten hours");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_colleague_is_out_after_half_an_hour_without_a_click_and_after_ten_hours_at_last() {
    let clock = hand();
    let mut visitor = with(&clock);
    let form = format!("name=noor&token={}", colleague(&visitor));
    visitor.portal.reached_at("http://localhost:8000");
    visitor.post("/staff", &form).await;
    assert!(visitor.get("/staff").await.text.contains("Sign out noor"));
    clock.pass(SignedDuration::from_mins(30));
    assert!(visitor.get("/staff").await.text.contains("Sign in"));
    visitor.post("/staff", &form).await;
    for _ in 0..23 {
        clock.pass(SignedDuration::from_mins(25));
        assert!(visitor.get("/staff").await.text.contains("Sign out noor"));
    }
    clock.pass(SignedDuration::from_mins(25));
    assert!(visitor.get("/staff").await.text.contains("Sign in"), "ten hours");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_was_left_open_makes_no_passkey() {
    let clock = hand();
    let mut visitor = with(&clock);
    let form = format!("name=noor&token={}", colleague(&visitor));
    visitor.portal.reached_at("http://localhost:8000");
    assert!(visitor.get("/staff/passkeys").await.text.contains("Your token"), "nobody is in yet");
    visitor.post("/staff", &form).await;
    let page = visitor.get("/staff/passkeys").await.text;
    assert!(page.contains("Make a passkey"), "{page}");
    let wrong = format!("form_token={}&answer=%7B%7D", super::token(&page));
    let refused = visitor.post("/staff/passkeys", &wrong).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    clock.pass(SignedDuration::from_mins(11));
    let page = visitor.get("/staff/passkeys").await.text;
    assert!(!page.contains("Make a passkey") && page.contains("sign out and in again"), "{page}");
    let forged = visitor.post("/staff/passkeys", "form_token=x&answer=%7B%7D").await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_and_a_code_end_after_ten_minutes() {
    let clock = hand();
    let mut visitor = with(&clock);
    let link = visitor.link();
    let (asked, code) = visitor.asks(1).await;
    clock.pass(SignedDuration::from_mins(10));
    for path in [&link, &asked] {
        assert_eq!(visitor.get(path).await.status, StatusCode::FORBIDDEN);
        assert_eq!(visitor.post(path, "").await.status, StatusCode::FORBIDDEN);
    }
    let late = visitor.post("/ask/code", &format!("code={code}")).await;
    assert_eq!(late.status, StatusCode::FORBIDDEN);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_entry_makes_a_new_secret_and_ends_the_visit_before_it() {
    let mut visitor = Visitor::new();
    let chosen = "__Host-theirs=0000000000000000000000000000000000000000000000000000000000000000";
    visitor.cookie = Some(chosen.to_owned());
    visitor.enter().await;
    let first = visitor.cookie.clone();
    assert!(first.as_deref() != Some(chosen), "nobody chooses it beforehand");
    visitor.enter().await;
    let second = visitor.cookie.clone();
    assert!(first != second);
    for (cookie, status) in [
        (Some(chosen.to_owned()), StatusCode::FORBIDDEN),
        (first, StatusCode::FORBIDDEN),
        (second, StatusCode::OK),
    ] {
        visitor.cookie = cookie;
        assert_eq!(visitor.get("/me").await.status, status);
    }
    let form = format!("name=noor&token={}", colleague(&visitor));
    visitor.cookie = None;
    visitor.post("/staff", &form).await;
    let first = visitor.cookie.clone();
    visitor.post("/staff", &form).await;
    assert!(visitor.get("/staff").await.text.contains("Sign out noor"));
    visitor.cookie = first;
    assert!(visitor.get("/staff").await.text.contains("Sign in"));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_leaves_takes_the_cookie_and_what_the_browser_kept_with_them() {
    let mut visitor = Visitor::new();
    let secret = colleague(&visitor);
    let mut leave =
        vec![("/me/leave", "__Host-theirs=", visitor.enter().await, visitor.cookie.take())];
    visitor.post("/staff", &format!("name=noor&token={secret}")).await;
    let form_token = token(&visitor.get("/staff").await.text);
    leave.push(("/staff/leave", "__Host-theirs-staff=", form_token, visitor.cookie.take()));
    for (path, cookie, form_token, own) in leave {
        visitor.cookie = own;
        let form = format!("form_token={form_token}");
        let response = answer(&visitor, "POST", path, &form, &[HOST, OWN, FORM]).await;
        assert_eq!(head(&response, "clear-site-data"), "\"cache\", \"storage\"", "{path}");
        let gone = head(&response, "set-cookie");
        assert!(gone.starts_with(cookie) && gone.contains("Max-Age=0"), "{path}: {gone}");
        let again = answer(&visitor, "POST", path, &form, &[HOST, OWN, FORM]).await;
        assert_eq!(again.status(), StatusCode::FORBIDDEN, "{path}: it is over");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_erases_everything_is_out_in_every_browser() {
    let mut visitor = Visitor::new();
    let (link, elsewhere) = (visitor.link(), visitor.enter().await);
    let other = visitor.cookie.take();
    let form_token = visitor.enter().await;
    assert!(form_token != elsewhere);
    let done = visitor.post("/me/erase/yes", &format!("form_token={form_token}")).await;
    assert_eq!(done.status, StatusCode::OK);
    visitor.cookie = other;
    assert_eq!(visitor.get("/me").await.status, StatusCode::FORBIDDEN);
    assert_eq!(visitor.post(&link, "").await.status, StatusCode::FORBIDDEN, "a link left over");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_sent_to_another_host() {
    let mut visitor = Visitor::new();
    let (link, secret) = (visitor.link(), colleague(&visitor));
    let away = "next=https%3A%2F%2Fevil.example&to=//evil.example";
    for (path, form, to) in [
        (format!("{link}?{away}"), away.to_owned(), "/me"),
        (format!("/staff?{away}"), format!("name=noor&token={secret}&{away}"), "/staff"),
    ] {
        let response = answer(&visitor, "POST", &path, &form, &[HOST, OWN, FORM]).await;
        assert_eq!(response.status(), StatusCode::SEE_OTHER, "{path}");
        assert_eq!(head(&response, "location"), to);
    }
    let token = visitor.enter().await;
    for (path, form) in [
        ("/me/correct", "column=city&value=Oldhaven"),
        ("/me/object", "topic=marketing&object=true"),
        ("/me/ask", "asked=question&text=Why%3F"),
    ] {
        let form = format!("form_token={token}&{form}&{away}");
        let response = answer(&visitor, "POST", path, &form, &[HOST, OWN, FORM]).await;
        assert!(head(&response, "location").starts_with("/me#"), "{path}");
    }
    let doubled = answer(&visitor, "GET", "//evil.example/", "", &[HOST]).await;
    assert_eq!((doubled.status(), head(&doubled, "location")), (StatusCode::NOT_FOUND, ""));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_folder_is_listed_and_no_file_of_the_working_folder_is_served() {
    let mut visitor = Visitor::new();
    visitor.enter().await;
    for path in [
        "/data/",
        "/outbox/",
        "/tokens/noor",
        "/charter.yaml",
        "/theirs.yaml",
        "/customers.csv",
        "/../charter.yaml",
        "/%2e%2e/charter.yaml",
        "/.git/config",
        "/.env",
        "/me/",
        "/staff/",
        "/staff/requests/",
        "/ledger/",
        "/ledger/tile/",
        "/ledger/tile/../../data/keys/master.key",
        "/metrics",
        "/health",
        "/debug",
        "/docs",
    ] {
        let page = visitor.get(path).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
        assert!(!page.text.contains("customers"), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_tells_who_asked_nothing_of_its_cause() {
    let visitor = Visitor::new();
    let cause = Failure::Usage("no such table: CANARY at data/theirs.db:7".to_owned());
    let here = Here::of(Arc::clone(&visitor.portal), &HeaderMap::new());
    let response = crate::portal::message::failed(&here, &cause);
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    let told = text(response).await;
    assert!(told.contains("Something went wrong on our side. Nothing was changed."), "{told}");
    assert!(!told.contains("CANARY") && !told.contains("theirs.db"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_house_knows_no_colleague_and_no_usual_name_comes_in() {
    let mut visitor = Visitor::new();
    assert!(visitor.portal.workspace().store.principals().unwrap().is_empty());
    for (name, token) in [("admin", "admin"), ("root", ""), ("postgres", "postgres"), ("", "")] {
        let page = visitor.post("/staff", &format!("name={name}&token={token}")).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_colleague_who_is_turned_away_is_on_record_and_not_told_whether_the_name_is_right() {
    let mut visitor = Visitor::new();
    let token = colleague(&visitor);
    let mut cut = token.clone();
    cut.pop();
    let mut pages = Vec::new();
    let wrong =
        [("noor", "guess"), ("nobody", "guess"), ("noor", cut.as_str()), ("NOOR", token.as_str())];
    for (name, token) in wrong {
        let page = visitor.post("/staff", &format!("name={name}&token={token}")).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{name}");
        pages.push(page.text);
    }
    assert!(pages.windows(2).all(|pair| pair[0] == pair[1]));
    let uses = visitor.portal.workspace().store.all_uses().unwrap();
    let turned = uses.iter().filter(|one| one.told.contains("somebody without a right token"));
    assert_eq!(turned.count(), 4);
    assert!(!uses.iter().any(|one| one.told.contains("guess")), "what was tried is not kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_typed_unseen_and_may_be_pasted_or_kept_by_the_browser() {
    let mut visitor = Visitor::new();
    let page = visitor.get("/staff").await.text;
    let field = page.split("<input id=\"token\"").nth(1).unwrap().split('>').next().unwrap();
    assert!(field.contains("type=\"password\""), "{field}");
    assert!(field.contains("autocomplete=\"current-password\""), "{field}");
    assert!(!page.contains("onpaste"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_with_a_line_end_adds_nobody_to_a_message() {
    let mut visitor = super::ask::visitor(ADA);
    for address in [
        "ada%40mail.example%0D%0ABcc%3A+eve%40mail.example",
        "ada%40mail.example%0AEVE%40mail.example",
        "ada%40mail.example%2C+eve%40mail.example",
        "%22ada%40mail.example%22%0D%0A%0D%0Aeve%40mail.example",
    ] {
        visitor.post("/ask", &format!("address={address}")).await;
        visitor.post("/no", &format!("address={address}")).await;
    }
    visitor.asks(1).await;
    let mail = visitor.mail(1);
    assert_eq!(mail.len(), 1);
    assert!(!mail[0].to_lowercase().contains("eve@"), "{}", mail[0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn six_hundred_may_ask_within_a_minute_and_no_more() {
    let mut visitor = Visitor::new();
    let form = format!("address={}", "x".repeat(300));
    for _ in 0..crate::portal::MOST_ASKS {
        assert_eq!(visitor.post("/ask", &form).await.status, StatusCode::OK);
    }
    for path in ["/ask", "/no"] {
        let response = answer(&visitor, "POST", path, &form, &[HOST, OWN, FORM]).await;
        assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS, "{path}");
        assert!(!head(&response, "retry-after").is_empty(), "{path}");
    }
}

#[test]
fn secrets_are_long_and_no_two_are_alike() {
    let drawn: std::collections::BTreeSet<String> =
        (0..1_000).map(|_| crate::portal::session::token().unwrap()).collect();
    assert_eq!(drawn.len(), 1_000);
    let is_whole = |one: &String| one.len() == 64 && one.chars().all(|c| c.is_ascii_hexdigit());
    assert!(drawn.iter().all(is_whole));
}
