//! What a page says of values and uses, as one reader reads it: in their language, days of the shop's
//! calendar, numbers as they write them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use theirs_charter::{Charter, Holds};
use theirs_model::{ColumnType, Obtained};
use theirs_notice::rule_in_words;
use theirs_people::Exclusion;
use theirs_rights::{
    ActivitySection, Contested, DecidedForYou, Deed, Entry, Informed, OUTSIDE_ONLY, Said, UsedFor,
    Using,
};
use theirs_words::{Speech, isolated};

/// How one reader reads.
pub struct Reading<'a> {
    t: &'a Speech,
    zone: &'a TimeZone,
    charter: &'a Charter,
    /// The types of people's columns.
    columns: BTreeMap<String, ColumnType>,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "templates call methods with references")]
impl<'a> Reading<'a> {
    /// A reader who is spoken to like this, of what this charter says.
    pub fn new(t: &'a Speech, charter: &'a Charter) -> Self {
        let columns = charter.attributes().into_iter();
        let columns = columns.map(|(attribute, kind)| (attribute.column().to_owned(), kind));
        Self { t, zone: &charter.time_zone, charter, columns: columns.collect() }
    }

    pub fn day(&self, at: &Timestamp) -> String {
        self.t.day(*at, self.zone)
    }

    pub fn moment(&self, at: &Timestamp) -> String {
        self.t.moment(*at, self.zone)
    }

    pub fn date(&self, date: &Date) -> String {
        self.t.date(*date)
    }

    pub fn count(&self, number: usize) -> String {
        self.t.count(number as u64)
    }

    /// Whether a column of people holds days.
    pub fn is_day(&self, column: &str) -> bool {
        self.columns.get(column) == Some(&ColumnType::Date)
    }

    /// A value of a person.
    pub fn value(&self, column: &str, text: &str) -> String {
        self.shown(self.columns.get(column).copied(), text)
    }

    /// A row of what the person did.
    pub fn row(&self, activity: &ActivitySection, row: &[String]) -> Vec<String> {
        let source = self.charter.source(&activity.name).map(|source| &source.holds);
        let kind = |name: &String| match source {
            Some(Holds::Activity(known)) => {
                known.columns.iter().find(|column| column.name == *name).map(|column| column.kind)
            }
            _ => None,
        };
        activity.columns.iter().zip(row).map(|(name, text)| self.shown(kind(name), text)).collect()
    }

    /// A text that holds a value of this type; as it is if it does not read as one.
    fn shown(&self, kind: Option<ColumnType>, text: &str) -> String {
        let known = match kind {
            Some(ColumnType::Date) => text.parse().ok().map(|date| self.t.date(date)),
            Some(ColumnType::Timestamp) => {
                text.parse().ok().map(|at: Timestamp| self.t.moment(at, self.zone))
            }
            Some(ColumnType::Number | ColumnType::Decimal) => Some(isolated(&self.t.number(text))),
            Some(ColumnType::Boolean) => match text {
                "true" => Some(self.t.say("yes")),
                "false" => Some(self.t.say("no")),
                _ => None,
            },
            Some(ColumnType::Text | ColumnType::Integer) | None => None,
        };
        known.unwrap_or_else(|| isolated(text))
    }

    /// What a use did not look at of this person, though it did of others.
    pub fn left_out(&self, deed: &Deed) -> Option<String> {
        if deed.left_out.is_empty() {
            return None;
        }
        let names: Vec<String> = deed.left_out.iter().map(|name| self.t.name(name)).collect();
        Some(self.t.with("deed-left-out", "columns", self.t.list(&names)))
    }

    /// The rule by which people are picked, in words.
    pub fn rule(&self, rule: &str) -> String {
        rule_in_words(rule, self.t)
    }

    /// How far a contest has come.
    pub fn contested(&self, contest: &Contested) -> String {
        let name = if contest.is_unused { "contested-unused" } else { "contested" };
        let (stage, since) = (self.t.again(contest.stage), self.day(&contest.since));
        self.t.with_two(name, "stage", stage, "since", since)
    }

    /// What a source says of a value.
    pub fn says(&self, entry: &Entry, said: &Said) -> String {
        let told = [
            ("source", self.t.again(&said.called)),
            ("value", self.value(&entry.column, &said.value)),
            ("origin", self.t.again(said.origin)),
            ("since", self.day(&said.since)),
        ];
        self.t.fill("says", told.map(|(variable, text)| (variable, text.into())))
    }

    /// How a value is known, in one line.
    pub fn how(&self, said: &Said) -> String {
        let name = match said.obtained {
            _ if said.source == "you" => "how-you",
            _ if said.outside => "how-outside",
            Obtained::Stated => "how-stated",
            Obtained::Observed => "how-observed",
            Obtained::Derived => "how-derived",
            Obtained::Inferred => "how-inferred",
        };
        let (source, since) = (self.t.again(&said.called), self.day(&said.since));
        self.t.with_two(name, "source", source, "since", since)
    }

    /// How long a value is kept that a source gives.
    pub fn kept(&self, said: &Said) -> String {
        let kept = self.t.again(&said.kept);
        match said.kept_until {
            Some(day) => self.t.with_two("kept-until", "kept", kept, "day", self.t.date(day)),
            None => self.t.with("kept", "kept", kept),
        }
    }

