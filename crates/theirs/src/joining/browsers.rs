//! Browsers, which are compared with nobody: they go with whoever signed in there.
//!
//! What comes from a browser may be made up, and one account may be used from a hundred of them. So
//! linkage does not see their records; they are laid over the people that it found.

use std::collections::{BTreeMap, HashMap};

use theirs_charter::{Charter, Collect, Identity, Source};
use theirs_model::RecordId;
use theirs_store::{Record, Verdict};

/// How sure it is that a browser is its only user's.
pub const ONE_USER: f64 = 0.95;

/// Which sources are of browsers, and in which sources their users may be known, the first of them
/// first.
pub struct Browsers(BTreeMap<String, Vec<String>>);

impl Browsers {
    /// Those of a charter.
    pub fn of(charter: &Charter) -> Self {
        let of_browsers = charter
            .identities()
            .filter(|(source, identity)| source.is_unproven() && identity.key == Collect::VISITOR);
        let named = of_browsers.map(|(source, identity)| {
            let stream = source.collect.as_ref().map(|collect| &collect.stream);
            let number = identity.attribute_of(Collect::USER);
            let is_same_number =
                |known: &Identity| known.key != Collect::VISITOR && known.key_attribute() == number;
            let users =
                charter.identities().filter(|(_, known)| number.is_some() && is_same_number(known));
            let mut users: Vec<&Source> = users
                .map(|(source, _)| source)
                .filter(|source| !source.kind.is_outside())
                .collect();
            users.sort_by_key(|users| users.collect.as_ref().map(|c| &c.stream) != stream);
            (source.name.clone(), users.into_iter().map(|source| source.name.clone()).collect())
        });
        Self(named.collect())
    }

    /// The sources of browsers.
    pub fn sources(&self) -> Vec<&str> {
        self.0.keys().map(String::as_str).collect()
    }

    /// Whether a record is of a browser.
    pub fn has(&self, record: &Record) -> bool {
        self.0.contains_key(&record.source)
    }

    /// The sources in which the only user of a browser may be known, and their key there.
    pub fn user<'r>(&'r self, record: &'r Record) -> Option<(&'r [String], &'r str)> {
        Some((self.0.get(&record.source)?, record.columns.get(Collect::USER)?))
    }
}

/// The browsers that were seen, and the accounts that may be their users'.
#[derive(Default)]
pub struct Followers {
    accounts: HashMap<(String, String), RecordId>,
    browsers: Vec<(RecordId, Vec<(String, String)>)>,
}

impl Followers {
    /// Takes in a record; says whether it is a browser's, which linkage does not see.
    pub fn note(&mut self, browsers: &Browsers, record: &Record) -> bool {
        if browsers.has(record) {
            let (sources, key) = browsers.user(record).unwrap_or_default();
            let users = sources.iter().map(|source| (source.clone(), key.to_owned())).collect();
            self.browsers.push((record.id, users));
            return true;
        }
        if browsers.0.values().flatten().any(|source| *source == record.source) {
            self.accounts.insert((record.source.clone(), record.key.clone()), record.id);
        }
        false
    }

    /// Where each browser goes, given whose the other records are: with another record, or alone.
    pub fn places<P: PartialEq>(
        &self,
        verdicts: &[Verdict],
        whose: impl Fn(RecordId) -> Option<P>,
    ) -> Vec<(RecordId, Option<RecordId>)> {
        let mut on: HashMap<RecordId, Vec<&Verdict>> = HashMap::new();
        for said in verdicts {
            on.entry(said.a).or_default().push(said);
            on.entry(said.b).or_default().push(said);
        }
        let place = |(record, users): &(RecordId, Vec<(String, String)>)| {
            let user = users.iter().find_map(|user| self.accounts.get(user)).copied();
            let said = on.get(record).map_or(&[][..], Vec::as_slice);
            (*record, goes_with(*record, user, said, &whose))
        };
        self.browsers.iter().map(place).collect()
    }

    /// How many browsers there are.
    pub fn len(&self) -> usize {
        self.browsers.len()
    }
}

/// The record with which a browser goes: what somebody said of it comes before who signed in there.
pub fn goes_with<P: PartialEq>(
    record: RecordId,
    user: Option<RecordId>,
    verdicts: &[&Verdict],
    whose: &impl Fn(RecordId) -> Option<P>,
) -> Option<RecordId> {
    let other = |said: &Verdict| if said.a == record { said.b } else { said.a };
    let of = |same: bool| verdicts.iter().filter(move |said| said.same == same).map(|v| other(v));
    if let Some(with) = of(true).find(|with| whose(*with).is_some()) {
        return Some(with);
    }
    let user = user?;
    let person = whose(user)?;
    let is_sent_away = of(false).any(|from| whose(from).as_ref() == Some(&person));
    (!is_sent_away).then_some(user)
}
