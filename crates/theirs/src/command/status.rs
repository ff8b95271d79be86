//! `theirs status`: what is held, and what was set aside.

mod waiting;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::json;
use theirs_store::LoadSummary;

use self::waiting::Waiting;
use super::Output;
use super::words::{count, entries, moment};
use crate::failure::Failure;
use crate::load::{Unread, unread};
use crate::mail::Standing;
use crate::workspace::Workspace;

/// The most rows that are listed.
const MOST_ROWS: u32 = 10_000;

pub(super) fn run(workspace: &Workspace, rejected: bool, out: &mut Output) -> Result<(), Failure> {
    if rejected { set_aside(workspace, out) } else { summary(workspace, out) }
}

fn summary(workspace: &Workspace, out: &mut Output) -> Result<(), Failure> {
    let store = &workspace.store;
    let (records, activities) = (store.record_counts()?, store.activity_counts()?);
    let people = store.people()?.len() as u64;
    let (unplaced, uses) = (store.unplaced()?, workspace.ledger.size());
    let charter = store.charter_in_force()?;
    let (loads, aside) = (store.last_loads()?, store.set_aside_counts()?);
    let (lake, replaced) = (workspace.lake.layout(store)?, workspace.lake.retired());
    let plain = workspace.lake.plain_files(store)?;
    let unread =
        workspace.charter().map_or(Ok(Vec::new()), |charter| unread(workspace, &charter))?;
    let waiting = Waiting::read(workspace)?;
    let mail = Standing::of(&workspace.folder.outbox())?;
    let unsent = workspace.delivery.as_ref().and_then(|delivery| delivery.failure());
    out.data(&json!({
        "charter": charter.as_ref().map(|version| version.digest),
        "people": people,
        "records": records,
        "activities": activities.iter().cloned().collect::<std::collections::BTreeMap<_, _>>(),
        "records_without_person": unplaced,
        "lake": lake.iter().map(|(activity, (files, due))| {
            (activity.clone(), json!({ "files": files, "due": due }))
        }).collect::<std::collections::BTreeMap<_, _>>(),
        "replaced_files": replaced,
        "plain_files": plain,
        "ledger_entries": uses,
        "epochs": store.last_epoch()?.map_or(0, |epoch| epoch.number),
        "unsealed_uses": store.unsealed()?.0,
        "witnesses": workspace.witnesses.states().into_iter().map(|(name, state)| json!({
            "witness": name, "entries": state.cosigned.map(|(size, _)| size),
            "at": state.cosigned.map(|(_, at)| at), "failure": state.failure,
        })).collect::<Vec<_>>(),
        "mirror": workspace.mirror.as_ref().map(|mirror| mirror.state()).map(|state| json!({
            "entries": state.laid, "failure": state.failure,
        })),
        "mail": {
            "waiting": mail.waiting, "since": mail.since, "refused": mail.refused,
            "is_sent": workspace.delivery.is_some(),
            "failure": unsent.as_ref().map(|(failure, _)| failure),
            "failing_since": unsent.as_ref().map(|(_, since)| since),
        },
        "not_read_yet": unread,
        "erasure": waiting.json(),
        "waiting_for_keys": waiting.keys_json(),
        "loads": loads.iter().map(|load| json!({
            "source": load.source, "file": load.file, "at": load.at,
            "rows": load.rows, "set_aside": aside.get(&load.source).unwrap_or(&0),
        })).collect::<Vec<_>>(),
    }))?;
    let zone = match workspace.charter() {
        Ok(charter) => charter.time_zone.clone(),
        Err(_) => jiff::tz::TimeZone::UTC,
    };
    out.line(&match charter {
        Some(version) => {
            format!(
                "charter   version {}, since {}",
                version.digest.short(),
                moment(version.applied, &zone)
            )
        }
        None => "charter   none in force; run `theirs charter apply`".to_owned(),
    })?;
    let total: u64 = records.values().sum();
    out.line(&format!(
        "people    {} from {} {}",
        count(people),
        count(total),
        if total == 1 { "record" } else { "records" }
    ))?;
    if unplaced > 0 {
        let wait = if unplaced == 1 { "record waits" } else { "records wait" };
        out.line(&format!("          {} {wait} for `theirs resolve`", count(unplaced)))?;
    }
    out.line(&format!("ledger    {}", entries(uses)))?;
    let behind = workspace.ledger.behind();
    if let Some(failure) = behind.failure {
        out.line(&format!(
            "          {} without a checkpoint: {failure}",
            entries(behind.entries)
        ))?;
    }
    let (unsealed, _) = store.unsealed()?;
    let epochs = store.last_epoch()?.map_or(0, |epoch| epoch.number);
    out.line(&format!(
        "          sealed up to epoch {}; {} more to be sealed",
        count(epochs),
        count(unsealed)
    ))?;
    say_others(workspace, &zone, out)?;
    say_lake(&lake, replaced, plain, out)?;
    waiting.say(&zone, out)?;
    say_mail(workspace.delivery.is_some(), &mail, unsent.as_ref(), &zone, out)?;
    say_loads((&loads, &aside), &records, &activities, &zone, out)?;
    for Unread { source, columns } in &unread {
        let columns = columns.join(", ");
        out.line(&format!(
            "{source} was loaded before the charter named {columns}: `theirs load {source}`"
        ))?;
    }
    Ok(())
}

