//! The order of the house: what ARCHITECTURE.md says of dependencies is so.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// Which of our crates each of our crates depends on, by cargo's own account.
fn by_cargo() -> BTreeMap<String, BTreeSet<String>> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let output = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(root())
        .output()
        .unwrap();
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let ours: BTreeSet<&str> = packages.iter().map(|p| p["name"].as_str().unwrap()).collect();
    let of = |package: &serde_json::Value| {
        package["dependencies"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|dependency| dependency["kind"].is_null())
            .map(|dependency| dependency["name"].as_str().unwrap().to_owned())
            .filter(|name| ours.contains(name.as_str()))
            .collect()
    };
    packages.iter().map(|p| (p["name"].as_str().unwrap().to_owned(), of(p))).collect()
}

/// The same by the table in ARCHITECTURE.md.
fn by_table() -> BTreeMap<String, BTreeSet<String>> {
    let text = std::fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let section = text.split("## Who may depend on whom").nth(1).expect("the section is missing");
    let names = |cell: &str| -> BTreeSet<String> {
        cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
    };
    section
        .lines()
        .skip_while(|line| !line.starts_with('|'))
        .take_while(|line| line.starts_with('|'))
        .filter_map(|line| {
            let cells: Vec<&str> = line.trim_matches('|').split('|').collect();
            Some((names(cells.first()?).pop_first()?, names(cells.get(1)?)))
        })
        .collect()
}

#[test]
fn the_table_of_dependencies_is_what_cargo_says() {
    assert_eq!(by_table(), by_cargo());
}

#[test]
fn marketing_does_not_depend_on_the_store() {
    let by_cargo = by_cargo();
    assert!(!by_cargo["theirs-marketing"].contains("theirs-store"));
    for (crate_name, uses) in &by_cargo {
        let knows_store = uses.contains("theirs-store");
        let may = ["theirs", "theirs-people", "theirs-uses", "theirs-query", "theirs-rights"];
        assert!(!knows_store || may.contains(&crate_name.as_str()), "{crate_name}");
    }
}

#[test]
fn nothing_names_a_file_of_one_machine() {
    let output = Command::new("git").args(["ls-files", "-z"]).current_dir(root()).output().unwrap();
    let files = String::from_utf8(output.stdout).unwrap();
    let banned =
        [concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("TO", "DO"), concat!("FIX", "ME")];
    for file in files.split('\0').filter(|file| !file.is_empty() && *file != "Cargo.lock") {
        let Ok(text) = std::fs::read_to_string(root().join(file)) else { continue };
        for word in banned {
            assert!(!text.contains(word), "{file} contains {word}");
        }
    }
}

#[test]
fn documents_are_as_long_as_they_say() {
    let lines = std::fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap().lines().count();
    assert!(lines <= 150, "ARCHITECTURE.md has {lines} lines");
}

/// Where what runs may be told to IT; everything that is told is on one closed list there.
const TELLING: &str = "crates/theirs/src/telemetry";

/// Who speaks on standard error to whoever gave a command, and not to a log.
const SPEAKING: [&str; 3] = [
    "crates/theirs/src/main.rs",
    "crates/theirs/src/command/output.rs",
    "crates/theirs/src/socket/client.rs",
];

#[test]
fn what_is_logged_is_said_in_one_place() {
    let list = Command::new("git").args(["ls-files", "-z", "crates"]).current_dir(root()).output();
    let files = String::from_utf8(list.unwrap().stdout).unwrap();
    let is_rust = |file: &&str| std::path::Path::new(file).extension().is_some_and(|e| e == "rs");
    let ours = |file: &&str| is_rust(file) && file.contains("/src/");
    let mut told = 0;
    for file in files.split('\0').filter(ours) {
        let Ok(text) = std::fs::read_to_string(root().join(file)) else { continue };
        let is_test = file.contains("/tests") || file.contains("/histories");
        for word in ["tracing::", "tracing_subscriber", "opentelemetry"] {
            let uses = text.lines().map(str::trim_start).filter(|line| !line.starts_with("//"));
            let uses = uses.filter(|line| line.contains(word)).count();
            told += uses;
            assert!(uses == 0 || file.starts_with(TELLING), "{file} uses {word}");
        }
        for word in ["eprintln!", "eprint!", "stderr()"] {
            let may = file.starts_with(TELLING) || SPEAKING.contains(&file) || is_test;
            assert!(may || !text.contains(word), "{file} uses {word}");
        }
    }
    assert!(told > 5, "{TELLING} is somewhere else");
}

/// What may be decided of an item of docs/asvs.md.
const DECISIONS: [&str; 4] = ["kept", "partly", "not kept", "does not apply"];

/// How many of the items that apply are to be shown by a test, at least.
const SHOWN: usize = 80;

