//! Households: people who live together, beside the people and never as people.
//!
//! A pair of records belongs to the class of relatives when two people of one household explain it
//! better than one person or two strangers do; the estimate knows that class already. Among the
//! pairs that are compared most of those that share a telephone may be relatives, and then the
//! estimate takes that for usual among strangers: so here strangers seldom share a contact,
//! whatever was estimated. Such pairs count only with a contact in common: an address, a telephone
//! number or an e-mail address. A contact of more people than a household has is a work place, a
//! big building or a switchboard; it is counted and joins nobody. Nothing here ever touches a
//! cluster.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::comparison::{Comparison, Subject};
use crate::dictionary::MISSING;
use crate::estimate::{Likelihood, Parameters};
use crate::frequency::real;
use crate::judgement::RecordId;
use crate::layout::{Layout, Role};
use crate::pattern::Pattern;
use crate::records::Table;

/// The least probability of a pair of relatives.
pub(crate) const LEAST: f64 = 0.5;
/// The most of all strangers that share one contact, where the contact is no work place.
const STRANGERS_WITH_ONE_CONTACT: f64 = 0.02;
/// The least share of relatives among pairs of different people that are worth comparing.
const LEAST_RELATED: f64 = 0.1;
/// A contact of more people than this is no household's.
const MOST_PEOPLE_OF_A_CONTACT: u64 = 8;
/// More people than this are no household.
const MOST_PEOPLE: usize = 12;

/// People who live together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Household {
    /// The people, each called by the smallest record id of their cluster, sorted.
    pub people: Vec<RecordId>,
    /// What they share.
    pub shares: BTreeSet<Contact>,
    /// The mean probability of the pairs of people that were found to be relatives.
    pub confidence: f64,
}

/// All households, and what was left out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Households {
    /// The households, sorted by their people; nobody is in two.
    pub households: Vec<Household>,
    /// Contacts that too many people have, such as the address of a big building.
    pub common_contacts: u64,
    /// Groups of more people than a household has; they are not among the households.
    pub too_large: u64,
}

/// A contact that two people can share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Contact {
    /// Street with postcode or town.
    Address,
    /// A telephone number.
    Phone,
    /// An e-mail address.
    Email,
}

/// Two records of the class of relatives with a contact in common.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Kin {
    pub(crate) a: u32,
    pub(crate) b: u32,
    pub(crate) probability: f64,
}

/// Tells relatives from strangers.
pub(crate) struct Kinship {
    contacts: Contacts,
    /// None where no names are known.
    parameters: Option<Parameters>,
}

impl Kinship {
    pub(crate) fn new(layout: &Layout, learnt: &Parameters) -> Self {
        let parameters = parameters(&layout.comparisons, learnt);
        Self { contacts: Contacts::of(layout), parameters }
    }

    /// How likely a pattern is in each class, if relatives can be told.
    pub(crate) fn likelihood(&self, pattern: Pattern) -> Option<Likelihood> {
        self.parameters.as_ref().map(|parameters| parameters.likelihood(pattern))
    }

    /// Whether two records have a contact in common.
    pub(crate) fn share_a_contact(&self, table: &Table, a: u32, b: u32) -> bool {
        self.contacts.are_shared(table, a, b)
    }

    /// Groups people into households.
    ///
    /// `person` names the cluster of each record, `None` for a place without a record.
    pub(crate) fn households(
        &self,
        table: &Table,
        kin: &[Kin],
        person: impl Fn(u32) -> Option<RecordId>,
    ) -> Households {
        self.contacts.households(table, kin, person)
    }
}

/// The parameters by which relatives are told from strangers; none where no names are known.
fn parameters(comparisons: &[Comparison], learnt: &Parameters) -> Option<Parameters> {
    if learnt.related <= 0.0 {
        return None;
    }
    let mut parameters = learnt.clone();
    parameters.related = parameters.related.max(LEAST_RELATED);
    for (shares, comparison) in parameters.strangers.iter_mut().zip(comparisons) {
        if !matches!(comparison.subject, Subject::Address | Subject::Phone | Subject::Email) {
            continue;
        }
        for (share, level) in shares.iter_mut().zip(comparison.levels()) {
            if level.rarity.contains(&0) {
                *share = share.min(STRANGERS_WITH_ONE_CONTACT);
            }
        }
    }
    Some(parameters)
}

/// The value of a contact, by its codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Value {
    contact: Contact,
    /// What the codes mean.
    meaning: usize,
    codes: (u32, u32),
}

/// The columns that hold contacts.
#[derive(Clone, Debug)]
struct Contacts {
    /// Per attribute: the columns of its values.
    single: Vec<(Contact, Vec<usize>)>,
    /// The columns of street, postcode and town.
    address: Option<[usize; 3]>,
}

impl Contacts {
    fn of(layout: &Layout) -> Self {
        let attributes = |contact, role| {
            let attributes = layout.attributes_of(role).into_iter();
            attributes.map(move |at| (contact, layout.values_of(at)))
        };
        let phones = attributes(Contact::Phone, Role::Phone);
        let single = phones.chain(attributes(Contact::Email, Role::Email)).collect();
        let address = [Role::Street, Role::Postcode, Role::City].map(|role| layout.column(role));
        let address = match address {
            [Some(street), Some(postcode), Some(city)] => Some([street, postcode, city]),
            _ => None,
        };
        Self { single, address }
    }

