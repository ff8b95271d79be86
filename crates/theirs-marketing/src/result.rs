//! What a campaign gained: what people did after it was decided for them, against control.
//!
//! Each decision weighs as much as its chance was small (Hájek, 1971), so that people who were picked
//! because they would buy anyway do not make an action look good, and runs that drew differently add up.
//! A decision counts once its time is over, and one of a person for each such time. An action is said to
//! gain only if its interval lies above zero, and else how many people it would take.

mod odd;
mod sift;
mod terms;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type, Int64Type, TimeUnit, TimestampMicrosecondType};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde_json::{Map, Value};
use theirs_model::UseId;
use theirs_query::{Asker, Decided, Door, Past, statement_fault};

pub use self::odd::Odd;
pub(crate) use self::sift::comparable;
use self::sift::{Sifted, sift};
pub use self::terms::Changed;
pub(crate) use self::terms::Terms;
use crate::campaign::{Campaign, NONE, Outcome};
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
    /// Of how many people they are.
    pub people: usize,
    /// How many are too young to count.
    pub open: usize,
    /// How many are in no figure, and why.
    pub set_aside: SetAside,
    /// The yardsticks that stood when decisions were made, and are not that of the file.
    pub changed: Vec<Changed>,
    /// Of how many judged decisions it is not on record what they were to be judged by.
    pub unrecorded: usize,
    /// Rows of the outcome that are too large to be true.
    pub odd: Option<Odd>,
    /// What came of each action; [`NONE`] is the last.
    pub arms: Vec<Arm>,
    /// What each action gained over nothing.
    pub lifts: Vec<Lift>,
    /// The action that gained most, if any gained for sure.
    pub winner: Option<String>,
}

/// Decisions that are not judged.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct SetAside {
    /// Of people for whom it had been decided so lately that they had to rest.
    pub again: usize,
    /// Of runs in which one thing alone could happen, or nobody was written to.
    pub one_sided: usize,
    /// Of actions that the campaign has no more, by their names.
    pub nameless: BTreeMap<String, usize>,
}

/// What came of an action.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Arm {
    /// The action.
    pub action: String,
    /// How many people.
    pub people: usize,
    /// How many decisions.
    pub decisions: usize,
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
    /// Whether what was looked at is what the campaign looks at now; nothing where that is not on record.
    pub(crate) is_like_now: Option<bool>,
    weight: f64,
    rows: f64,
    cost: f64,
    profit: f64,
}

/// Everything that a campaign decided and that can be judged now.
pub(crate) struct History {
    pub(crate) uses: Vec<UseId>,
    pub(crate) judged: Vec<Judged>,
    pub(crate) odd: Option<Odd>,
    open: usize,
    set_aside: SetAside,
    changed: Vec<Changed>,
    unrecorded: usize,
    gone: BTreeMap<String, u64>,
}

/// By which outcome decisions are judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Yardstick {
    /// That which stood when they were made: what was gained.
    Then,
    /// That of the file: what is to come.
    Now,
}

