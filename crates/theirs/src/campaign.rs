//! The marketers' campaigns: the files `campaigns/*.yaml` of the working folder.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use theirs_charter::{Charter, nearest};
use theirs_marketing::Campaign;
use theirs_model::Digest;

use crate::failure::Failure;

/// The folder of campaigns.
const FOLDER: &str = "campaigns";
/// How many campaigns are kept in memory.
const MOST_KEPT: usize = 64;
/// The most files, and the most bytes of one.
const MOST_FILES: usize = 1_000;
const MOST_BYTES: u64 = 1 << 16;

/// The names of all campaigns, in order; a folder without any has none.
pub fn names(root: &Path) -> Result<Vec<String>, Failure> {
    let folder = root.join(FOLDER);
    let listed = match std::fs::read_dir(&folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        listed => listed.map_err(|error| Failure::file(&folder, error))?,
    };
    let mut names = Vec::new();
    for entry in listed {
        let path = entry.map_err(|error| Failure::file(&folder, error))?.path();
        let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
        if path.extension().is_some_and(|ending| ending == "yaml") && is_name(name) {
            names.push(name.to_owned());
        }
        if names.len() > MOST_FILES {
            let message = format!("{FOLDER}/ may hold {MOST_FILES} campaigns");
            return Err(Failure::Usage(message));
        }
    }
    names.sort();
    Ok(names)
}

/// Whether there is a campaign of this name.
pub fn is_there(root: &Path, name: &str) -> bool {
    is_name(name) && path(root, name).is_file()
}

/// What to say to whoever names neither a purpose nor a campaign, if a campaign is the nearest.
pub fn meant(root: &Path, given: &str, charter: &Charter) -> Result<Option<String>, Failure> {
    if charter.purpose(given).is_some() {
        return Ok(None);
    }
    let known = names(root)?;
    let purposes = charter.purposes.iter().map(|purpose| purpose.name.as_str());
    let found = nearest(given, known.iter().map(String::as_str).chain(purposes));
    let found = found.filter(|name| known.iter().any(|one| one == name));
    Ok(found.map(|name| {
        format!("there is no purpose and no campaign \"{given}\"; did you mean \"{name}\"?")
    }))
}

/// Reads a campaign and holds it against a charter.
pub fn read(root: &Path, name: &str, charter: &Charter) -> Result<Campaign, Failure> {
    if !is_there(root, name) {
        let known = names(root)?;
        let hint = nearest(name, known.iter().map(String::as_str));
        let hint = hint.map(|name| format!("; did you mean \"{name}\"?")).unwrap_or_default();
        return Err(Failure::Usage(format!("there is no campaign \"{name}\" in {FOLDER}/{hint}")));
    }
    let path = path(root, name);
    let file = format!("{FOLDER}/{name}.yaml");
    let about = std::fs::metadata(&path).map_err(|error| Failure::file(&path, error))?;
    if about.len() > MOST_BYTES {
        return Err(Failure::Usage(format!("{file} is larger than {} KiB", MOST_BYTES >> 10)));
    }
    let text = std::fs::read_to_string(&path).map_err(|error| Failure::file(&path, error))?;
    Ok(Campaign::read(name, &file, &text, charter)?)
}

/// Campaigns that were read, for as long as their files and the charter stay as they are.
#[derive(Default)]
pub struct Kept(Mutex<BTreeMap<String, (Mark, Arc<Campaign>)>>);

/// What tells a file and the charter that it was held against from later ones.
#[derive(PartialEq, Eq)]
struct Mark {
    written: Option<SystemTime>,
    bytes: u64,
    charter: Digest,
}

impl Kept {
    /// Reads a campaign, if it is not known already.
    pub fn read(
        &self,
        root: &Path,
        name: &str,
        charter: &Charter,
    ) -> Result<Arc<Campaign>, Failure> {
        let about = is_name(name).then(|| std::fs::metadata(path(root, name)).ok()).flatten();
        let mark = Mark {
            written: about.as_ref().and_then(|about| about.modified().ok()),
            bytes: about.map_or(0, |about| about.len()),
            charter: charter.acting(),
        };
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, campaign)) = known.get(name).filter(|(of, _)| *of == mark) {
            return Ok(Arc::clone(campaign));
        }
        let campaign = Arc::new(read(root, name, charter)?);
        while known.len() >= MOST_KEPT {
            known.pop_first();
        }
        known.insert(name.to_owned(), (mark, Arc::clone(&campaign)));
        Ok(campaign)
    }
}

fn path(root: &Path, name: &str) -> PathBuf {
    root.join(FOLDER).join(format!("{name}.yaml"))
}

/// Whether a text may name a campaign, as it may a purpose.
fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}
