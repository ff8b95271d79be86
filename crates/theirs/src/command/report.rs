//! `theirs report`: a copy of everything that is held of a person, to read, to keep or to take to
//! another firm; as a page, as JSON and as CSV.

mod page;
mod table;

use std::path::{Path, PathBuf};

use serde_json::json;
use theirs_charter::Charter;
use theirs_rights::{By, Desk, Report};
use theirs_store::{Person, put_private};
use theirs_words::{Language, Speech};

use super::Output;
use super::words::some;
use crate::failure::Failure;
use crate::reasons::explain;
use crate::workspace::Workspace;

/// A form that a report is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// One page without anything outside it, to read and to print.
    Page,
    /// JSON, as `docs/report.schema.json` says.
    Json,
    /// One table, a line for each value.
    Csv,
}

impl Form {
    const ALL: [(&'static str, Self); 3] =
        [("html", Self::Page), ("json", Self::Json), ("csv", Self::Csv)];

    /// The form that the ending of a file's name stands for.
    pub fn of(file: &Path) -> Result<Self, Failure> {
        let ending = file.extension().unwrap_or_default().to_string_lossy().to_lowercase();
        let known = Self::ALL.iter().find(|(name, _)| *name == ending);
        known.map(|(_, form)| *form).ok_or_else(|| {
            let file = file.display();
            Failure::Usage(format!("{file}: a report is written as .html, .json or .csv"))
        })
    }

    /// The report in this form.
    pub fn write(
        self,
        report: &Report,
        workspace: &Workspace,
        speech: &Speech,
    ) -> Result<String, Failure> {
        match self {
            Self::Page => page::write(report, &*workspace.charter()?, speech),
            Self::Json => serde_json::to_string_pretty(report)
                .map_err(|error| Failure::Unsound(error.to_string())),
            Self::Csv => table::write(report),
        }
    }
}

/// The report of a person, with why their records were taken as theirs.
pub fn make(
    workspace: &Workspace,
    desk: &Desk,
    person: &Person,
    by: By<'_>,
    speech: &Speech,
) -> Result<Report, Failure> {
    let mut report = desk.report(person, by)?;
    explain(workspace, &*workspace.charter()?, person, &mut report.record, speech)?;
    Ok(report)
}

/// Refuses what would fail once the copy is on record, or lie among what the folder lives on.
pub(super) fn may_write(workspace: &Workspace, file: &Path) -> Result<(), Failure> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new(".")).canonicalize();
    let folder = folder.map_err(|error| Failure::file(file, error))?;
    let data = workspace.folder.root().join("data").canonicalize();
    if file.is_dir() || data.is_ok_and(|data| folder.starts_with(data)) {
        let file = file.display();
        return Err(Failure::Usage(format!("{file}: a report is not written there")));
    }
    Ok(())
}

/// How somebody is spoken to in a language; in the charter's own if none is named.
pub(super) fn speech(charter: &Charter, language: Option<Language>) -> Result<Speech, Failure> {
    let language = language.unwrap_or(charter.language);
    if charter.languages().contains(&language) {
        return Ok(charter.speech(language));
    }
    let code = language.code();
    Err(Failure::Usage(format!(
        "the charter has no words in \"{code}\"; put them under `translations: {code}:`"
    )))
}

pub(super) fn run(
    workspace: &Workspace,
    person: &str,
    outputs: &[PathBuf],
    language: Option<Language>,
    asker: &str,
    out: &mut Output,
) -> Result<(), Failure> {
    let default = [workspace.folder.root().join("report.html")];
    let files = if outputs.is_empty() { &default[..] } else { outputs };
    let forms: Vec<Form> = files.iter().map(|file| Form::of(file)).collect::<Result<_, _>>()?;
    for file in files {
        may_write(workspace, file)?;
    }
    let charter = workspace.charter()?;
    let speech = &speech(&charter, language)?;
    let asker = workspace.authenticate(asker)?;
    let desk = workspace.desk()?;
    let person = desk.find(person, By::Colleague(&asker))?;
    let report = make(workspace, &desk, &person, By::Colleague(&asker), speech)?;
    for (file, form) in files.iter().zip(forms) {
        let text = form.write(&report, workspace, speech)?;
        put_private(file, text.as_bytes()).map_err(|error| Failure::file(file, error))?;
    }
    let rows: usize = report.record.activities.iter().map(|section| section.rows.len()).sum();
    out.data(&json!({
        "person": person.id, "use_id": report.use_id, "files": files,
        "values": report.record.entries.len(), "activities": rows,
        "uses": report.history.len(), "withheld": report.record.withheld,
    }))?;
    for file in files {
        out.line(&format!("{} is written. Only you can read it.", file.display()))?;
    }
    out.line(&format!(
        "It holds {}, {} of what they did, and {} of their data.",
        some(report.record.entries.len(), "value"),
        some(rows, "row"),
        some(report.history.len(), "use"),
    ))?;
    if report.record.withheld > 0 {
        out.line(&format!(
            "{} that may be somebody else's stayed out of it.",
            some(report.record.withheld, "record")
        ))?;
    }
    out.line(&format!("On record as {}.", report.use_id))?;
    Ok(())
}
