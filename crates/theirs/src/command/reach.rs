//! `theirs who-can`: which roles can come at data of a category, when they last did, and what to
//! take away so that they no longer can.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::json;
use theirs_charter::{Asker, Authority, Reach, Way, nearest};
use theirs_uses::{Act, Told};

use super::Output;
use super::words::{day, plain};
use crate::failure::Failure;
use crate::workspace::Workspace;

/// What a use was of: the role's name, or its words where none is told; the purpose; `person.COLUMN`
/// or the activity. Of whole records, the role alone.
type Used = BTreeMap<(String, String, String), Timestamp>;

pub(super) fn run(workspace: &Workspace, category: &str, out: &mut Output) -> Result<(), Failure> {
    let authority = workspace.authority()?;
    let charter = authority.charter();
    let ways = charter.reach(category).map_err(|near| {
        let columns = charter.attributes();
        let column = nearest(category, columns.iter().map(|(attribute, _)| attribute.column()));
        let hint = match (near, column) {
            (Some(near), _) => format!("; did you mean \"{near}\"?"),
            (None, Some(column)) => match charter.attribute(column) {
                Some((attribute, _)) => format!("; {column} is {}", attribute.category.0),
                None => String::new(),
            },
            (None, None) => String::new(),
        };
        Failure::Usage(format!("there is no data category \"{}\"{hint}", plain(category)))
    })?;
    let principals = workspace.store.principals()?;
    let used = used(workspace)?;
    let (mut data, mut rows) = (Vec::new(), Vec::new());
    let anybody = |reach: &Reach<'_>| Asker::new("", [&reach.role.name]);
    for reach in ways.iter().filter(|reach| is_open(&authority, reach, &anybody(reach))) {
        let last = last_use(&used, reach);
        let people: Vec<String> = principals
            .iter()
            .filter(|one| one.roles.contains(&reach.role.name))
            .filter(|one| is_open(&authority, reach, &Asker::new(&one.name, &one.roles)))
            .map(|one| one.name.clone())
            .collect();
        let seen = seen(reach);
        data.push(json!({
            "role": reach.role.name, "principals": people, "by": by(reach), "sees": seen,
            "last_use": last, "revoke": revoke(reach),
        }));
        rows.push(vec![
            reach.role.name.clone(),
            if people.is_empty() { "nobody".to_owned() } else { people.join(", ") },
            by(reach),
            seen,
            last.map_or_else(|| "never".to_owned(), |at| day(at, &charter.time_zone)),
            revoke(reach),
        ]);
    }
    out.data(&data)?;
    if rows.is_empty() {
        out.line(&format!(
            "Nobody can come at {category}: no purpose that a role may use has it."
        ))?;
        return Ok(());
    }
    let head =
        ["role", "principals", "by", "sees", "last used", "to revoke, take out of the charter"];
    out.table(&head, &rows)?;
    out.line("A principal alone loses its leave by `theirs principal remove NAME`.")?;
    Ok(())
}

/// Whether no policy forbids somebody a way that the charter gives a role of theirs.
fn is_open(authority: &Authority, reach: &Reach<'_>, asker: &Asker) -> bool {
    match reach.way {
        Way::Purpose { purpose, .. } => authority.permit(asker, &purpose.name).is_ok(),
        Way::Record => authority.permit_record(asker).is_ok(),
    }
}

fn by(reach: &Reach<'_>) -> String {
    match reach.way {
        Way::Purpose { purpose, .. } => purpose.name.clone(),
        Way::Record => "opening a person's record".to_owned(),
    }
}

fn seen(reach: &Reach<'_>) -> String {
    match reach.way {
        Way::Purpose { table, column, coarseness, .. } => match coarseness.in_words().as_str() {
            "" => format!("{table}.{column}"),
            words => format!("{table}.{column}, {words}"),
        },
        Way::Record => "everything".to_owned(),
    }
}

/// The clause without which the role could not.
fn revoke(reach: &Reach<'_>) -> String {
    let role = &reach.role.name;
    match reach.way {
        Way::Purpose { purpose, table: "person", column, .. } => {
            format!("roles.{role}.purposes: {0}, or purposes.{0}.columns: {column}", purpose.name)
        }
        Way::Purpose { purpose, table, column, .. } => format!(
            "roles.{role}.purposes: {0}, or purposes.{0}.activities.{table}: {column}",
            purpose.name
        ),
        Way::Record => format!("roles.{role}.may_see_records"),
    }
}

fn last_use(used: &Used, reach: &Reach<'_>) -> Option<Timestamp> {
    let (purpose, what) = match reach.way {
        Way::Purpose { purpose, table: "person", column, .. } => {
            (purpose.name.clone(), format!("person.{column}"))
        }
        Way::Purpose { purpose, table, .. } => (purpose.name.clone(), table.to_owned()),
        Way::Record => (String::new(), String::new()),
    };
    let by = |role: &String| used.get(&(role.clone(), purpose.clone(), what.clone())).copied();
    by(&reach.role.name).max(by(&reach.role.says))
}

/// When each role last used each column or activity for each purpose, from what is on record.
fn used(workspace: &Workspace) -> Result<Used, Failure> {
    let mut used = Used::new();
    for one in workspace.store.all_uses()? {
        let Ok(told) = serde_json::from_str::<Told>(&one.told) else { continue };
        let purpose = told.purpose.clone().unwrap_or_default();
        let mut note = |what: String| {
            let role = told.role.clone().unwrap_or_else(|| told.by.clone());
            used.insert((role, purpose.clone(), what), one.at);
        };
        match told.act {
            Act::Statement | Act::Share | Act::Message => {
                told.columns.iter().for_each(|column| note(format!("person.{column}")));
                told.activities.iter().for_each(|activity| note(activity.clone()));
            }
            Act::Access => note(String::new()),
            _ => {}
        }
    }
    Ok(used)
}
