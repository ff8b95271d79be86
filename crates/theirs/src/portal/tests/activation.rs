//! Messages of a campaign, and where their links lead.

use std::path::PathBuf;

use theirs_model::FixedClock;
use theirs_rights::By;

use super::*;
use crate::activation::{Dispatch, send_campaign, standing, withdraw_after};
use crate::failure::Failure;

const BASE: &str = "https://privacy.shop.example";

const NEWS: &str = "\
campaign: 1
purpose: newsletter
called: The spring news
actions:
  news:
    says: news of our spring books
    reason: You said yes to our news.
    costs: 0
    via: mail
    columns: [email, given_name, city]
    subject: New books, {{given_name}}
    body: |
      Dear {{given_name}},
      there are new books in {{city}}.
outcome: { activity: orders, at: ordered_at, within: 28 days, worth: 2 }
control: 1 %
";

const LETTERS: &str = "\
campaign: 1
purpose: newsletter
called: The spring letter
actions:
  letter:
    says: a letter on our spring books
    reason: You said yes to our news.
    costs: 1
    to: letters
    columns: [given_name, city]
outcome: { activity: orders, at: ordered_at, within: 28 days, worth: 2 }
control: 1 %
";

/// A charter under which the newsletter may go by letter too.
fn charter_with_letters() -> String {
    let letters = "\nrecipients:\n  letters:\n    name: Royal Letters\n    role: processor\n    \
                   country: GB\n    does: prints and posts letters\n    \
                   contact: post@letters.example\n\npurposes:";
    let purposes = super::decide::ORDERS.replace("\npurposes:", letters);
    CHARTER.replace("\npurposes:", &purposes).replace(
        "columns: [given_name, email]",
        "columns: [given_name, email, city]\n    recipients: [letters]\n    \
         activities: { orders: [ordered_at, total] }",
    )
}

/// A shop whose campaign writes to people; all but the last said yes.
fn shop() -> Visitor {
    shop_of(NEWS)
}

fn shop_of(campaign: &str) -> Visitor {
    let charter = charter_with_letters();
    let one = |n: u32| format!("C{n},Ada{n},Bold{n},ada{n}@mail.example,Saltmouth,yes\n");
    let customers: String = (1..40).map(one).collect();
    let customers = format!("{customers}C40,Cy,Dale,cy@mail.example,Saltmouth,no\n");
    let now = "2026-03-02T09:00:00Z".parse().unwrap();
    let visitor = Visitor::under(&charter, &customers, Arc::new(FixedClock(now)));
    let campaigns = visitor.folder.path().join("campaigns");
    std::fs::create_dir(&campaigns).unwrap();
    std::fs::write(campaigns.join("news.yaml"), campaign).unwrap();
    visitor
}

fn send(visitor: &Visitor) -> Result<theirs_marketing::Sent, Failure> {
    let workspace = visitor.portal.workspace();
    let charter = workspace.charter().unwrap();
    let campaign = crate::campaign::read(workspace.folder.root(), "news", &charter).unwrap();
    let asker = theirs_charter::Asker::new("ana", ["marketing"]);
    // A campaign is sent by a command, which runs on no thread of the portal's runtime.
    std::thread::scope(|scope| {
        scope.spawn(|| send_campaign(workspace, &asker, &campaign)).join().unwrap()
    })
}

/// The same where the world knows the portal.
fn sent(visitor: &Visitor) -> theirs_marketing::Sent {
    visitor.portal.workspace().reached_at(BASE);
    send(visitor).unwrap()
}

/// A message that lies in the outbox.
struct Waiting {
    path: PathBuf,
    text: String,
}

impl Waiting {
    fn header(&self, name: &str) -> &str {
        let head = format!("{name}: ");
        self.text.lines().find_map(|line| line.strip_prefix(head.as_str())).unwrap()
    }

    /// The path of its one-click address.
    fn no(&self) -> String {
        let url = self.header("List-Unsubscribe").trim_matches(['<', '>']);
        url.strip_prefix(BASE).unwrap().to_owned()
    }

    /// The key of the customer whom it goes to.
    fn customer(&self) -> String {
        let to = self.header("To").strip_prefix("ada").unwrap();
        format!("customers:C{}", to.split('@').next().unwrap())
    }
}

