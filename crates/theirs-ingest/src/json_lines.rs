//! JSON Lines: one flat object per line.
//!
//! There is no header, so the keys of the first 1,000 rows stand for one. A key may be absent from
//! a row, which is the same as empty. Values under keys that nobody wanted are skipped unread.

mod line;
mod row;

use std::path::Path;

use crate::batch::Batch;
use crate::outlet::Outlet;
use crate::{IngestError, Shape, header};
use line::Lines;
use row::{Keys, keys_of, lend};

/// How many rows stand for the header.
const HEADER_ROWS: usize = 1_000;

/// Reads the rows and gives the columns that were not wanted.
pub(crate) fn read(shape: &Shape, outlet: &mut Outlet<'_>) -> Result<Vec<String>, IngestError> {
    let present = columns(&shape.file)?;
    header::locate(&shape.file, &shape.columns, &present)?;
    let keys = Keys::new(shape.columns.iter().map(|wanted| wanted.name.as_str()));
    let mut lines = Lines::open(&shape.file)?;
    let total = lines.total();
    let mut batch = Batch::new(shape);
    while let Some((number, line)) = lines.next()? {
        match line.and_then(|line| keys.row(line)) {
            Ok(row) => batch.push(number, |at| lend(&row[keys.place(at)])),
            Err(fault) => batch.push_fault(number, fault),
        }
        if batch.is_full() {
            batch.deliver(outlet, lines.taken(), total)?;
        }
    }
    batch.deliver(outlet, total, total)?;
    Ok(header::unread(&shape.columns, &present))
}

/// The keys of the first rows, in the order in which they appear.
pub(crate) fn columns(file: &Path) -> Result<Vec<String>, IngestError> {
    let mut lines = Lines::open(file)?;
    let mut present = Vec::new();
    let (mut seen, mut objects) = (0, 0);
    while seen < HEADER_ROWS
        && let Some((_, line)) = lines.next()?
    {
        seen += 1;
        objects += usize::from(line.and_then(|line| keys_of(line, &mut present)).is_ok());
    }
    match (seen, objects) {
        (0, _) => Err(IngestError::Empty { file: file.to_owned() }),
        (_, 0) => Err(IngestError::Malformed {
            file: file.to_owned(),
            format: "JSON Lines (one object per line)",
            source: None,
        }),
        _ => Ok(present),
    }
}
