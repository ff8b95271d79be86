//! Where the files of the lake, and copies of the ledger's, lie: a folder, memory, or a bucket that speaks S3.
//!
//! A file appears whole under its name or not at all: a folder renames what was written beside it
//! and flushes file and folder to disk, a bucket shows an upload once it is completed, and keeps it
//! as its operator promises. Neither needs more, because a file counts only once the database names
//! it, and no name is ever written twice while somebody may read it. The price is a second copy of
//! the truth: what lies there unnamed is swept away when the folder is opened.

use std::fs::File;
use std::future::Future;
use std::io::ErrorKind;
use std::ops::Range;
use std::path::{Path as FilePath, PathBuf};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::Thread;

use bytes::Bytes;
use futures::TryStreamExt;
use object_store::local::LocalFileSystem;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{MultipartUpload, ObjectStore, ObjectStoreExt, PutPayload};
use tokio::runtime::Runtime;

use crate::store::StoreError;

/// How much is sent at once; buckets take parts of 5 MiB or more.
const PART_BYTES: usize = 8 << 20;

/// Where files lie.
pub(crate) struct Place {
    /// How it is told from others; two places of one name are the same.
    pub(crate) name: String,
    kind: Kind,
}

enum Kind {
    /// A folder, and the store over it unless the folder is missing.
    Folder(PathBuf, Option<LocalFileSystem>),
    Memory(InMemory),
    /// A bucket, the prefix of the lake in it, and what drives its connections.
    Bucket(Arc<dyn ObjectStore>, Path, Runtime),
}

impl Place {
    pub(crate) fn folder(path: &FilePath) -> Self {
        let whole = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let store = LocalFileSystem::new_with_prefix(&whole).ok();
        Self { name: whole.display().to_string(), kind: Kind::Folder(whole, store) }
    }

    pub(crate) fn memory(name: &str) -> Self {
        Self { name: format!("memory:{name}"), kind: Kind::Memory(InMemory::new()) }
    }

    /// A bucket behind a client of this process.
    pub(crate) fn bucket(
        name: String,
        store: Arc<dyn ObjectStore>,
        prefix: Path,
    ) -> Result<Self, StoreError> {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        Ok(Self { name, kind: Kind::Bucket(store, prefix, runtime) })
    }

    /// Waits for work on the place, on whichever thread this is.
    pub(crate) fn wait<T>(&self, work: impl Future<Output = T>) -> T {
        let _entered = match &self.kind {
            Kind::Bucket(_, _, runtime) => Some(runtime.enter()),
            _ => None,
        };
        block_on(work)
    }

    pub(crate) fn store(&self) -> Result<&dyn ObjectStore, StoreError> {
        match &self.kind {
            Kind::Folder(_, Some(store)) => Ok(store),
            Kind::Folder(_, None) => Err(no_folder()),
            Kind::Memory(store) => Ok(store),
            Kind::Bucket(store, _, _) => Ok(&**store),
        }
    }

    /// What stands before every name in the store.
    pub(crate) fn prefix(&self) -> Path {
        match &self.kind {
            Kind::Bucket(_, prefix, _) => prefix.clone(),
            _ => Path::default(),
        }
    }

    fn at(&self, name: &str) -> Path {
        match &self.kind {
            Kind::Bucket(_, prefix, _) => prefix.clone().join(name),
            _ => Path::from(name),
        }
    }

    /// Ranges of a file, each whole.
    pub(crate) async fn fetch(
        &self,
        name: &str,
        ranges: &[Range<u64>],
    ) -> Result<Vec<Bytes>, StoreError> {
        let fetched = self.store()?.get_ranges(&self.at(name), ranges).await;
        fetched.map_err(|error| lost(name, &error))
    }

    /// How many bytes a file has.
    pub(crate) async fn size(&self, name: &str) -> Result<u64, StoreError> {
        let found = self.store()?.head(&self.at(name)).await;
        Ok(found.map_err(|error| lost(name, &error))?.size)
    }

