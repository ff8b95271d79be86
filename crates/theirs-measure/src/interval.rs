//! An estimate with the range in which the truth lies 95 times of 100.

use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF, Normal};

/// An estimate and its interval of 95 %.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// The estimate.
    pub estimate: f64,
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
    /// The standard error.
    pub error: f64,
}

impl Interval {
    /// The normal interval of 95 % around an estimate with this standard error.
    pub fn around(estimate: f64, error: f64) -> Self {
        let reach = quantile(0.975) * error;
        Self { estimate, low: estimate - reach, high: estimate + reach, error }
    }

    /// Whether a number lies within.
    pub fn contains(&self, number: f64) -> bool {
        (self.low..=self.high).contains(&number)
    }
}

/// The quantile of the standard normal distribution.
pub(crate) fn quantile(chance: f64) -> f64 {
    Normal::standard().inverse_cdf(chance)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_reaches_1_96_standard_errors() {
        let told = Interval::around(1.0, 0.5);
        assert!((told.high - 1.979_982).abs() < 1e-6 && told.contains(0.1) && !told.contains(0.0));
    }
}
