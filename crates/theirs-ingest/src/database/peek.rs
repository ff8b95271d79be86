//! A look at every table of a `MariaDB` or `MySQL` database, for whoever does not know yet what is in it.
//!
//! PostgreSQL is looked at elsewhere, as it can give a sample of a large table's pages.

use std::path::PathBuf;

use super::address::Engine;
use super::mysql::{self, quoted};
use super::{Class, DatabaseAddress};
use crate::{IngestError, Onlooker};

/// So much of a value is read.
const VALUE_LETTERS: u32 = 2_000;

/// A database in the middle of a transaction that writes nothing.
pub struct DatabasePeek {
    link: mysql::Link,
}

impl DatabasePeek {
    /// Opens a database; `label` is what messages call it.
    ///
    /// # Errors
    /// The server cannot be reached or does not let us in, or is PostgreSQL.
    pub fn open(at: &DatabaseAddress, label: &str) -> Result<Self, IngestError> {
        let label = PathBuf::from(label);
        if at.engine != Engine::MySql {
            let reason = "it is no MariaDB or MySQL".to_owned();
            return Err(IngestError::Database { at: label, reason });
        }
        Ok(Self { link: mysql::Link::begin(at, &label)? })
    }

    /// The tables and views that the user may read, by name; at most 201.
    ///
    /// # Errors
    /// The server does not say.
    pub fn tables(&mut self) -> Result<Vec<String>, IngestError> {
        self.link.tables()
    }

    /// Shows the first rows of a table, without what is no text; says whether those were all.
    ///
    /// # Errors
    /// The table cannot be read.
    pub fn look(
        &mut self,
        table: &str,
        most: u64,
        onlooker: &mut dyn Onlooker,
    ) -> Result<bool, IngestError> {
        let (columns, from) = self.link.find(table)?;
        let readable = columns.iter().filter(|column| column.class != Class::Opaque);
        let names: Vec<String> = readable.map(|column| column.name.clone()).collect();
        onlooker.columns(&names);
        if names.is_empty() {
            return Ok(true);
        }
        let cut = |name: &String| format!("left(cast({} as char), {VALUE_LETTERS})", quoted(name));
        let cells: Vec<String> = names.iter().map(cut).collect();
        let sql = format!("select {} from {from} limit {most}", cells.join(", "));
        let mut seen = 0;
        self.link.each(&sql, &mut |row| {
            let cells: Vec<Option<String>> = row
                .iter()
                .map(|cell| cell.map(|bytes| String::from_utf8_lossy(bytes).into_owned()))
                .collect();
            let cells: Vec<Option<&str>> = cells.iter().map(Option::as_deref).collect();
            onlooker.row(&cells);
            seen += 1;
            Ok(())
        })?;
        Ok(seen < most)
    }
}
