//! What the rows of a source are read from: a file, or a table of a database.

use std::path::{Path, PathBuf};

use theirs_charter::{Holds, Source};
use theirs_ingest::{
    Aside, IngestError, Rows, SetAside, Shape, Sink, SinkError, Span, Tally, Wanted,
};
use theirs_model::ColumnType;

use super::needed;
use super::table::Table;

/// What the rows of a source are read from.
pub(super) enum Feed {
    /// A file, and what messages call it.
    File { path: PathBuf, label: String },
    /// One of several files of a source.
    OneOf { path: PathBuf, label: String },
    /// A table of a database, as it is at one moment.
    Table(Box<Table>),
}

impl Feed {
    /// What messages call it.
    pub(super) fn label(&self) -> &str {
        match self {
            Self::File { label, .. } | Self::OneOf { label, .. } => label,
            Self::Table(table) => &table.label,
        }
    }

    /// By what rows without a key are told from the same rows elsewhere in their source.
    pub(super) fn part(&self) -> Option<&str> {
        match self {
            Self::OneOf { label, .. } => Some(label),
            Self::File { .. } | Self::Table(_) => None,
        }
    }

    /// Its columns, each with its type where it says that.
    pub(super) fn columns(&self, source: &Source) -> Result<Vec<(String, String)>, IngestError> {
        match self {
            Self::File { path, .. } | Self::OneOf { path, .. } => {
                let names = theirs_ingest::columns(path, source.table.as_deref())?;
                Ok(names.into_iter().map(|name| (name, String::new())).collect())
            }
            Self::Table(table) => {
                let columns = table.reader.columns().iter();
                Ok(columns.map(|column| (column.name.clone(), column.kind.clone())).collect())
            }
        }
    }

    /// Reads the rows of a source that have these columns.
    pub(super) fn read(
        &mut self,
        source: &Source,
        columns: Vec<Wanted>,
        sink: &mut dyn Sink,
    ) -> Result<Tally, IngestError> {
        match self {
            Self::File { path, .. } | Self::OneOf { path, .. } => {
                theirs_ingest::read(&shape(source, path, columns), sink)
            }
            Self::Table(table) => {
                let shape = shape(source, Path::new(&table.label), columns);
                let since = table.since.as_ref().map(|(column, last)| (&**column, &**last));
                table.reader.read(&shape, Span { order: key(source), since }, sink)
            }
        }
    }

    /// Gives the key of every row of a table, those too that are not read or set aside.
    pub(super) fn each_key(
        &mut self,
        source: &Source,
        see: &mut dyn FnMut(&str),
    ) -> Result<(), IngestError> {
        let (Self::Table(table), Some(key)) = (self, key(source)) else { return Ok(()) };
        let columns = vec![needed(key, ColumnType::Text, None)];
        let shape = shape(source, Path::new(&table.label), columns);
        table.reader.read(&shape, Span::default(), &mut Keys(see)).map(drop)
    }
}

/// Hears keys alone.
struct Keys<'s>(&'s mut dyn FnMut(&str));

impl Sink for Keys<'_> {
    fn rows(&mut self, rows: Rows) -> Result<(), SinkError> {
        use arrow::array::AsArray;
        for key in rows.batch.column(0).as_string::<i32>().iter().flatten() {
            (self.0)(key);
        }
        Ok(())
    }

    fn set_aside(&mut self, _: SetAside) -> Result<(), SinkError> {
        Ok(())
    }
}

/// The column that names a row of a source, if one does.
pub(super) fn key(source: &Source) -> Option<&str> {
    match &source.holds {
        Holds::Identity(identity) => Some(&identity.key),
        Holds::Activity(activity) => activity.key.as_deref(),
    }
}

/// The shape of what a source is read from: these columns, each named once.
pub fn shape(source: &Source, path: &Path, columns: Vec<Wanted>) -> Shape {
    let mut wanted: Vec<Wanted> = Vec::new();
    for column in columns {
        match wanted.iter_mut().find(|known| known.name == column.name) {
            Some(known) => {
                known.required |= column.required;
                if column.unreadable == Aside::Row {
                    known.unreadable = Aside::Row;
                }
            }
            None => wanted.push(column),
        }
    }
    Shape {
        file: path.to_owned(),
        table: source.table.clone(),
        zone: source.time_zone.clone(),
        columns: wanted,
    }
}
