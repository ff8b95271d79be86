//! The access report: everything that somebody must be told on demand, in one value (GDPR Art. 15
//! and 20, CCPA 1798.110).
//!
//! It is made for the person, whoever asks for it: what may be somebody else's stays out of it. Pages,
//! JSON and CSV are written from this one value, so they cannot differ in what they tell.

mod category;
mod given;
mod right;

use jiff::Timestamp;
use serde::Serialize;
use theirs_charter::{SupervisoryAuthority, concerns, country_name};
use theirs_model::{Digest, UseId};
use theirs_store::Person;
use theirs_uses::Act;

pub use self::category::CategoryHeld;
pub use self::given::{Given, Receiver};
pub use self::right::Right;

use crate::access::Dossier;
use crate::consent::ConsentRecord;
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
    pub receivers: Vec<Receiver>,
    /// Whether a purpose sells or shares data, shows ads elsewhere with it, or gives it to somebody for
    /// their own ends.
    pub is_sold: bool,
    /// Whether a purpose uses where somebody is.
    pub is_located: bool,
    /// What was done with their data, the latest first.
    pub history: Vec<Deed>,
    /// What they asked of us, the latest first.
    pub requests: Vec<Pending>,
    /// What they may ask for.
    pub rights: Vec<Right>,
}

/// Who answers for the data (GDPR Art. 13(1)(a) and (b), 15).
#[derive(Debug, Serialize)]
pub struct Answering {
    /// Its name.
    pub name: String,
    /// Its postal address.
    pub address: Option<String>,
    /// Its country, by name.
    pub country: Option<String>,
    /// Where clients write to.
    pub email: String,
    /// Where they write to about their data.
    pub privacy_contact: String,
    /// The data protection officer.
    pub data_protection_officer: Option<String>,
    /// Who stands for it.
    pub representative: Option<String>,
    /// Whom clients may complain to.
    pub authority: Option<SupervisoryAuthority>,
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
            controller: self.answering(),
            categories: category::held(&self.charter, &record),
            choices: self.chosen(person)?,
            consents: self.consents(person)?,
            receivers: given::receivers(&self.charter, &history),
            is_sold: self.is_sold(),
            is_located: self.is_located(),
            requests: self.pending_of(person)?,
            rights: right::rights(&self.charter),
            record,
            history,
        })
    }

    fn answering(&self) -> Answering {
        let own = self.charter.controller.clone();
        Answering {
            name: own.name,
            address: own.address,
            country: own.country.map(|code| country_name(&code)),
            email: own.email,
            privacy_contact: own.privacy_contact,
            data_protection_officer: own.data_protection_officer,
            representative: own.representative,
            authority: own.authority,
        }
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
        let of = |(kind, stated): (&'static str, std::collections::BTreeMap<_, _>)| {
            stated.into_iter().map(move |(topic, stated): (String, theirs_people::Stated)| Chosen {
                kind,
                topic,
                yes: stated.yes,
                at: stated.at,
                said: called(&stated.source),
            })
        };
        Ok(kinds.into_iter().flat_map(of).collect())
    }

    /// Whether some purpose sells or shares data, or gives it to somebody who uses it for their own
    /// ends.
    fn is_sold(&self) -> bool {
        let own_ends = |key: &String| {
            self.charter.recipient(key).is_none_or(|recipient| recipient.role != "processor")
        };
        self.charter.purposes.iter().any(|purpose| {
            concerns("sale", &purpose.name, &purpose.category)
                || purpose.recipients.iter().any(own_ends)
        })
    }

    /// Whether some purpose sees a column or an activity that says where somebody is.
    fn is_located(&self) -> bool {
        let place = |category: &str| category.starts_with("location.");
        self.charter.purposes.iter().any(|purpose| {
            let mut columns = purpose.columns.iter();
            let by_column = columns.any(|grant| {
                let known = self.charter.attribute(&grant.column);
                known.is_some_and(|(attribute, _)| place(&attribute.category.0))
            });
            let mut all = self.charter.activities();
            by_column
                || all.any(|(source, activity)| {
                    place(&activity.category)
                        && purpose.activities.iter().any(|grant| grant.source == source.name)
                })
        })
    }
}
