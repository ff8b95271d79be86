//! `theirs outside`: each source from outside, with what is still missing before its data may be used.

use jiff::ToSpan;
use jiff::civil::Date;
use serde::Serialize;
use theirs_charter::Admission;
use theirs_notice::Drift;
use theirs_people::without;

use super::Output;
use super::approve::keys_in_words;
use super::words::{count, date};
use crate::failure::Failure;
use crate::informing::concerned;
use crate::workspace::Workspace;

/// How a source stands, as programs read it.
#[derive(Serialize)]
#[allow(clippy::struct_excessive_bools, reason = "each is one condition of four")]
pub struct Row {
    source: String,
    called: String,
    is_admitted: bool,
    verdict: &'static str,
    missing: Vec<&'static str>,
    is_vetoed: bool,
    evidence: Option<String>,
    expires: Option<Date>,
    is_evident: bool,
    people: usize,
    untold: usize,
    /// Whether records are nobody's yet, so that nobody knows whom they are about.
    has_nobody: bool,
    tell_by: Option<Date>,
}

pub(super) fn run(workspace: &Workspace, out: &mut Output) -> Result<(), Failure> {
    let rows = standing(workspace)?;
    out.data(&rows)?;
    if rows.is_empty() {
        out.line("The charter has no source from outside.")?;
    }
    rows.iter().try_for_each(|row| show(row, out))
}

/// How each source from outside stands.
pub fn standing(workspace: &Workspace) -> Result<Vec<Row>, Failure> {
    let all = workspace.admissions()?.into_iter();
    all.map(|admission| row(workspace, &admission)).collect()
}

impl Row {
    /// How it stands, in one sentence without its end.
    pub fn in_words(&self) -> String {
        let Self { source, called, .. } = self;
        let open = self.conditions().into_iter().filter(|one| !one.1);
        let open: Vec<String> = open.map(|(what, _, why)| format!("{what} ({why})")).collect();
        match self.expires {
            Some(day) if self.is_admitted => {
                format!("{source} ({called}) is admitted; its evidence counts until {}", date(day))
            }
            _ => {
                format!("{source} ({called}) is admitted to nothing; missing: {}", open.join(", "))
            }
        }
    }

    /// The four conditions, each with whether it is met and how it stands.
    fn conditions(&self) -> [(&'static str, bool, String); 4] {
        let keys = self.missing.is_empty() && !self.is_vetoed;
        let told = self.untold == 0 && !self.has_nobody;
        [
            ("necessary", self.verdict == "necessary", self.verdict.to_owned()),
            ("two keys", keys, waits_for_keys(self)),
            ("evidence", self.is_evident, evidence_in_words(self)),
            ("told", told, told_in_words(self)),
        ]
    }
}

/// Sources from outside of which people should have been told by now, and were not (GDPR Art. 14(3)).
pub fn overdue(workspace: &Workspace, today: Date) -> Result<Vec<Drift>, Failure> {
    let mut list = Vec::new();
    for admission in workspace.admissions()? {
        let row = row(workspace, &admission)?;
        if let Some(by) = row.tell_by.filter(|by| row.untold > 0 && *by < today) {
            list.push(Drift {
                clause: format!("sources.{}", admission.source.name),
                says: format!(
                    "{} people were not told that {} is about them, by {}",
                    count(row.untold as u64),
                    row.called,
                    date(by)
                ),
                way_out: format!("theirs inform {}, or have the source erased", row.source),
            });
        }
    }
    Ok(list)
}

fn row(workspace: &Workspace, admission: &Admission) -> Result<Row, Failure> {
    let charter = workspace.charter()?;
    let (source, store) = (&admission.source, &workspace.store);
    let concerned = concerned(workspace, &charter, source)?;
    let informed = store.informed(&source.to_string(), &source.digest)?;
    let untold = without(&concerned.slots, &informed);
    let since = store.held_since(&source.name, &untold)?;
    // GDPR Art. 14(3)(a): within a month at the latest.
    let tell_by = since.map(|at| charter.day(at)).and_then(|day| day.checked_add(1.month()).ok());
    let evidence = admission.evidence.as_ref();
    Ok(Row {
        source: source.to_string(),
        called: charter.source(&source.name).map_or_else(String::new, |one| one.called.clone()),
        is_admitted: admission.is_open(),
        verdict: admission.verdict.in_words(),
        missing: admission.missing.iter().map(|key| key.name()).collect(),
        is_vetoed: admission.is_vetoed,
        evidence: evidence.map(|evidence| evidence.says.clone()),
        expires: evidence.map(|evidence| evidence.expires),
        is_evident: admission.is_evident,
        people: concerned.slots.len(),
        untold: untold.len(),
        has_nobody: concerned.has_nobody,
        tell_by,
    })
}

fn show(row: &Row, out: &mut Output) -> Result<(), Failure> {
    let stands = if row.is_admitted { "admitted" } else { "admitted to nothing" };
    out.line(&format!("{}  {}: {stands}", row.source, row.called))?;
    let met = |is_met: bool| if is_met { "yes" } else { "no" };
    for (what, is_met, why) in row.conditions() {
        out.line(&format!("  {what:<10} {:<4} {why}", met(is_met)))?;
    }
    Ok(())
}

fn waits_for_keys(row: &Row) -> String {
    if row.is_vetoed {
        return "vetoed".to_owned();
    }
    keys_in_words(&row.missing).map_or_else(
        || "both are turned".to_owned(),
        |keys| format!("waits for the key of {keys} (theirs approve {})", row.source),
    )
}

fn evidence_in_words(row: &Row) -> String {
    match (&row.evidence, row.expires) {
        (Some(says), Some(day)) if row.is_evident => format!("{says}; until {}", date(day)),
        (Some(says), Some(day)) => format!("{says}; it counts no more since {}", date(day)),
        _ => "the charter names none under evidence".to_owned(),
    }
}

fn told_in_words(row: &Row) -> String {
    if row.has_nobody {
        return "records are nobody's yet; run `theirs resolve`".to_owned();
    }
    if row.untold == 0 {
        return format!("all {} whom it is about", count(row.people as u64));
    }
    let by = row.tell_by.map_or_else(String::new, |day| {
        format!("; the law wants it by {} (GDPR Art. 14(3))", date(day))
    });
    let (untold, people) = (count(row.untold as u64), count(row.people as u64));
    format!("{untold} of {people} were not{by} (theirs inform {})", row.source)
}
