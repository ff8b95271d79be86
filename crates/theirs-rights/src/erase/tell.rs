//! Telling recipients and sources of an erasure (GDPR Art. 17(2) and 19).
//!
//! Each gets a file in the outbox that names the person as they know them and says nothing more: a
//! recipient the references that stood in its lists, a source the keys of its own records. The
//! files are written after the erasure and named by it, so that writing them again changes nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use theirs_model::{Slot, UseId};
use theirs_store::{NewNotice, Notice, Person, Record, StoreError, Tenure, put_private};
use theirs_uses::Act;

use crate::desk::{Desk, RightsError};

/// Before the name of a source that is told.
pub const SOURCE: &str = "source:";

impl Desk {
    /// Whom the erasure of this person is told to.
    pub(super) fn to_tell(
        &self,
        person: &Person,
        records: &[Record],
        use_id: UseId,
    ) -> Result<Vec<NewNotice>, RightsError> {
        let mut notices = self.recipients_of(person, use_id)?;
        let sources: BTreeSet<&str> = records.iter().map(|r| r.source.as_str()).collect();
        for source in sources {
            // A source without a file gets its records from the activities of others.
            if self.charter.source(source).is_none_or(|source| source.file.is_none()) {
                continue;
            }
            let keys = records.iter().filter(|record| record.source == source);
            let rows: Vec<[String; 3]> = keys
                .map(|record| [use_id.to_string(), record.key.clone(), "erase".to_owned()])
                .collect();
            notices.push(NewNotice {
                recipient: format!("{SOURCE}{source}"),
                uses: Vec::new(),
                body: csv(&["use_id", "key", "what"], &rows)?,
            });
        }
        Ok(notices)
    }

    fn recipients_of(&self, person: &Person, use_id: UseId) -> Result<Vec<NewNotice>, RightsError> {
        let tenures = self.store.tenures(person.slot)?;
        let mut given: BTreeMap<String, Vec<(UseId, Slot)>> = BTreeMap::new();
        for (used, told) in self.book.history(person.slot)? {
            if told.act != Act::Share {
                continue;
            }
            let members = used.bitmap()?;
            let concerned = |tenure: &&Tenure| {
                members.contains(tenure.slot.0)
                    && (tenure.from..tenure.until).contains(&used.sequence)
            };
            let Some(tenure) = tenures.iter().find(concerned) else { continue };
            for name in &told.recipients {
                given.entry(self.recipient_key(name)).or_default().push((used.id, tenure.slot));
            }
        }
        let notice = |(recipient, lists): (String, Vec<(UseId, Slot)>)| {
            let rows: Vec<[String; 4]> = lists
                .iter()
                .map(|(list, slot)| {
                    let reference = self.keys.reference(*list, *slot);
                    [use_id.to_string(), list.to_string(), reference, "erase".to_owned()]
                })
                .collect();
            Ok(NewNotice {
                recipient,
                uses: lists.into_iter().map(|(list, _)| list).collect(),
                body: csv(&["use_id", "list_use_id", "reference", "what"], &rows)?,
            })
        };
        given.into_iter().map(notice).collect()
    }

    /// The key of a recipient by the name under which it was told; one that the charter no longer
    /// has is named as plainly as a file may be.
    fn recipient_key(&self, name: &str) -> String {
        let known = self.charter.recipients.iter().find(|recipient| recipient.name == name);
        known.map_or_else(|| plain(name), |recipient| recipient.key.clone())
    }

    /// Writes the files of notices that have none yet; says how many.
    pub fn post(&self, outbox: &Path) -> Result<u64, RightsError> {
        let mut posted = 0;
        for notice in self.store.notices()? {
            let (None, Some(body)) = (notice.told, &notice.body) else { continue };
            put_private(&notice_file(outbox, &notice), body.as_bytes())
                .map_err(StoreError::from)?;
            self.store.note_told(notice.id, self.now())?;
            posted += 1;
        }
        Ok(posted)
    }

    /// Notes that whoever was told says that it is done, and takes the file out of the outbox.
    pub fn confirm(&self, notice: i64, outbox: &Path) -> Result<Option<Notice>, RightsError> {
        if !self.store.note_confirmed(notice, self.now())? {
            return Ok(None);
        }
        let found = self.store.notices()?.into_iter().find(|known| known.id == notice);
        if let Some(notice) = &found {
            match std::fs::remove_file(notice_file(outbox, notice)) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(StoreError::from(error).into());
                }
                _ => {}
            }
        }
        Ok(found)
    }
}

/// Where the file of a notice lies.
pub fn notice_file(outbox: &Path, notice: &Notice) -> PathBuf {
    let name = plain(&notice.recipient);
    outbox.join(format!("notice-{name}-{}-{}.csv", notice.use_id, notice.id))
}

fn plain(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '_' { c } else { '_' };
    name.chars().map(plain).collect()
}

fn csv<const N: usize>(head: &[&str; N], rows: &[[String; N]]) -> Result<String, RightsError> {
    const FAILED: StoreError = StoreError::Damaged("a notice cannot be written as CSV");
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(head).map_err(|_| FAILED)?;
    for row in rows {
        writer.write_record(row).map_err(|_| FAILED)?;
    }
    let bytes = writer.into_inner().map_err(|_| FAILED)?;
    Ok(String::from_utf8(bytes).map_err(|_| FAILED)?)
}
