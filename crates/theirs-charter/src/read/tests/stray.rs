//! Whatever the text, reading it ends in a charter or in problems that lie within it.

use proptest::prelude::*;
use proptest::sample::Index;

use super::{SAMPLE, SMALL};
use crate::charter::Charter;

/// Reads a text; what is refused has problems, each of which can be shown.
fn is_answered(text: &str) {
    let Err(problems) = Charter::read("charter.yaml", text) else { return };
    assert!(!problems.list.is_empty());
    let order: Vec<_> = problems.list.iter().map(|p| (p.line, p.column)).collect();
    assert!(order.is_sorted());
    assert!(problems.list.iter().all(|p| p.line > 0 && p.column > 0 && p.width > 0));
    assert!(problems.to_string().lines().all(|line| line.chars().count() < 1_000));
}

/// A change to a text: what stands from one place to another is replaced.
type Change = (Index, u8, String);

fn changes() -> impl Strategy<Value = Vec<Change>> {
    let piece = prop_oneof![
        Just(String::new()),
        any::<char>().prop_map(String::from),
        "[-:,#&*!|>'\"%@`{}\\[\\]?~ \t\r\n]{1,4}",
        "[a-z_.]{1,9}",
        Just("\n  - ".to_owned()),
        Just("<<: *a\n".to_owned()),
        Just("{ a: [1, no, 01] }".to_owned()),
    ];
    prop::collection::vec((any::<Index>(), any::<u8>(), piece), 1..5)
}

fn apply(text: &str, changes: &[Change]) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    for (at, length, piece) in changes {
        let from = at.index(letters.len() + 1);
        let to = (from + usize::from(length % 40)).min(letters.len());
        letters.splice(from..to, piece.chars());
    }
    letters.into_iter().collect()
}

fn shuffled(text: &str, order: &[Index]) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let lines: Vec<&str> = order.iter().map(|at| lines[at.index(lines.len())]).collect();
    lines.join("\n")
}

proptest! {
    #[test]
    fn any_text_is_answered(text in "\\PC*") {
        is_answered(&text);
    }

    #[test]
    fn any_characters_are_answered(text in prop::collection::vec(any::<char>(), 0..200)) {
        is_answered(&text.into_iter().collect::<String>());
    }

    #[test]
    fn changed_sample_is_answered(changes in changes()) {
        is_answered(&apply(SAMPLE, &changes));
    }

    #[test]
    fn changed_small_charter_is_answered(changes in changes()) {
        is_answered(&apply(SMALL, &changes));
    }

    #[test]
    fn lines_of_the_charter_in_any_order_are_answered(
        order in prop::collection::vec(any::<Index>(), 0..60)
    ) {
        is_answered(&shuffled(SMALL, &order));
    }

    #[test]
    fn charter_cut_off_anywhere_is_answered(at in any::<Index>()) {
        let letters: Vec<char> = SAMPLE.chars().collect();
        is_answered(&letters[..at.index(letters.len())].iter().collect::<String>());
    }
}
