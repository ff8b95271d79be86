//! Whatever step a crash hits, the log opens with everything that was acknowledged.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use super::fixture::{Log, copy, entries, entry, key};
use crate::{LeafIndex, Ledger, LedgerError, folder::Step, verify};

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
            Step::FlushedFile => drop(self.content.insert(number(path), fs::read(path).unwrap())),
            Step::MadeFolder => drop(self.folders.entry(number(path)).or_default()),
            Step::FlushedFolder => drop(self.folders.insert(number(path), names(path))),
            Step::Wrote | Step::Renamed | Step::Removed => {}
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

/// Appends all groups, and keeps two states after each step: as it is, and as a power cut leaves it.
fn crash_states(log: &mut Log) -> Vec<State> {
    let states = Arc::new(Mutex::new(Vec::new()));
    let acknowledged = Arc::new(AtomicU64::new(0));
    let durable = Mutex::new(Durable::of(&log.folder()));
    let (kept, known) = (Arc::clone(&states), Arc::clone(&acknowledged));
    let (folder, home) = (log.folder(), log.home.path().to_owned());
    log.ledger.folder.watch = Some(Box::new(move |step, path| {
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
    }));
    let mut size = 0;
    for group in GROUPS {
        log.ledger.append_all(&entries(size..size + group)).unwrap();
        size += group;
        acknowledged.store(size, Ordering::SeqCst);
    }
    log.ledger.folder.watch = None;
    std::mem::take(&mut *states.lock().unwrap())
}

#[test]
fn every_state_that_a_crash_can_leave_opens_with_all_that_was_acknowledged() {
    let mut log = Log::new();
    let states = crash_states(&mut log);
    assert!(states.len() > 100, "{}", states.len());
    for State { folder, acknowledged, after } in states {
        let told = format!("{} after {after}", folder.display());
        let ledger = Ledger::open(&folder, &key(&log.home)).expect(&told);
        let size = ledger.size();
        assert!(size >= acknowledged, "{told}: {size} of {acknowledged}");
        for index in 0..size {
            assert_eq!(ledger.entry(LeafIndex(index)).expect(&told), entry(index), "{told}");
        }
        // Other entries than those that the crash cut short, in other groups.
        ledger.append(&entry(5_000)).expect(&told);
        ledger.append_all(&entries(5_001..5_300)).expect(&told);
        let check = &mut |index: LeafIndex, found: &crate::Entry| {
            let expected = if index.0 < size { index.0 } else { 5_000 + index.0 - size };
            if *found == entry(expected) { Ok(()) } else { Err("other entry".to_owned()) }
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

/// Lets the step number `at` fail once, counted from now.
fn fail_at(ledger: &mut Ledger, at: usize) -> Arc<AtomicUsize> {
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    ledger.folder.watch = Some(Box::new(move |_, _| {
        if counted.fetch_add(1, Ordering::SeqCst) == at {
            return Err(io::Error::other("injected"));
        }
        Ok(())
    }));
    count
}

#[test]
fn failing_disk_loses_nothing_and_doubles_nothing() {
    for at in 0.. {
        let mut log = Log::of(254);
        let count = fail_at(&mut log.ledger, at);
        let group = entries(254..258);
        let answer = log.ledger.append_all(&group);
        if count.load(Ordering::SeqCst) <= at {
            assert!(at > 20, "the append has only {at} steps");
            break;
        }
        // After the failure nothing of the group may be visible, or all of it.
        if let Err(error) = answer {
            assert!(error.to_string().starts_with("could not "), "{error}");
            assert_eq!(log.ledger.size(), 254);
            log.verify().unwrap();
        }
        if let Err(error) = log.ledger.append_all(&group) {
            assert!(matches!(error, LedgerError::Unsettled { .. }), "{error}");
            log = log.reopen();
            log.ledger.append_all(&group).unwrap();
        }
        assert_eq!(log.verify().unwrap().size, 258);
        for index in 0..258 {
            assert_eq!(log.ledger.entry(LeafIndex(index)).unwrap(), entry(index));
        }
    }
}

#[test]
fn opening_a_sound_log_writes_nothing_and_an_append_flushes_only_what_it_touched() {
    let log = Log::of(300);
    let path = log.folder().join("checkpoint");
    let before = (number(&path), fs::metadata(&path).unwrap().modified().unwrap());
    let mut log = log.reopen();
    assert_eq!((number(&path), fs::metadata(&path).unwrap().modified().unwrap()), before);
    let flushed = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&flushed);
    log.ledger.folder.watch = Some(Box::new(move |step, path| {
        if step == Step::FlushedFolder {
            told.lock().unwrap().push(path.to_owned());
        }
        Ok(())
    }));
    log.ledger.append(&entry(300)).unwrap();
    let folders = ["tile/0/001.p", "tile/entries/001.p", ""].map(|name| log.folder().join(name));
    assert_eq!(*flushed.lock().unwrap(), folders);
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
    let mut log = Log::of(3);
    let root = log.folder();
    log.ledger.folder.watch = Some(Box::new(move |step, path| {
        if step == Step::FlushedFolder && path == root {
            return Err(io::Error::other("injected"));
        }
        Ok(())
    }));
    assert!(log.ledger.append(&entry(3)).is_err());
    assert!(log.folder().join("checkpoint.new").exists());
    let log = log.reopen();
    assert_eq!(log.verify().unwrap().size, 4);
}
