//! The sweep: after it no file of the folder holds a byte of whoever was erased.
//!
//! Answers are free of them from the moment of erasure; this is about what lies on the disk: files
//! of the lake, people in columns, lists in the outbox, pages of the database and its write-ahead log. Every step may
//! be done again, and only the last one notes that it is done; if we crash before, all are done
//! again. An erasure that comes while a sweep runs waits for the next.

use std::collections::HashSet;
use std::fs::File;
use std::io::ErrorKind;
use std::path::Path;

use serde::Serialize;
use theirs_model::UseId;
use theirs_store::{
    Doing, Erasure, ErasureId, Folder, Forgotten, StoreError, compact, put_private, upgrade,
};

use crate::desk::{Desk, RightsError};
use crate::tell::SOURCE;

/// What a sweep did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Swept {
    /// Erasures that are complete now.
    pub erasures: u64,
    /// Files of the lake that were written anew or removed.
    pub lake_files: u64,
    /// Rows that were taken out of them.
    pub rows: u64,
    /// Lists in the outbox that were cut or removed.
    pub lists: u64,
    /// Deletions of single values that are complete now.
    pub values: u64,
    /// Whether somebody was reading, so that the database could not be emptied of what was deleted:
    /// nothing is noted then, and the next sweep tries again.
    pub is_hindered: bool,
}

impl Desk {
    /// Frees every file of those erased in `pending`, and of values that were deleted. Nobody may write files of the lake meanwhile.
    pub fn sweep(&self, pending: &[Erasure], folder: &Folder) -> Result<Swept, RightsError> {
        let mut swept = Swept::default();
        let deletions = self.store.pending_deletions()?;
        if pending.is_empty() && deletions.is_empty() {
            return Ok(swept);
        }
        upgrade::forget(folder).map_err(StoreError::from)?;
        super::journal::write_journal(&self.store, &folder.erasures())?;
        let outbox = &folder.outbox();
        self.post(outbox)?;
        self.forget_notices(pending, outbox)?;
        self.forget_overtaken(&deletions, outbox)?;
        swept.lists = self.cut_lists(pending, outbox)? + self.blank_lists(&deletions, outbox)?;
        let records = self.store.unswept_records()?;
        let Forgotten { files, rows } = self.lake.forget(&self.store, &records)?;
        (swept.lake_files, swept.rows) = (files, rows);
        clear(&folder.people()).map_err(StoreError::from)?;
        if !compact(&folder.database(), &self.keys.database())? {
            swept.is_hindered = true;
            return Ok(swept);
        }
        let done: Vec<ErasureId> = pending.iter().map(|erasure| erasure.id).collect();
        self.store.note_swept(&done, self.now())?;
        let values: Vec<UseId> = deletions.iter().map(|deletion| deletion.use_id).collect();
        self.store.note_deletions_swept(&values, self.now())?;
        (swept.erasures, swept.values) = (done.len() as u64, values.len() as u64);
        Ok(swept)
    }

    /// Takes the rows of people out of the lists that lie in the outbox; says how many lists that
    /// changed.
    fn cut_lists(&self, pending: &[Erasure], outbox: &Path) -> Result<u64, RightsError> {
        let mut lists = 0;
        let mut gone: Vec<(String, HashSet<String>)> = Vec::new();
        for notice in self.store.notices()? {
            if notice.recipient.starts_with(SOURCE) {
                continue;
            }
            let Some(erasure) = pending.iter().find(|known| Some(known.id) == notice.erasure)
            else {
                continue;
            };
            for list in notice.uses {
                let references = erasure.slots.iter().map(|slot| self.keys.reference(list, *slot));
                match gone.iter_mut().find(|(known, _)| *known == list.to_string()) {
                    Some((_, known)) => known.extend(references),
                    None => gone.push((list.to_string(), references.collect())),
                }
            }
        }
        for (list, references) in &gone {
            for path in lists_of(outbox, list).map_err(StoreError::from)? {
                lists += u64::from(
                    cut(&path, |one| references.contains(one)).map_err(StoreError::from)?,
                );
            }
        }
        Ok(lists)
    }

    /// Takes activities out that are past the time that the charter gives their source, or counts
    /// them.
    pub(crate) fn take_out(
        &self,
        activity: &str,
        time: &str,
        cutoff: jiff::Timestamp,
        doing: Doing,
    ) -> Result<u64, RightsError> {
        Ok(self.lake.expire(&self.store, activity, time, cutoff, doing)?.rows)
    }
}

/// Removes people in columns: whoever needs them makes them again from the records.
fn clear(people: &Path) -> std::io::Result<()> {
    match std::fs::read_dir(people) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        listed => {
            for file in listed? {
                std::fs::remove_file(file?.path())?;
            }
            File::open(people)?.sync_all()
        }
    }
}

/// The lists in the outbox that were given under a use, also those that wait for a request.
pub(crate) fn lists_of(outbox: &Path, list: &str) -> std::io::Result<Vec<std::path::PathBuf>> {
    let ending = format!("-{list}.csv");
    let mut found = Vec::new();
    for folder in [outbox.to_owned(), outbox.join("webhook")] {
        let listed = match std::fs::read_dir(folder) {
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            listed => listed?,
        };
        for file in listed {
            let path = file?.path();
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
            if name.is_some_and(|name| name.ends_with(&ending)) {
                found.push(path);
            }
        }
    }
    Ok(found)
}

/// Cuts the rows of a list whose references are not to stay; says whether there were any. A list of
/// before there were references cannot be cut and is removed whole.
///
/// # Errors
/// The list cannot be read or written.
pub fn cut(path: &Path, goes: impl Fn(&str) -> bool) -> std::io::Result<bool> {
    let mut reader = csv::Reader::from_path(path)?;
    let head = reader.headers()?.clone();
    let Some(at) = head.iter().position(|name| name == "reference") else {
        std::fs::remove_file(path)?;
        return Ok(true);
    };
    let rows: Vec<csv::StringRecord> = reader.records().collect::<Result<_, _>>()?;
    let stays = |row: &&csv::StringRecord| !row.get(at).is_some_and(&goes);
    let kept: Vec<&csv::StringRecord> = rows.iter().filter(stays).collect();
    if kept.len() == rows.len() {
        return Ok(false);
    }
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(&head)?;
    for row in kept {
        writer.write_record(row)?;
    }
    let text = writer.into_inner().map_err(csv::IntoInnerError::into_error)?;
    put_private(path, &text)?;
    Ok(true)
}
