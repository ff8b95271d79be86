//! A segment: people of one purpose, chosen by a few rules that anybody can fill in, or by a condition in
//! SQL.
//!
//! It is a condition and never a list of people, so that it holds whoever it is true of when it is
//! asked, after what they chose. The rules become that condition, as text: one form for the page, the
//! file and the audience of a campaign. The price is that a condition is not read back into rules.

mod rule;
mod size;
mod survey;

use serde::{Deserialize, Serialize};
use theirs_query::{Asker, Door, Question};

use crate::decide::DecideError;

pub use self::rule::{Rule, Test};
pub use self::size::{Size, overlaps, size};
pub use self::survey::{FEWEST, Offer, Offered, Tally, survey};

/// People of a purpose of whom a condition is true.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Segment {
    /// The layout of its file; 1 is the only one.
    pub segment: u8,
    /// The purpose under which it is looked at; it is nothing under another.
    pub purpose: String,
    /// What marketers call it.
    pub called: String,
    /// A condition in SQL on the purpose's `person`.
    #[serde(rename = "where")]
    pub condition: String,
}

impl Segment {
    /// The people of whom every one of these rules is true.
    pub fn of(purpose: &str, called: &str, rules: &[Rule]) -> Self {
        let (purpose, called) = (purpose.to_owned(), called.to_owned());
        Self { segment: 1, purpose, called, condition: rule::condition(rules) }
    }

    /// Its file's text: each value is written as JSON, which is YAML too.
    pub fn text(&self) -> String {
        let quoted = |text: &str| serde_json::Value::from(text).to_string();
        format!(
            "segment: 1\npurpose: {}\ncalled: {}\nwhere: {}\n",
            quoted(&self.purpose),
            quoted(&self.called),
            quoted(&self.condition)
        )
    }
}

/// What a statement under a purpose gives, whose tables it names alone.
fn ask(
    door: &Door,
    asker: &Asker,
    purpose: &str,
    sql: String,
) -> Result<theirs_query::Answer, DecideError> {
    let purpose = Some(purpose.to_owned());
    Ok(door.ask(asker, Question { sql, purpose, ..Question::default() })?)
}

/// A name as SQL writes it.
fn named(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A text as SQL writes it.
fn text(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_become_one_condition_and_no_value_can_end_it() {
        let rules = [
            Rule {
                column: "city".into(),
                test: Test::Is(vec!["Saltmouth".into(), "O'Hara".into()]),
            },
            Rule { column: "a\"b".into(), test: Test::Known },
            Rule { column: "total".into(), test: Test::Between(Some("5".into()), None) },
        ];
        let segment = Segment::of("tips", "Near: \"us\"", &rules);
        assert_eq!(
            segment.condition,
            "\"city\" in ('Saltmouth', 'O''Hara')\nand \"a\"\"b\" is not null\nand \"total\" >= 5"
        );
        assert_eq!(Segment::of("tips", "All", &[]).condition, "true");
    }

    #[test]
    fn a_file_reads_back_as_it_was_written() {
        let segment = Segment::of("tips", "Near: \"us\"\n# x", &[]);
        let read: Segment = serde_saphyr::from_str(&segment.text()).unwrap();
        assert_eq!(read, segment);
        assert!(serde_saphyr::from_str::<Segment>("segment: 1\npurpose: a\nsql: x\n").is_err());
    }

    #[test]
    fn what_is_no_number_and_no_day_is_no_bound() {
        let between = |text: &str| {
            rule::condition(&[Rule {
                column: "total".into(),
                test: Test::Between(Some(text.into()), None),
            }])
        };
        assert_eq!(between("2026-01-31"), "\"total\" >= '2026-01-31'");
        assert_eq!(between("1 or 1=1"), "true");
        assert_eq!(between("-2.50"), "\"total\" >= -2.50");
    }
}
