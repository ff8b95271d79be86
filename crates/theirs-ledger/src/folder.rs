//! The only place that writes the log's files.
//!
//! Three verbs. [`Folder::put`] makes new files durable: when it returns, their content, their names
//! and the names of all folders above them survive a power cut. [`Folder::replace`] exchanges one
//! file for another: if we crash here, the old or the new content is there, whole. An object store
//! offers these two verbs, so it can take this place. [`Folder::extend`] adds to the end of one file
//! and flushes it once; if we crash here, any part of what was added may be there.
//!
//! Every step on the disk is watched before and after it, so that tests can let each of them fail.

use std::collections::{BTreeSet, HashSet};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError, RwLock};

use crate::LedgerError;

/// The log's folder, held by this process alone.
pub(crate) struct Folder {
    root: PathBuf,
    /// Holds the lock until it is dropped.
    _held: File,
    /// Folders whose own names are known to be durable, so that their parents need no flush.
    settled: Mutex<HashSet<PathBuf>>,
    /// Is told of each step on the disk, and may let it fail; only tests set it.
    watch: RwLock<Option<Watch>>,
}

/// Hears of a step and its path, before and after it; its error is taken for the disk's.
pub(crate) type Watch = Box<dyn Fn(When, Step, &Path) -> io::Result<()> + Send + Sync>;

/// Whether a step is about to be taken or was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum When {
    Before,
    After,
}

/// One step on the disk: the places between which a crash may come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    MadeFolder,
    Created,
    Wrote,
    Cut,
    FlushedFile,
    FlushedData,
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
            watch: RwLock::new(None),
        })
    }

    /// Lets a test hear of every step from now on.
    pub(crate) fn watch(&self, watch: Option<Watch>) {
        *self.watch.write().unwrap_or_else(PoisonError::into_inner) = watch;
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
            self.step(Step::MadeFolder, above, || match fs::create_dir(above) {
                Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
                _ => Ok(()),
            })?;
            // Found or made: a crash may have left it without its parent flushed.
            changed.insert(parent(above).to_owned());
        }
        Ok(())
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut file = self.step(Step::Created, path, || File::create(path))?;
        self.step(Step::Wrote, path, || file.write_all(bytes))?;
        self.step(Step::FlushedFile, path, || file.sync_all())
    }

    /// Makes an empty file, durably, and opens it to be extended.
    pub(crate) fn begin(&self, name: &str) -> Result<File, LedgerError> {
        self.put([(name.to_owned(), &[][..])])?;
        self.open(name)
    }

    /// Opens a file to be extended.
    pub(crate) fn open(&self, name: &str) -> Result<File, LedgerError> {
        let path = self.path(name);
        File::options().append(true).open(&path).map_err(failed("open", &path))
    }

    /// Adds to the end of a file; it is durable when this returns.
    pub(crate) fn extend(
        &self,
        file: &mut File,
        name: &str,
        bytes: &[u8],
    ) -> Result<(), LedgerError> {
        let path = self.path(name);
        self.step(Step::Wrote, &path, || file.write_all(bytes))
            .and_then(|()| self.step(Step::FlushedData, &path, || file.sync_data()))
            .map_err(failed("extend", &path))
    }

    /// Takes away what a crash left at the end of a file, durably.
    pub(crate) fn cut(&self, name: &str, length: u64) -> Result<(), LedgerError> {
        let path = self.path(name);
        let cut = || {
            let file = File::options().write(true).open(&path)?;
            self.step(Step::Cut, &path, || file.set_len(length))?;
            self.step(Step::FlushedFile, &path, || file.sync_all())
        };
        cut().map_err(failed("cut", &path))
    }

    /// The names of the files in one folder of the log, in order; none if it is not there.
    pub(crate) fn list(&self, name: &str) -> Result<Vec<String>, LedgerError> {
        let path = self.path(name);
        let listed = match fs::read_dir(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            listed => listed.map_err(failed("list", &path))?,
        };
        let mut names = Vec::new();
        for item in listed {
            let file = item.map_err(failed("list", &path))?.file_name();
            names.extend(file.into_string());
        }
        names.sort();
        Ok(names)
    }

    /// Removes a file that nothing needs any more, durably.
    pub(crate) fn remove(&self, name: &str) -> Result<(), LedgerError> {
        let path = self.path(name);
        self.step(Step::Removed, &path, || fs::remove_file(&path))
            .and_then(|()| self.flush(parent(&path)))
            .map_err(failed("remove", &path))
    }

    fn flush(&self, folder: &Path) -> io::Result<()> {
        self.step(Step::FlushedFolder, folder, || sync_folder(folder))
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
        self.step(Step::Renamed, to, || fs::rename(from, to))
    }

    fn step<T>(
        &self,
        step: Step,
        path: &Path,
        take: impl FnOnce() -> io::Result<T>,
    ) -> io::Result<T> {
        let watch = self.watch.read().unwrap_or_else(PoisonError::into_inner);
        let Some(watch) = watch.as_ref() else { return take() };
        watch(When::Before, step, path)?;
        let taken = take()?;
        watch(When::After, step, path)?;
        Ok(taken)
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
            self.step(Step::Removed, &file.path(), || fs::remove_file(file.path()))?;
        }
        if keep.is_none() {
            self.settled.lock().unwrap_or_else(PoisonError::into_inner).remove(&folder);
            self.step(Step::Removed, &folder, || fs::remove_dir(&folder))?;
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
