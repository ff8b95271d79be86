//! A witness lets a log grow and nothing else, and what it cosigned is shown to all.

use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;
use signed_note::StandardSigner;
use theirs_model::Digest;

use super::fixture::{Log, ORIGIN, entries};
use crate::{Answer, Cosigned, Cosigner, LONGEST_REQUEST, LedgerError, Witness, note::Claim};

const NAME: &str = "dpo.example/witness";

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + second).unwrap()
}

fn witness(folder: &Path, log: &Log) -> Witness {
    Witness::open(folder, NAME, &[log.ledger.verifier_key()]).unwrap()
}

/// A witness of a log of some entries.
struct Pair {
    log: Log,
    home: tempfile::TempDir,
    witness: Witness,
}

impl Pair {
    fn of(count: u64) -> Self {
        let (log, home) = (Log::of(count), tempfile::tempdir().unwrap());
        let witness = witness(home.path(), &log);
        log.ledger.trust(vec![Cosigner::new(&witness.verifier_key()).unwrap()]);
        Self { log, home, witness }
    }

    fn cosigner(&self) -> Cosigner {
        Cosigner::new(&self.witness.verifier_key()).unwrap()
    }

    fn ask(&self, old: u64) -> Answer {
        let body = self.log.ledger.submission(old).unwrap().body;
        self.witness.add_checkpoint(body.as_bytes(), at(0))
    }

    /// Has the present checkpoint cosigned.
    fn cosign(&self, old: u64) {
        let submission = self.log.ledger.submission(old).unwrap();
        let answer = self.witness.add_checkpoint(submission.body.as_bytes(), at(7));
        let Answer::Cosigned(line) = answer else { panic!("{answer:?}") };
        let said = self.log.ledger.cosigned_by(&submission, &self.cosigner(), &line).unwrap();
        assert_eq!((said.at, said.witness.as_str()), (at(7), NAME));
    }
}

fn is_cosigned(answer: &Answer) -> bool {
    matches!(answer, Answer::Cosigned(_))
}

#[test]
fn honest_growth_is_cosigned_from_every_size_to_every_other() {
    let pair = Pair::of(1);
    let mut old = 0;
    for (size, step) in [(2, 1), (5, 3), (256, 251), (257, 1), (700, 443), (700, 0)] {
        assert!(is_cosigned(&pair.ask(old)));
        old = pair.log.ledger.size();
        pair.log.append(&entries(old..old + step));
        assert_eq!(pair.log.ledger.size(), size);
        assert!(is_cosigned(&pair.ask(old)), "{old} to {size}");
        // Asked again it only says a later time.
        assert!(is_cosigned(&pair.ask(size)));
        old = size;
    }
    assert_eq!(pair.ask(5), Answer::Conflict(700));
    assert_eq!(pair.ask(0), Answer::Conflict(700));
    assert_eq!(pair.witness.watched(), [(ORIGIN.to_owned(), 700)]);
}

#[test]
fn published_and_proved_is_what_was_cosigned_for_ten_seconds_and_kept_for_ever() {
    let pair = Pair::of(300);
    let (ledger, key) = (&pair.log.ledger, pair.log.ledger.verifier_key());
    assert_eq!(ledger.published(), ledger.checkpoint());
    pair.cosign(0);
    let note = ledger.published();
    assert_ne!(note, ledger.checkpoint());
    let read = Cosigned::read(&note, &key).unwrap();
    assert_eq!(read.checkpoint.size, 300);
    assert_eq!(read.by(&pair.cosigner()).unwrap().at, at(7));
    assert_eq!(read.at(0, &pair.cosigner()).unwrap().at, at(7));
    assert!(read.at(1, &pair.cosigner()).is_none());
    // A later checkpoint is not shown before it is cosigned, unless that takes long.
    pair.log.append(&entries(300..310));
    assert_eq!(ledger.published(), note);
    let prover = ledger.witnessed_prover(Duration::ZERO).unwrap();
    assert_eq!((prover.size(), prover.witnesses().len()), (310, 0));
    pair.cosign(300);
    let prover = ledger.witnessed_prover(Duration::ZERO).unwrap();
    assert_eq!((prover.size(), prover.witnesses()), (310, &[pair.witness.verifier_key()][..]));
    assert_eq!(prover.checkpoint(), ledger.published());
    prover.prove(crate::LeafIndex(7)).unwrap();
    let (published, cosigner) = (ledger.published(), pair.cosigner());
    let log = pair.log.reopen();
    assert_eq!(log.ledger.published(), log.ledger.checkpoint());
    log.ledger.trust(vec![cosigner]);
    assert_eq!(log.ledger.published(), published);
    log.verify().unwrap();
}