/// Says what a campaign gained.
///
/// # Errors
/// The door refuses or cannot answer.
pub fn gained(door: &Door, asker: &Asker, campaign: &Campaign) -> Result<Gained, DecideError> {
    let history = History::read(door, asker, campaign, Yardstick::Then)?;
    let judged = &history.judged;
    let actions = campaign.actions.iter().map(|action| action.name.as_str()).chain([NONE]);
    let arms: Vec<Arm> = actions.map(|action| arm(action, judged, &history.gone)).collect();
    let lifts = lifts(campaign, &arms, judged);
    Ok(Gained {
        decisions: judged.len(),
        people: judged.iter().map(|one| one.person).collect::<BTreeSet<i64>>().len(),
        winner: winner(&lifts),
        uses: history.uses,
        open: history.open,
        set_aside: history.set_aside,
        changed: history.changed,
        unrecorded: history.unrecorded,
        odd: history.odd,
        arms,
        lifts,
    })
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

    /// Whether an action had a chance, as far as that is known.
    fn could_have(&self, action: &str) -> bool {
        let Some(chances) = self.chances() else { return true };
        chances.get(action).is_some_and(|chance| *chance > 0.0)
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
            is_like_now: Some(true),
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
        by: Yardstick,
    ) -> Result<Self, DecideError> {
        let past = door.decisions(asker, &campaign.purpose, &campaign.name)?;
        let terms = Recorded::of(door, campaign, &past, by)?;
        let Sifted { judged: places, open, again, one_sided } =
            sift(&past.decisions, campaign, door.clock(), |one| terms.outcome(one).within_days);
        let mut set_aside = SetAside { again, one_sided, nameless: BTreeMap::new() };
        let mut over = Vec::new();
        for one in places.into_iter().filter_map(|at| past.decisions.get(at)) {
            let action = &one.made.action;
            if action != NONE && campaign.action(action).is_none() {
                *set_aside.nameless.entry(action.clone()).or_default() += 1;
            } else {
                over.push(one);
            }
        }
        let (mut uses, mut judged, mut odd) = (vec![past.use_id], Vec::new(), None);
        for (outcome, those) in terms.by_columns(&over) {
            let (Some(first), Some(last)) = (those.first(), those.last()) else { continue };
            let longest = those.iter().map(|one| terms.outcome(one).within_days).max();
            let until = last.at.saturating_add(days(longest.unwrap_or(0)));
            let sql = statement(&campaign.purpose, outcome, first.at, until);
            let answer = door.ask(asker, sql.as_str())?;
            uses.push(answer.use_id);
            let mut did = deeds(&answer.batches, outcome.value.is_some())?;
            odd = odd::set_aside(&mut did, &outcome.activity).or(odd);
            judged.extend(those.into_iter().map(|one| {
                self::judged(one, campaign, terms.outcome(one), terms.is_like_now(one), &did)
            }));
        }
        let changed = terms.changed(&over);
        let unrecorded = over.iter().filter(|one| !terms.of_run.contains_key(&one.use_id)).count();
        Ok(Self { uses, judged, odd, open, set_aside, changed, unrecorded, gone: past.gone })
    }
}

/// What is on record of the yardsticks of runs.
struct Recorded<'c> {
    campaign: &'c Campaign,
    now: Terms,
    of_run: BTreeMap<UseId, Terms>,
    /// Those by which nothing can be judged now, as the purpose does not see their columns any more.
    unseen: Vec<Outcome>,
    by: Yardstick,
}

impl<'c> Recorded<'c> {
    fn of(
        door: &Door,
        campaign: &'c Campaign,
        past: &Past,
        by: Yardstick,
    ) -> Result<Self, DecideError> {
        let read = past.terms.iter();
        let of_run: BTreeMap<UseId, Terms> = read
            .filter_map(|(use_id, text)| Some((*use_id, serde_json::from_str(text).ok()?)))
            .collect();
        let charter = door.charter()?;
        let purpose = charter.purpose(&campaign.purpose).ok_or(DecideError::Shape)?;
        let mut others: Vec<&Outcome> = Vec::new();
        for Terms { outcome, .. } in of_run.values() {
            let is_known = |other: &&Outcome| other.reads_like(outcome);
            if !outcome.reads_like(&campaign.outcome) && !others.iter().any(is_known) {
                others.push(outcome);
            }
        }
        let is_unseen = |outcome: &Outcome| {
            let (from, until) = (Timestamp::UNIX_EPOCH, Ok(Timestamp::UNIX_EPOCH));
            let sql = statement(&campaign.purpose, outcome, from, until);
            statement_fault(&charter, purpose, &sql).is_some()
        };
        let unseen: Vec<Outcome> =
            others.into_iter().filter(|outcome| is_unseen(outcome)).cloned().collect();
        Ok(Self { campaign, now: Terms::of(campaign), of_run, unseen, by })
    }

    /// By what a decision is judged.
    fn outcome(&self, one: &Decided) -> &Outcome {
        let then = self.of_run.get(&one.use_id).map(|terms| &terms.outcome);
        let then = then.filter(|then| self.by == Yardstick::Then && self.is_seen(then));
        then.unwrap_or(&self.campaign.outcome)
    }

    fn is_seen(&self, outcome: &Outcome) -> bool {
        !self.unseen.iter().any(|other| other.reads_like(outcome))
    }

    /// Whether what was looked at for a decision is what is looked at now.
    fn is_like_now(&self, one: &Decided) -> Option<bool> {
        Some(self.of_run.get(&one.use_id)?.features == self.now.features)
    }

