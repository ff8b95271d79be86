//! Which records are one person, how sure, and why.
//!
//! Fellegi–Sunter record linkage without labels: standardise, block, compare (comparison levels),
//! weigh (expectation–maximisation for m and u, term-frequency adjustment), cluster (average
//! link). Values are dictionary-encoded and pairs are never materialised, so memory follows the
//! records. Everything is deterministic. The crate knows nothing of consent, purpose or storage;
//! no record's value appears in an error, a report or a `Debug` output.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test may fail by panicking"))]

mod field;
mod judgement;
mod overrides;
mod records;
mod settings;

mod layout;
mod standardise;

mod blocking;
mod comparison;
mod similarity;

mod estimate;
mod frequency;
mod pattern;
mod safeguard;
mod score;

mod cluster;
mod component;
mod kin;
mod people;
mod ranked;
mod registry;
mod resolve;

mod chain;
mod chart;
mod model;
mod report;
mod spectrum;
mod unfit;
mod waterfall;

mod dictionary;
mod digest;

pub use chain::{Hop, chain, told};
pub use chart::{ComparisonChart, LevelChart};
pub use field::{Field, FieldKind, UnknownKind};
pub use judgement::{Judgement, Origin, RecordId, Refusal, Verdict, Why};
pub use kin::{Contact, Household, Households};
pub use model::Model;
pub use overrides::{
    BlockingPart, BlockingRule, ComparisonOverride, Fixed, Measure, Overrides, PartOf,
};
pub use records::{Known, Records};
pub use registry::{Change, Growth, Placed, Registry};
pub use report::{Placeholders, Report, SetAside, Stage};
pub use resolve::{Link, Resolution, resolve, resolve_owned, resolve_with};
pub use settings::Settings;
pub use spectrum::Spectrum;
pub use unfit::Unfit;
pub use waterfall::{Plain, Step, Waterfall};
