//! E-mail address, telephone number and identifier: near-unique, but shared and mistyped.

use super::{Level, LevelSpec, NULL, level};
use crate::records::Table;
use crate::similarity::{is_one_edit, reaches};

pub(super) const EMAIL_LEVELS: &[LevelSpec] = &[
    level("is the same", (0.70, 1.0), (0.25, 1.0), &[0]),
    level("has the same mailbox at another provider", (0.06, 0.4), (0.02, 0.1), &[1]),
    level(
        "is nearly the same (Jaro-Winkler ≥ 0.95 or one keystroke)",
        (0.08, 0.3),
        (0.03, 0.1),
        &[],
    ),
    level("is different", (0.16, 0.7), (0.7, 1.0), &[]),
];
pub(super) const PHONE_LEVELS: &[LevelSpec] = &[
    level("is the same", (0.75, 1.0), (0.5, 1.0), &[0]),
    level("is one digit apart", (0.05, 0.3), (0.01, 0.1), &[]),
    level("is different", (0.20, 0.7), (0.49, 1.0), &[]),
];
pub(super) const IDENTIFIER_LEVELS: &[LevelSpec] = &[
    level("is the same", (0.90, 1.0), (0.02, 0.05), &[0]),
    level("is one keystroke apart", (0.06, 0.3), (0.01, 0.02), &[]),
    level("is different", (0.04, 0.3), (0.97, 1.0), &[]),
];

/// Compares e-mail addresses; the second column holds the mailbox.
pub(super) fn compare_email(table: &Table, column: usize, a: u32, b: u32) -> Level {
    let (left, right) = (table.code(column, a), table.code(column, b));
    if left == 0 || right == 0 {
        return NULL;
    }
    if left == right {
        return 1;
    }
    let mailbox = table.code(column + 1, a);
    if mailbox != 0 && mailbox == table.code(column + 1, b) {
        return 2;
    }
    let (left, right) = (table.text(column, left), table.text(column, right));
    if is_one_edit(left, right) || nearly_same_mailbox(left, right) { 3 } else { 4 }
}

/// A common provider must not make two addresses alike, so the mailboxes must be.
fn nearly_same_mailbox(left: &str, right: &str) -> bool {
    let local = |text: &'_ str| text.rfind('@').unwrap_or(text.len());
    reaches(left, right, 0.95) && reaches(&left[..local(left)], &right[..local(right)], 0.92)
}

/// Compares telephone numbers.
pub(super) fn compare_phone(left: &str, right: &str) -> Level {
    match left == right {
        true => 1,
        false if is_one_edit(left, right) => 2,
        false => 3,
    }
}

/// Compares identifiers; short ones have no near misses.
pub(super) fn compare_identifier(left: &str, right: &str) -> Level {
    match left == right {
        true => 1,
        false if left.len() >= 6 && is_one_edit(left, right) => 2,
        false => 3,
    }
}
