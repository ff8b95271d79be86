//! `theirs request`: what people ask for that needs an answer, and by when the law wants it.

use jiff::civil::Date;
use serde_json::json;
use theirs_rights::{Asked, By, Pending, State, Stepping};
use theirs_store::RequestId;

use super::Output;
use super::words::{date, day, some};
use crate::cli::{AskedWord, RequestVerb, StepWord};
use crate::failure::Failure;
use crate::workspace::Workspace;

pub(super) fn run(
    workspace: &Workspace,
    verb: &RequestVerb,
    out: &mut Output,
) -> Result<(), Failure> {
    match verb {
        RequestVerb::List { all, asker } => list(workspace, *all, &asker.name, out),
        RequestVerb::Add { asked, of, came, text, asker } => {
            let asked = (Asked::from(*asked), *came, text.as_deref());
            add(workspace, asked, of.as_deref(), &asker.name, out)
        }
        RequestVerb::Mark { number, step, reason, asker } => {
            let step = (Stepping::from(*step), reason.as_deref());
            mark(workspace, *number, step, &asker.name, out)
        }
    }
}

fn list(workspace: &Workspace, all: bool, asker: &str, out: &mut Output) -> Result<(), Failure> {
    let asker = workspace.authenticate(asker)?;
    let mut pending = workspace.desk()?.pending(By::Colleague(&asker))?;
    pending.retain(|one| all || one.ended.is_none());
    out.data(&pending)?;
    if pending.is_empty() {
        let none =
            if all { "Nobody asked for anything yet." } else { "Nothing waits for an answer." };
        out.line(none)?;
        return Ok(());
    }
    let zone = workspace.time_zone()?;
    let today = workspace.clock.now().to_zoned(zone.clone()).date();
    let row = |one: &Pending| {
        vec![
            one.number.to_string(),
            one.asked.word().to_owned(),
            one.person.clone().unwrap_or_else(|| "not known".to_owned()),
            day(one.came, &zone),
            by_when(one, today),
        ]
    };
    let rows: Vec<Vec<String>> = pending.iter().map(row).collect();
    out.table(&["request", "asks for", "person", "came", "due"], &rows)?;
    let notes = pending.iter().filter(|one| one.ended.is_none());
    for one in notes {
        if let Some(text) = &one.text {
            out.line(&format!("{}: {text}", one.number))?;
        }
    }
    let late = pending.iter().filter(|one| one.is_late(today)).count();
    if late > 0 {
        out.line(&format!("{} late.", some(late, "request")))?;
    }
    Ok(())
}

/// By when a request is due, or how it ended.
pub fn by_when(one: &Pending, today: Date) -> String {
    match one.state {
        State::Done => return "answered".to_owned(),
        State::Refused => return "refused".to_owned(),
        State::Waiting if one.due.answer == Date::MAX => return "when they answer us".to_owned(),
        _ => {}
    }
    let left = today.until(one.due.answer).map_or(0, |span| span.get_days());
    let left = match left {
        ..0 => format!("{} days late", -left),
        0 => "today".to_owned(),
        1 => "1 day left".to_owned(),
        left => format!("{left} days left"),
    };
    let waits = if one.state == State::Waiting { ", waits for them" } else { "" };
    let confirm = one.due.confirm.map(|on| format!("; confirm by {}", date(on)));
    format!("{} ({left}{waits}){}", date(one.due.answer), confirm.unwrap_or_default())
}

fn add(
    workspace: &Workspace,
    (what, came, text): (Asked, Option<Date>, Option<&str>),
    of: Option<&str>,
    asker: &str,
    out: &mut Output,
) -> Result<(), Failure> {
    let asker = workspace.authenticate(asker)?;
    let by = By::Colleague(&asker);
    let desk = workspace.desk()?;
    let whose = of.map(|name| desk.find(name, by)).transpose()?;
    let now = workspace.clock.now();
    let zone = workspace.time_zone()?;
    let came = match came {
        Some(on) => {
            let begun = on.to_zoned(zone.clone());
            begun.map_err(|error| Failure::Usage(error.to_string()))?.timestamp()
        }
        None => now,
    };
    let (one, use_id) = desk.take_down(what, whose.as_ref(), came, text, by)?;
    out.data(&json!({ "number": one.number, "use_id": use_id, "due": one.due }))?;
    let due = date(one.due.answer);
    out.line(&format!("Request {}: answer it by {due}. Use {use_id}.", one.number))?;
    Ok(())
}

fn mark(
    workspace: &Workspace,
    number: i64,
    (step, reason): (Stepping, Option<&str>),
    asker: &str,
    out: &mut Output,
) -> Result<(), Failure> {
    let asker = workspace.authenticate(asker)?;
    let by = By::Colleague(&asker);
    let one = workspace.desk()?.step(RequestId(number), step, reason, by)?;
    out.data(&one)?;
    let today = workspace.charter()?.day(workspace.clock.now());
    out.line(&format!("Request {number}: {}.", by_when(&one, today)))?;
    Ok(())
}

impl From<AskedWord> for Asked {
    fn from(word: AskedWord) -> Self {
        match word {
            AskedWord::Access => Self::Access,
            AskedWord::Correction => Self::Correction,
            AskedWord::Erasure => Self::Erasure,
            AskedWord::Restriction => Self::Restriction,
            AskedWord::Objection => Self::Objection,
            AskedWord::Portability => Self::Portability,
            AskedWord::Claim => Self::Claim,
            AskedWord::Review => Self::Review,
            AskedWord::Complaint => Self::Complaint,
            AskedWord::Question => Self::Question,
        }
    }
}

impl From<StepWord> for Stepping {
    fn from(word: StepWord) -> Self {
        match word {
            StepWord::Confirm => Self::Confirm,
            StepWord::Wait => Self::Wait,
            StepWord::Resume => Self::Resume,
            StepWord::Extend => Self::Extend,
            StepWord::Done => Self::Done,
            StepWord::Refuse => Self::Refuse,
        }
    }
}
