//! Where the lake of a working folder is: `lake` in `theirs.yaml`, the folder `data/lake` without it.
//!
//! Secrets do not stand there: keys of a bucket come from the environment, under the names that all
//! clients of S3 know (`AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`).

use std::io::ErrorKind;
use std::path::Path;

use serde::Deserialize;

use super::Lake;
use super::place::Place;
use super::shared::Shared;
use crate::folder::Folder;
use crate::store::StoreError;

/// The file that says where things are, beside the charter that says what may be done with them.
const FILE: &str = "theirs.yaml";

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    lake: Option<LakeSettings>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(not(feature = "s3"), expect(dead_code, reason = "buckets need the feature s3"))]
struct LakeSettings {
    /// `s3://BUCKET/PREFIX`.
    url: String,
    /// Where the bucket is served, if not by Amazon.
    endpoint: Option<String>,
    region: Option<String>,
    /// Whether the endpoint may be spoken to without TLS.
    #[serde(default)]
    allow_http: bool,
}

impl Lake {
    /// The lake of a working folder, wherever its `theirs.yaml` says that it is.
    ///
    /// # Errors
    /// The file does not read, or names a place that this build cannot reach.
    pub fn of(folder: &Folder) -> Result<Self, StoreError> {
        let settings = read(&folder.root().join(FILE))?;
        let place = match settings.lake {
            None => Place::folder(&folder.lake()),
            Some(lake) => bucket(&lake)?,
        };
        Ok(Self { shared: Shared::of(place) })
    }
}

fn read(path: &Path) -> Result<Settings, StoreError> {
    match std::fs::read_to_string(path) {
        Ok(text) => serde_saphyr::from_str(&text).map_err(|error| {
            let line = error.location().map_or(1, |place| place.line());
            StoreError::Settings(format!("line {line} does not read; {KNOWN}"))
        }),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Settings::default()),
        Err(error) => Err(error.into()),
    }
}

/// What may stand in the file.
const KNOWN: &str =
    "it has `lake:` with `url: s3://BUCKET/PREFIX`, `endpoint`, `region`, `allow_http`";

#[cfg(not(feature = "s3"))]
fn bucket(lake: &LakeSettings) -> Result<Place, StoreError> {
    let url = &lake.url;
    Err(StoreError::Settings(format!(
        "{url} needs a build with buckets: `cargo build --features s3`"
    )))
}

#[cfg(feature = "s3")]
fn bucket(lake: &LakeSettings) -> Result<Place, StoreError> {
    use object_store::aws::AmazonS3Builder;
    use object_store::path::Path as Prefix;

    let wrong = || StoreError::Settings(format!("\"{}\" is no bucket; {KNOWN}", lake.url));
    let rest = lake.url.strip_prefix("s3://").ok_or_else(wrong)?;
    let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
    let prefix = Prefix::parse(prefix).map_err(|_| wrong())?;
    let mut builder =
        AmazonS3Builder::from_env().with_bucket_name(bucket).with_allow_http(lake.allow_http);
    if let Some(endpoint) = &lake.endpoint {
        builder = builder.with_endpoint(endpoint);
    }
    if let Some(region) = &lake.region {
        builder = builder.with_region(region);
    }
    let store = builder.build().map_err(|_| wrong())?;
    let endpoint = lake.endpoint.as_deref().unwrap_or_default();
    Place::bucket(format!("{endpoint} {}", lake.url), std::sync::Arc::new(store), prefix)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_read_is_answered_with_the_line_and_what_there_is() {
        let root = tempfile::tempdir().unwrap();
        let folder = Folder::create(root.path()).unwrap();
        Lake::of(&folder).unwrap();
        std::fs::write(root.path().join(FILE), "lake:\n  url: s3://b/p\n  key: secret\n").unwrap();
        let message = Lake::of(&folder).err().unwrap().to_string();
        assert!(message.starts_with("theirs.yaml: line "), "{message}");
        assert!(message.contains("s3://BUCKET/PREFIX") && !message.contains("secret"), "{message}");
        std::fs::write(root.path().join(FILE), "").unwrap();
        Lake::of(&folder).unwrap();
    }
}
