//! One invented person: what is true of them, and where a source knows them differently.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use jiff::civil::Date;

use crate::places::Address;

/// The sources of the charter that hold identities.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// The till and the reading club: `crm.csv`.
    Crm,
    /// Accounts of the web shop: `customers` in `shop.sqlite`.
    WebShop,
    /// Subscribers: `newsletter.csv`.
    Newsletter,
    /// Contacts of customer service: `support.jsonl`.
    Support,
    /// The bought file: `broker.csv`.
    Broker,
}

impl Source {
    /// The source's name in the charter.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Crm => "crm",
            Self::WebShop => "web_shop",
            Self::Newsletter => "newsletter",
            Self::Support => "support",
            Self::Broker => "lifestyle_broker",
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// A telephone number in two parts, out of the ranges that Ofcom keeps free for drama.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Phone {
    pub(crate) area: &'static str,
    pub(crate) local: String,
}

/// The truth about one person.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) number: u32,
    pub(crate) given: String,
    pub(crate) family: String,
    pub(crate) born: Date,
    pub(crate) email: String,
    pub(crate) phone: Phone,
    pub(crate) home: Address,
    /// A place in the list of genres.
    pub(crate) favourite: usize,
    pub(crate) household: u32,
    pub(crate) sources: BTreeSet<Source>,
    pub(crate) departures: BTreeMap<Source, Departure>,
    /// Whether their records are complete and free of slips, because a test leans on them.
    pub(crate) careful: bool,
}

/// Where one source departs from the truth.
#[derive(Clone, Debug, Default)]
pub(crate) struct Departure {
    pub(crate) given: Option<String>,
    pub(crate) family: Option<String>,
    pub(crate) born: Option<Date>,
    pub(crate) email: Option<String>,
    pub(crate) home: Option<Address>,
}

/// The person of this number; everybody stands in the order of their numbers.
pub(crate) fn of(people: &[Person], number: u32) -> Option<&Person> {
    people.get(number.checked_sub(1)? as usize)
}

impl Person {
    pub(crate) fn is_in(&self, source: Source) -> bool {
        self.sources.contains(&source)
    }

    pub(crate) fn depart(&mut self, source: Source) -> &mut Departure {
        self.departures.entry(source).or_default()
    }

    pub(crate) fn given_in(&self, source: Source) -> &str {
        self.departure(source).and_then(|known| known.given.as_deref()).unwrap_or(&self.given)
    }

    pub(crate) fn family_in(&self, source: Source) -> &str {
        self.departure(source).and_then(|known| known.family.as_deref()).unwrap_or(&self.family)
    }

    pub(crate) fn born_in(&self, source: Source) -> Date {
        self.departure(source).and_then(|known| known.born).unwrap_or(self.born)
    }

    pub(crate) fn email_in(&self, source: Source) -> &str {
        self.departure(source).and_then(|known| known.email.as_deref()).unwrap_or(&self.email)
    }

    pub(crate) fn home_in(&self, source: Source) -> Address {
        self.departure(source).and_then(|known| known.home).unwrap_or(self.home)
    }

    fn departure(&self, source: Source) -> Option<&Departure> {
        self.departures.get(&source)
    }
}
