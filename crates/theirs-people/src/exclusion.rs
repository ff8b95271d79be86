//! Why a purpose leaves a person out: they chose so, it is on hold, or they are too young for it.
//!
//! What a person chose changes only by an act; whether they are old enough changes by the day. So
//! what may be kept is the day from which they are ([`permitted`]), never the answer of one day.

use jiff::civil::Date;
use theirs_charter::{Clause, Purpose, concerns};

use crate::choice::Choices;
use crate::profile::Profile;

/// Why a purpose leaves a person out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exclusion {
    /// The person never said yes to its topic.
    NoConsent,
    /// The person said no to its topic.
    ConsentRefused,
    /// The person objected.
    Objected,
    /// The use of the person's data is restricted (GDPR Art. 18).
    Restricted,
    /// The person has not reached its age limit.
    TooYoung,
    /// It has an age limit, and no birth date of the person may be used.
    AgeUnknown,
}

impl Exclusion {
    /// The clause that leaves the person out: of the charter, or of the law where the charter
    /// cannot say otherwise.
    pub fn clause(self, purpose: &Purpose) -> Clause {
        let field = match self {
            Self::NoConsent | Self::ConsentRefused => "consent",
            Self::Objected => "may_object",
            Self::Restricted => return Clause("GDPR Art. 18".to_owned()),
            Self::TooYoung | Self::AgeUnknown => "minimum_age",
        };
        Clause(format!("purposes.{}.{field}", purpose.name))
    }

    /// The words for a colleague, which follow "people who", and for the person, after "you".
    pub fn in_words(self) -> &'static str {
        match self {
            Self::NoConsent => "never said yes",
            Self::ConsentRefused => "said no",
            Self::Objected => "objected",
            Self::Restricted => "put it on hold",
            Self::TooYoung => "are too young",
            Self::AgeUnknown => "have no birth date that may be used",
        }
    }
}

/// Why a purpose leaves a person out on this day of the controller's calendar, if it does.
///
/// An objection to `marketing` stops every purpose of direct marketing and its profiling
/// (GDPR Art. 21(2) and (3)), one to `sale` selling, sharing and ads elsewhere; one to `all`, or to a
/// purpose by its name, stops what may be objected to. A restriction stops every purpose, whatever it rests on.
pub fn exclusion(purpose: &Purpose, person: &Profile, today: Date) -> Option<Exclusion> {
    match permitted(purpose, person) {
        Err(why) => Some(why),
        Ok(Some(from)) if from > today => Some(Exclusion::TooYoung),
        Ok(_) => None,
    }
}

/// The day from which a purpose may see a person, if there is one.
///
/// # Errors
/// Why it may not see the person on any day, until they or somebody else acts.
pub fn permitted(purpose: &Purpose, person: &Profile) -> Result<Option<Date>, Exclusion> {
    let choices = &person.choices;
    if is_restricted(purpose, choices) {
        return Err(Exclusion::Restricted);
    }
    if has_objected(purpose, choices) {
        return Err(Exclusion::Objected);
    }
    if let Some(why) = disagreed(purpose, choices) {
        return Err(why);
    }
    let Some(age) = purpose.minimum_age else { return Ok(None) };
    let from = person.born.and_then(|born| of_age_from(born, age));
    from.map(Some).ok_or(Exclusion::AgeUnknown)
}

fn is_restricted(purpose: &Purpose, choices: &Choices) -> bool {
    let concerns = |topic: &str| topic == "all" || topic == purpose.name;
    choices.restrictions.iter().any(|(topic, stated)| stated.yes && concerns(topic))
}

/// Whether a person said no to a purpose, whatever else leaves them out of it.
pub fn has_objected(purpose: &Purpose, choices: &Choices) -> bool {
    let is_concerned = |topic: &str| concerns(topic, &purpose.name, &purpose.category);
    purpose.may_object
        && choices.objections.iter().any(|(topic, stated)| stated.yes && is_concerned(topic))
}

fn disagreed(purpose: &Purpose, choices: &Choices) -> Option<Exclusion> {
    match choices.consents.get(purpose.consent.as_deref()?) {
        Some(stated) if stated.yes => None,
        Some(_) => Some(Exclusion::ConsentRefused),
        None => Some(Exclusion::NoConsent),
    }
}

/// The day on which somebody reaches an age. Who was born on 29 February does so on 1 March of
/// other years.
pub fn of_age_from(born: Date, age: u8) -> Option<Date> {
    let year = born.year().checked_add(i16::from(age))?;
    Date::new(year, born.month(), born.day()).or_else(|_| Date::new(year, 3, 1)).ok()
}

#[cfg(test)]
mod tests;
