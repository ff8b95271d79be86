//! Erasure, from the first answer without a person to the last byte, and back from a backup.
#![allow(missing_docs, reason = "tests say what they show in their names")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "erasure/answers.rs"]
mod answers;
#[path = "erasure/backup.rs"]
mod backup;
#[path = "erasure/canary.rs"]
mod canary;
#[path = "erasure/consent.rs"]
mod consent;
#[path = "erasure/crash.rs"]
mod crash;
#[path = "erasure/expiry.rs"]
mod expiry;
#[path = "erasure/newcomer.rs"]
mod newcomer;
#[path = "erasure/passkey.rs"]
mod passkey;
#[path = "erasure/random.rs"]
mod random;
#[path = "erasure/told.rs"]
mod told;
#[path = "erasure/value.rs"]
mod value;
#[path = "erasure/world.rs"]
mod world;
