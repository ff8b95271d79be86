//! Erasure: everything of a person goes, from every answer at once (GDPR Art. 17).
//!
//! First the use is on record, then one change of the store takes the person out; the files follow
//! within a day (`sweep`). If we crash between the two, the history tells of an erasure that was not
//! made and never acknowledged: it may overstate. What a law asks to keep is laid apart, where no
//! other purpose looks, and is told with its end. What is left to block a return holds no value.

mod duty;
mod journal;
mod mark;
mod sweep;

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use theirs_model::UseId;
use theirs_people::profile;
use theirs_store::{Erased, NewErasure, NewNotice, PERSON, Person, Record};
use theirs_uses::Act;

pub use self::duty::Duty;
pub(crate) use self::duty::{began, ended};
pub(crate) use self::journal::{DAMAGED, each_in, put};
pub use self::journal::{Journalled, note_readmitted, read_journal, write_journal};
pub use self::mark::Marker;
pub use self::sweep::Swept;
pub use self::sweep::cut;
pub(crate) use self::sweep::lists_of;
use crate::desk::{By, Desk, RightsError};
use crate::tell::SOURCE;

/// How long a file may still hold something of somebody who was erased.
pub const FILES_WITHIN: SignedDuration = SignedDuration::from_hours(24);
/// How often an erasure is tried while others change what is known of people.
const TRIES: u32 = 100;

/// Why somebody is erased (GDPR Art. 17(1)); one of a few words, so that no reason names anybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Ground {
    /// The person asked for it.
    Asked,
    /// It is no longer needed for what it was collected for: (a).
    NoLongerNeeded,
    /// The person took their consent back: (b).
    ConsentWithdrawn,
    /// The person objected: (c).
    Objected,
    /// It was held unlawfully: (d).
    Unlawful,
    /// A law asks for it: (e).
    Law,
    /// It was collected from a child: (f).
    Child,
}

impl Ground {
    /// Every ground with its word.
    pub const ALL: [(&'static str, Self); 7] = [
        ("asked", Self::Asked),
        ("no_longer_needed", Self::NoLongerNeeded),
        ("consent_withdrawn", Self::ConsentWithdrawn),
        ("objected", Self::Objected),
        ("unlawful", Self::Unlawful),
        ("law", Self::Law),
        ("child", Self::Child),
    ];

    /// Its word.
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(_, ground)| *ground == self).map_or("asked", |(word, _)| word)
    }

    /// The words for the person.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Asked => "you asked for it",
            Self::NoLongerNeeded => "it is no longer needed",
            Self::ConsentWithdrawn => "you took your yes back",
            Self::Objected => "you objected",
            Self::Unlawful => "we should not have held it",
            Self::Law => "the law asks for it",
            Self::Child => "it was collected from a child",
        }
    }
}

/// What was erased, what is kept, and who is told: a confirmation that the person can keep.
#[derive(Debug, Clone, Serialize)]
pub struct Confirmation {
    /// The use under which the ledger holds it.
    pub use_id: UseId,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub ground: Ground,
    /// How many records of each source went, by what clients read for its name.
    pub records: BTreeMap<String, u64>,
    /// How many activities of each kind went, by what clients read for its name.
    pub activities: BTreeMap<String, u64>,
    /// How many corrections and choices went.
    pub acts: u64,
    /// What a law asks to keep.
    pub kept: Vec<Duty>,
    /// The recipients who are told.
    pub recipients: Vec<String>,
    /// The sources that are told.
    pub sources: Vec<String>,
    /// Until when the last byte is gone from our files.
    pub files_until: Timestamp,
}

impl Desk {
    /// Erases a person: from every answer when this returns, from the files within a day.
    pub fn erase(
        &self,
        person: &Person,
        ground: Ground,
        by: By<'_>,
    ) -> Result<Confirmation, RightsError> {
        let begun = self.begin_erasure(person, ground, by)?;
        self.finish_erasure(person, begun)
    }

