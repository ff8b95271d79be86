//! The verdict on a block, the rule that gives it, and how it is said.
//!
//! *Necessary*: chance alone does as well too rarely (Holm's procedure over all candidates), the
//! gain is estimated above the margin, and neither the plain difference of decisions nor the people
//! near the cut contradict it.
//! *Not necessary*: the upper bound of the gain is below the margin. *Undecided*: neither, and then
//! it says what it could have seen and how many people it would take. The margin is given, never
//! chosen here. Price: with few people most is undecided, which keeps outside data out.

use std::fmt;

use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF, Normal};

use super::basis::Basis;
use super::ground::Ground;
use super::null::{Gained, Tested};
use crate::Error;

/// How candidates are judged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// Who is acted on.
    pub reach: Reach,
    /// The gain below which a block is not worth having.
    pub margin: Margin,
    /// The error that is accepted, over all candidates together.
    pub level: f64,
    /// How often folds are dealt for the plain difference of decisions, 1 to 20.
    pub deals: u8,
    /// What folds are dealt by, and the bootstrap drawn by.
    pub seed: u64,
    /// How many candidates count beside those given and are not found necessary: they are judged at
    /// another time, and chance has as many goes with them.
    #[serde(default)]
    pub beside: u32,
}

/// Who is acted on in each batch.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Reach {
    /// As many as are expected to bring more than they cost.
    WherePays,
    /// The best so many, as a share of the batch.
    Share(f64),
}

/// A gain that is not worth the data.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Margin {
    /// Money per person decided on.
    Money(f64),
    /// A share of what the decisions without the block bring, or of what acting on all would, if
    /// that is the greater amount.
    Share(f64),
}

/// Whether a block is needed for the decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Verdict {
    /// It adds something worth having.
    Necessary,
    /// It adds less than the margin; equivalence is shown.
    NotNecessary,
    /// Neither is shown.
    Undecided,
}

/// What a reader should know beside the verdict.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Warning {
    /// The block explains so large a share of what the other columns leave that it is probably known
    /// only after the outcome. Not to be used before somebody has confirmed when it is known.
    TooGood {
        /// The share explained.
        share: f64,
    },
    /// So many columns of the block say nothing that the other columns or the batch do not say.
    SaidAlready {
        /// Such columns.
        columns: usize,
        /// All columns of the block.
        of: usize,
    },
    /// The plain difference of decisions, or the people near the cut alone, show less than the gain
    /// claimed.
    Contradicted,
    /// The decisions without the block bring nothing that a share could be taken of.
    NothingAtStake,
}

/// An amount of money per person decided on, with one-sided bounds at the level of the settings.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Gain {
    /// The estimate, unbiased: below zero about as often as above where there is nothing to gain.
    pub point: f64,
    /// The lower bound, never above the estimate.
    pub low: f64,
    /// The upper bound.
    pub high: f64,
}

/// The plain difference between decisions with the block and without, per person decided on.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Paired {
    /// The mean difference in money.
    pub difference: f64,
    /// Its standard error, by household.
    pub error: f64,
    /// The share of people who are decided on differently.
    pub changed: f64,
}

/// A mean of money per person, and its standard error by household.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// The mean.
    pub mean: f64,
    /// Its standard error.
    pub error: f64,
}

/// What is measured beside the gain, to contradict it.
pub(super) struct Witnesses {
    pub paired: Paired,
    pub near_cut: Measured,
}

/// What is found of one candidate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// The name of the block.
    pub name: String,
    /// The verdict.
    pub verdict: Verdict,
    /// How often chance alone does as well.
    pub p_value: f64,
    /// The same for all candidates together, by Holm's procedure.
    pub p_adjusted: f64,
    /// What deciding with the block gains, in money per person.
    pub gain: Gain,
    /// The margin, in money per person.
    pub margin: f64,
    /// What the decisions without the block bring, in money per person.
    pub without: f64,
    /// The plain difference of decisions.
    pub paired: Paired,
    /// The gain as the outcomes of people near the cut alone show it.
    pub near_cut: Measured,
    /// The smallest gain per person that would have been seen four times in five.
    pub smallest_seen: f64,
    /// How many people (households, where they are given) were judged.
    pub people: u64,
    /// How many it would take to tell a gain of the margin from none, if the verdict is open and
    /// there are too few.
    pub people_needed: Option<u64>,
    /// What a reader should know.
    pub warnings: Vec<Warning>,
}

/// What is found of all candidates.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Necessity {
    /// How they were judged.
    pub settings: Settings,
    /// One finding per candidate, in the order given.
    pub findings: Vec<Finding>,
}

/// Above this share of what the others leave, a block is too good to be known beforehand.
const TOO_GOOD: f64 = 0.1;

/// By how many of their standard errors the people near the cut may show less than is claimed: they
/// are part of those the claim rests on, so one in ten is a cautious reckoning.
const NEAR: f64 = 1.2816;

/// The most people that are asked for, as a multiple of those there are.
const MOST_TIMES: f64 = 1e6;

