//! The governed view over the PostgreSQL protocol, attacked by a client's driver and by hand.
#![allow(missing_docs, reason = "tests say what they show in their names")]
#![allow(
    clippy::unwrap_used,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    reason = "a test fails by panicking, and its numbers are small"
)]

#[path = "wire/bypass.rs"]
mod bypass;
#[path = "../../theirs-query/tests/governed/bypass/corpus.rs"]
mod corpus;
#[allow(dead_code, unused_imports, reason = "other tests use the rest of it")]
#[path = "../../theirs-query/tests/governed/fixture.rs"]
mod fixture;
#[path = "wire/order.rs"]
mod order;
#[path = "wire/prepared.rs"]
mod prepared;
#[path = "wire/server.rs"]
mod server;
#[path = "wire/uses.rs"]
mod uses;
#[path = "../../theirs-query/tests/governed/bypass/verdict.rs"]
mod verdict;
