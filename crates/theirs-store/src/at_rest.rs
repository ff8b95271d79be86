//! How data rest on disk: encrypted, under keys that are drawn from the master secret.

mod database;
mod parquet;

pub use self::database::DatabaseKey;
pub(crate) use self::database::{Form, in_plain};
pub(crate) use self::parquet::reason;
pub use self::parquet::{RestKey, guarded};
