//! The ledger as a whole, on a real disk.

mod append;
mod crash;
mod fixture;
mod growth;
mod tamper;
mod witness;
