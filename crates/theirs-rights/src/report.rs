//! The access report: everything that somebody must be told on demand, in one value (GDPR Art. 15
//! and 20, CCPA 1798.110).
//!
//! It is made for the person, whoever asks for it: what may be somebody else's stays out of it. Pages,
//! JSON and CSV are written from this one value, so they cannot differ in what they tell.

mod category;
mod given;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;
use theirs_model::{Digest, UseId};
use theirs_notice::{Answering, Right, is_located, is_sold, rights};
use theirs_people::{Stated, stopped_column};
use theirs_store::Person;
use theirs_uses::Act;

pub use self::category::CategoryHeld;
pub use self::given::{Given, LastGiven, ReceiverOfYours, last_given};

use crate::access::Dossier;
use crate::consent::ConsentRecord;
use crate::decided::DecidedForYou;
use crate::desk::{By, Desk, RightsError};
use crate::history::Deed;
use crate::request::Pending;

/// The form of the report as JSON; `docs/report.schema.json` describes it.
const FORM: &str = "theirs-report/1";

/// Everything that a person is told of their data.
#[derive(Debug, Serialize)]
pub struct Report {
    /// The form of this value.
    pub form: &'static str,
    /// The use under which it was made.
    pub use_id: UseId,
    /// When.
    pub made: Timestamp,
    /// The charter that it tells.
    pub charter: Digest,
    /// Who answers for the data.
    pub controller: Answering,
    /// The kinds of data that are held, where each is from and how long it is kept.
    pub categories: Vec<CategoryHeld>,
    /// The record: values, activities, purposes and sources.
    pub record: Dossier,
    /// What the person said yes or no to.
    pub choices: Vec<Chosen>,
    /// What they agreed to and took back here, as records.
    pub consents: Vec<ConsentRecord>,
    /// Who was given their data, and who may be.
    pub receivers: Vec<ReceiverOfYours>,
    /// Whether a purpose sells or shares data, shows ads elsewhere with it, or gives it to somebody for
    /// their own ends.
    pub is_sold: bool,
    /// Whether a purpose uses where somebody is.
    pub is_located: bool,
    /// What was done with their data, the latest first.
    pub history: Vec<Deed>,
    /// What campaigns decided for them, the latest first.
    pub decisions: Vec<DecidedForYou>,
    /// What they asked of us, the latest first.
    pub requests: Vec<Pending>,
    /// What they may ask for.
    pub rights: Vec<Right>,
}

/// Something that a person said yes or no to.
#[derive(Debug, Serialize)]
pub struct Chosen {
    /// `consent`, `objection` or `restriction`.
    pub kind: &'static str,
    /// On what.
    pub topic: String,
    /// Whether they said yes to that: agreed, objected, or put it on hold.
    pub yes: bool,
    /// When.
    pub at: Timestamp,
    /// Where they said it, as they read it.
    pub said: String,
}

impl Desk {
    /// Makes the report for a person; that it was made is on record before anything is read.
    pub fn report(&self, person: &Person, by: By<'_>) -> Result<Report, RightsError> {
        let told = self.telling(Act::Report, by)?;
        let made = self.now();
        let use_id = self.book.log_one(&told, person.slot, self.charter.digest, made)?;
        let record = self.dossier(person, By::Person)?;
        let history = self.uses(person)?;
        Ok(Report {
            form: FORM,
            use_id,
            made,
            charter: self.charter.digest,
            controller: Answering::of(&self.charter),
            categories: category::held(&self.charter, &record),
            choices: self.chosen(person)?,
            consents: self.consents(person)?,
            receivers: given::receivers(&self.charter, &history),
            is_sold: is_sold(&self.charter),
            is_located: is_located(&self.charter),
            decisions: self.decided_for(person)?,
            requests: self.pending_of(person)?,
            rights: rights(&self.charter),
            record,
            history,
        })
    }

    fn chosen(&self, person: &Person) -> Result<Vec<Chosen>, RightsError> {
        let (profile, _) = self.profile(person)?;
        let kinds = [
            ("consent", profile.choices.consents),
            ("objection", profile.choices.objections),
            ("restriction", profile.choices.restrictions),
        ];
        let called = |source: &str| {
            let known = self.charter.source(source);
            known.map_or_else(|| "here, with us".to_owned(), |source| source.called.clone())
        };
        let of = |(kind, stated): (&'static str, BTreeMap<String, Stated>)| {
            // That the use of one value is stopped stands with that value.
            let stated = stated.into_iter().filter(|(topic, _)| stopped_column(topic).is_none());
            stated.map(move |(topic, stated)| Chosen {
                kind,
                topic,
                yes: stated.yes,
                at: stated.at,
                said: called(&stated.source),
            })
        };
        Ok(kinds.into_iter().flat_map(of).collect())
    }
}
