//! The governed view, asked from outside.
#![allow(missing_docs, reason = "tests say what they show in their names")]
#![allow(
    clippy::unwrap_used,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::format_push_string,
    clippy::print_stdout,
    clippy::similar_names,
    reason = "a test fails by panicking and tells what it saw, and its numbers are small"
)]

#[path = "governed/barrier.rs"]
mod barrier;
#[path = "governed/bypass/mod.rs"]
mod bypass;
#[path = "governed/choice.rs"]
mod choice;
#[path = "governed/deep.rs"]
mod deep;
#[path = "governed/due.rs"]
mod due;
#[path = "governed/fixture.rs"]
mod fixture;
#[path = "governed/group.rs"]
mod group;
#[path = "governed/joined.rs"]
mod joined;
#[path = "governed/limits.rs"]
mod limits;
#[path = "governed/log.rs"]
mod log;
#[path = "governed/outside.rs"]
mod outside;
#[path = "governed/race.rs"]
mod race;
#[path = "governed/reference/mod.rs"]
mod reference;
#[path = "governed/slt.rs"]
mod slt;
#[path = "governed/trial.rs"]
mod trial;
