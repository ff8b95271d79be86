//! What an action changes for each person, learnt from what came of earlier decisions, and what is best
//! for each, with the reason.
//!
//! The effect of each action over nothing is an additive model (`theirs-measure`: the R-learner, whose
//! form is chosen on left-out folds), so a score is its own explanation and what would have changed it
//! is found by scoring again. It is learnt from decisions whose chances were logged and whose time is
//! over, anew at each run: nothing is kept that a correction would have to reach.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde_json::{Map, Value};
use theirs_measure::{Assignment, Coding, Column, Effect, Experiment, Folds, Learnt};

use crate::assign::{Advice, Way};
use crate::campaign::{Campaign, NONE};
use crate::result::Judged;

/// How many judged decisions each action and nothing need before scores choose.
const LEAST_OF_EACH: usize = 200;
/// Into how many bins a column is cut at most, and how many folds there are.
const MOST_BINS: usize = 8;
const FOLDS: u8 = 5;
/// How many combinations of values are scored to say that something is best for everybody.
const MOST_COMBINATIONS: usize = 4_096;
/// Why, where nothing that was looked at speaks for it by itself.
const FOR_EVERYBODY: &str = "it is the best for everybody, as far as we can tell";
const IN_SPITE: &str =
    "nothing we looked at speaks for it by itself, and it is worth most all the same";
const NOT_WORTH_IT: &str = "nothing else is worth its cost for you, as far as we can tell";
/// The salt of the folds.
const SALT: u64 = 8;

/// What was learnt of a campaign.
pub(crate) struct Scores {
    coding: Coding,
    /// For each action, in the order of the campaign, what it changes.
    effects: Vec<Effect>,
    /// What each costs.
    costs: Vec<f64>,
    /// What is best for everybody, once that was asked.
    everybody: OnceLock<Everybody>,
}

/// What is best for everybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Everybody {
    /// The same action, or nothing, whatever is known of somebody.
    Same(Option<usize>),
    /// It differs, or there are too many combinations of values to say.
    Differs,
}

/// What was looked at of one person.
pub(crate) type Features = Map<String, Value>;

impl Scores {
    /// Learns from judged decisions; nothing if they are too few, or were not drawn by lot.
    pub(crate) fn learn(campaign: &Campaign, judged: &[Judged]) -> Option<Self> {
        let known: Vec<(&Judged, Features, BTreeMap<String, f64>)> =
            judged.iter().filter_map(|one| Some((one, one.features()?, one.chances()?))).collect();
        let of = |name: &str| known.iter().filter(|(one, ..)| one.action == name).count();
        let names = campaign.actions.iter().map(|action| action.name.as_str()).chain([NONE]);
        if names.map(of).any(|count| count < LEAST_OF_EACH) {
            return None;
        }
        let seen: Vec<&Features> = known.iter().map(|(_, seen, _)| seen).collect();
        let rows: Vec<u32> = (0..u32::try_from(known.len()).ok()?).collect();
        let coding = Coding::learn(&columns(&seen, None), &rows, MOST_BINS).ok()?;
        let effect = |name: &str| -> Option<Effect> {
            let of_two = |action: &str| action == name || action == NONE;
            // Where it had no chance there is nothing to compare.
            let two: Vec<_> = known
                .iter()
                .filter(|(one, _, all)| of_two(&one.action) && all.contains_key(name))
                .collect();
            let seen: Vec<&Features> = two.iter().map(|(_, seen, _)| seen).collect();
            let sheet = coding.apply(&columns(&seen, Some(&coding))).ok()?;
            let treated: Vec<bool> = two.iter().map(|(one, ..)| one.action == name).collect();
            let outcome: Vec<f64> = two.iter().map(|(one, ..)| one.value).collect();
            let chance = |chances: &BTreeMap<String, f64>| {
                let (own, none) = (chances.get(name)?, chances.get(NONE)?);
                Some(own / (own + none))
            };
            let chances: Option<Vec<f64>> = two.iter().map(|(_, _, all)| chance(all)).collect();
            let chances = chances?;
            let keys = two.iter().map(|(one, ..)| one.person.to_be_bytes());
            let folds = Folds::by_key(keys, FOLDS, SALT).ok()?;
            let experiment = Experiment {
                sheet: &sheet,
                treated: &treated,
                outcome: &outcome,
                assignment: Assignment::Logged(&chances),
                folds: &folds,
            };
            match experiment.learn().ok()? {
                Learnt::Uplift(uplift) => Some(uplift.effect),
                Learnt::ResponseScore(_) => None,
            }
        };
        let effects: Option<Vec<Effect>> =
            campaign.actions.iter().map(|action| effect(&action.name)).collect();
        let costs = campaign.actions.iter().map(|action| action.costs).collect();
        Some(Self { coding, effects: effects?, costs, everybody: OnceLock::new() })
    }

