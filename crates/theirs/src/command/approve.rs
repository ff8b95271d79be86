//! `theirs pending`, `theirs approve` and `theirs veto`: what waits for two keys, and turning one.

use std::io::Read;
use std::path::Path;

use jiff::tz::TimeZone;
use theirs_charter::{Key, Need, Turning};

use super::Output;
use super::words::{day, moment};
use crate::approving::{Standing, Turned, Wish, standings, turn};
use crate::cli::TurnArgs;
use crate::failure::Failure;
use crate::workspace::Workspace;

/// The longest token that is read, in bytes.
const LONGEST_TOKEN: u64 = 4096;

/// The token with which somebody proves again who they are: from a file, else from standard input,
/// never from the words of a command, which others see.
pub(super) fn token(file: Option<&Path>) -> Result<String, Failure> {
    let mut text = String::new();
    match file {
        Some(path) => {
            let opened = std::fs::File::open(path).map_err(|error| Failure::file(path, error))?;
            let mut opened = opened.take(LONGEST_TOKEN);
            opened.read_to_string(&mut text).map_err(|error| Failure::file(path, error))?;
        }
        None => {
            std::io::stdin().lock().take(LONGEST_TOKEN).read_to_string(&mut text)?;
        }
    }
    Ok(text.lines().next().unwrap_or_default().trim().to_owned())
}

/// `theirs pending`.
pub(super) fn pending(workspace: &Workspace, all: bool, out: &mut Output) -> Result<(), Failure> {
    let zone = workspace.time_zone()?;
    let mut found = standings(workspace)?;
    found.retain(|one| all || !one.is_open);
    out.data(&found)?;
    if found.is_empty() {
        out.line("Nothing waits for a key.")?;
    }
    found.iter().try_for_each(|one| show(one, &zone, out))
}

fn show(one: &Standing, zone: &TimeZone, out: &mut Output) -> Result<(), Failure> {
    out.line(&format!("{}  {}", one.subject, one.digest.short()))?;
    out.line(&format!("  {}", one.does))?;
    out.line(&format!("  {}", waits(one, zone)))?;
    if let Some(because) = &one.because {
        out.line(&format!("  It needs two keys because {because}."))?;
    }
    if !one.vetoed_as.is_empty() {
        out.line(&format!("  It was vetoed as {}.", one.vetoed_as.join(", ")))?;
    }
    for turned in &one.turned {
        out.line(&format!("  The key of {}.", said("was turned", turned, zone)))?;
    }
    Ok(())
}

/// For what a clause waits, and since when.
pub fn waits(one: &Standing, zone: &TimeZone) -> String {
    let since = day(one.since, zone);
    if let Some(veto) = &one.veto {
        return format!("Vetoed by {}.", said("", veto, zone));
    }
    match (keys_in_words(&one.missing), one.is_untold) {
        (None, false) if one.because == Some(Need::Outside.in_words()) => {
            "Nothing of this stops it; `theirs outside` says what else it waits for.".to_owned()
        }
        (None, false) => format!("It acts, in the charter since {since}."),
        (None, true) => format!(
            "Waits since {since} until the people it concerns are told (theirs inform {}).",
            one.subject
        ),
        (Some(keys), _) => format!("Waits since {since} for the key of {keys}."),
    }
}

/// Keys by their names as a sentence has them after "the key of"; none if there are none.
pub fn keys_in_words(names: &[&str]) -> Option<String> {
    let keys = names.iter().filter_map(|name| Key::named(name)).map(Key::in_words);
    let keys: Vec<&str> = keys.collect();
    (!keys.is_empty()).then(|| keys.join(" and of "))
}

/// Who said what, when and why.
pub fn said(what: &str, turned: &Turned, zone: &TimeZone) -> String {
    let Turned { whose, by, at, reason, .. } = turned;
    let what = if what.is_empty() { String::new() } else { format!("{what} by ") };
    format!("{whose} {what}{by} on {}: \"{reason}\"", moment(*at, zone)).replace("  ", " ")
}

/// `theirs approve` and `theirs veto`.
pub(super) fn run(
    workspace: &Workspace,
    turning: Turning,
    args: &TurnArgs,
    out: &mut Output,
) -> Result<(), Failure> {
    let asker = workspace.authenticate_anew(&args.asker.name)?;
    let (subject, digest) = (args.subject.as_str(), args.digest.as_deref());
    let wish = Wish { subject, turning, digest, reason: &args.reason };
    let done = turn(workspace, &asker, &wish)?;
    out.data(&done)?;
    let what = match turning {
        Turning::Approve => "is turned",
        Turning::Withdraw => "is turned back",
        Turning::Veto => "vetoed it",
        Turning::Lift => "lifted its veto",
        Turning::Found(verdict) => verdict.in_words(),
    };
    let whose = Key::named(done.key).map_or("", Key::in_words);
    let first = match turning {
        Turning::Approve | Turning::Withdraw => format!("The key of {whose} {what}"),
        Turning::Veto | Turning::Lift => format!("The privacy officer {what}"),
        Turning::Found(_) => format!("The test found: {what}"),
    };
    let waits = keys_in_words(&done.missing);
    let waits = waits.map(|keys| format!(" It waits for the key of {keys}.")).unwrap_or_default();
    out.line(&format!("{}: {first}.{waits} Use {}.", done.subject, done.use_id))?;
    Ok(())
}