    /// Begins a file.
    pub(crate) fn upload(&self, name: &str) -> Result<Upload<'_>, StoreError> {
        let begun = self.wait(self.store()?.put_multipart(&self.at(name)));
        let upload = begun.map_err(|error| lost(name, &error))?;
        Ok(Upload {
            place: self,
            name: name.to_owned(),
            sending: upload,
            waiting: Vec::new(),
            sent: 0,
        })
    }

    /// Makes the names of finished files outlast a crash.
    pub(crate) fn settle(&self) -> Result<(), StoreError> {
        if let Kind::Folder(folder, _) = &self.kind {
            File::open(folder)?.sync_all()?;
        }
        Ok(())
    }

    /// Removes a file; one that is gone already is no error.
    pub(crate) fn remove(&self, name: &str) -> Result<(), StoreError> {
        match self.wait(self.store()?.delete(&self.at(name))) {
            Err(object_store::Error::NotFound { .. }) | Ok(()) => Ok(()),
            Err(error) => Err(lost(name, &error)),
        }
    }

    /// The names of all files, with the halves that a crash left of them where those can be seen.
    pub(crate) fn names(&self) -> Result<Vec<String>, StoreError> {
        if let Kind::Folder(folder, _) = &self.kind {
            return names_in(folder);
        }
        let prefix = match &self.kind {
            Kind::Bucket(_, prefix, _) => Some(prefix),
            _ => None,
        };
        let listed = self.store()?.list(prefix).map_ok(|found| found.location);
        let listed: Vec<Path> =
            self.wait(listed.try_collect()).map_err(|error| lost("", &error))?;
        // A prefix is a folder of ours: what lies deeper in it, or is no Parquet, is not.
        let name = |path: &Path| {
            let mut parts = path.prefix_match(prefix.unwrap_or(&Path::default()))?;
            let name = parts.next()?.as_ref().to_owned();
            (parts.next().is_none() && name.ends_with(".parquet")).then_some(name)
        };
        Ok(listed.iter().filter_map(name).collect())
    }

    /// Removes what a crash left of a file in a folder; buckets show no such halves.
    pub(crate) fn remove_left(&self, name: &str) -> Result<(), StoreError> {
        match &self.kind {
            Kind::Folder(folder, _) => Ok(std::fs::remove_file(folder.join(name))?),
            _ => self.remove(name),
        }
    }
}

/// Waits for a future on this thread. Unlike the executor of `futures` it may be entered by whoever
/// is in an executor already, as the engine is while it plans.
fn block_on<T>(work: impl Future<Output = T>) -> T {
    struct Parked(Thread);
    impl Wake for Parked {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Parked(std::thread::current())));
    let mut context = Context::from_waker(&waker);
    let mut work = pin!(work);
    loop {
        match work.as_mut().poll(&mut context) {
            Poll::Ready(done) => return done,
            Poll::Pending => std::thread::park(),
        }
    }
}

fn names_in(folder: &FilePath) -> Result<Vec<String>, StoreError> {
    let entries = std::fs::read_dir(folder).map_err(|error| match error.kind() {
        ErrorKind::NotFound => no_folder(),
        _ => error.into(),
    })?;
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    Ok(names)
}

fn no_folder() -> StoreError {
    StoreError::Damaged("the folder lake/ is missing; restore it from its backup")
}

/// What is wrong with a file of the lake.
fn lost(name: &str, error: &object_store::Error) -> StoreError {
    let name = name.to_owned();
    let reason = match error {
        object_store::Error::NotFound { .. } => return StoreError::LakeFileMissing { name },
        object_store::Error::PermissionDenied { .. }
        | object_store::Error::Unauthenticated { .. } => "it may not be opened",
        // A range that does not exist, in a file that is shorter than what was written.
        _ if beyond(error) => "it is not what was written",
        _ => "its place did not answer",
    };
    StoreError::LakeFileDamaged { name, reason }
}

fn beyond(error: &object_store::Error) -> bool {
    let text = error.to_string();
    text.contains("range") || text.contains("Range")
}

/// A file that is being written; dropped before its end, it never was.
pub(crate) struct Upload<'p> {
    place: &'p Place,
    name: String,
    sending: Box<dyn MultipartUpload>,
    waiting: Vec<u8>,
    sent: u64,
}

impl Upload<'_> {
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        self.waiting.extend_from_slice(bytes);
        if self.waiting.len() >= PART_BYTES { self.send() } else { Ok(()) }
    }

    fn send(&mut self) -> Result<(), StoreError> {
        let part = std::mem::take(&mut self.waiting);
        self.sent += part.len() as u64;
        let sending = self.sending.put_part(PutPayload::from(part));
        self.place.wait(sending).map_err(|error| lost(&self.name, &error))
    }

    /// Ends the file, whole and kept, and says how many bytes it has.
    pub(crate) fn finish(mut self) -> Result<u64, StoreError> {
        if !self.waiting.is_empty() {
            self.send()?;
        }
        self.place.wait(self.sending.complete()).map_err(|error| lost(&self.name, &error))?;
        if let Kind::Folder(folder, _) = &self.place.kind {
            File::open(folder.join(&self.name))?.sync_all()?;
        }
        Ok(self.sent)
    }

    /// Gives the file up.
    pub(crate) fn abandon(mut self) {
        // What stays behind is swept, or dropped by the rule of the bucket for unfinished uploads.
        let _ = self.place.wait(self.sending.abort());
    }
}
