//! Tables of a `MariaDB` or `MySQL` database, read in one transaction that can write nothing.
//!
//! The password stands in `MYSQL_PWD`, where the clients of these servers look for it too, and never in
//! the address. Of each table the first rows are read, as these servers sample nothing.

use theirs_ingest::{DatabaseAddress, DatabasePeek};

use super::{MOST_TABLES, ScanError, Shown};
use crate::gather::Gather;
use crate::table::Origin;

/// So many rows of a table are read.
const ROWS: u64 = 10_000;

/// Whether this is the address of such a database.
pub(super) fn is_one(source: &str) -> bool {
    source.starts_with("mysql://") || source.starts_with("mariadb://")
}

/// Opens the tables that a user may read.
pub(super) fn open(address: &str) -> Result<Shown, ScanError> {
    let password = std::env::var("MYSQL_PWD").ok();
    let at = DatabaseAddress::of(address, password).map_err(|_| ScanError::MariaDbAddress)?;
    let database = at.database().to_owned();
    let mut peek = DatabasePeek::open(&at, &format!("database {database}"))?;
    let mut shown = Shown::default();
    let tables = peek.tables()?;
    if tables.len() > MOST_TABLES {
        shown.notes.push(format!("only the first {MOST_TABLES} tables of the database were read"));
    }
    for name in tables.into_iter().take(MOST_TABLES) {
        let mut gather = Gather::default();
        match peek.look(&name, ROWS, &mut gather) {
            Ok(is_whole) => {
                let origin = Origin::MariaDb { database: database.clone(), table: name.clone() };
                shown.tables.push(gather.table(origin, &name, is_whole));
            }
            Err(error) => shown.notes.push(format!("table {name} was not read: {error}")),
        }
    }
    Ok(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_message_repeats_an_address_and_its_password() {
        let wrong = open("mysql://ana:hidden-word@db.example/shop").unwrap_err();
        assert!(!format!("{wrong} {wrong:?}").contains("hidden-word"));
        assert!(wrong.to_string().contains("MYSQL_PWD"), "{wrong}");
        let nowhere = open("mariadb://ana@127.0.0.1:1/shop").unwrap_err();
        assert!(nowhere.to_string().contains("database shop"), "{nowhere}");
    }
}
