//! What is not sure enough to act on, for colleagues to look at: entries that are withheld, addresses
//! of several people, entries that somebody sent away.
//!
//! The list shows numbers, sources and reasons, never a value. Values stand beside each other where
//! one matter is opened, which is on record for each person in it. What settles it is the word that
//! there is for it already: a merge, a split, or that it stays as it is.

mod disputed;
mod shared;

use std::collections::BTreeMap;

use jiff::Timestamp;
use roaring::RoaringBitmap;
use serde::Serialize;
use theirs_model::{RecordId, UseId};
use theirs_store::{NewMatter, NotedMatter, PERSON, Person, Record, SURE_ENOUGH};
use theirs_uses::Act;

use crate::desk::{By, Desk, RightsError};
use crate::judge::Reason;
use crate::request::{Asked, State};

pub use self::disputed::Disputed;

/// How many matters a list has at most; those that somebody asked for come first.
const MOST: usize = 1_000;

/// What a matter is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Doubt {
    /// An entry was joined with others without being sure enough, and is withheld from the page.
    Withheld,
    /// An e-mail address is that of several people, and opens the page of none.
    SharedAddress,
    /// Somebody said that an entry is not theirs, and it is nobody else's yet.
    SentAway,
}

impl Doubt {
    /// Every kind, in the order of lists.
    pub const ALL: [Self; 3] = [Self::Withheld, Self::SharedAddress, Self::SentAway];

    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Withheld => "withheld",
            Self::SharedAddress => "shared",
            Self::SentAway => "sent_away",
        }
    }

    /// What a colleague reads.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Withheld => "withheld from their page",
            Self::SharedAddress => "an address of several people",
            Self::SentAway => "\"that is not me\"",
        }
    }

    /// What would settle it.
    pub fn way_out(self) -> &'static str {
        match self {
            Self::Withheld => {
                "ask for something that only they know of this entry, then say whose it is"
            }
            Self::SharedAddress => {
                "find out whether they are one person; if one of them no longer has the address, \
                 correct or delete it there; if they share it, leave it"
            }
            Self::SentAway => "merge it with whose it is, or leave it as somebody of its own",
        }
    }
}

/// How a matter is settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settling {
    /// It is theirs: the entries are one person's.
    Theirs,
    /// It is not theirs: the entry becomes somebody of its own.
    NotTheirs,
    /// It stays as it is, and is not asked about again.
    Leave,
}

impl Settling {
    /// Every way with its word.
    pub const ALL: [(&'static str, Self); 3] =
        [("theirs", Self::Theirs), ("not-theirs", Self::NotTheirs), ("leave", Self::Leave)];

    fn word(self) -> &'static str {
        Self::ALL.iter().find(|known| known.1 == self).map_or("", |known| known.0)
    }
}

/// One matter, without a value.
#[derive(Debug, Clone, Serialize)]
pub struct Matter {
    /// Its number.
    pub number: i64,
    /// What it is about.
    pub doubt: Doubt,
    /// The number of the record that it hangs on.
    pub record: RecordId,
    /// The source of that record.
    pub source: String,
    /// The people it is about, by their ids.
    pub people: Vec<String>,
    /// How sure it is that the record is theirs, from 0 to 1, where that is the doubt.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f64>,
    /// Since when.
    pub since: Timestamp,
    /// The open request by which the person asked for what is withheld.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request: Option<i64>,
    /// What would settle it.
    pub way_out: &'static str,
    /// The other records that it concerns: those it was joined with, or that share it.
    #[serde(skip)]
    others: Vec<RecordId>,
}

/// One matter with what each entry says.
#[derive(Debug, Serialize)]
pub struct OpenMatter {
    /// The use under which it was opened.
    pub use_id: UseId,
    /// The matter.
    pub matter: Matter,
    /// The entries, the one that it hangs on first.
    pub entries: Vec<Beside>,
}

/// An entry as it stands beside others.
#[derive(Debug, Serialize)]
pub struct Beside {
    /// The record's number.
    pub record: RecordId,
    /// Its name, as SOURCE:KEY.
    pub name: String,
    /// What clients read for the name of its source.
    pub called: String,
    /// Whether it is the one in doubt; where several people share an address, none is.
    pub is_in_doubt: bool,
    /// Whose it is now.
    pub person: Option<String>,
    /// What it says, by column.
    pub values: BTreeMap<String, String>,
}

/// A doubt that was found, before it has a number.
struct Found {
    doubt: Doubt,
    record: RecordId,
    people: Vec<Person>,
    confidence: Option<f64>,
    since: Timestamp,
    others: Vec<RecordId>,
}

impl Desk {
    /// What waits to be looked at, what somebody asked for first; and how many more there are than
    /// one list has.
    pub fn review(&self, by: By<'_>) -> Result<(Vec<Matter>, usize), RightsError> {
        self.permitted(by)?;
        let found = self.doubts()?;
        let new: Vec<NewMatter> = found
            .iter()
            .map(|one| NewMatter { kind: one.doubt.word(), record: one.record, since: one.since })
            .collect();
        let noted = self.store.note_matters(&new)?;
        let noted: BTreeMap<(&str, RecordId), &NotedMatter> =
            noted.iter().map(|one| ((one.kind.as_str(), one.record), one)).collect();
        let claims = self.claims(by)?;
        let mut matters = Vec::new();
        for one in found {
            let Some(noted) = noted.get(&(one.doubt.word(), one.record)) else { continue };
            if noted.settled.is_some() {
                continue;
            }
            let Some(record) = self.store.record_by_id(one.record)? else { continue };
            let people: Vec<String> = one.people.iter().map(|who| who.id.to_string()).collect();
            matters.push(Matter {
                number: noted.number,
                doubt: one.doubt,
                record: one.record,
                source: record.source,
                request: people.iter().find_map(|id| claims.get(id).copied()),
                people,
                confidence: one.confidence,
                since: noted.since,
                way_out: one.doubt.way_out(),
                others: one.others,
            });
        }
        matters.sort_by_key(|one| (one.request.is_none(), one.doubt, one.since, one.number));
        let more = matters.len().saturating_sub(MOST);
        matters.truncate(MOST);
        Ok((matters, more))
    }

