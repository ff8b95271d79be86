//! `theirs notice`: whom erasures and corrections were told to, and who says that it is done.

use jiff::tz::TimeZone;
use serde_json::json;
use theirs_store::{Notice, NoticeKind};

use super::Output;
use super::words::day;
use crate::cli::NoticeVerb;
use crate::failure::Failure;
use crate::workspace::Workspace;

pub(super) fn run(
    workspace: &Workspace,
    verb: &NoticeVerb,
    out: &mut Output,
) -> Result<(), Failure> {
    match verb {
        NoticeVerb::List => list(workspace, out),
        NoticeVerb::Confirm { number } => confirm(workspace, *number, out),
    }
}

fn list(workspace: &Workspace, out: &mut Output) -> Result<(), Failure> {
    let notices = workspace.store.notices()?;
    let data: Vec<_> = notices
        .iter()
        .map(|one| {
            json!({ "number": one.id, "what": one.kind.word(), "column": one.topic,
                    "use": one.use_id, "to": one.recipient, "lists": one.uses, "told": one.told,
                    "laid": one.laid, "confirmed": one.confirmed,
                    "failure": workspace.webhooks.failure(one.id) })
        })
        .collect();
    out.data(&data)?;
    if notices.is_empty() {
        out.line("Nobody had to be told of an erasure or a correction yet.")?;
        return Ok(());
    }
    let zone = workspace.time_zone()?;
    let row = |one: &Notice| {
        let what = match &one.topic {
            Some(topic) => format!("{} {topic}", one.kind.word()),
            None => one.kind.word().to_owned(),
        };
        let state = state(workspace, one, &zone);
        vec![one.id.to_string(), one.recipient.clone(), what, one.use_id.to_string(), state]
    };
    let rows: Vec<Vec<String>> = notices.iter().map(row).collect();
    out.table(&["notice", "to", "what", "use", "state"], &rows)?;
    Ok(())
}

/// How far a notice has come, in words.
fn state(workspace: &Workspace, one: &Notice, zone: &TimeZone) -> String {
    match (one.told, one.laid, one.confirmed) {
        (_, _, Some(at)) => format!("done, they say on {}", day(at, zone)),
        _ if one.is_void() => "over, as the person was erased".to_owned(),
        (Some(at), _, None) => format!("told on {}, not done yet", day(at, zone)),
        (None, Some(_), None) => {
            format!("not told: hand over outbox/{}", theirs_rights::csv_name(one))
        }
        (None, None, None) => match workspace.webhooks.failure(one.id) {
            Some(why) => format!("not told yet; tried again, as {why}"),
            None => "not told yet".to_owned(),
        },
    }
}

fn confirm(workspace: &Workspace, number: i64, out: &mut Output) -> Result<(), Failure> {
    let confirmed = workspace.desk()?.confirm(number, &workspace.folder.outbox())?;
    let Some(notice) = confirmed else {
        let message = format!("there is no notice {number}; `theirs notice list` lists them");
        return Err(Failure::Usage(message));
    };
    out.data(&json!({ "number": number, "to": notice.recipient }))?;
    let what = match notice.kind {
        NoticeKind::Erase => "erasure",
        NoticeKind::Delete => "deletion",
        _ => "correction",
    };
    out.line(&format!("{} says that {what} {} is done.", notice.recipient, notice.use_id))?;
    Ok(())
}
