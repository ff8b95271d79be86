//! Whether a database that was brought on still holds all that it held.

use std::collections::BTreeMap;

use rusqlite::Connection;

use super::UpgradeError;

/// How many rows each table has.
pub(super) type Rows = BTreeMap<String, u64>;

pub(super) fn rows(connection: &Connection) -> Result<Rows, UpgradeError> {
    let mut query = connection.prepare(
        "select name from sqlite_schema where type = 'table' and name not like 'sqlite_%'",
    )?;
    let names = query.query_map([], |row| row.get::<_, String>(0))?;
    names
        .map(|name| {
            let name = name?;
            let count = format!("select count(*) from \"{name}\"");
            let count = connection.query_row(&count, [], |row| row.get::<_, i64>(0))?;
            Ok((name, count.unsigned_abs()))
        })
        .collect()
}

/// Holds the rows after a step against those before: tables stay, and so do their rows; only where
/// the step adds some there may be more.
pub(super) fn kept(
    before: &Rows,
    after: &Rows,
    adds_to: &[&str],
    layout: i64,
) -> Result<(), UpgradeError> {
    for (table, had) in before {
        let has = after.get(table).copied().unwrap_or(0);
        if has < *had || (has > *had && !adds_to.contains(&table.as_str())) {
            return Err(UpgradeError::Check(format!(
                "the table {table} has {has} rows instead of {had} at layout {layout}"
            )));
        }
    }
    Ok(())
}

/// Looks at every page, every index and every reference.
pub(super) fn whole(connection: &Connection) -> Result<(), UpgradeError> {
    let found: String = connection.query_row("pragma integrity_check(1)", [], |row| row.get(0))?;
    if found != "ok" {
        return Err(UpgradeError::Check("pages or indexes do not belong together".to_owned()));
    }
    let mut query = connection.prepare("pragma foreign_key_check")?;
    let mut lost = query.query_map([], |row| row.get::<_, String>(0))?;
    match lost.next().transpose()? {
        Some(table) => {
            Err(UpgradeError::Check(format!("a row of {table} refers to one that is not there")))
        }
        None => Ok(()),
    }
}
