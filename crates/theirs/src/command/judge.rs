//! `theirs split` and `theirs merge`: a colleague's word, with a reason, on whose a record is.

use serde_json::json;
use theirs_query::Asker;
use theirs_rights::{By, Desk, Reason};

use super::Output;
use crate::cli::ReasonArgs;
use crate::failure::Failure;
use crate::workspace::Workspace;

pub(super) fn split(
    workspace: &Workspace,
    record: &str,
    reason: &ReasonArgs,
    asker: &str,
    out: &mut Output,
) -> Result<(), Failure> {
    let (asker, desk) = admitted(workspace, asker, &[record])?;
    let record = desk.named(record)?.id;
    let (use_id, person) = desk.split(record, given(reason), By::Colleague(&asker))?;
    out.data(&json!({ "person": person.id, "use": use_id }))?;
    out.line(&format!(
        "That record is {}'s now, and is not joined with the others again unless you merge them. \
         Use {use_id}.",
        person.id
    ))?;
    Ok(())
}

pub(super) fn merge(
    workspace: &Workspace,
    (first, second): (&str, &str),
    reason: &ReasonArgs,
    asker: &str,
    out: &mut Output,
) -> Result<(), Failure> {
    let (asker, desk) = admitted(workspace, asker, &[first, second])?;
    let (first, second) = (desk.named(first)?.id, desk.named(second)?.id);
    let (use_id, person) = desk.merge(first, second, given(reason), By::Colleague(&asker))?;
    out.data(&json!({ "person": person.id, "use": use_id }))?;
    out.line(&format!("Both records are {}'s now, and stay so. Use {use_id}.", person.id))?;
    Ok(())
}

/// A colleague who may judge, and the desk; others learn of no record.
fn admitted(
    workspace: &Workspace,
    asker: &str,
    records: &[&str],
) -> Result<(Asker, Desk), Failure> {
    let asker = workspace.authenticate(asker)?;
    let desk = workspace.desk()?;
    for record in records {
        desk.permitted_about(By::Colleague(&asker), record)?;
    }
    Ok((asker, desk))
}

fn given(reason: &ReasonArgs) -> Reason<'_> {
    Reason { why: Some(&reason.why), at_their_request: reason.at_their_request }
}
