//! The messages that lie in the outbox: read again from their files, and gone when they are old.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use jiff::fmt::rfc2822::DateTimeParser;
use jiff::{SignedDuration, Timestamp};
use lettre::Address;
use theirs_store::remove_if_there;

use super::{address, refused, waiting};

/// How long a message lies in the outbox at most.
const LONGEST: SignedDuration = SignedDuration::from_hours(24 * 7);

/// A message as it lies in the outbox.
pub(super) struct Letter {
    pub(super) path: PathBuf,
    pub(super) from: Address,
    pub(super) to: Address,
    pub(super) bytes: Vec<u8>,
}

impl Letter {
    /// The message in a file; none if nobody could send what lies there.
    pub(super) fn read(path: &Path, bytes: Vec<u8>) -> Option<Self> {
        let (from, to) = (mailbox(&bytes, "From")?, mailbox(&bytes, "To")?);
        Some(Self { path: path.to_owned(), from, to, bytes })
    }

    /// Lays it aside for good, unless somebody took it back meanwhile.
    pub(super) fn refuse(&self, outbox: &Path) -> std::io::Result<()> {
        refuse(&self.path, outbox)
    }
}

/// Lays a file of the outbox aside for good, unless somebody took it back meanwhile.
pub(super) fn refuse(path: &Path, outbox: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    let Some(name) = path.file_name() else { return Ok(()) };
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(refused(outbox))?;
    match std::fs::rename(path, refused(outbox).join(name)) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        moved => moved,
    }
}

/// When a message was written, if that can be read.
pub(super) fn written(bytes: &[u8]) -> Option<Timestamp> {
    DateTimeParser::new().parse_timestamp(header(bytes, "Date")?).ok()
}

/// Whether a message is of no use any more.
pub(super) fn is_past(bytes: &[u8], now: Timestamp) -> bool {
    let until = header(bytes, "Expires");
    let until = until.and_then(|text| DateTimeParser::new().parse_timestamp(text).ok());
    until.is_some_and(|until| until < now) || is_old(bytes, now)
}

/// Whether a message has lain in the outbox for as long as any may.
fn is_old(bytes: &[u8], now: Timestamp) -> bool {
    written(bytes).is_some_and(|at| now.duration_since(at) > LONGEST)
}

/// The address in a header, with or without a name before it.
fn mailbox(bytes: &[u8], name: &str) -> Option<Address> {
    let text = header(bytes, name)?;
    let bare = text.rsplit_once('<').and_then(|(_, rest)| rest.split_once('>'));
    address(bare.map_or(text.as_str(), |(address, _)| address).trim()).ok()
}

/// What stands in a header, its lines joined.
fn header(bytes: &[u8], name: &str) -> Option<String> {
    let text = String::from_utf8_lossy(bytes);
    let mut lines = text.lines().take_while(|line| !line.is_empty());
    let first = lines.by_ref().find_map(|line| {
        let (found, value) = line.split_once(':')?;
        found.eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
    })?;
    let folded = lines.take_while(|line| line.starts_with([' ', '\t']));
    Some(folded.fold(first, |value, line| format!("{value} {}", line.trim())))
}

/// The files of messages in a folder, by name.
pub(super) fn files(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    files_ending(folder, "eml")
}

/// The files of a folder, if it is there, whose names have an ending; by name.
pub fn files_ending(folder: &Path, ending: &str) -> std::io::Result<Vec<PathBuf>> {
    let listed = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        listed => listed?,
    };
    let mut files = Vec::new();
    for entry in listed {
        let path = entry?.path();
        if path.extension().is_some_and(|found| found == ending) {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// The bytes of a file; none if it was taken back meanwhile.
pub fn bytes(path: &Path) -> std::io::Result<Option<Vec<u8>>> {
    match std::fs::read(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        read => read.map(Some),
    }
}

/// What lies in the outbox.
pub struct Standing {
    /// How many messages wait.
    pub waiting: u64,
    /// When the first of them was written.
    pub since: Option<Timestamp>,
    /// How many were refused for good.
    pub refused: u64,
}

impl Standing {
    /// Looks.
    ///
    /// # Errors
    /// The outbox cannot be read.
    pub fn of(outbox: &Path) -> std::io::Result<Self> {
        let (waiting, refused) = (files(&waiting(outbox))?, files(&refused(outbox))?);
        let mut since = None;
        for path in &waiting {
            let at = bytes(path)?.and_then(|bytes| written(&bytes));
            since = since.into_iter().chain(at).min();
        }
        Ok(Self { waiting: waiting.len() as u64, since, refused: refused.len() as u64 })
    }
}

/// Removes messages that lay in the outbox for a week, sent by us or not, and, where we send them,
/// those that are of no use any more.
///
/// # Errors
/// A file cannot be read or removed.
pub fn forget_old(outbox: &Path, are_sent: bool, now: Timestamp) -> std::io::Result<()> {
    super::paper::forget_old(outbox)?;
    for path in files(&waiting(outbox))?.into_iter().chain(files(&refused(outbox))?) {
        let Some(bytes) = bytes(&path)? else { continue };
        if is_old(&bytes, now) || are_sent && is_past(&bytes, now) {
            remove_if_there(&path)?;
        }
    }
    Ok(())
}
