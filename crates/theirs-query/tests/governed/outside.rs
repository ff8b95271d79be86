//! Data from outside where a verdict says that they are necessary: none of them leaves unless the keys,
//! the evidence and the telling are there too, and none once one of these is gone.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;
use theirs_charter::{Charter, Judges, Key, Necessity, Outside, Subject, SubjectKind, Turning};
use theirs_model::{Clock, Slot, UseId};
use theirs_query::Door;
use theirs_store::{Begun, CharterVersion, Folder, Keys, NewTurn, Store};

use crate::bypass::{corpus, judge};
use crate::fixture::{CHARTER, Fixture, World, asker};

/// What only the broker and the app say.
const CANARIES: [&str; 2] = ["INCOMEBAND-71", "51.987654"];
/// The sources that say so.
const SOURCES: [&str; 2] = ["source:broker", "source:trail"];

/// A clock that is set by hand.
struct HandClock(AtomicI64);

impl HandClock {
    fn set(&self, at: &str) {
        let at: Timestamp = at.parse().unwrap();
        self.0.store(at.as_microsecond(), Ordering::Relaxed);
    }
}

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_microsecond(self.0.load(Ordering::Relaxed)).unwrap()
    }
}

/// A charter that lists everything from outside wherever it can.
fn listing() -> String {
    let evidence = "evidence: { says: a list of ticks, expires: 2026-04-01 }";
    let trail = "      trail: [at, latitude]\n    keep:";
    let changed = [
        ("acquired: Bought.", &*format!("acquired: Bought.\n    {evidence}")),
        ("acquired: An app sent it.", &*format!("acquired: An app sent it.\n    {evidence}")),
        (
            "[given_name, email, city, { birth_date: birthday }]",
            "[given_name, email, city, { birth_date: birthday }, income_band]",
        ),
        ("      - points: rounded 100", "      - points: rounded 100\n      - income_band"),
        (
            "[given_name, email, city, postcode, birth_date]",
            "[given_name, email, city, postcode, birth_date, income_band]",
        ),
        (
            "orders: [at: month, total: rounded 5]\n    keep:",
            &*format!("orders: [at: month, total: rounded 5]\n{trail}"),
        ),
        (
            "orders: [order_id, at, total, town]\n    keep:",
            &*format!("orders: [order_id, at, total, town]\n{trail}"),
        ),
    ];
    changed.into_iter().fold(CHARTER.to_owned(), |text, (right, wrong)| {
        assert!(text.contains(right), "{right}");
        text.replacen(right, wrong, 1)
    })
}

/// A folder under that charter, a door whose judge finds everything necessary, and its clock.
struct Shop {
    fixture: Fixture,
    store: Store,
    keys: Keys,
    charter: Charter,
    clock: Arc<HandClock>,
}

impl Shop {
    fn new() -> Self {
        let mut fixture = Fixture::of(&World::here(), &[7; 32]);
        let folder = Folder::create(fixture.folder.path()).unwrap();
        let keys = Keys::open_or_create(&folder.keys()).unwrap();
        let store = fixture.store();
        let text = listing();
        let charter = Charter::read_with("charter.yaml", &text, Outside::AsApplied).unwrap();
        let (digest, applied) = (charter.digest, Timestamp::UNIX_EPOCH);
        let version = CharterVersion { digest, text, policies: BTreeMap::default(), applied };
        store.apply_charter(&version, &[], &keys).unwrap();
        let clock = Arc::new(HandClock(AtomicI64::new(0)));
        clock.set("2026-03-02T09:00:00Z");
        let judges =
            Judges { necessity: Arc::new(|_, _| Necessity::Necessary), ..Judges::default() };
        let (root, ledger) = (fixture.folder.path(), Arc::clone(&fixture.ledger));
        fixture.door = Door::judged_by(root, ledger, Arc::clone(&clock) as _, judges).unwrap();
        let shop = Self { fixture, store, keys, charter, clock };
        // Its purposes do more than those of the first charter did.
        for (key, by) in [(Key::It, "ida"), (Key::Marketing, "ana")] {
            for subject in shop.charter.subjects() {
                if subject.kind == SubjectKind::Purpose {
                    shop.turn_one(&subject, Turning::Approve, key, by);
                }
            }
        }
        shop
    }

    fn subjects(&self) -> Vec<Subject> {
        let all = self.charter.subjects().into_iter();
        all.filter(|subject| SOURCES.contains(&subject.to_string().as_str())).collect()
    }