    /// Whether two records share a contact.
    fn are_shared(&self, table: &Table, a: u32, b: u32) -> bool {
        let (left, right) = (table.row(a), table.row(b));
        let same = |one: usize, other: usize| {
            left[one].code != MISSING && left[one].code == right[other].code
        };
        let any = |columns: &[usize]| {
            columns.iter().any(|&one| columns.iter().any(|&other| same(one, other)))
        };
        let of_address = |[street, postcode, city]: [usize; 3]| {
            same(street, street) && (same(postcode, postcode) || same(city, city))
        };
        self.single.iter().any(|(_, columns)| any(columns)) || self.address.is_some_and(of_address)
    }

    fn shared(&self, table: &Table, a: u32, b: u32) -> Vec<Value> {
        let (mut left, right) = (self.values(table, a), self.values(table, b));
        left.retain(|value| right.contains(value));
        left
    }

    fn values(&self, table: &Table, record: u32) -> Vec<Value> {
        let code = |column| Some(table.code(column, record)).filter(|&code| code != MISSING);
        let columns = self
            .single
            .iter()
            .flat_map(|(contact, columns)| columns.iter().map(|&column| (*contact, column)));
        let single = columns.filter_map(|(contact, column)| {
            Some(Value { contact, meaning: table.meaning(column), codes: (code(column)?, 0) })
        });
        let mut values: Vec<Value> = single.collect();
        if let Some([street, places @ ..]) = self.address {
            let address = |column| {
                let (contact, meaning) = (Contact::Address, table.meaning(column));
                Some(Value { contact, meaning, codes: (code(street)?, code(column)?) })
            };
            values.extend(places.into_iter().filter_map(address));
        }
        values
    }

    fn households(
        &self,
        table: &Table,
        kin: &[Kin],
        person: impl Fn(u32) -> Option<RecordId>,
    ) -> Households {
        let mut ties = Ties::default();
        for pair in kin {
            if let (Some(a), Some(b)) = (person(pair.a), person(pair.b))
                && a != b
            {
                ties.add(a.min(b), a.max(b), pair.probability, self.shared(table, pair.a, pair.b));
            }
        }
        let common = self.common(table, &ties.values(), &person);
        ties.forget(&common);
        let mut found = Households { common_contacts: common.len() as u64, ..Default::default() };
        for household in ties.groups() {
            match household.people.len() {
                people if people > MOST_PEOPLE => found.too_large += 1,
                _ => found.households.push(household),
            }
        }
        found
    }

    /// Which of these values too many people have.
    fn common(
        &self,
        table: &Table,
        wanted: &BTreeSet<Value>,
        person: &impl Fn(u32) -> Option<RecordId>,
    ) -> BTreeSet<Value> {
        let mut holders: BTreeSet<(Value, RecordId)> = BTreeSet::new();
        for record in 0..u32::try_from(table.len).unwrap_or(u32::MAX) {
            let Some(person) = person(record) else { continue };
            let values = self.values(table, record).into_iter();
            holders.extend(values.filter(|value| wanted.contains(value)).map(|v| (v, person)));
        }
        let mut counts: BTreeMap<Value, u64> = BTreeMap::new();
        for (value, _) in holders {
            *counts.entry(value).or_default() += 1;
        }
        counts.retain(|_, people| *people > MOST_PEOPLE_OF_A_CONTACT);
        counts.into_keys().collect()
    }
}

/// Pairs of people who are relatives.
#[derive(Default)]
struct Ties(BTreeMap<(RecordId, RecordId), Tie>);

/// How sure it is that two people are relatives, and what they share.
#[derive(Default)]
struct Tie {
    probability: f64,
    values: BTreeSet<Value>,
}

impl Ties {
    fn add(&mut self, a: RecordId, b: RecordId, probability: f64, values: Vec<Value>) {
        let tie = self.0.entry((a, b)).or_default();
        tie.probability = tie.probability.max(probability);
        tie.values.extend(values);
    }

    fn values(&self) -> BTreeSet<Value> {
        self.0.values().flat_map(|tie| tie.values.iter().copied()).collect()
    }

    /// Drops values, and the ties that nothing else holds.
    fn forget(&mut self, values: &BTreeSet<Value>) {
        self.0.retain(|_, tie| {
            tie.values.retain(|value| !values.contains(value));
            !tie.values.is_empty()
        });
    }

    /// The connected groups, sorted.
    fn groups(&self) -> Vec<Household> {
        let mut first: BTreeMap<RecordId, RecordId> = BTreeMap::new();
        for &(a, b) in self.0.keys() {
            let (a, b) = (root(&first, a), root(&first, b));
            first.insert(a.max(b), a.min(b));
        }
        let mut groups: BTreeMap<RecordId, Group> = BTreeMap::new();
        for (&(a, b), tie) in &self.0 {
            groups.entry(root(&first, a)).or_default().take([a, b], tie);
        }
        groups.into_values().map(Group::household).collect()
    }
}

fn root(first: &BTreeMap<RecordId, RecordId>, mut person: RecordId) -> RecordId {
    while let Some(&above) = first.get(&person)
        && above != person
    {
        person = above;
    }
    person
}

/// A household in the making.
#[derive(Default)]
struct Group {
    people: BTreeSet<RecordId>,
    shares: BTreeSet<Contact>,
    sum: f64,
    ties: u64,
}

impl Group {
    fn take(&mut self, people: [RecordId; 2], tie: &Tie) {
        self.people.extend(people);
        self.shares.extend(tie.values.iter().map(|value| value.contact));
        self.sum += tie.probability;
        self.ties += 1;
    }

    fn household(self) -> Household {
        let confidence = self.sum / real(self.ties.max(1));
        Household { people: self.people.into_iter().collect(), shares: self.shares, confidence }
    }
}

#[cfg(test)]
mod tests;