    /// One matter with the values of its entries; that it is opened is on record of everybody in it.
    pub fn open_matter(&self, number: i64, by: By<'_>) -> Result<OpenMatter, RightsError> {
        let told = self.telling(Act::Comparison, by)?;
        let matter = self.matter(number, by)?;
        let ids: Vec<RecordId> =
            std::iter::once(matter.record).chain(matter.others.iter().copied()).collect();
        let mut members = RoaringBitmap::new();
        for id in &ids {
            members.extend(self.store.person_of(*id)?.map(|person| person.slot.0));
        }
        let use_id = self.book.log(&told, &members, self.charter.digest, self.now())?;
        let mut entries = Vec::new();
        for id in ids {
            if let Some(record) = self.store.record_by_id(id)? {
                entries.push(self.beside(record, &matter)?);
            }
        }
        Ok(OpenMatter { use_id, matter, entries })
    }

    fn beside(&self, mut record: Record, matter: &Matter) -> Result<Beside, RightsError> {
        // What the collecting of events notes for itself says nothing of anybody.
        record.columns.retain(|name, _| !name.starts_with("$$"));
        Ok(Beside {
            record: record.id,
            name: format!("{}:{}", record.source, record.key),
            called: self.called(&record.source),
            is_in_doubt: record.id == matter.record && matter.doubt != Doubt::SharedAddress,
            person: self.store.person_of(record.id)?.map(|person| person.id.to_string()),
            values: record.columns,
        })
    }

    /// Settles a matter, by the word that there is for it; the reason is kept.
    pub fn settle_matter(
        &self,
        number: i64,
        how: Settling,
        reason: Reason<'_>,
        by: By<'_>,
    ) -> Result<(), RightsError> {
        let role = self.actor(by)?;
        let matter = self.matter(number, by)?;
        let why = reason.given()?.ok_or(RightsError::NoReason)?;
        let other = matter.others.first().copied();
        match (how, other) {
            (Settling::Theirs, Some(other)) => {
                self.merge(matter.record, other, reason, by)?;
            }
            (Settling::NotTheirs, Some(_)) if matter.doubt == Doubt::Withheld => {
                self.split(matter.record, reason, by)?;
            }
            (Settling::Leave, _) => {}
            _ => return Err(RightsError::NotSoSettled { way_out: matter.way_out }),
        }
        self.store.settle_matter(number, how.word(), &role, &why, self.now())?;
        Ok(())
    }

    fn matter(&self, number: i64, by: By<'_>) -> Result<Matter, RightsError> {
        let (matters, _) = self.review(by)?;
        matters.into_iter().find(|one| one.number == number).ok_or(RightsError::UnknownMatter)
    }

    /// The open requests for what is withheld, by whose they are.
    fn claims(&self, by: By<'_>) -> Result<BTreeMap<String, i64>, RightsError> {
        let pending = self.pending(by)?;
        let claims = pending
            .into_iter()
            .filter(|one| one.asked == Asked::Claim)
            .filter(|one| matches!(one.state, State::Open | State::Waiting));
        Ok(claims.filter_map(|one| Some((one.person?, one.number))).collect())
    }

    fn doubts(&self) -> Result<Vec<Found>, RightsError> {
        let mut found = self.withheld_entries()?;
        found.extend(self.shared_addresses()?);
        found.extend(self.sent_away()?);
        Ok(found)
    }

    fn withheld_entries(&self) -> Result<Vec<Found>, RightsError> {
        let mut found = Vec::new();
        for weak in self.store.weak_records(SURE_ENOUGH)? {
            let Some(person) = self.store.person_at(weak.slot)? else { continue };
            let confidence = self.store.confidence_of(weak.slot)?;
            let mut others: Vec<RecordId> =
                confidence.keys().copied().filter(|id| *id != weak.record).collect();
            // Beside the surest entry of theirs it is looked at, and with that it is joined.
            others.sort_by(|a, b| confidence[b].total_cmp(&confidence[a]).then(a.cmp(b)));
            found.push(Found {
                doubt: Doubt::Withheld,
                record: weak.record,
                people: vec![person],
                confidence: Some(weak.confidence),
                since: self.store.time_of(weak.sequence)?.unwrap_or_else(|| self.now()),
                others,
            });
        }
        Ok(found)
    }

    /// Entries that a person sent away, and that are joined with nobody's since.
    fn sent_away(&self) -> Result<Vec<Found>, RightsError> {
        let mut found: BTreeMap<RecordId, Found> = BTreeMap::new();
        for verdict in self.store.verdicts()? {
            if verdict.same || verdict.by != PERSON {
                continue;
            }
            let other = if verdict.about == verdict.a { verdict.b } else { verdict.a };
            let Some(person) = self.store.person_of(verdict.about)? else { continue };
            if self.store.records_of(person.slot)?.len() > 1 {
                continue;
            }
            found.entry(verdict.about).or_insert(Found {
                doubt: Doubt::SentAway,
                record: verdict.about,
                people: vec![person],
                confidence: None,
                since: verdict.at,
                others: vec![other],
            });
        }
        Ok(found.into_values().collect())
    }
}
