//! What is compared, and the levels that a comparison can come out at.
//!
//! Level 0 is always "missing" and weighs nothing. Level 1 is full agreement. The order of the
//! others tells a reader which is better, but the weights are learnt. Parts that depend on each
//! other (given and family name; street, postcode and town) are one comparison, so that agreement
//! is not counted twice.

mod address;
mod birth_date;
mod contact;
mod name;
mod other;

use crate::field::Field;
use crate::records::Table;

/// The level of a comparison.
pub(crate) type Level = u8;
/// One of the two values is missing.
pub(crate) const NULL: Level = 0;

/// One comparison of two records.
#[derive(Clone, Debug)]
pub(crate) struct Comparison {
    pub(crate) name: String,
    pub(crate) subject: Subject,
    /// The first of its columns.
    pub(crate) column: usize,
}

/// What a comparison is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    Name,
    Address,
    BirthDate,
    Email,
    Phone,
    Identifier,
    Other,
}

/// Describes a level: its words, and what is believed about it before any data.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LevelSpec {
    /// How it reads after the comparison's name.
    pub(crate) words: &'static str,
    /// Its share among matches.
    pub(crate) matches: Belief,
    /// Its share among relatives: other people of one household, contact or family name.
    pub(crate) relatives: Belief,
    /// Offsets of the columns whose value's rarity adjusts the weight.
    pub(crate) rarity: &'static [usize],
}

/// What is believed about a level's share in a class of pairs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Belief {
    pub(crate) share: f64,
    /// The most that may be learnt: contradictions stay contradictions.
    pub(crate) ceiling: f64,
}

/// Shorthand for the tables of levels: words, (share, ceiling) of matches and of relatives.
const fn level(
    words: &'static str,
    matches: (f64, f64),
    relatives: (f64, f64),
    rarity: &'static [usize],
) -> LevelSpec {
    let matches = Belief { share: matches.0, ceiling: matches.1 };
    let relatives = Belief { share: relatives.0, ceiling: relatives.1 };
    LevelSpec { words, matches, relatives, rarity }
}

impl Comparison {
    pub(crate) fn name(column: usize) -> Self {
        Self { name: "name".into(), subject: Subject::Name, column }
    }

    pub(crate) fn address(column: usize) -> Self {
        Self { name: "address".into(), subject: Subject::Address, column }
    }

    pub(crate) fn email(field: &Field, column: usize) -> Self {
        Self { name: field.name.clone(), subject: Subject::Email, column }
    }

    pub(crate) fn phone(field: &Field, column: usize) -> Self {
        Self { name: field.name.clone(), subject: Subject::Phone, column }
    }

    pub(crate) fn birth_date(field: &Field, column: usize) -> Self {
        Self { name: field.name.clone(), subject: Subject::BirthDate, column }
    }

    pub(crate) fn identifier(field: &Field, column: usize) -> Self {
        Self { name: field.name.clone(), subject: Subject::Identifier, column }
    }

    pub(crate) fn other(field: &Field, column: usize) -> Self {
        Self { name: field.name.clone(), subject: Subject::Other, column }
    }

    /// The levels, from 1 on.
    pub(crate) fn levels(&self) -> &'static [LevelSpec] {
        match self.subject {
            Subject::Name => name::LEVELS,
            Subject::Address => address::LEVELS,
            Subject::BirthDate => birth_date::LEVELS,
            Subject::Email => contact::EMAIL_LEVELS,
            Subject::Phone => contact::PHONE_LEVELS,
            Subject::Identifier => contact::IDENTIFIER_LEVELS,
            Subject::Other => other::LEVELS,
        }
    }

    /// Compares two records.
    pub(crate) fn compare(&self, table: &Table, a: u32, b: u32) -> Level {
        match self.subject {
            Subject::Name => name::compare(table, self.column, a, b),
            Subject::Address => address::compare(table, self.column, a, b),
            Subject::BirthDate => self.texts(table, a, b, birth_date::compare),
            Subject::Email => contact::compare_email(table, self.column, a, b),
            Subject::Phone => self.texts(table, a, b, contact::compare_phone),
            Subject::Identifier => self.texts(table, a, b, contact::compare_identifier),
            Subject::Other => self.texts(table, a, b, other::compare),
        }
    }

    /// Compares the texts of a single column; equal codes are level 1 without looking.
    fn texts(&self, table: &Table, a: u32, b: u32, compare: fn(&str, &str) -> Level) -> Level {
        let (left, right) = (table.code(self.column, a), table.code(self.column, b));
        if left == 0 || right == 0 {
            return NULL;
        }
        compare(table.text(self.column, left), table.text(self.column, right))
    }
}

#[cfg(test)]
mod tests;
