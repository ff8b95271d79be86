//! Messages to a small mail server of this machine, which answers as it is told.

mod fake;

use std::time::{Duration, Instant};

use jiff::SignedDuration;
use theirs_store::{Folder, MailSecurity, MailSettings};

use self::fake::{Fake, Word};
use super::delivery::Moment;
use super::server::Server;
use super::*;

const SUNDAY: &str = "2026-03-01T09:00:00Z";

/// A folder whose messages go to a server that listens for as long as this lives.
struct House {
    home: tempfile::TempDir,
    fake: Fake,
    delivery: Delivery,
    runtime: tokio::runtime::Runtime,
    began: Instant,
}

impl House {
    fn new(words: &[Word]) -> Self {
        let (home, fake) = (tempfile::tempdir().unwrap(), Fake::new(words));
        Folder::create(home.path()).unwrap();
        let delivery = Delivery::of(&fake.settings()).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        Self { home, fake, delivery, runtime, began: Instant::now() }
    }

    fn folder(&self) -> Folder {
        Folder::create(self.home.path()).unwrap()
    }

    fn outbox(&self) -> PathBuf {
        self.folder().outbox()
    }

    /// Writes a message of this number.
    fn write(&self, number: u8) -> UseId {
        let use_id = UseId([number; 16]);
        post(&mail(use_id), &controller(), &self.outbox()).unwrap();
        use_id
    }

    /// Takes a step so many seconds after the beginning, by both clocks.
    fn step(&self, seconds: u64) {
        let at = self.began + Duration::from_secs(seconds);
        let now = SUNDAY.parse::<Timestamp>().unwrap() + Duration::from_secs(seconds);
        let server = Server::of(&self.fake.settings()).unwrap();
        let relay = server.ready(&self.folder()).unwrap();
        let (outbox, moment) = (self.outbox(), Moment { now, at });
        let check: &crate::activation::Check = &|_, reference| Ok(reference != "gone");
        self.runtime.block_on(self.delivery.step(&relay, &outbox, moment, check)).unwrap();
    }

    /// How many messages wait, arrived, and were refused.
    fn counts(&self) -> (u64, usize, u64) {
        let standing = Standing::of(&self.outbox()).unwrap();
        (standing.waiting, self.fake.arrived().len(), standing.refused)
    }
}

fn controller() -> Controller {
    let charter = include_str!("../command/init/charter.yaml");
    theirs_charter::Charter::read("charter.yaml", charter).unwrap().controller
}

fn mail(use_id: UseId) -> Mail<'static> {
    let at: Timestamp = SUNDAY.parse().unwrap();
    let until = at + SignedDuration::from_hours(1);
    let text = "Here it is.\n.\nRCPT TO:<x@y.example>\n..";
    let (to, subject, on_record) = ("ada@mail.example", "Your link", "On record.");
    Mail { to, subject, text, on_record, use_id, part: None, unsubscribe: None, at, until }
}

#[test]
fn a_message_is_a_file_that_nothing_in_it_can_add_lines_to() {
    let folder = tempfile::tempdir().unwrap();
    let mut controller = controller();
    controller.name = "Shop\r\nBcc: all@mail.example".to_owned();
    let mut mail = mail(UseId([7; 16]));
    mail.subject = "Your link\r\nBcc: all@mail.example";
    let path = post(&mail, &controller, folder.path()).unwrap();
    let text = std::fs::read_to_string(path).unwrap();
    let (head, _) = text.split_once("\r\n\r\n").unwrap();
    assert!(!head.lines().any(|line| line.starts_with("Bcc:")), "{head}");
    for wanted in [
        "X-Theirs-Use: ",
        "Auto-Submitted: auto-generated",
        "MIME-Version: 1.0",
        "Date: Sun, 01 Mar 2026 09:00:00 +0000",
        "Expires: Sun, 1 Mar 2026 10:00:00 -0000",
        "Message-ID: <07070707070707070707070707070707@",
    ] {
        assert!(head.contains(wanted), "{wanted}: {head}");
    }
    assert!(!text.replace("\r\n", "").contains(['\r', '\n']), "a line ends otherwise");
}