    fn turn(&self, turning: Turning, key: Key, by: &str) {
        for subject in self.subjects() {
            self.turn_one(&subject, turning, key, by);
        }
    }

    fn turn_one(&self, subject: &Subject, turning: Turning, key: Key, by: &str) {
        let turn = NewTurn {
            subject: subject.to_string(),
            digest: subject.digest,
            word: turning.word(),
            key: key.name(),
            principal: by.to_owned(),
            reason: "a test".to_owned(),
            at: self.clock.now(),
            use_id: UseId([1; 16]),
        };
        self.store.record_turn(&turn, &self.keys).unwrap();
    }

    fn approve(&self) {
        self.turn(Turning::Approve, Key::It, "ida");
        self.turn(Turning::Approve, Key::Marketing, "ana");
    }

    fn tell_everybody(&self) {
        for subject in self.subjects() {
            let (name, at) = (subject.to_string(), self.clock.now());
            for slot in (0..16).map(Slot) {
                let begun = Begun { slot, use_id: UseId([2; 16]), at };
                self.store.begin_informing(&name, &subject.digest, begun).unwrap();
                self.store.end_informing(&name, &subject.digest, slot, at).unwrap();
            }
        }
    }

    /// Which canaries a plain question gets.
    fn seen(&self) -> [bool; 2] {
        let asked =
            ["select income_band from service.person", "select latitude from service.trail"];
        let replies = asked.map(|sql| judge::reply(&self.fixture, &asker("service"), sql));
        [replies[0].contains(CANARIES[0]), replies[1].contains(CANARIES[1])]
    }

    /// Whatever a reply to an attack of the corpus holds of what comes from outside.
    fn leaks(&self) -> Vec<String> {
        let attacks = corpus::read();
        let half = attacks.len().div_ceil(2);
        let leaks = |attacks: &[corpus::Attack]| {
            let mut found = Vec::new();
            for attack in attacks {
                let asker = asker(&attack.role);
                for sql in attack.statements(self.fixture.folder.path()) {
                    let reply = judge::reply(&self.fixture, &asker, &sql);
                    let is_held = |text: &&str| reply.contains(*text) && !attack.says(text);
                    found.extend(CANARIES.iter().find(|text| is_held(text)).map(|_| sql.clone()));
                }
            }
            found
        };
        std::thread::scope(|scope| {
            let halves: Vec<_> =
                attacks.chunks(half).map(|half| scope.spawn(move || leaks(half))).collect();
            halves.into_iter().flat_map(|half| half.join().unwrap()).collect()
        })
    }
}

#[test]
fn what_is_admitted_is_seen_and_every_condition_that_goes_takes_it_out_of_the_next_statement() {
    let shop = Shop::new();
    assert_eq!(shop.seen(), [false; 2], "nothing is approved, and nobody was told");
    shop.approve();
    assert_eq!(shop.seen(), [false; 2], "nobody was told");
    shop.tell_everybody();
    assert_eq!(shop.seen(), [true; 2]);
    shop.turn(Turning::Withdraw, Key::It, "ida");
    assert_eq!(shop.seen(), [false; 2], "a key was turned back");
    shop.turn(Turning::Approve, Key::It, "ida");
    assert_eq!(shop.seen(), [true; 2]);
    shop.turn(Turning::Veto, Key::Privacy, "noor");
    assert_eq!(shop.seen(), [false; 2], "vetoed");
    shop.turn(Turning::Lift, Key::Privacy, "noor");
    assert_eq!(shop.seen(), [true; 2]);
    shop.clock.set("2026-04-01T09:00:00Z");
    assert_eq!(shop.seen(), [false; 2], "the evidence expired");
}

#[test]
fn no_attack_of_the_corpus_gets_a_value_of_a_source_that_is_not_approved() {
    let shop = Shop::new();
    shop.tell_everybody();
    let leaks = shop.leaks();
    assert!(leaks.is_empty(), "{leaks:#?}");
}

#[test]
fn no_attack_of_the_corpus_gets_a_value_of_a_source_whose_evidence_expired() {
    let shop = Shop::new();
    shop.approve();
    shop.tell_everybody();
    assert_eq!(shop.seen(), [true; 2], "what is asked for could be had");
    shop.clock.set("2026-04-01T09:00:00Z");
    let leaks = shop.leaks();
    assert!(leaks.is_empty(), "{leaks:#?}");
}
