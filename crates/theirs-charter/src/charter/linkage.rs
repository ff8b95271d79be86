//! How records are joined, where that departs from what linkage does by itself.

use std::collections::BTreeMap;

use theirs_model::Attribute;

use super::{Holds, Identity, IdentityColumn, Meaning, Source};

/// How records are joined, where that departs from what linkage does by itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Linkage {
    /// The mean match probability from which records are one person's.
    pub threshold: f64,
    /// The probability that two records taken at random are one person's; `None` to estimate it.
    pub probability_two_random_records_match: Option<f64>,
    /// Columns of people that are not compared.
    pub leave_out: Vec<String>,
    /// Which pairs are compared; empty for the derived rules.
    pub blocking_rules: Vec<BlockingRule>,
    /// By the name of a comparison: `name`, `address`, or that of a column.
    pub comparisons: BTreeMap<String, Comparison>,
}

impl Default for Linkage {
    fn default() -> Self {
        Self {
            threshold: 0.5,
            probability_two_random_records_match: None,
            leave_out: Vec::new(),
            blocking_rules: Vec::new(),
            comparisons: BTreeMap::new(),
        }
    }
}

/// Which pairs are compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BlockingRule {
    /// Those of all rules that linkage derives.
    Derived,
    /// Those that agree in all of these.
    BlockOn(Vec<BlockingPart>),
}

/// What two records must agree in to be compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockingPart {
    /// A column of people.
    pub column: String,
    /// What of its standardised value.
    pub of: PartOf,
}

/// A part of a standardised value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartOf {
    /// All of it.
    Whole,
    /// So many of its first letters.
    First(usize),
    /// How it sounds.
    Sound,
}

/// How one comparison departs from what linkage derives.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// Whether agreement on a rare value says more than on a common one.
    pub term_frequency_adjustments: bool,
    /// What stands between full agreement and difference, best first; `None` for what is derived.
    pub levels: Option<Vec<Measure>>,
    /// Shares that are not learnt, by the number of the level, from 1 on.
    pub fixed: BTreeMap<usize, Fixed>,
    /// For `name`: from which similarities one of its parts is nearly the same, and alike.
    pub near_and_alike: Option<[f32; 2]>,
}

/// The shares of one level that are not learnt.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Fixed {
    /// Its share among matches.
    pub m: Option<f64>,
    /// Its share among the other pairs that are compared.
    pub u: Option<f64>,
}

/// When two values that differ come out at a level.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Measure {
    /// Their Jaro-Winkler similarity is this or more.
    JaroWinkler(f32),
    /// So many insertions, deletions and replacements, or fewer, make them the same.
    Levenshtein(usize),
    /// The same, with a swap of two neighbours counted as one.
    DamerauLevenshtein(usize),
    /// They are dates and so many days, or fewer, apart.
    Days(u32),
}

/// What an attribute is compared as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compared {
    /// A first name.
    GivenName,
    /// A surname.
    FamilyName,
    /// A whole name in one line.
    FullName,
    /// An e-mail address.
    Email,
    /// A telephone number.
    Phone,
    /// House number and street.
    Street,
    /// A postal code.
    Postcode,
    /// A town.
    City,
    /// A whole address in one line.
    Address,
    /// A date of birth.
    BirthDate,
    /// A number that several sources give.
    Identifier,
    /// A number that the state gives to one person.
    PersonalNumber,
    /// Another property of a person.
    Other,
}

impl Compared {
    /// What linkage compares an attribute as; `None` if it does not tell people apart.
    pub fn of(attribute: &Attribute) -> Option<Self> {
        Some(match (attribute.category.0.as_str(), attribute.part.as_deref()) {
            ("identity.name", Some("given")) => Self::GivenName,
            ("identity.name", Some("family")) => Self::FamilyName,
            ("identity.name", Some("full") | None) => Self::FullName,
            // A hash is compared as the address that it stands for.
            ("contact.email", Some(HASHED)) => return None,
            ("contact.email", _) => Self::Email,
            ("contact.phone", _) => Self::Phone,
            ("contact.address", Some("street")) => Self::Street,
            ("contact.address", Some("postcode")) => Self::Postcode,
            ("contact.address", Some("city")) => Self::City,
            ("contact.address", None) => Self::Address,
            ("demo.birthdate", _) => Self::BirthDate,
            ("demo.birthplace" | "work.employer", _) => Self::Other,
            ("id.customer", _) => Self::Identifier,
            ("gov.id", _) => Self::PersonalNumber,
            _ => return None,
        })
    }

