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

use std::collections::{BTreeSet, HashMap};

use serde::{Deserialize, Serialize};

use crate::comparison::{Comparison, Subject};
use crate::dictionary::MISSING;
use crate::digest::ByNumber;
use crate::estimate::{Likelihood, Parameters, Weights};
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
const MOST_PEOPLE_OF_A_CONTACT: usize = 8;
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
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
    comparisons: Vec<Comparison>,
    /// None where no names are known, or nobody asks.
    weights: Option<Weights>,
}

impl Kinship {
    pub(crate) fn new(layout: &Layout, learnt: &Parameters) -> Self {
        let comparisons = layout.comparisons.clone();
        let weights = parameters(&comparisons, learnt).as_ref().map(Weights::new);
        Self { contacts: Contacts::of(layout), comparisons, weights }
    }

    /// Finds nobody to be kin.
    pub(crate) fn unasked(layout: &Layout) -> Self {
        let comparisons = layout.comparisons.clone();
        Self { contacts: Contacts::of(layout), comparisons, weights: None }
    }

    /// What each level adds; none where no names are known.
    pub(crate) fn weights(&self) -> Option<&Weights> {
        self.weights.as_ref()
    }

    /// How likely a pattern is in each class, if such pairs may have a contact in common.
    pub(crate) fn likelihood(&self, pattern: Pattern) -> Option<Likelihood> {
        let mut levels = self.comparisons.iter().zip((0..).map(|at| pattern.level(at)));
        let weights = self.weights.as_ref()?;
        levels
            .any(|(comparison, level)| comparison.may_share_a_contact(level))
            .then(|| weights.likelihood(pattern))
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Value {
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
        let (mut left, mut shared) = (Vec::new(), Vec::new());
        self.each_value(table, a, |value| left.push(value));
        self.each_value(table, b, |value| {
            if left.contains(&value) {
                shared.push(value);
            }
        });
        shared
    }

    /// Calls back with every contact of a record; one that it has twice perhaps twice.
    fn each_value(&self, table: &Table, record: u32, mut visit: impl FnMut(Value)) {
        let row = table.row(record);
        let code = |column: usize| Some(row[column].code).filter(|&code| code != MISSING);
        for (contact, columns) in &self.single {
            for &column in columns {
                let Some(code) = code(column) else { continue };
                let meaning = table.meaning(column);
                visit(Value { contact: *contact, meaning, codes: (code, 0) });
            }
        }
        let Some([street, places @ ..]) = self.address else { return };
        let Some(street) = code(street) else { return };
        for column in places {
            let Some(place) = code(column) else { continue };
            let (contact, meaning) = (Contact::Address, table.meaning(column));
            visit(Value { contact, meaning, codes: (street, place) });
        }
    }

    fn households(
        &self,
        table: &Table,
        kin: &[Kin],
        person: impl Fn(u32) -> Option<RecordId>,
    ) -> Households {
        let tie = |pair: &Kin| {
            let (a, b) = (person(pair.a)?, person(pair.b)?);
            let values = || self.shared(table, pair.a, pair.b);
            let people = [a.min(b), a.max(b)];
            (a != b).then(|| Tie { people, probability: pair.probability, values: values() })
        };
        let mut ties = Ties::new(kin.iter().filter_map(tie).collect());
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
        wanted: &[Value],
        person: &impl Fn(u32) -> Option<RecordId>,
    ) -> BTreeSet<Value> {
        let numbers: HashMap<Value, usize, ByNumber> =
            wanted.iter().enumerate().map(|(number, &value)| (value, number)).collect();
        let mut is_wanted = vec![Vec::new(); table.width()];
        for value in wanted {
            let (codes, code): (&mut Vec<bool>, _) =
                (&mut is_wanted[value.meaning], value.codes.0 as usize);
            codes.resize(codes.len().max(code + 1), false);
            codes[code] = true;
        }
        let mut holders: Vec<(usize, RecordId)> = Vec::new();
        for record in 0..u32::try_from(table.len).unwrap_or(u32::MAX) {
            self.each_value(table, record, |value| {
                if is_wanted[value.meaning].get(value.codes.0 as usize) == Some(&true)
                    && let Some(&number) = numbers.get(&value)
                {
                    holders.extend(person(record).map(|person| (number, person)));
                }
            });
        }
        holders.sort_unstable();
        holders.dedup();
        let people_of = holders.chunk_by(|left, right| left.0 == right.0);
        let common = people_of.filter(|people| people.len() > MOST_PEOPLE_OF_A_CONTACT);
        common.map(|people| wanted[people[0].0]).collect()
    }
}

/// Pairs of people who are relatives, sorted, each once.
struct Ties(Vec<Tie>);

/// How sure it is that two people are relatives, and what they share.
struct Tie {
    people: [RecordId; 2],
    probability: f64,
    values: Vec<Value>,
}

impl Ties {
    fn new(mut ties: Vec<Tie>) -> Self {
        ties.sort_by_key(|tie| tie.people);
        ties.dedup_by(|tie, first| {
            let is_same = tie.people == first.people;
            if is_same {
                first.probability = first.probability.max(tie.probability);
                first.values.append(&mut tie.values);
            }
            is_same
        });
        Self(ties)
    }

    /// What any two share, sorted, each once.
    fn values(&self) -> Vec<Value> {
        let mut values: Vec<Value> =
            self.0.iter().flat_map(|tie| tie.values.iter().copied()).collect();
        values.sort_unstable();
        values.dedup();
        values
    }

    /// Drops values, and the ties that nothing else holds.
    fn forget(&mut self, values: &BTreeSet<Value>) {
        self.0.retain_mut(|tie| {
            tie.values.retain(|value| !values.contains(value));
            !tie.values.is_empty()
        });
    }

    /// The connected groups, sorted.
    fn groups(&self) -> Vec<Household> {
        let mut people: Vec<RecordId> = self.0.iter().flat_map(|tie| tie.people).collect();
        people.sort_unstable();
        people.dedup();
        let place = |person: RecordId| people.binary_search(&person).unwrap_or_default();
        let ends: Vec<[usize; 2]> = self.0.iter().map(|tie| tie.people.map(place)).collect();
        let mut above: Vec<usize> = (0..people.len()).collect();
        for ends in &ends {
            let [a, b] = ends.map(|end| top(&mut above, end));
            above[a.max(b)] = a.min(b);
        }
        let mut ties: Vec<(usize, &Tie)> =
            ends.iter().zip(&self.0).map(|([end, _], tie)| (top(&mut above, *end), tie)).collect();
        ties.sort_by_key(|(first, _)| *first);
        ties.chunk_by(|left, right| left.0 == right.0)
            .map(Group::of)
            .map(Group::household)
            .collect()
    }
}

/// The first of those that hang together.
fn top(above: &mut [usize], mut person: usize) -> usize {
    while above[person] != person {
        above[person] = above[above[person]];
        person = above[person];
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
    fn of(ties: &[(usize, &Tie)]) -> Self {
        let mut group = Self::default();
        for (_, tie) in ties {
            group.take(tie);
        }
        group
    }

    fn take(&mut self, tie: &Tie) {
        self.people.extend(tie.people);
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
