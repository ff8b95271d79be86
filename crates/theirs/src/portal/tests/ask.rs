//! Who asks for a link, and whom it lets in.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

use super::*;

pub(super) const ADA: &str = "C1,Ada,Bold,ada@mail.example,Saltmouth,yes\n";
const ASKED: &str = "address=ada%40mail.example";

/// A clock that is moved by hand.
pub(super) struct Hand(Mutex<Timestamp>);

impl Hand {
    /// Lets time go by.
    pub(super) fn pass(&self, time: SignedDuration) {
        *self.0.lock().unwrap() += time;
    }
}

impl Clock for Hand {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

pub(super) fn hand() -> Arc<Hand> {
    Arc::new(Hand(Mutex::new(Timestamp::now())))
}

pub(super) fn visitor(customers: &str) -> Visitor {
    let visitor = Visitor::among(customers, hand());
    visitor.portal.reached_at("http://localhost:8000");
    visitor
}

impl Visitor {
    /// The messages so far, once there are so many, each whole.
    pub(super) fn mail(&self, wanted: usize) -> Vec<String> {
        let folder = self.folder.path().join("outbox/mail");
        let since = Instant::now();
        loop {
            let files = std::fs::read_dir(&folder).into_iter().flatten().flatten();
            let mut files: Vec<_> = files
                .map(|file| file.path())
                .filter(|path| path.extension().is_some_and(|extension| extension == "eml"))
                .collect();
            files.sort_by_key(|path| std::fs::metadata(path).unwrap().modified().unwrap());
            if files.len() >= wanted || since.elapsed() > Duration::from_secs(20) {
                return files.iter().map(whole).collect();
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Asks for a link, and gives what came of it: the path of the link, and the code.
    pub(super) async fn asks(&mut self, number: usize) -> (String, String) {
        assert_eq!(self.post("/ask", ASKED).await.status, StatusCode::OK);
        let mail = self.mail(number).pop().unwrap();
        let link = mail.split("http://localhost:8000").nth(1).unwrap();
        let link = link.split_whitespace().next().unwrap().to_owned();
        let code = mail.split("code there: ").nth(1).unwrap()[..6].to_owned();
        (link, code)
    }
}

/// A message, its lines as they were before they were broken to be sent.
fn whole(path: &std::path::PathBuf) -> String {
    std::fs::read_to_string(path).unwrap().replace("=\r\n", "")
}

#[tokio::test(flavor = "multi_thread")]
async fn known_and_unknown_addresses_get_the_same_answer_and_only_one_a_message() {
    let mut visitor = visitor(ADA);
    let mut pages = Vec::new();
    for address in ["nobody@mail.example", "ADA@mail.example ", "not an address", ""] {
        let form = format!("address={}", address.replace('@', "%40").replace(' ', "+"));
        let page = visitor.post("/ask", &form).await;
        assert_eq!(page.status, StatusCode::OK);
        pages.push(page.text);
    }
    assert!(pages.windows(2).all(|pair| pair[0] == pair[1]));
    assert!(!pages[0].contains("ada@"));
    let mail = visitor.mail(1);
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(visitor.mail(1).len(), 1);
    assert!(mail[0].contains("ADA@mail.example"), "{}", mail[0]);
    let uses = visitor.portal.workspace().store.all_uses().unwrap();
    assert!(uses.iter().any(|one| one.told.contains("a link to this page, by e-mail")));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_where_a_code_is_typed_comes_again_in_the_browser_that_asked() {
    let mut visitor = visitor(ADA);
    assert_eq!(visitor.get("/ask").await.status, StatusCode::SEE_OTHER, "nobody asked here");
    let (_, code) = visitor.asks(1).await;
    for _ in 0..2 {
        let again = visitor.get("/ask").await;
        assert!(again.status == StatusCode::OK && again.text.contains("name=\"code\""));
    }
    let entered = visitor.post("/ask/code", &format!("code={code}")).await;
    assert_eq!(entered.status, StatusCode::SEE_OTHER, "the code is good as before");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_was_asked_for_works_once_in_the_browser_that_asked() {
    let mut visitor = visitor(ADA);
    let (link, _) = visitor.asks(1).await;
    let asked = visitor.cookie.take();
    for _ in 0..2 {
        assert_eq!(visitor.get(&link).await.status, StatusCode::OK, "a scanner only looks");
    }
    let elsewhere = visitor.post(&link, "").await;
    assert_eq!(elsewhere.status, StatusCode::FORBIDDEN);
    assert!(elsewhere.text.contains("where you asked"), "{}", elsewhere.text);
    visitor.cookie = Some("__Host-theirs-asked=guess".to_owned());
    assert_eq!(visitor.post(&link, "").await.status, StatusCode::FORBIDDEN);
    visitor.cookie.clone_from(&asked);
    assert_eq!(visitor.post(&link, "").await.status, StatusCode::SEE_OTHER);
    assert!(visitor.get("/me").await.text.contains("ada@mail.example"));
    visitor.cookie = asked;
    assert_eq!(visitor.post(&link, "").await.status, StatusCode::FORBIDDEN, "used up");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_works_where_it_was_asked_for_and_five_wrong_ones_end_it() {
    let mut visitor = visitor(ADA);
    let (link, code) = visitor.asks(1).await;
    let asked = visitor.cookie.take();
    let right = format!("code={code}");
    assert_eq!(visitor.post("/ask/code", &right).await.status, StatusCode::FORBIDDEN);
    visitor.cookie.clone_from(&asked);
    for _ in 0..4 {
        assert_eq!(visitor.post("/ask/code", "code=x").await.status, StatusCode::FORBIDDEN);
    }
    let spaced = format!("code={}+{}", &code[..3], &code[3..]);
    assert_eq!(visitor.post("/ask/code", &spaced).await.status, StatusCode::SEE_OTHER);
    assert_eq!(visitor.get("/me").await.status, StatusCode::OK);
    visitor.cookie.clone_from(&asked);
    assert_eq!(
        visitor.post(&link, "").await.status,
        StatusCode::FORBIDDEN,
        "the link went with it"
    );

    let (_, code) = visitor.asks(2).await;
    for _ in 0..5 {
        assert_eq!(visitor.post("/ask/code", "code=000").await.status, StatusCode::FORBIDDEN);
    }
    let late = visitor.post("/ask/code", &format!("code={code}")).await;
    assert_eq!(late.status, StatusCode::FORBIDDEN, "it ended with the fifth");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_gets_three_messages_an_hour() {
    let mut visitor = visitor(ADA);
    for _ in 0..6 {
        visitor.post("/ask", ASKED).await;
    }
    visitor.mail(3);
    std::thread::sleep(Duration::from_millis(500));
    assert_eq!(visitor.mail(3).len(), 3);
}

/// Asks for a link from an address in the network.
async fn ask_from(visitor: &Visitor, peer: &str) {
    let request = Request::builder().method("POST").uri("/ask").header(HOST.0, HOST.1);
    let request = request.header(OWN.0, OWN.1);
    let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let mut request = request.body(Body::from(ASKED)).unwrap();
    let peer: std::net::SocketAddr = peer.parse().unwrap();
    request.extensions_mut().insert(axum::extract::ConnectInfo(peer));
    let answer = visitor.router.clone().oneshot(request).await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_elsewhere_takes_no_message_from_the_client_and_an_address_gets_ten_in_all() {
    let visitor = visitor(ADA);
    for _ in 0..5 {
        ask_from(&visitor, "198.51.100.1:5000").await;
    }
    visitor.mail(3);
    ask_from(&visitor, "203.0.113.7:5000").await;
    assert_eq!(visitor.mail(4).len(), 4, "the client has theirs all the same");
    for network in 1..=4 {
        for _ in 0..3 {
            ask_from(&visitor, &format!("192.0.{network}.7:5000")).await;
        }
    }
    visitor.mail(10);
    std::thread::sleep(Duration::from_millis(500));
    assert_eq!(visitor.mail(10).len(), 10);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_another_stands_in_place_of_is_told_the_way_and_opens_nothing() {
    let mut visitor = visitor(ADA);
    let desk = visitor.portal.workspace().desk().unwrap();
    let person = desk.find("customers:C1", theirs_rights::By::Person).unwrap();
    let new = Some("ada@new.example");
    desk.correct(&person, "email", new, theirs_rights::By::Person).unwrap();
    assert_eq!(visitor.post("/ask", ASKED).await.status, StatusCode::OK);
    let mail = visitor.mail(1).pop().unwrap();
    assert!(mail.contains("now we go by another address"), "{mail}");
    assert!(!mail.contains("/open/") && !mail.contains("ada@new.example"), "{mail}");
    visitor.enter().await;
    let page = visitor.get("/me").await.text;
    assert!(page.contains("a link that we did not make, as we go by another address"), "{page}");
    assert_eq!(visitor.post("/ask", "address=ada%40new.example").await.status, StatusCode::OK);
    assert!(visitor.mail(2).pop().unwrap().contains("/open/"), "the other one opens the page");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_up_where_anybody_can_write_opens_its_own_page_as_long_as_there_is_nothing_else() {
    let key = "    key: customer_id ";
    let charter = CHARTER.replacen(key, &format!("    open_to_all: true\n{key}"), 1);
    assert_ne!(charter, CHARTER);
    let mut visitor = Visitor::under(&charter, ADA, hand());
    visitor.portal.reached_at("http://localhost:8000");
    let (link, _) = visitor.asks(1).await;
    assert_eq!(visitor.post(&link, "").await.status, StatusCode::SEE_OTHER);
    assert!(visitor.get("/me").await.text.contains("ada@mail.example"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_of_two_people_opens_nobodys_page_and_says_so_to_its_reader() {
    let mut visitor = visitor(
        "C1,Ada,Bold,family@mail.example,Saltmouth,yes\n\
         C2,Bruno,Quill,family@mail.example,Oldhaven,yes\n",
    );
    assert_eq!(visitor.post("/ask", "address=family%40mail.example").await.status, StatusCode::OK);
    let mail = visitor.mail(1).pop().unwrap();
    assert!(mail.contains("more than one person"), "{mail}");
    assert!(!mail.contains("/open/") && !mail.contains("Ada") && !mail.contains("Bruno"), "{mail}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_channel_shows_the_record_and_lets_nobody_take_it_home_or_away_before_a_day() {
    let clock = hand();
    let mut visitor = Visitor::among(ADA, Arc::clone(&clock) as Arc<dyn Clock>);
    visitor.portal.reached_at("http://localhost:8000");
    let (link, _) = visitor.asks(1).await;
    visitor.post(&link, "").await;
    let form = format!("form_token={}", token(&visitor.get("/me").await.text));
    for path in ["/me/receipt", "/me/receipt.html"] {
        assert_eq!(visitor.get(path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    for (path, more) in [
        ("/me/delete", "&column=city"),
        ("/me/delete/yes", "&column=city"),
        ("/me/erase", ""),
        ("/me/erase/yes", ""),
        ("/me/correct", "&column=email&value=eve%40mail.example"),
        ("/me/correct", "&column=city&value=Oldhaven"),
    ] {
        let page = visitor.post(path, &format!("{form}{more}")).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{path}");
    }
    let no = format!("{form}&topic=marketing&object=true");
    assert_eq!(visitor.post("/me/object", &no).await.status, StatusCode::SEE_OTHER);
    assert_eq!(visitor.post("/me/more", &form).await.status, StatusCode::OK);
    let announced = visitor.mail(2).pop().unwrap();
    assert!(announced.contains("wants to see all of your data"), "{announced}");

    let hours = |hours| clock.pass(SignedDuration::from_hours(hours));
    hours(23);
    let (link, _) = visitor.asks(3).await;
    visitor.post(&link, "").await;
    assert_eq!(visitor.get("/me/receipt").await.status, StatusCode::FORBIDDEN, "too early");
    hours(2);
    let (link, _) = visitor.asks(4).await;
    visitor.post(&link, "").await;
    assert_eq!(visitor.get("/me/receipt").await.status, StatusCode::OK);
    let form = format!("form_token={}", token(&visitor.get("/me").await.text));
    let city = format!("{form}&column=city&value=Oldhaven");
    assert_eq!(visitor.post("/me/correct", &city).await.status, StatusCode::SEE_OTHER);

    assert_eq!(visitor.post("/me/more/stop", &form).await.status, StatusCode::OK);
    assert_eq!(visitor.get("/me").await.status, StatusCode::FORBIDDEN, "every visit has ended");
    let store = &visitor.portal.workspace().store;
    assert_eq!(store.proof_since(theirs_model::Slot(0)).unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_to_whoever_was_erased_leave_the_outbox_with_the_sweep() {
    let mut visitor = visitor(&format!("{ADA}C2,Bruno,Quill,bruno@mail.example,Oldhaven,yes\n"));
    visitor.asks(1).await;
    visitor.post("/ask", "address=bruno%40mail.example").await;
    assert_eq!(visitor.mail(2).len(), 2);
    let form = format!("form_token={}", visitor.enter().await);
    assert_eq!(visitor.post("/me/erase/yes", &form).await.status, StatusCode::OK);
    crate::sweeping::sweep(visitor.portal.workspace()).unwrap();
    let left = visitor.mail(1);
    assert_eq!(left.len(), 1);
    assert!(left[0].contains("bruno@mail.example"), "{}", left[0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_marketing_needs_no_proof_and_counts_for_all_who_share_the_address() {
    let mut visitor = visitor(
        "C1,Ada,Bold,family@mail.example,Saltmouth,yes\n\
         C2,Bruno,Quill,family@mail.example,Oldhaven,yes\n\
         C3,Cleo,Marsh,cleo@mail.example,Oldhaven,yes\n",
    );
    let known = visitor.post("/no", "address=Family%40mail.example").await;
    let unknown = visitor.post("/no", "address=nobody%40mail.example").await;
    assert_eq!((known.status, &known.text), (StatusCode::OK, &unknown.text), "the same answer");
    assert_eq!(visitor.mail(1).len(), 1);
    let objects = |key: &str| {
        let desk = visitor.portal.workspace().desk().unwrap();
        let person = desk.find(&format!("customers:{key}"), theirs_rights::By::Person).unwrap();
        desk.objects(&person, "marketing").unwrap()
    };
    assert_eq!(["C1", "C2", "C3"].map(objects), [true, true, false]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_that_sends_global_privacy_control_is_heeded_once_and_told_so() {
    let mut visitor = visitor(ADA);
    visitor.enter().await;
    assert!(!visitor.get("/me").await.text.contains("You said no to selling"));
    for _ in 0..2 {
        let page = visitor.send("GET", "/me", None, &[HOST, ("sec-gpc", "1")]).await.text;
        assert_eq!(
            page.matches("You said no to selling and sharing your data.").count(),
            1,
            "{page}"
        );
        assert!(page.contains("told us not to"), "{page}");
    }
    assert!(visitor.get("/me").await.text.contains("told us not to"), "it stays");
}
