//! A charter: read, or refused with lines that there are.
#![no_main]

use libfuzzer_sys::fuzz_target;
use theirs_charter::Charter;

fuzz_target!(|text: &str| {
    let Err(problems) = Charter::read("charter.yaml", text) else { return };
    assert!(!problems.list.is_empty(), "refused without a reason");
    let lines = text.lines().count().max(1) + 1;
    assert!(problems.list.iter().all(|problem| problem.line <= lines), "a line that is not there");
    assert!(!problems.to_string().is_empty(), "refused without a word");
});