/// The rows of docs/asvs.md that begin so, by their cells.
fn rows(text: &str, beginning: &str) -> Vec<Vec<String>> {
    let cells = |line: &str| -> Vec<String> {
        line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect()
    };
    text.lines().filter(|line| line.starts_with(beginning)).map(cells).collect()
}

/// Whether a test is where it is said to be: `FILE::NAME`, or `FILE: "WHAT IT CHECKS"`.
fn is_there(named: &str) -> bool {
    let text = |file: &str| std::fs::read_to_string(root().join(file)).unwrap_or_default();
    if let Some((file, name)) = named.split_once("::") {
        let text = text(file);
        let found = text.find(&format!("fn {name}("));
        return found.is_some_and(|at| text[..at].rsplit("\n\n").next().unwrap().contains("test"));
    }
    let Some((file, said)) = named.split_once(": ") else { return false };
    said.len() > 2 && text(file).contains(said)
}

#[test]
fn each_item_of_the_standard_is_decided_and_shown_by_tests_that_there_are() {
    let text = std::fs::read_to_string(root().join("docs/asvs.md")).unwrap();
    let items = rows(&text, "| V");
    let ids: BTreeSet<&String> = items.iter().map(|item| &item[0]).collect();
    assert_eq!((ids.len(), items.len()), (253, 253), "levels 1 and 2 have 253 items");
    let mut counted: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for item in &items {
        let [id, level, decision, why, shown] = &item[..] else { panic!("{item:?}") };
        assert!(["1", "2"].contains(&level.as_str()) && !why.is_empty(), "{id}");
        assert!(DECISIONS.contains(&decision.as_str()), "{id}: {decision}");
        let tests: Vec<&str> = shown.split('`').skip(1).step_by(2).collect();
        assert!(tests.is_empty() == (shown == "none"), "{id}: {shown}");
        assert!(tests.is_empty() || decision != "does not apply", "{id} applies");
        for named in &tests {
            assert!(is_there(named), "{id} names {named}, which is not there");
        }
        let count = counted.entry(decision.as_str()).or_default();
        *count = (count.0 + 1, count.1 + usize::from(!tests.is_empty()));
    }
    for decision in DECISIONS {
        let told = rows(&text, &format!("| {decision} |"));
        let (all, shown) = counted[decision];
        assert_eq!(told, [[decision.to_owned(), all.to_string(), shown.to_string()]]);
    }
    let shown: usize = counted.values().map(|count| count.1).sum();
    assert!(shown >= SHOWN, "only {shown} items name a test");
}

/// The texts of all files of ours below a folder, with one of these endings.
fn texts(folder: &str, endings: &[&str]) -> Vec<String> {
    let output =
        Command::new("git").args(["ls-files", "-z", folder]).current_dir(root()).output().unwrap();
    let files = String::from_utf8(output.stdout).unwrap();
    let wanted = files.split('\0').filter(|file| endings.iter().any(|end| file.ends_with(end)));
    wanted.filter_map(|file| std::fs::read_to_string(root().join(file)).ok()).collect()
}

/// The names of messages whose last part is put together: what was done, how often, to what.
const PUT_TOGETHER: [&str; 5] = ["deed-", "week-", "sort-", "topic-", "report-"];

#[test]
fn pages_say_what_can_be_said_and_nothing_lies_about_unsaid() {
    let files = texts("crates/theirs-words/words/en", &[".ftl"]);
    let lines = files.iter().flat_map(|text| text.lines());
    let known: BTreeSet<&str> = lines
        .filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()))
        .filter_map(|line| line.split_once(" =").map(|(name, _)| name))
        .collect();
    assert!(known.len() > 250, "{}", known.len());
    let sources = texts("crates", &[".rs", ".html"]);
    for source in &sources {
        for call in [".say(", ".with(", ".with_two(", ".fill("] {
            for (at, _) in source.match_indices(call) {
                let argument = source[at + call.len()..].trim_start().strip_prefix('"');
                let Some(name) = argument.and_then(|rest| rest.split('"').next()) else { continue };
                let is_name = name.chars().all(|c| c.is_ascii_lowercase() || c == '-');
                assert!(!is_name || known.contains(name), "{name} is said, and is no message");
            }
        }
    }
    let said = |name: &str| sources.iter().any(|source| source.contains(&format!("\"{name}\"")));
    let text = |name: &str| name.strip_suffix("-text").map(str::to_owned).unwrap_or_default();
    let part = |name: &str| name.strip_prefix("me-").map(str::to_owned).unwrap_or_default();
    let unsaid: Vec<&&str> = known
        .iter()
        .filter(|name| !PUT_TOGETHER.iter().any(|part| name.starts_with(part)))
        .filter(|name| !said(name) && !said(&text(name)) && !said(&part(name)))
        .collect();
    assert!(unsaid.is_empty(), "{unsaid:?} is never said");
}
