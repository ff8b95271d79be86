//! The files of the journal: frames one after the other, each with its length and its checksum.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::taken::Taken;

/// The length and the checksum of a frame.
const HEAD: usize = 8;
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
    file: Option<File>,
    /// The place of its first byte.
    first: u64,
    /// How many of its bytes are whole and on disk.
    bytes: u64,
    /// When it was begun, or opened.
    began: Instant,
}

/// Lays a frame behind what is there.
pub(super) fn frame(content: &[u8], to: &mut Vec<u8>) {
    let length = u32::try_from(content.len()).unwrap_or(u32::MAX);
    to.extend_from_slice(&length.to_le_bytes());
    to.extend_from_slice(&crc32fast::hash(content).to_le_bytes());
    to.extend_from_slice(content);
}

impl Segment {
    /// The last segment of a folder, without what a crash tore; a new one begins at `taken` where
    /// there is none.
    pub(super) fn last(folder: &Path, taken: u64) -> io::Result<Self> {
        let Some((first, path)) = segments(folder)?.pop() else {
            return Ok(Self::at(taken));
        };
        let mut file = OpenOptions::new().read(true).write(true).open(path)?;
        let mut content = Vec::new();
        file.read_to_end(&mut content)?;
        let whole = whole(&content) as u64;
        file.set_len(whole)?;
        file.seek(SeekFrom::Start(whole))?;
        file.sync_all()?;
        // What was taken over lies behind its end only if the file was cut by somebody else.
        if first + whole < taken {
            return Ok(Self::at(taken));
        }
        Ok(Self { file: Some(file), first, bytes: whole, began: Instant::now() })
    }

    /// A segment that begins at a place, and has no file yet.
    fn at(first: u64) -> Self {
        Self { file: None, first, bytes: 0, began: Instant::now() }
    }

    /// Removes the file where all that it holds was taken over: what people did does not stay here
    /// for want of new events.
    pub(super) fn retire(&mut self, taken: u64, folder: &Path) -> io::Result<()> {
        if self.bytes > 0 && taken == self.end() {
            *self = Self::at(self.end());
            for (_, path) in segments(folder)? {
                fs::remove_file(path)?;
            }
        }
        Ok(())
    }

    /// The place after its last byte.
    pub(super) fn end(&self) -> u64 {
        self.first + self.bytes
    }

    /// Adds frames, on disk when this returns; says the place after them. What fails leaves nothing
    /// that is read.
    pub(super) fn append(&mut self, frames: &[u8], most: u64, folder: &Path) -> io::Result<u64> {
        if self.bytes >= most || (self.bytes > 0 && self.began.elapsed() > LONGEST_OPEN) {
            *self = Self::at(self.end());
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

    fn write(&mut self, frames: &[u8], folder: &Path) -> io::Result<()> {
        let file = match &mut self.file {
            Some(file) => file,
            none => {
                let path = folder.join(name(self.first));
                let file = OpenOptions::new()
                    .read(true)
                    .write(true)
                    .create(true)
                    .truncate(true)
                    .open(path)?;
                File::open(folder)?.sync_all()?;
                none.insert(file)
            }
        };
        file.write_all(frames)?;
        file.sync_data()
    }

    /// Cuts off what was not written whole. After a failed sync nobody knows what is on disk, so the
    /// next frames go to a file of their own.
    fn take_back(&mut self) {
        if let Some(file) = &mut self.file {
            let _ = file.set_len(self.bytes);
            let _ = file.seek(SeekFrom::Start(self.bytes));
        }
        if self.bytes > 0 {
            *self = Self::at(self.end());
        }
    }
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
pub(super) fn read(folder: &Path, from: u64, end: u64, most: usize) -> io::Result<Vec<Entry>> {
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
        file.seek(SeekFrom::Start(place - first))?;
        while place < until && entries.len() < most {
            let (event, bytes) = next(&mut file)?;
            place += bytes;
            entries.push(Entry { event, after: place });
        }
        at += 1;
    }
    Ok(entries)
}

fn next(file: &mut impl Read) -> io::Result<(Taken, u64)> {
    let damaged = || io::Error::new(ErrorKind::InvalidData, "the journal of events is damaged");
    let mut head = [0; HEAD];
    file.read_exact(&mut head)?;
    let (length, sum) = split(head);
    if length > LONGEST {
        return Err(damaged());
    }
    let mut content = vec![0; length];
    file.read_exact(&mut content)?;
    if crc32fast::hash(&content) != sum {
        return Err(damaged());
    }
    let event = serde_json::from_slice(&content).map_err(|_| damaged())?;
    Ok((event, (HEAD + length) as u64))
}

fn split(head: [u8; HEAD]) -> (usize, u32) {
    let number = |at: usize| {
        let mut bytes = [0; 4];
        bytes.copy_from_slice(&head[at..at + 4]);
        u32::from_le_bytes(bytes)
    };
    (number(0) as usize, number(4))
}

/// How many bytes of a file are whole frames.
fn whole(content: &[u8]) -> usize {
    let mut at = 0;
    while let Some(head) = content.get(at..at + HEAD) {
        let Ok(head) = <[u8; HEAD]>::try_from(head) else { break };
        let (length, sum) = split(head);
        let start = at + HEAD;
        match content.get(start..start.saturating_add(length)) {
            Some(frame) if length <= LONGEST && crc32fast::hash(frame) == sum => {
                at = start + length;
            }
            _ => break,
        }
    }
    at
}
