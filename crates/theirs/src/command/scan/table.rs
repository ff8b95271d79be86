//! Tables that were scanned, as people read them: what is alarming first.

use std::io;

use theirs_scan::{Difference, Scan, ScannedTable};

use super::Output;
use crate::command::words::{count, some};

/// Tells of all tables.
pub(super) fn tell(scan: &Scan, out: &mut Output) -> io::Result<()> {
    tell_warnings(scan, out)?;
    scan.tables.iter().try_for_each(|table| tell_one(table, out))
}

/// Tells what should be known first.
pub(in crate::command) fn tell_warnings(scan: &Scan, out: &mut Output) -> io::Result<()> {
    let warned: Vec<&ScannedTable> =
        scan.tables.iter().filter(|table| !table.warnings.is_empty()).collect();
    if !warned.is_empty() {
        out.line("Look at these first:")?;
    }
    for table in warned {
        for warning in &table.warnings {
            out.line(&format!("  {}: {}", table.origin, warning.plain()))?;
        }
    }
    Ok(())
}

fn tell_one(table: &ScannedTable, out: &mut Output) -> io::Result<()> {
    let rows = match table.rows {
        1 => "1 row".to_owned(),
        rows if table.is_whole => format!("{} rows", count(rows)),
        rows => format!("{} rows looked at, there are more", count(rows)),
    };
    out.line(&format!("\n{}: {rows}", table.origin))?;
    let (mut found, mut nothing) = (Vec::new(), Vec::new());
    for column in &table.columns {
        match column.best() {
            Some(best) => found.push(vec![
                column.name.clone(),
                best.key(),
                best.sureness().word().to_owned(),
                best.why.clone(),
            ]),
            None => nothing.push(column.name.as_str()),
        }
    }
    if !found.is_empty() {
        out.table(&["column", "looks like", "how sure", "why"], &found)?;
    }
    if !nothing.is_empty() {
        let what =
            if found.is_empty() { "Nothing about a person" } else { "Nothing about a person in" };
        out.line(&format!("  {what}: {}", nothing.join(", ")))?;
    }
    for (column, why) in &table.unread {
        out.line(&format!("  Not looked into: {column}, {why}"))?;
    }
    Ok(())
}

/// Tells what a charter does not say.
pub(super) fn tell_differences(
    charter: &str,
    differences: &[Difference],
    out: &mut Output,
) -> io::Result<()> {
    if differences.is_empty() {
        return out.line(&format!("\nNothing was found that {charter} does not say."));
    }
    let things = some(differences.len(), "thing");
    out.line(&format!("\n{things} that {charter} does not say:"))?;
    differences.iter().try_for_each(|difference| out.line(&format!("  {}", difference.plain())))
}