    /// The decisions by the columns that say what came of them.
    fn by_columns<'d>(&self, over: &[&'d Decided]) -> Vec<(&Outcome, Vec<&'d Decided>)> {
        let mut found: Vec<(&Outcome, Vec<&'d Decided>)> = Vec::new();
        for one in over {
            let outcome = self.outcome(one);
            match found.iter_mut().find(|(other, _)| other.reads_like(outcome)) {
                Some((_, those)) => those.push(*one),
                None => found.push((outcome, vec![*one])),
            }
        }
        found
    }

    /// Where the file says something else than what stood when decisions were made.
    fn changed(&self, over: &[&Decided]) -> Vec<Changed> {
        let mut found: Vec<Changed> = Vec::new();
        for one in over {
            let Some(Terms { outcome: then, .. }) = self.of_run.get(&one.use_id) else { continue };
            if then.is_like(&self.campaign.outcome) {
                continue;
            }
            if let Some(known) = found.iter_mut().find(|other| other.then.is_like(then)) {
                known.decisions += 1;
            } else {
                let is_used = self.is_seen(then);
                found.push(Changed { decisions: 1, then: then.clone(), is_used });
            }
        }
        found
    }
}

pub(crate) fn within(campaign: &Campaign) -> SignedDuration {
    days(campaign.outcome.within_days)
}

fn days(count: u16) -> SignedDuration {
    SignedDuration::from_hours(24 * i64::from(count))
}

/// The statement that gives what people did within some time, until its end if it has one.
fn statement(
    purpose: &str,
    outcome: &Outcome,
    from: Timestamp,
    until: Result<Timestamp, jiff::Error>,
) -> String {
    let value = outcome.value.as_ref().map(|name| format!(", \"{name}\"")).unwrap_or_default();
    let until = until.unwrap_or(Timestamp::MAX);
    format!(
        "select person_id, \"{at}\"{value} from \"{purpose}\".\"{activity}\" \
         where \"{at}\" >= timestamp '{from}' and \"{at}\" < timestamp '{until}'",
        at = outcome.at,
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
    let sql = statement(&campaign.purpose, &campaign.outcome, from, Ok(until));
    let answer = door.ask(asker, sql.as_str())?;
    outcomes(&answer.batches, campaign)
}

/// What each person did: when, in microseconds, and how much.
pub(crate) type Did = HashMap<i64, Vec<(i64, f64)>>;

/// The rows of an outcome's statement, without those that are too large to be true.
pub(crate) fn outcomes(batches: &[RecordBatch], campaign: &Campaign) -> Result<Did, DecideError> {
    let mut did = deeds(batches, campaign.outcome.value.is_some())?;
    odd::set_aside(&mut did, &campaign.outcome.activity);
    Ok(did)
}

/// The same with all of them.
fn deeds(batches: &[RecordBatch], has_value: bool) -> Result<Did, DecideError> {
    let mut did = Did::new();
    let read =
        |array: &dyn Array, kind: DataType| cast(array, &kind).map_err(|_| DecideError::Shape);
    for batch in batches {
        let people = batch.column(0).as_primitive_opt::<Int64Type>().ok_or(DecideError::Shape)?;
        let at = read(batch.column(1), DataType::Timestamp(TimeUnit::Microsecond, None))?;
        let at = at.as_primitive_opt::<TimestampMicrosecondType>().ok_or(DecideError::Shape)?;
        let values = if has_value { Some(read(batch.column(2), DataType::Float64)?) } else { None };
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

fn judged(
    decided: &Decided,
    campaign: &Campaign,
    outcome: &Outcome,
    is_like_now: Option<bool>,
    did: &Did,
) -> Judged {
    let from = decided.at.as_microsecond();
    let until = decided.at.saturating_add(days(outcome.within_days)).unwrap_or(Timestamp::MAX);
    let until = until.as_microsecond();
    let made = decided.made.clone();
    let own = did.get(&made.person).into_iter().flatten();
    let after: Vec<f64> = own
        .filter(|(at, _)| (from..until).contains(at))
        .map(|(_, amount)| amount * outcome.worth)
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
        is_like_now,
        weight: 1.0 / made.propensity,
        rows: counted(after.len()),
        cost,
        profit: value - cost,
    }
}

fn arm(action: &str, judged: &[Judged], gone: &BTreeMap<String, u64>) -> Arm {
    let own = of_action(action, judged);
    Arm {
        action: action.to_owned(),
        people: own.iter().map(|one| one.person).collect::<BTreeSet<i64>>().len(),
        decisions: own.len(),
        gone: gone.get(action).copied().unwrap_or(0),
        rows: mean(&own, |one| one.rows),
        profit: mean(&own, |one| one.profit),
        cost: mean(&own, |one| one.cost).mean,
    }
}

fn of_action<'j>(action: &str, judged: &'j [Judged]) -> Vec<&'j Judged> {
    judged.iter().filter(|one| one.action == action).collect()
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
    let parts = parts(own, mean, &value);
    if parts.len() < 2 {
        return Mean { mean, error: f64::INFINITY };
    }
    let (spread, count) =
        (parts.values().map(|part| part * part).sum::<f64>(), counted(parts.len()));
    Mean { mean, error: (spread * count / (count - 1.0)).sqrt() }
}

