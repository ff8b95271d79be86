//! Files in a bucket, by an `s3://` address: each is fetched, looked at on this disk, and removed.
//!
//! Where the bucket is served, and its keys, come from the environment, under the names that all
//! clients of S3 know (`AWS_ENDPOINT_URL`, `AWS_REGION`, `AWS_ACCESS_KEY_ID`, …).

use std::fs::File;
use std::path::Path;

use theirs_ingest::{Bucket, BucketAddress, Fetched, IngestError, Object};

use super::{MOST_TABLES, ScanError, Shown, file};
use crate::table::Origin;

/// A larger object is not fetched only to be looked at.
const LARGEST_BYTES: u64 = 1 << 30;

/// Whether this is the address of files in a bucket.
pub(super) fn is_one(source: &str) -> bool {
    source.starts_with("s3://")
}

/// Looks into what an address stands for: one object, a folder, or those that fit a pattern.
pub(super) fn open(source: &str) -> Result<Shown, ScanError> {
    let rest = source.trim_start_matches("s3://");
    let (name, wanted) = rest.split_once('/').unwrap_or((rest, ""));
    let root = format!("s3://{name}");
    let address = BucketAddress::of(&root)?;
    let bucket = Bucket::open(address, source)?;
    let mut objects = bucket.objects(wanted)?;
    let mut shown = Shown::default();
    if objects.len() > MOST_TABLES {
        shown.notes.push(format!("only the first {MOST_TABLES} files of {source} were read"));
        objects.truncate(MOST_TABLES);
    }
    for object in &objects {
        match look(&bucket, object, &format!("{root}/{}", object.name)) {
            Ok(more) => shown.add(more),
            Err(error) if objects.len() == 1 => return Err(error),
            Err(error) => shown.notes.push(error.to_string()),
        }
    }
    let is_nothing = shown.tables.is_empty() && shown.notes.is_empty();
    if is_nothing { Err(ScanError::NothingIn { folder: source.to_owned() }) } else { Ok(shown) }
}

/// Looks into one object; what is said of it names it by its address.
fn look(bucket: &Bucket, object: &Object, address: &str) -> Result<Shown, ScanError> {
    let fault =
        |reason: &str| IngestError::Bucket { at: address.into(), reason: reason.to_owned() };
    if object.bytes > LARGEST_BYTES {
        return Err(fault("it is larger than 1 GiB, and was not looked at").into());
    }
    let disk = |source| IngestError::Disk { file: address.into(), source };
    let folder = tempfile::tempdir().map_err(disk)?;
    let path = folder.path().join(object.name.rsplit('/').next().unwrap_or_default());
    let laid = File::create(&path).map_err(disk)?;
    match bucket.fetch(&[(object, &laid)]).pop() {
        Some(Ok(Fetched::Read(_))) => {}
        Some(Err(error)) => return Err(error.into()),
        _ => return Err(fault("it went, or was written anew, while it was read").into()),
    }
    let named = |text: &str, path: &Path| text.replace(&path.display().to_string(), address);
    let mut shown = file(&path).map_err(|error| fault(&named(&error.to_string(), &path)))?;
    for note in &mut shown.notes {
        *note = named(note, &path);
    }
    for table in &mut shown.tables {
        if let Origin::File { path, .. } | Origin::Sheet { path, .. } = &mut table.origin {
            address.clone_into(path);
        }
    }
    Ok(shown)
}
