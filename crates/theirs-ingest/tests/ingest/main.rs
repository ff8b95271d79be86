//! Files in, rows and rows set aside out: what the crate promises, seen from outside.

mod bytes;
mod delimited;
mod errors;
mod formats;
mod json_lines;
mod parquet_file;
mod peek;
mod sample;
mod sqlite;
mod wrong_type;