#[test]
fn an_address_that_no_message_can_go_to_is_refused_and_not_repeated() {
    let folder = tempfile::tempdir().unwrap();
    for to in [
        "ada@mail.example\r\nBcc: everybody@mail.example",
        "ada@mail.example\n",
        "\"a\r\nRCPT TO:<x@y.example>\"@mail.example",
        "ada@mail.example, bob@mail.example",
        "ada",
        "",
    ] {
        let mail = Mail { to, ..mail(UseId([7; 16])) };
        let message = post(&mail, &controller(), folder.path()).unwrap_err().to_string();
        assert!(!message.contains("ada") && !message.contains('@'), "{message}");
    }
    assert!(!folder.path().join("mail").exists());
}

#[test]
fn a_message_arrives_once_as_it_was_written_and_leaves_the_outbox() {
    let house = House::new(&[]);
    let use_id = house.write(1);
    let written = std::fs::read_to_string(waiting(&house.outbox()).join(format!("{use_id}.eml")));
    for seconds in 0..5 {
        house.step(seconds);
    }
    assert_eq!(house.fake.arrived(), [written.unwrap().trim_end()]);
    assert_eq!(house.counts(), (0, 1, 0));
}

#[test]
fn many_go_in_one_conversation() {
    let house = House::new(&[]);
    for number in 0..5 {
        house.write(number);
    }
    house.step(0);
    assert_eq!((house.counts(), house.fake.conversations()), ((0, 5, 0), 1));
}

#[test]
fn what_is_put_off_is_tried_again_ever_later_and_holds_up_no_other() {
    let house = House::new(&[Word::Later, Word::Take, Word::Later]);
    house.write(1);
    house.write(2);
    house.step(0);
    assert_eq!(house.counts(), (1, 1, 0));
    house.step(0);
    assert_eq!(house.fake.conversations(), 1, "its second is not over");
    house.step(1);
    house.step(2);
    assert_eq!((house.counts(), house.fake.conversations()), ((1, 1, 0), 2));
    house.step(3);
    assert_eq!(house.counts(), (0, 2, 0));
    assert_eq!(house.delivery.failure(), None);
}

#[test]
fn what_is_refused_for_good_is_laid_aside_and_taken_back_from_there() {
    let house = House::new(&[Word::Never, Word::Take]);
    let refused = house.write(1);
    house.write(2);
    house.step(0);
    assert_eq!((house.counts(), house.fake.conversations()), ((0, 1, 1), 1));
    house.step(9_000);
    assert_eq!(house.counts(), (0, 1, 1));
    take_back(&house.outbox(), &HashSet::from([refused]), &HashSet::new()).unwrap();
    assert_eq!(house.counts(), (0, 1, 0));
}

#[test]
fn a_broken_connection_holds_the_message_back_and_the_next_goes_first() {
    let house = House::new(&[Word::Drop, Word::Take, Word::Drop, Word::DropLate]);
    house.write(1);
    house.write(2);
    house.step(0);
    let (why, since) = house.delivery.failure().unwrap();
    assert_eq!((why.as_str(), since), ("the connection broke", SUNDAY.parse().unwrap()));
    house.step(0);
    assert_eq!(house.fake.conversations(), 1, "nothing is tried before a second is over");
    house.step(1);
    assert_eq!(house.counts(), (1, 1, 0));
    assert!(house.fake.arrived()[0].contains("<0202"), "the other went first");
    let (_, since) = house.delivery.failure().unwrap();
    assert_eq!(since, SUNDAY.parse::<Timestamp>().unwrap() + Duration::from_secs(1));
    house.step(10);
    assert_eq!(house.counts(), (1, 2, 0), "it was taken, but nobody said so");
    house.step(60);
    assert_eq!((house.counts(), house.delivery.failure()), ((0, 3, 0), None));
    let ids: Vec<String> = house.fake.arrived().iter().map(|text| id(text)).collect();
    assert_eq!(ids[1], ids[2], "doubles are told by their Message-ID");
}

fn id(text: &str) -> String {
    text.lines().find(|line| line.starts_with("Message-ID: ")).unwrap().to_owned()
}

