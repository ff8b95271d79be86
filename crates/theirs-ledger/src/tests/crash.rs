//! Whatever step a crash hits, the log opens with everything that was acknowledged.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use super::fixture::{Log, copy, entries, entry, key, leaf};
use crate::{
    LeafIndex, Ledger, LedgerError,
    folder::{Step, When},
    verify,
};

/// Groups that end before, on and beyond the boundaries of tiles.
const GROUPS: [u64; 6] = [1, 2, 252, 1, 259, 2];

/// What a power cut leaves at least: content that was flushed, under names that were flushed.
#[derive(Default)]
struct Durable {
    folders: BTreeMap<u64, Vec<(String, u64, bool)>>,
    content: BTreeMap<u64, Vec<u8>>,
}

fn number(path: &Path) -> u64 {
    fs::metadata(path).unwrap().ino()
}

/// The names in a folder, with what each stands for and whether that is a folder.
fn names(folder: &Path) -> Vec<(String, u64, bool)> {
    let names = fs::read_dir(folder).unwrap().map(|item| {
        let path = item.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        (name, number(&path), path.is_dir())
    });
    names.collect()
}

impl Durable {
    /// All that is there now.
    fn of(folder: &Path) -> Self {
        let mut durable = Self::default();
        for file in super::fixture::files(folder) {
            durable.note(Step::FlushedFile, &file);
            file.ancestors().skip(1).take_while(|above| above.starts_with(folder)).for_each(
                |above| {
                    durable.note(Step::FlushedFolder, above);
                },
            );
        }
        durable
    }

    fn note(&mut self, step: Step, path: &Path) {
        match step {
            Step::Created => drop(self.content.insert(number(path), Vec::new())),
            Step::FlushedFile | Step::FlushedData => {
                drop(self.content.insert(number(path), fs::read(path).unwrap()));
            }
            Step::MadeFolder => drop(self.folders.entry(number(path)).or_default()),
            Step::FlushedFolder => drop(self.folders.insert(number(path), names(path))),
            Step::Wrote | Step::Cut | Step::Renamed | Step::Removed => {}
        }
    }

    /// Writes what is durable of the folder with this number to another place.
    fn restore(&self, folder: u64, to: &Path) {
        fs::create_dir_all(to).unwrap();
        for (name, number, is_folder) in self.folders.get(&folder).into_iter().flatten() {
            if *is_folder {
                self.restore(*number, &to.join(name));
            } else {
                let content = self.content.get(number).cloned().unwrap_or_default();
                fs::write(to.join(name), content).unwrap();
            }
        }
    }
}

/// One state that a crash could leave, and how many entries were acknowledged by then.
struct State {
    folder: PathBuf,
    acknowledged: u64,
    after: String,
}

/// Appends all groups and makes checkpoints, and keeps two states after each step: as it is, and as
/// a power cut leaves it.
fn crash_states(log: &Log) -> Vec<State> {
    let states = Arc::new(Mutex::new(Vec::new()));
    let acknowledged = Arc::new(AtomicU64::new(0));
    let durable = Mutex::new(Durable::of(&log.folder()));
    let (kept, known) = (Arc::clone(&states), Arc::clone(&acknowledged));
    let (folder, home) = (log.folder(), log.home.path().to_owned());
    log.ledger.log.folder.watch(Some(Box::new(move |when, step, path| {
        if when == When::Before {
            return Ok(());
        }
        let mut kept = kept.lock().unwrap();
        let mut durable = durable.lock().unwrap();
        durable.note(step, path);
        let name = |kind: &str| home.join(format!("{kind}{}", kept.len()));
        let (killed, cut) = (name("killed"), name("cut"));
        copy(&folder, &killed);
        durable.restore(number(&folder), &cut);
        for folder in [killed, cut] {
            let acknowledged = known.load(Ordering::SeqCst);
            kept.push(State {
                folder,
                acknowledged,
                after: format!("{step:?} {}", path.display()),
            });
        }
        Ok(())
    })));
    let mut size = 0;
    for (at, group) in GROUPS.into_iter().enumerate() {
        log.ledger.append_all(&entries(size..size + group)).unwrap();
        size += group;
        acknowledged.store(size, Ordering::SeqCst);
        // Some groups share a checkpoint, and the journal is given up now and then.
        if at % 3 > 0 {
            log.ledger.settle().unwrap();
        }
        if at == 3 {
            log.ledger.release(LeafIndex(size)).unwrap();
        }
    }
    log.ledger.log.folder.watch(None);
    std::mem::take(&mut *states.lock().unwrap())
}

