//! The journal of erasures: one file each, of numbers and keyed marks alone, beside the ledger.
//!
//! It is what a restore needs to do again what was erased after a backup was made, so it is copied
//! elsewhere as often as the ledger is. It is written before an erasure is acknowledged; if we crash
//! before, opening the folder writes it, as long as the store still knows the records' numbers.

use std::io::ErrorKind;
use std::path::Path;

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use theirs_model::{RecordId, Slot, UseId};
use theirs_store::{ErasureId, Mark, MarkKind, Store, StoreError, Tombstone, put_private};

use crate::desk::RightsError;

/// The form that this version writes and reads.
const FORMAT: u32 = 1;
/// The longest file that is read, in bytes.
const LONGEST: u64 = 16 << 20;

/// Why a file is not read.
pub(crate) const DAMAGED: StoreError = StoreError::Damaged("a file of erasures/ cannot be read");

/// One erasure, without anything of whoever was erased.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Journalled {
    format: u32,
    /// The use under which the ledger holds it.
    pub use_id: UseId,
    /// When.
    pub at: Timestamp,
    /// Who said so.
    pub by: String,
    /// Why, in one of a few words.
    pub ground: String,
    /// The slots that were closed.
    pub slots: Vec<Slot>,
    /// The records that went.
    pub records: Vec<RecordId>,
    /// The marks of records that block a return.
    keys: Vec<String>,
    /// The marks of identifiers that do.
    identifiers: Vec<String>,
    /// Whether the person was let in again.
    pub is_readmitted: bool,
}

impl Journalled {
    /// The marks of the records that went.
    pub fn keys(&self) -> Vec<Mark> {
        marks(&self.keys)
    }

    /// What blocks the return of whoever was erased, unless they were let in again.
    pub fn tombstones(&self) -> Vec<Tombstone> {
        if self.is_readmitted {
            return Vec::new();
        }
        let of = |kind: MarkKind| move |mark: Mark| Tombstone { kind, mark };
        let keys = marks(&self.keys).into_iter().map(of(MarkKind::Key));
        let identifiers = marks(&self.identifiers).into_iter().map(of(MarkKind::Identifier));
        keys.chain(identifiers).collect()
    }
}

fn marks(texts: &[String]) -> Vec<Mark> {
    let mark = |text: &String| Some(Mark(text.parse::<UseId>().ok()?.0));
    texts.iter().filter_map(mark).collect()
}

/// Writes the file of every erasure whose files are not swept yet and that has none.
pub fn write_journal(store: &Store, folder: &Path) -> Result<(), RightsError> {
    for erasure in store.pending_erasures()? {
        let path = folder.join(format!("{}.json", erasure.use_id));
        if path.exists() {
            continue;
        }
        // What went because it was past its time has no marks. It goes again by itself, and stands
        // here so that the journal is as long as the ledger says that it is.
        let marks = store.tombstones_of(erasure.id)?;
        let of = |kind: MarkKind| {
            let marks = marks.iter().filter(|one| one.kind == kind);
            marks.map(|one| UseId(one.mark.0).to_string()).collect()
        };
        put(
            &path,
            &Journalled {
                format: FORMAT,
                use_id: erasure.use_id,
                at: erasure.at,
                by: erasure.by,
                ground: erasure.ground,
                slots: erasure.slots,
                records: store.unswept_records_of(erasure.id)?,
                keys: of(MarkKind::Key),
                identifiers: of(MarkKind::Identifier),
                is_readmitted: erasure.readmitted.is_some(),
            },
        )?;
    }
    crate::delete::write_deletions(store, folder)
}

/// Notes in their files that people were let in again.
pub fn note_readmitted(
    store: &Store,
    folder: &Path,
    whose: &[ErasureId],
) -> Result<(), RightsError> {
    for erasure in store.erasures()? {
        if !whose.contains(&erasure.id) {
            continue;
        }
        let path = folder.join(format!("{}.json", erasure.use_id));
        if let Some(mut known) = read::<Journalled>(&path)? {
            known.is_readmitted = true;
            put(&path, &known)?;
        }
    }
    Ok(())
}

/// Every erasure in a folder, the earliest first.
pub fn read_journal(folder: &Path) -> Result<Vec<Journalled>, RightsError> {
    let mut found: Vec<Journalled> = each_in(folder, "json")?;
    if found.iter().any(|known| known.format != FORMAT) {
        return Err(DAMAGED.into());
    }
    found.sort_by_key(|known| (known.at, known.use_id));
    Ok(found)
}

/// Every file of the journal with this ending.
pub(crate) fn each_in<T: DeserializeOwned>(
    folder: &Path,
    ending: &str,
) -> Result<Vec<T>, RightsError> {
    let listed = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        listed => listed.map_err(StoreError::from)?,
    };
    let mut found = Vec::new();
    for file in listed {
        let path = file.map_err(StoreError::from)?.path();
        if path.extension().is_some_and(|known| known == ending) {
            found.extend(read(&path)?);
        }
    }
    Ok(found)
}

fn read<T: DeserializeOwned>(path: &Path) -> Result<Option<T>, RightsError> {
    let text = match std::fs::metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Ok(found) if found.len() > LONGEST => return Err(DAMAGED.into()),
        _ => std::fs::read(path).map_err(StoreError::from)?,
    };
    Ok(Some(serde_json::from_slice(&text).map_err(|_| DAMAGED)?))
}

/// Writes a file of the journal, whole or not at all.
pub(crate) fn put(path: &Path, one: &impl Serialize) -> Result<(), RightsError> {
    let written = serde_json::to_vec(one).map_err(std::io::Error::from);
    let written = written.and_then(|text| put_private(path, &text));
    Ok(written.map_err(StoreError::from)?)
}
