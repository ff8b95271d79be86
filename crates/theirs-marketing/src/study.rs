//! What earlier decisions teach about deciding: how far it is worth going, and how little data it needs.
//!
//! Both questions are asked of the first action against nothing, on the decisions whose time is over and
//! whose chances were logged. What was looked at of each person then is what is known of them here, so
//! nothing is read of anybody that the campaign did not read. The price: data that no campaign looked
//! at are not in it; whether those would help is what `need` asks.

use std::collections::BTreeSet;

use serde::Serialize;
use theirs_charter::{Charter, category};
use theirs_measure::frontier::{Category, Frontier, Level, Question, Weights};
use theirs_measure::necessity::Reach;
use theirs_measure::spectrum::{Campaign as Known, Spectrum};
use theirs_measure::{Coding, Sheet};
use theirs_model::{SourceKind, UseId};
use theirs_query::{Asker, Door};

use crate::campaign::{Campaign, NONE};
use crate::decide::DecideError;
use crate::result::{History, Judged, Odd, Yardstick};
use crate::score::{Features, columns};

/// Into how many bins a column is cut at most, and what draws are made by.
const MOST_BINS: usize = 32;
const SEED: u64 = 8;
/// Into how many segments people are put on the spectrum.
const SEGMENTS: [u8; 3] = [2, 5, 10];
/// The share of the outcome that may be lost for less data.
const TOLERANCE: f64 = 0.02;
/// Up to how many sets of data all are tried.
const MOST_SETS: usize = 4_096;
/// How much each axis of risk counts, and how sensitive what people did is taken to be.
const WEIGHTS: Weights = Weights { identifiability: 1.0, sensitivity: 1.0, source: 1.0 };
const OF_DEEDS: f64 = 0.25;

/// What a study found.
#[derive(Debug, Clone, Serialize)]
pub struct Studied<T> {
    /// The action that was held against nothing.
    pub action: String,
    /// How many decisions it was made on.
    pub decisions: usize,
    /// Of how many people they are.
    pub people: usize,
    /// What was found.
    pub found: Option<T>,
    /// Why nothing was.
    pub because: Option<String>,
    /// Rows of the outcome that are too large to be true, and are in no figure.
    pub odd: Option<Odd>,
    /// The uses under which the decisions and what came of them were read.
    pub uses: Vec<UseId>,
}

/// How far it is worth going: by gut, by segments, by personas, one to one.
///
/// # Errors
/// The door refuses or cannot answer.
pub fn spectrum(
    door: &Door,
    asker: &Asker,
    campaign: &Campaign,
) -> Result<Studied<Spectrum>, DecideError> {
    study(door, asker, campaign, |study| {
        let known = Known {
            sheet: &study.sheet,
            keys: &study.keys,
            payoff: &study.payoff,
            rule: None,
            segments: &SEGMENTS,
        };
        Spectrum::of(&known, SEED)
    })
}

/// How little data it needs: what can be left out or made coarser without losing more than 2 %.
///
/// # Errors
/// The door refuses or cannot answer.
pub fn frontier(
    door: &Door,
    asker: &Asker,
    campaign: &Campaign,
) -> Result<Studied<Frontier>, DecideError> {
    let charter = door.charter()?;
    let mut studied = study(door, asker, campaign, |study| {
        let categories: Vec<Category> = study
            .coding
            .columns()
            .iter()
            .enumerate()
            .map(|(at, coding)| kind(&charter, &coding.shape().name, at))
            .collect();
        Frontier::of(&Question {
            sheet: &study.sheet,
            keys: &study.keys,
            payoff: &study.payoff,
            group: &[],
            reach: Reach::WherePays,
            categories: &categories,
            weights: WEIGHTS,
            tolerance: TOLERANCE,
            exhaustive_up_to: MOST_SETS,
            seed: SEED,
        })
    })?;
    let all = studied.found.as_ref().and_then(|found| found.points.first());
    if all.is_some_and(|all| all.value <= 0.0) {
        let because = "with all data the best is to do nothing, so there is nothing to lose";
        (studied.found, studied.because) = (None, Some(because.to_owned()));
    }
    Ok(studied)
}

fn study<T>(
    door: &Door,
    asker: &Asker,
    campaign: &Campaign,
    look: impl FnOnce(&Study) -> Result<T, theirs_measure::Error>,
) -> Result<Studied<T>, DecideError> {
    let history = History::read(door, asker, campaign, Yardstick::Now)?;
    let action = campaign.actions.first().map(|action| action.name.clone()).unwrap_or_default();
    let study = Study::of(campaign, &history.judged);
    let keys = study.as_ref().map_or(&[][..], |study| &study.keys[..]);
    let people = keys.iter().collect::<BTreeSet<&u64>>().len();
    let (decisions, looked) = match &study {
        Ok(study) => (study.keys.len(), look(study).map_err(|error| error.to_string())),
        Err(because) => (0, Err((*because).to_owned())),
    };
    let (found, because) = match looked {
        Ok(found) => (Some(found), None),
        Err(because) => (None, Some(because)),
    };
    let (odd, uses) = (history.odd, history.uses);
    Ok(Studied { action, decisions, people, found, because, odd, uses })
}

/// Decisions whose time is over: what was known, and what acting gained.
struct Study {
    coding: Coding,
    sheet: Sheet,
    keys: Vec<u64>,
    payoff: Vec<f64>,
}

