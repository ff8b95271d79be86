//! The files of the journal: frames one after the other, each with its length and its checksum.
//!
//! Each opening of the journal begins a file of its own, and so does whatever follows a failed write:
//! [`seal`](super::seal) says why. A place counts the bytes of frames alone, not what stands before them.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::seal::{self, Form, JournalKey, Seal, TAG};
use crate::taken::Taken;

/// The length and the checksum of a frame.
pub(super) const HEAD: usize = 8;
/// How long a segment is written to.
const LONGEST_OPEN: Duration = Duration::from_mins(10);
/// A frame that is longer is damage.
const LONGEST: usize = 16 << 20;

/// An event of the journal.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The event.
    pub event: Taken,
    /// The place after it.
    pub after: u64,
}

/// The file that is written.
pub(super) struct Segment {
    key: JournalKey,
    file: Option<(File, Seal)>,
    /// The place of its first frame.
    first: u64,
    /// How many bytes of its frames are whole and on disk.
    bytes: u64,
    /// When it was begun.
    began: Instant,
    /// Whether there may be files, of this or an earlier opening.
    leaves: bool,
}

/// Lays a frame behind what is there; it is encrypted, and summed up, once its place is known.
pub(super) fn frame(content: &[u8], to: &mut Vec<u8>) {
    let length = u32::try_from(content.len() + TAG).unwrap_or(u32::MAX);
    to.extend_from_slice(&length.to_le_bytes());
    to.extend_from_slice(&[0; HEAD - 4]);
    to.extend_from_slice(content);
    to.extend_from_slice(&[0; TAG]);
}

impl Segment {
    /// What follows the last segment of a folder, of which what a crash tore is cut off; it begins at
    /// `taken` where there is none.
    pub(super) fn after(folder: &Path, taken: u64, key: JournalKey) -> io::Result<Self> {
        let mut segment = Self::at(taken, key);
        let Some((first, path)) = segments(folder)?.pop() else { return Ok(segment) };
        segment.leaves = true;
        let mut file = OpenOptions::new().read(true).write(true).open(&path)?;
        let mut content = Vec::new();
        file.read_to_end(&mut content)?;
        let before = seal::before(&content);
        // Of a head that is torn no frame lies behind.
        if content.len() > before {
            segment.key.form(&content, &path)?;
        }
        let whole = whole(content.get(before..).unwrap_or_default());
        file.set_len(content.len().min(before + whole) as u64)?;
        file.sync_all()?;
        // What was taken over lies behind its end only if the file was cut by somebody else.
        segment.first = taken.max(first + whole as u64);
        Ok(segment)
    }

    /// A segment that begins at a place, and has no file yet.
    fn at(first: u64, key: JournalKey) -> Self {
        Self { key, file: None, first, bytes: 0, began: Instant::now(), leaves: false }
    }

    /// Has what comes next go to a file of its own.
    fn turn(&mut self) {
        *self = Self { leaves: self.leaves, ..Self::at(self.end(), self.key.clone()) };
    }

    /// Removes the file where all that it holds was taken over: what people did does not stay here
    /// for want of new events.
    pub(super) fn retire(&mut self, taken: u64, folder: &Path) -> io::Result<()> {
        if self.leaves && taken == self.end() {
            self.turn();
            for (_, path) in segments(folder)? {
                fs::remove_file(path)?;
            }
            self.leaves = false;
        }
        Ok(())
    }

    /// The place after its last frame.
    pub(super) fn end(&self) -> u64 {
        self.first + self.bytes
    }

    /// Adds frames, encrypted and on disk when this returns; says the place after them. What fails
    /// leaves nothing that is read.
    pub(super) fn append(
        &mut self,
        frames: &mut [u8],
        most: u64,
        folder: &Path,
    ) -> io::Result<u64> {
        if self.bytes >= most || (self.bytes > 0 && self.began.elapsed() > LONGEST_OPEN) {
            self.turn();
        }
        match self.write(frames, folder) {
            Ok(()) => {
                self.bytes += frames.len() as u64;
                Ok(self.end())
            }
            Err(error) => {
                self.take_back();
                Err(error)
            }
        }
    }

    fn write(&mut self, frames: &mut [u8], folder: &Path) -> io::Result<()> {
        let (file, seal) = match &mut self.file {
            Some(file) => file,
            none => {
                self.leaves = true;
                none.insert(begin(&folder.join(name(self.first)), &self.key)?)
            }
        };
        seal.seal(frames, self.bytes)?;
        file.write_all(frames)?;
        file.sync_data()
    }

