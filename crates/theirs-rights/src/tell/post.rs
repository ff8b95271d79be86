//! The files of notices, and what else is made of what they say.

use std::path::{Path, PathBuf};

use theirs_charter::Tell;
use theirs_store::{Notice, StoreError, put_private};

use super::SOURCE;
use crate::desk::{Desk, RightsError};
use crate::inert::inert_table;

impl Desk {
    /// How whoever gets a notice is told; one that the charter no longer has, by a file.
    pub fn way_to(&self, notice: &Notice) -> Tell {
        let way = match notice.recipient.strip_prefix(SOURCE) {
            Some(source) => self.charter.source(source).map(|source| &source.tell),
            None => self.charter.recipient(&notice.recipient).map(|recipient| &recipient.tell),
        };
        way.cloned().unwrap_or_default()
    }

    /// What clients read for the name of whoever gets a notice.
    pub fn named_in(&self, notice: &Notice) -> String {
        let name = match notice.recipient.strip_prefix(SOURCE) {
            Some(source) => self.charter.source(source).map(|source| &source.called),
            None => self.charter.recipient(&notice.recipient).map(|recipient| &recipient.name),
        };
        name.cloned().unwrap_or_else(|| notice.recipient.clone())
    }

    /// Writes the files of notices that have none yet and are told by one; says how many.
    pub fn post(&self, outbox: &Path) -> Result<u64, RightsError> {
        let mut posted = 0;
        for notice in self.store.untold_notices()? {
            if self.way_to(&notice) != Tell::File {
                continue;
            }
            write(&notice, outbox)?;
            if self.store.note_told(notice.id, self.now())? {
                posted += 1;
            } else {
                remove(&notice_file(outbox, &notice))?;
            }
        }
        Ok(posted)
    }

    /// Writes the file of a notice that could not be told otherwise, for a colleague to hand over.
    pub fn lay(&self, notice: &Notice, outbox: &Path) -> Result<(), RightsError> {
        write(notice, outbox)?;
        if !self.store.note_laid(notice.id, self.now())? {
            remove(&notice_file(outbox, notice))?;
        }
        Ok(())
    }

    /// Notes that a notice is on its way otherwise than by a file; says whether it stands.
    pub fn note_sent(&self, notice: &Notice) -> Result<bool, RightsError> {
        Ok(self.store.note_told(notice.id, self.now())?)
    }
}

fn write(notice: &Notice, outbox: &Path) -> Result<(), RightsError> {
    let Some(body) = &notice.body else { return Ok(()) };
    // A list of somebody's own words may be opened in a spreadsheet.
    let text =
        inert_table(body).map_err(|_| StoreError::Damaged("a notice does not read as CSV"))?;
    Ok(put_private(&notice_file(outbox, notice), text.as_bytes()).map_err(StoreError::from)?)
}

/// Where the file of a notice lies.
pub fn notice_file(outbox: &Path, notice: &Notice) -> PathBuf {
    outbox.join(csv_name(notice))
}

/// The name of the file of a notice.
pub fn csv_name(notice: &Notice) -> String {
    let name = plain(&notice.recipient);
    format!("notice-{name}-{}-{}.csv", notice.use_id, notice.id)
}

/// The rows of what a notice says, each field with its name.
pub fn rows_of(body: &str) -> Vec<Vec<(String, String)>> {
    let mut reader = csv::Reader::from_reader(body.as_bytes());
    let Ok(head) = reader.headers().cloned() else { return Vec::new() };
    let named = |row: csv::StringRecord| {
        head.iter().zip(row.iter()).map(|(name, text)| (name.to_owned(), text.to_owned())).collect()
    };
    reader.records().filter_map(Result::ok).map(named).collect()
}

pub(crate) fn remove(path: &Path) -> Result<(), RightsError> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(StoreError::from(error).into())
        }
        _ => Ok(()),
    }
}

pub(super) fn plain(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '_' { c } else { '_' };
    name.chars().map(plain).collect()
}
