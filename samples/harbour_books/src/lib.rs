//! Harbour Books: an invented English bookshop with two thousand invented clients.
//!
//! The sample is generated and never stored, so that no file in the repository looks like
//! somebody's data, and the same seed and day give the same bytes on every machine. The price is
//! that its people live by the rules in this crate: whoever measures on them measures these rules
//! too. Names are invented, e-mail addresses end in `.example` (RFC 2606), telephone numbers come
//! from the ranges that Ofcom keeps free for drama, and the towns lie in open water.

mod person;
mod planted;
mod population;

mod books;
mod names;
mod places;

mod calendar;
mod dice;
mod scribe;

mod broker;
mod crm;
mod customers;
mod events;
mod locations;
mod newsletter;
mod next_crm;
mod orders;
mod responses;
mod support;

mod bad;
mod error;
mod files;
mod sample;
mod summary;
mod truth;

use std::path::Path;

use jiff::civil::{Date, date};

pub use self::{
    bad::BadRow,
    error::GenerateError,
    next_crm::{NEXT_EXPORT_DAYS, NextCrm},
    person::Source,
    responses::Posted,
    summary::{Client, Counts, Planted, Summary, WrongBirthDate},
    truth::TruthRow,
};
use self::{
    files::Folder,
    sample::{Activities, Registers},
};

/// The shop's charter, which names the files and columns that this crate writes.
pub const CHARTER: &str = include_str!("../charter.yaml");

/// A campaign of the shop's, by its name, and the file that says it.
pub const CAMPAIGN: (&str, &str) = ("spring_card", include_str!("../campaigns/spring_card.yaml"));

/// The seed of the sample that the documentation speaks of.
pub const SEED: u64 = 1_807;

/// The day of the sample that the documentation speaks of.
pub const TODAY: Date = date(2026, 3, 2);

/// Writes the charter, every source file and `truth.csv` into a folder, over what stands there.
pub fn write(folder: &Path, seed: u64, today: Date) -> Result<Summary, GenerateError> {
    let (registers, mut bad_rows) = Registers::invent(seed, today);
    let (activities, bad_activities) = Activities::invent(&registers, seed, today);
    bad_rows.extend(bad_activities);
    let folder = Folder::open(folder)?;
    folder.text("charter.yaml", CHARTER)?;
    let (campaign, text) = CAMPAIGN;
    folder.text(&format!("campaigns/{campaign}.yaml"), text)?;
    write_registers(&folder, &registers)?;
    write_activities(&folder, &activities)?;
    folder.shop(&registers.customers, &activities.orders, &activities.lines)?;
    Ok(Summary {
        counts: summary::counts(&registers, &activities),
        planted: summary::planted(&registers, today)?,
        bad_rows,
    })
}

/// Writes next month's `crm.csv`, and `truth.csv` with its new rows; `today` is still the day
/// that [`write`] was given.
pub fn write_next_crm(folder: &Path, seed: u64, today: Date) -> Result<NextCrm, GenerateError> {
    let (mut registers, _) = Registers::invent(seed, today);
    let next = next_crm::advance(&mut registers, seed, today)?;
    let folder = Folder::open(folder)?;
    folder.csv("crm.csv", &registers.crm)?;
    folder.csv("truth.csv", &truth::rows(&registers))?;
    Ok(next)
}

/// Adds to `shop.sqlite` what clients order in the weeks after the shop's letters, some because of them;
/// says how many orders that are.
pub fn write_responses(
    folder: &Path,
    seed: u64,
    posted_on: Date,
    posted: &[Posted<'_>],
) -> Result<u64, GenerateError> {
    responses::add(folder, seed, posted_on, posted)
}

/// Which record belongs to which person, as [`write`] puts it into `truth.csv`.
pub fn truth(seed: u64, today: Date) -> Vec<TruthRow> {
    truth::rows(&Registers::invent(seed, today).0)
}

fn write_registers(folder: &Folder<'_>, registers: &Registers) -> Result<(), GenerateError> {
    folder.csv("crm.csv", &registers.crm)?;
    folder.csv("newsletter.csv", &registers.newsletter)?;
    folder.json_lines("support.jsonl", &registers.support, "")?;
    folder.csv("broker.csv", &registers.broker)?;
    folder.csv("truth.csv", &truth::rows(registers))
}

fn write_activities(folder: &Folder<'_>, activities: &Activities) -> Result<(), GenerateError> {
    folder.csv("newsletter_opens.csv", &activities.opens)?;
    folder.json_lines("tickets.jsonl", &activities.tickets, &activities.broken_ticket)?;
    folder.json_lines("events.jsonl", &activities.events, "")?;
    folder.json_lines("locations.jsonl", &activities.locations, "")
}
