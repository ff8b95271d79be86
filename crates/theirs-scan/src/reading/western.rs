//! Files set apart by commas, semicolons or tabs that are not in UTF-8: read as Windows-1252, in which Latin-1
//! is written too.
//!
//! They are decoded in memory up to the bound of a look. `theirs load` reads UTF-8 alone, so that it is said.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use theirs_ingest::{IngestError, Onlooker, holds_values};

use super::{LIMIT, Shown};
use crate::gather::Gather;
use crate::table::Origin;

/// What is tried first: so much of a file tells how it is written.
const SAMPLE_BYTES: u64 = 1 << 20;

/// Whether a file is set apart and not in UTF-8, nor in UTF-16, which is told apart elsewhere.
pub(super) fn is_one(path: &Path) -> bool {
    let extension = path.extension().unwrap_or_default();
    let is_delimited = ["csv", "tsv"].iter().any(|known| extension.eq_ignore_ascii_case(known));
    if !is_delimited {
        return false;
    }
    let Some(start) = beginning(path) else { return false };
    let is_wide = start.starts_with(&[0xff, 0xfe]) || start.starts_with(&[0xfe, 0xff]);
    // A letter that the end of the sample cuts in two is no fault.
    let is_fault = std::str::from_utf8(&start).is_err_and(|error| error.error_len().is_some());
    !is_wide && !start.contains(&0) && is_fault
}

fn beginning(path: &Path) -> Option<Vec<u8>> {
    let mut start = Vec::new();
    File::open(path).ok()?.take(SAMPLE_BYTES).read_to_end(&mut start).ok()?;
    Some(start)
}

/// Opens such a file.
pub(super) fn open(path: &Path) -> Result<Shown, IngestError> {
    let disk = |source| IngestError::Disk { file: path.to_owned(), source };
    let mut bytes = Vec::new();
    File::open(path).map_err(disk)?.take(LIMIT.bytes).read_to_end(&mut bytes).map_err(disk)?;
    let is_cut = bytes.len() as u64 == LIMIT.bytes;
    let text: String = bytes.iter().map(|byte| letter(*byte)).collect();
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(mark(&text))
        .flexible(true)
        .has_headers(true)
        .from_reader(text.as_bytes());
    let names: Vec<String> = reader
        .headers()
        .map(|header| header.iter().map(|name| name.trim().to_owned()).collect())
        .unwrap_or_default();
    if holds_values(&names) {
        return Err(IngestError::NoHeader { file: path.to_owned() });
    }
    let shown_path = path.display().to_string();
    let mut gather = Gather::default();
    gather.columns(&names);
    let mut rows = 0;
    for record in reader.records().map_while(Result::ok) {
        if rows == LIMIT.rows {
            break;
        }
        let values: Vec<Option<&str>> = (0..names.len()).map(|at| record.get(at)).collect();
        gather.row(&values);
        rows += 1;
    }
    let mut shown = Shown::default();
    shown.notes.push(format!(
        "{shown_path} is not in UTF-8 and was read as Windows-1252; save it as UTF-8 before it is loaded"
    ));
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let origin = Origin::File { path: shown_path, table: None };
    let mut table = gather.table(origin, &stem, !is_cut && rows < LIMIT.rows);
    table.columns.retain(|column| !column.name.is_empty());
    shown.tables.push(table);
    Ok(shown)
}

/// What sets the values of the first line apart.
fn mark(text: &str) -> u8 {
    let first = text.lines().next().unwrap_or_default();
    let count = |mark: &u8| first.matches(char::from(*mark)).count();
    [b',', b';', b'\t'].into_iter().max_by_key(count).unwrap_or(b',')
}

/// The letter that a byte stands for in Windows-1252.
fn letter(byte: u8) -> char {
    const UPPER: [char; 32] = [
        '\u{20ac}', '\u{81}', '\u{201a}', '\u{192}', '\u{201e}', '\u{2026}', '\u{2020}',
        '\u{2021}', '\u{2c6}', '\u{2030}', '\u{160}', '\u{2039}', '\u{152}', '\u{8d}', '\u{17d}',
        '\u{8f}', '\u{90}', '\u{2018}', '\u{2019}', '\u{201c}', '\u{201d}', '\u{2022}', '\u{2013}',
        '\u{2014}', '\u{2dc}', '\u{2122}', '\u{161}', '\u{203a}', '\u{153}', '\u{9d}', '\u{17e}',
        '\u{178}',
    ];
    match byte {
        0x80..=0x9f => UPPER[usize::from(byte - 0x80)],
        other => char::from(other),
    }
}
