//! A table or view of a `SQLite` database, opened for reading only.

use std::path::Path;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags, Row};
use theirs_model::Cell;

use crate::batch::Batch;
use crate::fault::Fault;
use crate::outlet::Outlet;
use crate::{IngestError, Shape, header};

/// Reads the rows and gives the columns that were not wanted.
pub(crate) fn read(shape: &Shape, outlet: &mut Outlet<'_>) -> Result<Vec<String>, IngestError> {
    let malformed = |source| malformed(&shape.file, source);
    let connection = open(&shape.file)?;
    let table = Table::find(&connection, &shape.file, shape.table.as_deref())?;
    let present = table.columns(&connection).map_err(malformed)?;
    header::locate(&shape.file, &shape.columns, &present)?;
    let names = shape.columns.iter().map(|wanted| wanted.name.as_str());
    let mut statement = connection.prepare(&table.select(names)).map_err(malformed)?;
    let total = table.count(&connection).map_err(malformed)?;
    let mut rows = statement.query([]).map_err(malformed)?;
    let mut batch = Batch::new(shape);
    let mut done = 0;
    while let Some(row) = rows.next().map_err(malformed)? {
        done += 1;
        batch.push(done, |at| cell(row, at));
        if batch.is_full() {
            batch.deliver(outlet, done, total)?;
        }
    }
    batch.deliver(outlet, done, total)?;
    Ok(header::unread(&shape.columns, &present))
}

/// The names of the columns of a table or view.
pub(crate) fn columns(file: &Path, table: Option<&str>) -> Result<Vec<String>, IngestError> {
    let connection = open(file)?;
    let table = Table::find(&connection, file, table)?;
    table.columns(&connection).map_err(|source| malformed(file, source))
}

/// The names of the tables and views of a file.
pub(crate) fn tables(file: &Path) -> Result<Vec<String>, IngestError> {
    let connection = open(file)?;
    let tables = Table::all(&connection).map_err(|source| malformed(file, source))?;
    Ok(tables.into_iter().map(|table| table.name).collect())
}

fn malformed(file: &Path, source: rusqlite::Error) -> IngestError {
    let format = "a SQLite database";
    IngestError::Malformed { file: file.to_owned(), format, source: Some(source.into()) }
}

/// Opens a database whose own schema is not trusted to call functions with side effects.
fn open(file: &Path) -> Result<Connection, IngestError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection =
        Connection::open_with_flags(file, flags).map_err(|source| malformed(file, source))?;
    connection
        .pragma_update(None, "trusted_schema", false)
        .map_err(|source| malformed(file, source))?;
    Ok(connection)
}

/// A table or view that is known to be there.
struct Table {
    name: String,
    is_view: bool,
}

impl Table {
    fn find(
        connection: &Connection,
        file: &Path,
        table: Option<&str>,
    ) -> Result<Self, IngestError> {
        let mut tables = Self::all(connection).map_err(|source| malformed(file, source))?;
        let found = tables.iter().position(|found| Some(found.name.as_str()) == table);
        if let Some(at) = found {
            return Ok(tables.swap_remove(at));
        }
        let file = file.to_owned();
        let present: Vec<_> = tables.into_iter().map(|table| table.name).collect();
        let Some(table) = table.map(str::to_owned) else {
            return Err(IngestError::NoTable { file, present });
        };
        let nearest = header::nearest(&table, &present);
        Err(IngestError::MissingTable { file, table, nearest, present })
    }

    fn all(connection: &Connection) -> rusqlite::Result<Vec<Self>> {
        let sql = "select name, type = 'view' from sqlite_master where type in ('table', 'view') \
                   and name not like 'sqlite\\_%' escape '\\' order by name";
        let mut statement = connection.prepare(sql)?;
        let tables =
            statement.query_map([], |row| Ok(Self { name: row.get(0)?, is_view: row.get(1)? }))?;
        tables.collect()
    }

    /// Asks for the names as values, since a prepared statement panics on one that is not UTF-8.
    fn columns(&self, connection: &Connection) -> rusqlite::Result<Vec<String>> {
        let sql = "select name from pragma_table_xinfo(?1) where hidden <> 1 order by cid";
        let mut statement = connection.prepare(sql)?;
        let names = statement.query_map([&self.name], |row| row.get(0))?;
        names.collect()
    }

    /// Names the columns, so that nothing else is read. A table is scanned itself rather than
    /// through an index, so that its rows come in their own order.
    fn select<'n>(&self, names: impl Iterator<Item = &'n str>) -> String {
        let names: Vec<_> = names.map(quoted).collect();
        let names = if names.is_empty() { "null".to_owned() } else { names.join(", ") };
        let order = if self.is_view { "" } else { " not indexed" };
        format!("select {names} from {}{order}", quoted(&self.name))
    }

    /// The number of rows; zero for a view, which would have to be computed twice.
    fn count(&self, connection: &Connection) -> rusqlite::Result<u64> {
        if self.is_view {
            return Ok(0);
        }
        let sql = format!("select count(*) from {}", quoted(&self.name));
        let count: i64 = connection.query_row(&sql, [], |row| row.get(0))?;
        Ok(count.unsigned_abs())
    }
}

/// An identifier as SQL quotes it.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn cell<'r>(row: &'r Row<'_>, at: usize) -> Result<Cell<'r>, Fault> {
    match row.get_ref(at).map_err(|_| Fault::Unlike)? {
        ValueRef::Null => Ok(Cell::Empty),
        ValueRef::Integer(number) => Ok(Cell::Integer(number)),
        ValueRef::Real(number) => Ok(Cell::Number(number)),
        ValueRef::Text(text) => std::str::from_utf8(text)
            .map(|text| Cell::Text(text.into()))
            .map_err(|_| Fault::Encoding),
        ValueRef::Blob(_) => Err(Fault::Nested),
    }
}