    /// Whether it is compared together with others, and as what.
    pub(crate) fn joint(self) -> Option<&'static str> {
        match self {
            Self::GivenName | Self::FamilyName | Self::FullName => Some("name"),
            Self::Street | Self::Postcode | Self::City | Self::Address => Some("address"),
            _ => None,
        }
    }

    /// The names of the levels that linkage derives, from the first on.
    pub fn levels(self) -> &'static [&'static str] {
        match self {
            Self::GivenName | Self::FamilyName | Self::FullName => NAME_LEVELS,
            Self::Street | Self::Postcode | Self::City | Self::Address => ADDRESS_LEVELS,
            Self::BirthDate => BIRTH_DATE_LEVELS,
            Self::Email => &["exact_match", "same_mailbox", "nearly_the_same", "else"],
            Self::Phone => &["exact_match", "one_digit", "else"],
            Self::Identifier | Self::PersonalNumber => &["exact_match", "one_keystroke", "else"],
            Self::Other => &["exact_match", "nearly_the_same", "same_in_part", "else"],
        }
    }
}

const NAME_LEVELS: &[&str] = &[
    "exact_match",
    "nearly_the_same",
    "columns_reversed",
    "same_family_alike_given",
    "same_given_alike_family",
    "same_given_family_missing",
    "same_family_given_missing",
    "alike_in_the_one_part",
    "one_part_in_the_other_place",
    "same_given_other_family",
    "same_family_other_given",
    "near_given_other_family",
    "else",
    "else_in_the_one_part",
    "near_family_other_given",
];
const ADDRESS_LEVELS: &[&str] = &[
    "exact_match",
    "same_street_and_town",
    "near_street_same_place",
    "same_street_as_far_as_known",
    "same_street_elsewhere",
    "same_postcode_as_far_as_known",
    "same_postcode_other_street",
    "near_street",
    "near_postcode",
    "same_district",
    "same_postal_area",
    "same_town",
    "near_town",
    "else",
];
const BIRTH_DATE_LEVELS: &[&str] = &[
    "exact_match",
    "same_as_far_as_known",
    "day_and_month_swapped",
    "one_keystroke",
    "same_year_and_month_or_day",
    "same_day_and_month",
    "same_year",
    "else",
];

/// What linkage could compare of the sources, each attribute once, with how many values a record
/// may have of it. An identifier that only one source gives says nothing about links between
/// sources, and is not among them.
pub(crate) fn comparable(sources: &[Source]) -> Vec<(Attribute, Compared, usize)> {
    let identities: Vec<&Identity> = sources.iter().filter_map(identity).collect();
    let mut list: Vec<(Attribute, Compared, usize)> = Vec::new();
    let columns = identities.iter().flat_map(|identity| &identity.columns);
    for column in columns {
        let Meaning::Attribute(attribute) = &column.meaning else { continue };
        let Some(compared) = Compared::of(attribute) else { continue };
        if list.iter().any(|(known, ..)| known == attribute) {
            continue;
        }
        let feeds = |meaning: &Meaning| matches!(meaning, Meaning::Attribute(a) if a == attribute);
        let of_source = |identity: &&Identity| {
            identity.columns.iter().filter(|column| feeds(&column.meaning)).count()
        };
        let counts: Vec<usize> = identities.iter().map(of_source).collect();
        let sources = counts.iter().filter(|count| **count > 0).count();
        let is_number = matches!(compared, Compared::Identifier | Compared::PersonalNumber);
        if !is_number || sources > 1 {
            let most = counts.into_iter().max().unwrap_or(1);
            list.push((attribute.clone(), compared, most));
        }
    }
    let is_hashed = |column: &IdentityColumn| column.attribute().is_some_and(is_hashed_address);
    if identities.iter().any(|identity| identity.columns.iter().any(is_hashed)) {
        let address = Attribute::new(ADDRESS, None);
        match list.iter_mut().find(|(known, ..)| *known == address) {
            Some((.., most)) => *most += 1,
            None => list.push((address, Compared::Email, 1)),
        }
    }
    list
}

/// Whether a column gives the SHA-256 of an e-mail address instead of the address.
pub fn is_hashed_address(attribute: &Attribute) -> bool {
    attribute.category.0 == ADDRESS && attribute.part.as_deref() == Some(HASHED)
}

const ADDRESS: &str = "contact.email";
const HASHED: &str = "sha256";

fn identity(source: &Source) -> Option<&Identity> {
    match &source.holds {
        Holds::Identity(identity) => Some(identity),
        Holds::Activity(_) => None,
    }
}
