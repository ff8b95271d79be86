//! Source bytes to typed Arrow batches, row by row.
//!
//! A row that cannot be read as the [`Shape`] says is set aside with its place, field and reason,
//! never with its values, and the rest of the file is kept; where the shape says so, only the value
//! is set aside, and its row is kept without it. What is wrong with the file as a whole
//! (a column missing, a column of another type) is an [`IngestError`] instead, found before the
//! sink has been given anything. This crate knows nothing of people or of policy.

mod batch;
mod bucket;
mod column;
mod database;
mod delimited;
mod error;
mod fault;
mod format;
mod header;
mod json_lines;
mod objects;
mod outlet;
mod parquet_file;
mod peek;
mod read;
mod shape;
mod sink;
mod sqlite;
mod value;
mod window;
mod workbook;

pub use bucket::{Bucket, BucketAddress, BucketAddressError, Fetched, Object, fits};
pub use database::{
    AddressError, Class, DatabaseAddress, DatabasePeek, Native, Span, TableReader, Transport,
    innermost, trusting,
};
pub use error::{IngestError, Present};
pub use format::is_readable;
pub use header::holds_values;
pub use objects::read_objects;
pub use peek::{Limit, Onlooker, Peeked, peek, tables};
pub use read::{columns, read};
pub use shape::{Aside, Shape, Wanted};
pub use sink::{Rows, SetAside, Sink, SinkError, Tally};
