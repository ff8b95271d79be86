//! Corrections, choices and restrictions of one person (GDPR Art. 7(3), 16, 18 and 21).

use theirs_model::{Attribute, ColumnType, RecordId, UseId};
use theirs_people::{implausible, is_address, unfit};
use theirs_store::{ActKind, NewAct, Person};
use theirs_uses::{Act, Told};
use theirs_words::Language;

use crate::channel::EMAIL;
use crate::desk::{By, Desk, RightsError};
use crate::judge::Reason;
use crate::tell::News;

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
    /// To object to a purpose, to `marketing`, `sale` or `all`, or to take that back.
    Objection {
        /// What is objected to.
        topic: String,
        /// Whether it is objected to.
        yes: bool,
    },
}

/// An act with all that is known of it but the person.
pub(crate) struct Done<'a> {
    pub(crate) kind: ActKind,
    pub(crate) topic: &'a str,
    pub(crate) content: Option<String>,
    pub(crate) reason: Option<String>,
}

impl Desk {
    /// Records what the person says a value is; none takes the value away.
    ///
    /// It outranks every source from the next query on, whatever is loaded later. What is not theirs to
    /// say, such as the number that they have with us, they cannot set: see [`Desk::put_right`].
    pub fn correct(
        &self,
        person: &Person,
        column: &str,
        value: Option<&str>,
        by: By<'_>,
    ) -> Result<UseId, RightsError> {
        let told = self.telling(Act::Correction, by)?;
        self.column(column)?;
        if by == By::Person && !self.may_say(person, column)? {
            return Err(RightsError::NotYours);
        }
        self.set(person, column, value, told, by)
    }

    /// Records what a value is, of somebody who may say so.
    pub(crate) fn set(
        &self,
        person: &Person,
        column: &str,
        value: Option<&str>,
        mut told: Told,
        by: By<'_>,
    ) -> Result<UseId, RightsError> {
        let content = value.map(|text| self.acceptable(column, text)).transpose()?;
        told.columns = vec![column.to_owned()];
        let value = content.clone();
        let news = Some(News::Corrected { column, value: value.as_deref() });
        let done = Done { kind: ActKind::Correction, topic: column, content, reason: None };
        self.act(person, done, news, by, &told)
    }

    /// A value as it would be kept in a column.
    ///
    /// # Errors
    /// It is none that the column can have.
    pub fn acceptable(&self, column: &str, text: &str) -> Result<String, RightsError> {
        let (attribute, kind) = self.column(column)?;
        let content = canonical(column, text, kind)?;
        let malformed = |expected| RightsError::Malformed { column: column.to_owned(), expected };
        if let Some(expected) = implausible(&attribute, kind, &content, self.today()) {
            return Err(malformed(expected));
        }
        if let Some(expected) = unfit(&attribute, &content) {
            return Err(malformed(expected));
        }
        if attribute.category.0 == EMAIL && !is_address(&content) {
            return Err(malformed("is no address that a message can be sent to"));
        }
        Ok(content)
    }

    /// Puts the use of a person's data on hold: `all` of it, or for one purpose (Art. 18); or ends
    /// that. It takes effect on the next query. A colleague who ends it says why (Art. 18(3)).
    pub fn restrict(
        &self,
        person: &Person,
        topic: &str,
        yes: bool,
        reason: Reason<'_>,
        by: By<'_>,
    ) -> Result<UseId, RightsError> {
        let told = self.telling(Act::Restriction, by)?;
        if topic != "all" && self.charter.purpose(topic).is_none() {
            let names = self.charter.purposes.iter().map(|purpose| purpose.name.as_str());
            let nearest = theirs_charter::nearest(topic, names.chain(["all"])).map(str::to_owned);
            return Err(RightsError::UnknownPurpose { given: topic.to_owned(), nearest });
        }
        let reason = reason_to(yes, reason, by)?;
        let news = (topic == "all").then_some(News::Held { yes });
        self.restriction(person, (topic, yes), reason, news, by, told)
    }

    /// Records that somebody restricts a use, or no longer.
    pub(crate) fn restriction(
        &self,
        person: &Person,
        (topic, yes): (&str, bool),
        reason: Option<String>,
        news: Option<News<'_>>,
        by: By<'_>,
        mut told: Told,
    ) -> Result<UseId, RightsError> {
        told.reason = Some(format!("{topic}: {}", yes_or_no(yes)));
        let content = Some(yes_or_no(yes).to_owned());
        let done = Done { kind: ActKind::Restriction, topic, content, reason };
        self.act(person, done, news, by, &told)
    }

