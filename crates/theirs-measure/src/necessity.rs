//! Whether a block of columns adds anything to a decision, in money.
//!
//! The question is not whether a block is significant but whether whoever acts on it earns more. A
//! closed [`ClosedTrial`] holds the rows and lets only verdicts out. For each candidate it works out:
//!
//! 1. *The decisions without it*: an additive model of the other columns, each person predicted by a
//!    model that saw neither them nor their household nor, where time is given, anything later.
//!    Within a batch (people decided on together) the best are chosen, always equally many with and
//!    without the block, so that what only tells batches apart is worth nothing.
//! 2. *The test*: what the block says beyond the other columns (made orthogonal to them within
//!    batches) is learnt on some cells and held against what the model leaves in others. The sum of
//!    these products has mean zero when there is nothing to learn, but no normal law, so it is
//!    compared with a parametric bootstrap of the cells' scores, which keeps their variance and the
//!    ties within households. Linear effects, any smooth effects and the best single column are
//!    tried at once; the smallest of the three p-values is itself compared with its bootstrap.
//! 3. *The gain*: near the cut, a shift of the expected payoff by δ changes decisions worth ½ f δ²
//!    per person (f: density of people at the cut). It is estimated by products across cells, so
//!    that noise does not count as gain, and averaged over costs about one standard deviation of the
//!    scores around the stated one, with a bound above.
//! 4. *Two witnesses*: the plain difference of paired decisions, without any model, and the gain as
//!    the outcomes of people near the cut alone show it. If either shows less than the gain claimed,
//!    the gain is not believed.
//!
//! Price: effects beyond smooth ones per column (the fourth degree), and what a block says only
//! together with other columns, are not seen. `studies/necessity` shows how often it errs.

mod basis;
mod beyond;
mod gain;
mod ground;
mod inside;
mod null;
mod paired;
mod score;
mod trial;
mod verdict;

pub(crate) use null::normals;
pub(crate) use score::add_square;
pub use trial::{Candidate, ClosedTrial, Payoff, When};
pub use verdict::{
    Finding, Gain, Margin, Measured, Necessity, Paired, Reach, Settings, Verdict, Warning,
};

#[cfg(test)]
mod tests;
