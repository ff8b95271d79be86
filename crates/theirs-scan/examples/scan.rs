//! Scans sources and prints what was found as JSON, for the study of how much is found.

use std::io::Write;

use jiff::civil::date;

fn main() -> std::io::Result<()> {
    let mut tables = Vec::new();
    for source in std::env::args().skip(1) {
        match theirs_scan::open(&source) {
            Ok(shown) => {
                let scanned = shown.tables.iter().map(|t| theirs_scan::scan(t, date(2026, 3, 2)));
                tables.extend(scanned);
            }
            Err(error) => eprintln!("{error}"),
        }
    }
    let text = serde_json::to_string(&serde_json::json!({ "tables": tables }))?;
    writeln!(std::io::stdout(), "{text}")
}
