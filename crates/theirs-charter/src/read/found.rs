//! The problems found so far.
//!
//! Reading goes on after a problem with the value that was probably meant, so that one slip is one
//! problem. Where nothing can be guessed the reader is *in doubt*: from there on it does not hold
//! names of columns against the text, since what is missing may be what could not be read.

use std::cell::{Cell, RefCell};

use theirs_model::nearest;

use crate::problem::{Problem, quoted};
use crate::text::Place;

/// The problems found so far.
#[derive(Default)]
pub(super) struct Problems {
    list: RefCell<Vec<Problem>>,
    doubt: Cell<bool>,
}

impl Problems {
    pub(super) fn add(&self, place: Place, message: String, hint: &str) {
        let Place { line, column, width } = place;
        let hint = (!hint.is_empty()).then(|| hint.to_owned());
        self.list.borrow_mut().push(Problem { line, column, width, message, hint });
    }

    /// Reports a name that is none of `known`, and gives the one that was probably meant.
    pub(super) fn unknown<'k>(
        &self,
        place: Place,
        what: &str,
        given: &str,
        known: &[&'k str],
    ) -> Option<&'k str> {
        self.misfit(place, format!("unknown {what} {}", quoted(given)), given, known)
    }

    /// Reports `message` about a name, and gives the one of `known` that was probably meant.
    pub(super) fn misfit<'k>(
        &self,
        place: Place,
        message: String,
        given: &str,
        known: &[&'k str],
    ) -> Option<&'k str> {
        if known.is_empty() && self.in_doubt() {
            return None;
        }
        let meant = nearest(given, known.iter().copied());
        let hint = match meant {
            Some(name) => format!("did you mean \"{name}\"?"),
            None => among(given, known),
        };
        self.add(place, message, &hint);
        meant
    }

    /// Notes that something declared could not be read.
    pub(super) fn doubt(&self) {
        self.doubt.set(true);
    }

    pub(super) fn in_doubt(&self) -> bool {
        self.doubt.get()
    }

    pub(super) fn count(&self) -> usize {
        self.list.borrow().len()
    }

    pub(super) fn into_list(self) -> Vec<Problem> {
        let mut list = self.list.into_inner();
        list.sort_by_key(|problem| (problem.line, problem.column));
        // An alias repeats what is wrong, but there is one place to mend.
        list.dedup();
        list
    }
}

/// Names to choose from: all of a few, else those of the same family, else the families.
fn among(given: &str, known: &[&str]) -> String {
    const FEW: usize = 16;
    if known.is_empty() {
        return "none is declared".to_owned();
    }
    if known.len() <= FEW {
        return format!("known are: {}", known.join(", "));
    }
    if !known.iter().all(|name| name.contains('.')) {
        let more = known.len() - FEW;
        return format!("known are: {} and {more} more", known[..FEW].join(", "));
    }
    let family = |name: &str| name.split('.').next().unwrap_or_default().to_owned();
    let is_kin = |name: &&str| family(name) == family(given);
    let kin: Vec<&str> = known.iter().copied().filter(is_kin).collect();
    if !kin.is_empty() {
        return format!("known are: {}", kin.join(", "));
    }
    let mut families: Vec<String> = known.iter().map(|name| family(name)).collect();
    families.dedup();
    format!("it begins with one of: {}", families.join(", "))
}
