//! Where the ledger is laid for others to fetch: a bucket, a folder, or memory.
//!
//! A shelf is a copy. Files appear whole under their names or not at all, as in the lake's
//! [`Place`], and a later file of a name takes the place of an earlier one.

use futures::TryStreamExt;
use object_store::path::Path;
use object_store::{ObjectStoreExt, PutPayload};

use crate::folder::Folder;
use crate::lake::{Place, bucket};
use crate::settings::Settings;
use crate::store::StoreError;

/// Somewhere to lay files by their paths.
pub struct Shelf {
    place: Place,
}

impl Shelf {
    /// The shelf that a folder's `theirs.yaml` names under `ledger`, if it names one: a bucket, or a
    /// folder that another program serves (`file:///srv/ledger`).
    ///
    /// # Errors
    /// The file does not read, or names a place that this build cannot reach.
    pub fn of(folder: &Folder) -> Result<Option<Self>, StoreError> {
        let Some(settings) = Settings::of(folder)?.ledger else { return Ok(None) };
        let place = match settings.url.strip_prefix("file://") {
            Some(path) => {
                std::fs::create_dir_all(path)?;
                Place::folder(std::path::Path::new(path))
            }
            None => bucket(&settings)?,
        };
        Ok(Some(Self { place }))
    }

    /// A shelf in memory: gone when its last handle is.
    pub fn in_memory(name: &str) -> Self {
        Self { place: Place::memory(name) }
    }

    /// The bytes of a file, if it is there.
    ///
    /// # Errors
    /// The place does not answer.
    pub fn get(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let (store, path) = (self.place.store()?, self.at(name));
        let got = self.place.wait(async { store.get(&path).await?.bytes().await });
        match got {
            Ok(bytes) => Ok(Some(bytes.to_vec())),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(lost(name, &error)),
        }
    }

    /// Lays a file, or another in its place.
    ///
    /// # Errors
    /// The place does not answer.
    pub fn put(&self, name: &str, bytes: Vec<u8>) -> Result<(), StoreError> {
        let (store, path) = (self.place.store()?, self.at(name));
        let put = self.place.wait(store.put(&path, PutPayload::from(bytes)));
        put.map(|_| ()).map_err(|error| lost(name, &error))
    }

    /// The names of all files below a folder of the shelf, in order.
    ///
    /// # Errors
    /// The place does not answer.
    pub fn names(&self, below: &str) -> Result<Vec<String>, StoreError> {
        let (store, prefix) = (self.place.store()?, self.at(below));
        let listed = store.list(Some(&prefix)).map_ok(|found| found.location);
        let listed: Vec<Path> =
            self.place.wait(listed.try_collect()).map_err(|error| lost(below, &error))?;
        let root = self.place.prefix();
        let name = |path: &Path| {
            let parts: Vec<_> =
                path.prefix_match(&root)?.map(|part| part.as_ref().to_owned()).collect();
            Some(parts.join("/"))
        };
        let mut names: Vec<String> = listed.iter().filter_map(name).collect();
        names.sort();
        Ok(names)
    }

    /// Takes a file away; one that is gone already is no error.
    ///
    /// # Errors
    /// The place does not answer.
    pub fn remove(&self, name: &str) -> Result<(), StoreError> {
        let (store, path) = (self.place.store()?, self.at(name));
        match self.place.wait(store.delete(&path)) {
            Err(object_store::Error::NotFound { .. }) | Ok(()) => Ok(()),
            Err(error) => Err(lost(name, &error)),
        }
    }

    fn at(&self, name: &str) -> Path {
        name.split('/').fold(self.place.prefix(), Path::join)
    }
}

/// What is wrong with a file of the shelf; what the place answered may name keys, and is not told.
fn lost(name: &str, error: &object_store::Error) -> StoreError {
    let reason = match error {
        object_store::Error::PermissionDenied { .. }
        | object_store::Error::Unauthenticated { .. } => "it may not be opened: see to the keys",
        _ => "its place did not answer",
    };
    StoreError::Shelf { name: name.to_owned(), reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn behaves(shelf: &Shelf) {
        assert_eq!(shelf.get("checkpoint").unwrap(), None);
        shelf.remove("checkpoint").unwrap();
        shelf.put("tile/0/000.p/3", vec![1]).unwrap();
        shelf.put("tile/0/000", vec![2]).unwrap();
        shelf.put("checkpoint", vec![3]).unwrap();
        shelf.put("checkpoint", vec![4]).unwrap();
        assert_eq!(shelf.get("checkpoint").unwrap(), Some(vec![4]));
        assert_eq!(shelf.get("tile/0/000").unwrap(), Some(vec![2]));
        assert_eq!(shelf.names("tile/0/000.p").unwrap(), ["tile/0/000.p/3"]);
        assert_eq!(shelf.names("tile/1").unwrap(), [""; 0]);
        shelf.remove("tile/0/000.p/3").unwrap();
        assert_eq!(shelf.names("tile").unwrap(), ["tile/0/000"]);
    }

    #[test]
    fn memory_and_a_folder_behave_alike() {
        behaves(&Shelf::in_memory("shelf"));
        let root = tempfile::tempdir().unwrap();
        let folder = Folder::create(root.path()).unwrap();
        assert!(Shelf::of(&folder).unwrap().is_none());
        let place = root.path().join("public");
        let text = format!("ledger:\n  url: file://{}\n", place.display());
        std::fs::write(root.path().join("theirs.yaml"), text).unwrap();
        behaves(&Shelf::of(&folder).unwrap().unwrap());
        assert!(place.join("tile/0/000").exists());
    }

    /// In the bucket of the server that `e2e/bucket/run` starts.
    #[test]
    #[ignore = "e2e/bucket/run starts the server"]
    fn a_bucket_behaves_as_they_do() {
        let endpoint =
            std::env::var("THEIRS_TEST_S3").expect("e2e/bucket/run says where the server is");
        let root = tempfile::tempdir().unwrap();
        let folder = Folder::create(root.path()).unwrap();
        let text = format!(
            "ledger:\n  url: s3://theirs/public/log\n  endpoint: {endpoint}\n  region: \
             eu-central-1\n  allow_http: true\n"
        );
        std::fs::write(root.path().join("theirs.yaml"), text).unwrap();
        behaves(&Shelf::of(&folder).unwrap().unwrap());
    }
}