#[test]
fn who_waits_for_a_cosignature_gets_it_and_nobody_waits_in_vain() {
    let pair = Pair::of(3);
    let (ledger, long) = (&pair.log.ledger, Duration::from_mins(1));
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| ledger.witnessed_prover(long).unwrap().witnesses().len());
        pair.cosign(0);
        assert_eq!(waiting.join().unwrap(), 1);
    });
    pair.log.append(&entries(3..5));
    ledger.expect_witnesses(0);
    assert_eq!(ledger.witnessed_prover(long).unwrap().witnesses().len(), 0);
}

#[test]
fn a_fork_is_refused_whatever_proof_comes_with_it() {
    let pair = Pair::of(20);
    pair.cosign(0);
    let head = "old 20\n\n";
    let sign = |size: u64, root: u8| {
        let key = std::fs::read_to_string(super::fixture::key(&pair.log.home)).unwrap();
        let signer = StandardSigner::new(key.trim()).unwrap();
        let claim = Claim { origin: ORIGIN.to_owned(), size, root: Digest([root; 32]) };
        claim.sign(&signer).unwrap()
    };
    let ask = |request: &str| pair.witness.add_checkpoint(request.as_bytes(), at(1));
    // Another tree of the same size, then larger ones without, with any, and with a true proof.
    assert!(matches!(ask(&format!("{head}{}", sign(20, 1))), Answer::Inconsistent(_)));
    assert!(matches!(ask(&format!("{head}{}", sign(25, 1))), Answer::Inconsistent(_)));
    pair.log.append(&entries(20..25));
    let honest = pair.log.ledger.submission(20).unwrap().body;
    let (proof, _) = honest.split_once("\n\n").unwrap();
    assert!(matches!(ask(&format!("{proof}\n\n{}", sign(25, 1))), Answer::Inconsistent(_)));
    let none = honest.replace(proof, "old 20");
    assert!(matches!(ask(&none), Answer::Inconsistent(_)));
    let longer = honest.replace(proof, &format!("{proof}\n{}", proof.lines().last().unwrap()));
    assert!(matches!(ask(&longer), Answer::Inconsistent(_)));
    assert!(is_cosigned(&ask(&honest)));
}

#[test]
fn a_log_that_was_rolled_back_or_replayed_is_not_cosigned_again() {
    let pair = Pair::of(20);
    let early = pair.log.ledger.submission(0).unwrap().body;
    pair.cosign(0);
    pair.log.append(&entries(20..30));
    pair.cosign(20);
    assert_eq!(pair.witness.add_checkpoint(early.as_bytes(), at(9)), Answer::Conflict(30));
    // One who lies about the size that was seen last is no further.
    let lie = early.replacen("old 0", "old 30", 1);
    let answer = pair.witness.add_checkpoint(lie.as_bytes(), at(9));
    assert!(matches!(answer, Answer::Malformed(_)));
    // A witness that starts again remembers, and its own cosignature guards its memory.
    let Pair { log, home, witness: first } = pair;
    drop(first);
    let again = witness(home.path(), &log);
    assert_eq!(again.add_checkpoint(early.as_bytes(), at(9)), Answer::Conflict(30));
    drop(again);
    let origin = crate::digest(ORIGIN.as_bytes()).to_string();
    let file = home.path().join(format!("{origin}.checkpoint"));
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replacen("\n30\n", "\n20\n", 1)).unwrap();
    let refused = Witness::open(home.path(), NAME, &[log.ledger.verifier_key()]).err().unwrap();
    assert!(matches!(refused, LedgerError::Checkpoint { .. }), "{refused}");
}