    pub(crate) fn column(&self, column: &str) -> Result<(Attribute, ColumnType), RightsError> {
        self.charter.attribute(column).ok_or_else(|| {
            let attributes = self.charter.attributes();
            let known = attributes.iter().map(|(attribute, _)| attribute.column());
            let nearest = theirs_charter::nearest(column, known).map(str::to_owned);
            RightsError::UnknownColumn { given: column.to_owned(), nearest }
        })
    }

    /// Whether a person objects to a topic.
    pub fn objects(&self, person: &Person, topic: &str) -> Result<bool, RightsError> {
        let (profile, _) = self.profile(person)?;
        Ok(profile.choices.objects(topic))
    }

    /// Whether a person takes no part in a topic, as they said no to it or never said yes.
    pub fn refuses(&self, person: &Person, topic: &str) -> Result<bool, RightsError> {
        let (profile, _) = self.profile(person)?;
        Ok(profile.choices.consents.get(topic).is_none_or(|stated| !stated.yes))
    }

    /// Records what the person chooses; it takes effect on the next query.
    pub fn choose(
        &self,
        person: &Person,
        choice: &Choice,
        by: By<'_>,
    ) -> Result<UseId, RightsError> {
        self.choose_in(None, person, choice, by)
    }

    /// Records what the person chooses on a page of this language.
    pub fn choose_on_page(
        &self,
        language: Language,
        person: &Person,
        choice: &Choice,
    ) -> Result<UseId, RightsError> {
        self.choose_in(Some(language), person, choice, By::Person)
    }

    fn choose_in(
        &self,
        language: Option<Language>,
        person: &Person,
        choice: &Choice,
        by: By<'_>,
    ) -> Result<UseId, RightsError> {
        let (kind, act, topic, yes) = match choice {
            Choice::Consent { topic, yes } => (ActKind::Consent, Act::Consent, topic, *yes),
            Choice::Objection { topic, yes } => (ActKind::Objection, Act::Objection, topic, *yes),
        };
        let mut told = self.telling(act, by)?;
        told.reason = Some(format!("{topic}: {}", yes_or_no(yes)));
        told.language = language.map(|language| language.code().to_owned());
        let content = Some(yes_or_no(yes).to_owned());
        self.act(person, Done { kind, topic, content, reason: None }, None, by, &told)
    }

    pub(crate) fn act(
        &self,
        person: &Person,
        done: Done<'_>,
        news: Option<News<'_>>,
        by: By<'_>,
        told: &Told,
    ) -> Result<UseId, RightsError> {
        let at = self.now();
        let by = self.actor(by)?;
        let use_id = self.book.log_one(told, person.slot, self.charter.digest, at)?;
        let anchor = self.anchor(person)?;
        self.journal_refusal(person, use_id, (at, &by), &done)?;
        let Done { kind, topic, content, reason } = done;
        let topic = topic.to_owned();
        let act = NewAct { anchor, kind, topic, content, at, by, reason };
        match news {
            Some(news) => {
                let notices = self.to_tell(person, news, use_id)?;
                self.store.record_told_act(&act, &notices)?;
            }
            None => drop(self.store.record_act(&act)?),
        }
        Ok(use_id)
    }

    /// The record to which a person's acts are tied: the one they had first.
    pub(crate) fn anchor(&self, person: &Person) -> Result<RecordId, RightsError> {
        let records = self.store.records_of(person.slot)?;
        records.first().map(|record| record.id).ok_or(RightsError::UnknownPerson)
    }
}

/// Why a restriction begins or ends; a colleague who ends one has to say.
pub(crate) fn reason_to(
    begins: bool,
    reason: Reason<'_>,
    by: By<'_>,
) -> Result<Option<String>, RightsError> {
    let reason = reason.given()?;
    if !begins && reason.is_none() && by != By::Person {
        return Err(RightsError::NoReason);
    }
    Ok(reason)
}

fn yes_or_no(yes: bool) -> &'static str {
    if yes { "yes" } else { "no" }
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
    let turns = |c| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if text.chars().any(|c| c.is_control() || turns(c)) {
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
