//! The only place that writes the log's files.
//!
//! Two verbs. [`Folder::put`] makes new files durable: when it returns, their content, their names
//! and the names of all folders above them survive a power cut. [`Folder::replace`] exchanges one
//! file for another: if we crash here, the old or the new content is there, whole. An object store
//! offers the same two verbs, so it can take this place.

use std::collections::{BTreeSet, HashSet};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::LedgerError;

/// The log's folder, held by this process alone.
pub(crate) struct Folder {
    root: PathBuf,
    /// Holds the lock until it is dropped.
    _held: File,
    /// Folders whose own names are known to be durable, so that their parents need no flush.
    settled: Mutex<HashSet<PathBuf>>,
    /// Is told of each step on the disk, and may let it fail; only tests set it.
    pub(crate) watch: Option<Watch>,
}

/// Hears of a step and its path; its error is taken for the disk's.
pub(crate) type Watch = Box<dyn Fn(Step, &Path) -> io::Result<()> + Send + Sync>;

/// One step on the disk, after it was taken: the places between which a crash may come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    MadeFolder,
    Created,
    Wrote,
    FlushedFile,
    FlushedFolder,
    Renamed,
    Removed,
}

impl Folder {
    /// Takes hold of a folder that exists; refused while another process or ledger holds it.
    pub(crate) fn hold(root: &Path) -> Result<Self, LedgerError> {
        let held = File::open(root).map_err(failed("open the folder", root))?;
        match held.try_lock() {
            Ok(()) => {}
            Err(fs::TryLockError::WouldBlock) => {
                return Err(LedgerError::InUse { folder: root.to_owned() });
            }
            Err(fs::TryLockError::Error(error)) => {
                return Err(failed("lock the folder", root)(error));
            }
        }
        Ok(Self {
            root: root.to_owned(),
            _held: held,
            settled: Mutex::new(HashSet::from([root.to_owned()])),
            watch: None,
        })
    }

    /// The full path of a file of the log.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// The content of a file.
    pub(crate) fn read(&self, name: &str) -> Result<Vec<u8>, LedgerError> {
        let path = self.path(name);
        fs::read(&path).map_err(failed("read", &path))
    }

    /// Writes files that no checkpoint claims yet, and returns when all of them are durable.
    pub(crate) fn put<'a>(
        &self,
        files: impl IntoIterator<Item = (String, &'a [u8])>,
    ) -> Result<(), LedgerError> {
        let mut changed = BTreeSet::new();
        for (name, bytes) in files {
            let path = self.path(&name);
            self.make_parents(&path, &mut changed).map_err(failed("make the folder of", &path))?;
            self.write(&path, bytes).map_err(failed("write", &path))?;
        }
        for folder in &changed {
            self.flush(folder).map_err(failed("flush the folder", folder))?;
        }
        self.settled.lock().unwrap_or_else(PoisonError::into_inner).extend(changed);
        Ok(())
    }

    /// Makes the folders above `path`, and notes which of them have to be flushed.
    fn make_parents(&self, path: &Path, changed: &mut BTreeSet<PathBuf>) -> io::Result<()> {
        let folder = parent(path);
        changed.insert(folder.to_owned());
        let settled = self.settled.lock().unwrap_or_else(PoisonError::into_inner);
        let missing: Vec<&Path> =
            folder.ancestors().take_while(|above| !settled.contains(*above)).collect();
        for above in missing.into_iter().rev() {
            match fs::create_dir(above) {
                Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
                // Found or made: a crash may have left it without its parent flushed.
                _ => changed.insert(parent(above).to_owned()),
            };
            self.step(Step::MadeFolder, above)?;
        }
        Ok(())
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut file = File::create(path)?;
        self.step(Step::Created, path)?;
        file.write_all(bytes)?;
        self.step(Step::Wrote, path)?;
        file.sync_all()?;
        self.step(Step::FlushedFile, path)
    }

    fn flush(&self, folder: &Path) -> io::Result<()> {
        sync_folder(folder)?;
        self.step(Step::FlushedFolder, folder)
    }

    /// Exchanges one file at the top of the folder, whole and durably.
    ///
    /// Where the last flush fails, the fresh file is put back beside the other as a sign that the
    /// exchange was cut short: a disk may say of a second flush that all is well when it is not.
    pub(crate) fn replace(&self, name: &str, bytes: &[u8]) -> Result<(), LedgerError> {
        let (path, fresh) = (self.path(name), self.fresh(name));
        self.write(&fresh, bytes)
            .and_then(|()| self.rename(&fresh, &path))
            .and_then(|()| self.flush(&self.root).inspect_err(|_| drop(File::create(&fresh))))
            .map_err(failed("replace", &path))
    }

    /// Makes durable what an exchange may have left in memory, and writes only if it was cut short.
    ///
    /// The content of the file was flushed before it got its name, so flushing the names is enough.
    pub(crate) fn settle(&self, name: &str, bytes: &[u8]) -> Result<(), LedgerError> {
        if self.fresh(name).exists() {
            return self.replace(name, bytes);
        }
        self.flush(&self.root).map_err(failed("flush the folder", &self.root))
    }

    fn fresh(&self, name: &str) -> PathBuf {
        self.path(&format!("{name}.new"))
    }

    /// Notes the folders of files that a durable checkpoint claims: their names are durable, as all
    /// of them were flushed before that checkpoint.
    pub(crate) fn know(&self, claimed: impl IntoIterator<Item = String>) {
        let mut settled = self.settled.lock().unwrap_or_else(PoisonError::into_inner);
        for name in claimed {
            let path = self.path(&name);
            let above = path.ancestors().skip(1).take_while(|above| above.starts_with(&self.root));
            settled.extend(above.map(Path::to_owned));
        }
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)?;
        self.step(Step::Renamed, to)
    }

    fn step(&self, step: Step, path: &Path) -> io::Result<()> {
        self.watch.as_ref().map_or(Ok(()), |watch| watch(step, path))
    }

    /// Removes everything in the folder `name` but the file `keep`; without one, the folder too.
    ///
    /// Nothing depends on its success or its durability: it only gives space back.
    pub(crate) fn tidy(&self, name: &str, keep: Option<&str>) -> io::Result<()> {
        let folder = self.path(name);
        let listed = match fs::read_dir(&folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            listed => listed?,
        };
        for file in listed {
            let file = file?;
            if file.file_name().to_str() == keep {
                continue;
            }
            fs::remove_file(file.path())?;
            self.step(Step::Removed, &file.path())?;
        }
        if keep.is_none() {
            self.settled.lock().unwrap_or_else(PoisonError::into_inner).remove(&folder);
            fs::remove_dir(&folder)?;
            self.step(Step::Removed, &folder)?;
        }
        Ok(())
    }
}

/// Makes the names in a folder durable.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// The folder of a path; the present folder for a bare name.
pub(crate) fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(above) if above != Path::new("") => above,
        _ => Path::new("."),
    }
}

/// Turns a failure of the disk into our error, with what was tried and where.
pub(crate) fn failed<'a>(
    verb: &'static str,
    path: &'a Path,
) -> impl Fn(io::Error) -> LedgerError + use<'a> {
    move |source| LedgerError::Disk { verb, path: path.to_owned(), source }
}
