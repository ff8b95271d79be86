//! `theirs decide`: the people who are due, or what a campaign does for each, as lists for recipients.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use theirs_marketing::{Action, Campaign, Decided, Decision, DecisionSink, List, Part, Sent};
use theirs_model::UseId;
use theirs_query::{Asker, LeftOut};

use super::Output;
use super::words::{count, people};
use crate::campaign;
use crate::failure::Failure;
use crate::workspace::Workspace;

pub(super) fn run(
    workspace: &Workspace,
    purpose: &str,
    asker: &str,
    out: &mut Output,
) -> Result<(), Failure> {
    let asker = workspace.authenticate(asker)?;
    if campaign::is_there(workspace.folder.root(), purpose) {
        return for_campaign(workspace, purpose, &asker, out);
    }
    let mut list = ListFile::new(workspace.folder.outbox(), purpose);
    let decided = theirs_marketing::decide(&*workspace.door()?, &asker, purpose, &mut list)?;
    say(&decided, &list.path, out)
}

fn say(decided: &Decided, path: &std::path::Path, out: &mut Output) -> Result<(), Failure> {
    out.data(&json!({
        "use": decided.use_id, "file": path, "recipient": decided.recipient,
        "columns": decided.columns, "chosen": decided.chosen, "considered": decided.considered,
        "dropped": decided.dropped, "left_out": left_out_of(&decided.left_out),
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
    say_left_out(&decided.left_out, out)
}

pub(super) fn left_out_of(all: &[LeftOut]) -> Vec<Value> {
    let told = |l: &LeftOut| json!({ "clause": l.clause.to_string(), "because": l.because, "people": l.people });
    all.iter().map(told).collect()
}

pub(super) fn say_left_out(all: &[LeftOut], out: &mut Output) -> Result<(), Failure> {
    for left_out in all {
        out.line(&format!(
            "Not asked about: {} who {} (clause {}).",
            people(left_out.people),
            left_out.because,
            left_out.clause
        ))?;
    }
    Ok(())
}

/// Decides for a campaign; a list of it is named by its purpose, which says how long it is kept.
fn for_campaign(
    workspace: &Workspace,
    name: &str,
    asker: &Asker,
    out: &mut Output,
) -> Result<(), Failure> {
    let charter = workspace.charter()?;
    let campaign = campaign::read(workspace.folder.root(), name, &charter)?;
    if charter.purpose(name).is_some_and(|purpose| purpose.decide.is_some()) {
        let message =
            format!("\"{name}\" is a campaign and a purpose that decides; rename the file");
        return Err(Failure::Usage(message));
    }
    let (outbox, door) = (workspace.folder.outbox(), workspace.door()?);
    let mut list = |_: &Action| -> Box<dyn DecisionSink> {
        Box::new(ListFile::new(outbox.clone(), &campaign.purpose))
    };
    let sent = theirs_marketing::send(&door, asker, &campaign, &mut list)?;
    say_sent(&campaign, &sent, &outbox, out)
}

fn say_sent(
    campaign: &Campaign,
    sent: &Sent,
    outbox: &Path,
    out: &mut Output,
) -> Result<(), Failure> {
    let file = |list: &List| outbox.join(format!("{}-{}.csv", campaign.purpose, list.use_id));
    let lists = sent.lists.iter().map(|list| {
        json!({
            "action": list.action, "is_left_out": list.part == Part::LeftOut, "use": list.use_id, "file": file(list),
            "recipient": list.recipient, "columns": list.columns, "people": list.people,
            "dropped": list.dropped,
        })
    });
    out.data(&json!({
        "campaign": campaign.name, "use": sent.use_id, "considered": sent.considered,
        "by_scores": sent.by_scores, "control": sent.control, "nothing": sent.nothing, "resting": sent.resting,
        "dropped": sent.dropped, "lists": lists.collect::<Vec<_>>(),
        "left_out": left_out_of(&sent.left_out),
    }))?;
    out.line(&format!(
        "{} considered. {} control and get nothing.",
        people(sent.considered),
        are(sent.control)
    ))?;
    if sent.by_scores {
        out.line(
            "Scores chose, learnt from what came of earlier decisions; some were still drawn.",
        )?;
    }
    for list in &sent.lists {
        let whom = match list.part {
            Part::Chosen => "get it",
            Part::LeftOut => "are to be left out",
        };
        out.line(&format!(
            "{}: {} {whom}. The list for {} is {}. It holds only: {}. Use {}.",
            list.action,
            people(list.people as u64),
            list.recipient,
            file(list).display(),
            list.columns.join(", "),
            list.use_id
        ))?;
    }
    for (number, what) in [
        (sent.nothing, "get nothing, as that is worth most or was drawn"),
        (sent.resting, "were written to so lately that they are left alone"),
        (sent.dropped, "said no meanwhile"),
    ] {
        if number > 0 {
            out.line(&format!("{} {what}.", people(number as u64)))?;
        }
    }
    if let Some(use_id) = sent.use_id {
        out.line(&format!("Every decision is on record, with its chance. Use {use_id}."))?;
    }
    say_left_out(&sent.left_out, out)
}

fn are(number: usize) -> String {
    format!("{} {}", people(number as u64), if number == 1 { "is" } else { "are" })
}

/// A CSV in outbox/ that appears whole or not at all.
struct ListFile {
    folder: PathBuf,
    purpose: String,
    path: PathBuf,
    writer: Option<csv::Writer<File>>,
}

impl ListFile {
    fn new(folder: PathBuf, purpose: &str) -> Self {
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
