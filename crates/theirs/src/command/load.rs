//! `theirs load`: reads the sources that the charter names.

use std::path::Path;
use std::time::Instant;

use super::Output;
use super::words::count;
use crate::failure::Failure;
use crate::load::{How, Loaded, choose, load_as};
use crate::scheduling::{REST, Timetable, Wish, load_due};
use crate::workspace::Workspace;

pub(super) fn run(
    workspace: &Workspace,
    names: &[String],
    input: &Path,
    how: How,
    out: &mut Output,
) -> Result<(), Failure> {
    let charter = workspace.charter()?;
    let mut done: Vec<Loaded> = Vec::new();
    let mut failures: Vec<String> = Vec::new();
    for source in choose(&charter, names)? {
        let since = Instant::now();
        let progress = out.progress(&source.name);
        match load_as(workspace, &charter, source, input, &progress, how) {
            Ok(loaded) => {
                out.line(&sentence(&loaded, since.elapsed().as_secs_f64()))?;
                done.push(loaded);
            }
            Err(failure) => {
                out.note(&format!("source \"{}\": {failure}", source.name));
                failures.push(source.name.clone());
            }
        }
    }
    super::compact::after_load(workspace)?;
    out.data(&serde_json::json!({ "loaded": done, "failed": failures }))?;
    if done.iter().any(|loaded| loaded.set_aside + loaded.values_set_aside > 0) {
        out.line("What was set aside, and why: `theirs status --rejected`.")?;
    }
    for loaded in done.iter().filter(|loaded| loaded.may_double) {
        out.line(&format!(
            "{} has no key: of its new rows some may be old ones that were corrected in the file; \
             those are held twice.",
            loaded.source
        ))?;
    }
    if workspace.store.unplaced()? > 0 {
        out.line("Next: `theirs resolve` joins the new records to people.")?;
    }
    let doubted: Vec<&Loaded> = done.iter().filter(|loaded| loaded.doubted > 0).collect();
    for loaded in &doubted {
        out.note(&doubt(loaded));
    }
    match failures.as_slice() {
        [] if doubted.is_empty() => Ok(()),
        [] => Err(Failure::Unsound("deletions were not followed; all else was loaded".to_owned())),
        names => Err(Failure::Unsound(format!("not loaded: {}", names.join(", ")))),
    }
}

/// Loads what is due, again and again.
pub(super) fn watch(
    workspace: &Workspace,
    names: &[String],
    input: &Path,
    how: How,
    out: &mut Output,
) -> Result<(), Failure> {
    let mut timetable = Timetable::default();
    choose(&*workspace.charter()?, names)?;
    out.line("Watching the sources. Ctrl-C stops it.")?;
    loop {
        let mut said = Vec::new();
        let since = Instant::now();
        let wish = (Wish::Watched, how);
        load_due(workspace, names, input, wish, &mut timetable, &mut |source, done| {
            said.push((source.name.clone(), done));
        })?;
        let was_due = !said.is_empty();
        for (name, done) in said {
            match done {
                Ok(loaded) if loaded.same => {}
                Ok(loaded) => {
                    out.line(&sentence(&loaded, since.elapsed().as_secs_f64()))?;
                    if loaded.doubted > 0 {
                        out.note(&doubt(&loaded));
                    }
                }
                Err(failure) => out.note(&format!("source \"{name}\": {failure}")),
            }
        }
        if was_due {
            super::compact::after_load(workspace)?;
        }
        std::thread::sleep(REST);
    }
}

fn doubt(loaded: &Loaded) -> String {
    let Loaded { source, file, doubted, .. } = loaded;
    format!(
        "source \"{source}\": {} of what was read before seems to be gone from {file}, which is more \
         than half, or all; nothing was taken out. If it is right: `theirs load {source} --force`",
        count(*doubted)
    )
}

fn sentence(loaded: &Loaded, seconds: f64) -> String {
    let Loaded { source, file, .. } = loaded;
    if loaded.nothing_there {
        return format!("{source}: there is no file {file} yet.");
    }
    if loaded.same {
        return format!("{source}: {file} is the same as last time.");
    }
    let mut parts = vec![format!("{} new", count(loaded.added))];
    for (number, word) in [
        (loaded.changed, "changed"),
        (loaded.unchanged, "as before"),
        (loaded.gone, "gone"),
        (loaded.set_aside, "set aside"),
    ] {
        if number > 0 {
            parts.push(format!("{} {word}", count(number)));
        }
    }
    match loaded.values_set_aside {
        0 => {}
        1 => parts.push("1 value set aside".to_owned()),
        more => parts.push(format!("{} values set aside", count(more))),
    }
    let unread = match loaded.unread_columns.as_slice() {
        [] => String::new(),
        names => format!("; not in the charter, so not read: {}", names.join(", ")),
    };
    format!("{source}: {} ({file}, {seconds:.1} s){unread}", parts.join(", "))
}
