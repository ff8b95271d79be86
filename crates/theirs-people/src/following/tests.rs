//! What was approved acts on the next question, and what cannot be trusted does not.

use std::collections::BTreeMap;

use theirs_charter::{Asker, Necessity, Policies};
use theirs_model::{Digest, UseId};
use theirs_store::{IncomingRecord, Lost, NewTurn, Placement};

use super::*;

const CHARTER: &str = "
charter: 1
time_zone: UTC
controller: { name: Shop, email: hello@shop.example }
sources:
  till: { kind: internal, acquired: At the till., holds: identity, key: k, columns: { city: contact.address.city } }
  bought: { kind: broker, acquired: Bought., evidence: { says: a list, expires: 2027-03-01 }, holds: identity, key: k, columns: { income: inferred.income.band } }
recipients:
  post: { name: The Post, country: GB, role: processor, contact: dpo@post.example }
purposes:
  count: { category: analytics.aggregate, basis: legitimate interest, says: We count., columns: [city], recipients: [post], keep: 1 year }
roles:
  analyst: { purposes: [count], key: marketing }
";

struct World {
    store: Store,
    keys: Keys,
    following: Following,
    _folder: tempfile::TempDir,
}

fn now() -> Timestamp {
    "2026-03-02T09:00:00Z".parse().unwrap()
}

fn judges(verdict: Necessity) -> Judges {
    Judges { necessity: Arc::new(move |_, _| verdict), ..Judges::default() }
}

impl World {
    fn new(verdict: Necessity) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::in_memory().unwrap();
        let keys = Keys::open_or_create(folder.path()).unwrap();
        let following = Following::new(&keys, &Lake::in_memory("told"), judges(verdict));
        let world = Self { store, keys, following, _folder: folder };
        world.apply(CHARTER);
        world
    }

    fn apply(&self, text: &str) {
        let charter = Charter::read("charter.yaml", text).unwrap();
        let digest = charter.digest;
        let policies = BTreeMap::new();
        let version = CharterVersion { digest, text: text.to_owned(), policies, applied: now() };
        self.store.apply_charter(&version, &charter.adopted(), &self.keys).unwrap();
    }

    fn authority(&self) -> Arc<Authority> {
        self.following.authority(&self.store, now()).unwrap()
    }

    fn digest(&self, subject: &str) -> Digest {
        self.authority().gate(subject).unwrap().subject.digest
    }

    fn turn(&self, subject: &str, turning: Turning, key: Key, by: &str, at: Timestamp) {
        let turn = NewTurn {
            subject: subject.to_owned(),
            digest: self.digest(subject),
            word: turning.word(),
            key: key.name(),
            principal: by.to_owned(),
            reason: "as we said".to_owned(),
            at,
            use_id: UseId([1; 16]),
        };
        self.store.record_turn(&turn, &self.keys).unwrap();
    }

    fn both_approve(&self, subject: &str) {
        self.turn(subject, Turning::Approve, Key::It, "ida", now());
        self.turn(subject, Turning::Approve, Key::Marketing, "ana", now());
    }

    fn is_open(&self, subject: &str) -> bool {
        self.authority().gate(subject).unwrap().is_open()
    }

    fn may_use(&self) -> bool {
        self.authority().permit(&Asker::new("ana", ["analyst"]), "count").is_ok()
    }
}

#[test]
fn a_turn_acts_on_the_next_question_and_so_does_turning_it_back() {
    let world = World::new(Necessity::Undecided);
    assert!(!world.is_open("source:bought"));
    world.both_approve("source:bought");
    assert!(world.is_open("source:bought"));
    world.turn("source:bought", Turning::Withdraw, Key::It, "ida", now());
    assert!(!world.is_open("source:bought"));
    assert!(world.may_use());
    world.turn("purpose:count", Turning::Veto, Key::Privacy, "noor", now());
    assert!(!world.may_use());
    world.turn("purpose:count", Turning::Lift, Key::Privacy, "noor", now());
    assert!(world.may_use());
}

