//! A look into a file that no charter names yet: every column as text, up to a stated bound.
//!
//! It goes the way of [`crate::read`], so that what is seen here is what a load would see. Reading
//! stops at the end of the batch in which the bound is met; a batch is at most 65,536 rows or 64 MiB.
//! A column whose values are not single, or that stands twice, cannot be looked into and is named.

use std::path::{Path, PathBuf};

use arrow::array::{Array, AsArray, StringArray};
use theirs_model::ColumnType;

use crate::format::{Format, format_of};
use crate::header::holds_values;
use crate::{
    Aside, IngestError, Rows, SetAside, Shape, Sink, SinkError, Wanted, columns, read, sqlite,
    workbook,
};

/// How much of a file is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// Rows at most.
    pub rows: u64,
    /// Bytes of text at most.
    pub bytes: u64,
}

/// What a look came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Peeked {
    /// The columns that were looked into, in the order of the file.
    pub columns: Vec<String>,
    /// Columns that could not be, and why.
    pub unread: Vec<(String, &'static str)>,
    /// How many rows were given.
    pub rows: u64,
    /// How many rows did not read.
    pub set_aside: u64,
    /// Whether that was the whole file.
    pub is_whole: bool,
}

/// Hears first which columns there are, then each row: its values, none where there is nothing.
pub trait Onlooker {
    /// Hears the columns, anew if one of them turns out to be unreadable.
    fn columns(&mut self, names: &[String]);
    /// Hears one row.
    fn row(&mut self, values: &[Option<&str>]);
}

/// Looks into a file.
pub fn peek(
    file: &Path,
    table: Option<&str>,
    limit: Limit,
    onlooker: &mut dyn Onlooker,
) -> Result<Peeked, IngestError> {
    let present = columns(file, table)?;
    if matches!(format_of(file)?, Format::Delimited(_)) && holds_values(&present) {
        return Err(IngestError::NoHeader { file: file.to_owned() });
    }
    let is_repeated = |name: &&String| present.iter().filter(|other| other == name).count() > 1;
    let (mut twice, mut names): (Vec<_>, Vec<_>) =
        present.iter().cloned().partition(|name| is_repeated(&name));
    twice.sort_unstable();
    twice.dedup();
    let mut unread: Vec<_> = twice.into_iter().map(|name| (name, "stands twice")).collect();
    loop {
        onlooker.columns(&names);
        let shape = shape(file, table, &names);
        let mut look = Look { onlooker, limit, rows: 0, bytes: 0, set_aside: 0 };
        let is_whole = match read(&shape, &mut look) {
            Ok(_) => true,
            Err(IngestError::Sink(error)) if error.is::<Enough>() => false,
            Err(IngestError::WrongType { column, .. }) => {
                names.retain(|name| *name != column);
                unread.push((column, "its values are not single"));
                continue;
            }
            Err(error) => return Err(error),
        };
        let (rows, set_aside) = (look.rows, look.set_aside);
        return Ok(Peeked { columns: names, unread, rows, set_aside, is_whole });
    }
}

/// The tables and views of a file, if it is one that has several.
pub fn tables(file: &Path) -> Result<Option<Vec<String>>, IngestError> {
    match format_of(file)? {
        Format::Sqlite => sqlite::tables(file).map(Some),
        Format::Workbook => workbook::sheets(file).map(Some),
        _ => Ok(None),
    }
}

fn shape(file: &Path, table: Option<&str>, names: &[String]) -> Shape {
    let wanted = |name: &String| Wanted {
        name: name.clone(),
        kind: ColumnType::Text,
        format: None,
        required: false,
        unreadable: Aside::Value,
    };
    Shape {
        file: PathBuf::from(file),
        table: table.map(str::to_owned),
        zone: None,
        columns: names.iter().map(wanted).collect(),
    }
}

/// Says that the bound is met.
#[derive(Debug, thiserror::Error)]
#[error("enough was seen")]
struct Enough;

struct Look<'o> {
    onlooker: &'o mut dyn Onlooker,
    limit: Limit,
    rows: u64,
    bytes: u64,
    set_aside: u64,
}

impl Sink for Look<'_> {
    fn rows(&mut self, rows: Rows) -> Result<(), SinkError> {
        let columns: Vec<&StringArray> =
            rows.batch.columns().iter().map(AsArray::as_string::<i32>).collect();
        let mut values: Vec<Option<&str>> = Vec::with_capacity(columns.len());
        for at in 0..rows.batch.num_rows() {
            if self.rows >= self.limit.rows || self.bytes >= self.limit.bytes {
                return Err(Enough.into());
            }
            values.clear();
            values
                .extend(columns.iter().map(|column| column.is_valid(at).then(|| column.value(at))));
            self.rows += 1;
            self.bytes += values.iter().flatten().map(|value| value.len() as u64).sum::<u64>();
            self.onlooker.row(&values);
        }
        Ok(())
    }

    fn set_aside(&mut self, row: SetAside) -> Result<(), SinkError> {
        self.set_aside += u64::from(row.aside == Aside::Row);
        Ok(())
    }
}
