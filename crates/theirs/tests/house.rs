//! The whole house, from outside: the command line on real files, and its order.
#![allow(missing_docs, reason = "tests say what they show in their names")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "house/activation.rs"]
mod activation;
#[path = "house/at_rest.rs"]
mod at_rest;
#[path = "house/audit.rs"]
mod audit;
#[path = "house/campaign.rs"]
mod campaign;
#[path = "house/collect.rs"]
mod collect;
#[path = "house/crash.rs"]
mod crash;
#[path = "house/erasure.rs"]
mod erasure;
#[path = "house/informed.rs"]
mod informed;
#[path = "house/joins.rs"]
mod joins;
#[path = "house/keys.rs"]
mod keys;
#[path = "house/ledger.rs"]
mod ledger;
#[path = "house/linkage.rs"]
mod linkage;
#[path = "house/promise.rs"]
mod promise;
#[path = "house/review.rs"]
mod review;
#[path = "house/rights.rs"]
mod rights;
#[path = "house/role.rs"]
mod role;
#[path = "house/scan.rs"]
mod scan;
#[path = "house/sealed.rs"]
mod sealed;
#[path = "house/served.rs"]
mod served;
#[path = "house/shop.rs"]
mod shop;
#[path = "house/sources.rs"]
mod sources;
#[path = "house/story.rs"]
mod story;
#[path = "house/tidy.rs"]
mod tidy;
#[path = "house/told.rs"]
mod told;
#[path = "house/upgrade.rs"]
mod upgrade;
#[path = "house/wrong.rs"]
mod wrong;
