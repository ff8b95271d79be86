//! A record as events change it.
//!
//! Beside its columns it keeps when each was said, and whether two people signed in on its browser,
//! under names that no charter has.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Map, Value};
use theirs_charter::{Collect, Identity, IdentityColumn, Meaning};
use theirs_store::{IncomingRecord, Record};

use super::is_late;

/// When each column was said, in microseconds, as JSON.
const TIMES: &str = "$$times";
/// That more than one person signed in.
const SHARED: &str = "$$shared";

/// A record under way.
pub(super) struct Draft {
    columns: BTreeMap<String, String>,
    times: BTreeMap<String, i64>,
    was_known: bool,
    is_changed: bool,
    was_read: bool,
}

impl Draft {
    /// Begins from what is known; `was_read` says that it was not remembered from an earlier step.
    pub(super) fn of(known: Option<&Record>, was_read: bool) -> Self {
        let mut columns = known.map(|record| record.columns.clone()).unwrap_or_default();
        let times = columns.remove(TIMES);
        let times = times.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
        Self { columns, times, was_known: known.is_some(), is_changed: false, was_read }
    }

    /// Lays what was said at a time over what is there.
    pub(super) fn lay(
        &mut self,
        identity: &Identity,
        values: &BTreeMap<String, String>,
        at: Timestamp,
        now: Timestamp,
    ) {
        for (name, value) in values {
            let column = identity.columns.iter().find(|column| column.name == *name);
            let is_weak = column.is_some_and(|column| {
                is_yes(column, value) == Some(true)
                    && self.columns.get(name).and_then(|known| is_yes(column, known)) == Some(false)
                    && is_late(at, now)
            });
            if !is_weak {
                self.say(name, value, at);
            }
        }
    }

    /// Has the record say its own key, where the charter keeps that.
    pub(super) fn name(&mut self, identity: &Identity, key: &str, at: Timestamp) {
        if identity.columns.iter().any(|column| column.name == identity.key) {
            if !self.columns.contains_key(&identity.key) {
                self.say(&identity.key, key, at);
            }
        } else if !self.was_known {
            self.is_changed = true;
        }
    }

    /// Notes that somebody is signed in on this browser.
    pub(super) fn used_by(&mut self, user: &str, at: Timestamp) {
        if self.columns.contains_key(SHARED) {
            return;
        }
        match self.columns.get(Collect::USER) {
            Some(known) if known == user => {}
            Some(_) => {
                self.columns.remove(Collect::USER);
                self.times.remove(Collect::USER);
                self.columns.insert(SHARED.to_owned(), "yes".to_owned());
                self.is_changed = true;
            }
            None => self.say(Collect::USER, user, at),
        }
    }

    /// What the browser refuses, by column.
    pub(super) fn refusals(&self, identity: &Identity) -> Vec<(String, String)> {
        let said = identity.columns.iter().filter_map(|column| {
            let value = self.columns.get(&column.name)?;
            (is_yes(column, value) == Some(false)).then(|| (column.name.clone(), value.clone()))
        });
        said.collect()
    }

    /// Lays on an account what its person chose in an event, and what the browser refused before:
    /// that stays theirs when the browser is somebody else's too. A yes of before does not.
    pub(super) fn chooses(
        &mut self,
        of_browser: &Identity,
        said: Option<&Map<String, Value>>,
        refusals: &[(String, String)],
        at: Timestamp,
    ) {
        for column in of_browser.columns.iter().filter(|column| column.attribute().is_none()) {
            let said = said.and_then(|cells| cells.get(&column.name)?.as_bool());
            let refused = refusals.iter().find(|(name, _)| *name == column.name);
            match (said, refused) {
                (Some(said), _) => self.say(&column.name, &said.to_string(), at),
                (None, Some((name, value))) if !self.columns.contains_key(name) => {
                    self.say(name, value, at);
                }
                _ => {}
            }
        }
    }

    fn say(&mut self, name: &str, value: &str, at: Timestamp) {
        let at = at.as_microsecond();
        let is_older = self.times.get(name).is_some_and(|known| *known > at);
        if is_older || self.columns.get(name).is_some_and(|known| known == value) {
            return;
        }
        self.columns.insert(name.to_owned(), value.to_owned());
        self.times.insert(name.to_owned(), at);
        self.is_changed = true;
    }

