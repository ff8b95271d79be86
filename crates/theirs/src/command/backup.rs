//! `theirs backup`: data and keys as two artefacts, while the folder is in use.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde_json::json;
use theirs_store::backup::{Head, KeysArtefact, Passphrase, write_data};
use theirs_uses::{Act, Told};

use super::Output;
use super::words::{count, day, entries};
use crate::cli::PassphraseArgs;
use crate::failure::Failure;
use crate::workspace::Workspace;

/// Where the artefacts go.
pub(super) struct Places {
    data: Option<PathBuf>,
    keys: Option<PathBuf>,
}

impl Places {
    pub(super) fn of(
        into: Option<&Path>,
        data: Option<&Path>,
        keys: Option<&Path>,
        at: Timestamp,
    ) -> Self {
        let at = at.strftime("%Y%m%dT%H%M%SZ");
        match into {
            Some(into) => Self {
                data: Some(into.join(format!("theirs-data-{at}"))),
                keys: Some(into.join(format!("theirs-keys-{at}.json"))),
            },
            None => Self { data: data.map(Path::to_owned), keys: keys.map(Path::to_owned) },
        }
    }
}

pub(super) fn run(
    workspace: &Workspace,
    places: &Places,
    keys_days: u32,
    passphrase: &PassphraseArgs,
    out: &mut Output,
) -> Result<(), Failure> {
    let passphrase = given(passphrase)?;
    let now = workspace.clock.now();
    let zone =
        workspace.charter().map_or(jiff::tz::TimeZone::UTC, |charter| charter.time_zone.clone());
    on_record(workspace, places)?;
    let mut told = serde_json::Map::new();
    if let Some(into) = &places.data {
        let (_alone, _turn) = (workspace.alone(), workspace.lake.turn());
        let ledger = &workspace.ledger;
        ledger.settle()?;
        let head = || Head { size: ledger.size(), root: ledger.root() };
        let manifest = write_data(&workspace.folder, &workspace.keys, into, now, &head)?;
        out.line(&format!(
            "The data, with {} of the ledger, are in {} ({} files). Keep them apart from the keys.",
            entries(manifest.ledger.size),
            into.display(),
            count(manifest.files.len() as u64)
        ))?;
        told.insert("data".to_owned(), json!({ "folder": into, "ledger": manifest.ledger }));
    }
    if let Some(into) = &places.keys {
        let keys = &workspace.keys;
        let sealed = passphrase.as_ref();
        let artefact = KeysArtefact::write(&workspace.folder, keys, into, now, keys_days, sealed)?;
        out.line(&format!(
            "The keys are in {}, {}. Nothing restores from them after {}: delete them then.",
            into.display(),
            if sealed.is_some() { "sealed" } else { "not sealed (give a passphrase to seal them)" },
            day(artefact.expires, &zone)
        ))?;
        told.insert("keys".to_owned(), json!({ "file": into, "expires": artefact.expires }));
    }
    out.data(&told)?;
    Ok(())
}

/// Puts on record that copies of everything are about to leave the folder.
fn on_record(workspace: &Workspace, places: &Places) -> Result<(), Failure> {
    let what = match (&places.data, &places.keys) {
        (Some(_), Some(_)) => "data and keys",
        (Some(_), None) => "data",
        (None, Some(_)) => "keys",
        (None, None) => return Ok(()),
    };
    let mut told = Told::new(Act::Backup, "our administrators");
    told.reason = Some(what.to_owned());
    workspace.book().log_none(&told, workspace.charter_digest()?, workspace.clock.now())?;
    Ok(())
}

/// The passphrase from a file or the environment.
pub(super) fn given(arguments: &PassphraseArgs) -> Result<Option<Passphrase>, Failure> {
    let text = match &arguments.passphrase_file {
        Some(path) => {
            let text = std::fs::read_to_string(path).map_err(|error| Failure::file(path, error))?;
            Some(text.lines().next().unwrap_or_default().to_owned())
        }
        None => std::env::var("THEIRS_PASSPHRASE").ok(),
    };
    match text {
        Some(text) if text.is_empty() => Err(Failure::Usage("the passphrase is empty".to_owned())),
        text => Ok(text.map(Passphrase)),
    }
}
