//! What came from outside is not read again as something else: through a link, or as a copy.
//!
//! A charter that reads the same file openly under another name waits for two keys. Beside that a name can be
//! laid in the folder that the charter cannot see through, so each file of a source from inside is held
//! against those of the sources from outside, of this charter and of any before: whether it is one of
//! them, or holds the bytes of one, there now or as it was loaded. Price: a copy with one more row is not known; what it
//! feeds that a purpose sees waits for two keys all the same.

use std::collections::BTreeSet;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use theirs_charter::{Charter, Need, Outside, Refusal, Source};
use theirs_model::Digest;

use super::loading::Loading;
use super::{digest_of, folder};
use crate::failure::Failure;

/// A file that is about to be read.
pub(super) struct Reading<'f> {
    /// The folder of the sources.
    pub(super) input: &'f Path,
    /// Where it lies.
    pub(super) path: &'f Path,
    /// Its bytes.
    pub(super) digest: &'f Digest,
}

/// Refuses to read, as a source from inside, what a source from outside reads or read.
///
/// # Errors
/// The refusal; or the store failed.
pub(super) fn refuse(loading: &Loading<'_>, file: &Reading<'_>) -> Result<(), Failure> {
    let source = loading.source;
    if source.kind.is_outside() {
        return Ok(());
    }
    let Some(outside) = whose(loading, file)? else { return Ok(()) };
    let (name, subject) = (&source.name, format!("source:{}", source.name));
    let authority = loading.workspace.authority()?;
    // Two people have agreed to it: else it would be from outside still.
    let is_agreed = authority
        .gate(&subject)
        .is_ok_and(|gate| matches!(gate.need, Some(Need::Formerly { .. })) && gate.is_approved());
    if is_agreed {
        return Ok(());
    }
    let because = format!(
        "the file of \"{name}\" is that of \"{outside}\", or a copy of it, and that came from outside"
    );
    let change = format!("only {outside} may read it, or the charter would have to name its file");
    Err(Refusal::new(&format!("sources.{name}.file"), because, change).into())
}

/// The source from outside whose file this is.
fn whose(loading: &Loading<'_>, file: &Reading<'_>) -> Result<Option<String>, Failure> {
    let (store, source) = (&loading.workspace.store, loading.source);
    let mut seen: BTreeSet<String> = BTreeSet::new();
    for version in store.charter_versions()? {
        let then = Charter::read_with("charter.yaml", &version.text, Outside::AsApplied);
        let Ok(then) = then else { continue };
        let others = then.sources.iter().filter(|other| is_other(source, other));
        for other in others {
            let here = other.file_here().filter(|here| seen.insert((*here).to_owned()));
            let is_read = here.map_or(Ok(false), |here| is_one_of(file, here))?;
            let loaded = store.loaded_files(&other.name, &version.digest)?;
            if is_read || loaded.values().any(|known| known == file.digest) {
                return Ok(Some(other.name.clone()));
            }
        }
    }
    Ok(None)
}

/// Whether another source is from outside and is not what the charter itself shows to be read by both:
/// that waits for two keys, or the first charter had it so. Two tables of one database are not the same.
fn is_other(source: &Source, other: &Source) -> bool {
    other.kind.is_outside()
        && other.file != source.file
        && (other.table.is_none() || other.table == source.table)
}

/// Whether a file is one of those that a name stands for, or holds the bytes of one.
fn is_one_of(file: &Reading<'_>, name: &str) -> Result<bool, Failure> {
    let identity = |path: &Path| {
        std::fs::metadata(path).ok().map(|found| ((found.dev(), found.ino()), found.len()))
    };
    let Some((own, length)) = identity(file.path) else { return Ok(false) };
    for (path, ..) in folder::look(file.input, name) {
        let Some((known, long)) = identity(&path) else { continue };
        if known == own || (long == length && digest_of(&path)? == *file.digest) {
            return Ok(true);
        }
    }
    Ok(false)
}
