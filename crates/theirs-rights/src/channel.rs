//! Whom an address leads to, and what is shown to somebody who has proven one channel only.
//!
//! A page is opened only through a channel that is on record already. What somebody says who is not
//! surely that person proves nothing, and an address that two people share proves neither.

mod proof;

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use theirs_charter::{Category, Charter, Source, category};
use theirs_model::{Slot, Value};
use theirs_people::{Believed, Profile, folded_address, profile};
use theirs_store::{ActKind, Person};

use crate::access::{Dossier, Entry};
use crate::desk::{By, Desk, RightsError};

/// The category of addresses that a message can be sent to.
pub const EMAIL: &str = "contact.email";
/// From this tier on, data are hidden from whoever has proven one channel only.
const SENSITIVE: u8 = 2;
/// How long nothing is taken home after an address was changed.
const ADDRESS_RESTS: SignedDuration = SignedDuration::from_hours(72);
/// How long an entry has to be there before a letter goes to its address.
const LETTER_RESTS: SignedDuration = SignedDuration::from_hours(24 * 30);
/// What stands for a value that is hidden.
const HIDDEN: &str = "•••";

/// Whom an address leads to.
#[derive(Debug, PartialEq, Eq)]
pub enum Reached {
    /// Nobody, or nobody of whom it is sure enough.
    Nobody,
    /// One person.
    One(Person),
    /// One person, by an entry that came to theirs later, or that anybody can write: it proves too little.
    Unproven(Person),
    /// Several, so that it proves nothing of any of them.
    Several(Vec<Person>),
}

impl Desk {
    /// Whom an e-mail address leads to, of the people who were found to have it.
    pub fn reached(&self, address: &str, found: &[Slot]) -> Result<Reached, RightsError> {
        let mut people = Vec::new();
        for slot in found {
            people.extend(self.store.person_at(*slot)?);
        }
        // Whoever may make things up closes nobody's page either.
        let mut proven = Vec::new();
        for person in people {
            if self.is_said_of(address, &person)? {
                proven.push(person);
            }
        }
        let people = proven;
        let [one] = people.as_slice() else {
            return Ok(if people.is_empty() { Reached::Nobody } else { Reached::Several(people) });
        };
        if !self.is_surely_of(address, one)? {
            return Ok(Reached::Nobody);
        }
        let is_unproven = self.is_unproven_of(address, one)?;
        Ok(if is_unproven { Reached::Unproven(one.clone()) } else { Reached::One(one.clone()) })
    }

    /// What is known of a person from the entries that are surely theirs.
    fn sure_profile(&self, person: &Person) -> Result<Profile, RightsError> {
        let (records, _) = self.shown(person, By::Person)?;
        let acts = self.store.acts_of(person.slot)?;
        Ok(profile(&self.charter, &records, &acts))
    }

    /// The name and postal address of a person as they stand on an envelope; none if it is not sure.
    ///
    /// Whoever reads somebody's mail may correct a name, or sign up once more under that address. So
    /// nobody's word on the page counts here, and no entry that is younger than a month; of the entries
    /// that are surely theirs all that name a street must name the same.
    pub fn postal_address(&self, person: &Person) -> Result<Option<String>, RightsError> {
        let (records, _) = self.shown(person, By::Person)?;
        let now = self.now();
        let mut found: BTreeMap<String, (bool, String)> = BTreeMap::new();
        for record in &records {
            if self.charter.source(&record.source).is_some_and(Source::is_unproven) {
                continue;
            }
            let known = profile(&self.charter, std::slice::from_ref(record), &[]);
            let of = |column: &str| {
                let value = known.attribute(column).and_then(|one| one.current.as_ref());
                value.map_or_else(String::new, |value| value.content().trim().to_owned())
            };
            let (street, city) = (of("street"), of("city"));
            if street.is_empty() {
                continue;
            }
            let name = match of("full_name") {
                name if name.is_empty() => format!("{} {}", of("given_name"), of("family_name")),
                name => name,
            };
            let place = format!("{city} {}", of("postcode"));
            let lines =
                [name.trim().to_owned(), street.clone(), place.trim().to_owned(), of("country")];
            let is_whole = lines[..3].iter().all(|line| !line.is_empty());
            let is_old = now.duration_since(record.since) >= LETTER_RESTS;
            let lines: Vec<String> = lines.into_iter().filter(|line| !line.is_empty()).collect();
            let place = format!("{street} {city}").to_lowercase();
            let place: String = place.chars().filter(|c| c.is_alphanumeric()).collect();
            let entry = found.entry(place).or_default();
            if is_whole && is_old && !entry.0 {
                *entry = (true, lines.join("\n"));
            }
        }
        let mut places = found.into_values();
        Ok(match (places.next(), places.next()) {
            (Some((true, address)), None) => Some(address),
            _ => None,
        })
    }

    /// Whether anybody says of a person that an address is theirs who cannot just make it up.
    fn is_said_of(&self, address: &str, person: &Person) -> Result<bool, RightsError> {
        let wanted = folded_address(address);
        let records = self.store.records_of(person.slot)?;
        let known = profile(&self.charter, &records, &self.store.acts_of(person.slot)?);
        Ok(with_addresses(&known).any(|known| {
            let all = known.known().into_iter().chain(known.held.iter().map(|held| &held.value));
            let is_it = |value: &Value| folded_address(value.content()) == wanted;
            all.filter(|value| self.is_proven(value)).any(is_it)
        }))
    }

