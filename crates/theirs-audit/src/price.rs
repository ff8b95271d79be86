//! What a safer variant would cost in result, where campaigns have outcomes to tell it by.
//!
//! Nothing is guessed: a purpose has a price where a campaign's frontier was measured, and what no
//! purpose uses costs nothing to leave out. Everything else has no price, and none is said.

use serde::Serialize;

use crate::done::Done;
use crate::flow::{Datum, Flow};
use crate::report::grouped;

/// What less data would cost one campaign, as its frontier was measured.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Price {
    /// The campaign.
    pub campaign: String,
    /// When it was measured, in words.
    pub day: String,
    /// How many decisions it rests on.
    pub decisions: u64,
    /// What could be left out or made coarser, the likeliest to be worth it first.
    pub variants: Vec<Variant>,
}

/// Less data, and what is lost by it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Variant {
    /// What is left out and made coarser, in words.
    pub says: String,
    /// The share of the profit that is lost, as estimated, and the ends of its 95 % band.
    pub lost: [f64; 3],
}

/// How many variants of a campaign are told of each finding.
const MOST: usize = 3;

/// What safer variants of a flow would cost in result, in sentences.
pub(crate) fn of(flow: &Flow, done: &Done) -> Vec<String> {
    if flow.purpose.is_some() {
        let prices = done.prices.get(&flow.name).into_iter().flatten();
        return prices.map(Price::in_words).collect();
    }
    // As long as nobody used anything, that nothing is used says nothing.
    if done.purposes.is_empty() || flow.data.is_empty() {
        return Vec::new();
    }
    let is_finer = |datum: &Datum| datum.needed.is_some();
    let why = if flow.has(is_finer) { "sees it so exactly" } else { "uses it" };
    vec![format!("Nothing: no purpose {why}, so no result hangs on it.")]
}

impl Price {
    fn in_words(&self) -> String {
        let told = self.variants.iter().take(MOST).map(Variant::in_words);
        let told: Vec<String> = told.collect();
        format!(
            "Measured for {} on {} ({} decisions): {}.",
            self.campaign,
            self.day,
            grouped(self.decisions),
            told.join("; ")
        )
    }
}

impl Variant {
    fn in_words(&self) -> String {
        let [point, low, high] = self.lost.map(|share| share * 100.0);
        format!("{}: {point:.1} % of its profit lost ({low:.1} to {high:.1})", self.says)
    }
}
