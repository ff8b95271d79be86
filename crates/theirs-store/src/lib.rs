//! Where records, people, acts and uses rest, and the lake of activities.
//!
//! One working folder holds one SQLite database (write-ahead log, every commit on disk before it is
//! acknowledged), Parquet files of activities, and the keys, apart. Every change takes the next
//! number of one sequence in the transaction that makes it. The store knows nothing of purposes or
//! policy: what may be seen is decided above it.

mod act;
mod approval;
mod at_rest;
pub mod backup;
mod cell;
mod census;
mod charter;
mod collected;
mod compact;
mod decision;
mod deletion;
mod epoch;
mod erasure;
mod folder;
mod household;
mod informed;
mod kept;
mod keys;
mod lake;
mod load;
mod members;
mod notice;
mod passkey;
mod person;
mod person_key;
mod principal;
mod proof;
mod record;
mod request;
mod restored;
mod review;
mod schema;
mod secret;
mod settings;
mod shelf;
mod source_state;
mod store;
mod tombstone;
mod unsubscribe;
pub mod upgrade;
mod usage;
mod verdict;
mod when;
mod write_key;

pub use act::{Act, ActKind, NewAct};
pub use approval::{KeptTurn, NewTurn};
pub use at_rest::{DatabaseKey, RestKey, guarded};
pub use census::Dossier;
pub use charter::CharterVersion;
pub use collected::{Collected, Counted, Counts, Move};
pub use compact::compact;
pub use decision::{DecisionRun, KeptDecision, NewDecision};
pub use deletion::{Deletion, KEPT_TOGETHER, KeptOut, NewDeletion};
pub use epoch::{BatchRow, EpochRow, Orphan, OrphanHead, Sealing};
pub use erasure::{Erased, Erasure, ErasureId, NewErasure};
pub use folder::{Folder, FolderError, file_digest, put_private, remove_if_there};
pub use household::{Household, HouseholdRow};
pub use informed::Begun;
pub use kept::{Kept, NewKept};
pub use keys::Keys;
pub use lake::{
    ActivityFile, ByDigest, Compacted, Doing, Forgotten, Hiding, KnownKeys, Lake, LakeWriter,
    Layout, PersonRows, Proof, Reader, RecordSet, Rewritten, Shown, Turn, View, Written,
};
pub use load::{Load, LoadSummary, SetAsideRow};
pub use members::Members;
pub use notice::{NewNotice, Notice, NoticeKind};
pub use passkey::{Holder, Opens, Passkey};
pub use person::{Assignment, Found, Held, Joined, LinkRow, Person, Placement, Reshuffle, Tenure};
pub use person_key::PersonKeys;
pub use principal::{NewPrincipal, Principal, Verifier};
pub use record::{IncomingRecord, Record, SURE_ENOUGH, Upserted};
pub use request::{NewRequest, Request, RequestId, Step};
pub use restored::Lost;
pub use review::{NewMatter, NotedMatter, WeakRecord};
pub use secret::read_secret;
pub use settings::{
    CollectSettings, DatabaseSettings, DatabaseTls, LoginSettings, MailSecurity, MailSettings,
    Settings, SourceBucketSettings, StaffLoginSettings, WitnessSettings,
};
pub use shelf::Shelf;
pub use source_state::SourceState;
pub use store::{Store, StoreError};
pub use tombstone::{Admitted, Blocked, Gate, Mark, MarkKind, Marks, Tombstone};
pub use usage::{NewUse, Use, UseKind, Walked};
pub use verdict::{Judged, NewVerdict, PERSON, Verdict};
pub use when::time_at;
pub use write_key::{NewWriteKey, WriteKey};