impl Settings {
    /// Five per cent, three deals.
    pub fn new(reach: Reach, margin: Margin, seed: u64) -> Self {
        Self { reach, margin, level: 0.05, deals: 3, seed, beside: 0 }
    }

    pub(super) fn check(&self) -> Result<(), Error> {
        let within = |setting, value: f64, least, most| {
            if (least..=most).contains(&value) {
                return Ok(());
            }
            Err(Error::Setting { setting, least, most })
        };
        within("the level", self.level, 0.001, 0.2)?;
        within("the number of deals", f64::from(self.deals), 1.0, 20.0)?;
        if let Reach::Share(share) = self.reach {
            within("the share acted on", share, 0.001, 0.999)?;
        }
        match self.margin {
            Margin::Money(margin) => within("the margin", margin, 0.0, 1e6),
            Margin::Share(margin) => within("the margin", margin, 0.0, 1.0),
        }
    }

    fn quantile(&self) -> f64 {
        Normal::standard().inverse_cdf(1.0 - self.level)
    }
}

impl Paired {
    pub(super) fn new(difference: f64, error: f64, changed: f64) -> Self {
        Self { difference, error, changed }
    }
}

impl Finding {
    /// Whether the block may be asked for: it is necessary, and nothing speaks of a leak.
    pub fn admits(&self) -> bool {
        let leak = |warning: &Warning| matches!(warning, Warning::TooGood { .. });
        self.verdict == Verdict::Necessary && !self.warnings.iter().any(leak)
    }

    fn contradicted(&self) -> bool {
        self.warnings.contains(&Warning::Contradicted)
    }

    /// The verdict that it would have got as the only candidate.
    pub fn alone(&self, level: f64) -> Verdict {
        self.judged(self.p_value, level)
    }

    fn judged(&self, p_value: f64, level: f64) -> Verdict {
        let measurable = !self.warnings.contains(&Warning::NothingAtStake);
        let shown = p_value <= level && self.gain.point > self.margin;
        if measurable && self.gain.high < self.margin {
            Verdict::NotNecessary
        } else if measurable && shown && !self.contradicted() {
            Verdict::Necessary
        } else {
            Verdict::Undecided
        }
    }
}

/// Everything about one candidate but what depends on the others.
pub(super) fn found(
    name: &str,
    basis: &Basis,
    ground: &Ground,
    tested: &Tested,
    witnesses: &Witnesses,
    settings: &Settings,
) -> Finding {
    let rows = ground.len().max(1) as f64;
    let mean = |value: &dyn Fn(usize) -> f64| (0..ground.len()).map(value).sum::<f64>() / rows;
    let without = mean(&|row| if ground.acts[row] { ground.payoff[row] } else { 0.0 });
    let stake = without.abs().max(mean(&|row| ground.payoff[row]).abs());
    let margin = match settings.margin {
        Margin::Money(margin) => margin,
        Margin::Share(share) => share * stake,
    };
    let quantile = settings.quantile();
    let per_row: Vec<Gained> = tested.gained.iter().map(|one| one.per(rows)).collect();
    let best = tested.strongest().map(|at| per_row[at]);
    let gain = gained(&per_row, best, quantile);
    let mut keys = ground.key.clone();
    keys.sort_unstable();
    keys.dedup();
    let share = tested.information / (tested.information + ground.noise).max(f64::MIN_POSITIVE);
    let mut warnings = Vec::new();
    if share > TOO_GOOD {
        warnings.push(Warning::TooGood { share });
    }
    if basis.said > 0 {
        warnings.push(Warning::SaidAlready { columns: basis.said, of: basis.columns });
    }
    let Witnesses { paired, near_cut } = *witnesses;
    let less = paired.difference + quantile * paired.error < gain.point
        || near_cut.mean + NEAR * near_cut.error < gain.point;
    if less {
        warnings.push(Warning::Contradicted);
    }
    if stake <= 0.0 && matches!(settings.margin, Margin::Share(_)) {
        warnings.push(Warning::NothingAtStake);
    }
    let people = keys.len() as u64;
    let aim = if margin > 0.0 { margin } else { gain.point };
    let times = best.and_then(|best| best.times(aim, quantile));
    Finding {
        name: name.to_owned(),
        verdict: Verdict::Undecided,
        p_value: tested.p_value,
        p_adjusted: tested.p_value,
        gain,
        margin,
        without,
        paired,
        near_cut,
        smallest_seen: best.map_or(0.0, |best| best.smallest_seen(1.0, quantile)),
        people,
        people_needed: times.map(|times| (people as f64 * times).ceil() as u64),
        warnings,
    }
}

