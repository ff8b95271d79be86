//! Tables for spreadsheets and programs, as CSV (RFC 4180).

use crate::failure::Failure;

/// A table with these heads.
pub(super) fn table<const N: usize>(
    heads: &[&str; N],
    rows: impl IntoIterator<Item = [String; N]>,
) -> Result<String, Failure> {
    let unsound = |error: csv::Error| Failure::Unsound(error.to_string());
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(heads).map_err(unsound)?;
    for row in rows {
        writer.write_record(&row).map_err(unsound)?;
    }
    let bytes = writer.into_inner().map_err(|error| Failure::Unsound(error.to_string()))?;
    String::from_utf8(bytes).map_err(|error| Failure::Unsound(error.to_string()))
}