    /// Cuts off what was not written whole. After a failed sync nobody knows what is on disk, and no
    /// place is written twice under one key, so the next frames go to a file of their own.
    fn take_back(&mut self) {
        if let Some((file, _)) = &mut self.file {
            let _ = file.set_len(seal::BEFORE as u64 + self.bytes);
        }
        self.turn();
    }
}

/// Begins a file: it and its head are on disk when this returns.
fn begin(path: &Path, key: &JournalKey) -> io::Result<(File, Seal)> {
    let (head, seal) = key.begin()?;
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).open(path)?;
    file.write_all(&head)?;
    file.sync_all()?;
    if let Some(folder) = path.parent() {
        File::open(folder)?.sync_all()?;
    }
    Ok((file, seal))
}

fn name(first: u64) -> String {
    format!("{first:020}.journal")
}

/// The segments of a folder with the place of their first byte, in order.
fn segments(folder: &Path) -> io::Result<Vec<(u64, PathBuf)>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let first = path.file_name().and_then(|name| name.to_str()?.strip_suffix(".journal"));
        if let Some(first) = first.and_then(|first| first.parse().ok()) {
            found.push((first, path));
        }
    }
    found.sort_unstable();
    Ok(found)
}

/// Removes the segments that end before a place; the last one stays.
pub(super) fn remove_before(folder: &Path, taken: u64) -> io::Result<()> {
    let all = segments(folder)?;
    for pair in all.windows(2) {
        if pair[1].0 <= taken {
            fs::remove_file(&pair[0].1)?;
        }
    }
    Ok(())
}

/// The events from a place up to another, at most so many.
pub(super) fn read(
    folder: &Path,
    key: &JournalKey,
    from: u64,
    end: u64,
    most: usize,
) -> io::Result<Vec<Entry>> {
    let mut entries = Vec::new();
    if from >= end {
        return Ok(entries);
    }
    let all = segments(folder)?;
    let mut at = all.partition_point(|(first, _)| *first <= from).saturating_sub(1);
    let mut place = from;
    while place < end
        && entries.len() < most
        && let Some((first, path)) = all.get(at)
    {
        // Between two segments lies what failed to be written, or nothing.
        place = place.max(*first);
        let until = all.get(at + 1).map_or(end, |(next, _)| *next).min(end);
        let mut file = io::BufReader::with_capacity(1 << 20, File::open(path)?);
        let form = Form::of(&mut file, path, key)?;
        file.seek(SeekFrom::Start(form.before() + place - first))?;
        while place < until && entries.len() < most {
            let (event, bytes) = next(&mut file, &form, place - first)?;
            place += bytes;
            entries.push(Entry { event, after: place });
        }
        at += 1;
    }
    Ok(entries)
}

/// The next event of a file, which lies at a place of it, and how many bytes its frame has.
fn next(file: &mut impl Read, form: &Form, place: u64) -> io::Result<(Taken, u64)> {
    let mut head = [0; HEAD];
    file.read_exact(&mut head)?;
    let (length, sum) = split(head);
    if !is_fit(length) {
        return Err(damaged());
    }
    let mut content = vec![0; length];
    file.read_exact(&mut content)?;
    if crc32fast::hash(&content) != sum {
        return Err(damaged());
    }
    let text = form.open(&mut content, place)?;
    let event = serde_json::from_slice(text).map_err(|_| damaged())?;
    Ok((event, (HEAD + length) as u64))
}

pub(super) fn damaged() -> io::Error {
    io::Error::new(ErrorKind::InvalidData, "the journal of events is damaged")
}

/// The length and the checksum of a frame.
pub(super) fn split(head: [u8; HEAD]) -> (usize, u32) {
    let number = |at: usize| {
        let mut bytes = [0; 4];
        bytes.copy_from_slice(&head[at..at + 4]);
        u32::from_le_bytes(bytes)
    };
    (number(0) as usize, number(4))
}

/// How many bytes are whole frames. Zeros are none: what a crash tore may have nothing else.
fn whole(content: &[u8]) -> usize {
    let mut at = 0;
    while let Some(head) = content.get(at..at + HEAD) {
        let Ok(head) = <[u8; HEAD]>::try_from(head) else { break };
        let (length, sum) = split(head);
        let start = at + HEAD;
        match content.get(start..start.saturating_add(length)) {
            Some(frame) if is_fit(length) && crc32fast::hash(frame) == sum => {
                at = start + length;
            }
            _ => break,
        }
    }
    at
}

fn is_fit(length: usize) -> bool {
    (1..=LONGEST).contains(&length)
}
