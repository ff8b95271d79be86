//! What marketing does with people: for a stated purpose, through the one door, and on record.
//!
//! This crate has no dependency on the store and sees of a person what the governed view shows.
//! `theirs-query` hands out no store type either; the second example does not compile:
//!
//! ```
//! fn charter_of(door: &theirs_query::Door) -> bool {
//!     door.charter().is_ok()
//! }
//! ```
//!
//! ```compile_fail
//! fn records_of(door: &theirs_query::Door) -> bool {
//!     door.store.sequence().is_ok()
//! }
//! ```
//!
//! ```compile_fail
//! use theirs_store::Store;
//! ```

mod assign;
mod audience;
mod campaign;
mod decide;
mod need;
mod one;
mod plan;
mod result;
mod run;
mod score;
mod segment;
mod study;

pub use campaign::{Action, Campaign, Cap, Letter, NONE, Outcome, Template, Via};
pub use decide::{DecideError, Decided, Decision, DecisionSink, decide};
pub use need::{Family, Measured, Needed, need};
pub use one::{Answer, Online};
pub use plan::{Group, Plan, Spread, plan};
pub use result::{Arm, Changed, Gained, Interval, Lift, Mean, Odd, SetAside, Verdict, gained};
pub use run::{List, Lists, Part, Sent, send};
pub use segment::{
    FEWEST, Offer, Offered, Rule, Segment, Size, Tally, Test, overlaps, size, survey,
};
pub use study::{Studied, frontier, spectrum};
pub use theirs_measure::frontier::Frontier;
pub use theirs_measure::spectrum::{Amount, Spectrum, Way};
