//! What came from outside is not read again as something else: through a link, or as a copy.
//!
//! A charter that reads the same file openly under another name waits for two keys. Beside that a name can be
//! laid in the folder that the charter cannot see through, so each file of a source from inside is held
//! against those of the sources from outside, of this charter and of any before: whether it is one of
//! them, or holds the bytes of one, there now or as it was loaded. Price: a copy with one more row is not known; what it
//! feeds that a purpose sees waits for two keys all the same.

use std::collections::BTreeSet;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use theirs_charter::{Charter, Need, Outside, Refusal, Source};
use theirs_model::Digest;

use super::loading::Loading;
use super::{digest_of, folder};
use crate::failure::Failure;

/// A file that is about to be read.
pub(super) struct Reading<'f> {
    /// Where it lies.
    pub(super) path: &'f Path,
    /// Its bytes.
    pub(super) digest: &'f Digest,
}

/// The sources from outside, of this charter and of any before, that the files of a source are held
/// against; gathered once for all of its files.
#[derive(Default)]
pub(super) struct Outsiders(Vec<Outsider>);

/// A source from outside.
struct Outsider {
    name: String,
    /// Its files that lie in the folder: where, which, and how long.
    here: Vec<(PathBuf, Identity)>,
    /// The digests of those that were loaded.
    loaded: BTreeSet<Digest>,
}

/// Which file it is on this disk, whatever names lead to it, and its length in bytes.
type Identity = ((u64, u64), u64);

impl Outsiders {
    /// Those that are not `source`, which is from inside; none for one that is from outside itself.
    ///
    /// # Errors
    /// The store failed.
    pub(super) fn of(loading: &Loading<'_>, input: &Path) -> Result<Self, Failure> {
        let (store, source) = (&loading.workspace.store, loading.source);
        if source.kind.is_outside() {
            return Ok(Self::default());
        }
        let (mut all, mut seen) = (Vec::new(), BTreeSet::new());
        for version in store.charter_versions()? {
            let then = Charter::read_with("charter.yaml", &version.text, Outside::AsApplied);
            let Ok(then) = then else { continue };
            for other in then.sources.iter().filter(|other| is_other(source, other)) {
                let here = other.file_here().filter(|here| seen.insert((*here).to_owned()));
                let here = here.into_iter().flat_map(|here| folder::look(input, here));
                let here = here.filter_map(|(path, ..)| Some((identity(&path)?, path)));
                let loaded = store.loaded_files(&other.name, &version.digest)?;
                all.push(Outsider {
                    name: other.name.clone(),
                    here: here.map(|(known, path)| (path, known)).collect(),
                    loaded: loaded.into_values().collect(),
                });
            }
        }
        Ok(Self(all))
    }

    /// Refuses to read, as a source from inside, what a source from outside reads or read.
    ///
    /// # Errors
    /// The refusal; or a file cannot be read.
    pub(super) fn refuse(&self, loading: &Loading<'_>, file: &Reading<'_>) -> Result<(), Failure> {
        let Some(outside) = self.whose(file)? else { return Ok(()) };
        let (name, subject) = (&loading.source.name, format!("source:{}", loading.source.name));
        let authority = loading.workspace.authority()?;
        // Two people have agreed to it: else it would be from outside still.
        let is_agreed = authority.gate(&subject).is_ok_and(|gate| {
            matches!(gate.need, Some(Need::Formerly { .. })) && gate.is_approved()
        });
        if is_agreed {
            return Ok(());
        }
        let because = format!(
            "the file of \"{name}\" is that of \"{outside}\", or a copy of it, and that came from outside"
        );
        let change =
            format!("only {outside} may read it, or the charter would have to name its file");
        Err(Refusal::new(&format!("sources.{name}.file"), because, change).into())
    }

    /// The source from outside whose file this is.
    fn whose(&self, file: &Reading<'_>) -> Result<Option<&str>, Failure> {
        let own = identity(file.path);
        for other in &self.0 {
            if other.loaded.contains(file.digest) || is_one_of(file, own, &other.here)? {
                return Ok(Some(&other.name));
            }
        }
        Ok(None)
    }
}

/// Whether another source is from outside and is not what the charter itself shows to be read by both:
/// that waits for two keys, or the first charter had it so. Two tables of one database are not the same.
fn is_other(source: &Source, other: &Source) -> bool {
    other.kind.is_outside()
        && other.file != source.file
        && (other.table.is_none() || other.table == source.table)
}

fn identity(path: &Path) -> Option<Identity> {
    std::fs::metadata(path).ok().map(|found| ((found.dev(), found.ino()), found.len()))
}

/// Whether a file is one of these, or holds the bytes of one.
fn is_one_of(
    file: &Reading<'_>,
    own: Option<Identity>,
    here: &[(PathBuf, Identity)],
) -> Result<bool, Failure> {
    let Some((own, length)) = own else { return Ok(false) };
    for (path, (known, long)) in here {
        if *known == own || (*long == length && digest_of(path)? == *file.digest) {
            return Ok(true);
        }
    }
    Ok(false)
}
