//! The journal: what was appended, in order, durable with one flush, until the tiles have it.
//!
//! An append is one frame at the end of one file and one `fdatasync`; that is all a caller waits
//! for. Tiles and checkpoint are made from the same order behind it. What is true on disk if we
//! crash here: every frame that was acknowledged is whole; at most one more may follow it, whole or
//! torn. A torn one at the very end was acknowledged to nobody and is cut off at open; a frame that
//! does not read with another one behind it was changed, and is refused.
//!
//! A frame: `TLJ1`, length of the records (4), number of the first leaf (8), digest of the frame
//! before it (32), the records, SHA-256 of all that. A record: the leaf (130), length of its payload
//! (4), payload. Numbers are big-endian. The payload is whatever the caller wants back after a
//! crash; the log does not read it.
//!
//! The journal is cut into segments, `journal/<first leaf>`. A segment goes when the tiles have all
//! its leaves and the caller says that it needs the payloads no more.

use std::fs::File;

use sha2::{Digest as _, Sha256};

use crate::{Entry, Leaf, LeafIndex, LedgerError, folder::Folder};

/// A segment that is longer than this is followed by a new one.
const SEGMENT: u64 = 1 << 20;

const MAGIC: [u8; 4] = *b"TLJ1";
const HEADER: usize = 4 + 4 + 8 + 32;
const DIGEST: usize = 32;

/// What one leaf is journalled with.
#[derive(Debug, Clone)]
pub struct Record {
    /// The leaf.
    pub leaf: Leaf,
    /// What the caller wants back after a crash.
    pub payload: Vec<u8>,
}

/// A record that was found in the journal when the log was opened.
#[derive(Debug, Clone)]
pub struct Replayed {
    /// Where its leaf stands.
    pub index: LeafIndex,
    /// The leaf.
    pub leaf: Leaf,
    /// What the caller gave with it.
    pub payload: Vec<u8>,
}

/// The journal, open for writing.
pub(crate) struct Journal {
    segments: Vec<Segment>,
    file: Option<File>,
    /// The number of the next leaf.
    next: u64,
    /// The digest of the last frame.
    last: [u8; DIGEST],
}

struct Segment {
    first: u64,
    length: u64,
}

impl Segment {
    fn name(&self) -> String {
        format!("journal/{:020}", self.first)
    }
}

impl Journal {
    /// Reads the journal of a log whose checkpoint claims `size` leaves, and cuts off a torn end.
    pub(crate) fn open(folder: &Folder, size: u64) -> Result<(Self, Vec<Replayed>), LedgerError> {
        let mut journal = Self { segments: Vec::new(), file: None, next: 0, last: [0; DIGEST] };
        let mut found = Vec::new();
        let names = folder.list("journal")?;
        for (at, name) in names.iter().enumerate() {
            let Ok(first) = name.parse() else { continue };
            journal.read(folder, first, at + 1 == names.len(), &mut found)?;
        }
        if journal.segments.is_empty() {
            journal.next = size;
        }
        let begins = journal.segments.first().map_or(size, |segment| segment.first);
        if begins > size || journal.next < size {
            return Err(LedgerError::Changed {
                file: folder.path("journal"),
                reason: format!(
                    "it holds the leaves from {begins} to before {}, and the checkpoint claims {size}",
                    journal.next
                ),
            });
        }
        folder.know(journal.segments.last().map(Segment::name));
        Ok((journal, found))
    }

    /// Reads one segment; only the last one may have a torn end.
    fn read(
        &mut self,
        folder: &Folder,
        first: u64,
        is_last: bool,
        found: &mut Vec<Replayed>,
    ) -> Result<(), LedgerError> {
        let segment = Segment { first, length: 0 };
        let name = segment.name();
        let bytes = folder.read(&name)?;
        let changed =
            |reason: &str| LedgerError::Changed { file: folder.path(&name), reason: reason.into() };
        if self.segments.is_empty() {
            self.next = first;
        } else if self.next != first {
            return Err(changed("leaves are missing before it"));
        }
        let mut rest = bytes.as_slice();
        while let Some(frame) = Frame::read(rest) {
            let is_next = frame.first == self.next
                && (frame.before == self.last || (self.segments.is_empty() && self.next == first));
            if !is_next {
                return Err(changed("a frame is not the next one"));
            }
            self.next += frame.records.len() as u64;
            self.last = frame.digest;
            found.extend(frame.records);
            rest = &rest[frame.length..];
        }
        let length = (bytes.len() - rest.len()) as u64;
        if !rest.is_empty() {
            if !is_last || holds_a_frame(&rest[1..]) {
                return Err(changed("a frame in its midst does not read"));
            }
            folder.cut(&name, length)?;
        }
        self.segments.push(Segment { first, length });
        Ok(())
    }

    /// What is on disk now; a frame that is being written is left out.
    pub(crate) fn records(folder: &Folder) -> Result<Vec<Replayed>, LedgerError> {
        let mut found = Vec::new();
        for name in folder.list("journal")? {
            let bytes = folder.read(&format!("journal/{name}"))?;
            let mut rest = bytes.as_slice();
            while let Some(frame) = Frame::read(rest) {
                found.extend(frame.records);
                rest = &rest[frame.length..];
            }
        }
        Ok(found)
    }

