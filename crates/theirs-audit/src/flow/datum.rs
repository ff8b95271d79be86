//! One kind of data in a flow: what it is, how it came to be, from whom, how exact.

use serde::{Deserialize, Serialize};
use theirs_charter::{categories, category, nearest, purpose_term, purposes};

use super::many::one_or_many;

/// One kind of data in a flow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub struct Datum {
    /// Its key in the vocabulary of categories.
    pub category: CategoryName,
    /// How it came to be; by default what is usual of the category.
    #[serde(default)]
    pub origin: Option<Origin>,
    /// From whom; by default the person if they stated it, else us.
    #[serde(default)]
    pub source: Option<Source>,
    /// What it was worked out or guessed from.
    #[serde(default, deserialize_with = "one_or_many")]
    pub from: Vec<CategoryName>,
    /// What it gives away of a person that its category does not say.
    #[serde(default, deserialize_with = "one_or_many")]
    pub reveals: Vec<CategoryName>,
    /// How exact it is.
    #[serde(default)]
    pub grain: Grain,
    /// How exact its purposes need it, where that is less.
    #[serde(default)]
    pub needed: Option<Grain>,
    /// The purpose for which the person gave it, where that is another.
    #[serde(default)]
    pub given_for: Option<PurposeName>,
    /// Whether who supplied it had leave to.
    #[serde(default)]
    pub supplier: Supplier,
    /// Whether it leaves as a digest; that changes nothing, and is here because people think it does.
    #[serde(default)]
    pub hashed: bool,
}

/// A key of the vocabulary of data categories.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CategoryName(String);

/// A key of the vocabulary of purposes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PurposeName(String);

impl CategoryName {
    /// The key.
    pub fn key(&self) -> &str {
        &self.0
    }
}

impl PurposeName {
    /// The key.
    pub fn key(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for CategoryName {
    type Error = String;

    fn try_from(key: String) -> Result<Self, String> {
        if category(&key).is_some() {
            return Ok(Self(key));
        }
        let known = categories().iter().map(|known| known.key.as_str());
        Err(unknown("data category", &key, nearest(&key, known)))
    }
}

impl TryFrom<String> for PurposeName {
    type Error = String;

    fn try_from(key: String) -> Result<Self, String> {
        if purpose_term(&key).is_some() {
            return Ok(Self(key));
        }
        let known = purposes().iter().map(|known| known.key.as_str());
        Err(unknown("purpose", &key, nearest(&key, known)))
    }
}

fn unknown(what: &str, given: &str, near: Option<&str>) -> String {
    let shown: String = given.chars().filter(|c| !c.is_control()).take(60).collect();
    let hint = near.map(|near| format!("; did you mean \"{near}\"?")).unwrap_or_default();
    format!("unknown {what} \"{shown}\"{hint}")
}

impl From<CategoryName> for String {
    fn from(name: CategoryName) -> Self {
        name.0
    }
}

impl From<PurposeName> for String {
    fn from(name: PurposeName) -> Self {
        name.0
    }
}

/// How data came to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// The person said so.
    Stated,
    /// It was seen happening.
    Observed,
    /// It was worked out from other data.
    Derived,
    /// It was guessed.
    Inferred,
}

/// From whom data is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The person.
    Person,
    /// Ourselves, while dealing with the person.
    Us,
    /// Another organisation passed it on.
    Partner,
    /// It was bought.
    Broker,
    /// Public registers.
    Public,
    /// Pages of others, read by machine.
    Scraped,
    /// What auctions of advertisements tell those who bid.
    Auction,
}

/// How exact data is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grain {
    /// All the time, also while nobody uses the thing that measures.
    Continuous,
    /// As it is.
    #[default]
    Exact,
    /// Made coarser: a month, an area, an age group.
    Coarse,
    /// Of groups, nobody alone.
    Group,
}

/// Whether who supplied data had leave to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Supplier {
    /// Nobody looked.
    #[default]
    Unchecked,
    /// Each person's yes to the supplier was looked at.
    Checked,
    /// The supplier got it by misleading people.
    Deceptive,
}

impl Datum {
    /// A category, with everything else as is usual.
    pub fn of(category: &str) -> Option<Self> {
        Some(Self {
            category: CategoryName::try_from(category.to_owned()).ok()?,
            origin: None,
            source: None,
            from: Vec::new(),
            reveals: Vec::new(),
            grain: Grain::Exact,
            needed: None,
            given_for: None,
            supplier: Supplier::Unchecked,
            hashed: false,
        })
    }

    /// How it came to be.
    pub fn origin(&self) -> Origin {
        self.origin.unwrap_or_else(|| {
            let key = self.category.key();
            let begins = |all: &[&str]| all.iter().any(|begin| key.starts_with(begin));
            if begins(&["inferred."]) {
                Origin::Inferred
            } else if begins(&["profile.", "purchase.value"]) || !self.from.is_empty() {
                Origin::Derived
            } else if begins(&["behaviour.", "location.", "purchase.", "id.", "external."]) {
                Origin::Observed
            } else {
                Origin::Stated
            }
        })
    }

    /// From whom it is.
    pub fn source(&self) -> Source {
        let usual = || match (self.category.key(), self.origin()) {
            ("external.broker", _) => Source::Broker,
            (_, Origin::Stated) => Source::Person,
            _ => Source::Us,
        };
        self.source.unwrap_or_else(usual)
    }

    /// Whether it was got from outside the relationship.
    pub fn is_outside(&self) -> bool {
        !matches!(self.source(), Source::Person | Source::Us)
    }

    /// Whether it was guessed, or worked out from something else.
    pub fn is_worked_out(&self) -> bool {
        matches!(self.origin(), Origin::Inferred | Origin::Derived)
    }

    /// Whether it is of one person, and not only of a group.
    pub fn is_of_one(&self) -> bool {
        self.grain != Grain::Group
    }

    /// Whether it is a guess.
    pub fn is_guessed(&self) -> bool {
        self.origin() == Origin::Inferred
    }

    /// Whether it is of one of these categories, or of one below them.
    pub fn is(&self, keys: &[&str]) -> bool {
        keys.iter().any(|key| is_within(self.category.key(), key))
    }

    /// Whether it gives away something of these categories, by what it is or by what it reveals.
    pub fn tells(&self, keys: &[&str]) -> bool {
        self.is(keys)
            || self.reveals.iter().any(|name| keys.iter().any(|key| is_within(name.key(), key)))
    }

    /// Whether it was worked out from data of these categories.
    pub fn comes_from(&self, keys: &[&str]) -> bool {
        self.from.iter().any(|name| keys.iter().any(|key| is_within(name.key(), key)))
    }
}

/// Whether a key is another or lies below it; `sensitive.` stands for its whole family.
fn is_within(key: &str, other: &str) -> bool {
    let rest = key.strip_prefix(other.trim_end_matches('.'));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}
