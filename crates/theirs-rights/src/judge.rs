//! "That is not me" and "that is me too": the person's word on which records are theirs (GDPR
//! Art. 5(1)(d) and 16), or a colleague's for them, with a reason.
//!
//! It acts at once and outlasts every later run of linkage. The person's own word stands above a
//! colleague's.

use theirs_charter::{IdentityColumn, Meaning};
use theirs_model::{RecordId, UseId};
use theirs_store::{Judged, NewVerdict, PERSON, Person, Record};
use theirs_uses::{Act, Told};

use crate::desk::{By, Desk, RightsError};

/// The longest reason, in characters.
const LONGEST_REASON: usize = 500;

impl Desk {
    /// Records that `record` is not the person's with whose records it was joined. From now on it
    /// belongs to a person of its own, who is given back.
    pub fn split(
        &self,
        record: RecordId,
        reason: Option<&str>,
        by: By<'_>,
    ) -> Result<(UseId, Person), RightsError> {
        let says = self.permitted(by)?;
        let reason = checked(reason, by)?;
        let from = self.store.person_of(record)?.ok_or(RightsError::Unresolved)?;
        if self.store.records_of(from.slot)?.len() < 2 {
            return Err(RightsError::Alone);
        }
        let told = Told::new(Act::Split, &says);
        let use_id = self.book.log_one(&told, from.slot, self.charter.digest, self.now())?;
        let judged = self.store.split(record, &self.verdict(reason, by), &self.keys)?;
        Ok((use_id, person(judged)?))
    }

    /// Records that two records are one person's, and joins the people they belong to.
    pub fn merge(
        &self,
        first: RecordId,
        second: RecordId,
        reason: Option<&str>,
        by: By<'_>,
    ) -> Result<(UseId, Person), RightsError> {
        let says = self.permitted(by)?;
        let reason = checked(reason, by)?;
        let mut members = roaring::RoaringBitmap::new();
        for record in [first, second] {
            let person = self.store.person_of(record)?.ok_or(RightsError::Unresolved)?;
            members.insert(person.slot.0);
        }
        let told = Told::new(Act::Merge, &says);
        let use_id = self.book.log(&told, &members, self.charter.digest, self.now())?;
        let judged = self.store.merge(first, second, &self.verdict(reason, by))?;
        Ok((use_id, person(judged)?))
    }

    /// Whether a record is shown to this person as theirs, so that they may say it is not.
    pub fn may_disown(&self, person: &Person, record: RecordId) -> Result<bool, RightsError> {
        let (shown, _) = self.shown(person, By::Person)?;
        Ok(shown.iter().any(|known| known.id == record))
    }

    /// The person claims a record that is withheld from their page because it may be somebody
    /// else's, by giving an e-mail address, telephone or client number that stands in it. Says
    /// whether there was one.
    pub fn claim(&self, person: &Person, proof: &str) -> Result<bool, RightsError> {
        let (shown, _) = self.shown(person, By::Person)?;
        let Some(own) = shown.first() else { return Ok(false) };
        let proof = plain(proof);
        let withheld = self.store.records_of(person.slot)?;
        let mut withheld =
            withheld.iter().filter(|record| !shown.iter().any(|other| other.id == record.id));
        match withheld.find(|record| !proof.is_empty() && self.proves(record, &proof)) {
            None => Ok(false),
            Some(record) => {
                self.merge(own.id, record.id, None, By::Person)?;
                Ok(true)
            }
        }
    }

    /// Whether this value is one that only somebody who knows the record would give.
    fn proves(&self, record: &Record, proof: &str) -> bool {
        let Some((_, identity)) = self.charter.identities().find(|(s, _)| s.name == record.source)
        else {
            return false;
        };
        let telling = |column: &IdentityColumn| match &column.meaning {
            Meaning::Attribute(attribute) => {
                let name = attribute.category.0.as_str();
                ["contact.email", "contact.phone", "id.customer"].contains(&name)
            }
            _ => false,
        };
        let told = identity.columns.iter().filter(|column| telling(column));
        let mut values = told.filter_map(|column| record.columns.get(&column.name));
        values.any(|value| plain(value) == proof)
    }

    fn verdict(&self, reason: Option<String>, by: By<'_>) -> NewVerdict {
        let by = match by {
            By::Person => PERSON.to_owned(),
            By::Colleague(role) => role.to_owned(),
        };
        NewVerdict { by, reason, at: self.now() }
    }
}

/// A colleague gives a reason; the person need not.
fn checked(reason: Option<&str>, by: By<'_>) -> Result<Option<String>, RightsError> {
    let reason = reason.map(str::trim).filter(|reason| !reason.is_empty());
    match (reason, by) {
        (None, By::Colleague(_)) => Err(RightsError::NoReason),
        (Some(reason), _) if reason.chars().count() > LONGEST_REASON => Err(RightsError::NoReason),
        (reason, _) => Ok(reason.map(str::to_owned)),
    }
}

fn person(judged: Judged) -> Result<Person, RightsError> {
    match judged {
        Judged::Done(person) => Ok(person),
        Judged::Alone => Err(RightsError::Alone),
        Judged::Unplaced => Err(RightsError::Unresolved),
        Judged::PersonSaysOtherwise => Err(RightsError::PersonSaysOtherwise),
    }
}

/// A value without what does not tell: letters and digits, in small letters.
fn plain(value: &str) -> String {
    value
        .chars()
        .filter(|c| c.is_alphanumeric() || *c == '@')
        .flat_map(char::to_lowercase)
        .collect()
}
