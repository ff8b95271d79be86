//! The history by weeks: what happened how often, so that a long one can be read at a glance.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use serde::Serialize;
use theirs_uses::Act;
use theirs_words::Speech;

use super::Deed;

/// What kind of thing was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// Looked at among the data of many.
    Counted,
    /// Looked at to decide whether to send something.
    Decided,
    /// Given to somebody else.
    Given,
    /// Used to write to the person.
    Sent,
    /// Opened by a colleague, or handed to the person.
    Opened,
    /// Refused to somebody who asked.
    Refused,
    /// Joined, taken apart or compared.
    Joined,
    /// Read in, from outside.
    Enriched,
    /// Changed: corrected, contested, agreed, objected, put on hold, erased.
    Changed,
    /// Done by the person: opened, taken home, asked.
    Yours,
    /// Anything else.
    Other,
}

impl Sort {
    /// Every sort with its word.
    pub const ALL: [(&'static str, Self); 11] = [
        ("counted", Self::Counted),
        ("decided", Self::Decided),
        ("given", Self::Given),
        ("sent", Self::Sent),
        ("opened", Self::Opened),
        ("refused", Self::Refused),
        ("joined", Self::Joined),
        ("enriched", Self::Enriched),
        ("changed", Self::Changed),
        ("yours", Self::Yours),
        ("other", Self::Other),
    ];

    /// The sort of a deed.
    pub fn of(deed: &Deed) -> Self {
        let own = deed.told.by == "you";
        match deed.told.act {
            Act::Statement => Self::Counted,
            Act::Decision => Self::Decided,
            Act::Share => Self::Given,
            Act::Message => Self::Sent,
            Act::Access | Act::Kept => Self::Opened,
            Act::Invitation | Act::Receipt | Act::Report if !own => Self::Opened,
            Act::Refusal => Self::Refused,
            Act::Comparison | Act::Split | Act::Merge | Act::Resolution => Self::Joined,
            Act::Enrichment => Self::Enriched,
            Act::Correction
            | Act::Consent
            | Act::Objection
            | Act::Contest
            | Act::Restriction
            | Act::Deletion
            | Act::Erasure
            | Act::Expiry
            | Act::Readmission => Self::Changed,
            Act::OwnAccess => Self::Yours,
            Act::Invitation | Act::Receipt | Act::Report | Act::Request if own => Self::Yours,
            _ => Self::Other,
        }
    }

    /// Its word.
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|known| known.1 == self).map_or("", |known| known.0)
    }

    /// What people read for it.
    pub fn called(self, speech: &Speech) -> String {
        speech.say(format!("sort-{}", self.word()))
    }

    /// What a word stands for.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.iter().find(|known| known.0 == word).map(|known| known.1)
    }

    /// So many of it, in words to the person.
    pub fn in_words(self, count: u64, speech: &Speech) -> String {
        speech.with(&format!("week-{}", self.word()), "count", count)
    }
}

/// What happened in one week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Week {
    /// Its Monday, in the controller's time zone.
    pub monday: Date,
    /// How often what was done.
    pub counts: BTreeMap<Sort, u64>,
}

impl Week {
    /// How many deeds there were.
    pub fn total(&self) -> u64 {
        self.counts.values().sum()
    }

    /// The week in a sentence.
    pub fn sentence(&self, speech: &Speech) -> String {
        let parts: Vec<String> =
            self.counts.iter().map(|(sort, count)| sort.in_words(*count, speech)).collect();
        match parts.split_last() {
            Some((last, [])) => speech.with("week", "parts", last),
            Some((last, first)) => {
                speech.with_two("week-two", "first", first.join(", "), "last", last)
            }
            None => speech.say("week-none"),
        }
    }
}

/// The weeks in which something was done, the latest first.
pub fn weeks(deeds: &[Deed], zone: &TimeZone) -> Vec<Week> {
    let mut found: BTreeMap<Date, BTreeMap<Sort, u64>> = BTreeMap::new();
    for deed in deeds {
        *found.entry(monday(deed, zone)).or_default().entry(Sort::of(deed)).or_default() += 1;
    }
    found.into_iter().rev().map(|(monday, counts)| Week { monday, counts }).collect()
}

/// The Monday of the week in which something was done.
pub fn monday(deed: &Deed, zone: &TimeZone) -> Date {
    monday_of(deed.at.to_zoned(zone.clone()).date())
}

/// The Monday of the week of a day.
pub fn monday_of(day: Date) -> Date {
    let since = day.weekday().since(Weekday::Monday);
    day.saturating_sub(i64::from(since).days())
}

#[cfg(test)]
mod tests {
    use super::*;
    use theirs_model::UseId;
    use theirs_uses::Told;

    fn deed(at: &str, act: Act) -> Deed {
        let told = Told::new(act, "our marketing team");
        Deed {
            use_id: UseId([0; 16]),
            leaf: None,
            epoch: None,
            at: at.parse().unwrap(),
            sentence: told.sentence(&Speech::default()),
            told,
            left_out: Vec::new(),
            people: 1,
            charter: None,
        }
    }

    #[test]
    fn a_week_tells_each_deed_once_and_begins_on_monday_where_the_shop_is() {
        let deeds = [
            deed("2026-11-23T00:30:00Z", Act::Statement),
            deed("2026-11-22T23:30:00Z", Act::Statement),
            deed("2026-11-24T10:00:00Z", Act::Share),
            deed("2026-11-29T23:59:00Z", Act::Statement),
        ];
        let here = weeks(&deeds, &TimeZone::UTC);
        assert_eq!(here.len(), 2);
        assert_eq!(
            here[0].sentence(&Speech::default()),
            "Your data was looked at among many people twice, and given to somebody else once."
        );
        let east = weeks(&deeds, &TimeZone::fixed(jiff::tz::offset(1)));
        assert_eq!(east.iter().map(Week::total).collect::<Vec<_>>(), [1, 3]);
        assert_eq!(east.iter().map(Week::total).sum::<u64>(), 4, "none is lost, none doubled");
    }
}
