//! The lines of a text that are not blank, with their numbers.

use std::path::Path;

use crate::IngestError;
use crate::fault::RowFault;
use crate::window::{RECORD_LIMIT_BYTES, Window};

/// Reads lines one after another.
pub(super) struct Lines {
    window: Window,
    /// The number of the line at the start of the window, counted from 1.
    number: u64,
    /// The bytes of the line that was last given, still in the window.
    given: usize,
}

/// A line with its number, or why it cannot be read.
pub(super) type Numbered<'l> = (u64, Result<&'l str, RowFault>);

impl Lines {
    /// Opens a file.
    pub(super) fn open(file: &Path) -> Result<Self, IngestError> {
        Ok(Self { window: Window::open(file)?, number: 0, given: 0 })
    }

    /// The next line that is not blank.
    pub(super) fn next(&mut self) -> Result<Option<Numbered<'_>>, IngestError> {
        loop {
            self.window.take(std::mem::take(&mut self.given));
            let Some(length) = self.length()? else {
                return self.pass_over();
            };
            if length == 0 {
                return Ok(None);
            }
            self.number += 1;
            self.given = length;
            if !self.window.unread()[..length].trim_ascii().is_empty() {
                break;
            }
        }
        let line = std::str::from_utf8(&self.window.unread()[..self.given]);
        Ok(Some((self.number, line.map_err(|_| RowFault::Encoding))))
    }

    /// The bytes of the line at the start of the window; none where it is too long.
    fn length(&mut self) -> Result<Option<usize>, IngestError> {
        let mut searched = 0;
        loop {
            let unread = self.window.unread();
            if let Some(end) = memchr::memchr(b'\n', &unread[searched..]) {
                let length = searched + end + 1;
                return Ok((length <= RECORD_LIMIT_BYTES).then_some(length));
            }
            searched = unread.len();
            if searched > RECORD_LIMIT_BYTES {
                return Ok(None);
            }
            if !self.window.fill()? {
                return Ok(Some(searched));
            }
        }
    }

    fn pass_over(&mut self) -> Result<Option<Numbered<'_>>, IngestError> {
        self.number += 1;
        self.window.take_line()?;
        Ok(Some((self.number, Err(RowFault::Long))))
    }

    /// The bytes taken so far.
    pub(super) fn taken(&self) -> u64 {
        self.window.taken()
    }

    /// The bytes of the whole file.
    pub(super) fn total(&self) -> u64 {
        self.window.total()
    }
}
