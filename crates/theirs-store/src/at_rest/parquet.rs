//! How Parquet files rest on disk: encrypted, each under a key of its own.
//!
//! Parquet Modular Encryption as the format's `Encryption.md` has it, in its mode `AES_GCM_V1` with
//! keys of 256 bits: every page, every page header, every index and the footer is a module that is
//! encrypted and authenticated by itself, so a reader still fetches single pages, and none of them
//! can be changed or moved unnoticed. All modules of a file have one key: who may see which column
//! is for the charter to say, and whoever opens a file here may open all of it.
//!
//! The key of a file is drawn (HKDF, RFC 5869) from the secret of its place, from sixteen random bytes
//! that the file bears as its key metadata, and from its name. So no key ever serves two files, not
//! even two of one name, such as the columns of people, which are written again and again: a few
//! thousand modules are all that it encrypts, where NIST SP 800-38D (8.3) allows 2^32 under random
//! nonces, and nobody has to count. A file that is laid under another's name does not open, which is
//! what `Encryption.md` has the AAD prefix for. Eight more bytes tell the secret itself, so that a
//! wrong key is told from damage before anything is decrypted. Price: a key is drawn each time a
//! footer is read, which takes microseconds, and each module is 32 bytes longer.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use ::parquet::encryption::decrypt::{FileDecryptionProperties, KeyRetriever};
use ::parquet::encryption::encrypt::FileEncryptionProperties;
use ::parquet::errors::ParquetError;

use crate::keys::{drawn, random};
use crate::store::StoreError;

/// How many random bytes a file bears.
const SALT_BYTES: usize = 16;
/// How many bytes tell the secret.
const MARK_BYTES: usize = 8;
/// What is wrong where they tell another.
const OTHER_KEY: &str = "it is encrypted under another key than keys/master.key";

/// The secret of a place where Parquet files rest. Its `Debug` shows nothing of it.
#[derive(Clone)]
pub struct RestKey([u8; 32]);

/// A file was encrypted under the secret of another folder.
#[derive(Debug, thiserror::Error)]
#[error("{OTHER_KEY}")]
struct OtherKey;

impl RestKey {
    /// The first and the last four bytes of an encrypted file; a plain one has `PAR1` there.
    pub const MAGIC: [u8; 4] = *b"PARE";

    /// A place whose secret is this.
    pub fn new(secret: [u8; 32]) -> Self {
        Self(secret)
    }

    /// What writes a file of this name; its key is a new one each time.
    ///
    /// # Errors
    /// The machine gives no random bytes.
    pub fn sealing(&self, name: &str) -> Result<Arc<FileEncryptionProperties>, StoreError> {
        let salt = random::<SALT_BYTES>()?;
        let metadata = [&self.mark()?[..], &salt].concat();
        let sealing = FileEncryptionProperties::builder(self.of_file(&salt, name)?.to_vec());
        Ok(sealing.with_footer_key_metadata(metadata).build()?)
    }

    /// What reads a file of this name.
    ///
    /// # Errors
    /// As the decoder's; there is no reason for one.
    pub fn opening(&self, name: &str) -> Result<Arc<FileDecryptionProperties>, StoreError> {
        let opener = Arc::new(Opener { key: self.clone(), name: name.to_owned() });
        Ok(FileDecryptionProperties::with_key_retriever(opener).build()?)
    }

    fn of_file(&self, salt: &[u8], name: &str) -> Result<[u8; 32], ParquetError> {
        Ok(drawn(&self.0, salt, &[b"file ", name.as_bytes()])?)
    }

    /// What tells this secret from others, and nothing else of it.
    fn mark(&self) -> Result<[u8; MARK_BYTES], ParquetError> {
        let mut mark = [0; MARK_BYTES];
        mark.copy_from_slice(&drawn(&self.0, b"", &[b"mark"])?[..MARK_BYTES]);
        Ok(mark)
    }
}

impl std::fmt::Debug for RestKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RestKey(..)")
    }
}

/// Draws the key of a file from what the file says of it.
struct Opener {
    key: RestKey,
    name: String,
}

impl KeyRetriever for Opener {
    fn retrieve_key(&self, metadata: &[u8]) -> Result<Vec<u8>, ParquetError> {
        match metadata.split_at_checked(MARK_BYTES) {
            Some((mark, salt)) if mark == self.key.mark()? => {
                Ok(self.key.of_file(salt, &self.name)?.to_vec())
            }
            _ => Err(ParquetError::External(Box::new(OtherKey))),
        }
    }
}

/// Why a file does not read.
pub(crate) fn reason(error: &ParquetError) -> &'static str {
    match error {
        ParquetError::External(cause) if cause.is::<OtherKey>() => OTHER_KEY,
        _ => "it is not what was written",
    }
}

/// Decodes a part of a file. A module says before it is decrypted how long it is, and the decoder
/// panics where that is shorter than any can be: that is an error here.
///
/// # Errors
/// As the decoder, or that it panicked.
pub fn guarded<T, E: From<ParquetError>>(decode: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
    let damaged = |_| Err(ParquetError::General("a module is damaged".to_owned()).into());
    catch_unwind(AssertUnwindSafe(decode)).unwrap_or_else(damaged)
}

#[cfg(test)]
mod tests;
