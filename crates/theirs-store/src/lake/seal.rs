//! Which files of the lake are encrypted, by their names.

use std::sync::Arc;

use parquet::encryption::decrypt::FileDecryptionProperties;
use parquet::file::properties::WriterPropertiesBuilder;

use super::Lake;
use super::shared::Shared;
use crate::store::{Store, StoreError};

/// How the name of an encrypted file ends, and that of any.
const SEALED: &str = ".sealed.parquet";
const PARQUET: &str = ".parquet";

/// Whether a file of this name is encrypted.
pub(crate) fn is_sealed(name: &str) -> bool {
    name.ends_with(SEALED)
}

/// A name without its ending.
pub(crate) fn bare(name: &str) -> &str {
    name.strip_suffix(SEALED).or_else(|| name.strip_suffix(PARQUET)).unwrap_or(name)
}

impl Shared {
    /// The name of a file that is to be written.
    pub(crate) fn named(&self, stem: &str) -> String {
        format!("{stem}{}", if self.key.is_some() { SEALED } else { PARQUET })
    }

    /// How a file of this name is written.
    pub(crate) fn sealed(
        &self,
        name: &str,
        properties: WriterPropertiesBuilder,
    ) -> Result<WriterPropertiesBuilder, StoreError> {
        match &self.key {
            Some(key) => Ok(properties.with_file_encryption_properties(key.sealing(name)?)),
            None => Ok(properties),
        }
    }

    /// What opens a file of this name, if it needs any.
    pub(crate) fn opening(
        &self,
        name: &str,
    ) -> Result<Option<Arc<FileDecryptionProperties>>, StoreError> {
        let key = self.key.as_ref().filter(|_| is_sealed(name));
        key.map(|key| key.opening(name)).transpose()
    }
}

impl Lake {
    /// How many files are not encrypted, being from before there were keys for it.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn plain_files(&self, store: &Store) -> Result<usize, StoreError> {
        let names = store.lake_file_names()?;
        Ok(names.iter().filter(|name| !is_sealed(name)).count())
    }
}
