//! Files in a bucket that speaks S3: which there are, and the bytes of one at one moment.
//!
//! A listing says of each object which version it is (its `ETag`), and the object is asked for at that
//! version (`If-Match`, RFC 9110 section 13.1.1), the rest of one whose connection broke too. So what
//! is written anew while it is read is noticed and read again, never mixed. Price: each object lies
//! on this disk while it is read, since formats need to go back and forth in it.

mod address;
mod found;
mod trouble;

use std::fs::File;
use std::future::Future;
use std::io::{Seek, Write};
use std::path::PathBuf;
use std::time::Duration;

use futures::TryStreamExt;
use futures::future::join_all;
use object_store::aws::AmazonS3;
#[cfg(test)]
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{Error, GetOptions, ObjectMeta, ObjectStore, ObjectStoreExt};
use tokio::runtime::Runtime;
use tokio::time::timeout;

use self::trouble::Trouble;
use crate::IngestError;

pub use self::address::{BucketAddress, BucketAddressError};
pub use self::found::fits;

/// The largest object that is read.
const LARGEST_BYTES: u64 = 8 << 30;

/// How long an answer may take to begin, with the tries after those that failed.
const PATIENCE: Duration = Duration::from_mins(2);

/// How long the bytes of an object may stand still.
const STILL: Duration = Duration::from_mins(1);

/// How often an object is asked for that is written anew each time.
const TRIES: usize = 5;

/// Files in a bucket.
pub struct Bucket {
    reach: Reach,
    address: BucketAddress,
    /// What messages call what is read.
    label: PathBuf,
    runtime: Runtime,
}

/// How a bucket is reached.
enum Reach {
    S3(Box<AmazonS3>),
    #[cfg(test)]
    Memory(InMemory),
}

/// An object of a bucket, at one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// Its name, below the bucket's prefix.
    pub name: String,
    /// How many bytes it has.
    pub bytes: u64,
    /// Which version it is (`ETag`), if the server says so.
    pub tag: Option<String>,
    /// When it was written, in microseconds since 1970.
    pub written_us: i64,
}

/// What became of asking for an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fetched {
    /// It is there, at this version.
    Read(Object),
    /// It is gone.
    Gone,
    /// It was written anew each time it was asked for.
    Restless(String),
}

impl Bucket {
    /// Goes to a bucket; nothing is asked of it yet. `label` is what messages call what is read.
    ///
    /// # Errors
    /// The address does not hold together.
    pub fn open(address: BucketAddress, label: &str) -> Result<Self, IngestError> {
        let label = PathBuf::from(label);
        let fault = |reason: String| IngestError::Bucket { at: label.clone(), reason };
        let reach = address.reach().map_err(|error| fault(error.to_string()))?;
        Self::at(Reach::S3(Box::new(reach)), address, label)
    }