#[test]
fn every_state_that_a_crash_can_leave_opens_with_all_that_was_acknowledged() {
    let log = Log::new();
    let states = crash_states(&log);
    assert!(states.len() > 100, "{}", states.len());
    for State { folder, acknowledged, after } in states {
        let told = format!("{} after {after}", folder.display());
        let ledger = Ledger::open_by_hand(&folder, &key(&log.home)).expect(&told);
        let size = ledger.size();
        assert!(size >= acknowledged, "{told}: {size} of {acknowledged}");
        for index in 0..size {
            assert_eq!(ledger.entry(LeafIndex(index)).expect(&told), entry(index), "{told}");
        }
        // Other entries than those that the crash cut short, in other groups.
        ledger.append(&entry(5_000)).expect(&told);
        ledger.append_all(&entries(5_001..5_300)).expect(&told);
        ledger.settle().expect(&told);
        let check = &mut |index: LeafIndex, found: &crate::Leaf| {
            let expected = if index.0 < size { index.0 } else { 5_000 + index.0 - size };
            if *found == leaf(expected) { Ok(()) } else { Err("other entry".to_owned()) }
        };
        let verified = verify(&folder, &ledger.verifier_key(), check).expect(&told);
        assert_eq!(verified.size, size + 300);
        drop(ledger);
        let files = super::fixture::files(&folder);
        let partial = files.iter().filter(|file| file.to_string_lossy().contains(".p/")).count();
        assert!(partial <= 3, "{told} leaves {files:?}");
        fs::remove_dir_all(folder).unwrap();
    }
}

/// Lets the step number `at` fail once, counted from now; before it is taken and after it count as
/// two.
fn fail_at(ledger: &Ledger, at: usize) -> Arc<AtomicUsize> {
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    ledger.log.folder.watch(Some(Box::new(move |_, _, _| {
        if counted.fetch_add(1, Ordering::SeqCst) == at {
            return Err(io::Error::other("injected"));
        }
        Ok(())
    })));
    count
}

/// Appends four entries to 254 and makes a checkpoint, while the step number `at` fails; says
/// whether there was such a step.
fn fails_at(at: usize, reopens: bool) -> bool {
    let mut log = Log::of(254);
    log.ledger.release(LeafIndex(254)).unwrap();
    let count = fail_at(&log.ledger, at);
    let group = entries(254..258);
    if let Err(error) = log.ledger.append_all(&group) {
        // Nothing of the group may be visible, and nothing may be appended any more.
        assert!(error.to_string().starts_with("could not "), "{error}");
        assert_eq!(log.ledger.size(), 254);
        let refused = log.ledger.append_all(&group).unwrap_err();
        assert!(matches!(refused, LedgerError::Unsettled { .. }), "{refused}");
        log = log.reopen();
    } else {
        assert_eq!(log.ledger.size(), 258);
        let settled = log.ledger.settle();
        assert_eq!(settled.is_err(), log.ledger.log.head().edge.size() == 254);
        if reopens {
            log = log.reopen();
        }
    }
    log.append(&group);
    assert_eq!(log.verify().unwrap().size, 258);
    for index in 0..258 {
        assert_eq!(log.ledger.entry(LeafIndex(index)).unwrap(), entry(index));
    }
    count.load(Ordering::SeqCst) > at
}

#[test]
fn failing_disk_loses_nothing_and_doubles_nothing() {
    for reopens in [false, true] {
        let steps = (0..1_000).take_while(|at| fails_at(*at, reopens)).count();
        assert!(steps > 40, "an append and a checkpoint have only {steps} steps");
    }
}

#[test]
fn opening_a_sound_log_writes_nothing_and_an_append_is_one_write_and_one_flush() {
    let log = Log::of(300);
    let path = log.folder().join("checkpoint");
    let before = (number(&path), fs::metadata(&path).unwrap().modified().unwrap());
    let log = log.reopen();
    assert_eq!((number(&path), fs::metadata(&path).unwrap().modified().unwrap()), before);
    let taken = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&taken);
    log.ledger.log.folder.watch(Some(Box::new(move |when, step, path| {
        if when == When::After {
            told.lock().unwrap().push((step, path.to_owned()));
        }
        Ok(())
    })));
    log.ledger.append_all(&entries(300..364)).unwrap();
    let journal = log.folder().join("journal/00000000000000000000");
    let steps = [(Step::Wrote, journal.clone()), (Step::FlushedData, journal)];
    assert_eq!(*taken.lock().unwrap(), steps);
    taken.lock().unwrap().clear();
    log.ledger.settle().unwrap();
    let flushed =
        |(step, path): &(Step, PathBuf)| (*step == Step::FlushedFolder).then(|| path.to_owned());
    let flushed: Vec<_> = taken.lock().unwrap().iter().filter_map(flushed).collect();
    let folders = ["tile/0/001.p", "tile/entries/001.p", ""].map(|name| log.folder().join(name));
    assert_eq!(flushed, folders);
}

/// A log of 10 entries of which 6 have a checkpoint; the journal holds all, in three frames.
fn half_settled() -> Log {
    let log = Log::of(3);
    log.append(&entries(3..6));
    log.ledger.append_all(&entries(6..10)).unwrap();
    log
}

