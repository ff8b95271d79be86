//! Sheets of workbooks (`.xlsx`, `.xls`, `.ods`), each a table whose first row names the columns.
//!
//! A workbook is unpacked in memory, so that a large one is refused. `theirs load` reads `.xlsx`; a sheet
//! of another kind has to be saved as CSV before it can be a source.

use std::path::Path;

use calamine::{Data, Reader, open_workbook_auto};
use theirs_ingest::{Onlooker, holds_values};

use super::{LIMIT, ScanError, Shown};
use crate::gather::Gather;
use crate::table::Origin;

/// The largest workbook that is opened.
const LARGEST_BYTES: u64 = 64 << 20;

/// Whether a file is a workbook, by its name.
pub(super) fn is_one(path: &Path) -> bool {
    let extension = path.extension().unwrap_or_default();
    ["xlsx", "xlsm", "xls", "xlsb", "ods"].iter().any(|known| extension.eq_ignore_ascii_case(known))
}

/// Opens the sheets of a workbook.
pub(super) fn open(path: &Path) -> Result<Shown, ScanError> {
    let file = path.display().to_string();
    let fault = |reason: String| ScanError::Workbook { file: file.clone(), reason };
    let size = std::fs::metadata(path).map_err(|error| fault(error.to_string()))?.len();
    if size > LARGEST_BYTES {
        return Err(fault("it is larger than 64 MiB; save its sheets as CSV".to_owned()));
    }
    let mut workbook = open_workbook_auto(path).map_err(|error| fault(error.to_string()))?;
    let mut shown = Shown::default();
    for sheet in workbook.sheet_names() {
        let range = workbook.worksheet_range(&sheet).map_err(|error| fault(error.to_string()))?;
        let mut rows = range.rows().skip_while(|row| row.iter().all(|cell| *cell == Data::Empty));
        let Some(header) = rows.next() else { continue };
        let names: Vec<String> = header.iter().map(|cell| text(cell).unwrap_or_default()).collect();
        if holds_values(&names) {
            shown.notes.push(format!(
                "{file}, {sheet} has no header: its first row should name the columns"
            ));
            continue;
        }
        let mut gather = Gather::default();
        gather.columns(&names);
        let mut seen = 0;
        for row in rows.by_ref().take(usize::try_from(LIMIT.rows).unwrap_or(usize::MAX)) {
            let cells: Vec<Option<String>> = row.iter().map(text).collect();
            gather.row(&cells.iter().map(Option::as_deref).collect::<Vec<_>>());
            seen += 1;
        }
        let is_whole = seen < LIMIT.rows;
        let origin = Origin::Sheet { path: file.clone(), sheet: sheet.clone() };
        let mut table = gather.table(origin, &sheet, is_whole);
        table.columns.retain(|column| !column.name.is_empty());
        shown.tables.push(table);
    }
    Ok(shown)
}

/// A cell as the text that a CSV of it would have.
fn text(cell: &Data) -> Option<String> {
    match cell {
        Data::Empty | Data::Error(_) => None,
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => {
            Some(text.clone())
        }
        Data::Int(number) => Some(number.to_string()),
        Data::Float(number) => Some(number.to_string()),
        Data::Bool(truth) => Some(truth.to_string()),
        Data::DateTime(at) => {
            let (year, month, day, hour, minute, second, _) = at.to_ymd_hms_milli();
            let date = format!("{year:04}-{month:02}-{day:02}");
            let is_day = (hour, minute, second) == (0, 0, 0);
            Some(if is_day { date } else { format!("{date}T{hour:02}:{minute:02}:{second:02}") })
        }
    }
}