/// What others have of the ledger: witnesses, and the copy that is laid for readers.
fn say_others(
    workspace: &Workspace,
    zone: &jiff::tz::TimeZone,
    out: &mut Output,
) -> Result<(), Failure> {
    for (name, state) in workspace.witnesses.states() {
        let seen = match state.cosigned {
            Some((size, at)) => format!("cosigned {}, {}", entries(size), moment(at, zone)),
            None => "has cosigned nothing yet".to_owned(),
        };
        let failure = state.failure.map(|failure| format!("; asked again, as {failure}"));
        out.line(&format!("          {name} {seen}{}", failure.unwrap_or_default()))?;
    }
    let Some(mirror) = &workspace.mirror else { return Ok(()) };
    let state = mirror.state();
    let laid = state.laid.map_or("not looked at yet".to_owned(), entries);
    let failure = state.failure.map(|failure| format!("; tried again, as {failure}"));
    Ok(out.line(&format!("          copy: {laid}{}", failure.unwrap_or_default()))?)
}

/// The files of the lake, those that wait to be merged, and those that somebody still reads.
fn say_lake(
    lake: &BTreeMap<String, (usize, usize)>,
    replaced: usize,
    plain: usize,
    out: &mut Output,
) -> Result<(), Failure> {
    let (files, due) = lake.values().fold((0, 0), |all, one| (all.0 + one.0, all.1 + one.1));
    if files == 0 {
        return Ok(());
    }
    let mut said = vec![format!("{} {}", count(files as u64), named(files, "file"))];
    if due > 0 {
        said.push(format!("{} due to be merged", count(due as u64)));
    }
    if replaced > 0 {
        said.push(format!("{} replaced ones still read", count(replaced as u64)));
    }
    if plain > 0 {
        let wait = "not encrypted yet (`theirs compact --whole`)";
        said.push(format!("{} {wait}", count(plain as u64)));
    }
    Ok(out.line(&format!("lake      {}", said.join(", ")))?)
}

/// Messages that did not leave yet, or never will.
fn say_mail(
    is_sent: bool,
    mail: &Standing,
    unsent: Option<&(String, Timestamp)>,
    zone: &jiff::tz::TimeZone,
    out: &mut Output,
) -> Result<(), Failure> {
    if let Some(since) = mail.since {
        let place = if is_sent { "to be sent" } else { "in outbox/mail/" };
        out.line(&format!(
            "messages  {} {place}, the first since {}",
            count(mail.waiting),
            moment(since, zone)
        ))?;
    }
    if let Some((failure, since)) = unsent {
        out.line(&format!(
            "          the mail server takes none since {}, as {failure}",
            moment(*since, zone)
        ))?;
    }
    if mail.refused > 0 {
        out.line(&format!(
            "messages  {} refused by the mail server, in outbox/mail/refused/ for a week",
            count(mail.refused)
        ))?;
    }
    Ok(())
}

/// What each source holds since its last load.
fn say_loads(
    (loads, aside): (&[LoadSummary], &BTreeMap<String, u64>),
    records: &BTreeMap<String, u64>,
    activities: &[(String, u64)],
    zone: &jiff::tz::TimeZone,
    out: &mut Output,
) -> Result<(), Failure> {
    let rows: Vec<Vec<String>> = loads
        .iter()
        .map(|load| {
            let held = records.get(&load.source).copied();
            let held = held.or_else(|| activities.iter().find(|a| a.0 == load.source).map(|a| a.1));
            vec![
                load.source.clone(),
                count(held.unwrap_or(0)),
                count(aside.get(&load.source).copied().unwrap_or(0)),
                load.file.clone(),
                moment(load.at, zone),
            ]
        })
        .collect();
    if !rows.is_empty() {
        out.line("")?;
        out.table(&["source", "held", "set aside", "file", "last load"], &rows)?;
    }
    Ok(())
}

fn named(number: usize, noun: &str) -> String {
    if number == 1 { noun.to_owned() } else { format!("{noun}s") }
}

fn set_aside(workspace: &Workspace, out: &mut Output) -> Result<(), Failure> {
    let rows = workspace.store.set_aside(MOST_ROWS)?;
    let data: Vec<_> = rows
        .iter()
        .map(|row| {
            json!({ "source": row.source, "file": row.file, "line": row.line,
                    "field": row.field, "reason": row.reason })
        })
        .collect();
    out.data(&data)?;
    if rows.is_empty() {
        out.line("Nothing was set aside.")?;
        return Ok(());
    }
    let rows: Vec<Vec<String>> = rows
        .into_iter()
        .map(|row| {
            let place = format!("{}:{}", row.file, row.line);
            vec![row.source, place, row.field.unwrap_or_default(), row.reason]
        })
        .collect();
    out.table(&["source", "place", "field", "reason"], &rows)?;
    Ok(())
}
