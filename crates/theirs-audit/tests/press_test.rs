//! The bars of `studies/press_test`: every precedent raises a finding that cites it, and nothing
//! that people accept raises any.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use theirs_audit::{Finding, Flow, judge, precedents, read};

fn study(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../studies/press_test").join(path)
}

fn flows(path: &Path) -> Vec<Flow> {
    let text = fs::read_to_string(path).expect("the file is there");
    read(&path.display().to_string(), &text).expect("the flows are sound")
}

fn judged(flow: &Flow) -> Vec<Finding> {
    judge(std::slice::from_ref(flow), "This firm")
}

/// The finding that each flow must raise.
fn expected() -> BTreeMap<String, String> {
    let mut reader = csv::Reader::from_path(study("expected.csv")).expect("the file is there");
    reader.deserialize().map(|row| row.expect("two columns")).collect()
}

fn raises(flow: &Flow, expected: &BTreeMap<String, String>) -> Option<Finding> {
    judged(flow)
        .into_iter()
        .find(|one| expected.get(&flow.name).is_some_and(|rule| one.rule == rule))
}

#[test]
fn every_precedent_raises_the_finding_of_its_kind_which_cites_it() {
    let folder = fs::read_dir(study("precedents")).expect("the folder is there");
    let files = folder.map(|entry| entry.expect("a file").path());
    let flows: Vec<Flow> = files.flat_map(|path| flows(&path)).collect();
    let expected = expected();
    for flow in &flows {
        let finding = raises(flow, &expected);
        let cited = finding.map(|one| one.regulatory.precedents).unwrap_or_default();
        assert!(cited.iter().any(|one| one.id == flow.name), "{} is not found", flow.name);
    }
    assert_eq!(flows.len(), precedents().iter().filter(|one| one.may_be_cited()).count());
}

#[test]
fn nothing_that_people_accept_raises_a_finding() {
    for file in [
        "accepted.yaml",
        "held_out/accepted.yaml",
        "held_out/second_accepted.yaml",
        "stranger/accepted.yaml",
    ] {
        for flow in flows(&study(file)) {
            let rules: Vec<&str> = judged(&flow).iter().map(|one| one.rule).collect();
            assert_eq!(rules, [""; 0], "{}", flow.name);
        }
    }
}

#[test]
fn practices_of_no_table_raise_the_finding_of_their_kind() {
    let expected = expected();
    for flow in flows(&study("held_out/practices.yaml")) {
        assert!(raises(&flow, &expected).is_some(), "{} is not found", flow.name);
    }
    for file in ["held_out/second_practices.yaml", "stranger/practices.yaml"] {
        for flow in flows(&study(file)) {
            assert!(!judged(&flow).is_empty(), "{} is not found", flow.name);
        }
    }
}

/// Every bad flow of the study.
fn bad() -> Vec<Flow> {
    let folder = fs::read_dir(study("precedents")).expect("the folder is there");
    let mut files: Vec<PathBuf> = folder.map(|entry| entry.expect("a file").path()).collect();
    files.sort();
    files.extend(
        ["held_out/practices.yaml", "held_out/second_practices.yaml", "stranger/practices.yaml"]
            .map(study),
    );
    files.iter().flat_map(|path| flows(path)).collect()
}

#[test]
fn no_sentence_of_a_competitor_is_torn() {
    for flow in bad() {
        for finding in judged(&flow) {
            let sentence = finding.oppositional.sentence;
            let is_whole = sentence.ends_with(['.', '\u{201d}'])
                && !sentence.contains("  ")
                && !sentence.contains(" .")
                && !sentence.contains(", .")
                && !sentence.contains("Say here");
            assert!(is_whole && sentence.starts_with("This firm "), "{sentence}");
        }
    }
}

/// The sentence of each rule on the first flow of the study that raises it, to be read by whoever
/// changes a rule: it may say nothing that the flow does not.
#[test]
fn each_sentence_follows_from_the_facts_of_the_flow_that_raised_it() {
    let mut said: BTreeMap<&str, String> = BTreeMap::new();
    for flow in bad() {
        for finding in judged(&flow) {
            let sentence = finding.oppositional.sentence.replacen("This firm", "", 1);
            said.entry(finding.rule).or_insert(format!("[{}]{sentence}", flow.name));
        }
    }
    let lines: Vec<String> = said.iter().map(|(rule, line)| format!("{rule} {line}")).collect();
    insta::assert_snapshot!(lines.join("\n"), @"");
}
