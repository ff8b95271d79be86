//! What rests on disk: no byte of it tells of anybody.

use std::path::{Path, PathBuf};

use serde_json::json;

use crate::collect::Site;
use crate::shop::Said;

/// Parts of one person's data, and of what they did.
const CANARIES: [&str; 3] = ["Ann Reed", "ann@reader.example", "looked at The Long Way Home"];
/// So many that they are kept in columns on disk.
const PEOPLE: usize = 8_300;
const SEEN: &str = "select person_id, name from service.web_events order by name";

/// A shop of many clients, with what one of them did, and its people in columns.
fn site() -> Site {
    let mut site = Site::new();
    let other = |number| format!("u{number},Reader Q{number:05},q{number}@reader.example\n");
    let others: String = (2..PEOPLE).map(other).collect();
    let one = format!("account,name,email\nu1,{},{}\n", CANARIES[0], CANARIES[1]);
    std::fs::write(site.folder.path().join("till.csv"), one + &others).unwrap();
    site.well(&["load"]);
    site.well(&["resolve"]);
    site.serve();
    site.sends("track", &json!({ "userId": "u1", "event": CANARIES[2], "messageId": "1" }));
    site.until(SEEN, 1);
    let all = site.sql("select count(*) n, count(email) e from service.person");
    assert!(all[0]["n"].as_u64().unwrap() > 8_192, "{all:?}");
    site
}

/// The files below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let (mut found, mut waiting) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(here) = waiting.pop() {
        for entry in std::fs::read_dir(here).unwrap() {
            let entry = entry.unwrap();
            let kind = entry.file_type().unwrap();
            if kind.is_dir() {
                waiting.push(entry.path());
            } else if kind.is_file() {
                found.push(entry.path());
            }
        }
    }
    found
}

/// The files of which some bytes tell of the person.
fn telling(files: &[PathBuf]) -> Vec<&Path> {
    let tells = |path: &&PathBuf| {
        let bytes = std::fs::read(path).unwrap();
        let is_in = |text: &str| bytes.windows(text.len()).any(|part| part == text.as_bytes());
        CANARIES.iter().any(|text| is_in(text))
    };
    files.iter().filter(tells).map(PathBuf::as_path).collect()
}

#[test]
fn no_file_below_data_tells_of_anybody() {
    let mut site = site();
    // Killed at once, the server leaves what it acknowledged in the journal.
    let again = json!({ "userId": "u1", "event": CANARIES[2], "messageId": "2" });
    site.sends("track", &again);
    site.kill();
    let data = site.folder.path().join("data");
    let there = files(&data);
    assert_eq!(telling(&there), Vec::<&Path>::new());
    let below =
        |folder: &str| there.iter().filter(|path| path.starts_with(data.join(folder))).count();
    assert!(below("lake") > 0 && below("people") == 2 && below("events") > 0, "{there:?}");
    // What is packed shows no text either way: that it is encrypted is told by how it begins and ends.
    for path in there.iter().filter(|path| path.extension().is_some_and(|end| end == "parquet")) {
        let bytes = std::fs::read(path).unwrap();
        assert!(bytes.starts_with(b"PARE") && bytes.ends_with(b"PARE"), "{}", path.display());
    }
    let source = site.folder.path().join("till.csv");
    assert!(telling(&files(site.folder.path())).contains(&&*source), "the search finds it");
    site.serve();
    site.until(SEEN, 2);
}

#[test]
fn another_key_is_named_and_nothing_is_lost_by_it() {
    let mut site = Site::new();
    site.well(&["load"]);
    site.well(&["resolve"]);
    site.serve();
    site.sends("track", &json!({ "userId": "u1", "event": "A", "messageId": "1" }));
    site.until(SEEN, 1);
    site.kill();
    let path = site.folder.path().join("data/keys/master.key");
    let key = std::fs::read(&path).unwrap();
    std::fs::write(&path, [8; 32]).unwrap();
    let said: Said = site.command(&["sql", "--as", "ana", SEEN]).output().unwrap().into();
    assert_eq!(said.code, 1, "{}{}", said.out, said.err);
    assert!(said.err.contains("keys/master.key"), "{}", said.err);
    assert!(!said.err.contains("panicked"), "{}", said.err);
    std::fs::write(&path, key).unwrap();
    site.serve();
    site.until(SEEN, 1);
}