    /// Whether the record was there before.
    pub(super) fn is_known(&self) -> bool {
        self.was_known
    }

    /// Whether it says something else than before.
    pub(super) fn is_changed(&self) -> bool {
        self.is_changed
    }

    /// Whether where it belongs must be looked at: it changed, or nobody did since we began, and a
    /// crash may have come between what it says and where it went.
    pub(super) fn may_move(&self) -> bool {
        self.is_changed || self.was_read
    }

    /// Whether more than one person signed in.
    pub(super) fn is_shared(&self) -> bool {
        self.columns.contains_key(SHARED)
    }

    /// The only one who signed in.
    pub(super) fn user(&self) -> Option<&str> {
        self.columns.get(Collect::USER).map(String::as_str)
    }

    /// The record as it is kept. It holds since its person last chose something, if they did: what
    /// else changes does not make a choice newer.
    pub(super) fn record(&self, key: &str, identity: &Identity) -> IncomingRecord {
        let is_choice = |name: &str| {
            let column = identity.columns.iter().find(|column| column.name == name);
            // A browser's choices lie under the names of their signals on accounts too.
            let is_signal = name.starts_with('$') && !name.starts_with("$$");
            is_signal || column.is_some_and(|column| column.attribute().is_none())
        };
        let all = || self.times.iter();
        let chosen = all().filter(|(name, _)| is_choice(name)).map(|(_, at)| *at).max();
        let since = chosen.or_else(|| all().map(|(_, at)| *at).max());
        let mut columns = self.columns.clone();
        if let Ok(times) = serde_json::to_string(&self.times) {
            columns.insert(TIMES.to_owned(), times);
        }
        IncomingRecord {
            key: key.to_owned(),
            since: since.and_then(|at| Timestamp::from_microsecond(at).ok()),
            columns,
        }
    }
}

/// Whether a value of a column lets more be done than without it; none where it is no choice.
fn is_yes(column: &IdentityColumn, value: &str) -> Option<bool> {
    match column.meaning {
        Meaning::Consent(_) => Some(value == "true"),
        Meaning::Objection(_) => Some(value != "true"),
        Meaning::Attribute(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use theirs_charter::Charter;

    use super::*;

    const CHARTER: &str = include_str!("../../../tests/house/collect.yaml");

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + 60 * minute).unwrap()
    }

    fn said(draft: &mut Draft, name: &str, value: &str, minute: i64, now: i64) {
        let charter = Charter::read("charter.yaml", CHARTER).unwrap();
        let mut all = charter.identities();
        let (_, identity) = all.find(|(source, _)| source.name == "web_visitors").unwrap();
        let values = [(name.to_owned(), value.to_owned())].into();
        draft.lay(identity, &values, at(minute), at(now));
    }

    #[test]
    fn whatever_comes_first_what_was_said_later_stays() {
        let mut draft = Draft::of(None, false);
        said(&mut draft, "city", "Oldhaven", 3, 3);
        said(&mut draft, "city", "Saltmouth", 1, 4);
        assert_eq!(draft.columns["city"], "Oldhaven");
        said(&mut draft, "city", "Saltmouth", 5, 5);
        assert_eq!(draft.columns["city"], "Saltmouth");
    }

    #[test]
    fn a_yes_that_comes_late_does_not_overrule_a_no() {
        let mut draft = Draft::of(None, false);
        said(&mut draft, "$consent.statistics", "false", 0, 0);
        said(&mut draft, "$consent.statistics", "true", 1, 20);
        assert_eq!(draft.columns["$consent.statistics"], "false");
        said(&mut draft, "$consent.statistics", "true", 20, 21);
        assert_eq!(draft.columns["$consent.statistics"], "true");
        said(&mut draft, "$consent.statistics", "false", 22, 60);
        assert_eq!(draft.columns["$consent.statistics"], "false");
    }

    #[test]
    fn a_browser_is_its_users_until_there_are_two() {
        let mut draft = Draft::of(None, false);
        draft.used_by("ann", at(0));
        assert_eq!(draft.user(), Some("ann"));
        draft.used_by("ben", at(1));
        assert!(draft.is_shared() && draft.user().is_none());
        draft.used_by("ann", at(2));
        assert!(draft.user().is_none());
    }
}
