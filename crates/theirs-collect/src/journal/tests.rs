use serde_json::Map;

use super::seal::BEFORE;
use super::*;

fn event(number: u32) -> Taken {
    Taken {
        id: number.to_string(),
        stream: "web".into(),
        at: "2026-03-02T10:00:00Z".parse().unwrap(),
        server: false,
        user: None,
        visitor: Some("v".into()),
        previous: None,
        rows: vec![crate::Row { source: "seen".into(), cells: Map::new(), needs: Vec::new() }],
    }
}

fn open(folder: &Path, taken: u64) -> Journal {
    Journal::open(folder, taken, key()).unwrap()
}

fn key() -> JournalKey {
    JournalKey::new([7; 32])
}

/// The files of a folder, in order.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    found.sort();
    found
}

fn keep(journal: &Journal, numbers: std::ops::Range<u32>) -> Result<u64, Unkept> {
    let events: Vec<Taken> = numbers.map(event).collect();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(journal.keep(&events))
}

fn ids(journal: &Journal, from: u64) -> Vec<String> {
    journal.read(from, 1_000).unwrap().into_iter().map(|entry| entry.event.id).collect()
}

#[test]
fn what_was_kept_is_read_in_order_and_from_any_place() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path(), 0);
    let middle = keep(&journal, 0..3).unwrap();
    keep(&journal, 3..5).unwrap();
    assert_eq!(ids(&journal, 0), ["0", "1", "2", "3", "4"]);
    assert_eq!(ids(&journal, middle), ["3", "4"]);
    assert_eq!(journal.read(0, 2).unwrap()[1].event.id, "1");
    drop(journal);
    let journal = open(folder.path(), middle);
    assert_eq!(ids(&journal, middle), ["3", "4"]);
    assert!(journal.backlog() > 0);
}

#[test]
fn what_a_crash_tore_is_cut_off_and_writing_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path(), 0);
    keep(&journal, 0..2).unwrap();
    drop(journal);
    let path = folder.path().join("00000000000000000000.journal");
    let mut content = fs::read(&path).unwrap();
    content.extend_from_slice(&[9, 0, 0, 0, 1, 2, 3, 4, b'{']);
    fs::write(&path, &content).unwrap();
    let journal = open(folder.path(), 0);
    keep(&journal, 2..3).unwrap();
    assert_eq!(ids(&journal, 0), ["0", "1", "2"]);
}

#[test]
fn nothing_stays_that_was_taken_over_and_places_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path(), 0);
    let end = keep(&journal, 0..2).unwrap();
    journal.rest();
    let later = keep(&journal, 2..3).unwrap();
    assert_eq!(ids(&journal, 0), ["0", "1", "2"], "what was not taken over stays");
    journal.forget(later).unwrap();
    journal.rest();
    let last = keep(&journal, 3..4).unwrap();
    assert!(end < later && later < last);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    assert_eq!(ids(&journal, later), ["3"]);
    drop(journal);
    let journal = open(folder.path(), later);
    assert_eq!(ids(&journal, later), ["3"]);
}

#[test]
fn a_flipped_bit_is_noticed_wherever_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path(), 0);
    keep(&journal, 0..2).unwrap();
    let path = folder.path().join("00000000000000000000.journal");
    let whole = fs::read(&path).unwrap();
    for at in 0..whole.len() {
        let mut content = whole.clone();
        content[at] ^= 1;
        fs::write(&path, &content).unwrap();
        assert!(journal.read(0, 10).is_err(), "{at}");
    }
}

#[test]
fn a_segment_that_was_taken_over_is_removed_once_the_next_has_begun() {
    let folder = tempfile::tempdir().unwrap();
    let mut segment = Segment::after(folder.path(), 0, key()).unwrap();
    let mut frames = Vec::new();
    frame(&serde_json::to_vec(&event(0)).unwrap(), &mut frames);
    let first = segment.append(&mut frames.clone(), 1, folder.path()).unwrap();
    let second = segment.append(&mut frames, 1, folder.path()).unwrap();
    let read = |from| segment::read(folder.path(), &key(), from, second, 9).unwrap().len();
    assert_eq!(read(0), 2);
    segment::remove_before(folder.path(), first).unwrap();
    assert_eq!(files(folder.path()).len(), 1);
    assert_eq!(read(first), 1);
}

