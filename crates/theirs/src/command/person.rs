//! `theirs show`, `correct`, `object` and `uses`: one person's record and rights.

use serde_json::json;
use theirs_charter::OBJECTIONS;
use theirs_rights::{ActivitySection, By, Choice, Deed, Dossier, Entry, Said};

use super::Output;
use super::words::{count, day, entries, moment, people, some};
use crate::failure::Failure;
use crate::reading::{informed, masked_objection};
use crate::telling::tell;
use crate::workspace::Workspace;
use theirs_words::Speech;

/// How many rows of each activity are shown unless all are asked for.
const FEW: usize = 5;

pub(super) fn show(
    workspace: &Workspace,
    person: &str,
    all: bool,
    asker: &str,
    out: &mut Output,
) -> Result<(), Failure> {
    let asker = workspace.authenticate(asker)?;
    let desk = workspace.desk()?;
    let person = desk.find(person, By::Colleague(&asker))?;
    let dossier = desk.open(&person, By::Colleague(&asker))?;
    out.data(&dossier)?;
    print(workspace, &dossier, all, out)
}

pub(super) fn print(
    workspace: &Workspace,
    dossier: &Dossier,
    all: bool,
    out: &mut Output,
) -> Result<(), Failure> {
    let zone = workspace.time_zone()?;
    let records = some(dossier.sources.len(), "record");
    out.line(&format!("{}, joined from {records}", dossier.person))?;
    for source in &dossier.sources {
        out.line(&format!(
            "  {:<18} {:>3.0} % sure  {}, since {}",
            source.source,
            source.confidence * 100.0,
            source.origin,
            day(source.since, &zone)
        ))?;
    }
    for entry in &dossier.entries {
        print_entry(entry, &zone, out)?;
    }
    for activity in &dossier.activities {
        print_activity(activity, all, out)?;
    }
    out.line("\nUsed for")?;
    for purpose in &dossier.purposes {
        let state = match purpose.because {
            None => "yes".to_owned(),
            Some(because) => match masked_objection(purpose) {
                Some(no) => format!("no: {because}, {no}"),
                None => format!("no: {because}"),
            },
        };
        out.line(&format!("  {:<16} {:<18} {}", purpose.name, state, purpose.says))?;
    }
    Ok(())
}

/// One entry of a person's record; the demonstration shows no more of it.
pub(super) fn show_column(
    workspace: &Workspace,
    person: &str,
    column: &str,
    asker: &str,
    out: &mut Output,
) -> Result<(), Failure> {
    let asker = workspace.authenticate(asker)?;
    let desk = workspace.desk()?;
    let dossier = desk.open(&desk.find(person, By::Colleague(&asker))?, By::Colleague(&asker))?;
    let zone = workspace.time_zone()?;
    let mut entries = dossier.entries.iter().filter(|entry| entry.column == column);
    entries.try_for_each(|entry| print_entry(entry, &zone, out))
}

fn print_entry(entry: &Entry, zone: &jiff::tz::TimeZone, out: &mut Output) -> Result<(), Failure> {
    let value = entry.value.as_deref().unwrap_or("(nothing that may be used)");
    let own = if entry.corrected { "  [corrected by the person]" } else { "" };
    out.line(&format!("\n{:<18} {value}{own}", entry.column))?;
    if let Some(at) = entry.deleted {
        out.line(&format!("    deleted on {}; what brings it again is left out", day(at, zone)))?;
    }
    if let Some(at) = entry.stopped {
        out.line(&format!("    used for nothing since {}: the person stopped it", day(at, zone)))?;
    }
    if let Some(contest) = &entry.contested {
        let reason = contest.reason.as_deref().map(|why| format!(": {why}")).unwrap_or_default();
        let since = day(contest.since, zone);
        out.line(&format!("    contested, {} since {since}{reason}", contest.stage))?;
    }
    if let Some(value) = entry.contested.as_ref().and_then(|one| one.proposed.as_ref()) {
        out.line(&format!("    the person says it is {value}"))?;
    }
    for said in &entry.said {
        let Said { source, value, since, .. } = said;
        let kept_out = match said {
            Said { admitted: true, .. } => "",
            Said { outside: true, .. } => ", outside data: not used",
            _ => ", not surely theirs: not used",
        };
        out.line(&format!("    {source}: {value} (since {}{kept_out})", day(*since, zone)))?;
    }
    for one in &entry.informed {
        out.line(&format!("    {}", informed(one, &Speech::default(), zone)))?;
    }
    if !entry.used_for.is_empty() {
        let used: Vec<String> = entry.used_for.iter().map(ToString::to_string).collect();
        out.line(&format!("    used for {}", used.join(", ")))?;
    }
    Ok(())
}

