//! What the values of a column say of it.
//!
//! Each detector looks at the same few hundred values and says what they point to, how plainly, and
//! why in words that quote none of them. Where a category has a form that can be checked, a detector
//! may also deny it: a column named `email` that holds no addresses is none.

mod born;
mod code;
mod contact;
mod device;
mod link;
mod money;
mod official;
mod payment;
mod person;
mod place;
mod text;
mod word;

use crate::kind::Kind;
use crate::lexicon::{Meaning, plain};
use crate::table::Column;

pub use self::text::Inside;

/// How many values are looked at.
const LOOKED_AT: usize = 300;

/// With fewer values than these nothing is denied.
const DENIED_FROM: usize = 5;

/// A column, and what detectors need of it.
pub(crate) struct Profile<'c> {
    /// The column.
    pub(crate) column: &'c Column,
    /// The values looked at.
    pub(crate) looked: Vec<&'c str>,
    /// The same, plain.
    pub(crate) plain: Vec<String>,
    /// Its type.
    pub(crate) kind: Kind,
    /// The words of its name.
    pub(crate) name: Vec<String>,
    /// The present year, by which birth dates are told from others.
    pub(crate) year: i16,
}

/// Something that values point to.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Evidence {
    /// What.
    pub(crate) meaning: Meaning,
    /// How plainly, from 0 to 1.
    pub(crate) weight: f64,
    /// Why, in words.
    pub(crate) why: String,
}

/// What all detectors found.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// What the values point to.
    pub(crate) seen: Vec<Evidence>,
    /// Categories that they cannot be of.
    pub(crate) denied: Vec<&'static str>,
    /// What stands within longer texts.
    pub(crate) inside: Vec<Inside>,
}

impl<'c> Profile<'c> {
    /// The profile of a column.
    pub(crate) fn new(column: &'c Column, year: i16) -> Self {
        let step = column.values.len().div_ceil(LOOKED_AT).max(1);
        let looked: Vec<&str> = column.values.iter().step_by(step).map(String::as_str).collect();
        let plain = looked.iter().map(|value| plain(value)).collect();
        let kind = Kind::of(&column.values);
        let name = crate::name::tokens(&column.name);
        Self { column, looked, plain, kind, name, year }
    }

    /// The share of values of which something holds, from 0 to 1.
    pub(crate) fn share(&self, holds: impl Fn(&str) -> bool) -> f64 {
        crate::kind::share(&self.looked, &holds)
    }

    /// Whether there are enough values to deny something.
    pub(crate) fn is_telling(&self) -> bool {
        self.looked.len() >= DENIED_FROM
    }

    /// Whether the name has one of these words.
    pub(crate) fn is_named(&self, words: &[&str]) -> bool {
        self.name.iter().any(|word| words.contains(&word.as_str()))
    }

    /// How many different values there are among those looked at.
    pub(crate) fn different(&self) -> usize {
        let mut plain: Vec<&str> = self.plain.iter().map(String::as_str).collect();
        plain.sort_unstable();
        plain.dedup();
        plain.len()
    }
}

impl Found {
    /// Notes what values point to.
    fn see(&mut self, meaning: &'static str, weight: f64, why: String) {
        if let Some(meaning) = Meaning::of(meaning) {
            self.seen.push(Evidence { meaning, weight, why });
        }
    }

    /// Notes that values cannot be of a category.
    fn deny(&mut self, category: &'static str) {
        self.denied.push(category);
    }
}

/// Asks every detector.
pub(crate) fn look(profile: &Profile<'_>) -> Found {
    let mut found = Found::default();
    if profile.looked.is_empty() {
        return found;
    }
    let detectors = [
        contact::look,
        payment::look,
        official::look,
        device::look,
        born::look,
        place::look,
        word::look,
        code::look,
        person::look,
        link::look,
        money::look,
        text::look,
    ];
    for detector in detectors {
        detector(profile, &mut found);
    }
    found
}

/// A share in words: `97 % of its values`.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a share lies between 0 and 1"
)]
pub(crate) fn of_values(share: f64) -> String {
    match (share * 100.0).floor() as u8 {
        100 => "its values".to_owned(),
        percent => format!("{percent} % of its values"),
    }
}

#[cfg(test)]
pub(crate) mod tests;