    /// Appends a group of records in one frame; all of it is durable when this returns.
    ///
    /// After a failure it is not known what is on disk, so nothing may be appended any more.
    pub(crate) fn append(
        &mut self,
        folder: &Folder,
        records: &[(&[u8; Entry::LENGTH], &[u8])],
    ) -> Result<(), LedgerError> {
        if self.segments.last().is_none_or(|segment| segment.length > SEGMENT) {
            self.begin(folder)?;
        }
        let (frame, digest) = frame(self.next, &self.last, records);
        let Some(segment) = self.segments.last_mut() else { return Ok(()) };
        let mut file = match self.file.take() {
            Some(file) => file,
            None => folder.open(&segment.name())?,
        };
        folder.extend(&mut file, &segment.name(), &frame)?;
        self.file = Some(file);
        segment.length += frame.len() as u64;
        self.next += records.len() as u64;
        self.last = digest;
        Ok(())
    }

    /// Begins a new segment.
    fn begin(&mut self, folder: &Folder) -> Result<(), LedgerError> {
        let segment = Segment { first: self.next, length: 0 };
        self.file = Some(folder.begin(&segment.name())?);
        self.segments.push(segment);
        Ok(())
    }

    /// Whether it is long enough to be worth releasing.
    pub(crate) fn is_long(&self) -> bool {
        self.segments.iter().map(|segment| segment.length).sum::<u64>() > SEGMENT
    }

    /// Gives up the segments all of whose leaves come before `until`.
    pub(crate) fn release(&mut self, folder: &Folder, until: u64) -> Result<(), LedgerError> {
        let is_written = self.segments.last().is_some_and(|segment| segment.length > 0);
        if self.next <= until && is_written {
            self.begin(folder)?;
        }
        while let [first, second, ..] = self.segments.as_slice() {
            if second.first > until {
                break;
            }
            folder.remove(&first.name())?;
            self.segments.remove(0);
        }
        Ok(())
    }

    /// The number of the next leaf.
    pub(crate) fn next(&self) -> u64 {
        self.next
    }
}

/// The bytes of a frame and its digest.
fn frame(
    first: u64,
    before: &[u8; DIGEST],
    records: &[(&[u8; Entry::LENGTH], &[u8])],
) -> (Vec<u8>, [u8; DIGEST]) {
    let length: usize = records.iter().map(|(leaf, payload)| leaf.len() + 4 + payload.len()).sum();
    let mut bytes = Vec::with_capacity(HEADER + length + DIGEST);
    bytes.extend(MAGIC);
    bytes.extend(u32_bytes(length));
    bytes.extend(first.to_be_bytes());
    bytes.extend(before);
    for (leaf, payload) in records {
        bytes.extend(*leaf);
        bytes.extend(u32_bytes(payload.len()));
        bytes.extend(*payload);
    }
    let digest: [u8; DIGEST] = Sha256::digest(&bytes).into();
    bytes.extend(digest);
    (bytes, digest)
}

/// Groups are bounded far below this.
fn u32_bytes(length: usize) -> [u8; 4] {
    u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes()
}

/// A frame that was read.
struct Frame {
    length: usize,
    first: u64,
    before: [u8; DIGEST],
    digest: [u8; DIGEST],
    records: Vec<Replayed>,
}

impl Frame {
    /// The frame at the beginning of `bytes`, if there is a whole one.
    fn read(bytes: &[u8]) -> Option<Self> {
        if bytes.get(..4)? != MAGIC {
            return None;
        }
        let body = usize::try_from(u32::from_be_bytes(array(bytes, 4)?)).ok()?;
        let end = HEADER.checked_add(body)?;
        let digest: [u8; DIGEST] = array(bytes, end)?;
        if <[u8; DIGEST]>::from(Sha256::digest(&bytes[..end])) != digest {
            return None;
        }
        let first = u64::from_be_bytes(array(bytes, 8)?);
        let records = records(first, &bytes[HEADER..end])?;
        Some(Self { length: end + DIGEST, first, before: array(bytes, 16)?, digest, records })
    }
}

fn records(first: u64, mut body: &[u8]) -> Option<Vec<Replayed>> {
    let mut records = Vec::new();
    while !body.is_empty() {
        let leaf = Leaf::decode(body.get(..Entry::LENGTH)?).ok()?;
        let length = usize::try_from(u32::from_be_bytes(array(body, Entry::LENGTH)?)).ok()?;
        let begin = Entry::LENGTH + 4;
        let payload = body.get(begin..begin.checked_add(length)?)?.to_vec();
        body = &body[begin + length..];
        records.push(Replayed { index: LeafIndex(first + records.len() as u64), leaf, payload });
    }
    Some(records)
}

/// Whether a whole frame begins anywhere in these bytes.
fn holds_a_frame(bytes: &[u8]) -> bool {
    (0..bytes.len())
        .any(|at| bytes[at..].starts_with(&MAGIC) && Frame::read(&bytes[at..]).is_some())
}

fn array<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..at.checked_add(N)?)?.try_into().ok()
}