#[test]
fn unknown_logs_wrong_keys_and_malformed_requests_are_told_apart() {
    let pair = Pair::of(20);
    let honest = pair.log.ledger.submission(0).unwrap().body;
    let ask = |request: &str| pair.witness.add_checkpoint(request.as_bytes(), at(1));
    // Of the same name, by another key.
    let other = Log::of(20).ledger.submission(0).unwrap().body;
    assert_eq!(ask(&other), Answer::Untrusted);
    let unknown = honest.replacen(ORIGIN, "other.example/ledger", 1);
    assert_eq!(ask(&unknown), Answer::Unknown);
    assert_eq!(ask(&honest.replacen("\n20\n", "\n21\n", 1)), Answer::Untrusted);
    // A true signature beside a false one that bears the key's name.
    let (_, signature) = honest.rsplit_once("\n— ").unwrap();
    let mut false_one = signature.to_owned();
    let at_end = false_one.len() - 10;
    let other = if &false_one[at_end..=at_end] == "A" { "B" } else { "A" };
    false_one.replace_range(at_end..=at_end, other);
    assert_eq!(ask(&format!("{honest}— {false_one}")), Answer::Untrusted);
    let long = format!("old 0\n{}", "A".repeat(LONGEST_REQUEST));
    for request in [
        "",
        "old\n\n",
        &honest.replacen("old 0", "old 00", 1),
        &honest.replacen("old 0", "old +0", 1),
        &honest.replacen("old 0", "new 0", 1),
        &honest.replacen("old 0\n", "old 0\nAAAA\n", 1),
        &honest.replacen("\n\n", "\n", 1),
        &honest[..honest.len() - 1],
        &long,
    ] {
        assert!(matches!(ask(request), Answer::Malformed(_)), "{request}");
    }
    let zeros = format!("old 0\n{}\n", "A".repeat(43) + "=");
    let superfluous = honest.replacen("old 0\n", &zeros, 1);
    assert!(matches!(ask(&superfluous), Answer::Inconsistent(_)));
    assert!(is_cosigned(&ask(&honest)));
}

#[test]
fn what_was_cosigned_is_shown_by_the_witness_too() {
    let pair = Pair::of(20);
    let origin = crate::digest(ORIGIN.as_bytes()).to_string();
    assert_eq!(pair.witness.checkpoint(&origin), None);
    pair.cosign(0);
    let note = pair.witness.checkpoint(&origin).unwrap();
    assert_eq!(note, pair.log.ledger.published());
    assert_eq!(pair.witness.checkpoint("0"), None);
}

#[test]
fn an_answer_that_is_no_cosignature_is_refused_and_changes_nothing() {
    let pair = Pair::of(20);
    let submission = pair.log.ledger.submission(0).unwrap();
    let home = tempfile::tempdir().unwrap();
    let stranger = witness(home.path(), &pair.log);
    let Answer::Cosigned(line) = stranger.add_checkpoint(submission.body.as_bytes(), at(1)) else {
        panic!("not cosigned")
    };
    for answer in ["", "yes\n", &line, &line[4..]] {
        let refused = pair.log.ledger.cosigned_by(&submission, &pair.cosigner(), answer);
        assert!(matches!(refused, Err(LedgerError::Cosignature { .. })), "{answer}");
    }
    assert_eq!(pair.log.ledger.published(), pair.log.ledger.checkpoint());
}

#[test]
fn a_witness_whose_disk_fails_answers_nothing_more_until_it_is_opened_again() {
    let pair = Pair::of(20);
    let steps = std::cell::Cell::new(0);
    // Every step of the exchange in its turn: a cosignature is given out only for what is kept.
    loop {
        let home = tempfile::tempdir().unwrap();
        let witness = witness(home.path(), &pair.log);
        let body = pair.log.ledger.submission(0).unwrap().body;
        let count = std::sync::atomic::AtomicU64::new(0);
        let failing = steps.get();
        witness.watch(Some(Box::new(move |_, _, _| {
            let step = count.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            if step == failing { Err(std::io::Error::other("injected")) } else { Ok(()) }
        })));
        let answer = witness.add_checkpoint(body.as_bytes(), at(1));
        if is_cosigned(&answer) {
            break;
        }
        assert_eq!(answer, Answer::Unsettled);
        assert_eq!(witness.add_checkpoint(body.as_bytes(), at(1)), Answer::Unsettled);
        drop(witness);
        let again = self::witness(home.path(), &pair.log);
        let seen = again.watched()[0].1;
        let old = pair.log.ledger.submission(seen).unwrap().body;
        assert!(is_cosigned(&again.add_checkpoint(old.as_bytes(), at(1))), "step {failing}");
        steps.set(failing + 1);
    }
    assert!(steps.get() >= 8, "{}", steps.get());
}
