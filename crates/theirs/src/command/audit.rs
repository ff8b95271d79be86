//! `theirs audit`: the press test of the charter in force, of a charter alone, or of flows in a file.

mod day_one;
mod done;
mod spoken;

use std::path::Path;

use jiff::tz::TimeZone;
use theirs_audit::{Report, audit, audit_flows, read};
use theirs_charter::Charter;

use super::Output;
use super::words::day;
use crate::cli::AuditArgs;
use crate::failure::Failure;
use crate::workspace::{Workspace, clock};

/// Who flows of a file are said to be done by.
const SOMEBODY: &str = "This firm";

/// Audits the charter in force, with what was really done.
pub(super) fn run(
    workspace: &Workspace,
    asked: &AuditArgs,
    out: &mut Output,
) -> Result<(), Failure> {
    let charter = workspace.charter()?;
    let now = workspace.clock.now();
    let report = audit(&charter, Some(&done::counted(workspace, &charter, now)?), "charter.yaml");
    give(&report, asked, &day(now, &charter.time_zone), out)
}

/// Audits a charter or flows of a file, without any folder.
pub(super) fn of_a_file(asked: &AuditArgs, out: &mut Output) -> Result<(), Failure> {
    let today = day(clock()?.now(), &TimeZone::UTC);
    if !asked.sources.is_empty() {
        return give(&day_one::question(asked, SOMEBODY, out)?, asked, &today, out);
    }
    let report = match (&asked.charter, &asked.flow) {
        (Some(path), _) => {
            let name = shown(path);
            audit(&Charter::read(&name, &text(path)?)?, None, &name)
        }
        (None, Some(path)) => {
            let name = shown(path);
            audit_flows(&read(&name, &text(path)?)?, SOMEBODY, &name)
        }
        (None, None) => return Err(Failure::Usage("which file is to be audited?".to_owned())),
    };
    give(&report, asked, &today, out)
}

/// A path from here, where it lies below, so that findings point into a repository wherever it lies.
fn shown(path: &Path) -> String {
    let here = std::env::current_dir().ok();
    let below = here.and_then(|here| path.strip_prefix(here).ok().map(Path::to_owned));
    below.as_deref().unwrap_or(path).display().to_string()
}

fn text(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path).map_err(|error| Failure::file(path, error))
}

/// Says and writes what was found.
fn give(report: &Report, asked: &AuditArgs, day: &str, out: &mut Output) -> Result<(), Failure> {
    if let Some(path) = &asked.html {
        let page = report.page(day).map_err(|error| Failure::Unsound(error.to_string()))?;
        write(path, &page)?;
    }
    if let Some(path) = &asked.sarif {
        let sarif = report.sarif().map_err(|error| Failure::Unsound(error.to_string()))?;
        write(path, &sarif)?;
    }
    out.data(report)?;
    out.line(report.to_string().trim_end())?;
    for path in [&asked.html, &asked.sarif].into_iter().flatten() {
        out.line(&format!("Written: {}", path.display()))?;
    }
    match asked.fails_on().and_then(|on| report.failing(on)) {
        Some(found) => Err(Failure::Unsound(found)),
        None => Ok(()),
    }
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    std::fs::write(path, text).map_err(|error| Failure::file(path, error))
}
