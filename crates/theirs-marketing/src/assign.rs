//! What is done for one person: by lot, or what is worth most, and with what chance.
//!
//! Everybody's chance of every action is known and above nothing: some are control, some of the others
//! are drawn though scores would choose. That costs what the best action would have brought for those,
//! and buys that any other way of choosing can be judged from the same letters later.

use crate::campaign::{Campaign, NONE};

/// The action that was chosen for somebody.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Choice {
    /// Its place in the campaign's actions; none for [`NONE`].
    pub(crate) action: Option<usize>,
    /// The chance with which it was chosen.
    pub(crate) propensity: f64,
    /// Whether the person is control.
    pub(crate) control: bool,
}

/// What is drawn for a person, from 0 up to 1 each.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lot {
    /// The same for each run of a campaign: who is control stays so.
    pub(crate) control: f64,
    /// Another for each run.
    pub(crate) action: f64,
}

/// How an action is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// All are as likely.
    Lot,
    /// The best, by its place; none for [`NONE`].
    Best(Option<usize>),
}

/// What is advised for a person, and why.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Advice {
    /// How the action is chosen.
    pub(crate) way: Way,
    /// What the best action is worth.
    pub(crate) score: Option<f64>,
    /// Why it is, in words to the person.
    pub(crate) because: Option<String>,
    /// What would change that, in words to the person.
    pub(crate) would_change: Option<String>,
}

impl Advice {
    /// Nothing is known yet: a lot is drawn.
    pub(crate) fn lot() -> Self {
        Self { way: Way::Lot, score: None, because: None, would_change: None }
    }
}

impl Choice {
    /// Chooses for one person.
    pub(crate) fn of(campaign: &Campaign, way: Way, lot: Lot) -> Self {
        let control = lot.control < campaign.control;
        let action = if control { None } else { chosen(campaign, way, lot.action) };
        Self { action, propensity: propensity(campaign, way, action), control }
    }

    /// The chance of every action by name, as it is kept.
    pub(crate) fn chances(campaign: &Campaign, way: Way) -> String {
        let places = (0..campaign.actions.len()).map(Some).chain([None]);
        let chance = |place: Option<usize>| {
            let action = place.and_then(|at| campaign.actions.get(at));
            let name = action.map_or(NONE, |action| action.name.as_str());
            (name.to_owned(), propensity(campaign, way, place).into())
        };
        serde_json::Value::Object(places.map(chance).collect()).to_string()
    }

    /// The name of the action.
    pub(crate) fn name(self, campaign: &Campaign) -> &str {
        let action = self.action.and_then(|at| campaign.actions.get(at));
        action.map_or(NONE, |action| &action.name)
    }
}

fn chosen(campaign: &Campaign, way: Way, lot: f64) -> Option<usize> {
    let count = campaign.actions.len();
    match way {
        Way::Lot => Some(place(lot, count)),
        Way::Best(_) if lot < campaign.explore => {
            // The last place is that of no action.
            Some(place(lot / campaign.explore, count + 1)).filter(|at| *at < count)
        }
        Way::Best(best) => best,
    }
}

/// The chance of an action; control and whoever is drawn to get nothing count together.
fn propensity(campaign: &Campaign, way: Way, action: Option<usize>) -> f64 {
    let (control, explore) = (campaign.control, campaign.explore);
    let control_too = if action.is_none() { control } else { 0.0 };
    let of_others = match way {
        Way::Lot if action.is_none() => 0.0,
        Way::Lot => 1.0 / counted(campaign.actions.len()),
        Way::Best(best) => {
            let is_best = if best == action { 1.0 - explore } else { 0.0 };
            is_best + explore / counted(campaign.actions.len() + 1)
        }
    };
    control_too + (1.0 - control) * of_others
}

/// The place that a number from 0 up to 1 falls on, of so many.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the product lies between 0 and a count of at most 21"
)]
fn place(lot: f64, count: usize) -> usize {
    ((lot * counted(count)) as usize).min(count.saturating_sub(1))
}

#[allow(clippy::cast_precision_loss, reason = "counts of actions are small")]
fn counted(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::campaign::{Action, Outcome};

    pub(crate) fn campaign(actions: usize) -> Campaign {
        let action = |at: usize| Action {
            name: format!("a{at}"),
            says: String::new(),
            reason: String::new(),
            costs: 1.0,
            to: None,
            columns: Vec::new(),
            via: crate::Via::List,
            letter: None,
        };
        Campaign {
            name: "spring".into(),
            purpose: "letter".into(),
            called: "Spring".into(),
            audience: None,
            features: None,
            actions: (0..actions).map(action).collect(),
            outcome: Outcome {
                activity: "orders".into(),
                at: "at".into(),
                value: None,
                within_days: 28,
                worth: 1.0,
            },
            control: 0.1,
            explore: 0.2,
            at_most: None,
            translations: std::collections::BTreeMap::new(),
        }
    }

    /// How often each action is chosen over a fine grid of lots, with the chance it is said to have.
    fn tally(campaign: &Campaign, way: Way) -> Vec<(f64, f64)> {
        const STEPS: u32 = 400;
        let actions = campaign.actions.len();
        let mut counts = vec![(0.0, 0.0); actions + 1];
        for control in 0..STEPS {
            for action in 0..STEPS {
                let at = |step: u32| (f64::from(step) + 0.5) / f64::from(STEPS);
                let lot = Lot { control: at(control), action: at(action) };
                let choice = Choice::of(campaign, way, lot);
                let one = &mut counts[choice.action.unwrap_or(actions)];
                one.0 += 1.0 / f64::from(STEPS * STEPS);
                one.1 = choice.propensity;
            }
        }
        counts
    }

    #[test]
    fn an_action_is_chosen_as_often_as_its_chance_says() {
        for actions in 1..5 {
            let campaign = campaign(actions);
            for way in [Way::Lot, Way::Best(None), Way::Best(Some(0)), Way::Best(Some(actions - 1))]
            {
                let counts = tally(&campaign, way);
                for (seen, said) in &counts {
                    assert!((seen - said).abs() < 0.005, "{actions} {way:?}: {seen} {said}");
                    assert!(*said > 0.0, "every action has a chance");
                }
                let all: f64 = counts.iter().map(|(_, said)| said).sum();
                assert!((all - 1.0).abs() < 1e-12, "{actions} {way:?}");
            }
        }
    }

    #[test]
    fn who_is_control_gets_nothing_whatever_is_best() {
        let lot = Lot { control: 0.05, action: 0.99 };
        let choice = Choice::of(&campaign(2), Way::Best(Some(1)), lot);
        assert!(choice.control && choice.action.is_none());
    }
}
