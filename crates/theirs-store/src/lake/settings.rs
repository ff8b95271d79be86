//! Where the lake of a working folder is: `lake` in `theirs.yaml`, the folder `data/lake` without it.

use object_store::aws::AmazonS3Builder;
use object_store::path::Path as Prefix;

use super::place::Place;
use super::shared::Shared;
use super::{Lake, key};
use crate::folder::Folder;
use crate::keys::Keys;
use crate::settings::{BucketSettings, KNOWN, Settings};
use crate::store::StoreError;

impl Lake {
    /// The lake of a working folder, wherever its `theirs.yaml` says that it is, under its keys.
    ///
    /// # Errors
    /// The file does not read, or names a place that this build cannot reach.
    pub fn of(folder: &Folder, keys: &Keys) -> Result<Self, StoreError> {
        let place = match Settings::of(folder)?.lake {
            None => Place::folder(&folder.lake()),
            Some(lake) => bucket(&lake)?,
        };
        Ok(Self { shared: Shared::of(place, Some(key(keys))) })
    }
}

pub(crate) fn bucket(settings: &BucketSettings) -> Result<Place, StoreError> {
    let wrong = || StoreError::Settings(format!("\"{}\" is no bucket; {KNOWN}", settings.url));
    let rest = settings.url.strip_prefix("s3://").ok_or_else(wrong)?;
    let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
    let prefix = Prefix::parse(prefix).map_err(|_| wrong())?;
    let mut builder =
        AmazonS3Builder::from_env().with_bucket_name(bucket).with_allow_http(settings.allow_http);
    if let Some(endpoint) = &settings.endpoint {
        builder = builder.with_endpoint(endpoint);
    }
    if let Some(region) = &settings.region {
        builder = builder.with_region(region);
    }
    let store = builder.build().map_err(|_| wrong())?;
    let endpoint = settings.endpoint.as_deref().unwrap_or_default();
    Place::bucket(format!("{endpoint} {}", settings.url), std::sync::Arc::new(store), prefix)
}