/// Adjusts the p-values of all candidates (Holm 1979) and gives the verdicts.
pub(super) fn adjusted(mut findings: Vec<Finding>, settings: &Settings) -> Necessity {
    let mut order: Vec<usize> = (0..findings.len()).collect();
    order.sort_by(|one, other| findings[*one].p_value.total_cmp(&findings[*other].p_value));
    let mut least = 0.0_f64;
    for (step, at) in order.iter().enumerate() {
        let left = (findings.len() - step) as f64 + f64::from(settings.beside);
        least = least.max((findings[*at].p_value * left).min(1.0));
        findings[*at].p_adjusted = least;
    }
    for finding in &mut findings {
        finding.verdict = finding.judged(finding.p_adjusted, settings.level);
        if finding.verdict != Verdict::Undecided {
            finding.people_needed = None;
        }
    }
    Necessity { settings: settings.clone(), findings }
}

/// The estimate of the family that shows most, its lower bound, and an upper one for all families.
fn gained(families: &[Gained], best: Option<Gained>, quantile: f64) -> Gain {
    let highs = families.iter().map(|one| one.bound(quantile));
    Gain {
        point: best.map_or(0.0, |best| best.money),
        low: best.map_or(0.0, |best| best.bound(-quantile).min(best.money)),
        high: highs.fold(0.0, f64::max),
    }
}

impl Gained {
    fn per(&self, rows: f64) -> Self {
        let (money, noise, scale) = (self.money / rows, self.noise / rows, self.scale / rows);
        Self { money, noise, scale, ..*self }
    }

    /// The gain that lies so many standard errors from the estimate: the root of
    /// `gain - money = z √(noise² + 4 · scale · gain)`.
    fn bound(&self, quantile: f64) -> f64 {
        let half = 2.0 * self.scale * quantile * quantile;
        let inner =
            self.noise * self.noise + 4.0 * self.scale * self.money + half * 2.0 * self.scale;
        self.money + half + quantile * libm::sqrt(inner.max(0.0))
    }

    /// The smallest gain that is seen four times in five with so many times as many people.
    fn smallest_seen(&self, times: f64, quantile: f64) -> f64 {
        let power = Normal::standard().inverse_cdf(0.8);
        let (noise, scale) = (self.noise / times, self.scale / times);
        let half = quantile * noise + 2.0 * scale * power * power;
        let rest = (quantile * quantile - power * power) * noise * noise;
        half + libm::sqrt((half * half - rest).max(0.0))
    }

    /// Whether so many times as many people see such a gain if it is there, and rule it out if
    /// there is none.
    fn tells(&self, times: f64, gain: f64, quantile: f64) -> bool {
        let (noise, scale) = (self.noise / times, self.scale / times);
        let nothing = Self { money: 0.0, noise, scale, ..*self };
        self.smallest_seen(times, quantile).max(nothing.bound(quantile)) <= gain
    }

    /// How many times as many people it takes to tell such a gain from none, if more than there are.
    fn times(&self, gain: f64, quantile: f64) -> Option<f64> {
        if gain <= 0.0 || !self.tells(MOST_TIMES, gain, quantile) || self.tells(1.0, gain, quantile)
        {
            return None;
        }
        let (mut low, mut high) = (1.0, MOST_TIMES);
        for _ in 0..60 {
            let middle = libm::sqrt(low * high);
            if self.tells(middle, gain, quantile) {
                high = middle;
            } else {
                low = middle;
            }
        }
        Some(high)
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Necessary => "NECESSARY",
            Self::NotNecessary => "NOT NECESSARY",
            Self::Undecided => "UNDECIDED",
        })
    }
}

impl fmt::Display for Finding {
    /// The verdict in a sentence or three, amounts per thousand people.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [point, low, high, margin, seen] =
            [self.gain.point, self.gain.low, self.gain.high, self.margin, self.smallest_seen]
                .map(|amount| amount * 1000.0);
        write!(f, "{}: {}. Deciding with it gains ", self.name, self.verdict)?;
        write!(f, "{point:.2} per thousand people ({low:.2} to {high:.2}; margin {margin:.2}).")?;
        if self.verdict == Verdict::Undecided {
            write!(f, " A gain of {seen:.2} would have been seen four times in five.")?;
            if let Some(people) = self.people_needed {
                write!(f, " To see the margin takes {people} people, there are {}.", self.people)?;
            }
        }
        self.warnings.iter().try_for_each(|warning| write!(f, " {warning}"))
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooGood { share } => write!(
                f,
                "Too good: it explains {:.0} % of what the others leave. Is it known before the \
                 decision?",
                share * 100.0
            ),
            Self::SaidAlready { columns, of } => {
                write!(f, "{columns} of its {of} columns say only what the others say.")
            }
            Self::Contradicted => f.write_str(
                "The decisions themselves, or the people near the cut alone, show less.",
            ),
            Self::NothingAtStake => {
                f.write_str("The decisions bring nothing that a share could be taken of.")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gain_lies_within_its_bounds_though_it_is_estimated_below_zero() {
        for money in [-8.0, -0.5, 0.0, 0.5, 8.0] {
            let family = Gained { money, noise: 1.0, scale: 0.1, strength: money };
            let Gain { point, low, high } = gained(&[family], Some(family), 1.645);
            assert!(low <= point && point <= high, "{low} {point} {high}");
        }
    }
}
