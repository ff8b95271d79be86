use serde_json::Map;

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
    let journal = Journal::open(folder.path(), 0).unwrap();
    let middle = keep(&journal, 0..3).unwrap();
    keep(&journal, 3..5).unwrap();
    assert_eq!(ids(&journal, 0), ["0", "1", "2", "3", "4"]);
    assert_eq!(ids(&journal, middle), ["3", "4"]);
    assert_eq!(journal.read(0, 2).unwrap()[1].event.id, "1");
    drop(journal);
    let journal = Journal::open(folder.path(), middle).unwrap();
    assert_eq!(ids(&journal, middle), ["3", "4"]);
    assert!(journal.backlog() > 0);
}

#[test]
fn what_a_crash_tore_is_cut_off_and_writing_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::open(folder.path(), 0).unwrap();
    keep(&journal, 0..2).unwrap();
    drop(journal);
    let path = folder.path().join("00000000000000000000.journal");
    let mut content = fs::read(&path).unwrap();
    content.extend_from_slice(&[9, 0, 0, 0, 1, 2, 3, 4, b'{']);
    fs::write(&path, &content).unwrap();
    let journal = Journal::open(folder.path(), 0).unwrap();
    keep(&journal, 2..3).unwrap();
    assert_eq!(ids(&journal, 0), ["0", "1", "2"]);
}

#[test]
fn nothing_stays_that_was_taken_over_and_places_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::open(folder.path(), 0).unwrap();
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
    let journal = Journal::open(folder.path(), later).unwrap();
    assert_eq!(ids(&journal, later), ["3"]);
}

#[test]
fn a_flipped_bit_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::open(folder.path(), 0).unwrap();
    keep(&journal, 0..2).unwrap();
    let path = folder.path().join("00000000000000000000.journal");
    let mut content = fs::read(&path).unwrap();
    content[12] ^= 1;
    fs::write(&path, &content).unwrap();
    assert!(journal.read(0, 10).is_err());
}

#[test]
fn a_segment_that_was_taken_over_is_removed_once_the_next_has_begun() {
    let folder = tempfile::tempdir().unwrap();
    let mut segment = Segment::last(folder.path(), 0).unwrap();
    let mut frames = Vec::new();
    frame(&serde_json::to_vec(&event(0)).unwrap(), &mut frames);
    let first = segment.append(&frames, 1, folder.path()).unwrap();
    let second = segment.append(&frames, 1, folder.path()).unwrap();
    assert_eq!(segment::read(folder.path(), 0, second, 9).unwrap().len(), 2);
    segment::remove_before(folder.path(), first).unwrap();
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    assert_eq!(segment::read(folder.path(), first, second, 9).unwrap().len(), 1);
}