fn print_activity(activity: &ActivitySection, all: bool, out: &mut Output) -> Result<(), Failure> {
    let outside = if activity.outside { "; outside data: not used" } else { "" };
    let number = entries(activity.rows.len() as u64);
    out.line(&format!("\n{} ({number}{outside})", activity.name))?;
    let skipped = if all { 0 } else { activity.rows.len().saturating_sub(FEW) };
    let head: Vec<&str> = activity.columns.iter().map(String::as_str).collect();
    out.table(&head, &activity.rows[skipped..])?;
    if skipped > 0 {
        out.line(&format!("  … and {} earlier; --all prints them", count(skipped as u64)))?;
    }
    Ok(())
}

pub(super) fn correct(
    workspace: &Workspace,
    person: &str,
    column: &str,
    value: Option<&str>,
    asker: &str,
    out: &mut Output,
) -> Result<(), Failure> {
    let asker = workspace.authenticate(asker)?;
    let desk = workspace.desk()?;
    let person = desk.find(person, By::Colleague(&asker))?;
    let use_id = desk.correct(&person, column, value, By::Colleague(&asker))?;
    tell(workspace)?;
    out.data(&json!({ "person": person.id, "column": column, "use": use_id }))?;
    out.line(&format!(
        "{column} of {} is what the person says now, whatever any source says later. Use {use_id}.",
        person.id
    ))?;
    Ok(())
}

pub(super) fn object(
    workspace: &Workspace,
    person: &str,
    topic: &str,
    yes: bool,
    asker: &str,
    out: &mut Output,
) -> Result<(), Failure> {
    let asker = workspace.authenticate(asker)?;
    let charter = workspace.charter()?;
    if !OBJECTIONS.contains(&topic) && charter.purpose(topic).is_none() {
        let known = charter.purposes.iter().map(|purpose| purpose.name.as_str());
        let known: Vec<&str> = known.chain(OBJECTIONS).collect();
        let hint = theirs_charter::nearest(topic, known.iter().copied())
            .map_or_else(|| known.join(", "), |name| format!("did you mean \"{name}\"?"));
        return Err(Failure::Usage(format!("nobody can object to \"{topic}\": {hint}")));
    }
    if let Some(purpose) = charter.purpose(topic).filter(|purpose| !purpose.may_object) {
        let message =
            format!("nobody can object to \"{topic}\": we may do it {}", purpose.basis.in_words());
        return Err(Failure::Usage(message));
    }
    let desk = workspace.desk()?;
    let person = desk.find(person, By::Colleague(&asker))?;
    let choice = Choice::Objection { topic: topic.to_owned(), yes };
    let use_id = desk.choose(&person, &choice, By::Colleague(&asker))?;
    out.data(&json!({ "person": person.id, "objects": yes, "topic": topic, "use": use_id }))?;
    let verb = if yes { "objects to" } else { "no longer objects to" };
    out.line(&format!("{} {verb} {topic}, from the next query on. Use {use_id}.", person.id))?;
    Ok(())
}

pub(super) fn uses(
    workspace: &Workspace,
    person: &str,
    asker: &str,
    out: &mut Output,
) -> Result<(), Failure> {
    let asker = workspace.authenticate(asker)?;
    let desk = workspace.desk()?;
    let deeds = desk.uses(&desk.find(person, By::Colleague(&asker))?)?;
    out.data(&deeds)?;
    print_uses(workspace, &deeds, out)
}

pub(super) fn print_uses(
    workspace: &Workspace,
    deeds: &[Deed],
    out: &mut Output,
) -> Result<(), Failure> {
    let zone = workspace.time_zone()?;
    for deed in deeds {
        out.line(&format!("{}  {}", moment(deed.at, &zone), deed.sentence))?;
        if let (Some(says), Some(basis)) = (&deed.told.says, &deed.told.basis) {
            out.line(&format!("    why: {says} We may, {basis}."))?;
        }
        if !deed.left_out.is_empty() {
            let columns = deed.left_out.join(", ");
            out.line(&format!("    not of this person, as it was not to be used: {columns}"))?;
        }
        let place =
            deed.leaf.map_or("not in it yet".to_owned(), |leaf| format!("entry {}", count(leaf)));
        let sealed = deed
            .epoch
            .map_or(", not sealed yet".to_owned(), |epoch| format!(", sealed in epoch {epoch}"));
        let among = if deed.people == 1 {
            "of this person alone".to_owned()
        } else {
            format!("one of {}", people(deed.people))
        };
        out.line(&format!("    {among}; {place} of the ledger{sealed}"))?;
    }
    if deeds.is_empty() {
        out.line("Nothing was done with this person's data yet.")?;
    }
    Ok(())
}
