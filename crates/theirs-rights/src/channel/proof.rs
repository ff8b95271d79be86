//! Whether an address proves enough to open the page of those in whose entries it stands.
//!
//! Whoever knows a name and a postal address can sign up under them, before we have anything else of
//! that person or after, or let an account of their own take them on. So an address has to stand where
//! not just anybody can write, and has to have been there from the beginning. Price: somebody who signed
//! up twice under two addresses, and is known from nothing else, opens nothing by either.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use theirs_charter::Source;
use theirs_people::{folded_address, profile};
use theirs_store::{ActKind, Joined, Person, Record};

use super::with_addresses;
use crate::desk::{By, Desk, RightsError};

/// By how much an entry is older than another; less is the same load of several sources.
const EARLIER: SignedDuration = SignedDuration::from_hours(24);
/// How categories of numbers begin that we gave to clients.
const NUMBER: &str = "id.customer";

impl Desk {
    /// Whether an address proves too little, however surely its entry is theirs.
    ///
    /// It has to stand in an entry that counts and was there among the first, or that came when its
    /// source was loaded first; and, where somebody was found to be this person whom we had known apart
    /// from them, in one of each. Age makes no proof of it; the person's own word on their page does, and
    /// so do entries that somebody said belong together.
    pub(super) fn is_unproven_of(
        &self,
        address: &str,
        person: &Person,
    ) -> Result<bool, RightsError> {
        let wanted = folded_address(address);
        let (records, _) = self.shown(person, By::Person)?;
        let counted = self.counted(&records);
        let joined = self.store.joined(person.slot)?;
        let is_all = counted.len() == records.len();
        if self.is_own_word(&wanted, person, (&counted, is_all), &joined)? {
            return Ok(false);
        }
        let merge = |record: &Record| {
            let with = joined.records.get(&record.id)?;
            joined.merges.contains(with).then_some(*with)
        };
        let mut first: BTreeMap<_, Timestamp> = BTreeMap::new();
        for record in counted.iter().copied() {
            let came = self.store.first_loaded(record.id)?;
            first.insert(record.id, came.unwrap_or(record.loaded));
        }
        let earliest = first.values().min().copied();
        // Where what they were known by before somebody else was found to be them does not count, the
        // earliest of what does stands in its place.
        let is_left_out = records.iter().any(|record| merge(record).is_none())
            && counted.iter().copied().all(|record| merge(record).is_some());
        let base = if is_left_out {
            let oldest = counted.iter().copied().min_by_key(|record| first.get(&record.id));
            oldest.and_then(merge)
        } else {
            None
        };
        let (mut stands_early, mut others) = (false, BTreeMap::new());
        for record in counted.iter().copied() {
            let (has, with) = (self.addresses_in(record).contains(&wanted), merge(record));
            if with != base {
                *others.entry(with).or_insert(false) |= has;
            } else if has && !stands_early {
                let came = first.get(&record.id).copied();
                let soon = came.zip(earliest);
                let soon = soon.is_some_and(|(came, since)| came.duration_since(since) < EARLIER);
                stands_early = !record.is_later || soon;
            }
        }
        Ok(!stands_early || others.values().any(|has| !has))
    }