fn waiting(visitor: &Visitor) -> Vec<Waiting> {
    let folder = visitor.folder.path().join("outbox/mail");
    let listed = std::fs::read_dir(folder).into_iter().flatten();
    let mut paths: Vec<PathBuf> = listed.map(|file| file.unwrap().path()).collect();
    paths.retain(|path| path.is_file());
    paths.sort();
    // As it is put on the wire long lines are broken (RFC 2045).
    let text = |path: &PathBuf| std::fs::read_to_string(path).unwrap().replace("=\r\n", "");
    paths.iter().map(|path| Waiting { path: path.clone(), text: text(path) }).collect()
}

fn withdrawn(visitor: &Visitor) -> usize {
    let workspace = visitor.portal.workspace().for_asker(None).unwrap();
    Dispatch::of(workspace).withdraw().unwrap()
}

/// What a program that shows mail sends for its reader: no cookie, and from nowhere.
async fn one_click(visitor: &mut Visitor, path: &str) -> Page {
    visitor.cookie = None;
    visitor.send("POST", path, Some("List-Unsubscribe=One-Click".to_owned()), &[HOST]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn without_an_address_of_the_portal_nobody_is_written_to_or_decided_for() {
    let visitor = shop();
    let said = send(&visitor).unwrap_err().to_string();
    assert!(said.contains("public: https://HOST"), "{said}");
    assert!(waiting(&visitor).is_empty());
    assert_eq!(visitor.portal.workspace().door().unwrap().runs("news").unwrap().count, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_gets_their_own_message_with_why_and_a_way_out_that_name_nobody() {
    let visitor = shop();
    let sent = sent(&visitor);
    let all = waiting(&visitor);
    assert!(all.len() > 5 && sent.lists[0].people == all.len(), "{sent:?}");
    assert_eq!((sent.lists[0].unreachable, &sent.lists[0].recipient), (0, &None));
    let links: std::collections::BTreeSet<String> = all.iter().map(Waiting::no).collect();
    assert_eq!(links.len(), all.len(), "each has their own");
    for one in &all {
        let number = one.customer().replace("customers:C", "");
        assert_eq!(one.header("Subject"), format!("New books, Ada{number}"));
        assert_eq!(one.header("List-Unsubscribe-Post"), "List-Unsubscribe=One-Click");
        let why = format!("Why did I get this? {BASE}/why/{}", sent.use_id.unwrap());
        assert!(one.text.contains(&why), "{}", one.text);
        assert!(one.text.contains(&format!("{BASE}{}", one.no())), "{}", one.text);
        assert!(one.text.contains(&format!("Dear Ada{number},\r\nthere are new books")));
        assert!(one.text.contains("You said yes to our news."), "{}", one.text);
        assert!(!one.no().contains(&number) || number.len() < 3);
        assert!(one.header("X-Theirs-Use") == sent.lists[0].use_id.to_string());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_click_says_no_at_once_without_signing_in_and_takes_back_what_waits() {
    let mut visitor = shop();
    sent(&visitor);
    let (before, uses) = (waiting(&visitor), |visitor: &Visitor| {
        visitor.portal.workspace().store.all_uses().unwrap().len()
    });
    let (path, customer) = (before[0].no(), before[0].customer());
    let person = |visitor: &Visitor| {
        let desk = visitor.portal.workspace().desk().unwrap();
        let person = desk.find(&customer, By::Person).unwrap();
        desk.objects(&person, "newsletter").unwrap()
    };
    let page = visitor.get(&path).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.contains("We send you our newsletter."), "{}", page.text);
    assert!(!page.text.contains("Ada") && !page.text.contains("mail.example"), "{}", page.text);
    assert!(!person(&visitor), "reading the page stops nothing");
    assert_eq!(withdrawn(&visitor), 0);

    let done = one_click(&mut visitor, &path).await;
    assert_eq!(done.status, StatusCode::OK);
    assert!(person(&visitor), "it is on record");
    assert_eq!(withdrawn(&visitor), 1);
    let left = waiting(&visitor);
    assert_eq!(left.len(), before.len() - 1);
    assert!(left.iter().all(|one| one.customer() != customer && one.path != before[0].path));

    let noted = uses(&visitor);
    let again = one_click(&mut visitor, &path).await;
    assert_eq!((again.status, again.text), (StatusCode::OK, done.text), "it tells nothing");
    assert_eq!(uses(&visitor), noted, "and is not on record twice");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_lies_there_loses_whoever_says_no_and_goes_with_its_leave() {
    let visitor = shop_of(LETTERS);
    let given = send(&visitor).unwrap().lists[0].use_id;
    let path = visitor.folder.path().join(format!("outbox/newsletter-{given}.csv"));
    let rows = || {
        let mut reader = csv::Reader::from_path(&path).unwrap();
        reader.records().map(|row| row.unwrap()[0].to_owned()).collect::<Vec<String>>()
    };
    let before = rows();
    assert_eq!((withdrawn(&visitor), rows() == before, before.len() > 5), (0, true, true));

    let workspace = visitor.portal.workspace();
    let gone = before[0].strip_prefix("Ada").unwrap();
    let desk = workspace.desk().unwrap();
    let person = desk.find(&format!("customers:C{gone}"), By::Person).unwrap();
    let no = theirs_rights::Choice::Objection { topic: "newsletter".to_owned(), yes: true };
    desk.choose(&person, &no, By::Person).unwrap();
    withdrawn(&visitor);
    assert_eq!(rows(), before[1..]);

    let charter = charter_with_letters().replace("[given_name, email, city]", "[email, city]");
    let charter = theirs_charter::Charter::read("charter.yaml", &charter).unwrap();
    let before = standing(workspace).unwrap();
    withdraw_after(workspace, before).unwrap();
    assert!(path.exists(), "nothing changed");
    workspace.apply(&alone(&charter)).unwrap();
    withdraw_after(workspace, before).unwrap();
    assert!(!path.exists(), "the charter gives them no names any more");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_of_somebody_who_went_answers_alike_and_one_that_is_none_is_braked() {
    let mut visitor = shop();
    sent(&visitor);
    let all = waiting(&visitor);
    let (path, other) = (all[0].no(), all[1].no());
    let workspace = visitor.portal.workspace();
    let desk = workspace.desk().unwrap();
    let person = desk.find(&all[0].customer(), By::Person).unwrap();
    desk.erase(&person, theirs_rights::Ground::Asked, By::Person).unwrap();
    crate::sweeping::sweep(workspace).unwrap();
    let left: Vec<PathBuf> = waiting(&visitor).into_iter().map(|one| one.path).collect();
    assert_eq!(left, all[1..].iter().map(|one| one.path.clone()).collect::<Vec<_>>());

    let gone = one_click(&mut visitor, &path).await;
    let here = one_click(&mut visitor, &other).await;
    assert_eq!((gone.status, gone.text), (here.status, here.text));
    let forged = format!("{}0", &path[..path.len() - 1]);
    let forged = if forged == path { format!("{}1", &path[..path.len() - 1]) } else { forged };
    for _ in 0..20 {
        assert_eq!(one_click(&mut visitor, &forged).await.status, StatusCode::NOT_FOUND);
    }
    assert_eq!(visitor.get(&forged).await.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(one_click(&mut visitor, &other).await.status, StatusCode::OK);
    let foreign = visitor.send("POST", "/no", Some("address=a".to_owned()), &[HOST]).await;
    assert_eq!(foreign.status, StatusCode::FORBIDDEN, "nothing else is open to others' forms");
}

#[tokio::test(flavor = "multi_thread")]
async fn why_signs_nobody_in_and_leads_whoever_signs_in_to_their_own_decision() {
    let mut visitor = shop();
    let use_id = sent(&visitor).use_id.unwrap();
    let (why, mine) = (format!("/why/{use_id}"), format!("/me/why/{use_id}"));
    let page = visitor.get(&why).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.contains(&mine) && !page.text.contains("Ada"), "{}", page.text);
    assert_eq!(visitor.get(&mine).await.status, StatusCode::FORBIDDEN, "it is only theirs");
    let nothing = format!("/why/{}", theirs_model::UseId([9; 16]));
    assert_eq!(visitor.get(&nothing).await.status, StatusCode::OK, "and tells of no use");
    assert_eq!(visitor.get("/why/ada").await.status, StatusCode::NOT_FOUND);

    let link = visitor.link();
    let came = format!("__Host-theirs-why={use_id}");
    let request = Request::post(&link).header("cookie", came).header("host", HOST.1);
    let request = request.header(OWN.0, OWN.1).body(Body::empty()).unwrap();
    let response = visitor.router.clone().oneshot(request).await.unwrap();
    assert_eq!(response.headers()["location"], mine.as_str());
    let cookies = response.headers().get_all("set-cookie").iter();
    let session = cookies.map(|cookie| cookie.to_str().unwrap().to_owned());
    let session = session.into_iter().find(|cookie| cookie.starts_with("__Host-theirs=")).unwrap();
    visitor.cookie = session.split(';').next().map(str::to_owned);
    let page = visitor.get(&mine).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.contains("The spring news"), "{}", page.text);
    let other = format!("/me/why/{}", theirs_model::UseId([9; 16]));
    assert_eq!(visitor.get(&other).await.status, StatusCode::NOT_FOUND);
}
