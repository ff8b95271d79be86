//! The bucket that the files of a source lie in, opened for one load.
//!
//! An object is known by its name and its version, which a listing says: what was read is not asked
//! for again.

use std::path::Path;

use ring::digest::{Context, SHA256};
use theirs_charter::Source;
use theirs_ingest::{Bucket, BucketAddress, BucketAddressError, Object};
use theirs_model::{Digest, nearest};
use theirs_store::{Settings, SourceBucketSettings, read_secret};

use crate::failure::Failure;
use crate::workspace::Workspace;

/// How many objects are fetched at the same time, and of how many bytes together, if not one alone has
/// more.
const AT_ONCE: usize = 16;
const BYTES_AT_ONCE: u64 = 64 << 20;

/// Opens the bucket of this name for a source.
pub(super) fn open(workspace: &Workspace, source: &Source, name: &str) -> Result<Bucket, Failure> {
    // Read anew each time, so that a key that changed counts while the folder is served.
    let mut settings = Settings::of(&workspace.folder)?;
    let Some(known) = settings.buckets.remove(name) else {
        let names = settings.buckets.keys().map(String::as_str);
        let meant = nearest(name, names)
            .map_or_else(String::new, |name| format!("; did you mean \"{name}\"?"));
        return Err(Failure::Usage(format!("theirs.yaml has no \"{name}\" under buckets:{meant}")));
    };
    Ok(Bucket::open(address(workspace, name, &known)?, &source.place())?)
}

/// Where a bucket is, with its keys.
fn address(
    workspace: &Workspace,
    name: &str,
    known: &SourceBucketSettings,
) -> Result<BucketAddress, Failure> {
    let wrong = |what: &str| Failure::Usage(format!("theirs.yaml: buckets: {name}: {what}"));
    let unsound = |error: BucketAddressError| wrong(&error.to_string());
    let mut address = BucketAddress::of(&known.url).map_err(unsound)?;
    if let Some(endpoint) = &known.endpoint {
        address = address.served(endpoint, known.allow_http).map_err(unsound)?;
    }
    if let Some(region) = &known.region {
        address = address.within(region);
    }
    let secret = |file: &Path| read_secret(&workspace.folder, file);
    match (&known.key_file, &known.secret_file) {
        (Some(id), Some(key)) => address = address.keyed(secret(id)?, secret(key)?),
        (None, None) => {}
        _ => return Err(wrong("key_file and secret_file belong together")),
    }
    if let Some(file) = &known.ca_file {
        let path = workspace.folder.root().join(file);
        let pem = std::fs::read(&path).map_err(|error| Failure::file(&path, error))?;
        address = address.trusting(pem);
    }
    Ok(address)
}

/// What messages call an object of a source.
pub(super) fn label(source: &Source, object: &Object) -> String {
    format!("{}:{}", source.pull.bucket.as_deref().unwrap_or_default(), object.name)
}

/// By what an object is known that was read: its version and length, under whatever name.
pub(super) fn digest(object: &Object) -> Digest {
    let mut context = Context::new(&SHA256);
    let length = object.bytes.to_be_bytes();
    for part in [&b"object of a bucket\0"[..], object.version().as_bytes(), b"\0", &length] {
        context.update(part);
    }
    let mut digest = [0; 32];
    digest.copy_from_slice(context.finish().as_ref());
    Digest(digest)
}

/// How the name of an object ends, which says how it is read.
pub(super) fn ending(object: &Object) -> String {
    const LONGEST: usize = 32;
    let last = object.name.rsplit('/').next().unwrap_or_default();
    let mut parts = last.rsplitn(3, '.');
    let (end, before) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let ending =
        if end.eq_ignore_ascii_case("gz") { format!(".{before}.{end}") } else { format!(".{end}") };
    if ending.len() <= LONGEST { ending } else { String::new() }
}

/// Objects in the shares that are fetched at the same time.
pub(super) fn shares(objects: &[Object]) -> Vec<&[Object]> {
    let (mut shares, mut left) = (Vec::new(), objects);
    while !left.is_empty() {
        let mut bytes = 0;
        let fits = |object: &&Object| {
            bytes += object.bytes;
            bytes <= BYTES_AT_ONCE
        };
        let count = left.iter().take(AT_ONCE).take_while(fits).count().max(1);
        let (some, rest) = left.split_at(count);
        shares.push(some);
        left = rest;
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(name: &str, bytes: u64) -> Object {
        Object { name: name.to_owned(), bytes, tag: Some("\"1\"".to_owned()), written_us: 0 }
    }

    #[test]
    fn the_end_of_a_name_says_how_it_is_read() {
        let of = |name: &str| ending(&object(name, 1));
        assert_eq!(of("a.b/orders.2026.csv"), ".csv");
        assert_eq!(of("orders.csv.GZ"), ".csv.GZ");
        assert_eq!(of(&format!("a.{}", "x".repeat(300))), "");
    }

    #[test]
    fn few_are_fetched_at_once_and_a_large_one_alone() {
        let sizes = [1, 1, BYTES_AT_ONCE + 1, BYTES_AT_ONCE, 1];
        let objects: Vec<Object> = sizes.iter().map(|bytes| object("a.csv", *bytes)).collect();
        let counts =
            |objects: &[Object]| shares(objects).iter().map(|s| s.len()).collect::<Vec<_>>();
        assert_eq!(counts(&objects), [2, 1, 1, 1]);
        assert_eq!(counts(&vec![object("a.csv", 1); AT_ONCE + 1]), [AT_ONCE, 1]);
        assert_eq!(counts(&[]), [0; 0]);
    }

    #[test]
    fn an_object_is_known_by_its_version_and_length_whatever_its_name() {
        let one = object("a.csv", 1);
        assert_eq!(digest(&one), digest(&object("b.csv", 1)));
        assert_ne!(digest(&one), digest(&object("a.csv", 2)));
        assert_ne!(digest(&one), digest(&Object { tag: None, ..one.clone() }));
    }
}