    /// Whether another address of a person is believed in the place of this one, and opens their page.
    pub fn is_overruled(&self, address: &str, person: &Person) -> Result<bool, RightsError> {
        let wanted = folded_address(address);
        for other in self.addresses(person)? {
            if folded_address(&other) != wanted && !self.is_unproven_of(&other, person)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether what was set up on a person's page at some time, as a passkey, may be somebody else's: then
    /// they were known from what anybody can write alone, under an address that nothing else names.
    pub fn may_be_anothers(&self, person: &Person, set_up: Timestamp) -> Result<bool, RightsError> {
        if !self.charter.identities().any(|(source, _)| source.is_open_to_all()) {
            return Ok(false);
        }
        let (records, _) = self.shown(person, By::Person)?;
        let counted = self.counted(&records);
        let known: BTreeSet<String> =
            counted.iter().flat_map(|record| self.addresses_in(record)).collect();
        let is_strange = records.iter().any(|record| {
            let own = self.addresses_in(record);
            !own.is_empty() && own.is_disjoint(&known)
        });
        if !is_strange {
            return Ok(false);
        }
        let joined = self.store.joined(person.slot)?;
        let since = counted.iter().filter_map(|record| joined.records.get(&record.id)).min();
        let since = since.map(|change| self.store.time_of(*change)).transpose()?.flatten();
        Ok(since.is_some_and(|since| set_up < since))
    }

    /// Whether an address is the person's own word on their page. Whoever signed up in their name had a
    /// page too, so what was said there before there was anything that counts is no proof.
    fn is_own_word(
        &self,
        wanted: &str,
        person: &Person,
        (counted, is_all): (&[&Record], bool),
        joined: &Joined,
    ) -> Result<bool, RightsError> {
        let since = counted.iter().filter_map(|record| joined.records.get(&record.id)).min();
        let acts = self.store.acts_of(person.slot)?;
        Ok(acts.iter().any(|act| {
            act.kind == ActKind::Correction
                && self.is_address(&act.topic)
                && act.content.as_deref().is_some_and(|text| folded_address(text) == wanted)
                && (is_all
                    || since.is_some_and(|since| act.sequence > *since)
                    || counted.iter().any(|record| record.id == act.anchor))
        }))
    }

    /// The entries that count: those of sources to which not just anybody can write, and what bears the
    /// number of a client that stands in one of them. Where there are none of these, all count, if they
    /// hang together by more than a name and a postal address; else none does, as nobody knows whose they
    /// are. A telephone number is known to many, and joins nothing here.
    fn counted<'r>(&self, records: &'r [Record]) -> Vec<&'r Record> {
        let (open, mut counted): (Vec<&Record>, Vec<&Record>) =
            records.iter().partition(|record| self.is_of(record, Source::is_open_to_all));
        if counted.is_empty() {
            return if self.hang_together(&open) { open } else { Vec::new() };
        }
        let numbers: BTreeSet<String> =
            counted.iter().flat_map(|record| self.numbers_in(record)).collect();
        counted.extend(open.into_iter().filter(|record| {
            !self.is_of(record, Source::is_unproven)
                && !self.numbers_in(record).is_disjoint(&numbers)
        }));
        counted
    }

    /// Whether entries that anybody can write hang together by addresses or by numbers of clients. One
    /// that names no address is nobody else's way in, and what browsers send opens nothing by itself.
    fn hang_together(&self, open: &[&Record]) -> bool {
        let told = open.iter().filter(|record| !self.is_of(record, Source::is_unproven));
        let mut left: Vec<(BTreeSet<String>, BTreeSet<String>)> =
            told.map(|record| (self.addresses_in(record), self.numbers_in(record))).collect();
        let Some(at) = left.iter().position(|(addresses, _)| !addresses.is_empty()) else {
            return true;
        };
        let (mut addresses, mut numbers) = left.swap_remove(at);
        loop {
            let (near, far): (Vec<_>, Vec<_>) = left
                .into_iter()
                .partition(|(of, its)| !of.is_disjoint(&addresses) || !its.is_disjoint(&numbers));
            if near.is_empty() {
                return far.iter().all(|(of, _)| of.is_empty());
            }
            for (of, its) in near {
                addresses.extend(of);
                numbers.extend(its);
            }
            left = far;
        }
    }

    fn is_of(&self, record: &Record, is_such: impl Fn(&Source) -> bool) -> bool {
        self.charter.source(&record.source).is_some_and(is_such)
    }

    /// The e-mail addresses that an entry names, as they are compared.
    fn addresses_in(&self, record: &Record) -> BTreeSet<String> {
        let known = profile(&self.charter, std::slice::from_ref(record), &[]);
        let held = with_addresses(&known).flat_map(|known| known.held.iter());
        held.map(|held| folded_address(held.value.content())).collect()
    }

    /// The numbers of a client that an entry names, each with what it is called.
    fn numbers_in(&self, record: &Record) -> BTreeSet<String> {
        let known = profile(&self.charter, std::slice::from_ref(record), &[]);
        let is_number = |category: &str| category.starts_with(NUMBER);
        let numbers = known.attributes.iter().filter(|one| is_number(&one.attribute.category.0));
        let named = numbers.flat_map(|one| one.held.iter().map(move |held| (one, held)));
        named.map(|(one, held)| format!("{} {}", one.attribute, held.value.content())).collect()
    }
}
