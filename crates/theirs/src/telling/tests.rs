//! Notices to a source whose charter says where it is told.

use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;

use theirs_charter::{Authority, Charter, Policies};
use theirs_model::{Clock, UseId};
use theirs_rights::{By, Ground};
use theirs_store::Person;

use super::*;
use crate::progress::Progress;

const CHARTER: &str = include_str!("../command/init/charter.yaml");

/// A clock that is moved by hand.
struct Hand(Mutex<Timestamp>);

impl Clock for Hand {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

/// A shop with one client, whose one source is told so.
struct House {
    home: tempfile::TempDir,
    workspace: Workspace,
    clock: std::sync::Arc<Hand>,
}

impl House {
    fn new(tell: &str) -> Self {
        let home = tempfile::tempdir().unwrap();
        Workspace::create(home.path()).unwrap();
        let header = "customer_id,first_name,last_name,email,city,newsletter";
        let rows = format!("{header}\nC1,Ada,Bold,ada@mail.example,Saltmouth,yes\n");
        std::fs::write(home.path().join("customers.csv"), rows).unwrap();
        let secrets = "secrets:\n  sources.customers: secret\n";
        std::fs::write(home.path().join("theirs.yaml"), secrets).unwrap();
        let secret = home.path().join("secret");
        std::fs::write(&secret, "key of the shop\n").unwrap();
        std::fs::set_permissions(&secret, std::fs::Permissions::from_mode(0o600)).unwrap();
        let clock = std::sync::Arc::new(Hand(Mutex::new("2026-03-02T09:00:00Z".parse().unwrap())));
        let workspace = Workspace::open_at(home.path(), "test", clock.clone()).unwrap();
        let text = CHARTER
            .replace("file: customers.csv", &format!("file: customers.csv\n    tell: {tell}"));
        let charter = Charter::read("charter.yaml", &text).unwrap();
        let authority = Authority::new(charter.clone().into(), &Policies::none()).unwrap();
        workspace.apply(&authority).unwrap();
        for source in crate::load::choose(&charter, &[]).unwrap() {
            let progress = Progress::bar(&source.name);
            crate::load::load(&workspace, &charter, source, home.path(), &progress).unwrap();
        }
        crate::command::resolve_quietly(&workspace).unwrap();
        Self { home, workspace, clock }
    }

    fn ada(&self) -> Person {
        self.workspace.desk().unwrap().find("customers:C1", By::Person).unwrap()
    }

    fn correct(&self, city: &str) -> UseId {
        let desk = self.workspace.desk().unwrap();
        desk.correct(&self.ada(), "city", Some(city), By::Person).unwrap()
    }

    fn request(&self, seconds: u64) {
        let at = *BEGAN + Duration::from_secs(seconds);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(request(&self.workspace, at)).unwrap();
    }

    fn notice(&self) -> Notice {
        self.workspace.store.notices().unwrap().pop().unwrap()
    }

