//! Where requests about one person arrive: who asks, about whom, and under which charter.

use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use theirs_charter::{Asker, Authority, Charter, Refusal, Role};
use theirs_model::{Clock, PersonId, RecordId, UseId};
use theirs_people::{Profile, profile};
use theirs_store::{Keys, Lake, Person, PersonRows, Record, Store, StoreError};
use theirs_uses::{Act, Book, BookError, Told};

/// Handles requests about one person at a time.
pub struct Desk {
    pub(crate) store: Arc<Store>,
    pub(crate) lake: Lake,
    pub(crate) keys: Keys,
    pub(crate) book: Book,
    pub(crate) charter: Arc<Charter>,
    pub(crate) authority: Arc<Authority>,
    pub(crate) clock: Arc<dyn Clock>,
    /// Where what is refused is journalled, beside erasures, if it is.
    pub(crate) journal: Option<PathBuf>,
}

/// Who acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By<'a> {
    /// The person whose data it is.
    Person,
    /// A colleague, whose roles must let them open records.
    Colleague(&'a Asker),
}

/// Why a request was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum RightsError {
    /// The charter does not permit it. It is on record.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Nobody is known by that name. The name is not repeated.
    #[error(
        "nobody is known by that name; give a person's id (p- and 12 hexadecimal digits) or a \
         record as SOURCE:KEY"
    )]
    UnknownPerson,
    /// The record is known, but not yet whose it is.
    #[error("that record belongs to nobody yet; run `theirs resolve`")]
    Unresolved,
    /// Nothing else is joined with the record.
    #[error("that record is joined with no other, so there is nothing to split")]
    Alone,
    /// A colleague says otherwise than the person did.
    #[error(
        "the person said otherwise about their own records, and a colleague cannot overrule that; \
         if the person asked for it, say so with --at-their-request"
    )]
    PersonSaysOtherwise,
    /// Other records of the two people were said to be two people's.
    #[error(
        "a colleague said of other records of these two that they are two people's; undo that \
         first, with `theirs merge` of the record that was split off"
    )]
    KeptApart,
    /// A record was to be merged with itself.
    #[error("that is one and the same record")]
    OneRecord,
    /// A link was asked for by a record that may be somebody else's.
    #[error(
        "it is not sure enough that this record belongs with the others it was joined with, so no \
         link is made by it; look at them with `theirs show`, and settle it with `theirs split` or \
         `theirs merge`"
    )]
    NotSure,
    /// What is known of people changed again and again while somebody was to be erased.
    #[error(
        "what is known of people changes all the time just now, and nobody was erased; ask again"
    )]
    Busy,
    /// A request is of no known kind, has a text that is too long, or came long ago or in the future.
    #[error(
        "a request is one of the kinds that there are, has a text of at most 2,000 characters, and came \
         within the last year"
    )]
    BadRequest,
    /// There is no request of that number.
    #[error("there is no request of that number; `theirs request list` shows all")]
    UnknownRequest,
    /// A request is not in a state for this step.
    #[error(
        "\"{step}\" does not fit how far this request has come; `theirs request list` says how far"
    )]
    NotNow {
        /// The step.
        step: &'static str,
    },
    /// More time cannot be taken.
    #[error(
        "no more time can be taken: the time is over, was taken already, or one of the laws under \
         `controller: laws` in the charter gives none"
    )]
    NoMoreTime,
    /// A colleague gave no reason, or one of more than 500 characters.
    #[error("say why, in at most 500 characters: --reason \"…\"")]
    NoReason,
    /// There is no such source; the nearest that is.
    #[error("there is no source \"{given}\"{}", nearest.as_ref().map(|n| format!("; did you mean \"{n}\"?")).unwrap_or_default())]
    UnknownSource {
        /// What was given.
        given: String,
        /// The nearest name.
        nearest: Option<String>,
    },
    /// There is no such column; the nearest that is.
    #[error("there is no column \"{given}\"{}", nearest.as_ref().map(|n| format!("; did you mean \"{n}\"?")).unwrap_or_default())]
    UnknownColumn {
        /// What was given.
        given: String,
        /// The nearest name.
        nearest: Option<String>,
    },
    /// There is no such purpose to put on hold; the nearest that is.
    #[error("there is no purpose \"{given}\"{}", nearest.as_ref().map(|n| format!("; did you mean \"{n}\"?")).unwrap_or_default())]
    UnknownPurpose {
        /// What was given.
        given: String,
        /// The nearest name.
        nearest: Option<String>,
    },
    /// There is nothing to contest, or no contest to end.
    #[error(
        "there is nothing to do about {column}: no value is known, or nothing that was said of it \
         waits for this"
    )]
    NotContested {
        /// The column.
        column: String,
    },
    /// There is no matter of that number to look at.
    #[error("nothing of that number waits to be looked at; `theirs review` lists what does")]
    UnknownMatter,
    /// A matter is not settled that way.
    #[error("that does not settle it; {way_out}")]
    NotSoSettled {
        /// What would.
        way_out: &'static str,
    },
    /// There is nothing to delete.
    #[error("there is nothing of {column} to delete: no value is held, or it was deleted before")]
    NothingHeld {
        /// The column.
        column: String,
    },
    /// The person wanted to decide what a colleague decides.
    #[error("a colleague decides that")]
    NotYours,
    /// The value is not of the column's type. The value is not repeated.
    #[error("the new value of {column} {expected}")]
    Malformed {
        /// The column.
        column: String,
        /// What it should be.
        expected: &'static str,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The use could not be logged; nothing was given.
    #[error("nothing was given or changed: {0}")]
    Unlogged(#[from] BookError),
}

impl Desk {
    /// A desk over an open folder, under the charter and the policies in force.
    pub fn new(
        store: Arc<Store>,
        lake: Lake,
        keys: Keys,
        book: Book,
        authority: Arc<Authority>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let charter = Arc::clone(authority.charter());
        Self { store, lake, keys, book, charter, authority, clock, journal: None }
    }

    /// The person by their id, or by one of their records as `SOURCE:KEY`. Who may not open records
    /// is not told whether there is one.
    pub fn find(&self, name: &str, by: By<'_>) -> Result<Person, RightsError> {
        let found = self.look_up(name);
        self.role_for(by, found.as_ref().ok())?;
        found
    }

    fn look_up(&self, name: &str) -> Result<Person, RightsError> {
        if let Some((source, key)) = name.split_once(':') {
            return self.by_record(source, key);
        }
        self.store.person(&PersonId(name.to_owned()))?.ok_or(RightsError::UnknownPerson)
    }

    fn by_record(&self, source: &str, key: &str) -> Result<Person, RightsError> {
        let record = self.record(source, key)?;
        self.store.person_of(record.id)?.ok_or(RightsError::Unresolved)
    }

    /// One source record as `SOURCE:KEY`, for those who already may see it.
    pub fn named(&self, name: &str) -> Result<Record, RightsError> {
        let (source, key) = name.split_once(':').ok_or(RightsError::UnknownPerson)?;
        self.record(source, key)
    }

    /// One source record, for those who already may see it.
    pub fn record(&self, source: &str, key: &str) -> Result<Record, RightsError> {
        let known = || self.charter.identities().map(|(source, _)| source.name.as_str());
        if !known().any(|name| name == source) {
            let nearest = theirs_charter::nearest(source, known()).map(str::to_owned);
            return Err(RightsError::UnknownSource { given: source.to_owned(), nearest });
        }
        self.store.record(source, key)?.ok_or(RightsError::UnknownPerson)
    }

    pub(crate) fn profile(&self, person: &Person) -> Result<(Profile, Vec<Record>), RightsError> {
        let records = self.store.records_of(person.slot)?;
        let acts = self.store.acts_of(person.slot)?;
        Ok((profile(&self.charter, &records, &acts), records))
    }

    /// The activities of a source that came with these records.
    pub(crate) fn activities_with(
        &self,
        source: &str,
        records: &[Record],
    ) -> Result<PersonRows, RightsError> {
        let theirs: Vec<RecordId> = records
            .iter()
            .filter(|record| self.charter.may_be_of(source, &record.source))
            .map(|record| record.id)
            .collect();
        if theirs.is_empty() {
            return Ok(PersonRows::default());
        }
        Ok(self.lake.rows_of(&self.store, source, &theirs)?)
    }

    /// Who acts, in words; a colleague's roles must let them open records. A refusal goes on record.
    pub fn permitted(&self, by: By<'_>) -> Result<String, RightsError> {
        Ok(self.role(by)?.map_or_else(|| "you".to_owned(), |role| role.says))
    }

    /// That somebody may act on what concerns a person, by their id or a record: a refusal is told to
    /// them. Nothing says whether there is such a person.
    pub fn permitted_about(&self, by: By<'_>, name: &str) -> Result<(), RightsError> {
        self.role_for(by, self.look_up(name).as_ref().ok())?;
        Ok(())
    }

    /// An act of somebody who may do it, with the role under which that is.
    pub fn telling(&self, act: Act, by: By<'_>) -> Result<Told, RightsError> {
        let role = self.role(by)?;
        let mut told = Told::new(act, role.as_ref().map_or("you", |role| &role.says));
        told.role = role.map(|role| role.name);
        Ok(told)
    }

    /// Who acts, as it is kept: `person`, or the role of a colleague.
    pub(crate) fn actor(&self, by: By<'_>) -> Result<String, RightsError> {
        Ok(self.role(by)?.map_or_else(|| "person".to_owned(), |role| role.name))
    }

    /// The role under which a colleague may open records; none for the person.
    pub(crate) fn role(&self, by: By<'_>) -> Result<Option<Role>, RightsError> {
        self.role_for(by, None)
    }

    /// The same; a refusal is told to the person who was asked for.
    fn role_for(&self, by: By<'_>, whose: Option<&Person>) -> Result<Option<Role>, RightsError> {
        let By::Colleague(asker) = by else { return Ok(None) };
        match self.authority.permit_record(asker) {
            Ok(role) => Ok(Some(role)),
            Err(refusal) => {
                self.record_refusal(asker, &refusal, whose)?;
                Err(refusal.into())
            }
        }
    }

    /// A refusal, once it is on record.
    pub(crate) fn refused(&self, by: By<'_>, refusal: Refusal) -> Result<RightsError, RightsError> {
        if let By::Colleague(asker) = by {
            self.record_refusal(asker, &refusal, None)?;
        }
        Ok(refusal.into())
    }

    fn record_refusal(
        &self,
        asker: &Asker,
        refusal: &Refusal,
        whose: Option<&Person>,
    ) -> Result<(), RightsError> {
        let mut known = asker.roles.iter().filter_map(|name| self.charter.role(name));
        let says = known.next().map_or("a colleague", |role| &role.says);
        let mut told = Told::new(Act::Refusal, says);
        told.reason = Some(refusal.clause.to_string());
        self.log(&told, whose)?;
        Ok(())
    }

    /// Puts an act on record, of a person if it concerns one who is known.
    pub(crate) fn log(&self, told: &Told, whose: Option<&Person>) -> Result<UseId, RightsError> {
        let members = whose.map(|person| person.slot.0).into_iter().collect();
        Ok(self.book.log(told, &members, self.charter.digest, self.now())?)
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The present day of the controller's calendar.
    pub(crate) fn today(&self) -> Date {
        self.charter.day(self.now())
    }
}
