//! A table of a database, opened for one load: which rows are read, and how far reading has come
//! when it ends.
//!
//! With a `cursor` a load goes on where the last one came to, an hour or ten thousand numbers before
//! that (`theirs_ingest`), as a change may be committed after one that began later. It begins anew
//! under another charter, when asked to, and when people came since rows were set aside for want of
//! theirs.

use theirs_charter::{Charter, Holds, Source};
use theirs_ingest::{DatabaseAddress, TableReader, Transport};
use theirs_model::nearest;
use theirs_store::{DatabaseSettings, DatabaseTls, Settings, SourceState, read_secret};

use super::How;
use crate::failure::Failure;
use crate::workspace::Workspace;

/// A table that is about to be read.
pub(super) struct Table {
    pub(super) reader: TableReader,
    /// What messages call it.
    pub(super) label: String,
    /// From where on rows are read, if not from the beginning.
    pub(super) since: Option<(String, String)>,
    /// How far they will have been read, if that is kept.
    pub(super) until: Option<(String, String)>,
}

impl Table {
    /// Opens the table of a source in the database of this name.
    pub(super) fn open(
        workspace: &Workspace,
        charter: &Charter,
        source: &Source,
        database: &str,
        how: How,
    ) -> Result<Self, Failure> {
        let label = source.place();
        let known = settings_of(workspace, database)?;
        let address = address(workspace, database, &known)?;
        let table = source.table.as_deref().unwrap_or_default();
        let mut reader = TableReader::open(&address, table, &label)?;
        let Some(cursor) = &source.pull.cursor else {
            return Ok(Self { reader, label, since: None, until: None });
        };
        // Asked before any row is read, so that what comes meanwhile is at worst read twice.
        let last = reader.last(cursor)?;
        let state = workspace.store.source_state(&source.name)?;
        let begins_anew = |state: &SourceState| -> Result<bool, Failure> {
            let people = greatest_person(workspace, source)?;
            let came = state.waiting.is_some_and(|known| people > known);
            Ok(how.whole || state.charter != charter.digest || came)
        };
        let since = match state {
            Some(state) if !begins_anew(&state)? => state.position,
            _ => None,
        };
        let since = since.filter(|(column, _)| column == cursor);
        let until = last.map(|last| (cursor.clone(), last)).or_else(|| since.clone());
        Ok(Self { reader, label, since, until })
    }
}

/// The greatest record of those whom the rows of a source are of.
pub(super) fn greatest_person(workspace: &Workspace, source: &Source) -> Result<u64, Failure> {
    let Holds::Activity(activity) = &source.holds else { return Ok(0) };
    let greatest = workspace.store.greatest_record(&activity.person.source)?;
    Ok(greatest.map_or(0, |record| record.0))
}

fn settings_of(workspace: &Workspace, database: &str) -> Result<DatabaseSettings, Failure> {
    // Read anew each time, so that a password that changed counts while the folder is served.
    let mut settings = Settings::of(&workspace.folder)?;
    if let Some(known) = settings.databases.remove(database) {
        return Ok(known);
    }
    let names = settings.databases.keys().map(String::as_str);
    let meant = nearest(database, names)
        .map_or_else(String::new, |name| format!("; did you mean \"{name}\"?"));
    Err(Failure::Usage(format!("theirs.yaml has no \"{database}\" under databases:{meant}")))
}

fn address(
    workspace: &Workspace,
    name: &str,
    known: &DatabaseSettings,
) -> Result<DatabaseAddress, Failure> {
    let wrong = |what: &str| Failure::Usage(format!("theirs.yaml: databases: {name}: {what}"));
    let password = match (&known.password_file, &known.password_env) {
        (Some(file), None) => Some(read_secret(&workspace.folder, file)?),
        (None, Some(variable)) => {
            let value = std::env::var(variable).ok().filter(|value| !value.is_empty());
            Some(value.ok_or_else(|| wrong("the environment has not what password_env names"))?)
        }
        (None, None) => None,
        (Some(_), Some(_)) => {
            return Err(wrong("a password comes from password_file or password_env, not both"));
        }
    };
    let address = DatabaseAddress::of(&known.url, password);
    let mut address = address.map_err(|error| wrong(&error.to_string()))?;
    if let Some(tls) = known.tls {
        address = address.by(match tls {
            DatabaseTls::Required => Transport::Tls,
            DatabaseTls::None => Transport::Plain,
        });
    }
    if let Some(file) = &known.ca_file {
        let path = workspace.folder.root().join(file);
        let pem = std::fs::read(&path).map_err(|error| Failure::file(&path, error))?;
        address = address.trusting(pem);
    }
    Ok(address)
}
