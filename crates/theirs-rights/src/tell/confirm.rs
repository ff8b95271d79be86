//! Who says that it is done, and what becomes of notices then; and what a person reads of them.

use std::collections::BTreeSet;
use std::path::Path;

use jiff::Timestamp;
use serde::Serialize;
use theirs_model::Attribute;
use theirs_store::{Erasure, Notice, NoticeKind, Person};

use super::post::remove;
use super::{SOURCE, columns, notice_file, values};
use crate::desk::{By, Desk, RightsError};

/// Somebody who had a wrong value, as the person reads it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Informed {
    /// What clients read for its name.
    pub name: String,
    /// Whether it is a source of ours, which should change the value.
    pub is_source: bool,
    /// When it was told.
    pub told: Option<Timestamp>,
    /// When it said that it is done.
    pub confirmed: Option<Timestamp>,
}

/// What a load brought of a source.
#[derive(Debug, Clone, Copy)]
pub struct Brought<'b> {
    /// The keys of the records that it spoke of.
    pub keys: &'b BTreeSet<String>,
    /// Of which of them something was set aside, each with its column.
    pub aside: &'b BTreeSet<(String, String)>,
}

impl Brought<'_> {
    /// Whether the source spoke of a record, and of these columns of it all was taken as it is.
    fn says(&self, key: &str, columns: &[&str]) -> bool {
        let is_aside = |column: &&str| self.aside.contains(&(key.to_owned(), (*column).to_owned()));
        self.keys.contains(key) && !columns.iter().any(is_aside)
    }
}

impl Desk {
    /// Who had a wrong value of a person, by column: of each the latest that it was told.
    pub(crate) fn informed(&self, person: &Person) -> Result<Vec<(String, Informed)>, RightsError> {
        let mut latest: Vec<Notice> = Vec::new();
        for notice in self.store.notices_of(person.slot)? {
            let same =
                |one: &Notice| (&one.recipient, &one.topic) == (&notice.recipient, &notice.topic);
            latest.retain(|one| !same(one));
            latest.push(notice);
        }
        let read = |notice: Notice| {
            let informed = Informed {
                name: self.named_in(&notice),
                is_source: notice.recipient.starts_with(SOURCE),
                told: notice.told,
                confirmed: notice.confirmed,
            };
            Some((notice.topic?, informed))
        };
        Ok(latest.into_iter().filter_map(read).collect())
    }

    /// Notes that whoever was told says that it is done, and takes the file out of the outbox.
    pub fn confirm(&self, notice: i64, outbox: &Path) -> Result<Option<Notice>, RightsError> {
        if !self.store.note_confirmed(notice, self.now())? {
            return Ok(None);
        }
        let found = self.store.notices()?.into_iter().find(|known| known.id == notice);
        if let Some(notice) = &found {
            remove(&notice_file(outbox, notice))?;
        }
        Ok(found)
    }

    /// Confirms what a source was told of corrections and deletions, where the records that it brought
    /// say so by now. What was set aside of them says nothing: it may be right or wrong.
    pub fn settle(
        &self,
        source: &str,
        brought: &Brought<'_>,
        outbox: &Path,
    ) -> Result<u64, RightsError> {
        let mut settled = 0;
        for notice in self.store.open_notices_to(&format!("{SOURCE}{source}"))? {
            if self.is_done(&notice, brought)? {
                self.confirm(notice.id, outbox)?;
                settled += 1;
            }
        }
        Ok(settled)
    }

    fn is_done(&self, notice: &Notice, brought: &Brought<'_>) -> Result<bool, RightsError> {
        let source = notice.recipient.strip_prefix(SOURCE);
        let source = source.and_then(|name| self.charter.source(name));
        let attribute = notice.topic.as_deref().and_then(|topic| self.charter.attribute(topic));
        let person = match notice.anchor {
            Some(anchor) => self.store.person_of(anchor)?,
            None => None,
        };
        let (Some(source), Some((attribute, _)), Some(person)) = (source, attribute, person) else {
            return Ok(false);
        };
        let right = match notice.kind {
            NoticeKind::Correct => self.corrected(&person, &attribute)?,
            _ => None,
        };
        let (records, _) = self.shown(&person, By::Person)?;
        let mut theirs = records.iter().filter(|record| record.source == source.name);
        let columns = columns(source, &attribute);
        Ok(theirs.all(|record| {
            let said = values(source, record, &attribute);
            let is_right = match right.as_deref() {
                // A value that is gone was not changed to the right one.
                Some(right) => !said.is_empty() && said.iter().all(|value| *value == right),
                None => said.is_empty(),
            };
            is_right && brought.says(&record.key, &columns)
        }))
    }

    /// What is believed of an attribute by now.
    fn corrected(
        &self,
        person: &Person,
        attribute: &Attribute,
    ) -> Result<Option<String>, RightsError> {
        let (profile, _) = self.profile(person)?;
        let known = profile.attributes.into_iter().find(|one| one.attribute == *attribute);
        Ok(known.and_then(|one| one.known().map(|value| value.content().to_owned())))
    }

    /// Removes the files of notices that held something of those erased.
    pub(crate) fn forget_notices(
        &self,
        pending: &[Erasure],
        outbox: &Path,
    ) -> Result<(), RightsError> {
        for notice in self.store.notices()? {
            let is_theirs = pending.iter().any(|erasure| Some(erasure.id) == notice.erasure);
            if is_theirs && notice.is_void() {
                remove(&notice_file(outbox, &notice))?;
            }
        }
        Ok(())
    }
}