    /// Whether an address stands in an entry that is surely this person's, or is their own word.
    pub fn is_surely_of(&self, address: &str, person: &Person) -> Result<bool, RightsError> {
        let wanted = folded_address(address);
        let is_wanted = |text: &str| folded_address(text) == wanted;
        let profile = self.sure_profile(person)?;
        let mut believed = with_addresses(&profile).filter(|known| known.known().is_some());
        Ok(believed.any(|known| self.proven(known).any(|value| is_wanted(value.content()))))
    }

    /// What is believed of an attribute and what is held besides, so far as not just anybody says it.
    fn proven<'k>(&'k self, known: &'k Believed) -> impl Iterator<Item = &'k Value> {
        let held = known.held.iter().filter(|held| held.admitted).map(|held| &held.value);
        known.known().into_iter().chain(held).filter(|value| self.is_proven(value))
    }

    /// Whether a value is not one that anybody may have sent from a browser.
    fn is_proven(&self, value: &Value) -> bool {
        let source = self.charter.source(&value.provenance().source);
        source.is_none_or(|source| !source.is_unproven())
    }

    /// Hides what only somebody who has proven more may see; says whether anything is hidden.
    pub fn hide_sensitive(&self, dossier: &mut Dossier) -> bool {
        let mut hidden = false;
        for entry in &mut dossier.entries {
            let attribute = self.charter.attribute(&entry.column);
            if attribute.is_none_or(|(attribute, _)| is_sensitive(&attribute.category.0)) {
                hidden |= hide(entry);
            }
        }
        for section in &mut dossier.activities {
            let columns = sensitive_columns(&self.charter, &section.name, &section.columns);
            for row in &mut section.rows {
                for (cell, is_hidden) in row.iter_mut().zip(&columns) {
                    if *is_hidden && !cell.is_empty() {
                        HIDDEN.clone_into(cell);
                        hidden = true;
                    }
                }
            }
        }
        hidden
    }

    /// The e-mail addresses that are believed to be a person's, of entries that are surely theirs. One
    /// whose use they stopped still leads to their own page, and is told of what happens there.
    pub fn addresses(&self, person: &Person) -> Result<Vec<String>, RightsError> {
        let profile = self.sure_profile(person)?;
        Ok(with_addresses(&profile)
            .filter_map(|one| Some(one.known()?.content().to_owned()))
            .collect())
    }

    /// Every e-mail address in the entries that are surely a person's, or that they gave, believed or
    /// not: where they are warned of what somebody else may be doing.
    pub fn every_address(&self, person: &Person) -> Result<Vec<String>, RightsError> {
        let mut found: Vec<String> = Vec::new();
        let profile = self.sure_profile(person)?;
        for known in with_addresses(&profile) {
            for address in self.proven(known).map(|value| value.content().to_owned()) {
                if found.iter().all(|one| folded_address(one) != folded_address(&address)) {
                    found.push(address);
                }
            }
        }
        Ok(found)
    }

    /// Until when nothing is taken home, as the address was changed lately: who did that may be
    /// somebody else, and the old address was told.
    pub fn waits_for_address(&self, person: &Person) -> Result<Option<Timestamp>, RightsError> {
        let acts = self.store.acts_of(person.slot)?;
        let kinds = [ActKind::Correction, ActKind::Deletion];
        let changed = acts.iter().filter(|act| kinds.contains(&act.kind));
        let latest = changed.filter(|act| self.is_address(&act.topic)).map(|act| act.at).max();
        let until = latest.and_then(|at| at.checked_add(ADDRESS_RESTS).ok());
        Ok(until.filter(|until| *until > self.now()))
    }

    /// Whether a column holds e-mail addresses.
    pub fn is_address(&self, column: &str) -> bool {
        self.charter.attribute(column).is_some_and(|(known, _)| known.category.0 == EMAIL)
    }

    /// Whether somebody has to have proven more to change a column: it says how they are reached or by
    /// which number they are known, or it is hidden from whoever has not.
    pub fn is_guarded(&self, column: &str) -> bool {
        let attribute = self.charter.attribute(column);
        attribute.is_some_and(|(attribute, _)| {
            let key = &attribute.category.0;
            key.starts_with("contact.") || key.starts_with("id.") || is_sensitive(key)
        })
    }
}

/// What is known of a person's e-mail addresses.
fn with_addresses(profile: &Profile) -> impl Iterator<Item = &Believed> {
    profile.attributes.iter().filter(|known| known.attribute.category.0 == EMAIL)
}

fn is_sensitive(key: &str) -> bool {
    category(key)
        .is_none_or(|Category { tier, special, .. }| *tier >= SENSITIVE || special.is_some())
}

fn hide(entry: &mut Entry) -> bool {
    let mut hidden = false;
    let from = entry.from.as_mut().map(|from| &mut from.value);
    let said = entry.said.iter_mut().map(|said| &mut said.value);
    for value in entry.value.as_mut().into_iter().chain(from).chain(said) {
        HIDDEN.clone_into(value);
        hidden = true;
    }
    if let Some(contest) = &mut entry.contested {
        (contest.reason, contest.proposed) = (None, None);
    }
    hidden
}

/// Which columns of an activity hold data of a sensitive category.
fn sensitive_columns(charter: &Charter, source: &str, columns: &[String]) -> Vec<bool> {
    let found = charter.activities().find(|(known, _)| known.name == source);
    let Some((_, activity)) = found else { return vec![true; columns.len()] };
    let of = |name: &String| {
        let known = activity.columns.iter().find(|column| column.name == *name);
        known.is_none_or(|column| is_sensitive(&column.category))
    };
    columns.iter().map(of).collect()
}
