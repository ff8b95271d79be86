//! `theirs decide`: the people who are due, or what a campaign does for each, as lists for recipients.

use std::path::{Path, PathBuf};
use std::time::Instant;

use serde_json::{Value, json};
use theirs_marketing::{Campaign, Decided, List, Part, Sent, Via};
use theirs_model::UseId;
use theirs_query::{Asker, LeftOut};

use super::Output;
use super::words::{count, people};
use crate::activation::{ListFile, send_campaign};
use crate::campaign;
use crate::failure::Failure;
use crate::telemetry::{Attribute, Event, Name, Span};
use crate::workspace::Workspace;

pub(super) fn run(
    workspace: &Workspace,
    purpose: &str,
    asker: &str,
    out: &mut Output,
) -> Result<(), Failure> {
    let asker = workspace.authenticate(asker)?;
    let (span, began) = (Span::begin("decide"), Instant::now());
    let _within = span.enter();
    if campaign::is_there(workspace.folder.root(), purpose) {
        return for_campaign(workspace, purpose, &asker, (&span, began), out);
    }
    if let Some(message) =
        campaign::meant(workspace.folder.root(), purpose, &*workspace.charter()?)?
    {
        return Err(Failure::Usage(message));
    }
    let list = ListFile::new(workspace.folder.outbox(), purpose);
    let mut list = list.leading_to(workspace.public());
    let decided = theirs_marketing::decide(&*workspace.door()?, &asker, purpose, &mut list)?;
    tell(workspace, purpose, (decided.considered, Some(decided.use_id)), (&span, began))?;
    say(&decided, &list.path, out)
}

/// Tells IT that it was decided, for how many.
fn tell(
    workspace: &Workspace,
    purpose: &str,
    (considered, use_id): (u64, Option<UseId>),
    (span, began): (&Span, Instant),
) -> Result<(), Failure> {
    let charter = workspace.charter()?;
    let Some(purpose) = charter.purpose(purpose).map(Name::from) else { return Ok(()) };
    span.note(Attribute::Purpose(&purpose));
    span.note(Attribute::People(considered));
    if let Some(use_id) = use_id {
        span.note(Attribute::Use(use_id));
    }
    let after = began.elapsed();
    Event::Decided { purpose: &purpose, considered, use_id, after }.tell();
    Ok(())
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
    out.line(&format!(
        "It holds only: {}; and why, the use and a reference. Use {}.",
        decided.columns.join(", "),
        decided.use_id
    ))?;
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
    since: (&Span, Instant),
    out: &mut Output,
) -> Result<(), Failure> {
    let charter = workspace.charter()?;
    let campaign = campaign::read(workspace.folder.root(), name, &charter)?;
    if charter.purpose(name).is_some_and(|purpose| purpose.decide.is_some()) {
        let message =
            format!("\"{name}\" is a campaign and a purpose that decides; rename the file");
        return Err(Failure::Usage(message));
    }
    let sent = send_campaign(workspace, asker, &campaign)?;
    tell(workspace, &campaign.purpose, (sent.considered, sent.use_id), since)?;
    say_sent(&campaign, &sent, &workspace.folder.outbox(), out)
}

fn say_sent(
    campaign: &Campaign,
    sent: &Sent,
    outbox: &Path,
    out: &mut Output,
) -> Result<(), Failure> {
    let file = |list: &List| -> Option<PathBuf> {
        let via = campaign.action(&list.action)?.via;
        let name = format!("{}-{}.csv", campaign.purpose, list.use_id);
        matches!(via, Via::List | Via::Audience).then(|| outbox.join(name))
    };
    let lists = sent.lists.iter().map(|list| {
        json!({
            "action": list.action, "is_left_out": list.part == Part::LeftOut, "use": list.use_id, "file": file(list),
            "recipient": list.recipient, "columns": list.columns, "people": list.people,
            "unreachable": list.unreachable, "dropped": list.dropped,
        })
    });
    out.data(&json!({
        "campaign": campaign.name, "use": sent.use_id, "considered": sent.considered,
        "by_scores": sent.by_scores, "looks_anew": sent.looks_anew, "control": sent.control, "nothing": sent.nothing, "resting": sent.resting,
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
    if sent.looks_anew && sent.use_id.is_some() {
        out.line(
            "It was drawn by lot: the features are others than those of the judged runs, or those are \
             not on record, and nothing that was learnt of others tells why somebody should get this.",
        )?;
    }
    for list in &sent.lists {
        let via = campaign.action(&list.action).map(|action| action.via).unwrap_or_default();
        out.line(&given(list, via, file(list).as_deref()))?;
        if list.unreachable > 0 {
            out.line(&format!(
                "{}: {} of them cannot be written to, as no address of theirs takes a message.",
                list.action,
                count(list.unreachable as u64)
            ))?;
        }
    }
    for (number, what) in [
        (sent.nothing, "get nothing, as that is worth most or was drawn"),
        (sent.resting, "were decided for or written to so lately that they are left alone"),
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

/// What was given of an action, in a sentence or two.
fn given(list: &List, via: Via, file: Option<&Path>) -> String {
    let people = people(list.people as u64);
    let (action, use_id, columns) = (&list.action, list.use_id, list.columns.join(", "));
    let whom = match list.part {
        Part::Chosen => "get it",
        Part::LeftOut => "are to be left out",
    };
    match (file, &list.recipient) {
        (Some(file), Some(recipient)) => format!(
            "{action}: {people} {whom}. The list for {recipient} is {}. It holds only: {columns}; and \
             why, the use and a reference. Use {use_id}.",
            file.display()
        ),
        (None, Some(recipient)) if via == Via::Webhook => format!(
            "{action}: {people} {whom}. It goes to {recipient} by requests, while `theirs serve` runs; \
             until then it waits in outbox/webhook/. It holds only: {columns}; and why, the use and a \
             reference. Use {use_id}."
        ),
        (_, carrier) => {
            let by = carrier.as_ref().map(|name| format!(", carried by {name}"));
            format!(
                "{action}: {people} {whom}, each a message of their own{}. They wait in outbox/mail/. \
                 They are made of: {columns}. Use {use_id}.",
                by.unwrap_or_default()
            )
        }
    }
}

fn are(number: usize) -> String {
    format!("{} {}", people(number as u64), if number == 1 { "is" } else { "are" })
}