impl Study {
    fn of(campaign: &Campaign, judged: &[Judged]) -> Result<Self, &'static str> {
        let action = campaign.actions.first().ok_or("the campaign has no action")?;
        let known = judged.iter().filter_map(|one| {
            let is_of_two = one.action == action.name || one.action == NONE;
            if !is_of_two || one.is_like_now == Some(false) {
                return None;
            }
            let (seen, chances) = (one.features()?, one.chances()?);
            let (own, none) = (chances.get(&action.name)?, chances.get(NONE)?);
            let treated = one.action == action.name;
            let drawn = Drawn { treated, value: one.value, chance: own / (own + none) };
            Some((one.person, seen, drawn))
        });
        let known: Vec<(i64, Features, Drawn)> = known.collect();
        if known.is_empty() {
            return Err("no decision has been judged yet of which it is known what was looked at");
        }
        let seen: Vec<&Features> = known.iter().map(|(_, seen, _)| seen).collect();
        let rows: Vec<u32> = (0..u32::try_from(known.len()).unwrap_or(u32::MAX)).collect();
        let columns = columns(&seen, None);
        let coding = Coding::learn(&columns, &rows, MOST_BINS).map_err(|_| CODED)?;
        let sheet = coding.apply(&columns).map_err(|_| CODED)?;
        let drawn: Vec<Drawn> = known.iter().map(|(.., drawn)| *drawn).collect();
        Ok(Self {
            coding,
            sheet,
            keys: known.iter().map(|(person, ..)| person.cast_unsigned()).collect(),
            payoff: gained(&drawn, action.costs),
        })
    }
}

const CODED: &str = "what was looked at cannot be put into columns";

/// What was drawn for somebody, and what came of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Drawn {
    /// Whether something was done.
    pub(crate) treated: bool,
    /// The profit in what they did after it.
    pub(crate) value: f64,
    /// The chance that something was done.
    pub(crate) chance: f64,
}

/// What doing something gained over nothing for each, less what it costs: right on average, as each is
/// weighted by the chance that they had (Horvitz and Thompson, 1952) around the mean of their arm.
pub(crate) fn gained(drawn: &[Drawn], cost: f64) -> Vec<f64> {
    let mean = |treated: bool| {
        let arm = drawn.iter().filter(|one| one.treated == treated);
        let (sum, count) = arm.fold((0.0, 0.0), |(sum, count), one| (sum + one.value, count + 1.0));
        if count > 0.0 { sum / count } else { 0.0 }
    };
    let (acted, left) = (mean(true), mean(false));
    let of = |one: &Drawn| {
        let by_lot = if one.treated {
            (one.value - acted) / one.chance
        } else {
            -(one.value - left) / (1.0 - one.chance)
        };
        by_lot + acted - left - cost
    };
    drawn.iter().map(of).collect()
}

/// A column as a category of data, with how sensitive it is and where it comes from.
fn kind(charter: &Charter, name: &str, at: usize) -> Category {
    let said = name.replace('_', " ");
    let level = |says: String, merges: u8| Level { says, merges };
    let levels = vec![
        level(said.clone(), 0),
        level(format!("half as many steps of {said}"), 1),
        level(format!("a few steps of {said}"), 2),
    ];
    let attribute = charter.attribute(name).map(|(attribute, _)| attribute);
    let tier = attribute.as_ref().and_then(|attribute| category(&attribute.category.0));
    let sensitivity = tier.map_or(OF_DEEDS, |term| f64::from(term.tier) / 4.0);
    let fed = charter.identities().filter(|(_, identity)| {
        identity.columns.iter().any(|column| column.attribute() == attribute.as_ref())
    });
    let source = fed
        .map(|(source, _)| remoteness(source.kind))
        .fold(None, |least: Option<f64>, one| Some(least.map_or(one, |least| least.min(one))));
    let source = if attribute.is_some() { source.unwrap_or(1.0) } else { 0.0 };
    Category { name: name.to_owned(), columns: vec![at], levels, sensitivity, source }
}

/// How far from the person something comes: 0 from themselves, 1 bought.
fn remoteness(kind: SourceKind) -> f64 {
    match kind {
        SourceKind::Subject => 0.0,
        SourceKind::Internal => 0.1,
        SourceKind::Public => 0.6,
        SourceKind::Partner => 0.8,
        SourceKind::Broker => 1.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_gained_is_right_on_average_whatever_the_chances_were() {
        // Acting brings 2 to every other person and nothing to the others; it costs half.
        let drawn: Vec<Drawn> = (0..40_000_u32)
            .map(|at| {
                let chance = if at % 3 == 0 { 0.2 } else { 0.7 };
                let treated = f64::from(at.wrapping_mul(2_654_435_761) >> 16) / 65_536.0 < chance;
                let moved = treated && at % 2 == 0;
                Drawn { treated, value: 1.0 + if moved { 2.0 } else { 0.0 }, chance }
            })
            .collect();
        let gained = gained(&drawn, 0.5);
        let mean = |every: usize| {
            let some: Vec<f64> = gained.iter().skip(every).step_by(2).copied().collect();
            some.iter().sum::<f64>() / f64::from(u32::try_from(some.len()).unwrap())
        };
        assert!((mean(0) - 1.5).abs() < 0.1, "{}", mean(0));
        assert!((mean(1) + 0.5).abs() < 0.1, "{}", mean(1));
    }
}
