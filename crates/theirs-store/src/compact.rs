//! Writes the database anew, so that no page of it and no write-ahead log holds what was deleted.
//!
//! `secure_delete` overwrites what is deleted, but pages that SQLite only rearranged may keep bytes
//! of before. Writing the whole anew is certain. The price is once the size of the database in
//! memory, or on the disk for temporary files, encrypted as it is, if it is large; it is paid when
//! somebody was erased.

use std::path::Path;

use rusqlite::Connection;

use crate::at_rest::DatabaseKey;
use crate::store::StoreError;

/// From which size on the work is done beside memory, in bytes.
const LARGE: u64 = 256 << 20;

/// Writes a database anew; says whether its write-ahead log could be emptied, which waits for
/// whoever is reading. Others may read and write meanwhile; they wait for each other.
pub fn compact(database: &Path, key: &DatabaseKey) -> Result<bool, StoreError> {
    let size = std::fs::metadata(database)?.len();
    write_anew(&key.open(database)?, size)
}

pub(crate) fn write_anew(connection: &Connection, size: u64) -> Result<bool, StoreError> {
    let place = if size > LARGE { "file" } else { "memory" };
    connection.execute_batch(&format!(
        "pragma busy_timeout = 60000; pragma synchronous = full; pragma secure_delete = on;
         pragma temp_store = {place}; vacuum;"
    ))?;
    let busy: i64 =
        connection.query_row("pragma wal_checkpoint(truncate)", [], |row| row.get(0))?;
    Ok(busy == 0)
}
