//! Every version of the charter that was ever in force, by its digest.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rusqlite::types::Type;
use rusqlite::{OptionalExtension, Row, params};
use theirs_model::Digest;

use crate::approval;
use crate::keys::Keys;
use crate::store::{Store, StoreError, instant};

/// One version of the charter.
#[derive(Debug, Clone)]
pub struct CharterVersion {
    /// SHA-256 of the text.
    pub digest: Digest,
    /// The text.
    pub text: String,
    /// The operator's policies beside it: each file's text by its name.
    pub policies: BTreeMap<String, String>,
    /// When it came into force.
    pub applied: Timestamp,
}

impl Store {
    /// Puts a version in force. What it brings is adopted if it is the first of the folder.
    pub fn apply_charter(
        &self,
        version: &CharterVersion,
        brought: &[(String, Digest)],
        keys: &Keys,
    ) -> Result<(), StoreError> {
        let policies = serde_json::to_string(&version.policies)
            .map_err(|_| StoreError::Damaged("policies make no JSON"))?;
        self.change(|tx, sequence| {
            if !tx.prepare_cached("select 1 from charter limit 1")?.exists([])? {
                approval::adopt(tx, sequence, brought, keys)?;
            }
            tx.execute(
                "insert into charter (digest, text, applied, sequence, policies)
                 values (?1, ?2, ?3, ?4, ?5)
                 on conflict (digest) do update set applied = ?3, sequence = ?4, policies = ?5",
                params![
                    version.digest.0,
                    version.text,
                    version.applied.as_microsecond(),
                    sequence.0.cast_signed(),
                    policies
                ],
            )?;
            Ok(())
        })
    }

    /// The version in force, if one was ever applied.
    pub fn charter_in_force(&self) -> Result<Option<CharterVersion>, StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare_cached(
            "select digest, text, applied, policies from charter order by sequence desc limit 1",
        )?;
        Ok(query.query_row([], version).optional()?)
    }

    /// Every version that was ever in force, the latest first.
    pub fn charter_versions(&self) -> Result<Vec<CharterVersion>, StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare_cached(
            "select digest, text, applied, policies from charter order by sequence desc",
        )?;
        let rows = query.query_map([], version)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The version with this digest, if it was ever in force.
    pub fn charter_version(&self, digest: &Digest) -> Result<Option<CharterVersion>, StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare_cached(
            "select digest, text, applied, policies from charter where digest = ?1",
        )?;
        Ok(query.query_row([digest.0], version).optional()?)
    }
}

fn version(row: &Row<'_>) -> rusqlite::Result<CharterVersion> {
    let (digest, text, applied) = (Digest(row.get(0)?), row.get(1)?, instant(row, 2)?);
    let policies: String = row.get(3)?;
    let policies = serde_json::from_str(&policies)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(3, Type::Text, error.into()))?;
    Ok(CharterVersion { digest, text, policies, applied })
}