/// What each person adds to the error of a mean, in one order, so that sums are the same each time.
fn parts(own: &[&Judged], mean: f64, value: impl Fn(&Judged) -> f64) -> BTreeMap<i64, f64> {
    let all: f64 = own.iter().map(|one| one.weight).sum();
    let mut of_person: BTreeMap<i64, f64> = BTreeMap::new();
    for one in own {
        *of_person.entry(one.person).or_default() += one.weight * (value(one) - mean) / all;
    }
    of_person
}

/// How far two means go up and down together, as some people are in both over time.
fn shared(one: &[&Judged], other: &[&Judged], value: impl Fn(&Judged) -> f64) -> f64 {
    let of = |own: &[&Judged]| parts(own, mean(own, &value).mean, &value);
    let (one, other) = (of(one), of(other));
    one.iter().filter_map(|(person, part)| Some(part * other.get(person)?)).sum()
}

fn lifts(campaign: &Campaign, arms: &[Arm], judged: &[Judged]) -> Vec<Lift> {
    let lift = |arm: &Arm| {
        campaign.action(&arm.action)?;
        let own = of_action(&arm.action, judged);
        // Who could not have got it is nobody to compare with.
        let could = |one: &&Judged| one.action == NONE && one.could_have(&arm.action);
        let left: Vec<&Judged> = judged.iter().filter(could).collect();
        let over = |own_mean: Mean, value: fn(&Judged) -> f64| {
            own_mean.over(mean(&left, value), shared(&own, &left, value))
        };
        let rows = over(arm.rows, |one| one.rows);
        let profit = over(arm.profit, |one| one.profit);
        Some(Lift {
            action: arm.action.clone(),
            cost_of_one: (rows.low > 0.0).then(|| arm.cost / rows.difference),
            verdict: profit.verdict(judged.len()),
            rows,
            profit,
        })
    };
    arms.iter().filter_map(lift).collect()
}

impl Mean {
    /// The difference of two means that go together as far as `shared` says.
    fn over(self, other: Self, shared: f64) -> Interval {
        let difference = self.mean - other.mean;
        let square = self.error.powi(2) + other.error.powi(2) - 2.0 * shared;
        let reach = REACH * square.max(0.0).sqrt();
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
            is_like_now: None,
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
        let verdict = card.profit.over(none.profit, 0.0).verdict(all.len());
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
    fn who_is_in_both_arms_over_time_counts_once() {
        // Whoever buys much does so in both runs, so the difference is surer than two groups would be.
        let of = |run: usize, action: &str| -> Vec<Judged> {
            let one = |person: i64| {
                let profit = f64::from(u8::try_from(person % 10).unwrap()) + counted(run);
                Judged { person, ..seen(action, 0.5, profit) }
            };
            (0..100).map(one).collect()
        };
        let (none, card) = (of(0, NONE), of(1, "card"));
        let (none, card): (Vec<&Judged>, Vec<&Judged>) =
            (none.iter().collect(), card.iter().collect());
        let profit = |one: &Judged| one.profit;
        let apart = mean(&card, profit).over(mean(&none, profit), 0.0);
        let together = mean(&card, profit).over(mean(&none, profit), shared(&card, &none, profit));
        assert!((together.difference - 1.0).abs() < 1e-9);
        assert!((together.high - together.low) * 5.0 < apart.high - apart.low, "{together:?}");
    }

    #[test]
    fn one_person_alone_shows_nothing() {
        let own = seen("card", 0.5, 100.0);
        assert!(mean(&[&own], |one| one.profit).error.is_infinite());
    }
}
