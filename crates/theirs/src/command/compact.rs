//! `theirs compact`: lays the activities out anew, so that one person's lie in few places.

use serde_json::json;
use theirs_store::{Compacted, Layout};

use super::Output;
use super::words::count;
use crate::failure::Failure;
use crate::workspace::Workspace;

pub(super) fn run(workspace: &Workspace, whole: bool, out: &mut Output) -> Result<(), Failure> {
    let turn = workspace.lake.turn();
    let layout = layout(workspace);
    let (lake, store) = (&workspace.lake, &workspace.store);
    let mut done = Vec::new();
    if whole {
        for (activity, _) in lake.layout(store)? {
            let merged = lake.compact_whole(store, &activity, &layout, &turn)?;
            tell(merged.as_ref(), out)?;
            done.extend(merged);
        }
    }
    while let Some(merged) = lake.compact(store, &layout, &turn, &|| true)? {
        tell(Some(&merged), out)?;
        done.push(merged);
    }
    if done.is_empty() {
        out.line("Nothing is due.")?;
    }
    let data = done.iter().map(|done| {
        json!({ "activity": done.activity, "files": done.files, "into": done.into,
                "rows": done.rows, "dropped": done.dropped })
    });
    out.data(&data.collect::<Vec<_>>())?;
    Ok(())
}

/// Merges what is due after a load, as long as something is; each step makes larger runs.
pub(super) fn after_load(workspace: &Workspace) -> Result<(), Failure> {
    let turn = workspace.lake.turn();
    let layout = Layout::default();
    while workspace.lake.compact(&workspace.store, &layout, &turn, &|| true)?.is_some() {}
    Ok(())
}

/// Rows of people whom the same purposes may see lie together, where a charter says who that is.
pub fn layout(workspace: &Workspace) -> Layout {
    let classes = workspace.door().ok().and_then(|door| door.classes().ok());
    Layout { classes: classes.unwrap_or_default() }
}

fn tell(done: Option<&Compacted>, out: &mut Output) -> Result<(), Failure> {
    if let Some(done) = done {
        let files = if done.into == 1 { "file" } else { "files" };
        out.line(&format!(
            "{}: {} files into {} {files}, {} rows, {} dropped",
            done.activity,
            done.files,
            done.into,
            count(done.rows),
            count(done.dropped)
        ))?;
    }
    Ok(())
}
