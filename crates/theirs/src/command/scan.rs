//! `theirs scan`: looks into files, databases and pages, and says what the charter does not.
//!
//! It needs no working folder, takes no lock and keeps nothing. What it prints are names of columns,
//! counts and words, never a value: whoever runs it can open the files anyway, and whoever reads
//! what it said learns of nobody.

mod page;
pub(super) mod table;

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use serde_json::json;
use theirs_charter::{Charter, Outside};
use theirs_scan::{Scan, Visit, WebError, compare, draft, open, scan, section, visit};
use theirs_store::FolderError;

use super::Output;
use super::charter;
use crate::failure::Failure;
use crate::workspace::{Workspace, clock};

/// What is wanted of a scan.
pub(super) struct Wish<'w> {
    /// What to look into.
    pub(super) sources: &'w [String],
    /// Where to write a charter of what was found.
    pub(super) draft: Option<&'w Path>,
    /// The charter to hold it against.
    pub(super) charter: Option<&'w Path>,
}

pub(super) fn run(folder: &Path, wish: &Wish<'_>, out: &mut Output) -> Result<(), Failure> {
    if let Some(draft) = wish.draft.filter(|draft| draft.exists()) {
        let draft = draft.display();
        return Err(Failure::Usage(format!("{draft} is there already; name another file")));
    }
    let promise = match wish.charter {
        Some(file) => Some((read(file)?, file.display().to_string())),
        None => at_hand(folder, out)?,
    };
    let (pages, sources): (Vec<&String>, Vec<&String>) =
        wish.sources.iter().partition(|source| is_page(source));
    let (found, notes) = look(sources)?;
    let pages = pages.into_iter().map(|page| visit(page, &Visit::default()));
    let pages = pages.collect::<Result<Vec<_>, _>>()?;
    let differences = promise.as_ref().map(|(charter, _)| compare(&found, charter));
    let against = promise.as_ref().filter(|_| !found.tables.is_empty());
    table::tell(&found, out)?;
    if let (Some((_, name)), Some(differences)) = (against, &differences) {
        table::tell_differences(name, differences, out)?;
    }
    for page in &pages {
        page::tell(page, out)?;
    }
    if let Some(file) = wish.draft {
        write(file, &draft(&found.tables))?;
        let file = file.display();
        out.line(&format!(
            "\n{file} is a draft of a charter: read it, and say in it what only you know."
        ))?;
    }
    for note in &notes {
        out.note(note);
    }
    out.data(&json!({
        "tables": found.tables,
        "pages": pages,
        "charter": promise.map(|(_, name)| name),
        "differences": differences,
        "draft": wish.draft,
        "notes": notes,
    }))?;
    Ok(())
}

/// Proposes the charter's section for what could be a source.
pub(super) fn inspect(sources: &[String], out: &mut Output) -> Result<(), Failure> {
    if let Some(page) = sources.iter().find(|source| is_page(source)) {
        let text = format!("{page} is a page; `theirs scan` looks at pages");
        return Err(Failure::Usage(text));
    }
    let (found, notes) = look(sources)?;
    let proposed = section(&found.tables);
    out.line(&proposed)?;
    for note in &notes {
        out.note(note);
    }
    out.data(&json!({ "tables": found.tables, "section": proposed, "notes": notes }))?;
    Ok(())
}

/// Whether this is the address of a page, and no source.
pub(super) fn is_page(source: &str) -> bool {
    source.starts_with("http://") || source.starts_with("https://")
}

/// Looks into files and databases; gives what is to be noted beside what was found.
pub(super) fn look<'s>(
    sources: impl IntoIterator<Item = &'s String>,
) -> Result<(Scan, Vec<String>), Failure> {
    let today = clock()?.now().to_zoned(jiff::tz::TimeZone::system()).date();
    let (mut found, mut notes) = (Scan::default(), Vec::new());
    for source in sources {
        let shown = open(source)?;
        notes.extend(shown.notes);
        found.tables.extend(shown.tables.iter().map(|table| scan(table, today)));
    }
    Ok((found, notes))
}

/// The charter in force in a folder; else its `charter.yaml`; none where there is neither.
fn at_hand(folder: &Path, out: &Output) -> Result<Option<(Charter, String)>, Failure> {
    if folder.join("data").is_dir() {
        match Workspace::open(folder, "theirs scan").and_then(|workspace| workspace.charter()) {
            Ok(charter) => {
                return Ok(Some((
                    Arc::unwrap_or_clone(charter),
                    "the charter in force".to_owned(),
                )));
            }
            Err(Failure::NoCharter) => {}
            Err(Failure::Folder(FolderError::InUse { .. })) => {
                out.note("the folder is in use: charter.yaml is taken for the charter in force");
            }
            Err(failure) => return Err(failure),
        }
    }
    if !folder.join("charter.yaml").is_file() {
        return Ok(None);
    }
    Ok(Some((charter::read(folder, Outside::AsApplied)?, "charter.yaml".to_owned())))
}

fn read(file: &Path) -> Result<Charter, Failure> {
    let text = std::fs::read_to_string(file).map_err(|error| Failure::file(file, error))?;
    Ok(Charter::read(&file.display().to_string(), &text)?)
}

/// Writes a file that is not there yet.
pub(super) fn write(file: &Path, text: &str) -> Result<(), Failure> {
    let open = OpenOptions::new().write(true).create_new(true).open(file);
    open.and_then(|mut open| open.write_all(text.as_bytes()))
        .map_err(|error| Failure::file(file, error))
}

impl From<WebError> for Failure {
    fn from(error: WebError) -> Self {
        match error {
            WebError::Address(_) => Self::Usage(error.to_string()),
            error => Self::Unsound(error.to_string()),
        }
    }
}
