//! `theirs contest` and `restrict`: a value that may be wrong, and a person whose data, or one value of
//! it, rests.

use serde_json::json;
use theirs_model::UseId;
use theirs_rights::{By, Contesting, Desk, Reason, RightsError};
use theirs_store::Person;

use super::Output;
use crate::cli::Outcome;
use crate::failure::Failure;
use crate::telling::tell;
use crate::workspace::Workspace;

/// What the command line asks for.
pub(super) fn what(withdraw: bool, decide: Option<Outcome>) -> Contesting {
    match decide {
        _ if withdraw => Contesting::TakeBack,
        Some(Outcome::Upheld) => Contesting::Uphold,
        Some(Outcome::Accepted) => Contesting::Accept,
        Some(Outcome::Dismissed) => Contesting::Dismiss,
        None => Contesting::Begin,
    }
}

/// What a colleague does about a person, with a reason: the person, and under which use it is on record.
fn done(
    workspace: &Workspace,
    person: &str,
    reason: Option<&str>,
    asker: &str,
    act: impl FnOnce(&Desk, &Person, Reason<'_>, By<'_>) -> Result<UseId, RightsError>,
) -> Result<(Person, UseId), Failure> {
    let asker = workspace.authenticate(asker)?;
    let (desk, by) = (workspace.desk()?, By::Colleague(&asker));
    let person = desk.find(person, by)?;
    let use_id = act(&desk, &person, Reason { why: reason, at_their_request: false }, by)?;
    Ok((person, use_id))
}

pub(super) fn contest(
    workspace: &Workspace,
    (person, column): (&str, &str),
    what: Contesting,
    reason: Option<&str>,
    asker: &str,
    out: &mut Output,
) -> Result<(), Failure> {
    let (person, use_id) = done(workspace, person, reason, asker, |desk, person, why, by| {
        desk.contest(person, column, what, why, by)
    })?;
    tell(workspace)?;
    let (stage, then) = match what {
        Contesting::Begin => {
            ("contested", "is contested, and used for nothing until it is decided")
        }
        Contesting::TakeBack => ("taken back", "is contested no more, and used as before"),
        Contesting::Uphold => ("upheld", "was found wrong, and is used for nothing"),
        Contesting::Accept => {
            ("accepted", "is what the person says, whatever any source says later")
        }
        Contesting::Dismiss => ("dismissed", "was found right, and is used as before"),
    };
    out.data(&json!({ "person": person.id, "column": column, "stage": stage, "use": use_id }))?;
    out.line(&format!("{column} of {} {then}. Use {use_id}.", person.id))?;
    Ok(())
}

pub(super) fn restrict(
    workspace: &Workspace,
    (person, purpose): (&str, &str),
    yes: bool,
    reason: Option<&str>,
    asker: &str,
    out: &mut Output,
) -> Result<(), Failure> {
    let (person, use_id) = done(workspace, person, reason, asker, |desk, person, why, by| {
        desk.restrict(person, purpose, yes, why, by)
    })?;
    tell(workspace)?;
    out.data(&json!({ "person": person.id, "on_hold": yes, "purpose": purpose, "use": use_id }))?;
    let what = if purpose == "all" { "every purpose" } else { purpose };
    let verb = if yes { "is left out of" } else { "is no longer held back from" };
    out.line(&format!("{} {verb} {what}, from the next query on. Use {use_id}.", person.id))?;
    Ok(())
}

/// `theirs restrict --column`: one value alone.
pub(super) fn stop(
    workspace: &Workspace,
    (person, column): (&str, &str),
    yes: bool,
    reason: Option<&str>,
    asker: &str,
    out: &mut Output,
) -> Result<(), Failure> {
    let (person, use_id) = done(workspace, person, reason, asker, |desk, person, why, by| {
        desk.stop_using(person, column, yes, why, by)
    })?;
    out.data(&json!({ "person": person.id, "stopped": yes, "column": column, "use": use_id }))?;
    let then = if yes { "is used for nothing" } else { "may be used again" };
    out.line(&format!("{column} of {} {then}, from the next query on. Use {use_id}.", person.id))?;
    Ok(())
}
