//! Reading a file, whatever its format.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use crate::format::{Format, format_of};
use crate::outlet::Outlet;
use crate::{
    IngestError, Shape, Sink, Tally, delimited, json_lines, parquet_file, sqlite, workbook,
};

/// Reads a file as its shape says and gives the rows to `sink`.
///
/// The header is checked before any row is read, and the types of the first rows before any row is
/// given, so that [`IngestError::MissingColumn`] and [`IngestError::WrongType`] leave the sink
/// untouched. Other errors may come after some batches were given.
pub fn read(shape: &Shape, sink: &mut dyn Sink) -> Result<Tally, IngestError> {
    let format = checked(&shape.file)?;
    let mut outlet = Outlet::new(shape, sink);
    let unread = match format {
        Format::Delimited(delimiter) => delimited::read(shape, delimiter, &mut outlet),
        Format::JsonLines => json_lines::read(shape, &mut outlet),
        Format::Parquet => parquet_file::read(shape, &mut outlet),
        Format::Sqlite => sqlite::read(shape, &mut outlet),
        Format::Workbook => workbook::read(shape, &mut outlet),
    }?;
    Ok(outlet.tally(unread))
}

/// The names of the columns that a file has, in its order.
///
/// JSON Lines has no header: its columns are the keys of the first 1,000 rows.
pub fn columns(file: &Path, table: Option<&str>) -> Result<Vec<String>, IngestError> {
    match checked(file)? {
        Format::Delimited(delimiter) => delimited::columns(file, delimiter),
        Format::JsonLines => json_lines::columns(file),
        Format::Parquet => parquet_file::columns(file),
        Format::Sqlite => sqlite::columns(file, table),
        Format::Workbook => workbook::columns(file, table),
    }
}

fn checked(file: &Path) -> Result<Format, IngestError> {
    let found = fs::metadata(file).map_err(|source| match source.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => {
            IngestError::NotFound { file: file.into() }
        }
        _ => IngestError::Disk { file: file.into(), source },
    })?;
    if found.is_dir() {
        return Err(IngestError::Folder { file: file.into() });
    }
    let format = format_of(file)?;
    if found.len() == 0 { Err(IngestError::Empty { file: file.into() }) } else { Ok(format) }
}