#[test]
fn a_later_charter_adopts_nothing() {
    let world = World::new(Necessity::Undecided);
    assert!(world.is_open("recipient:post"));
    world.apply(&CHARTER.replace("country: GB", "country: FR"));
    assert!(!world.is_open("recipient:post"));
    assert!(world.may_use());
    world.both_approve("recipient:post");
    assert!(world.is_open("recipient:post"));
    world.apply(CHARTER);
    assert!(world.is_open("recipient:post"), "the first charter named it so");
}

#[test]
fn a_no_that_a_charter_between_heard_is_missed_when_it_is_gone() {
    let world = World::new(Necessity::Undecided);
    let heard = "{ city: contact.address.city, never: { objection: all } }";
    world.apply(&CHARTER.replacen("{ city: contact.address.city }", heard, 1));
    assert!(world.may_use());
    world.apply(CHARTER);
    assert!(!world.may_use());
    world.both_approve("purpose:count");
    assert!(world.may_use());
}

#[test]
fn what_was_said_before_a_restore_that_lost_uses_opens_nothing_and_closes_still() {
    let world = World::new(Necessity::Undecided);
    world.both_approve("source:bought");
    world.turn("purpose:count", Turning::Veto, Key::Privacy, "noor", now());
    let at = now() + jiff::SignedDuration::from_mins(1);
    world.store.note_lost(Lost { first: 3, until: 5, at }).unwrap();
    world.turn("source:bought", Turning::Veto, Key::Privacy, "noor", now());
    assert!(!world.is_open("source:bought"));
    assert!(!world.may_use());
    let later = at + jiff::SignedDuration::from_mins(1);
    world.turn("source:bought", Turning::Lift, Key::Privacy, "noor", later);
    assert_eq!(world.authority().gate("source:bought").unwrap().missing(), Key::TWO);
}

/// Loads a record that the broker sold, of the person whom the till knows.
fn sell(world: &World) {
    let record = |column: &str, value: &str| IncomingRecord {
        key: "1".to_owned(),
        since: Some(now()),
        columns: [(column.to_owned(), value.to_owned())].into(),
    };
    world.store.upsert_records("till", &[record("city", "Saltmouth")], now()).unwrap();
    world.store.upsert_records("bought", &[record("income", "high")], now()).unwrap();
    let sources = ["till", "bought"];
    let placements = sources.map(|source| Placement {
        record: world.store.record(source, "1").unwrap().unwrap().id,
        cluster: 0,
        confidence: 1.0,
    });
    let found = theirs_store::Found { placements: &placements, ..Default::default() };
    world.store.place(&found, "{}", &world.keys).unwrap();
}

#[test]
fn data_from_outside_are_in_only_once_everybody_was_told_and_out_with_the_next_record() {
    let world = World::new(Necessity::Necessary);
    sell(&world);
    world.both_approve("source:bought");
    let admitted = || world.authority().charter().admitted.len();
    assert_eq!(admitted(), 0);
    let digest = world.digest("source:bought");
    let slot = world.store.people_of_source("bought").unwrap()[0];
    let begun = theirs_store::Begun { slot, use_id: UseId([2; 16]), at: now() };
    world.store.begin_informing("source:bought", &digest, begun).unwrap();
    assert_eq!(admitted(), 0, "begun is not told");
    world.store.end_informing("source:bought", &digest, slot, now()).unwrap();
    assert_eq!(admitted(), 1);
    let more = IncomingRecord { key: "2".to_owned(), since: None, columns: BTreeMap::new() };
    world.store.upsert_records("bought", &[more], now()).unwrap();
    assert_eq!(admitted(), 0, "somebody is new, and was not told");
}

#[test]
fn without_a_verdict_nothing_is_admitted_whatever_else_is_there() {
    for verdict in [Necessity::Undecided, Necessity::NotNecessary] {
        let world = World::new(verdict);
        world.both_approve("source:bought");
        assert!(world.authority().charter().admitted.is_empty());
        let admissions = world.following.admissions(&world.store, now()).unwrap();
        assert!(!admissions[0].is_open() && admissions[0].missing.is_empty());
    }
}

#[test]
fn a_restored_text_alone_opens_nothing() {
    assert!(!Authority::read(CHARTER, &Policies::none()).unwrap().gates()[2].is_open());
}
