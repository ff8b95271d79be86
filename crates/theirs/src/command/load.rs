//! `theirs load`: reads the sources that the charter names.

use std::path::Path;
use std::time::Instant;

use super::Output;
use super::words::count;
use crate::failure::Failure;
use crate::load::{Loaded, choose, load};
use crate::workspace::Workspace;

pub(super) fn run(
    workspace: &Workspace,
    names: &[String],
    input: &Path,
    out: &mut Output,
) -> Result<(), Failure> {
    let charter = workspace.charter()?;
    let mut done: Vec<Loaded> = Vec::new();
    let mut failures: Vec<String> = Vec::new();
    for source in choose(&charter, names)? {
        let since = Instant::now();
        let progress = out.progress(&source.name);
        match load(workspace, &charter, source, input, progress) {
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
    match failures.as_slice() {
        [] => Ok(()),
        names => Err(Failure::Unsound(format!("not loaded: {}", names.join(", ")))),
    }
}

fn sentence(loaded: &Loaded, seconds: f64) -> String {
    let Loaded { source, file, .. } = loaded;
    if loaded.same {
        return format!("{source}: {file} is the same as last time.");
    }
    let mut parts = vec![format!("{} new", count(loaded.added))];
    for (number, word) in [
        (loaded.changed, "changed"),
        (loaded.unchanged, "as before"),
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
