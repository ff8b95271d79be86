//! Which decisions can be compared: one for each person and time in which something may come of it, of
//! runs in which either could happen.
//!
//! Whoever was decided for is left alone for a time, whatever the answer was. Decisions of before that
//! was so are held to it here: where control was decided for again while those who were written to
//! rested, the later decisions have no counterpart, and would compare one season with another.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::{SignedDuration, Timestamp};
use theirs_model::UseId;
use theirs_query::Decided;

use crate::campaign::{Campaign, NONE};

/// The least chance with which a lottery may have come out as it did: what is rarer was none.
const LEAST_LIKELY: f64 = 0.001;
/// Of fewer decisions than these nothing is said: what is rare happens to somebody.
const LEAST_OF_A_RUN: usize = 10;
/// How near to none or to all a chance may be.
const SURE: f64 = 1e-9;

/// What can be compared, by its place among the decisions.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Sifted {
    /// Those whose time is over.
    pub(crate) judged: Vec<usize>,
    /// How many are too young.
    pub(crate) open: usize,
    /// How many were for somebody for whom it had been decided so lately that they had to rest.
    pub(crate) again: usize,
    /// How many are of a run in which one thing alone could happen.
    pub(crate) one_sided: usize,
}

/// The decisions of a campaign whose time is over and that can be compared, by the file's outcome.
pub(crate) fn comparable<'p>(
    past: &'p [Decided],
    campaign: &Campaign,
    now: Timestamp,
) -> Vec<&'p Decided> {
    let sifted = sift(past, campaign, now, |_| campaign.outcome.within_days);
    sifted.judged.into_iter().filter_map(|at| past.get(at)).collect()
}

/// Sifts decisions, the earliest first; `within` says for each how long something may come of it.
pub(crate) fn sift(
    past: &[Decided],
    campaign: &Campaign,
    now: Timestamp,
    within: impl Fn(&Decided) -> u16,
) -> Sifted {
    let mut chances = Chances::default();
    let one_sided = one_sided(past, &mut chances);
    let mut rests: HashMap<i64, Timestamp> = HashMap::new();
    let mut sifted = Sifted::default();
    let after = |at: Timestamp, days: u16| {
        let span = SignedDuration::from_hours(24 * i64::from(days));
        at.saturating_add(span).unwrap_or(Timestamp::MAX)
    };
    for (place, one) in past.iter().enumerate() {
        let person = one.made.person;
        if rests.get(&person).is_some_and(|until| one.at < *until) {
            sifted.again += 1;
            continue;
        }
        let chance = chances.of_nothing(one);
        let is_sure = chance.is_some_and(|chance| !(SURE..=1.0 - SURE).contains(&chance));
        let is_one_sided = is_sure || one_sided.contains(&one.use_id);
        // What nobody got changes nothing for whoever is decided for next.
        if !(is_one_sided && one.made.action == NONE) {
            rests.insert(person, after(one.at, rest(campaign, within(one))));
        }
        if is_one_sided {
            sifted.one_sided += 1;
        } else if after(one.at, within(one)) > now {
            sifted.open += 1;
        } else {
            sifted.judged.push(place);
        }
    }
    sifted
}

/// For how many days somebody is left alone at least, after the one decision that is permitted.
fn rest(campaign: &Campaign, within: u16) -> u16 {
    match campaign.at_most {
        Some(cap) if cap.count == 1 => cap.days.max(within),
        _ => within,
    }
}

/// The runs that came out in a way that their chances do not give: nobody got anything, or everybody.
fn one_sided(past: &[Decided], chances: &mut Chances) -> BTreeSet<UseId> {
    #[derive(Default)]
    struct Run {
        decisions: usize,
        acted: bool,
        left: bool,
        /// The logarithms of the chances that nobody gets anything, and that everybody does.
        all_left: f64,
        all_acted: f64,
    }
    let mut runs: BTreeMap<UseId, Run> = BTreeMap::new();
    for one in past {
        let run = runs.entry(one.use_id).or_default();
        let is_nothing = one.made.action == NONE;
        run.decisions += 1;
        run.acted |= !is_nothing;
        run.left |= is_nothing;
        if let Some(chance) = chances.of_nothing(one) {
            run.all_left += chance.max(SURE).ln();
            run.all_acted += (1.0 - chance).max(SURE).ln();
        }
    }
    let least = LEAST_LIKELY.ln();
    let is_odd = |run: &Run| {
        let (left, acted) = (run.all_left < least, run.all_acted < least);
        run.decisions >= LEAST_OF_A_RUN && ((!run.acted && left) || (!run.left && acted))
    };
    runs.into_iter().filter(|(_, run)| is_odd(run)).map(|(use_id, _)| use_id).collect()
}

