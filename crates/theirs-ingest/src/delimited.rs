//! Text with a header row and a delimiter (RFC 4180, and what spreadsheets make of it).

mod record;

use std::path::Path;

use theirs_model::Cell;

use crate::batch::Batch;
use crate::fault::Fault;
use crate::outlet::Outlet;
use crate::{IngestError, Shape, header};
use record::Records;

/// Reads the rows and gives the columns that were not wanted.
pub(crate) fn read(
    shape: &Shape,
    delimiter: u8,
    outlet: &mut Outlet<'_>,
) -> Result<Vec<String>, IngestError> {
    let mut records = Records::open(&shape.file, delimiter)?;
    let places = places(shape, records.header())?;
    let total = records.total();
    let mut batch = Batch::new(shape);
    while let Some((line, record)) = records.next()? {
        match record {
            Ok(record) => batch.push(line, |at| cell(record.field(places[at]))),
            Err(fault) => batch.push_fault(line, fault),
        }
        if batch.is_full() {
            batch.deliver(outlet, records.taken(), total)?;
        }
    }
    batch.deliver(outlet, total, total)?;
    Ok(header::unread(&shape.columns, records.header()))
}

/// The names in the header.
pub(crate) fn columns(file: &Path, delimiter: u8) -> Result<Vec<String>, IngestError> {
    Ok(Records::open(file, delimiter)?.header().to_vec())
}

/// Finds the wanted columns; a first line that holds none of them may be no header at all.
fn places(shape: &Shape, present: &[String]) -> Result<Vec<usize>, IngestError> {
    let is_header = shape.columns.iter().any(|wanted| present.contains(&wanted.name));
    if !is_header && !shape.columns.is_empty() && header::holds_values(present) {
        return Err(IngestError::NoHeader { file: shape.file.clone() });
    }
    let located = header::locate(&shape.file, &shape.columns, present);
    if is_header { located } else { located.map_err(header::unquoted) }
}

fn cell(field: &[u8]) -> Result<Cell<'_>, Fault> {
    std::str::from_utf8(field).map(|text| Cell::Text(text.into())).map_err(|_| Fault::Encoding)
}
