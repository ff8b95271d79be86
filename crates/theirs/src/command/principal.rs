//! `theirs principal`: who may ask, in which roles.

use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};

use serde_json::json;
use theirs_charter::{as_person, nearest};

use super::Output;
use crate::cli::PrincipalVerb;
use crate::failure::Failure;
use crate::workspace::{Workspace, is_name};

pub(super) fn run(
    workspace: &Workspace,
    verb: &PrincipalVerb,
    out: &mut Output,
) -> Result<(), Failure> {
    match verb {
        PrincipalVerb::Add { name, roles, save } => add(workspace, name, roles, *save, out),
        PrincipalVerb::Remove { name } => remove(workspace, name, out),
        PrincipalVerb::List => list(workspace, out),
    }
}

pub(super) fn add(
    workspace: &Workspace,
    name: &str,
    roles: &[String],
    save: bool,
    out: &mut Output,
) -> Result<(), Failure> {
    let charter = workspace.charter()?;
    if let Some(role) = roles.iter().find(|role| charter.role(role).is_none()) {
        let known: Vec<&str> = charter.roles.iter().map(|role| role.name.as_str()).collect();
        let hint = nearest(role, known.iter().copied()).map_or_else(
            || format!("; it has {}", known.join(", ")),
            |n| format!("; did you mean \"{n}\"?"),
        );
        return Err(Failure::Usage(format!("the charter has no role \"{role}\"{hint}")));
    }
    if !is_name(name) {
        let message = "a principal's name has letters, digits, . _ and - only".to_owned();
        return Err(Failure::Usage(message));
    }
    if let Some(known) = workspace.store.principals()?.into_iter().find(|known| known.name == name)
    {
        let message = format!(
            "{name} is there already, as {}; first run `theirs principal remove {name}`",
            known.roles.join(", ")
        );
        return Err(Failure::Usage(message));
    }
    refuse_alike(workspace, name)?;
    workspace.record_who_may_ask("our administrators", None)?;
    let now = workspace.clock.now();
    let new = workspace.store.add_principal(name, roles, &workspace.keys, now)?;
    let roles = &new.principal.roles;
    let told = roles.join(", ");
    if save {
        save_token(workspace, name, &new.token)?;
        out.data(&json!({ "name": name, "roles": roles, "saved": workspace.token_file(name) }))?;
        out.line(&format!("{name} may ask as {told}; the token is kept in tokens/{name}."))?;
    } else {
        out.data(&json!({ "name": name, "roles": roles, "token": new.token }))?;
        out.line(&format!("{name} may ask as {told}. The token, shown only now:"))?;
        out.line(&new.token)?;
        out.line("Give it in THEIRS_TOKEN to every command with --as.")?;
    }
    Ok(())
}

/// Nobody is given a name that is hardly another one than one that there is or was: two names would be two
/// people where two are needed.
fn refuse_alike(workspace: &Workspace, name: &str) -> Result<(), Failure> {
    let own = as_person(name);
    let principals = workspace.store.principal_names()?.into_iter();
    let turns = workspace.store.turns(&workspace.keys)?.into_iter().map(|turn| turn.principal);
    let alike = principals.chain(turns).find(|known| known != name && as_person(known) == own);
    alike.map_or(Ok(()), |known| {
        Err(Failure::Usage(format!(
            "\"{name}\" is hardly another name than \"{known}\", which is there or was; give one that \
             nobody takes for it"
        )))
    })
}

fn save_token(workspace: &Workspace, name: &str, token: &str) -> Result<(), Failure> {
    let path = workspace.token_file(name);
    let io = |error| Failure::file(&path, error);
    if let Some(folder) = path.parent() {
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(io)?;
    }
    let mut options = std::fs::OpenOptions::new();
    let mut file =
        options.write(true).create(true).truncate(true).mode(0o600).open(&path).map_err(io)?;
    writeln!(file, "{token}").map_err(io)
}

fn remove(workspace: &Workspace, name: &str, out: &mut Output) -> Result<(), Failure> {
    if !workspace.desk()?.remove_principal(name, &workspace.folder.erasures())? {
        return Err(Failure::Usage(format!("nobody may ask under the name \"{name}\"")));
    }
    let _ = std::fs::remove_file(workspace.token_file(name));
    out.data(&json!({ "removed": name }))?;
    out.line(&format!("{name} may no longer ask."))?;
    Ok(())
}

fn list(workspace: &Workspace, out: &mut Output) -> Result<(), Failure> {
    let principals = workspace.store.principals()?;
    let data: Vec<_> =
        principals.iter().map(|p| json!({ "name": p.name, "roles": p.roles })).collect();
    out.data(&data)?;
    let row = |p: theirs_store::Principal| vec![p.name, p.roles.join(", ")];
    let rows: Vec<Vec<String>> = principals.into_iter().map(row).collect();
    out.table(&["name", "roles"], &rows)?;
    Ok(())
}
