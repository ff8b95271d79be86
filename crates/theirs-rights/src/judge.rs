//! "That is not me" and "that is me too": the person's word on which records are theirs (GDPR
//! Art. 5(1)(d) and 16), or a colleague's for them, with a reason.
//!
//! It acts at once and outlasts every later run of linkage. The person's own word stands above a
//! colleague's; a colleague may also write down what the person asked for, and then it is theirs.

use theirs_model::{RecordId, UseId};
use theirs_store::{Judged, NewVerdict, PERSON, Person};
use theirs_uses::Act;

use crate::desk::{By, Desk, RightsError};

/// Why, and on whose word.
#[derive(Debug, Clone, Copy, Default)]
pub struct Reason<'r> {
    /// Why, in a colleague's words; the person need give none.
    pub why: Option<&'r str>,
    /// Whether a colleague acts because the person asked for it.
    pub at_their_request: bool,
}

/// The longest reason, in characters.
const LONGEST_REASON: usize = 500;

impl Reason<'_> {
    /// The reason that was given, if one was.
    pub(crate) fn given(&self) -> Result<Option<String>, RightsError> {
        let why = self.why.map(str::trim).filter(|why| !why.is_empty());
        if why.is_some_and(|why| why.chars().count() > LONGEST_REASON) {
            return Err(RightsError::NoReason);
        }
        Ok(why.map(str::to_owned))
    }
}

impl Desk {
    /// Records that `record` is not the person's with whose records it was joined. From now on it
    /// belongs to a person of its own, who is given back.
    pub fn split(
        &self,
        record: RecordId,
        reason: Reason<'_>,
        by: By<'_>,
    ) -> Result<(UseId, Person), RightsError> {
        let told = self.telling(Act::Split, by)?;
        let verdict = self.verdict(reason, by)?;
        let from = self.store.person_of(record)?.ok_or(RightsError::Unresolved)?;
        if self.store.records_of(from.slot)?.len() < 2 {
            return Err(RightsError::Alone);
        }
        let use_id = self.book.log_one(&told, from.slot, self.charter.digest, self.now())?;
        let judged = self.store.split(record, &verdict, &self.keys)?;
        Ok((use_id, person(judged)?))
    }

    /// Records that two records are one person's, and joins the people they belong to.
    pub fn merge(
        &self,
        first: RecordId,
        second: RecordId,
        reason: Reason<'_>,
        by: By<'_>,
    ) -> Result<(UseId, Person), RightsError> {
        let told = self.telling(Act::Merge, by)?;
        let verdict = self.verdict(reason, by)?;
        if first == second {
            return Err(RightsError::OneRecord);
        }
        let mut members = roaring::RoaringBitmap::new();
        for record in [first, second] {
            let person = self.store.person_of(record)?.ok_or(RightsError::Unresolved)?;
            members.insert(person.slot.0);
        }
        let use_id = self.book.log(&told, &members, self.charter.digest, self.now())?;
        let joined = person(self.store.merge(first, second, &verdict)?)?;
        self.keep_deleted_out()?;
        Ok((use_id, joined))
    }

    /// Whether a record is shown to this person as theirs, so that they may say it is not.
    pub fn may_disown(&self, person: &Person, record: RecordId) -> Result<bool, RightsError> {
        let (shown, _) = self.shown(person, By::Person)?;
        Ok(shown.iter().any(|known| known.id == record))
    }

    fn verdict(&self, reason: Reason<'_>, by: By<'_>) -> Result<NewVerdict, RightsError> {
        let why = reason.given()?;
        let by = match by {
            By::Colleague(_) if why.is_none() => return Err(RightsError::NoReason),
            By::Colleague(_) if reason.at_their_request => None,
            by => self.role(by)?.map(|role| role.name),
        };
        let by = by.unwrap_or_else(|| PERSON.to_owned());
        Ok(NewVerdict { by, reason: why, at: self.now() })
    }
}

fn person(judged: Judged) -> Result<Person, RightsError> {
    match judged {
        Judged::Done(person) => Ok(person),
        Judged::Alone => Err(RightsError::Alone),
        Judged::Unplaced => Err(RightsError::Unresolved),
        Judged::PersonSaysOtherwise => Err(RightsError::PersonSaysOtherwise),
        Judged::KeptApart => Err(RightsError::KeptApart),
    }
}