    /// The files of a folder of the outbox, by name.
    fn files(&self, folder: &str) -> Vec<PathBuf> {
        let listed = std::fs::read_dir(self.home.path().join(folder)).into_iter().flatten();
        let files = listed.map(|file| file.unwrap().path()).filter(|path| path.is_file());
        let mut files: Vec<PathBuf> = files.collect();
        files.sort();
        files
    }
}

static BEGAN: std::sync::LazyLock<Instant> = std::sync::LazyLock::new(Instant::now);

/// A port of this machine at which nobody listens.
fn closed() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

#[test]
fn the_signature_is_over_the_time_and_the_text() {
    let signed = signature("key of the shop", 1_772_442_000, "{\"a\":1}");
    let tag = "5286c9589aa6a25d40838527034f049dc66de3a56ccb566e2d961310ec6639b3";
    assert_eq!(signed, format!("t=1772442000,v1={tag}"));
}

#[test]
fn a_file_tells_unless_the_charter_says_otherwise_and_the_store_forgets_the_value() {
    let house = House::new("file");
    let use_id = house.correct("Oldhaven");
    tell(&house.workspace).unwrap();
    let files = house.files("outbox");
    let text = std::fs::read_to_string(&files[0]).unwrap();
    assert_eq!(text, format!("use_id,key,what,column,value\n{use_id},C1,correct,city,Oldhaven\n"));
    assert_eq!(house.notice().body, None);
    house.correct("Saltmouth");
    tell(&house.workspace).unwrap();
    assert_eq!(house.files("outbox").len(), 2, "what it was told before may be done by now");
}

#[test]
fn a_request_that_nobody_takes_is_tried_ever_later_and_after_a_day_laid_down_as_a_file() {
    let house = House::new(&format!("{{ webhook: http://127.0.0.1:{}/ }}", closed()));
    house.correct("Oldhaven");
    tell(&house.workspace).unwrap();
    assert!(house.files("outbox").is_empty());
    let why = || house.workspace.webhooks.failure(house.notice().id);
    assert_eq!(why(), None);
    house.request(0);
    assert_eq!(why().as_deref(), Some("it cannot be reached"));
    let failures = || house.workspace.webhooks.lock()[&Parcel::Notice(house.notice().id)].failures;
    for (seconds, tried) in [(0, 1), (1, 2), (2, 2), (3, 3), (6, 3), (7, 4)] {
        house.request(seconds);
        assert_eq!(failures(), tried, "after {seconds} s");
    }
    *house.clock.0.lock().unwrap() += SignedDuration::from_hours(25);
    house.request(90_000);
    let notice = house.notice();
    assert!(notice.laid.is_some() && notice.told.is_none() && notice.body.is_none());
    assert_eq!(house.files("outbox").len(), 1);
    let desk = house.workspace.desk().unwrap();
    desk.confirm(notice.id, &house.workspace.folder.outbox()).unwrap().unwrap();
    assert!(house.files("outbox").is_empty());
}

#[test]
fn without_a_secret_nothing_is_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let port = listener.local_addr().unwrap().port();
    let house = House::new(&format!("{{ webhook: http://127.0.0.1:{port}/ }}"));
    std::fs::set_permissions(
        house.home.path().join("secret"),
        std::fs::Permissions::from_mode(0o644),
    )
    .unwrap();
    house.correct("Oldhaven");
    house.request(0);
    let why = house.workspace.webhooks.failure(house.notice().id).unwrap();
    assert!(why.contains("chmod 600") && !why.contains("Oldhaven"), "{why}");
    assert!(listener.accept().is_err(), "nobody called");
}

#[test]
fn a_message_tells_and_is_taken_back_from_whoever_was_erased() {
    let house = House::new("{ mail: till@shop.example }");
    let use_id = house.correct("Oldhaven");
    tell(&house.workspace).unwrap();
    let notice = house.notice();
    let files = house.files("outbox/mail");
    let name = files[0].file_name().unwrap().to_string_lossy().into_owned();
    assert_eq!(name, format!("{use_id}-{}.eml", notice.id));
    let text = std::fs::read_to_string(&files[0]).unwrap();
    assert!(text.contains("To: till@shop.example") && text.contains("C1,correct,city,Oldhaven"));
    assert!(notice.told.is_some() && notice.body.is_none());
    let desk = house.workspace.desk().unwrap();
    desk.erase(&house.ada(), Ground::Asked, By::Person).unwrap();
    tell(&house.workspace).unwrap();
    assert_eq!(house.files("outbox/mail").len(), 2);
    crate::sweeping::sweep(&house.workspace).unwrap();
    let left = house.files("outbox/mail");
    let text = std::fs::read_to_string(&left[0]).unwrap();
    assert_eq!(left.len(), 1);
    assert!(text.contains("C1,erase") && !text.contains("Oldhaven"), "{text}");
}