    /// How long a value is kept: with each of those who give it.
    pub fn keeping(&self, entry: &Entry) -> Vec<String> {
        let own = entry.from.iter().filter(|_| entry.corrected);
        let mut all: Vec<String> = own.chain(&entry.said).map(|said| self.kept(said)).collect();
        all.sort();
        all.dedup();
        all
    }

    /// What a value is used for, and how exactly, in the words of the promise.
    pub fn uses(&self, using: &[Using]) -> Vec<String> {
        let one = |used: &Using| {
            let purpose = self.charter.purpose(&used.purpose);
            let says = purpose.map_or_else(String::new, |purpose| self.t.again(&purpose.says));
            if used.how.is_empty() {
                return says;
            }
            self.t.with_two("used-how", "purpose", says, "how", self.t.again(&used.how))
        };
        using.iter().map(one).collect()
    }

    /// The same in one text.
    pub fn used_for(&self, entry: &Entry) -> String {
        self.t.with("used-for", "purposes", self.uses(&entry.used_for).join(" "))
    }

    /// What somebody proposes for a value, if a colleague has not decided yet.
    pub fn proposed(&self, entry: &Entry) -> Option<String> {
        let value = entry.contested.as_ref()?.proposed.as_ref()?;
        Some(self.t.with("contested-proposed", "value", self.value(&entry.column, value)))
    }

    /// Why a purpose leaves the person out.
    pub fn because(&self, purpose: &UsedFor) -> Option<String> {
        let because = purpose.because?;
        let are = if because == OUTSIDE_ONLY { "are " } else { "" };
        let because = self.t.again(&format!("you {are}{because}"));
        let no = masked_objection(purpose).map(|no| self.t.again(&format!("you {no}")));
        Some(self.t.list(&[Some(because), no].into_iter().flatten().collect::<Vec<_>>()))
    }

    /// What a campaign decided.
    pub fn decided(&self, one: &DecidedForYou) -> String {
        let action = one.says.as_deref().map(|says| self.own_words(one, says));
        let name = if action.is_some() { "decided-got" } else { "decided-nothing" };
        let told = [
            ("day", self.day(&one.at)),
            ("campaign", self.own_words(one, &one.campaign)),
            ("action", action.unwrap_or_default()),
        ];
        self.t.fill(name, told.map(|(variable, text)| (variable, text.into())))
    }

    /// Why whoever gets this gets it.
    pub fn decided_reason(&self, one: &DecidedForYou) -> Option<String> {
        one.reason.as_deref().map(|reason| self.own_words(one, reason))
    }

    /// What a campaign said, in the reader's language.
    fn own_words(&self, one: &DecidedForYou, text: &str) -> String {
        let known = one.words.get(self.t.code()).and_then(|words| words.get(text));
        known.cloned().unwrap_or_else(|| self.t.again(text))
    }

    /// Why it decided so for just this person.
    pub fn decided_because(&self, one: &DecidedForYou) -> String {
        match &one.because {
            _ if one.control => self.t.say("decided-are-control"),
            Some(because) => self.t.with("decided-because", "because", self.t.again(because)),
            None => self.t.with("decided-lot", "chance", self.in_hundred(one.chance)),
        }
    }

    /// That some people get nothing, so that others can be compared with them.
    pub fn decided_control(&self, one: &DecidedForYou) -> Option<String> {
        let share = self.in_hundred(one.control_share?);
        Some(self.t.with("decided-control", "share", share))
    }

    /// What it looked at.
    pub fn decided_looked(&self, one: &DecidedForYou) -> String {
        let each = one.looked_at.iter().map(|(name, value)| {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            // A mean has as many digits as a machine can hold; nobody reads more than two.
            let part = value.as_f64().filter(|_| value.is_f64());
            let text = part.map_or(text, |number| format!("{number:.2}"));
            let text = if value.is_number() { self.t.number(&text) } else { isolated(&text) };
            format!("{}: {text}", self.t.name(name))
        });
        self.t.with("decided-looked", "what", each.collect::<Vec<_>>().join("; "))
    }

    /// A share as so many in a hundred.
    fn in_hundred(&self, share: f64) -> String {
        self.t.number(&format!("{:.0}", share * 100.0))
    }

    /// Whether somebody who had a wrong value was told, and changed it.
    pub fn told(&self, one: &Informed) -> String {
        informed(one, self.t, self.zone)
    }
}

/// That the person said no to a purpose, where another reason comes before it: ending that hold would
/// not begin the use again.
pub fn masked_objection(purpose: &UsedFor) -> Option<&'static str> {
    let objected = Exclusion::Objected.in_words();
    (purpose.objected && purpose.because != Some(objected)).then_some(objected)
}

/// Whether somebody who had a wrong value was told, and changed it.
pub fn informed(one: &Informed, t: &Speech, zone: &TimeZone) -> String {
    let day = |at: Option<Timestamp>| at.map_or_else(String::new, |at| t.day(at, zone));
    let name = match (one.is_source, one.told.is_some(), one.confirmed.is_some()) {
        (true, _, true) => "told-changed",
        (true, _, false) => "told-not-changed",
        (false, true, false) => "told-on",
        (false, true, true) => "told-done",
        (false, false, true) => "told-done-only",
        (false, false, false) => "told-not-yet",
    };
    let told =
        [("name", t.again(&one.name)), ("told", day(one.told)), ("done", day(one.confirmed))];
    t.fill(name, told.map(|(variable, text)| (variable, text.into())))
}

#[cfg(test)]
mod tests;