#[test]
fn a_torn_end_of_the_journal_takes_only_what_nobody_was_told_of() {
    let log = half_settled();
    let file = log.folder().join("journal/00000000000000000000");
    let whole = fs::read(&file).unwrap();
    log.ledger.append_all(&entries(10..12)).unwrap();
    let longer = fs::read(&file).unwrap();
    let mut log = log;
    for length in whole.len()..=longer.len() {
        for end in [vec![], vec![0; longer.len() - length]] {
            fs::write(&file, [&longer[..length], end.as_slice()].concat()).unwrap();
            log = log.reopen();
            let size = if length == longer.len() { 12 } else { 10 };
            assert_eq!(log.ledger.size(), size, "{length}");
            assert_eq!(log.ledger.take_replayed().len() as u64, size);
            log.ledger.append(&entry(size)).unwrap();
        }
    }
    assert_eq!(log.reopen().append(&entries(13..14)), [LeafIndex(13)]);
}

#[test]
fn every_bit_of_the_journal_matters_while_frames_follow() {
    let mut log = half_settled();
    let file = log.folder().join("journal/00000000000000000000");
    let sound = fs::read(&file).unwrap();
    let last = sound.len() - (48 + 4 * 134 + 32);
    drop(std::mem::replace(&mut log.ledger, Log::new().ledger));
    for at in 0..sound.len() {
        let mut changed = sound.clone();
        changed[at] ^= 1 << (at % 8);
        fs::write(&file, &changed).unwrap();
        let opened = Ledger::open_by_hand(&log.folder(), &key(&log.home));
        if at < last {
            assert!(matches!(opened, Err(LedgerError::Changed { .. })), "byte {at}");
        } else {
            // The last frame cannot be told from one that was torn.
            assert_eq!(opened.unwrap().size(), 6, "byte {at}");
        }
    }
    fs::write(&file, &sound).unwrap();
    assert_eq!(Ledger::open_by_hand(&log.folder(), &key(&log.home)).unwrap().size(), 10);
}

#[test]
fn a_journal_that_does_not_meet_the_checkpoint_is_refused() {
    let log = half_settled();
    let folder = log.folder();
    let older = fs::read(folder.join("journal/00000000000000000000")).unwrap();
    log.ledger.settle().unwrap();
    log.ledger.release(LeafIndex(10)).unwrap();
    assert!(!folder.join("journal/00000000000000000000").exists());
    log.append(&entries(10..12));
    let log = log.reopen();
    assert_eq!(log.ledger.take_replayed()[0].index, LeafIndex(10));
    fs::remove_file(folder.join("journal/00000000000000000010")).unwrap();
    fs::write(folder.join("journal/00000000000000000000"), &older).unwrap();
    drop(log.ledger);
    let refused = Ledger::open_by_hand(&folder, &key(&log.home)).unwrap_err();
    assert!(matches!(refused, LedgerError::Changed { .. }), "{refused}");
}

#[test]
fn payloads_come_back_until_they_are_released() {
    let log = Log::new();
    let record =
        |n: u64| crate::Record { leaf: leaf(n), payload: vec![7; usize::try_from(n).unwrap()] };
    log.ledger.append_records((0..3).map(record).collect()).unwrap();
    let log = log.reopen();
    let replayed = log.ledger.take_replayed();
    let lengths: Vec<_> = replayed.iter().map(|found| found.payload.len()).collect();
    assert_eq!(lengths, [0, 1, 2]);
    assert!(log.ledger.take_replayed().is_empty());
    log.ledger.release(LeafIndex(2)).unwrap();
    let log = log.reopen();
    assert_eq!(log.ledger.take_replayed().len(), 3);
    log.ledger.release(LeafIndex(3)).unwrap();
    assert!(log.reopen().ledger.take_replayed().is_empty());
}

#[test]
fn the_thread_behind_makes_the_checkpoint_and_a_last_one_at_the_end() {
    let log = Log::of(3);
    let (folder, home) = (log.folder(), log.home);
    drop(log.ledger);
    let ledger = Ledger::open(&folder, &key(&home)).unwrap();
    ledger.append_all(&entries(3..10)).unwrap();
    let vkey = ledger.verifier_key();
    drop(ledger);
    assert_eq!(verify(&folder, &vkey, &mut |_, _| Ok(())).unwrap().size, 10);
}

#[test]
fn an_exchange_that_was_cut_short_is_made_again_at_opening() {
    let log = Log::of(3);
    let fresh = log.folder().join("checkpoint.new");
    fs::write(&fresh, "").unwrap();
    let before = number(&log.folder().join("checkpoint"));
    let log = log.reopen();
    assert!(!fresh.exists());
    assert_ne!(number(&log.folder().join("checkpoint")), before);
    assert_eq!(log.verify().unwrap().size, 3);
}

#[test]
fn a_flush_that_fails_leaves_a_sign() {
    let log = Log::of(3);
    let root = log.folder();
    log.ledger.log.folder.watch(Some(Box::new(move |when, step, path| {
        if when == When::After && step == Step::FlushedFolder && path == root {
            return Err(io::Error::other("injected"));
        }
        Ok(())
    })));
    log.ledger.append(&entry(3)).unwrap();
    assert!(log.ledger.settle().is_err());
    assert!(log.folder().join("checkpoint.new").exists());
    let log = log.reopen();
    log.ledger.settle().unwrap();
    assert_eq!(log.verify().unwrap().size, 4);
}
