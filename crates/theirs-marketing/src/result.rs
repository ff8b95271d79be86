//! What a campaign gained: what people did after it was decided for them, against control.
//!
//! Each decision weighs as much as its chance was small (Hájek, 1971), so that people who were picked
//! because they would buy anyway do not make an action look good, and runs that drew differently add up.
//! A decision counts once its time is over. An action is said to gain only if its interval lies above
//! zero, and else how many people it would take.

use std::collections::{BTreeMap, HashMap};

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type, Int64Type, TimeUnit, TimestampMicrosecondType};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde_json::{Map, Value};
use theirs_model::UseId;
use theirs_query::{Asker, Decided, Door};

use crate::campaign::{Campaign, NONE};
use crate::decide::DecideError;

/// How many standard errors an interval reaches to both sides: 95 % of a normal distribution.
pub(crate) const REACH: f64 = 1.959_963_985;
/// The same for finding a difference with 80 % chance.
pub(crate) const POWER: f64 = 0.841_621_234;

/// What a campaign gained until now.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Gained {
    /// The uses under which it was looked at.
    pub uses: Vec<UseId>,
    /// How many decisions count: their time is over.
    pub decisions: usize,
    /// How many are too young to count.
    pub open: usize,
    /// What came of each action; [`NONE`] is the last.
    pub arms: Vec<Arm>,
    /// What each action gained over nothing.
    pub lifts: Vec<Lift>,
    /// The action that gained most, if any gained for sure.
    pub winner: Option<String>,
}

/// What came of an action.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Arm {
    /// The action.
    pub action: String,
    /// How many decisions.
    pub people: usize,
    /// Of how many decisions the people said no since: they are in no other figure.
    pub gone: u64,
    /// How many rows of the outcome's activity for one person.
    pub rows: Mean,
    /// The profit of one person, the action's cost taken off.
    pub profit: Mean,
    /// What the action cost for one person when it was decided, on average.
    pub cost: f64,
}

/// A mean, and how sure it is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Mean {
    /// The mean.
    pub mean: f64,
    /// Its standard error.
    pub error: f64,
}

/// A difference with its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Interval {
    /// The difference.
    pub difference: f64,
    /// Its lower end.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
}

/// What an action gained over nothing, for one person.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Lift {
    /// The action.
    pub action: String,
    /// More rows of the outcome's activity.
    pub rows: Interval,
    /// More profit, the cost taken off.
    pub profit: Interval,
    /// What one more row costs; none if there is no more for sure.
    pub cost_of_one: Option<f64>,
    /// Whether that is for sure.
    pub verdict: Verdict,
}

/// What may be said of a difference in profit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The interval lies above zero.
    Gains,
    /// It lies below zero.
    Loses,
    /// It spans zero. So many decisions would show a difference like this one, four times out of five;
    /// none if there is no difference at all.
    Unseen {
        /// The decisions, all actions together.
        needs: Option<u64>,
    },
}

/// A decision whose time is over, with what the person did after it.
pub(crate) struct Judged {
    /// The person, by their pseudonym.
    pub(crate) person: i64,
    /// What was done.
    pub(crate) action: String,
    /// The profit in what they did after it, before the cost of the action.
    pub(crate) value: f64,
    /// The chance of every action, and what was looked at, as they are kept.
    pub(crate) chances: String,
    pub(crate) looked_at: Option<String>,
    weight: f64,
    rows: f64,
    cost: f64,
    profit: f64,
}

/// Everything that a campaign decided and that can be judged now.
pub(crate) struct History {
    pub(crate) uses: Vec<UseId>,
    pub(crate) judged: Vec<Judged>,
    open: usize,
    gone: BTreeMap<String, u64>,
}

