//! Corrections and choices of one person (GDPR Art. 7(3), 16 and 21).

use theirs_model::{ColumnType, RecordId, UseId};
use theirs_people::implausible;
use theirs_store::{ActKind, NewAct, Person};
use theirs_uses::{Act, Told};

use crate::desk::{By, Desk, RightsError};

/// The longest value that a correction may give, in characters.
const LONGEST: usize = 500;

/// A choice that a person makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// To say yes or no to a topic.
    Consent {
        /// The topic of the charter.
        topic: String,
        /// Whether it is a yes.
        yes: bool,
    },
    /// To object to a purpose, to `marketing` or to `all`, or to take that back.
    Objection {
        /// What is objected to.
        topic: String,
        /// Whether it is objected to.
        yes: bool,
    },
}

impl Desk {
    /// Records what the person says a value is; none takes the value away.
    ///
    /// It outranks every source from the next query on, whatever is loaded later.
    pub fn correct(
        &self,
        person: &Person,
        column: &str,
        value: Option<&str>,
        by: By<'_>,
    ) -> Result<UseId, RightsError> {
        let says = self.permitted(by)?;
        let Some((attribute, kind)) = self.charter.attribute(column) else {
            let attributes = self.charter.attributes();
            let known = attributes.iter().map(|(attribute, _)| attribute.column());
            let nearest = theirs_charter::nearest(column, known).map(str::to_owned);
            return Err(RightsError::UnknownColumn { given: column.to_owned(), nearest });
        };
        let content = value.map(|text| canonical(column, text, kind)).transpose()?;
        let today = self.now().to_zoned(self.charter.time_zone.clone()).date();
        let odd = content.as_deref().and_then(|text| implausible(&attribute, kind, text, today));
        if let Some(expected) = odd {
            return Err(RightsError::Malformed { column: column.to_owned(), expected });
        }
        let mut told = Told::new(Act::Correction, &says);
        told.columns = vec![column.to_owned()];
        self.act(person, ActKind::Correction, column, content, by, &told)
    }

    /// Records what the person chooses; it takes effect on the next query.
    pub fn choose(
        &self,
        person: &Person,
        choice: &Choice,
        by: By<'_>,
    ) -> Result<UseId, RightsError> {
        let says = self.permitted(by)?;
        let (kind, act, topic, yes) = match choice {
            Choice::Consent { topic, yes } => (ActKind::Consent, Act::Consent, topic, *yes),
            Choice::Objection { topic, yes } => (ActKind::Objection, Act::Objection, topic, *yes),
        };
        let mut told = Told::new(act, &says);
        told.reason = Some(format!("{topic}: {}", if yes { "yes" } else { "no" }));
        let content = Some(if yes { "yes" } else { "no" }.to_owned());
        self.act(person, kind, topic, content, by, &told)
    }

    fn act(
        &self,
        person: &Person,
        kind: ActKind,
        topic: &str,
        content: Option<String>,
        by: By<'_>,
        told: &Told,
    ) -> Result<UseId, RightsError> {
        let at = self.now();
        let use_id = self.book.log_one(told, person.slot, self.charter.digest, at)?;
        let by = match by {
            By::Person => "person".to_owned(),
            By::Colleague(role) => role.to_owned(),
        };
        let anchor = self.anchor(person)?;
        self.store.record_act(&NewAct {
            anchor,
            kind,
            topic: topic.to_owned(),
            content,
            at,
            by,
        })?;
        Ok(use_id)
    }

    /// The record to which a person's acts are tied: the one they had first.
    pub(crate) fn anchor(&self, person: &Person) -> Result<RecordId, RightsError> {
        let records = self.store.records_of(person.slot)?;
        records.first().map(|record| record.id).ok_or(RightsError::UnknownPerson)
    }
}

/// The canonical text of a value of this type.
fn canonical(column: &str, text: &str, kind: ColumnType) -> Result<String, RightsError> {
    let text = text.trim();
    let malformed = |expected| RightsError::Malformed { column: column.to_owned(), expected };
    if text.is_empty() {
        return Err(malformed("is empty; to take a value away, say so"));
    }
    if text.chars().count() > LONGEST {
        return Err(malformed("is longer than 500 characters"));
    }
    if text.chars().any(char::is_control) {
        return Err(malformed("has characters that cannot be shown"));
    }
    match kind {
        ColumnType::Text => Ok(text.to_owned()),
        ColumnType::Date => match text.parse::<jiff::civil::Date>() {
            Ok(date) => Ok(date.to_string()),
            Err(_) => Err(malformed("must be a day written as 1984-03-09")),
        },
        ColumnType::Timestamp => match text.parse::<jiff::Timestamp>() {
            Ok(instant) => Ok(instant.to_string()),
            Err(_) => Err(malformed("must be an instant written as 2026-03-09T10:00:00Z")),
        },
        ColumnType::Integer => match text.parse::<i64>() {
            Ok(number) => Ok(number.to_string()),
            Err(_) => Err(malformed("must be a whole number")),
        },
        ColumnType::Number | ColumnType::Decimal => match text.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(text.to_owned()),
            _ => Err(malformed("must be a number")),
        },
        ColumnType::Boolean => match text {
            "yes" | "true" => Ok("true".to_owned()),
            "no" | "false" => Ok("false".to_owned()),
            _ => Err(malformed("must be yes or no")),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_correction_must_be_of_the_columns_type() {
        let date = |text| canonical("birth_date", text, ColumnType::Date);
        assert_eq!(date(" 1961-12-03 ").unwrap(), "1961-12-03");
        let error = date("3rd of December").unwrap_err().to_string();
        assert_eq!(error, "the new value of birth_date must be a day written as 1984-03-09");
        assert!(canonical("city", "", ColumnType::Text).is_err());
        assert!(canonical("city", "a\u{0}b", ColumnType::Text).is_err());
        assert!(canonical("city", &"x".repeat(501), ColumnType::Text).is_err());
    }
}