#[test]
fn nothing_of_an_event_is_in_the_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path(), 0);
    keep(&journal, 0..2).unwrap();
    let content = fs::read(&files(folder.path())[0]).unwrap();
    let text = serde_json::to_vec(&event(1)).unwrap();
    let is_in = |content: &[u8], text: &[u8]| content.windows(text.len()).any(|w| w == text);
    assert!(is_in(&plain(0..2), &text), "the search would find it");
    for part in [&text[..], b"stream", b"web"] {
        assert!(!is_in(&content, part));
    }
    assert_eq!(format!("{:?}", key()), "JournalKey(..)");
}

/// The frames of an earlier version: not encrypted.
fn plain(numbers: std::ops::Range<u32>) -> Vec<u8> {
    let frame = |number| {
        let content = serde_json::to_vec(&event(number)).unwrap();
        let length = u32::try_from(content.len()).unwrap().to_le_bytes();
        [&length[..], &crc32fast::hash(&content).to_le_bytes(), &content].concat()
    };
    numbers.flat_map(frame).collect()
}

#[test]
fn a_file_of_before_is_read_and_what_comes_next_is_encrypted() {
    let folder = tempfile::tempdir().unwrap();
    let mut content = plain(0..2);
    let end = content.len() as u64;
    content.extend_from_slice(&[0; 24]);
    fs::write(folder.path().join("00000000000000000000.journal"), content).unwrap();
    let journal = open(folder.path(), 0);
    assert_eq!(journal.end(), end);
    let last = keep(&journal, 2..4).unwrap();
    assert_eq!(ids(&journal, 0), ["0", "1", "2", "3"]);
    assert_eq!(ids(&journal, end), ["2", "3"]);
    journal.forget(last).unwrap();
    journal.rest();
    keep(&journal, 4..5).unwrap();
    assert_eq!(files(folder.path()).len(), 1);
}

#[test]
fn another_key_opens_nothing_and_cuts_nothing_off() {
    let folder = tempfile::tempdir().unwrap();
    keep(&open(folder.path(), 0), 0..2).unwrap();
    let Err(error) = Journal::open(folder.path(), 0, JournalKey::new([8; 32])) else {
        panic!("it was opened");
    };
    let path = files(folder.path()).remove(0);
    let told = format!("{} is encrypted under another key than keys/master.key", path.display());
    assert_eq!(error.to_string(), told);
    assert_eq!(ids(&open(folder.path(), 0), 0), ["0", "1"]);
}

#[test]
fn no_key_serves_twice_whatever_is_torn_or_fails() {
    let folder = tempfile::tempdir().unwrap();
    let (mut heads, mut kept) = (std::collections::BTreeSet::new(), 0);
    for round in 0..20 {
        let journal = open(folder.path(), 0);
        keep(&journal, kept..kept + 2).unwrap();
        kept += 2;
        drop(journal);
        let last = files(folder.path()).pop().unwrap();
        let content = fs::read(&last).unwrap();
        assert!(heads.insert(content[..BEFORE].to_vec()), "{round}");
        // A crash tears some of what was written, the head too at times.
        if round % 3 == 0 {
            let cut = content.len().saturating_sub(25 * (round + 1));
            fs::write(&last, &content[..cut]).unwrap();
            let frame = (content.len() - BEFORE) / 2;
            kept -= 2 - u32::try_from(cut.saturating_sub(BEFORE) / frame).unwrap();
        }
    }
    let expected: Vec<String> = (0..kept).map(|number| number.to_string()).collect();
    assert_eq!(ids(&open(folder.path(), 0), 0), expected);
}

#[test]
fn places_go_on_over_what_failed_to_be_written() {
    let folder = tempfile::tempdir().unwrap();
    let mut segment = Segment::after(folder.path(), 0, key()).unwrap();
    let frames = |number| {
        let mut frames = Vec::new();
        frame(&serde_json::to_vec(&event(number)).unwrap(), &mut frames);
        frames
    };
    let nowhere = folder.path().join("gone");
    assert!(segment.append(&mut frames(0), 99, &nowhere).is_err());
    let first = segment.append(&mut frames(1), 1 << 20, folder.path()).unwrap();
    assert_eq!(first, frames(1).len() as u64);
    let second = segment.append(&mut frames(2), 1 << 20, folder.path()).unwrap();
    let found = segment::read(folder.path(), &key(), 0, second, 9).unwrap();
    assert_eq!(found.iter().map(|entry| &*entry.event.id).collect::<Vec<_>>(), ["1", "2"]);
}