/// Says what a campaign gained.
///
/// # Errors
/// The door refuses or cannot answer.
pub fn gained(door: &Door, asker: &Asker, campaign: &Campaign) -> Result<Gained, DecideError> {
    let History { uses, judged, open, gone } = History::read(door, asker, campaign)?;
    let actions = campaign.actions.iter().map(|action| action.name.as_str()).chain([NONE]);
    let arms: Vec<Arm> = actions.map(|action| arm(action, &judged, &gone)).collect();
    let lifts = lifts(campaign, &arms, judged.len());
    let winner = winner(&lifts);
    Ok(Gained { uses, decisions: judged.len(), open, arms, lifts, winner })
}

impl Judged {
    /// What was looked at, if something was.
    pub(crate) fn features(&self) -> Option<Map<String, Value>> {
        serde_json::from_str(self.looked_at.as_deref()?).ok()
    }

    /// The chance of every action.
    pub(crate) fn chances(&self) -> Option<BTreeMap<String, f64>> {
        serde_json::from_str(&self.chances).ok()
    }

    /// A decision that a test made up.
    #[cfg(test)]
    pub(crate) fn of_test(
        person: i64,
        action: &str,
        value: f64,
        chances: &str,
        looked_at: &str,
    ) -> Self {
        Self {
            person,
            action: action.to_owned(),
            value,
            chances: chances.to_owned(),
            looked_at: Some(looked_at.to_owned()),
            weight: 1.0,
            rows: 0.0,
            cost: 0.0,
            profit: value,
        }
    }
}

impl History {
    /// Reads what was decided, and what people did after it.
    pub(crate) fn read(
        door: &Door,
        asker: &Asker,
        campaign: &Campaign,
    ) -> Result<Self, DecideError> {
        let past = door.decisions(asker, &campaign.purpose, &campaign.name)?;
        let (within, now) = (within(campaign), door.clock());
        let (over, open): (Vec<Decided>, Vec<Decided>) =
            past.decisions.into_iter().partition(|one| is_over(one, campaign, now));
        let mut uses = vec![past.use_id];
        let mut did = Did::new();
        if let (Some(first), Some(last)) = (over.first(), over.last()) {
            let until = last.at.saturating_add(within).unwrap_or(Timestamp::MAX);
            let answer = door.ask(asker, statement(campaign, first.at, until).as_str())?;
            uses.push(answer.use_id);
            did = outcomes(&answer.batches, campaign)?;
        }
        let judged = over.into_iter().map(|one| judged(one, campaign, &did)).collect();
        Ok(Self { uses, judged, open: open.len(), gone: past.gone })
    }
}

/// Whether the time of a decision is over.
pub(crate) fn is_over(one: &Decided, campaign: &Campaign, now: Timestamp) -> bool {
    one.at.saturating_add(within(campaign)).is_ok_and(|end| end <= now)
}

pub(crate) fn within(campaign: &Campaign) -> SignedDuration {
    SignedDuration::from_hours(24 * i64::from(campaign.outcome.within_days))
}

/// The statement that gives what people did within some time.
fn statement(campaign: &Campaign, from: Timestamp, until: Timestamp) -> String {
    let outcome = &campaign.outcome;
    let value = outcome.value.as_ref().map(|name| format!(", \"{name}\"")).unwrap_or_default();
    format!(
        "select person_id, \"{at}\"{value} from \"{purpose}\".\"{activity}\" \
         where \"{at}\" >= timestamp '{from}' and \"{at}\" < timestamp '{until}'",
        at = outcome.at,
        purpose = campaign.purpose,
        activity = outcome.activity,
    )
}

/// What the people of a campaign did within some time.
pub(crate) fn did_since(
    door: &Door,
    asker: &Asker,
    campaign: &Campaign,
    from: Timestamp,
    until: Timestamp,
) -> Result<Did, DecideError> {
    let answer = door.ask(asker, statement(campaign, from, until).as_str())?;
    outcomes(&answer.batches, campaign)
}

/// What each person did: when, in microseconds, and how much.
pub(crate) type Did = HashMap<i64, Vec<(i64, f64)>>;

