//! `theirs split` and `theirs merge`: a colleague's word, with a reason, on whose a record is.

use serde_json::json;
use theirs_rights::{By, Reason};

use super::Output;
use crate::failure::Failure;
use crate::workspace::Workspace;

pub(super) fn split(
    workspace: &Workspace,
    record: &str,
    reason: Reason<'_>,
    asker: &str,
    out: &mut Output,
) -> Result<(), Failure> {
    let asker = workspace.authenticate(asker)?;
    let by = By::Colleague(&asker.role);
    let desk = workspace.desk()?;
    desk.permitted(by)?;
    let (use_id, person) = desk.split(desk.named(record)?.id, reason, by)?;
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
    reason: Reason<'_>,
    asker: &str,
    out: &mut Output,
) -> Result<(), Failure> {
    let asker = workspace.authenticate(asker)?;
    let by = By::Colleague(&asker.role);
    let desk = workspace.desk()?;
    desk.permitted(by)?;
    let (first, second) = (desk.named(first)?.id, desk.named(second)?.id);
    let (use_id, person) = desk.merge(first, second, reason, by)?;
    out.data(&json!({ "person": person.id, "use": use_id }))?;
    out.line(&format!("Both records are {}'s now, and stay so. Use {use_id}.", person.id))?;
    Ok(())
}
