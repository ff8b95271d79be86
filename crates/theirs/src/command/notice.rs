//! `theirs notice`: whom erasures were told to, and who says that it is done.

use serde_json::json;
use theirs_store::Notice;

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
            json!({ "number": one.id, "erasure": one.use_id, "to": one.recipient,
                    "lists": one.uses, "told": one.told, "confirmed": one.confirmed })
        })
        .collect();
    out.data(&data)?;
    if notices.is_empty() {
        out.line("Nobody had to be told of an erasure yet.")?;
        return Ok(());
    }
    let zone = workspace.charter()?.time_zone;
    let row = |one: &Notice| {
        let state = match (one.told, one.confirmed) {
            (_, Some(at)) => format!("done, they say on {}", day(at, &zone)),
            (Some(at), None) => format!("told on {}, not done yet", day(at, &zone)),
            (None, None) => "not told yet".to_owned(),
        };
        vec![one.id.to_string(), one.recipient.clone(), one.use_id.to_string(), state]
    };
    let rows: Vec<Vec<String>> = notices.iter().map(row).collect();
    out.table(&["notice", "to", "erasure", "state"], &rows)?;
    Ok(())
}

fn confirm(workspace: &Workspace, number: i64, out: &mut Output) -> Result<(), Failure> {
    let confirmed = workspace.desk()?.confirm(number, &workspace.folder.outbox())?;
    let Some(notice) = confirmed else {
        let message = format!("there is no notice {number}; `theirs notice list` lists them");
        return Err(Failure::Usage(message));
    };
    out.data(&json!({ "number": number, "to": notice.recipient }))?;
    out.line(&format!("{} says that erasure {} is done.", notice.recipient, notice.use_id))?;
    Ok(())
}
