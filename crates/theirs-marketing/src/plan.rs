//! What a campaign could show, before anything is sent: how many people, for how long, and the smallest
//! gain that would be seen.
//!
//! It looks at what the same people did in a time as long as the outcome's, just before now. That tells
//! how much people differ, which is all that a test's power needs; if the weeks to come are wilder, the
//! test sees less than is said here.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use theirs_query::{Asker, Door, LeftOut};

use crate::assign::Choice;
use crate::campaign::{Campaign, NONE};
use crate::decide::DecideError;
use crate::result::{POWER, REACH, did_since};
use crate::run::{Audience, pick};

/// What a campaign could show.
#[derive(Debug, Clone, Serialize)]
pub struct Plan {
    /// How many people it asks about.
    pub audience: u64,
    /// Whom the promise leaves out, by clause.
    #[serde(skip)]
    pub left_out: Vec<LeftOut>,
    /// How many of its people were decided for, or written to, so lately that they are left alone.
    pub resting: u64,
    /// The groups of a run now: each action, `none` where scores would choose that, and control last.
    pub groups: Vec<Group>,
    /// In how many weeks a run can be judged.
    pub weeks: u64,
    /// What people brought in a time that long, just before now: profit for one person, and how far
    /// they differ.
    pub profit: Spread,
    /// The same of rows of the outcome's activity.
    pub rows: Spread,
    /// The smallest gain of an action in profit for one person that one run would see four times out of
    /// five, after its cost; none if a group is empty or nobody did anything.
    pub smallest_profit: Option<f64>,
    /// The same in rows for one person.
    pub smallest_rows: Option<f64>,
}

/// A group of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Group {
    /// The action; `control` for the last.
    pub action: String,
    /// How many people.
    pub people: u64,
}

/// A mean and a standard deviation.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Spread {
    /// The mean.
    pub mean: f64,
    /// The standard deviation.
    pub deviation: f64,
}

/// Says what a campaign could show.
///
/// # Errors
/// The door refuses or cannot answer.
pub fn plan(door: &Door, asker: &Asker, campaign: &Campaign) -> Result<Plan, DecideError> {
    let audience = Audience::ask(door, asker, campaign, &[])?;
    let picked = pick(door, asker, campaign, &audience)?;
    let people = &picked.ids;
    let days = campaign.outcome.within_days;
    let now = door.clock();
    let span = SignedDuration::from_hours(24 * i64::from(days));
    let since = now.saturating_sub(span).unwrap_or(Timestamp::MIN);
    let did = did_since(door, asker, campaign, since, now)?;
    let of = |person: &i64| did.get(person).map_or(&[][..], Vec::as_slice);
    let rows: Vec<f64> = people.iter().map(|person| counted(of(person).len())).collect();
    let worth = campaign.outcome.worth;
    let value = |person: &i64| of(person).iter().map(|(_, value)| value * worth).sum::<f64>() + 0.0;
    let profit: Vec<f64> = people.iter().map(value).collect();
    let (rows, profit) = (Spread::of(&rows), Spread::of(&profit));
    let groups = groups(campaign, &picked.choices);
    Ok(Plan {
        audience: audience.people.len() as u64,
        left_out: audience.left_out,
        resting: (audience.people.len() - people.len()) as u64,
        weeks: u64::from(days.div_ceil(7)),
        smallest_profit: smallest(&groups, profit),
        smallest_rows: smallest(&groups, rows),
        groups,
        profit,
        rows,
    })
}

/// How many people would get what if it were decided now: who is control stays so from run to run, so it
/// is no share of those who are left.
fn groups(campaign: &Campaign, choices: &[Choice]) -> Vec<Group> {
    let group = |name: &str, is_in: &dyn Fn(&Choice) -> bool| Group {
        action: name.to_owned(),
        people: choices.iter().filter(|choice| is_in(choice)).count() as u64,
    };
    let actions = campaign.actions.iter().enumerate();
    let actions =
        actions.map(|(place, action)| group(&action.name, &|choice| choice.action == Some(place)));
    let nothing = group(NONE, &|choice| choice.action.is_none() && !choice.control);
    let control = group("control", &|choice| choice.control);
    actions.chain((nothing.people > 0).then_some(nothing)).chain([control]).collect()
}

/// The smallest difference between an action and control that is seen in four of five runs, at 95 %.
fn smallest(groups: &[Group], spread: Spread) -> Option<f64> {
    let (control, actions) = groups.split_last()?;
    let action = actions.first()?;
    // Where nobody did anything, nothing is known of how people differ.
    if control.people == 0 || action.people == 0 || spread.deviation <= 0.0 {
        return None;
    }
    #[allow(clippy::cast_precision_loss, reason = "counts of people are far below 2^53")]
    let parts = 1.0 / action.people as f64 + 1.0 / control.people as f64;
    Some((REACH + POWER) * spread.deviation * parts.sqrt())
}

impl Spread {
    fn of(values: &[f64]) -> Self {
        let count = counted(values.len());
        if values.len() < 2 {
            return Self { mean: values.first().copied().unwrap_or(0.0), deviation: 0.0 };
        }
        let mean = values.iter().sum::<f64>() / count;
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        Self { mean, deviation: (squares / (count - 1.0)).sqrt() }
    }
}

#[allow(clippy::cast_precision_loss, reason = "counts of people are far below 2^53")]
fn counted(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_groups_are_those_whom_a_run_would_make_now() {
        let campaign = crate::assign::tests::campaign(2);
        let choice = |action, control| Choice { action, propensity: 0.5, control };
        let told = |choices: &[Choice]| -> Vec<(String, u64)> {
            let found = groups(&campaign, choices);
            found.into_iter().map(|group| (group.action, group.people)).collect()
        };
        let is = |told: Vec<(String, u64)>, expected: &[(&str, u64)]| {
            let expected: Vec<(String, u64)> =
                expected.iter().map(|(name, people)| ((*name).to_owned(), *people)).collect();
            assert_eq!(told, expected);
        };
        let by_lot = [choice(Some(0), false), choice(Some(0), false), choice(Some(1), false)];
        is(told(&by_lot), &[("a0", 2), ("a1", 1), ("control", 0)]);
        let by_scores = [choice(None, false), choice(None, true), choice(None, true)];
        is(told(&by_scores), &[("a0", 0), ("a1", 0), ("none", 1), ("control", 2)]);
        let spread = Spread { mean: 0.0, deviation: 10.0 };
        assert_eq!(smallest(&groups(&campaign, &by_lot), spread), None, "control rests");
    }

    #[test]
    fn the_smallest_gain_is_that_of_the_textbook() {
        // Two groups of 100 and a deviation of 10: 2.80 × 10 × √(2 / 100).
        let group = |action: &str| Group { action: action.into(), people: 100 };
        let spread = Spread { mean: 0.0, deviation: 10.0 };
        let found = smallest(&[group("card"), group("control")], spread).unwrap();
        assert!((found - 3.962).abs() < 0.001, "{found}");
        let nobody = Group { action: "control".into(), people: 0 };
        assert_eq!(smallest(&[group("card"), nobody], spread), None);
        let idle = Spread { mean: 0.0, deviation: 0.0 };
        assert_eq!(smallest(&[group("card"), group("control")], idle), None);
    }
}