    /// What is best for somebody of whom this was looked at, and why.
    pub(crate) fn advise(&self, campaign: &Campaign, seen: &Features) -> Advice {
        let bins = self.bins(seen);
        let (best, worth) = self.best(&bins);
        Advice {
            way: Way::Best(best),
            score: Some(worth),
            because: self.because(&bins, best),
            would_change: self.would_change(campaign, &bins, best),
        }
    }

    fn bins(&self, seen: &Features) -> Vec<u8> {
        let bin = |coding: &theirs_measure::ColumnCoding| match seen.get(&coding.shape().name) {
            Some(Value::Number(number)) => coding.of_number(number.as_f64().unwrap_or(f64::NAN)),
            Some(Value::String(text)) => coding.of_text(Some(text)),
            _ => 0,
        };
        self.coding.columns().iter().map(bin).collect()
    }

    /// The best action, none if all cost more than they change, and what it is worth.
    fn best(&self, bins: &[u8]) -> (Option<usize>, f64) {
        let worth = self.effects.iter().zip(&self.costs);
        let worth = worth.map(|(effect, costs)| effect.score(bins) - costs);
        let mut best = (None, 0.0);
        for (place, worth) in worth.enumerate() {
            if worth > best.1 {
                best = (Some(place), worth);
            }
        }
        best
    }

    /// The column that spoke most for what was chosen.
    fn because(&self, bins: &[u8], best: Option<usize>) -> Option<String> {
        // Nothing is best as no action is worth it: what spoke most against the first of them.
        let (effect, sign) = match best {
            Some(place) => (self.effects.get(place)?, 1.0),
            None => (self.effects.first()?, -1.0),
        };
        let shares = effect.contributions(bins);
        let most =
            (0..shares.len()).max_by(|a, b| (sign * shares[*a]).total_cmp(&(sign * shares[*b])))?;
        let coding = self.coding.columns().get(most)?;
        if sign * shares[most] <= 0.0 {
            let said = match best {
                _ if self.everybody() == Everybody::Same(best) => FOR_EVERYBODY,
                Some(_) => IN_SPITE,
                None => NOT_WORTH_IT,
            };
            return Some(said.to_owned());
        }
        Some(format!("{}: {}", words(&coding.shape().name), tidy(&coding.label(bins[most]))))
    }

    /// What is best for everybody, found by scoring every combination of values, where they are few.
    fn everybody(&self) -> Everybody {
        *self.everybody.get_or_init(|| {
            let counts: Vec<usize> =
                self.coding.columns().iter().map(|coding| coding.shape().bins).collect();
            let all = counts.iter().try_fold(1_usize, |all, count| all.checked_mul(*count));
            let Some(all) = all.filter(|all| (1..=MOST_COMBINATIONS).contains(all)) else {
                return Everybody::Differs;
            };
            let best_of = |number: usize| {
                let mut rest = number;
                let bin = |count: &usize| {
                    let bin = rest % count;
                    rest /= count;
                    u8::try_from(bin).unwrap_or(u8::MAX)
                };
                self.best(&counts.iter().map(bin).collect::<Vec<u8>>()).0
            };
            let first = best_of(0);
            let is_same = (1..all).all(|number| best_of(number) == first);
            if is_same { Everybody::Same(first) } else { Everybody::Differs }
        })
    }

    /// The nearest other value of one column with which something else would have been best, found by
    /// scoring again.
    fn would_change(
        &self,
        campaign: &Campaign,
        bins: &[u8],
        best: Option<usize>,
    ) -> Option<String> {
        let mut nearest: Option<(u8, usize, u8, Option<usize>)> = None;
        for (column, coding) in self.coding.columns().iter().enumerate() {
            let count = u8::try_from(coding.shape().bins).unwrap_or(u8::MAX);
            for bin in (1..count).filter(|bin| *bin != bins[column]) {
                let mut other = bins.to_vec();
                other[column] = bin;
                let (then, _) = self.best(&other);
                let far = bin.abs_diff(bins[column]);
                if then != best && nearest.is_none_or(|found| far < found.0) {
                    nearest = Some((far, column, bin, then));
                }
            }
        }
        let (_, column, bin, then) = nearest?;
        let coding = self.coding.columns().get(column)?;
        let action = then.and_then(|place| campaign.actions.get(place));
        Some(format!(
            "if it were {}: {}, it would have been: {}",
            words(&coding.shape().name),
            tidy(&coding.label(bin)),
            action.map_or("nothing", |action| &action.says)
        ))
    }
}

/// What was looked at of some people, as columns: numbers where every value is one. `like` says which.
pub(crate) fn columns(seen: &[&Features], like: Option<&Coding>) -> Vec<Column> {
    let mut names: Vec<&String> = seen.iter().flat_map(|one| one.keys()).collect();
    names.sort_unstable();
    names.dedup();
    let known: Option<Vec<&String>> =
        like.map(|coding| coding.columns().iter().map(|one| &one.shape().name).collect());
    let names = known.unwrap_or(names);
    names.into_iter().map(|name| column(name, seen, like)).collect()
}

