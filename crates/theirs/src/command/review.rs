//! `theirs review`: what is not sure enough to act on, and a colleague's word that settles it.

use std::fmt::Write;

use serde_json::json;
use theirs_rights::{By, Disputed, Matter, OpenMatter, Reason, Settling};

use super::Output;
use super::words::{day, some};
use crate::cli::SettleArgs;
use crate::failure::Failure;
use crate::workspace::Workspace;

pub(super) fn run(
    workspace: &Workspace,
    number: Option<i64>,
    settle: &SettleArgs,
    asker: &str,
    out: &mut Output,
) -> Result<(), Failure> {
    match (number, settle.decide.map(Settling::from)) {
        (None, _) => list(workspace, asker, out),
        (Some(number), None) => open(workspace, number, asker, out),
        (Some(number), Some(way)) => {
            let reason =
                Reason { why: settle.why.as_deref(), at_their_request: settle.at_their_request };
            let asker = workspace.authenticate(asker)?;
            let by = By::Colleague(&asker);
            workspace.desk()?.settle_matter(number, way, reason, by)?;
            out.data(&json!({ "number": number, "settled": word(way) }))?;
            out.line(&format!("{number} is settled: {}.", told(way)))?;
            Ok(())
        }
    }
}

fn list(workspace: &Workspace, asker: &str, out: &mut Output) -> Result<(), Failure> {
    let asker = workspace.authenticate(asker)?;
    let desk = workspace.desk()?;
    let (matters, more) = desk.review(By::Colleague(&asker))?;
    let disputed = desk.disputed(By::Colleague(&asker))?;
    out.data(&json!({ "matters": matters, "more": more, "disputed": disputed }))?;
    let zone = workspace.time_zone()?;
    if !disputed.is_empty() {
        let row = |one: &Disputed| {
            let is = if one.has_proposal { "yes" } else { "" };
            vec![one.person.clone(), one.column.clone(), day(one.since, &zone), is.to_owned()]
        };
        out.line("Said to be wrong, and used for nothing until somebody decides:")?;
        out.table(
            &["person", "column", "since", "says what is right"],
            &disputed.iter().map(row).collect::<Vec<_>>(),
        )?;
        out.line(
            "`theirs contest PERSON COLUMN --decide accepted|upheld|dismissed --reason WHY` does.",
        )?;
    }
    if matters.is_empty() {
        if disputed.is_empty() {
            out.line("Nothing waits to be looked at.")?;
        }
        return Ok(());
    }
    let row = |one: &Matter| {
        vec![
            one.number.to_string(),
            why(one),
            one.people.join(" "),
            format!("{} {}", one.source, one.record.0),
            day(one.since, &zone),
        ]
    };
    let rows: Vec<Vec<String>> = matters.iter().map(row).collect();
    out.table(&["review", "why", "person", "entry", "since"], &rows)?;
    if more > 0 {
        out.line(&format!("  … and {} besides", some(more, "matter")))?;
    }
    let mut kinds: Vec<_> = matters.iter().map(|one| one.doubt).collect();
    kinds.sort();
    kinds.dedup();
    for kind in kinds {
        out.line(&format!("{}: {}.", kind.in_words(), kind.way_out()))?;
    }
    out.line("`theirs review NUMBER` shows the entries beside each other.")?;
    Ok(())
}

/// Why a matter is in the list, in a few words.
pub fn why(one: &Matter) -> String {
    let mut text = one.doubt.in_words().to_owned();
    if let Some(confidence) = one.confidence {
        let _ = write!(text, ", {:.0} % sure", confidence * 100.0);
    }
    if let Some(request) = one.request {
        let _ = write!(text, ", asked for (request {request})");
    }
    text
}

fn open(workspace: &Workspace, number: i64, asker: &str, out: &mut Output) -> Result<(), Failure> {
    let asker = workspace.authenticate(asker)?;
    let opened = workspace.desk()?.open_matter(number, By::Colleague(&asker))?;
    out.data(&opened)?;
    out.line(&format!("{}: {}", number, why(&opened.matter)))?;
    if let Some(name) = in_doubt(&opened) {
        out.line(&format!("In doubt is {name}; it stands first."))?;
    }
    let (head, rows) = beside(&opened);
    let head: Vec<&str> = head.iter().map(String::as_str).collect();
    out.table(&head, &rows)?;
    out.line(&format!("To settle it: {}.", opened.matter.way_out))?;
    out.line("Then say --decide theirs, not-theirs or leave, with a --reason.")?;
    Ok(())
}

/// The name of the entry in doubt, unless all are.
pub fn in_doubt(opened: &OpenMatter) -> Option<&str> {
    let mut doubtful = opened.entries.iter().filter(|entry| entry.is_in_doubt);
    doubtful.next().map(|entry| entry.name.as_str())
}

/// The entries of a matter beside each other: a row for each column that any of them has.
pub fn beside(opened: &OpenMatter) -> (Vec<String>, Vec<Vec<String>>) {
    let mut head = vec!["column".to_owned()];
    head.extend(opened.entries.iter().map(|entry| {
        let mark = if entry.is_in_doubt { " (in doubt)" } else { "" };
        format!("{}{mark}", entry.name)
    }));
    let whose = opened.entries.iter().map(|entry| entry.person.clone().unwrap_or_default());
    let mut rows = vec![std::iter::once("whose now".to_owned()).chain(whose).collect()];
    let mut columns: Vec<&String> =
        opened.entries.iter().flat_map(|entry| entry.values.keys()).collect();
    columns.sort();
    columns.dedup();
    for column in columns {
        let cells = opened.entries.iter();
        let cells = cells.map(|entry| entry.values.get(column).cloned().unwrap_or_default());
        rows.push(std::iter::once(column.clone()).chain(cells).collect());
    }
    (head, rows)
}

/// What a way is called.
fn word(way: Settling) -> &'static str {
    Settling::ALL.iter().find(|known| known.1 == way).map_or("", |known| known.0)
}

fn told(way: Settling) -> &'static str {
    match way {
        Settling::Theirs => "the entries are one person's, and their page shows them",
        Settling::NotTheirs => "the entry is somebody of its own now",
        Settling::Leave => "it stays as it is, and is not asked about again",
    }
}
