//! Every version of the charter that was ever in force, by its digest.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, params};
use theirs_model::Digest;

use crate::store::{Store, StoreError, instant};

/// One version of the charter.
#[derive(Debug, Clone)]
pub struct CharterVersion {
    /// SHA-256 of the text.
    pub digest: Digest,
    /// The text.
    pub text: String,
    /// When it came into force.
    pub applied: Timestamp,
}

impl Store {
    /// Puts a version in force.
    pub fn apply_charter(&self, version: &CharterVersion) -> Result<(), StoreError> {
        self.change(|tx, sequence| {
            tx.execute(
                "insert into charter (digest, text, applied, sequence) values (?1, ?2, ?3, ?4)
                 on conflict (digest) do update set applied = ?3, sequence = ?4",
                params![
                    version.digest.0,
                    version.text,
                    version.applied.as_microsecond(),
                    sequence.0.cast_signed()
                ],
            )?;
            Ok(())
        })
    }

    /// The version in force, if one was ever applied.
    pub fn charter_in_force(&self) -> Result<Option<CharterVersion>, StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare_cached(
            "select digest, text, applied from charter order by sequence desc limit 1",
        )?;
        Ok(query.query_row([], version).optional()?)
    }

    /// The version with this digest, if it was ever in force.
    pub fn charter_version(&self, digest: &Digest) -> Result<Option<CharterVersion>, StoreError> {
        let connection = self.connection();
        let mut query = connection
            .prepare_cached("select digest, text, applied from charter where digest = ?1")?;
        Ok(query.query_row([digest.0], version).optional()?)
    }
}

fn version(row: &Row<'_>) -> rusqlite::Result<CharterVersion> {
    Ok(CharterVersion { digest: Digest(row.get(0)?), text: row.get(1)?, applied: instant(row, 2)? })
}
