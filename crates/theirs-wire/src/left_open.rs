//! How many statements and portals one client may leave open; each holds memory until it is closed.

use std::collections::BTreeSet;

use pgwire::error::PgWireResult;

use crate::fault::fault;

/// How many of each.
const MOST: usize = 1_000;

/// The names that one client gave to what it left open.
#[derive(Default)]
pub(crate) struct LeftOpen {
    statements: BTreeSet<String>,
    portals: BTreeSet<String>,
}

impl LeftOpen {
    /// Takes note of a statement of this name; `is_open` says which names are open still.
    pub(crate) fn statement(
        &mut self,
        name: &str,
        is_open: impl Fn(&str) -> bool,
    ) -> PgWireResult<()> {
        note(&mut self.statements, name, is_open)
    }

    /// The same of a portal.
    pub(crate) fn portal(
        &mut self,
        name: &str,
        is_open: impl Fn(&str) -> bool,
    ) -> PgWireResult<()> {
        note(&mut self.portals, name, is_open)
    }
}

fn note(
    names: &mut BTreeSet<String>,
    name: &str,
    is_open: impl Fn(&str) -> bool,
) -> PgWireResult<()> {
    if names.contains(name) {
        return Ok(());
    }
    if names.len() >= MOST {
        names.retain(|name| is_open(name));
    }
    if names.len() >= MOST {
        let message = "too many are open on this connection; close some: at most 1000 statements \
                       and 1000 portals";
        return Err(fault("53400", message));
    }
    names.insert(name.to_owned());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_may_be_open_and_one_that_is_closed_makes_room() {
        let mut left = LeftOpen::default();
        for number in 0..MOST {
            left.statement(&number.to_string(), |_| true).unwrap();
        }
        left.statement("7", |_| true).unwrap();
        assert!(left.statement("one more", |_| true).is_err());
        left.portal("one more", |_| true).unwrap();
        left.statement("one more", |name| name != "7").unwrap();
        assert!(left.statement("another", |name| name != "7").is_err());
    }
}