#[test]
fn who_is_not_let_in_has_no_message_refused_and_no_answer_of_the_server_is_repeated() {
    let house = House::new(&[Word::Unknown, Word::Unknown]);
    house.write(1);
    house.step(0);
    assert_eq!(house.counts(), (1, 0, 0));
    let (why, _) = house.delivery.failure().unwrap();
    assert_eq!(why, "it takes no messages from our address (530)");
    assert!(!why.contains("ada"), "{why}");
}

#[test]
fn a_link_is_not_sent_after_an_hour_and_lies_a_week_where_others_send() {
    let house = House::new(&[]);
    house.write(1);
    let at = |hours| SUNDAY.parse::<Timestamp>().unwrap() + SignedDuration::from_hours(hours);
    forget_old(&house.outbox(), false, at(24 * 7)).unwrap();
    forget_old(&house.outbox(), true, at(1)).unwrap();
    assert_eq!(house.counts(), (1, 0, 0));
    house.step(3_601);
    assert_eq!((house.counts(), house.fake.conversations()), ((0, 0, 0), 0));
    house.write(2);
    forget_old(&house.outbox(), false, at(24 * 7 + 1)).unwrap();
    assert_eq!(house.counts(), (0, 0, 0));
}

#[test]
fn sending_ends_at_once_while_the_server_is_silent() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let home = tempfile::tempdir().unwrap();
    let folder = Folder::create(home.path()).unwrap();
    let smtp = silent.local_addr().unwrap().to_string();
    let security = MailSecurity::None;
    let settings = MailSettings { smtp, security, user: None, password_file: None, ca_file: None };
    let delivery = std::sync::Arc::new(Delivery::of(&settings).unwrap());
    post(&mail(UseId([1; 16])), &controller(), &folder.outbox()).unwrap();
    let clock = std::sync::Arc::new(theirs_model::FixedClock(SUNDAY.parse().unwrap()));
    let delivering =
        deliver(&delivery, &folder, clock, std::sync::Arc::new(|_: UseId, _: &str| Ok(true)))
            .unwrap();
    let called = silent.accept().unwrap();
    let began = Instant::now();
    drop(delivering);
    assert!(began.elapsed() < Duration::from_secs(5));
    drop(called);
    assert_eq!(Standing::of(&folder.outbox()).unwrap().waiting, 1);
}

#[test]
fn a_message_to_one_of_many_goes_unless_its_reader_said_no_meanwhile() {
    let house = House::new(&[]);
    let use_id = UseId([3; 16]);
    let write = |reference: &str| {
        let part = part_of(reference);
        let url = "https://privacy.shop.example/no/00ff";
        let one = Mail { part: Some(&part), unsubscribe: Some(url), ..mail(use_id) };
        post(&one, &controller(), &house.outbox()).unwrap()
    };
    let (stays, _) = (write("stays"), write("gone"));
    let text = std::fs::read_to_string(stays).unwrap();
    let (head, _) = text.split_once("\r\n\r\n").unwrap();
    for wanted in [
        "List-Unsubscribe: <https://privacy.shop.example/no/00ff>\r\n",
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n",
    ] {
        assert!(head.contains(wanted), "{wanted}: {head}");
    }
    house.step(0);
    assert_eq!(house.counts(), (0, 1, 0));
    assert!(house.fake.arrived()[0].contains(&format!("<{use_id}-rstays@")));
}

#[test]
fn whoever_goes_takes_their_own_message_along_and_no_other_of_that_use() {
    let house = House::new(&[]);
    let use_id = UseId([3; 16]);
    for reference in ["a1", "b2", "c3"] {
        let part = part_of(reference);
        post(&Mail { part: Some(&part), ..mail(use_id) }, &controller(), &house.outbox()).unwrap();
    }
    let of = |reference: &str| HashSet::from([reference.to_owned()]);
    take_back(&house.outbox(), &HashSet::from([use_id]), &of("b2")).unwrap();
    assert_eq!(house.counts().0, 2);
    let taken = take_back_if(&house.outbox(), |used, one| Ok(used == use_id && one == "a1"));
    assert_eq!((taken.unwrap(), house.counts().0), (1, 1));
    assert!(wait_for_persons(&house.outbox()).unwrap());
}
