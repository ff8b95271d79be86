//! The press test on the first day: files and databases as they are, before anybody wrote a charter.
//!
//! They are looked into, a charter is drafted of what is there, and that draft is questioned. It knows
//! no purpose, so everything private counts as held for nothing until somebody says what it is for.

use theirs_audit::{Beside, DRAFT, Done, Report, audit_beside};
use theirs_charter::Charter;
use theirs_scan::{ScannedTable, draft, of_nobody, rows, slips, unplaced};

use super::super::Output;
use super::super::scan::{is_page, look, table, write};
use crate::cli::AuditArgs;
use crate::failure::Failure;

/// Looks into sources, and questions what is there; `party` is who is said to do it.
pub(super) fn question(
    asked: &AuditArgs,
    party: &str,
    out: &mut Output,
) -> Result<Report, Failure> {
    if let Some(page) = asked.sources.iter().find(|source| is_page(source)) {
        let message = format!("{page} is a page: `theirs scan {page}` says whom it calls");
        return Err(Failure::Usage(message));
    }
    let (found, notes) = look(&asked.sources)?;
    let text = draft(&found.tables);
    let name = asked.draft.as_ref().map_or_else(|| DRAFT.to_owned(), |f| f.display().to_string());
    let mut charter = Charter::read(&name, &text)?;
    party.clone_into(&mut charter.brand.name);
    party.clone_into(&mut charter.controller.name);
    table::tell_warnings(&found, out)?;
    for note in &notes {
        out.note(note);
    }
    for what in of_nobody(&found.tables) {
        out.note(&format!(
            "{what} seems to be about nobody, so there is nothing in it to question"
        ));
    }
    if let Some(file) = &asked.draft {
        write(file, &text)?;
        out.line(&format!("\n{} is a draft of a charter, to read and put right.", file.display()))?;
    }
    out.line(
        "\nNo charter says yet what any of this is for, so what is private counts as held for nothing:\n",
    )?;
    let done = Done { held: rows(&found.tables), ..Done::default() };
    Ok(audit_beside(&charter, Some(&done), &name, beside(&found.tables, &notes)))
}

/// What the draft has no place for, and what it does not say of what it has.
fn beside(tables: &[ScannedTable], notes: &[String]) -> Beside {
    let mut beside = Beside::default();
    for one in unplaced(tables) {
        beside.unplaced(&one.what, &one.because, &one.holds);
    }
    for slip in slips(tables) {
        beside.slip(&slip.what, &slip.column, slip.gives_away);
    }
    for table in tables {
        let what = table.origin.to_string();
        for old in &table.old_yeses {
            beside.old_yeses(&what, &old.column, &old.since, old.too_old);
        }
    }
    for note in notes {
        beside.unread(note);
    }
    beside
}