    fn at(reach: Reach, address: BucketAddress, label: PathBuf) -> Result<Self, IngestError> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime =
            runtime.map_err(|source| IngestError::Disk { file: label.clone(), source })?;
        Ok(Self { reach, address, label, runtime })
    }

    /// Asks for objects, each into a file, all at the same time; what became of each, in their order.
    ///
    /// # Errors
    /// For each on its own: the bucket does not answer, it is too large, or the disk failed.
    pub fn fetch(&self, wanted: &[(&Object, &File)]) -> Vec<Result<Fetched, IngestError>> {
        let asked = wanted.iter().map(|(object, file)| self.fetch_one(object, file));
        self.runtime.block_on(join_all(asked))
    }

    async fn fetch_one(&self, object: &Object, file: &File) -> Result<Fetched, IngestError> {
        let path = self.path(&object.name)?;
        let mut wanted = object.clone();
        for _ in 0..TRIES {
            if wanted.bytes > LARGEST_BYTES {
                return Err(self.fault(&format!("{} is larger than 8 GiB", object.name)));
            }
            match self.copy(&path, &wanted, file).await {
                Ok(()) => return Ok(Fetched::Read(wanted)),
                Err(Halt::Disk(source)) => {
                    return Err(IngestError::Disk { file: self.label.clone(), source });
                }
                // Whatever went wrong: if it is another by now, that is why.
                Err(Halt::Other(trouble)) => match self.head(&path).await {
                    Ok(meta) => {
                        let now = Object::of(object.name.clone(), &meta);
                        let is_same = now.version() == wanted.version();
                        if is_same && trouble != Trouble::Changed {
                            return Err(self.trouble(&trouble));
                        }
                        wanted = now;
                    }
                    Err(Trouble::Missing) => return Ok(Fetched::Gone),
                    Err(trouble) => return Err(self.trouble(&trouble)),
                },
            }
        }
        Ok(Fetched::Restless(wanted.name))
    }

    /// Copies one version of an object into a file, whole.
    async fn copy(&self, path: &Path, wanted: &Object, mut file: &File) -> Result<(), Halt> {
        file.set_len(0)?;
        file.rewind()?;
        let options = GetOptions { if_match: wanted.tag.clone(), ..GetOptions::default() };
        let answer = Self::asked(self.store().get_opts(path, options)).await?;
        if answer.meta.e_tag != wanted.tag || answer.meta.size != wanted.bytes {
            return Err(Halt::Other(Trouble::Changed));
        }
        let mut bytes = answer.into_stream();
        let mut written = 0;
        loop {
            let next = timeout(STILL, bytes.try_next()).await.map_err(|_| Trouble::Silent)?;
            let Some(some) = next.map_err(|error| Trouble::of(&error))? else { break };
            written += some.len() as u64;
            if written > wanted.bytes {
                return Err(Halt::Other(Trouble::Changed));
            }
            file.write_all(&some)?;
        }
        if written == wanted.bytes { Ok(()) } else { Err(Halt::Other(Trouble::Changed)) }
    }

    async fn head(&self, path: &Path) -> Result<ObjectMeta, Trouble> {
        Self::asked(self.store().head(path)).await
    }

    async fn asked<T>(answer: impl Future<Output = Result<T, Error>>) -> Result<T, Trouble> {
        let answer = timeout(PATIENCE, answer).await.map_err(|_| Trouble::Silent)?;
        answer.map_err(|error| Trouble::of(&error))
    }

    fn store(&self) -> &dyn ObjectStore {
        match &self.reach {
            Reach::S3(store) => &**store,
            #[cfg(test)]
            Reach::Memory(store) => store,
        }
    }

    /// The path of an object by its name below the prefix.
    fn path(&self, name: &str) -> Result<Path, IngestError> {
        let whole = self.address.below(name);
        Path::parse(&whole).map_err(|_| self.fault(&format!("\"{name}\" is no name of a file")))
    }

    fn trouble(&self, trouble: &Trouble) -> IngestError {
        self.fault(&trouble.at(&self.address))
    }

    fn fault(&self, reason: &str) -> IngestError {
        IngestError::Bucket { at: self.label.clone(), reason: reason.to_owned() }
    }
}

impl Object {
    fn of(name: String, meta: &ObjectMeta) -> Self {
        let written_us = meta.last_modified.timestamp_micros();
        Self { name, bytes: meta.size, tag: meta.e_tag.clone(), written_us }
    }

    /// What tells its version from every other: its `ETag`; without one, when it was written.
    pub fn version(&self) -> String {
        self.tag.clone().unwrap_or_else(|| self.written_us.to_string())
    }
}

/// Why copying an object stopped.
enum Halt {
    Disk(std::io::Error),
    Other(Trouble),
}

impl From<std::io::Error> for Halt {
    fn from(error: std::io::Error) -> Self {
        Self::Disk(error)
    }
}

impl From<Trouble> for Halt {
    fn from(trouble: Trouble) -> Self {
        Self::Other(trouble)
    }
}

#[cfg(test)]
mod tests;
