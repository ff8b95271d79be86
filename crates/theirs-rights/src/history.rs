//! What was done with a person's data, in words.

mod unused;
mod week;

use jiff::Timestamp;
use serde::Serialize;
use theirs_model::{Digest, UseId};
use theirs_store::Person;
use theirs_uses::Told;
use theirs_words::Speech;

pub use self::week::{Sort, Week, monday, monday_of, weeks};

use crate::desk::{Desk, RightsError};

/// One use of a person's data.
#[derive(Debug, Clone, Serialize)]
pub struct Deed {
    /// Its name in the ledger.
    pub use_id: UseId,
    /// Its place in the ledger; none if it is not there yet.
    pub leaf: Option<u64>,
    /// The epoch in which it was sealed; none while it is not.
    pub epoch: Option<u64>,
    /// When.
    pub at: Timestamp,
    /// One sentence to the person, in English.
    pub sentence: String,
    /// Everything that is told of it.
    #[serde(flatten)]
    pub told: Told,
    /// The columns that were looked at of others, and not of this person, as they had them kept out
    /// of use.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<String>,
    /// How many people it concerned.
    pub people: u64,
    /// The charter under which it was done.
    pub charter: Option<Digest>,
}

impl Desk {
    /// Every use of a person's data, the latest first. Reading this list is itself no use: it
    /// shows no value.
    pub fn uses(&self, person: &Person) -> Result<Vec<Deed>, RightsError> {
        let english = Speech::default();
        let history = self.book.history(person.slot)?;
        let kept_out = self.kept_out(person)?;
        let deeds = history.into_iter().map(|(used, mut told)| Deed {
            left_out: kept_out.take_out(&used, &mut told),
            use_id: used.id,
            leaf: used.leaf,
            epoch: used.epoch,
            at: used.at,
            sentence: told.sentence(&english),
            people: used.people,
            charter: theirs_uses::charter_of(&used),
            told,
        });
        Ok(deeds.collect())
    }
}
