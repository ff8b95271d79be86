//! What lies beside a charter and has no place in it: questioned as far as it goes, and named.

use crate::flow::{Basis, Choice, Datum, Flow, Offered, People};
use crate::practice::works_here;
use crate::unquestioned::Unquestioned;

/// What lies beside a charter and has no place in it.
#[derive(Debug, Clone, Default)]
pub struct Beside {
    /// What is held there, as flows without a purpose.
    pub(crate) flows: Vec<Flow>,
    /// What could not be questioned.
    pub(crate) unquestioned: Vec<Unquestioned>,
}

impl Beside {
    /// Adds a file or table that no charter can bear, why, and its columns with what each looks like (keys
    /// of the vocabulary): what is held there is judged as held for nothing, and that the rest could not be
    /// judged is said.
    pub fn unplaced(&mut self, what: &str, because: &str, holds: &[(String, &str)]) {
        let data: Vec<Datum> = holds.iter().filter_map(|(_, key)| Datum::of(key)).collect();
        if !data.is_empty() {
            let does = format!("{what} lies there, and {because}.");
            self.flows.push(Flow { of: vec![whose(what, holds)], ..idle(what, does, data) });
        }
        self.unquestioned.push(Unquestioned::new(what, because, holds));
    }

    /// Adds what could not be looked at, in a sentence.
    pub fn unread(&mut self, note: &str) {
        self.unquestioned.push(Unquestioned::new("part of what was given", note, &[]));
    }

    /// Adds a column of texts that give away something else, as a key of the vocabulary.
    pub fn slip(&mut self, what: &str, column: &str, gives_away: &str) {
        let Some(mut datum) = Datum::of("behaviour.service") else { return };
        datum.reveals = Datum::of(gives_away).into_iter().map(|told| told.category).collect();
        let does =
            format!("{column} is free text, and some of it tells more than it is there for.");
        self.flows.push(idle(&format!("{what}, {column}"), does, vec![datum]));
    }

    /// Adds yeses that are too old to count; `too_old` is at least how many.
    pub fn old_yeses(&mut self, what: &str, column: &str, since: &str, too_old: u64) {
        let does = format!("{column} says yes, and {since} says since when.");
        let data = Datum::of("preference.consent").into_iter().collect();
        let choice =
            Choice { offered: Some(Offered::OptIn), expired: too_old, ..Choice::default() };
        let flow = idle(&format!("{what}, {column}"), does, data);
        self.flows.push(Flow { basis: Some(Basis::Consent), choice, ..flow });
    }
}

fn idle(name: &str, does: String, data: Vec<Datum>) -> Flow {
    Flow { name: name.to_owned(), does, of: vec![People::Clients], data, ..Flow::default() }
}

/// Whose data lies in a file: of staff by its words, of strangers where only a device leads to anybody.
fn whose(what: &str, holds: &[(String, &str)]) -> People {
    let is = |family: &str| holds.iter().any(|(_, key)| key.starts_with(family));
    let file = what.rsplit('/').next().unwrap_or(what);
    if works_here(file) || holds.iter().any(|(column, _)| works_here(column)) {
        return People::Employees;
    }
    let is_named = ["identity.", "contact.", "id.customer", "gov."].iter().any(|family| is(family));
    if is("id.device") && !is_named { People::Strangers } else { People::Clients }
}
