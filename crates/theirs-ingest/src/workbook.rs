//! One sheet of an Excel workbook (`.xlsx`), whose first row that is not empty names the columns.
//!
//! A workbook is unpacked in memory, so that a large one is refused: save its sheets as CSV.

use std::path::Path;

use calamine::{Data, Range, Reader, Xlsx, open_workbook};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use theirs_model::{Cell, ColumnType};

use crate::batch::Batch;
use crate::fault::Fault;
use crate::outlet::Outlet;
use crate::value::{days_since_epoch, local};
use crate::{IngestError, Shape, header};

/// The largest workbook that is opened.
const LARGEST_BYTES: u64 = 64 << 20;

/// Reads the rows and gives the columns that were not wanted.
pub(crate) fn read(shape: &Shape, outlet: &mut Outlet<'_>) -> Result<Vec<String>, IngestError> {
    let range = sheet(&shape.file, shape.table.as_deref())?;
    let (first, present) = header(&shape.file, &range)?;
    let places = header::locate(&shape.file, &shape.columns, &present)?;
    let offset = range.start().map_or(0, |(row, _)| u64::from(row));
    let total = range.height() as u64;
    let mut batch = Batch::new(shape);
    for (at, row) in range.rows().enumerate().skip(first + 1) {
        if row.iter().all(is_empty) {
            continue;
        }
        // Rows are counted as the program shows them.
        batch.push(offset + at as u64 + 1, |column| {
            let wanted = shape.columns[column].kind;
            cell(row.get(places[column]).unwrap_or(&Data::Empty), wanted, shape.zone.as_ref())
        });
        if batch.is_full() {
            batch.deliver(outlet, at as u64, total)?;
        }
    }
    batch.deliver(outlet, total, total)?;
    Ok(header::unread(&shape.columns, &present))
}

/// The names of the columns of a sheet.
pub(crate) fn columns(file: &Path, table: Option<&str>) -> Result<Vec<String>, IngestError> {
    let range = sheet(file, table)?;
    Ok(header(file, &range)?.1)
}

/// The names of the sheets.
pub(crate) fn sheets(file: &Path) -> Result<Vec<String>, IngestError> {
    Ok(open(file)?.sheet_names())
}

type Workbook = Xlsx<std::io::BufReader<std::fs::File>>;

fn open(file: &Path) -> Result<Workbook, IngestError> {
    let disk = |source| IngestError::Disk { file: file.to_owned(), source };
    if std::fs::metadata(file).map_err(disk)?.len() > LARGEST_BYTES {
        let reason = "it is larger than 64 MiB; save its sheets as CSV".to_owned();
        return Err(malformed(file, Some(reason.into())));
    }
    open_workbook(file).map_err(|error: calamine::XlsxError| malformed(file, Some(error.into())))
}

fn malformed(file: &Path, source: Option<Box<dyn std::error::Error + Send + Sync>>) -> IngestError {
    IngestError::Malformed { file: file.to_owned(), format: "an Excel workbook", source }
}

/// The sheet of this name; the only one, if none is asked for.
fn sheet(file: &Path, table: Option<&str>) -> Result<Range<Data>, IngestError> {
    let mut workbook = open(file)?;
    let present = workbook.sheet_names();
    let name = match (table, present.as_slice()) {
        (None, [only]) => only.clone(),
        (Some(table), _) if present.iter().any(|name| name == table) => table.to_owned(),
        (Some(table), _) => {
            let nearest = header::nearest(table, &present);
            let (file, table) = (file.to_owned(), table.to_owned());
            return Err(IngestError::MissingTable { file, table, nearest, present });
        }
        (None, _) => return Err(IngestError::NoTable { file: file.to_owned(), present }),
    };
    workbook.worksheet_range(&name).map_err(|error| malformed(file, Some(error.into())))
}

/// Where the row stands that names the columns, and those names.
fn header(file: &Path, range: &Range<Data>) -> Result<(usize, Vec<String>), IngestError> {
    let found = range.rows().enumerate().find(|(_, row)| !row.iter().all(is_empty));
    let Some((at, row)) = found else { return Err(IngestError::Empty { file: file.to_owned() }) };
    let names: Vec<String> = row.iter().map(|cell| cell.to_string().trim().to_owned()).collect();
    if row.iter().any(|cell| !matches!(cell, Data::String(_) | Data::Empty))
        || header::holds_values(&names)
    {
        return Err(IngestError::NoHeader { file: file.to_owned() });
    }
    Ok((at, names.into_iter().filter(|name| !name.is_empty()).collect()))
}

fn is_empty(cell: &Data) -> bool {
    matches!(cell, Data::Empty) || matches!(cell, Data::String(text) if text.trim().is_empty())
}

/// A cell as what it is; a day is one whose time of day is zero.
fn cell<'r>(
    data: &'r Data,
    wanted: ColumnType,
    zone: Option<&TimeZone>,
) -> Result<Cell<'r>, Fault> {
    Ok(match data {
        Data::Empty => Cell::Empty,
        Data::Error(_) => return Err(Fault::Unlike),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => {
            Cell::Text(text.as_str().into())
        }
        Data::Int(number) => Cell::Integer(*number),
        Data::Float(number) => Cell::Number(*number),
        Data::Bool(truth) => Cell::Boolean(*truth),
        Data::DateTime(at) => {
            let (year, month, day, hour, minute, second, milli) = at.to_ymd_hms_milli();
            let part = |number: u8| i8::try_from(number).map_err(|_| Fault::Range);
            let year = i16::try_from(year).map_err(|_| Fault::Range)?;
            let nanoseconds = i32::from(milli) * 1_000_000;
            let civil = DateTime::new(
                year,
                part(month)?,
                part(day)?,
                part(hour)?,
                part(minute)?,
                part(second)?,
                nanoseconds,
            );
            let civil = civil.map_err(|_| Fault::Range)?;
            let is_day = civil.time() == jiff::civil::Time::midnight();
            match wanted {
                ColumnType::Timestamp => Cell::Instant(local(civil, zone)?.as_microsecond()),
                _ if is_day => Cell::Day(days_since_epoch(civil.date())?),
                _ => Cell::Text(civil.to_string().into()),
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use calamine::{ExcelDateTime, ExcelDateTimeType};

    use super::*;

    #[test]
    fn a_cell_is_what_the_sheet_says_and_an_instant_needs_a_zone() {
        let at =
            |days| Data::DateTime(ExcelDateTime::new(days, ExcelDateTimeType::DateTime, false));
        let day = at(25_570.0);
        assert_eq!(cell(&day, ColumnType::Date, None), Ok(Cell::Day(1)));
        assert_eq!(cell(&day, ColumnType::Timestamp, None), Err(Fault::Zoneless));
        let noon = at(25_569.5);
        let utc = Some(&TimeZone::UTC);
        assert_eq!(cell(&noon, ColumnType::Timestamp, utc), Ok(Cell::Instant(43_200_000_000)));
        assert_eq!(cell(&Data::Float(12.0), ColumnType::Integer, None), Ok(Cell::Number(12.0)));
        assert_eq!(cell(&Data::Empty, ColumnType::Text, None), Ok(Cell::Empty));
    }
}
