//! The working folder: what lies where, and that one process at a time owns it.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// A working folder and, while it is open, its lock.
#[derive(Debug)]
pub struct Folder {
    root: PathBuf,
    lock: Option<File>,
}

/// Why a folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// There is no working folder here.
    #[error("{} is not a working folder: it has no data/; make one with `theirs init`", .0.display())]
    Missing(PathBuf),
    /// Another process owns it.
    #[error("{} is in use by another process ({holder}); wait for it to end, or stop it", folder.display())]
    InUse {
        /// The folder.
        folder: PathBuf,
        /// What the other process said of itself.
        holder: String,
    },
    /// The operating system refused.
    #[error("{}: {source}", path.display())]
    Io {
        /// What it was about.
        path: PathBuf,
        /// What it said.
        source: std::io::Error,
    },
}

impl Folder {
    /// Makes the folders of a new working folder; what is there already stays.
    pub fn create(root: &Path) -> Result<Self, FolderError> {
        let folder = Self { root: root.to_owned(), lock: None };
        for path in [folder.data(), folder.lake(), folder.keys()] {
            private_folder(&path).map_err(|source| FolderError::Io { path, source })?;
        }
        Ok(folder)
    }

    /// Takes possession of a working folder; `holder` is what others are told meanwhile.
    pub fn open(root: &Path, holder: &str) -> Result<Self, FolderError> {
        let mut folder = Self { root: root.to_owned(), lock: None };
        if !folder.data().is_dir() {
            return Err(FolderError::Missing(root.to_owned()));
        }
        folder.lock = Some(folder.take(holder)?);
        Ok(folder)
    }

    fn take(&self, holder: &str) -> Result<File, FolderError> {
        let path = self.data().join("lock");
        let io = |source| FolderError::Io { path: path.clone(), source };
        let mut options = OpenOptions::new();
        let mut file =
            options.read(true).write(true).create(true).truncate(false).open(&path).map_err(io)?;
        if file.try_lock().is_err() {
            let mut other = String::new();
            let _ = file.read_to_string(&mut other);
            let holder = other.trim().to_owned();
            return Err(FolderError::InUse { folder: self.root.clone(), holder });
        }
        file.set_len(0).map_err(io)?;
        file.seek(SeekFrom::Start(0)).map_err(io)?;
        writeln!(file, "{holder}, process {}", std::process::id()).map_err(io)?;
        Ok(file)
    }

    /// The folder itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Everything that is not written by hand.
    pub fn data(&self) -> PathBuf {
        self.root.join("data")
    }

    /// The charter that is being written, which is inert until applied.
    pub fn charter(&self) -> PathBuf {
        self.root.join("charter.yaml")
    }

    /// The database.
    pub fn database(&self) -> PathBuf {
        self.data().join("store.sqlite")
    }

    /// The activities.
    pub fn lake(&self) -> PathBuf {
        self.data().join("lake")
    }

    /// The ledger.
    pub fn ledger(&self) -> PathBuf {
        self.data().join("ledger")
    }

    /// The keys, to be backed up apart from everything else.
    pub fn keys(&self) -> PathBuf {
        self.data().join("keys")
    }

    /// Where a running server listens for commands.
    pub fn socket(&self) -> PathBuf {
        Self::socket_of(&self.root)
    }

    /// The same of a folder that another process owns.
    pub fn socket_of(root: &Path) -> PathBuf {
        root.join("data").join("theirs.sock")
    }

    /// Lists that were written for recipients.
    pub fn outbox(&self) -> PathBuf {
        self.root.join("outbox")
    }
}

/// Makes a folder that only its owner may enter.
fn private_folder(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path)
}
