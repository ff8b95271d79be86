//! A window that moves along a text file: what was read of it and not yet taken.
//!
//! The window grows only when its owner asks for more than it holds, so that its owner bounds it:
//! both owners stop asking at [`RECORD_LIMIT_BYTES`].

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;

use crate::IngestError;
use crate::format::is_packed;

/// The longest row of a text file.
pub(crate) const RECORD_LIMIT_BYTES: usize = 1 << 20;

/// What the window holds at first.
const FIRST_BYTES: usize = 256 << 10;

/// A window on a file.
pub(crate) struct Window {
    file: PathBuf,
    source: Box<dyn Read>,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    taken: u64,
    total: u64,
}

impl Window {
    /// Opens a file that should be UTF-8, with or without a byte order mark.
    pub(crate) fn open(file: &Path) -> Result<Self, IngestError> {
        let disk = |source| IngestError::Disk { file: file.to_owned(), source };
        let source = File::open(file).map_err(disk)?;
        let total = source.metadata().map_err(disk)?.len();
        // How much a packed file holds is known at its end.
        let (source, total): (Box<dyn Read>, u64) = if is_packed(file) {
            (Box::new(MultiGzDecoder::new(source)), 0)
        } else {
            (Box::new(source), total)
        };
        let buffer = vec![0; FIRST_BYTES];
        let file = file.to_owned();
        let mut window = Self { file, source, buffer, start: 0, end: 0, taken: 0, total };
        while window.unread().len() < 3 && window.fill()? {}
        match window.unread() {
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => Err(IngestError::Utf16 { file: window.file }),
            [0xef, 0xbb, 0xbf, ..] => {
                window.take(3);
                Ok(window)
            }
            _ => Ok(window),
        }
    }

    /// What was read and not yet taken.
    pub(crate) fn unread(&self) -> &[u8] {
        &self.buffer[self.start..self.end]
    }

    /// Takes the first `count` unread bytes.
    pub(crate) fn take(&mut self, count: usize) {
        self.start += count;
        self.taken += count as u64;
    }

    /// Reads on; false at the end of the file.
    pub(crate) fn fill(&mut self) -> Result<bool, IngestError> {
        self.buffer.copy_within(self.start..self.end, 0);
        (self.start, self.end) = (0, self.end - self.start);
        if self.end == self.buffer.len() {
            self.buffer.resize(self.end * 2, 0);
        }
        loop {
            match self.source.read(&mut self.buffer[self.end..]) {
                Ok(count) => {
                    self.end += count;
                    return Ok(count > 0);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(source) => return Err(IngestError::Disk { file: self.file.clone(), source }),
            }
        }
    }

    /// Takes everything up to the end of the line; false where the file ended before it.
    pub(crate) fn take_line(&mut self) -> Result<bool, IngestError> {
        loop {
            if let Some(end) = memchr::memchr(b'\n', self.unread()) {
                self.take(end + 1);
                return Ok(true);
            }
            self.take(self.unread().len());
            if !self.fill()? {
                return Ok(false);
            }
        }
    }

    /// The bytes taken so far.
    pub(crate) fn taken(&self) -> u64 {
        self.taken
    }

    /// The bytes of the whole file when it was opened; zero if that is not known.
    pub(crate) fn total(&self) -> u64 {
        self.total
    }
}
