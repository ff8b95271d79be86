//! A ledger and its witnesses over real connections on this machine.

use std::net::SocketAddr;

use theirs_ledger::{Entry, EntryKind, digest};
use theirs_model::{SystemClock, UseId};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use super::*;
use crate::growing::grow;
use crate::watch::{Watch, router};

const NAME: &str = "dpo.example/witness";

/// A log in a folder of its own.
struct Log {
    _home: tempfile::TempDir,
    ledger: Arc<Ledger>,
}

impl Log {
    fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let (folder, key) = (home.path().join("log"), home.path().join("key"));
        let ledger = Arc::new(Ledger::create(&folder, "shop.example/ledger", &key).unwrap());
        Self { _home: home, ledger }
    }

    fn grow(&self, count: u64) {
        grow(&self.ledger, count);
    }

    /// How many of the witnesses cosigned what proofs are made for now.
    fn cosigned(&self) -> usize {
        let prover = self.ledger.witnessed_prover(Duration::from_secs(20)).unwrap();
        assert_eq!(prover.size(), self.ledger.size());
        prover.witnesses().len()
    }
}

/// A witness that listens for as long as this lives.
struct Host {
    runtime: Runtime,
    folder: tempfile::TempDir,
    address: SocketAddr,
    key: String,
}

impl Host {
    fn of(logs: &[String]) -> Self {
        Self::at(tempfile::tempdir().unwrap(), ([127, 0, 0, 1], 0).into(), logs)
    }

    fn at(folder: tempfile::TempDir, address: SocketAddr, logs: &[String]) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let witness = theirs_ledger::Witness::open(folder.path(), NAME, logs).unwrap();
        let key = witness.verifier_key();
        let watch = Arc::new(Watch { witness, clock: Arc::new(SystemClock) });
        let listener = runtime.block_on(TcpListener::bind(address)).unwrap();
        let address = listener.local_addr().unwrap();
        runtime.spawn(async move { axum::serve(listener, router(watch)).await });
        Self { runtime, folder, address, key }
    }

    /// Stops to listen; the folder stays.
    fn stop(self) -> (tempfile::TempDir, SocketAddr) {
        self.runtime.shutdown_timeout(Duration::from_secs(5));
        (self.folder, self.address)
    }

    fn settings(&self) -> WitnessSettings {
        WitnessSettings { url: format!("http://{}/", self.address), key: self.key.clone() }
    }

    fn ask(&self, path: &str, body: &str) -> (u16, String) {
        let address = Address::of(&format!("http://{}", self.address), path).unwrap();
        self.runtime.block_on(post(&address, body.to_owned())).unwrap()
    }
}

fn asked(log: &Log, hosts: &[&Host]) -> (Arc<Witnesses>, Witnessing) {
    let settings: Vec<_> = hosts.iter().map(|host| host.settings()).collect();
    let witnesses = Arc::new(Witnesses::of(&settings, &log.ledger).unwrap());
    let witnessing = Witnessing::start(&witnesses, &log.ledger).unwrap().unwrap();
    assert!(Witnessing::start(&witnesses, &log.ledger).unwrap().is_none());
    (witnesses, witnessing)
}

#[test]
fn every_checkpoint_is_cosigned_by_every_witness_while_the_log_grows() {
    let log = Log::new();
    let keys = [log.ledger.verifier_key()];
    let hosts = [Host::of(&keys), Host::of(&keys)];
    // The second is another key under the same name: both are told apart by their keys.
    let (witnesses, _asking) = asked(&log, &[&hosts[0], &hosts[1]]);
    for count in [1, 1, 300, 7] {
        log.grow(count);
        assert_eq!(log.cosigned(), 2);
    }
    let both = || {
        let turn = log.ledger.turn();
        let states = witnesses.states();
        let is_there = |state: &State| state.cosigned.is_some_and(|(size, _)| size == 309);
        let all = states.iter().all(|(_, state)| is_there(state));
        if !all {
            log.ledger.await_turn(turn, Duration::from_secs(5));
        }
        all
    };
    assert!((0..20).any(|_| both()), "{:?}", witnesses.states());
    let note = log.ledger.published();
    let note = Cosigned::read(&note, &log.ledger.verifier_key()).unwrap();
    assert_eq!(note.others(), 2);
    let (name, state) = &witnesses.states()[0];
    assert_eq!((name.as_str(), state.failure.as_deref()), (NAME, None));
}

#[test]
fn a_witness_that_is_down_delays_nothing_and_is_asked_again_once_it_is_up() {
    let log = Log::new();
    let keys = [log.ledger.verifier_key()];
    let host = Host::of(&keys);
    let settings = host.settings();
    log.grow(3);
    let (folder, address) = host.stop();
    let witnesses = Arc::new(Witnesses::of(&[settings], &log.ledger).unwrap());
    let _asking = Witnessing::start(&witnesses, &log.ledger).unwrap().unwrap();
    log.grow(3);
    assert_eq!(log.cosigned(), 0);
    let failure = witnesses.states()[0].1.failure.clone();
    assert_eq!(failure.as_deref(), Some("it cannot be reached"));
    let _host = Host::at(folder, address, &keys);
    let mut turns = 0;
    while witnesses.states()[0].1.cosigned.is_none() {
        turns += 1;
        assert!(turns < 30, "{:?}", witnesses.states());
        log.ledger.await_turn(log.ledger.turn(), Duration::from_secs(1));
    }
    assert_eq!(log.cosigned(), 1);
}

