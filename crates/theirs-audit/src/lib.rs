//! The press test: each practice as an information flow, and what would be said of it.
//!
//! Three judgements stand beside each other and are never added up: what the law asks and what it
//! cost others (regulatory), what people accept (trust), and what a competitor could truthfully print
//! (oppositional). A finding ends with what to do instead; what lies unused and harmless is said as a
//! treasure, so that whoever asked leaves with more than a ban. Price: the rules know what the table of
//! precedents knows, and no finding is no proof that a practice is lawful.

mod assumed;
mod done;
mod finding;
mod flow;
mod page;
mod practice;
mod precedent;
mod price;
mod report;
mod rule;
mod sarif;
mod treasure;
mod trust;
mod unquestioned;
mod unsaid;

pub use assumed::Assumed;
pub use done::{Done, Practice, YES_LASTS_MONTHS, Yeses};
pub use finding::{Finding, Oppositional, Regulatory, Weight, judge, marks};
pub use flow::{
    AfterNo, Basis, CategoryName, Channel, Choice, Counts, Datum, Decides, Ends, Flaw, Flow, Gain,
    Grain, Hurdle, Identity, Keep, Lack, Offered, Origin, PassedOn, People, Period, Proof,
    PurposeName, Reach, Recipient, Registered, Rights, Safeguard, Settings, Signal, Source, Stands,
    Supplier, Told, Who, Written, read,
};
pub use page::PageError;
pub use practice::flows;
pub use precedent::{Precedent, all as precedents};
pub use price::{Price, Variant};
pub use report::{Beside, DRAFT, FailOn, Placed, Report, audit, audit_beside, audit_flows};
pub use treasure::{Treasure, idle};
pub use trust::{Acceptance, Trust};
pub use unquestioned::Unquestioned;
pub use unsaid::Unsaid;
