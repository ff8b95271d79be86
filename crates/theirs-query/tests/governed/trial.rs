//! A trial of data from outside: a test gets the values, and nobody else does, before it, within it or
//! after it.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use theirs_charter::{Charter, Judges, Key, Outside, Turning};
use theirs_model::{FixedClock, UseId};
use theirs_people::Following;
use theirs_query::{Decided, Door, QueryError};
use theirs_store::{CharterVersion, Folder, Keys, Lake, NewTurn, Store};

use crate::bypass::judge;
use crate::fixture::{CHARTER, Fixture, World, asker};

/// What only the broker says.
const CANARY: &str = "INCOMEBAND-71";

const TRIAL: &str = "purposes:
  try_broker:
    category: measure.campaign
    basis: legitimate interest
    interest: We buy nothing that we do not need.
    says: We test whether bought data would help.
    output: verdict
    tests: { source: broker, margin: 1 %, ends: 2027-03-01 }
    columns: [city, income_band]
    keep: 1 month
";

struct Shop {
    fixture: Fixture,
    store: Store,
    keys: Keys,
    charter: Charter,
}

impl Shop {
    fn new(now: &str) -> Self {
        let mut fixture = Fixture::of(&World::here(), &[7; 32]);
        let folder = Folder::create(fixture.folder.path()).unwrap();
        let keys = Keys::open_or_create(&folder.keys()).unwrap();
        let store = fixture.store();
        let text = CHARTER.replacen("purposes:\n", TRIAL, 1).replacen(
            "purposes: [offer, figures] }",
            "purposes: [offer, figures, try_broker] }",
            1,
        );
        let charter = Charter::read_with("charter.yaml", &text, Outside::AsApplied).unwrap();
        let (digest, applied) = (charter.digest, Timestamp::UNIX_EPOCH);
        let version = CharterVersion { digest, text, policies: BTreeMap::default(), applied };
        store.apply_charter(&version, &charter.adopted(), &keys).unwrap();
        let clock = Arc::new(FixedClock(now.parse().unwrap()));
        let (root, ledger) = (fixture.folder.path(), Arc::clone(&fixture.ledger));
        fixture.door = Door::judged_by(root, ledger, clock, Judges::default()).unwrap();
        Self { fixture, store, keys, charter }
    }

    fn approve(&self) {
        let all = self.charter.subjects();
        let subject = all.iter().find(|one| one.to_string() == "purpose:try_broker").unwrap();
        let lake = Lake::in_memory("trial");
        let following = Following::new(&self.keys, &lake, Judges::default());
        let now = following.authority(&self.store, Timestamp::UNIX_EPOCH).unwrap();
        let digest = now.gate("purpose:try_broker").unwrap().subject.digest;
        for (key, by) in [(Key::It, "ida"), (Key::Marketing, "ana")] {
            let turn = NewTurn {
                subject: subject.to_string(),
                digest,
                word: Turning::Approve.word(),
                key: key.name(),
                principal: by.to_owned(),
                reason: "a test".to_owned(),
                at: Timestamp::UNIX_EPOCH,
                use_id: UseId([1; 16]),
            };
            self.store.record_turn(&turn, &self.keys).unwrap();
        }
        let (name, aim) = (subject.to_string(), self.charter.announced(subject));
        self.store.end_campaign(&name, &aim, &self.keys, Timestamp::UNIX_EPOCH).unwrap();
    }

    /// What the test is given of the income that the broker sold.
    fn given(&self, sql: &str) -> Result<String, QueryError> {
        let door = &self.fixture.door;
        let ask = |_: &[Decided]| vec![sql.to_owned()];
        let tried = door.trial(&asker("marketing"), "try_broker", "none", ask, |answers, _| {
            format!("{:?}", answers[0])
        });
        tried.map(|tried| tried.found)
    }
}

const ASKED: &str = "select person_id, city, income_band from person";

#[test]
fn a_test_is_given_the_values_and_nobody_else_sees_them() {
    let shop = Shop::new("2027-02-28T12:00:00Z");
    shop.approve();
    assert!(shop.given(ASKED).unwrap().contains(CANARY));
    let statements = [
        "select income_band from try_broker.person",
        "select count(*) from try_broker.person",
        "select income_band from offer.person",
        "select income_band from figures.person",
    ];
    for sql in statements {
        let reply = judge::reply(&shop.fixture, &asker("marketing"), sql);
        assert!(!reply.contains(CANARY), "{sql}: {reply}");
        assert!(shop.fixture.door.ask(&asker("marketing"), sql).is_err(), "{sql}");
    }
    // What was read for the trial is in no file, and no later statement is answered from it.
    let people = Folder::create(shop.fixture.folder.path()).unwrap().people();
    let files = std::fs::read_dir(people).map_or(0, Iterator::count);
    assert_eq!(files, 0);
}

#[test]
fn a_trial_is_on_record_with_its_columns_before_its_test_is_made() {
    let shop = Shop::new("2027-02-28T12:00:00Z");
    shop.approve();
    let door = &shop.fixture.door;
    let before = shop.fixture.ledger.size();
    let tried = door
        .trial(
            &asker("marketing"),
            "try_broker",
            "none",
            |_| vec![ASKED.to_owned()],
            |_, _| shop.fixture.ledger.size(),
        )
        .unwrap();
    assert_eq!(tried.found, before + 1);
    let used = shop.fixture.store().all_uses().unwrap().pop().unwrap();
    assert_eq!(used.id, tried.use_id);
    assert!(used.told.contains("\"columns\":[\"city\",\"income_band\"]"), "{}", used.told);
    assert!(tried.people > 0);
    assert_eq!(tried.trial.margin.to_string(), "1 %");
}

#[test]
fn without_keys_after_its_day_or_for_something_else_there_is_no_trial() {
    let shop = Shop::new("2027-02-28T12:00:00Z");
    assert!(matches!(shop.given(ASKED), Err(QueryError::Refused(_))), "no key is turned");
    shop.approve();
    let other = "select given_name from figures.person";
    assert!(matches!(shop.given(other), Err(QueryError::Refused(_))), "another purpose");
    assert!(shop.given("select given_name from person").is_err(), "not granted");
    let late = Shop::new("2027-03-01T12:00:00Z");
    late.approve();
    assert!(matches!(late.given(ASKED), Err(QueryError::Refused(_))), "it is over");
}