#[test]
fn a_log_that_forgot_entries_or_forked_is_told_so_and_not_cosigned() {
    let home = tempfile::tempdir().unwrap();
    let (folder, key) = (home.path().join("log"), home.path().join("key"));
    Ledger::create(&folder, "shop.example/ledger", &key).unwrap();
    let open = |name: &str| {
        let folder = home.path().join(name);
        Log {
            _home: tempfile::tempdir().unwrap(),
            ledger: Arc::new(Ledger::open(&folder, &key).unwrap()),
        }
    };
    std::fs::create_dir(home.path().join("old")).unwrap();
    std::fs::copy(folder.join("checkpoint"), home.path().join("old/checkpoint")).unwrap();
    let log = open("log");
    let host = Host::of(&[log.ledger.verifier_key()]);
    log.grow(10);
    let (_, asking) = asked(&log, &[&host]);
    assert_eq!(log.cosigned(), 1);
    drop(asking);
    let old = open("old");
    let failure = |log: &Log| {
        let (witnesses, _asking) = asked(log, &[&host]);
        assert_eq!(log.cosigned(), 0);
        witnesses.states()[0].1.failure.clone().unwrap()
    };
    assert!(failure(&old).contains("it has seen 10 entries where this log has 0"));
    old.ledger
        .append(&Entry {
            kind: EntryKind::Admin,
            at: Timestamp::UNIX_EPOCH,
            use_id: UseId([9; 16]),
            charter: digest(b"other"),
            people: 0,
            told: digest(b"other"),
            members: digest(b"other"),
        })
        .unwrap();
    old.grow(20);
    assert!(failure(&old).contains("another history"), "{}", failure(&old));
}

#[test]
fn what_the_log_has_wrong_of_its_witness_is_said_with_the_way_out() {
    let log = Log::new();
    let other = Log::new();
    let host = Host::of(&[other.ledger.verifier_key()]);
    log.grow(1);
    let failure = |key: Option<&str>| {
        let mut settings = host.settings();
        if let Some(key) = key {
            settings.key = key.to_owned();
        }
        let witnesses = Arc::new(Witnesses::of(&[settings], &log.ledger).unwrap());
        let _asking = Witnessing::start(&witnesses, &log.ledger).unwrap().unwrap();
        assert_eq!(log.cosigned(), 0);
        witnesses.states()[0].1.failure.clone().unwrap()
    };
    // The other log has the same name, so the witness knows the log and not its key.
    assert!(failure(None).contains("/ledger/key"));
    let right = Host::of(&[log.ledger.verifier_key()]);
    let mut settings = host.settings();
    settings.url = format!("http://{}", right.address);
    let witnesses = Arc::new(Witnesses::of(&[settings], &log.ledger).unwrap());
    let _asking = Witnessing::start(&witnesses, &log.ledger).unwrap().unwrap();
    assert_eq!(log.cosigned(), 0);
    let failure = witnesses.states()[0].1.failure.clone().unwrap();
    assert!(failure.contains("compare the key in theirs.yaml"), "{failure}");
    let wrong = WitnessSettings { url: "http://dpo.example".into(), key: host.key.clone() };
    let refused = Witnesses::of(&[wrong], &log.ledger).err().unwrap().to_string();
    assert!(refused.contains("leaves this machine without TLS"), "{refused}");
    let wrong = WitnessSettings { key: log.ledger.verifier_key(), ..host.settings() };
    let refused = Witnesses::of(&[wrong], &log.ledger).err().unwrap().to_string();
    assert!(refused.contains("is no key of a witness"), "{refused}");
}

#[test]
fn the_door_answers_with_the_statuses_of_the_specification() {
    let log = Log::new();
    log.grow(5);
    let host = Host::of(&[log.ledger.verifier_key()]);
    let honest = log.ledger.submission(0).unwrap().body;
    let ask = |body: &str| host.ask("/add-checkpoint", body);
    assert_eq!(ask("old 1").0, 400);
    assert_eq!(ask(&honest.replace("shop.example", "barn.example")).0, 404);
    assert_eq!(ask(&honest.replacen("\n5\n", "\n6\n", 1)).0, 403);
    let zeros = format!("old 0\n{}\n", "A".repeat(43) + "=");
    assert_eq!(ask(&honest.replacen("old 0\n", &zeros, 1)).0, 422);
    assert_eq!(ask(&"A".repeat(theirs_ledger::LONGEST_REQUEST + 1)).0, 413);
    let (status, line) = ask(&honest);
    assert_eq!(status, 200);
    assert!(line.starts_with("— dpo.example/witness ") && line.ends_with('\n'), "{line}");
    assert_eq!(ask(&honest), (409, "5\n".to_owned()));
    assert_eq!(host.ask("/other", "").0, 404);
}