pub(crate) fn outcomes(batches: &[RecordBatch], campaign: &Campaign) -> Result<Did, DecideError> {
    let mut did = Did::new();
    let read =
        |array: &dyn Array, kind: DataType| cast(array, &kind).map_err(|_| DecideError::Shape);
    for batch in batches {
        let people = batch.column(0).as_primitive_opt::<Int64Type>().ok_or(DecideError::Shape)?;
        let at = read(batch.column(1), DataType::Timestamp(TimeUnit::Microsecond, None))?;
        let at = at.as_primitive_opt::<TimestampMicrosecondType>().ok_or(DecideError::Shape)?;
        let values = match &campaign.outcome.value {
            Some(_) => Some(read(batch.column(2), DataType::Float64)?),
            None => None,
        };
        for row in 0..batch.num_rows() {
            let value = values.as_ref().map_or(1.0, |values| {
                let values = values.as_primitive::<Float64Type>();
                if values.is_null(row) { 0.0 } else { values.value(row) }
            });
            did.entry(people.value(row)).or_default().push((at.value(row), value));
        }
    }
    Ok(did)
}

fn judged(decided: Decided, campaign: &Campaign, did: &Did) -> Judged {
    let from = decided.at.as_microsecond();
    let until = decided.at.saturating_add(within(campaign)).unwrap_or(Timestamp::MAX);
    let until = until.as_microsecond();
    let made = decided.made;
    let own = did.get(&made.person).into_iter().flatten();
    let after: Vec<f64> = own
        .filter(|(at, _)| (from..until).contains(at))
        .map(|(_, amount)| amount * campaign.outcome.worth)
        .collect();
    // As it was when it was decided; a run of before that was kept is reckoned by the file.
    let file = || campaign.action(&made.action).map_or(0.0, |action| action.costs);
    let cost = decided.cost.unwrap_or_else(file);
    // The sum of nothing is minus nought.
    let value = after.iter().sum::<f64>() + 0.0;
    Judged {
        person: made.person,
        action: made.action,
        value,
        chances: made.chances,
        looked_at: made.looked_at,
        weight: 1.0 / made.propensity,
        rows: counted(after.len()),
        cost,
        profit: value - cost,
    }
}

fn arm(action: &str, judged: &[Judged], gone: &BTreeMap<String, u64>) -> Arm {
    let own: Vec<&Judged> = judged.iter().filter(|one| one.action == action).collect();
    Arm {
        action: action.to_owned(),
        people: own.len(),
        gone: gone.get(action).copied().unwrap_or(0),
        rows: mean(&own, |one| one.rows),
        profit: mean(&own, |one| one.profit),
        cost: mean(&own, |one| one.cost).mean,
    }
}

/// The weighted mean, with the standard error of its linearisation. Several decisions of one person
/// count together: deciding often for the same people shows no more than they do.
fn mean(own: &[&Judged], value: impl Fn(&Judged) -> f64) -> Mean {
    let all: f64 = own.iter().map(|one| one.weight).sum();
    if own.len() < 2 || all <= 0.0 {
        let mean = own.first().map_or(0.0, |one| value(one));
        return Mean { mean, error: f64::INFINITY };
    }
    let mean = own.iter().map(|one| one.weight * value(one)).sum::<f64>() / all;
    let mut of_person: HashMap<i64, f64> = HashMap::new();
    for one in own {
        *of_person.entry(one.person).or_default() += one.weight * (value(one) - mean);
    }
    let mut parts: Vec<f64> = of_person.into_values().map(|part| part * part).collect();
    // In one order, so that the sum is the same each time.
    parts.sort_unstable_by(f64::total_cmp);
    let (spread, count) = (parts.iter().sum::<f64>(), counted(parts.len()));
    if parts.len() < 2 {
        return Mean { mean, error: f64::INFINITY };
    }
    Mean { mean, error: (spread * count / (count - 1.0)).sqrt() / all }
}

