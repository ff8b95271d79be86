//! `truth.csv`: which record belongs to which person, for tests to score linkage with.
//!
//! The charter does not name this file, so the engine never reads it.

use serde::Serialize;

use crate::{person::Source, sample::Registers};

/// One record and the number of the person it belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TruthRow {
    /// The source's name in the charter.
    pub source: &'static str,
    /// The record's key in that source.
    pub record_key: String,
    /// The person's number; people are numbered from 1.
    pub person: u32,
}

/// Every record of every source that holds identities, bad rows without a key left out.
pub(crate) fn rows(registers: &Registers) -> Vec<TruthRow> {
    let Registers { crm, customers, newsletter, support, broker, .. } = registers;
    let crm = crm.iter().map(|row| (Source::Crm, &row.client_no, row.person));
    let shop = customers.iter().map(|row| (Source::WebShop, &row.id, row.person));
    let letters = newsletter.iter().map(|row| (Source::Newsletter, &row.email, row.person));
    let support = support.iter().map(|row| (Source::Support, &row.id, row.person));
    let broker = broker.iter().map(|row| (Source::Broker, &row.broker_ref, row.person));
    crm.chain(shop)
        .chain(letters)
        .chain(support)
        .chain(broker)
        .filter(|(_, key, _)| !key.is_empty())
        .map(|(source, key, person)| TruthRow {
            source: source.name(),
            record_key: key.clone(),
            person,
        })
        .collect()
}