fn column(name: &str, seen: &[&Features], like: Option<&Coding>) -> Column {
    let values = || seen.iter().map(|one| one.get(name));
    let is_text = |value: Option<&Value>| matches!(value, Some(Value::String(_)));
    let known =
        like.and_then(|coding| coding.columns().iter().find(|one| one.shape().name == name));
    let texts = match known {
        Some(coding) => coding.shape().scale == theirs_measure::Scale::Nominal,
        None => values().any(is_text),
    };
    if texts {
        let text = |value: Option<&Value>| {
            value.map(|v| v.as_str().map_or_else(|| v.to_string(), str::to_owned))
        };
        return Column::texts(name, "", values().map(text).collect());
    }
    let number = |value: Option<&Value>| value.and_then(Value::as_f64).unwrap_or(f64::NAN);
    Column::numbers(name, "", values().map(number).collect())
}

/// A bin in words, with no more places behind a point than people read.
fn tidy(label: &str) -> String {
    let part = |word: &str| {
        let (number, rest) = word.strip_suffix(',').map_or((word, ""), |number| (number, ","));
        let places = number.split_once('.').map_or(0, |(_, places)| places.len());
        match number.parse::<f64>() {
            Ok(read) if places > 2 => format!("{read:.2}{rest}"),
            _ => word.to_owned(),
        }
    };
    label.split(' ').map(part).collect::<Vec<_>>().join(" ")
}

/// A column's name as people read it.
fn words(name: &str) -> String {
    name.replace('_', " ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::assign::tests::campaign;

    /// A letter brings 5 from whoever ordered more than four times, and nothing from others; it costs 1.
    fn judged(people: i64) -> Vec<Judged> {
        let one = |person: i64| {
            let orders = person % 9;
            let (is_control, noise) =
                (person / 9 % 3 == 0, f64::from(u8::try_from(person % 7).unwrap()) / 7.0);
            let moved = !is_control && orders > 4;
            let value = noise + if moved { 5.0 } else { 0.0 };
            let action = if is_control { NONE } else { "a0" };
            let looked_at = json!({ "orders": orders, "town": format!("T{}", person % 4) });
            let chances = json!({ "a0": 2.0 / 3.0, "none": 1.0 / 3.0 });
            Judged::of_test(person, action, value, &chances.to_string(), &looked_at.to_string())
        };
        (0..people).map(|person| one(person * 7_919 % 100_003)).collect()
    }

    #[test]
    fn whoever_a_letter_moves_gets_it_and_every_what_if_holds_when_scored_again() {
        let campaign = campaign(1);
        let scores = Scores::learn(&campaign, &judged(3_000)).unwrap();
        let seen = |orders: i64| {
            let Value::Object(seen) = json!({ "orders": orders, "town": "T1" }) else { panic!() };
            seen
        };
        let (often, seldom) =
            (scores.advise(&campaign, &seen(8)), scores.advise(&campaign, &seen(1)));
        assert_eq!((often.way, seldom.way), (Way::Best(Some(0)), Way::Best(None)));
        let because = often.because.unwrap();
        assert!(because.starts_with("orders: over"), "{because}");
        let change = often.would_change.unwrap();
        assert!(
            change.starts_with("if it were orders: ") && change.ends_with("nothing"),
            "{change}"
        );
        // What the sentence says is so: the same person with few orders is advised nothing.
        assert!(
            (0..=8).any(|orders| scores.advise(&campaign, &seen(orders)).way == Way::Best(None))
        );
    }

    #[test]
    fn best_for_everybody_is_said_only_where_every_value_leads_there() {
        let campaign = campaign(1);
        let scores = Scores::learn(&campaign, &judged(3_000)).unwrap();
        let seen = |orders: i64, town: &str| {
            let Value::Object(seen) = json!({ "orders": orders, "town": town }) else { panic!() };
            seen
        };
        assert_eq!(scores.everybody(), Everybody::Differs, "who orders seldom is not moved");
        let all = (0..9).flat_map(|orders| ["T0", "T1", "T2", "T3"].map(|town| (orders, town)));
        for (orders, town) in all {
            let told = scores.advise(&campaign, &seen(orders, town)).because.unwrap();
            assert_ne!(told, FOR_EVERYBODY, "{orders} {town}");
        }
        let dear = Scores { costs: vec![1_000.0], ..scores };
        let dear = Scores { everybody: OnceLock::new(), ..dear };
        assert_eq!(dear.everybody(), Everybody::Same(None));
        let told = dear.advise(&campaign, &seen(8, "T1"));
        assert_eq!(told.way, Way::Best(None));
        assert_eq!(told.would_change, None);
    }

    #[test]
    fn a_bin_is_told_without_places_that_nobody_reads() {
        let told = tidy("over 2.5, at most 23.16769230769231");
        assert_eq!(told, "over 2.5, at most 23.17");
    }

    #[test]
    fn too_few_decisions_teach_nothing() {
        assert!(Scores::learn(&campaign(1), &judged(300)).is_none());
    }
}
