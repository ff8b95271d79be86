//! Good charters are read whole; bad ones are refused with the place and a way out.

mod collect;
mod column;
mod grant;
mod linkage;
mod party;
mod pull;
mod purpose;
mod scalar;
mod source;
mod stray;
mod translation;
pub(crate) mod trial;
mod whole;
mod yaml;

use crate::charter::Charter;

/// The shipped sample.
pub(crate) const SAMPLE: &str = include_str!("../../../../samples/harbour_books/charter.yaml");

/// A charter with one of everything, in which each test makes its own mistake.
pub(crate) const SMALL: &str = include_str!("tests/small.yaml");

pub(crate) fn sample() -> Charter {
    Charter::read("charter.yaml", SAMPLE).unwrap_or_else(|problems| panic!("{problems}"))
}

pub(crate) fn small() -> Charter {
    Charter::read("charter.yaml", SMALL).unwrap_or_else(|problems| panic!("{problems}"))
}

/// The small charter with the first `right` in it changed to `wrong`.
fn changed(right: &str, wrong: &str) -> String {
    assert!(SMALL.contains(right), "the small charter has no {right}");
    SMALL.replacen(right, wrong, 1)
}

/// The whole error text for `text`.
fn errors(text: &str) -> String {
    match Charter::read("charter.yaml", text) {
        Ok(_) => panic!("this charter should have been refused:\n{text}"),
        Err(problems) => problems.to_string(),
    }
}

/// The whole error text for the small charter with one change.
fn refused(right: &str, wrong: &str) -> String {
    errors(&changed(right, wrong))
}

/// The small charter with one change, which is a good one too.
fn accepted(right: &str, wrong: &str) -> Charter {
    Charter::read("charter.yaml", &changed(right, wrong)).unwrap_or_else(|p| panic!("{p}"))
}
