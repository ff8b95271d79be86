//! From charter text to decisions with a reason.
//!
//! The charter is the promise: one YAML file that says what is held, from where, for which purposes,
//! for whom and how long. It is read whole or not at all: [`Charter::read`] returns either a value in
//! which every name resolves, or every problem found, each with its line and the nearest valid name.
//! The price is a reader of our own above the YAML library, which alone could not say all of that.

mod admission;
mod approval;
mod area;
mod asker;
mod authority;
mod charter;
mod coarseness;
mod explain;
mod outline;
mod permit;
mod problem;
mod reach;
mod read;
mod text;
mod topic;
mod vocabulary;

pub use admission::{Admission, Necessity, Outside};
pub use approval::{
    Gate, Marks, Need, OnRecord, Past, Subject, SubjectKind, Turn, Turning, UnknownSubject,
    as_person, gates,
};
pub use area::{Area, is_theirs_to_say};
pub use asker::Asker;
pub use authority::{
    Authority, InForce, Judges, Leave, Moment, NecessityTest, Policies, PolicyFault,
};
pub use charter::{
    Activity, ActivityColumn, ActivityGrant, Basis, BlockingPart, BlockingRule, Brand, Call,
    Charter, Collect, Compared, Comparison, Controller, Decide, Deletes, Every, Evidence, Feeder,
    Fixed, Grant, Holds, Identity, IdentityColumn, Key, Law, Limits, Linkage, Margin, Meaning,
    Measure, NextPage, Output, PartOf, PersonReference, Pull, Purpose, Recipient, Retention, Role,
    SchemaChange, Source, SupervisoryAuthority, Survivorship, Tell, Translation, Trial,
    UnknownPerson, Voice, Web, country_name, is_hashed_address,
};
pub use coarseness::Coarseness;
pub use outline::Outline;
pub use permit::{Clause, Ground, Refusal};
pub use problem::{Problem, Problems};
pub use reach::{Reach, Way};
pub use text::Place;
pub use theirs_model::nearest;
pub use topic::{OBJECTIONS, concerns};
pub use vocabulary::{Category, PurposeTerm, categories, category, purpose_term, purposes};
