//! `theirs decide`: the people who are due, as a list for the recipient.

use std::fs::File;
use std::io::{self, Write};
use std::path::PathBuf;

use serde_json::json;
use theirs_marketing::{Decided, Decision, DecisionSink};
use theirs_model::UseId;

use super::Output;
use super::words::{count, people};
use crate::failure::Failure;
use crate::workspace::Workspace;

pub(super) fn run(
    workspace: &Workspace,
    purpose: &str,
    asker: &str,
    out: &mut Output,
) -> Result<(), Failure> {
    let asker = workspace.authenticate(asker)?;
    let mut list = ListFile::new(workspace, purpose);
    let decided = theirs_marketing::decide(&*workspace.door()?, &asker, purpose, &mut list)?;
    say(&decided, &list.path, out)
}

fn say(decided: &Decided, path: &std::path::Path, out: &mut Output) -> Result<(), Failure> {
    let left_out: Vec<_> = decided
        .left_out
        .iter()
        .map(
            |l| json!({ "clause": l.clause.to_string(), "because": l.because, "people": l.people }),
        )
        .collect();
    out.data(&json!({
        "use": decided.use_id, "file": path, "recipient": decided.recipient,
        "columns": decided.columns, "chosen": decided.chosen, "considered": decided.considered,
        "dropped": decided.dropped, "left_out": left_out,
    }))?;
    out.line(&format!(
        "{} of {} {} due. The list for {} is {}.",
        count(decided.chosen as u64),
        people(decided.considered),
        if decided.chosen == 1 { "is" } else { "are" },
        decided.recipient,
        path.display()
    ))?;
    out.line(&format!("It holds only: {}. Use {}.", decided.columns.join(", "), decided.use_id))?;
    for left_out in &decided.left_out {
        out.line(&format!(
            "Not asked about: {} who {} (clause {}).",
            people(left_out.people),
            left_out.because,
            left_out.clause
        ))?;
    }
    Ok(())
}

/// A CSV in outbox/ that appears whole or not at all.
struct ListFile {
    folder: PathBuf,
    purpose: String,
    path: PathBuf,
    writer: Option<csv::Writer<File>>,
}

impl ListFile {
    fn new(workspace: &Workspace, purpose: &str) -> Self {
        let folder = workspace.folder.outbox();
        Self { folder, purpose: purpose.to_owned(), path: PathBuf::new(), writer: None }
    }

    fn draft(&self) -> PathBuf {
        self.path.with_extension("part")
    }
}

impl DecisionSink for ListFile {
    fn begin(&mut self, use_id: UseId, columns: &[String]) -> io::Result<()> {
        use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&self.folder)?;
        self.path = self.folder.join(format!("{}-{use_id}.csv", self.purpose));
        let mut options = std::fs::OpenOptions::new();
        let file = options.write(true).create_new(true).mode(0o600).open(self.draft())?;
        let mut writer = csv::Writer::from_writer(file);
        let head = columns.iter().map(String::as_str).chain(["reason", "use_id", "reference"]);
        writer.write_record(head)?;
        self.writer = Some(writer);
        Ok(())
    }

    fn take(&mut self, decision: &Decision) -> io::Result<()> {
        let Some(writer) = &mut self.writer else { return Ok(()) };
        let use_id = decision.use_id.to_string();
        let values = decision.values.iter().map(|value| harmless(value));
        let end = [decision.reason.clone(), use_id, decision.reference.clone()];
        writer.write_record(values.chain(end))?;
        Ok(())
    }

    fn finish(&mut self) -> io::Result<()> {
        let Some(mut writer) = self.writer.take() else { return Ok(()) };
        writer.flush()?;
        let mut file = writer.into_inner().map_err(csv::IntoInnerError::into_error)?;
        file.flush()?;
        file.sync_all()?;
        std::fs::rename(self.draft(), &self.path)?;
        File::open(&self.folder)?.sync_all()
    }
}

/// A spreadsheet would run a value that begins like a formula; a quote before it stops that.
fn harmless(value: &str) -> String {
    if value.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{value}")
    } else {
        value.to_owned()
    }
}