    /// Puts an erasure on record, so that the person's last receipt shows it; nothing is gone yet.
    pub fn begin_erasure(
        &self,
        person: &Person,
        ground: Ground,
        by: By<'_>,
    ) -> Result<Begun, RightsError> {
        let mut told = self.telling(Act::Erasure, by)?;
        self.anchor(person)?;
        told.reason = Some(ground.in_words().to_owned());
        let at = self.now();
        let use_id = self.book.log_one(&told, person.slot, self.charter.digest, at)?;
        Ok(Begun { use_id, at, ground, role: told.role })
    }

    /// Erases whoever that was put on record for.
    pub fn finish_erasure(
        &self,
        person: &Person,
        begun: Begun,
    ) -> Result<Confirmation, RightsError> {
        let Begun { use_id, at, ground, role } = begun;
        for _ in 0..TRIES {
            let as_of = self.store.people_sequence()?;
            let records = self.store.records_of(person.slot)?;
            let acts = self.store.acts_of(person.slot)?;
            let profile = profile(&self.charter, &records, &acts);
            let tombstones = Marker::new(&self.keys).tombstones(&self.charter, &records, &acts);
            let (kept, duties) = self.under_duty(&records, &profile)?;
            let notices = self.to_tell_of_erasure(person, &records, use_id)?;
            let activities = self.activity_counts(&records)?;
            let due = at.saturating_add(FILES_WITHIN).unwrap_or(Timestamp::MAX);
            let new = NewErasure {
                use_id,
                at,
                by: role.clone().unwrap_or_else(|| PERSON.to_owned()),
                ground: ground.word(),
                due,
                tombstones: &tombstones,
                kept: &kept,
                notices: &notices,
            };
            if let Some(erased) = self.store.erase(person.slot, as_of, &new)? {
                let gone = Gone { records: &records, activities, duties, notices: &notices };
                return Ok(self.confirmation(&new, ground, &erased, gone));
            }
        }
        Err(RightsError::Busy)
    }

    fn confirmation(
        &self,
        new: &NewErasure<'_>,
        ground: Ground,
        erased: &Erased,
        gone: Gone<'_>,
    ) -> Confirmation {
        let mut records: BTreeMap<String, u64> = BTreeMap::new();
        for record in gone.records {
            *records.entry(self.called(&record.source)).or_default() += 1;
        }
        let mut confirmation = Confirmation {
            use_id: new.use_id,
            at: new.at,
            ground,
            records,
            activities: gone.activities,
            acts: erased.acts,
            kept: gone.duties,
            recipients: Vec::new(),
            sources: Vec::new(),
            files_until: new.due,
        };
        for notice in gone.notices {
            if let Some(source) = notice.recipient.strip_prefix(SOURCE) {
                confirmation.sources.push(self.called(source));
            } else {
                let known = self.charter.recipient(&notice.recipient);
                let name = known.map_or(&notice.recipient, |recipient| &recipient.name);
                confirmation.recipients.push(name.clone());
            }
        }
        confirmation
    }

    /// How many activities of each kind a person has.
    fn activity_counts(&self, records: &[Record]) -> Result<BTreeMap<String, u64>, RightsError> {
        let mut counts = BTreeMap::new();
        for (source, _) in self.charter.activities() {
            let rows = self.activities_with(&source.name, records)?;
            let count: usize = rows.0.iter().map(arrow::array::RecordBatch::num_rows).sum();
            if count > 0 {
                counts.insert(source.called.clone(), count as u64);
            }
        }
        Ok(counts)
    }

    pub(crate) fn called(&self, source: &str) -> String {
        self.charter.source(source).map_or_else(|| source.to_owned(), |s| s.called.clone())
    }
}

/// An erasure that is on record and not done.
pub struct Begun {
    use_id: UseId,
    at: Timestamp,
    ground: Ground,
    role: Option<String>,
}

/// What went with a person.
struct Gone<'g> {
    records: &'g [Record],
    activities: BTreeMap<String, u64>,
    duties: Vec<Duty>,
    notices: &'g [NewNotice],
}
