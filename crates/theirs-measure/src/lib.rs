//! What an action gained, and which data it needs.
//!
//! Everything rests on one convex additive model over binned columns ([`Sheet`]): a score is a sum
//! of one number per column, so it explains itself exactly ([`Additive::contributions`]). With
//! squared loss the model is fitted from sums that add in any order ([`Gram`]), so that whoever
//! holds only those sums can fit, cross-validate and compare. The crate knows nothing of people,
//! purposes or storage: it is given columns and gives back numbers. Same input, same bits, on any
//! number of threads or partitions.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test may fail by panicking"))]
#![allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts stay below 2^53 and bins below 256; bounds are checked where values come in"
)]

mod column;

mod coding;
mod sheet;

mod fold;
mod merging;

mod folded;
mod gram;
mod pair;
mod parallel;

mod penalty;
mod quadratic;
mod smoothing;
mod solver;

mod curvature;
mod interaction;
mod logistic;
mod pass;
mod squared;

mod additive;

mod explanation;

mod effect;
mod expectation;
mod experiment;
mod form;
mod uplift;

pub mod frontier;
mod interval;
pub mod necessity;
pub mod persona;
mod ranking;
pub mod spectrum;

mod comparison;
mod lift;
mod plan;
mod value;

mod error;

pub use additive::{Additive, Link, Term};
pub use coding::{Coding, ColumnCoding};
pub use column::Column;
pub use comparison::{Comparison, Verdict};
pub use effect::Effect;
pub use error::Error;
pub use experiment::{Assignment, Experiment};
pub use explanation::Change;
pub use fold::Folds;
pub use folded::FoldedGram;
pub use form::{Form, Trial};
pub use gram::{Gram, Rows};
pub use interaction::MOST_CROSSINGS;
pub use interval::Interval;
pub use lift::{Arm, CostPerExtra, Lift};
pub use pair::Crossing;
pub use penalty::{Scale, Shape};
pub use plan::{Outcome, TestPlan, TestPlanner};
pub use ranking::{QiniPoint, auc, log_loss, qini_coefficient, qini_curve};
pub use sheet::{Coded, Sheet};
pub use squared::{Fit, Smoothing};
pub use uplift::{Learnt, Uplift};
pub use value::{Estimator, Expected, Logged, Policy, Value};
