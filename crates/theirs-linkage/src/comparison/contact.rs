//! E-mail address, telephone number and identifier: near-unique, but shared and mistyped.

use super::{Level, LevelSpec, Levels, NEARLY, NULL, Outlook, Pair, level, outlook};
use crate::dictionary::{Cell, MISSING};
use crate::records::Table;
use crate::similarity::{Reach, Sketch, reaches};

/// At or above this Jaro-Winkler similarity two addresses are nearly the same.
static NEAR_ADDRESS: Reach = Reach::new(0.95);

pub(super) const EMAIL_LEVELS: &[LevelSpec] = &[
    level("is the same", (0.70, 1.0), (0.25, 1.0), 0.03, &[0]),
    level("has the same mailbox at another provider", (0.06, 0.4), (0.02, 0.1), 0.02, &[1]),
    level(
        "is nearly the same (Jaro-Winkler ≥ 0.95 or one keystroke)",
        (0.08, 0.3),
        (0.03, 0.1),
        0.02,
        &[],
    ),
    level("is different", (0.16, 0.7), (0.7, 1.0), 0.93, &[]),
];
pub(super) const PHONE_LEVELS: &[LevelSpec] = &[
    level("is the same", (0.75, 1.0), (0.5, 1.0), 0.05, &[0]),
    level("is one digit apart", (0.05, 0.3), (0.01, 0.1), 0.01, &[]),
    level("is different", (0.20, 0.7), (0.49, 1.0), 0.94, &[]),
];
pub(super) const IDENTIFIER_LEVELS: &[LevelSpec] = &[
    level("is the same", (0.90, 1.0), (0.02, 0.05), 0.01, &[0]),
    level("is one keystroke apart", (0.06, 0.3), (0.01, 0.02), 0.005, &[]),
    level("is different", (0.04, 0.3), (0.97, 1.0), 0.985, &[]),
];

/// Compares e-mail addresses; the second code is that of the mailbox.
pub(super) fn compare_email(table: &Table, column: usize, left: &[Cell], right: &[Cell]) -> Level {
    let Some(pair) = Pair::of(table, column, left[0], right[0]) else { return NULL };
    if pair.is_same() {
        return 1;
    }
    if left[1].code != MISSING && left[1].code == right[1].code {
        return 2;
    }
    let mailboxes = Pair::of(table, column + 1, left[1], right[1]);
    if mailboxes.is_some_and(|pair| !may_be_near(pair.left.sketch, pair.right.sketch)) {
        return 4;
    }
    let is_near =
        pair.is_one_edit() || (pair.reaches(&NEAR_ADDRESS) && has_nearly_same_mailbox(pair));
    if is_near && has_same_digits(pair) { 3 } else { 4 }
}

/// The levels that are open for two addresses that differ: another mailbox, one that may be nearly
/// the same, the same.
pub(super) const EMAIL_OPEN: [Levels; 3] =
    [Levels::of(&[4]), Levels::of(&[3, 4]), Levels::of(&[2])];

/// Adds the outlooks of pairs of e-mail addresses with their mailboxes, which start in a column.
pub(super) fn add_outlooks_of_email(pairs: &[[&[Cell]; 2]], column: usize, out: &mut Vec<Outlook>) {
    let [emails, mailboxes] = [column, column + 1].map(|column| outlook::values(pairs, column));
    let are_near = outlook::reached(&NEAR_ADDRESS, &emails);
    let have_near = outlook::reached(&NEARLY, &mailboxes);
    let is_one_edit = |[one, other]: [Cell; 2]| one.sketch.may_be_one_edit(other.sketch);
    out.extend((0..pairs.len()).map(|at| {
        let (email, mailbox) = (emails[at], mailboxes[at]);
        let may_be_near = (are_near[at] == 1) | is_one_edit(email);
        let has_near = (have_near[at] == 1) | is_one_edit(mailbox) | !outlook::are_there(mailbox);
        let has_same = outlook::are_there(mailbox) && mailbox[0].code == mailbox[1].code;
        let differing = u8::from(may_be_near & has_near);
        outlook::of_known(email, if has_same { 2 } else { differing })
    }));
}

/// Whether the sketches leave room for two mailboxes to be nearly the same.
fn may_be_near(one: Sketch, other: Sketch) -> bool {
    one.may_reach(other, &NEARLY) || one.may_be_one_edit(other)
}

/// Providers tell people of one name apart by a number, so another number is another mailbox.
fn has_same_digits(pair: Pair) -> bool {
    let (left, right) = pair.texts();
    left.bytes().filter(u8::is_ascii_digit).eq(right.bytes().filter(u8::is_ascii_digit))
}

/// A common provider must not make two addresses alike, so the mailboxes must be.
fn has_nearly_same_mailbox(pair: Pair) -> bool {
    let local = |text: &str| text.rfind('@').unwrap_or(text.len());
    let (left, right) = pair.texts();
    reaches(&left[..local(left)], &right[..local(right)], 0.92)
}

/// Compares telephone numbers.
pub(super) fn compare_phone(pair: Pair) -> Level {
    match pair.is_same() {
        true => 1,
        false
            if may_be_one_digit_apart(pair.left.sketch, pair.right.sketch)
                && pair.is_one_edit_by_text() =>
        {
            2
        }
        false => 3,
    }
}

/// The digits of a telephone number as a number, in place of a sketch; 0 unless they are nine.
pub(crate) fn packed_phone(digits: &[u8]) -> Sketch {
    let digits = std::str::from_utf8(digits).ok().filter(|digits| digits.len() == 9);
    Sketch::of_number(digits.and_then(|digits| digits.parse().ok()).unwrap_or_default())
}

/// One other digit, or two neighbours swapped, leave d · 10ⁿ or 9d · 10ⁿ between two numbers.
fn may_be_one_digit_apart(one: Sketch, other: Sketch) -> bool {
    if one.number() == 0 || other.number() == 0 {
        return true;
    }
    let mut apart = one.number().abs_diff(other.number());
    while apart > 0 && apart.is_multiple_of(10) {
        apart /= 10;
    }
    apart < 10 || (apart <= 81 && apart.is_multiple_of(9))
}

/// Compares identifiers; short ones have no near misses.
pub(super) fn compare_identifier(pair: Pair) -> Level {
    match pair.is_same() {
        true => 1,
        false if pair.sketches().0.length() >= 6 && pair.is_one_edit() => 2,
        false => 3,
    }
}

/// The levels that are open for two numbers that differ: those far apart, and those that may be a
/// slip apart.
pub(super) const NUMBER_OPEN: [Levels; 2] = [Levels::of(&[3]), Levels::of(&[2, 3])];

/// The outlook of two telephone numbers.
pub(super) fn outlook_of_phone(left: &[Cell], right: &[Cell]) -> Outlook {
    outlook::of_pair(left, right, |one, other| u8::from(may_be_one_digit_apart(one, other)))
}

/// The outlook of two identifiers.
pub(super) fn outlook_of_identifier(left: &[Cell], right: &[Cell]) -> Outlook {
    outlook::of_pair(left, right, |one, other| {
        u8::from(one.length() >= 6 && one.may_be_one_edit(other))
    })
}