/// The chance of nothing, by the text that it is read from: many people have the same.
#[derive(Default)]
struct Chances(HashMap<String, Option<f64>>);

impl Chances {
    fn of_nothing(&mut self, one: &Decided) -> Option<f64> {
        let made = &one.made;
        if let Some(known) = self.0.get(&made.chances) {
            return *known;
        }
        let read: Option<BTreeMap<String, f64>> = serde_json::from_str(&made.chances).ok();
        let chance = read.and_then(|all| all.get(NONE).copied());
        self.0.insert(made.chances.clone(), chance);
        chance
    }
}

#[cfg(test)]
mod tests {
    use theirs_query::Made;

    use super::*;
    use crate::assign::tests::campaign;
    use crate::campaign::Cap;

    const LOT: &str = r#"{"a0":0.9,"none":0.1}"#;

    fn day(number: i64) -> Timestamp {
        Timestamp::from_second(86_400 * number).unwrap()
    }

    fn decided(run: u8, at: i64, person: i64, action: &str, chances: &str) -> Decided {
        let made = Made {
            person,
            action: action.into(),
            propensity: 0.5,
            chances: chances.into(),
            control: action == NONE,
            score: None,
            looked_at: None,
            because: None,
            would_change: None,
            without_outside: None,
        };
        Decided { use_id: UseId([run; 16]), at: day(at), cost: None, made }
    }

    /// A run for a hundred people of whom ten are control.
    fn first_run() -> Vec<Decided> {
        let action = |person: i64| if person < 10 { NONE } else { "a0" };
        (0..100).map(|person| decided(0, 0, person, action(person), LOT)).collect()
    }

    fn capped() -> Campaign {
        Campaign { at_most: Some(Cap { count: 1, days: 60 }), ..campaign(1) }
    }

    #[test]
    fn control_that_was_decided_for_every_day_counts_once_as_those_do_who_were_written_to() {
        let mut past = first_run();
        let once = sift(&past, &capped(), day(100), |_| 28);
        assert_eq!((once.judged.len(), once.again, once.open), (100, 0, 0));
        for run in 1..=50_u8 {
            let again = (0..10).map(|person| decided(run, i64::from(run), person, NONE, LOT));
            past.extend(again);
        }
        let daily = sift(&past, &capped(), day(100), |_| 28);
        assert_eq!((&daily.judged, daily.again), (&once.judged, 500));
        assert_eq!(comparable(&past, &capped(), day(100)).len(), 100);
    }

    #[test]
    fn a_run_that_reached_control_alone_is_not_judged_even_where_the_cap_is_gone() {
        let mut past = first_run();
        past.extend((0..10).map(|person| decided(1, 40, person, NONE, LOT)));
        let sifted = sift(&past, &campaign(1), day(100), |_| 28);
        assert_eq!((sifted.judged.len(), sifted.one_sided), (100, 10));
        // One visitor who got what is rare is no run of its own.
        let rare = r#"{"a0":0.0005,"none":0.9995}"#;
        past.push(decided(2, 80, 500, "a0", rare));
        assert_eq!(sift(&past, &campaign(1), day(200), |_| 28).judged.len(), 101);
    }

    #[test]
    fn what_had_no_chance_is_not_judged_and_what_is_young_waits() {
        let sure = r#"{"a0":0.0,"none":1.0}"#;
        let past = [decided(0, 0, 1, NONE, sure), decided(1, 1, 1, "a0", LOT)];
        let sifted = sift(&past, &campaign(1), day(100), |_| 28);
        assert_eq!((sifted.judged, sifted.one_sided), (vec![1], 1));
        let young = sift(&past, &campaign(1), day(28), |_| 28);
        assert_eq!((young.judged.len(), young.open), (0, 1));
    }

    #[test]
    fn who_is_decided_for_again_after_their_rest_counts_again() {
        let past = [decided(0, 0, 1, NONE, LOT), decided(1, 60, 1, "a0", LOT)];
        assert_eq!(sift(&past, &capped(), day(100), |_| 28).judged, [0, 1]);
        let early = [decided(0, 0, 1, NONE, LOT), decided(1, 59, 1, "a0", LOT)];
        assert_eq!(sift(&early, &capped(), day(100), |_| 28).judged, [0]);
    }
}
