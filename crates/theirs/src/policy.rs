//! The operator's policies: the files `policies/*.cedar` of the working folder.

use std::collections::BTreeMap;
use std::path::Path;

use theirs_charter::Policies;

use crate::failure::Failure;

/// The most files, and the most bytes of all of them together.
const MOST_FILES: usize = 100;
const MOST_BYTES: usize = 1 << 20;

/// Reads the policies of a folder; a folder without any has none.
pub fn read(root: &Path) -> Result<Policies, Failure> {
    let folder = root.join("policies");
    let listed = match std::fs::read_dir(&folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Policies::none()),
        listed => listed.map_err(|error| Failure::file(&folder, error))?,
    };
    let (mut files, mut bytes) = (BTreeMap::new(), 0);
    for entry in listed {
        let path = entry.map_err(|error| Failure::file(&folder, error))?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        if name.starts_with('.') {
            continue;
        }
        if path.extension().is_none_or(|extension| extension != "cedar") {
            let message = "a policy's file ends in .cedar; nothing else belongs into policies/";
            return Err(Failure::Usage(format!("policies/{name}: {message}")));
        }
        let about =
            std::fs::symlink_metadata(&path).map_err(|error| Failure::file(&path, error))?;
        if !about.is_file() {
            return Err(Failure::Usage(format!("policies/{name}: this is no plain file")));
        }
        if about.len() > MOST_BYTES as u64 {
            return Err(too_much());
        }
        let text = std::fs::read_to_string(&path).map_err(|error| Failure::file(&path, error))?;
        bytes += text.len();
        files.insert(name, text);
        if files.len() > MOST_FILES || bytes > MOST_BYTES {
            return Err(too_much());
        }
    }
    Ok(Policies::of(files))
}

fn too_much() -> Failure {
    let most = MOST_BYTES >> 10;
    Failure::Usage(format!("policies/ may hold {MOST_FILES} files of {most} KiB together"))
}
