//! The working folder: what lies where, and that one process at a time owns it.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use ring::digest::{Context, SHA256};
use theirs_model::Digest;

use crate::at_rest::Form;
use crate::settings::Settings;
use crate::store::StoreError;

/// The variable of the environment that says where the secrets lie, over `keys:` in `theirs.yaml`.
const SECRETS: &str = "THEIRS_KEYS";

/// A working folder and, while it is open, its lock.
#[derive(Debug)]
pub struct Folder {
    root: PathBuf,
    lock: Option<File>,
    /// Where the secrets lie, if not in `data/keys/`.
    secrets: Option<PathBuf>,
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
    /// A part of it is a link to somewhere else.
    #[error("{} is a link that leaves the folder; put the folder itself there", .0.display())]
    Leaves(PathBuf),
    /// The lock is a link.
    #[error("{} is no plain file; remove it", .0.display())]
    OddLock(PathBuf),
    /// `theirs.yaml` does not read.
    #[error(transparent)]
    Settings(StoreError),
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
        Self::at(root)?.made()
    }

    /// The same, with all of its keys within, whatever the environment says: for what is put
    /// together beside a working folder.
    pub fn create_apart(root: &Path) -> Result<Self, FolderError> {
        Self { root: root.to_owned(), lock: None, secrets: None }.made()
    }

    /// A working folder that is still to be made: nothing of it is looked at but `theirs.yaml`.
    pub fn at(root: &Path) -> Result<Self, FolderError> {
        let mut folder = Self { root: root.to_owned(), lock: None, secrets: None };
        let given = std::env::var_os(SECRETS).filter(|place| !place.is_empty());
        folder.secrets = match given {
            Some(place) => Some(place.into()),
            None => Settings::of(&folder).map_err(FolderError::Settings)?.keys,
        };
        folder.secrets = folder.secrets.map(|place| root.join(place));
        Ok(folder)
    }

    fn made(self) -> Result<Self, FolderError> {
        let folder = self;
        for path in [folder.data(), folder.lake(), folder.keys(), folder.erasures()] {
            private_folder(&path).map_err(|source| FolderError::Io { path, source })?;
        }
        folder.stays_inside()?;
        Ok(folder)
    }

    /// Takes possession of a working folder; `holder` is what others are told meanwhile.
    ///
    /// Lists and messages that a crash left half written are removed from the outbox.
    pub fn open(root: &Path, holder: &str) -> Result<Self, FolderError> {
        let mut folder = Self::at(root)?;
        if !folder.data().is_dir() {
            return Err(FolderError::Missing(root.to_owned()));
        }
        folder.stays_inside()?;
        folder.lock = Some(folder.take(holder)?);
        folder.sweep_outbox()?;
        Ok(folder)
    }

    /// Refuses a folder whose data or lists lie elsewhere: whoever made such a link would have
    /// personal data written to where they like.
    fn stays_inside(&self) -> Result<(), FolderError> {
        let io = |path: &Path| {
            let path = path.to_owned();
            move |source| FolderError::Io { path, source }
        };
        let root = self.root.canonicalize().map_err(io(&self.root))?;
        let parts = [
            self.data(),
            self.lake(),
            self.ledger(),
            self.people(),
            self.events(),
            self.keys(),
            self.database(),
            self.before_upgrade(),
            self.outbox(),
            self.mail(),
            self.refused_mail(),
            self.requests(),
        ];
        for path in parts {
            let is_link = path.symlink_metadata().is_ok_and(|found| found.is_symlink());
            if is_link && !path.canonicalize().is_ok_and(|real| real.starts_with(&root)) {
                return Err(FolderError::Leaves(path));
            }
        }
        Ok(())
    }

    /// Removes what a crash left of lists and messages that never became whole.
    fn sweep_outbox(&self) -> Result<(), FolderError> {
        for path in [self.outbox(), self.mail(), self.refused_mail(), self.requests()] {
            remove_parts(&path).map_err(|source| FolderError::Io { path, source })?;
        }
        Ok(())
    }

    fn take(&self, holder: &str) -> Result<File, FolderError> {
        let path = self.data().join("lock");
        let io = |source| FolderError::Io { path: path.clone(), source };
        if path.symlink_metadata().is_ok_and(|found| !found.is_file()) {
            return Err(FolderError::OddLock(path));
        }
        let mut options = OpenOptions::new();
        let mut file =
            options.read(true).write(true).create(true).truncate(false).open(&path).map_err(io)?;
        // Nothing was written yet; a link that was put there meanwhile is another file than ours.
        let (ours, there) = (file.metadata().map_err(io)?, path.symlink_metadata().map_err(io)?);
        if (ours.dev(), ours.ino()) != (there.dev(), there.ino()) {
            return Err(FolderError::OddLock(path));
        }
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

    /// What is kept of before an upgrade.
    pub fn before_upgrade(&self) -> PathBuf {
        self.data().join("before-upgrade")
    }

    /// The activities.
    pub fn lake(&self) -> PathBuf {
        self.data().join("lake")
    }

    /// The ledger.
    pub fn ledger(&self) -> PathBuf {
        self.data().join("ledger")
    }

    /// What was erased, by numbers and marks alone: to be copied elsewhere along with the ledger.
    pub fn erasures(&self) -> PathBuf {
        self.data().join("erasures")
    }

    /// What people are in columns, derived from the database and made again when it is gone.
    pub fn people(&self) -> PathBuf {
        self.data().join("people")
    }

    /// Events that were acknowledged and are not taken over into the rest yet.
    pub fn events(&self) -> PathBuf {
        self.data().join("events")
    }

    /// The keys, to be backed up apart from everything else.
    pub fn keys(&self) -> PathBuf {
        self.data().join("keys")
    }

    /// Where the master secret lies, and the key that signs the ledger: among the other keys, or
    /// where `theirs.yaml` or the environment says.
    pub fn secrets(&self) -> PathBuf {
        self.secrets.clone().unwrap_or_else(|| self.keys())
    }

    /// Whether something is kept here already that only its own keys open.
    pub(crate) fn has_data(&self) -> bool {
        Form::of(&self.database()).ok() != Some(Form::Nothing)
            || self.ledger().join("checkpoint").exists()
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

    /// Where lists wait that go by requests.
    pub fn requests(&self) -> PathBuf {
        self.outbox().join("webhook")
    }

    /// Messages that wait to be sent.
    pub fn mail(&self) -> PathBuf {
        self.outbox().join("mail")
    }

    /// Messages that the mail server refused for good.
    pub fn refused_mail(&self) -> PathBuf {
        self.mail().join("refused")
    }
}

fn remove_parts(folder: &Path) -> std::io::Result<()> {
    let listed = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        listed => listed?,
    };
    for entry in listed {
        let entry = entry?;
        let is_part = entry.path().extension().is_some_and(|ending| ending == "part");
        if is_part && entry.file_type()?.is_file() {
            std::fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// How many drafts were written: two who write the same file have one each.
static DRAFTS: AtomicU64 = AtomicU64::new(0);

/// Writes a file for its owner alone, whole or not at all, in a folder that only its owner may enter.
///
/// # Errors
/// It cannot be written; what was there before is there still.
pub fn put_private(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    private_folder(folder)?;
    let draft = DRAFTS.fetch_add(1, Ordering::Relaxed);
    let draft = path.with_extension(format!("{draft}.part"));
    let _ = std::fs::remove_file(&draft);
    let mut options = std::fs::OpenOptions::new();
    let mut file = options.write(true).create_new(true).mode(0o600).open(&draft)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&draft, path)?;
    std::fs::File::open(folder)?.sync_all()
}

/// Removes a file, if it is there still.
pub fn remove_if_there(path: &Path) -> std::io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}

/// SHA-256 of the bytes of a file, and how many they are.
pub fn file_digest(path: &Path) -> std::io::Result<(Digest, u64)> {
    let (mut file, mut context) = (File::open(path)?, Context::new(&SHA256));
    let (mut buffer, mut bytes) = (vec![0; 1 << 16], 0);
    loop {
        match file.read(&mut buffer)? {
            0 => break,
            read => {
                context.update(&buffer[..read]);
                bytes += read as u64;
            }
        }
    }
    let mut found = [0; 32];
    found.copy_from_slice(context.finish().as_ref());
    Ok((Digest(found), bytes))
}

/// Makes a folder that only its owner may enter.
pub(crate) fn private_folder(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn a_link_out_of_the_folder_is_refused_and_its_target_is_left_alone() {
        let elsewhere = tempfile::tempdir().unwrap();
        let target = elsewhere.path().join("target");
        for part in ["data", "outbox", "outbox/mail", "data/lake"] {
            let root = tempfile::tempdir().unwrap();
            Folder::create(root.path()).unwrap();
            let path = root.path().join(part);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            let _ = std::fs::remove_dir_all(&path);
            symlink(elsewhere.path(), &path).unwrap();
            let refused = Folder::open(root.path(), "test");
            assert!(matches!(&refused, Err(FolderError::Leaves(p)) if *p == path), "{part}");
            assert!(std::fs::read_dir(elsewhere.path()).unwrap().next().is_none(), "{part}");
        }
        let root = tempfile::tempdir().unwrap();
        Folder::create(root.path()).unwrap();
        std::fs::write(&target, "precious").unwrap();
        symlink(&target, root.path().join("data/lock")).unwrap();
        assert!(matches!(Folder::open(root.path(), "test"), Err(FolderError::OddLock(_))));
        assert_eq!(std::fs::read_to_string(&target).unwrap(), "precious");
    }

    #[test]
    fn a_link_within_the_folder_is_followed() {
        let root = tempfile::tempdir().unwrap();
        Folder::create(root.path()).unwrap();
        std::fs::create_dir(root.path().join("lists")).unwrap();
        symlink(root.path().join("lists"), root.path().join("outbox")).unwrap();
        Folder::open(root.path(), "test").unwrap();
    }

    #[test]
    fn opening_removes_what_never_became_whole_and_nothing_else() {
        let root = tempfile::tempdir().unwrap();
        let folder = Folder::create(root.path()).unwrap();
        for place in [folder.outbox(), folder.mail(), folder.refused_mail()] {
            std::fs::create_dir_all(&place).unwrap();
            std::fs::write(place.join("1.csv"), "whole").unwrap();
            std::fs::write(place.join("2.part"), "half").unwrap();
        }
        drop(Folder::open(root.path(), "test").unwrap());
        for place in [folder.outbox(), folder.mail(), folder.refused_mail()] {
            let files = std::fs::read_dir(&place).unwrap().map(|entry| entry.unwrap());
            let files = files.filter(|entry| entry.file_type().unwrap().is_file());
            let left: Vec<_> = files.map(|entry| entry.file_name()).collect();
            assert_eq!(left, ["1.csv"]);
        }
    }
}
