//! What a deletion reaches: the entries that are surely the person's, what they say, and whether a
//! clause forbids that it goes.

use std::collections::BTreeSet;

use jiff::Timestamp;
use theirs_charter::{Basis, Coarseness, Meaning, Purpose, Refusal};
use theirs_model::Attribute;
use theirs_people::profile;
use theirs_store::{ActKind, Mark, Person, Record};
use theirs_uses::Act;
use theirs_words::Speech;

use crate::desk::{By, Desk, RightsError};

/// What a deletion reaches.
#[derive(Default)]
pub(super) struct Reach {
    /// The entries that are surely the person's, and the columns of each that say the value.
    pub(super) kept: Vec<(Record, Vec<String>)>,
    /// The entries that are known by the value.
    pub(super) gone: Vec<Record>,
    /// The values themselves.
    pub(super) values: BTreeSet<String>,
    /// Marks of what went before, where it is done again.
    pub(super) marks: Vec<Mark>,
}

impl Desk {
    /// What a deletion reaches, if there is anything and nothing forbids it.
    pub(super) fn reach_permitted(
        &self,
        person: &Person,
        attribute: &Attribute,
        by: By<'_>,
    ) -> Result<Reach, RightsError> {
        let reach = self.reach(person, attribute)?;
        if reach.values.is_empty() {
            return Err(RightsError::NothingHeld { column: attribute.column().to_owned() });
        }
        match self.forbids(attribute, &reach)? {
            Some(refusal) => {
                self.note_refused(person, &refusal, by)?;
                Err(refusal.into())
            }
            None => Ok(reach),
        }
    }

    pub(super) fn reach(
        &self,
        person: &Person,
        attribute: &Attribute,
    ) -> Result<Reach, RightsError> {
        let mut reach = Reach::default();
        let (records, _) = self.shown(person, By::Person)?;
        for record in records {
            let columns = self.columns_with(&record, attribute);
            reach
                .values
                .extend(columns.iter().filter_map(|name| record.columns.get(name).cloned()));
            if self.is_named_by(&record, attribute) {
                reach.values.insert(record.key.clone());
                reach.gone.push(record);
            } else {
                reach.kept.push((record, columns));
            }
        }
        for act in self.store.acts_of(person.slot)? {
            if act.kind == ActKind::Correction && act.topic == attribute.column() {
                reach.values.extend(act.content);
            }
        }
        Ok(reach)
    }

    /// The columns of a record that say an attribute.
    fn columns_with(&self, record: &Record, attribute: &Attribute) -> Vec<String> {
        let means = |meaning: &Meaning| matches!(meaning, Meaning::Attribute(a) if a == attribute);
        let known = self.charter.identities().find(|(source, _)| source.name == record.source);
        let columns = known.into_iter().flat_map(|(_, identity)| &identity.columns);
        let named = columns.filter(|column| means(&column.meaning)).map(|column| &column.name);
        named.filter(|name| record.columns.contains_key(*name)).cloned().collect()
    }

    /// Whether a record is known within its source by its value of an attribute.
    fn is_named_by(&self, record: &Record, attribute: &Attribute) -> bool {
        let known = self.charter.identities().find(|(source, _)| source.name == record.source);
        known.is_some_and(|(_, identity)| {
            identity.columns.iter().any(|column| {
                column.name == identity.key
                    && matches!(&column.meaning, Meaning::Attribute(a) if a == attribute)
            })
        })
    }

    /// The clause that forbids a deletion, if one does.
    fn forbids(
        &self,
        attribute: &Attribute,
        reach: &Reach,
    ) -> Result<Option<Refusal>, RightsError> {
        let column = attribute.column();
        if reach.kept.is_empty() {
            let source = reach.gone.first().map_or("", |record| &record.source);
            let because =
                format!("all that we hold of them is known by {}", Speech::default().name(column));
            let change = "erase all of it instead".to_owned();
            let clause = format!("sources.{source}.key");
            return Ok(Some(Refusal::new(&clause, because, change)));
        }
        let mut all: Vec<Record> = reach.kept.iter().map(|(record, _)| record.clone()).collect();
        all.extend(reach.gone.iter().cloned());
        let duties = self.charter.purposes.iter().filter(|p| p.basis == Basis::LegalObligation);
        for purpose in duties {
            let sees = purpose
                .columns
                .iter()
                .any(|grant| grant.column == column && grant.coarseness == Coarseness::Exact);
            let until = if sees { self.duty_until(purpose, &all)? } else { None };
            if let Some(until) = until {
                return Ok(Some(self.must_be_kept(purpose, "columns", column, until)));
            }
            let until = if reach.gone.is_empty() || purpose.activities.is_empty() {
                None
            } else {
                self.duty_until(purpose, &reach.gone)?
            };
            if let Some(until) = until {
                let what = "what you did with us under it";
                return Ok(Some(self.must_be_kept(purpose, "activities", what, until)));
            }
        }
        Ok(None)
    }

    fn must_be_kept(
        &self,
        purpose: &Purpose,
        clause: &str,
        what: &str,
        until: Timestamp,
    ) -> Refusal {
        let day = Speech::default().day(until, &self.charter.time_zone);
        let because = format!("a law asks us to keep {} until {day}", Speech::default().name(what));
        let change =
            "from then on it can be deleted; until then its use can be put on hold".to_owned();
        Refusal::new(&format!("purposes.{}.{clause}", purpose.name), because, change)
    }

    /// Puts a refusal on record, of whoever asked.
    fn note_refused(
        &self,
        person: &Person,
        refusal: &Refusal,
        by: By<'_>,
    ) -> Result<(), RightsError> {
        let mut told = self.telling(Act::Refusal, by)?;
        told.reason = Some(refusal.clause.to_string());
        self.log(&told, Some(person)).map(drop)
    }

    /// Until when a duty keeps what it sees of somebody with these records, if it still does.
    fn duty_until(
        &self,
        purpose: &Purpose,
        records: &[Record],
    ) -> Result<Option<Timestamp>, RightsError> {
        let profile = profile(&self.charter, records, &[]);
        let (_, duties) = self.under_duty(records, &profile)?;
        Ok(duties.iter().find(|duty| duty.purpose == purpose.name).map(|duty| duty.until))
    }
}