fn lifts(campaign: &Campaign, arms: &[Arm], decisions: usize) -> Vec<Lift> {
    let Some(nothing) = arms.iter().find(|arm| arm.action == NONE) else { return Vec::new() };
    let lift = |arm: &Arm| {
        campaign.action(&arm.action)?;
        let (rows, profit) = (arm.rows.over(nothing.rows), arm.profit.over(nothing.profit));
        Some(Lift {
            action: arm.action.clone(),
            cost_of_one: (rows.low > 0.0).then(|| arm.cost / rows.difference),
            verdict: profit.verdict(decisions),
            rows,
            profit,
        })
    };
    arms.iter().filter_map(lift).collect()
}

impl Mean {
    fn over(self, other: Self) -> Interval {
        let difference = self.mean - other.mean;
        let reach = REACH * self.error.hypot(other.error);
        Interval { difference, low: difference - reach, high: difference + reach }
    }
}

impl Interval {
    fn verdict(self, decisions: usize) -> Verdict {
        if self.low > 0.0 {
            return Verdict::Gains;
        }
        if self.high < 0.0 {
            return Verdict::Loses;
        }
        let error = (self.high - self.low) / (2.0 * REACH);
        let times = ((REACH + POWER) * error / self.difference).powi(2);
        let needs = counted(decisions) * times;
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a finite number of people above zero, below 1e15"
        )]
        let needs = (needs.is_finite() && needs < 1e15).then(|| needs.ceil() as u64);
        Verdict::Unseen { needs }
    }
}

fn winner(lifts: &[Lift]) -> Option<String> {
    let gains = lifts.iter().filter(|lift| lift.verdict == Verdict::Gains);
    let best = gains.max_by(|one, other| one.profit.difference.total_cmp(&other.profit.difference));
    best.map(|lift| lift.action.clone())
}

#[allow(clippy::cast_precision_loss, reason = "counts of people are far below 2^53")]
fn counted(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(action: &str, chance: f64, profit: f64) -> Judged {
        Judged {
            person: 0,
            action: action.into(),
            value: profit,
            chances: String::new(),
            looked_at: None,
            weight: 1.0 / chance,
            rows: profit,
            cost: 0.0,
            profit,
        }
    }

    #[test]
    fn people_who_would_have_bought_anyway_do_not_make_an_action_look_good() {
        // Half would buy for 10 whatever is done. They are picked with 9 chances in 10, others with 1.
        let mut all = Vec::new();
        for (profit, picked, not) in [(10.0, 90, 10), (0.0, 10, 90)] {
            let chance = f64::from(picked) / 100.0;
            all.extend((0..picked).map(|_| seen("card", chance, profit)));
            all.extend((0..not).map(|_| seen(NONE, 1.0 - chance, profit)));
        }
        let gone = BTreeMap::new();
        let (card, none) = (arm("card", &all, &gone), arm(NONE, &all, &gone));
        assert!((card.profit.mean - 5.0).abs() < 1e-9 && (none.profit.mean - 5.0).abs() < 1e-9);
        let verdict = card.profit.over(none.profit).verdict(all.len());
        assert_eq!(verdict, Verdict::Unseen { needs: None });
    }

    #[test]
    fn a_difference_that_may_be_none_names_the_people_it_would_take() {
        let spans = Interval { difference: 1.0, low: -1.0, high: 3.0 };
        // (1.96 + 0.84)² × (2 / 1.96 / 2 × 2)² / 1² of 100 people.
        assert_eq!(spans.verdict(100), Verdict::Unseen { needs: Some(818) });
        let gains = Interval { difference: 2.0, low: 1.0, high: 3.0 };
        assert_eq!(gains.verdict(100), Verdict::Gains);
        assert_eq!(Interval { difference: -2.0, low: -3.0, high: -1.0 }.verdict(9), Verdict::Loses);
    }

    #[test]
    fn one_person_alone_shows_nothing() {
        let own = seen("card", 0.5, 100.0);
        assert!(mean(&[&own], |one| one.profit).error.is_infinite());
    }
}
