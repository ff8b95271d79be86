//! The records of a delimited text, each with the line on which it begins.
//!
//! A stray quote would swallow the lines after it. So a record that spans several lines and turns
//! out wrong (without an end, of another width than the header, or with a quote where RFC 4180 has
//! none) costs only its first line: reading goes on from the second. The price is that some lines
//! are scanned twice. Within one line a stray quote is taken as it stands.

use std::path::Path;

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

use crate::IngestError;
use crate::fault::RowFault;
use crate::window::{RECORD_LIMIT_BYTES, Window};

/// What sets columns apart where spreadsheets write numbers with a comma.
const SEMICOLON: u8 = b';';
/// The most columns that a header may have.
const COLUMN_LIMIT: usize = 16_384;

/// Reads records one after another.
pub(super) struct Records {
    window: Window,
    parser: Reader,
    delimiter: u8,
    line: u64,
    header: Vec<String>,
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

/// The fields of one record.
pub(super) struct Record<'r> {
    bytes: &'r [u8],
    ends: &'r [usize],
}

/// What the parser made of the bytes at the start of the window.
struct Parsed {
    /// The bytes that it took.
    taken: usize,
    /// The fields that it found.
    width: usize,
    /// Whether it came to the end of the record within the limit.
    is_whole: bool,
}

impl Records {
    /// Opens a file and reads its header. A header of one column that holds semicolons is one of
    /// several, set apart by them.
    pub(super) fn open(file: &Path, delimiter: u8) -> Result<Self, IngestError> {
        let mut records = Self {
            window: Window::open(file)?,
            parser: ReaderBuilder::new().delimiter(delimiter).build(),
            delimiter,
            line: 1,
            header: Vec::new(),
            bytes: vec![0; RECORD_LIMIT_BYTES + 1],
            ends: vec![0; COLUMN_LIMIT],
        };
        if !records.skip_blank_lines()? {
            return Err(IngestError::Empty { file: file.to_owned() });
        }
        let mut parsed = records.parse()?;
        if delimiter == b',' && parsed.width == 1 && records.has_unread(&parsed, SEMICOLON) {
            records.parser = ReaderBuilder::new().delimiter(SEMICOLON).build();
            records.delimiter = SEMICOLON;
            parsed = records.parse()?;
        }
        if !parsed.is_whole || parsed.width > COLUMN_LIMIT {
            return Err(IngestError::Malformed { file: file.into(), format: "CSV", source: None });
        }
        records.take(parsed.taken);
        let record = Record { bytes: &records.bytes, ends: &records.ends };
        let name = |at| String::from_utf8_lossy(record.field(at)).trim().to_owned();
        records.header = (0..parsed.width).map(name).collect();
        records.ends.truncate(parsed.width);
        Ok(records)
    }

    /// The names of the columns.
    pub(super) fn header(&self) -> &[String] {
        &self.header
    }

    /// The next record that is not blank, with its line.
    #[expect(
        clippy::type_complexity,
        reason = "the end, a bad row and a bad disk are three things"
    )]
    pub(super) fn next(
        &mut self,
    ) -> Result<Option<(u64, Result<Record<'_>, RowFault>)>, IngestError> {
        if !self.skip_blank_lines()? {
            return Ok(None);
        }
        let line = self.line;
        let parsed = self.parse()?;
        if let Some(fault) = self.fault(&parsed) {
            self.pass_over(&parsed)?;
            return Ok(Some((line, Err(fault))));
        }
        self.take(parsed.taken);
        Ok(Some((line, Ok(Record { bytes: &self.bytes, ends: &self.ends }))))
    }

    /// Whether a byte stands in what was parsed and is not taken yet.
    fn has_unread(&self, parsed: &Parsed, byte: u8) -> bool {
        memchr::memchr(byte, &self.window.unread()[..parsed.taken]).is_some()
    }

    fn fault(&self, parsed: &Parsed) -> Option<RowFault> {
        let raw = &self.window.unread()[..parsed.taken];
        let (found, header) = (parsed.width, self.header.len());
        if !parsed.is_whole {
            return Some(RowFault::Long);
        }
        if spans_lines(raw) && !is_well_quoted(raw, self.delimiter) {
            return Some(RowFault::Quote);
        }
        (found != header).then_some(RowFault::Width { found, header })
    }

    /// Goes on behind a record at fault, or behind its first line where it spans several.
    fn pass_over(&mut self, parsed: &Parsed) -> Result<(), IngestError> {
        let raw = &self.window.unread()[..parsed.taken];
        if !parsed.is_whole || spans_lines(raw) {
            self.line += u64::from(self.window.take_line()?);
        } else {
            self.take(parsed.taken);
        }
        self.parser.reset();
        Ok(())
    }

    fn take(&mut self, count: usize) {
        let raw = &self.window.unread()[..count];
        self.line += memchr::memchr_iter(b'\n', raw).count() as u64;
        self.window.take(count);
    }

    /// Goes to the first byte of a record; false at the end of the file.
    fn skip_blank_lines(&mut self) -> Result<bool, IngestError> {
        loop {
            let unread = self.window.unread();
            let blank = unread.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            let is_record = blank < unread.len();
            self.take(blank);
            if is_record || !self.window.fill()? {
                return Ok(is_record);
            }
        }
    }

    /// Parses a record from the start of the window, which it leaves there.
    fn parse(&mut self) -> Result<Parsed, IngestError> {
        let (mut taken, mut width) = (0, 0);
        let (mut bytes, mut ends) = (0, 0);
        loop {
            if taken >= RECORD_LIMIT_BYTES {
                return Ok(Parsed { taken, width, is_whole: false });
            }
            if taken == self.window.unread().len() {
                self.window.fill()?;
            }
            let unread = self.window.unread();
            let input = &unread[taken..unread.len().min(RECORD_LIMIT_BYTES)];
            let (result, read, written, found) =
                self.parser.read_record(input, &mut self.bytes[bytes..], &mut self.ends[ends..]);
            (taken, width) = (taken + read, width + found);
            (bytes, ends) = (bytes + written, ends + found);
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputEndsFull => ends = 0,
                ReadRecordResult::OutputFull => {
                    return Ok(Parsed { taken, width, is_whole: false });
                }
                ReadRecordResult::Record | ReadRecordResult::End => {
                    return Ok(Parsed { taken, width, is_whole: true });
                }
            }
        }
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

impl<'r> Record<'r> {
    /// The bytes of the field at `place`, without quotes.
    pub(super) fn field(&self, place: usize) -> &'r [u8] {
        let start = place.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.bytes[start..self.ends[place]]
    }
}

/// Whether there is a line break before the one that ends the record.
fn spans_lines(raw: &[u8]) -> bool {
    memchr::memchr(b'\n', raw).is_some_and(|first| first + 1 < raw.len())
}

/// Whether every quote either surrounds a field or is doubled within one (RFC 4180, rules 5 to 7).
fn is_well_quoted(raw: &[u8], delimiter: u8) -> bool {
    #[derive(PartialEq, Eq)]
    enum At {
        Start,
        Plain,
        Quoted,
        Closed,
    }
    let mut at = At::Start;
    for &byte in raw {
        let ends_field = byte == delimiter || matches!(byte, b'\r' | b'\n');
        at = match (at, byte) {
            (At::Quoted, b'"') => At::Closed,
            (At::Start | At::Closed, b'"') | (At::Quoted, _) => At::Quoted,
            (At::Plain, b'"') => return false,
            _ if ends_field => At::Start,
            (At::Closed, _) => return false,
            _ => At::Plain,
        };
    }
    at != At::Quoted
}
