//! Where records, people, acts and uses rest, and the lake of activities.
//!
//! One working folder holds one SQLite database (write-ahead log, every commit on disk before it is
//! acknowledged), Parquet files of activities, and the keys, apart. Every change takes the next
//! number of one sequence in the transaction that makes it. The store knows nothing of purposes or
//! policy: what may be seen is decided above it.

mod act;
mod cell;
mod census;
mod charter;
mod epoch;
mod folder;
mod household;
mod keys;
mod lake;
mod load;
mod person;
mod person_key;
mod principal;
mod record;
mod schema;
mod store;
mod usage;
mod verdict;

pub use act::{Act, ActKind, NewAct};
pub use census::Dossier;
pub use charter::CharterVersion;
pub use epoch::{BatchRow, EpochRow, Orphan, OrphanHead, Sealing};
pub use folder::{Folder, FolderError};
pub use household::{Household, HouseholdRow};
pub use keys::Keys;
pub use lake::{
    ActivityFile, Compacted, Hiding, KnownKeys, Lake, LakeWriter, Layout, PersonRows, Proof,
    Reader, RecordSet, Rewritten, Shown, Turn, View, Written,
};
pub use load::{Load, LoadSummary, SetAsideRow};
pub use person::{Assignment, Found, LinkRow, Person, Placement, Reshuffle, Tenure};
pub use person_key::PersonKeys;
pub use principal::{NewPrincipal, Principal, Verifier};
pub use record::{IncomingRecord, Record, Upserted};
pub use store::{Store, StoreError};
pub use usage::{NewUse, Use, UseKind};
pub use verdict::{Judged, NewVerdict, PERSON, Verdict};
