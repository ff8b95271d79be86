//! Reads comparisons: their levels, the shares that are not learnt, and whether rarity counts.

use std::collections::BTreeMap;

use super::{Columns, Gone, probability};
use crate::charter::{Compared, Comparison, Fixed, Measure};
use crate::problem::quoted;
use crate::read::fields::{Fields, entries};
use crate::read::found::Problems;
use crate::read::scalar::{items, scalar};
use crate::text::{Node, Place, Tree};

const FREQUENCY: &str = "term_frequency_adjustments";
const LEVELS: &str = "comparison_levels";
const JARO_WINKLER: &str = "jaro_winkler_above";
const M: &str = "m_probability";
const U: &str = "u_probability";
const KNOWN: &[&str] = &[FREQUENCY, LEVELS, M, U];
const OF_NAME: &[&str] = &[FREQUENCY, JARO_WINKLER, M, U];
const OF_ADDRESS: &[&str] = &[FREQUENCY, M, U];
const MEASURES: [&str; 4] =
    [JARO_WINKLER, "levenshtein_at_most", "damerau_levenshtein_at_most", "within_days"];
const OF_LEVEL: &[&str] = &["level", MEASURES[0], MEASURES[1], MEASURES[2], MEASURES[3], M, U];
/// The ends of every list of levels.
const FIRST: &str = "exact_match";
const LAST: &str = "else";
/// The most levels between the two.
const MOST_BETWEEN: usize = 13;
const MOST_KEYSTROKES: usize = 10;
const MOST_DAYS: usize = 36_525;

pub(super) fn comparisons(
    node: &Node,
    columns: &Columns,
    gone: &Gone<'_>,
    found: &Problems,
) -> BTreeMap<String, Comparison> {
    let mut list = BTreeMap::new();
    for (key, node) in entries(node, "\"comparisons\"", found).unwrap_or_default() {
        if let Some(kind) = kind(key.place, &key.text, columns, gone, found) {
            list.extend(comparison(node, &key.text, kind, found).map(|c| (key.text.clone(), c)));
        }
    }
    list
}

/// What a comparison of this name compares.
fn kind(
    place: Place,
    given: &str,
    columns: &Columns,
    gone: &Gone<'_>,
    found: &Problems,
) -> Option<Compared> {
    let name = |(column, kind): &(String, Compared)| {
        kind.joint().map_or_else(|| column.clone(), str::to_owned)
    };
    if let Some(one) = columns.iter().find(|one| name(one) == given) {
        return Some(one.1);
    }
    let column = columns.iter().find(|(column, _)| column == given);
    if let Some(joint) = column.and_then(|(_, kind)| kind.joint()) {
        let message = format!("{} is compared as a part of {}", quoted(given), quoted(joint));
        found.add(place, message, &format!("write {}", quoted(joint)));
        return None;
    }
    let mut known: Vec<String> = columns.iter().map(name).collect();
    known.dedup();
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    gone.report(place, given, &known, found);
    None
}

fn comparison(node: &Node, name: &str, kind: Compared, found: &Problems) -> Option<Comparison> {
    let known = match kind.joint() {
        Some("name") => OF_NAME,
        Some(_) => OF_ADDRESS,
        None => KNOWN,
    };
    let mut fields = Fields::open(node, &format!("comparison {}", quoted(name)), known, found)?;
    let term_frequency_adjustments = fields.flag(FREQUENCY).unwrap_or(true);
    let near_and_alike = fields.optional(JARO_WINKLER).and_then(|node| near_and_alike(node, found));
    let (mut levels, mut fixed, mut count) = (None, BTreeMap::new(), kind.levels().len());
    if let Some(node) = fields.optional(LEVELS) {
        let read = chosen(node, kind, found)?;
        (levels, fixed, count) = (Some(read.0), read.1, read.2);
    } else {
        let mut take = |key: &'static str, set: fn(&mut Fixed) -> &mut Option<f64>| {
            let Some(node) = fields.optional(key) else { return };
            for (level, share) in shares(node, key, kind, found) {
                *set(fixed.entry(level).or_default()) = Some(share);
            }
        };
        take(M, |fixed| &mut fixed.m);
        take(U, |fixed| &mut fixed.u);
    }
    fields.close();
    for (what, share) in [(M, (|fixed| fixed.m) as fn(&Fixed) -> Option<f64>), (U, |f| f.u)] {
        add_up(node.place, what, fixed.values().filter_map(share), count, found);
    }
    Some(Comparison { term_frequency_adjustments, levels, fixed, near_and_alike })
}

/// The shares of some of the derived levels, by their numbers.
fn shares(node: &Node, what: &str, kind: Compared, found: &Problems) -> Vec<(usize, f64)> {
    let mut list = Vec::new();
    for (key, node) in entries(node, &quoted(what), found).unwrap_or_default() {
        let levels = kind.levels();
        let Some(at) = levels.iter().position(|level| *level == key.text) else {
            found.unknown(key.place, "level", &key.text, levels);
            continue;
        };
        list.extend(probability(node, what, found).map(|share| (at + 1, share)));
    }
    list
}

/// Shares add up to one: exactly if all are given, and to less if some are still to be learnt.
fn add_up(
    place: Place,
    what: &str,
    shares: impl Iterator<Item = f64>,
    levels: usize,
    found: &Problems,
) {
    const SLACK: f64 = 1e-6;
    let (count, sum) = shares.fold((0, 0.0), |(count, sum), share| (count + 1, sum + share));
    if count == levels && (sum - 1.0_f64).abs() > SLACK {
        let message = format!("{} of all levels adds up to {}, not to 1", quoted(what), short(sum));
        found.add(place, message, "leave one of them out, and it takes the rest");
    } else if count > 0 && count < levels && sum > 1.0 - SLACK {
        let message = format!("{} of these levels adds up to {}", quoted(what), short(sum));
        found.add(place, message, "leave something for the levels that are not given");
    }
}

fn short(sum: f64) -> String {
    let text = format!("{sum:.4}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The measures between the first level and the last, the shares, and how many levels there are.
type Chosen = (Vec<Measure>, BTreeMap<usize, Fixed>, usize);

fn chosen(node: &Node, kind: Compared, found: &Problems) -> Option<Chosen> {
    let problems = found.count();
    let mut list: Vec<(Level, Fixed)> = Vec::new();
    let items = items(node, LEVELS, found);
    for item in &items {
        list.extend(level(item, kind, found));
    }
    if found.count() > problems {
        return None;
    }
    let is_end = |at: usize, end: Level| list.get(at).is_some_and(|(level, _)| *level == end);
    if !is_end(0, Level::First) {
        let message = format!("{} begins with {}", quoted(LEVELS), quoted(FIRST));
        found.add(node.place, message, "put it first");
        return None;
    }
    if !is_end(list.len() - 1, Level::Last) {
        list.push((Level::Last, Fixed::default()));
    }
    let between = &list[1..list.len() - 1];
    let measures: Option<Vec<Measure>> = between.iter().map(|(level, _)| level.measure()).collect();
    let Some(measures) = measures.filter(|list| list.len() <= MOST_BETWEEN) else {
        let message = format!("between {FIRST} and {LAST} stand at most {MOST_BETWEEN} measures");
        found.add(node.place, message, "each of the two ends stands once");
        return None;
    };
    let fixed = (1..).zip(&list).map(|(number, (_, fixed))| (number, *fixed));
    let fixed = fixed.filter(|(_, fixed)| *fixed != Fixed::default()).collect();
    Some((measures, fixed, list.len()))
}

#[derive(Clone, Copy, PartialEq)]
enum Level {
    First,
    Between(Measure),
    Last,
}

impl Level {
    fn measure(self) -> Option<Measure> {
        match self {
            Self::Between(measure) => Some(measure),
            Self::First | Self::Last => None,
        }
    }
}

/// One item of the list; a measure with several numbers is several levels.
fn level(node: &Node, kind: Compared, found: &Problems) -> Vec<(Level, Fixed)> {
    let ends = [(FIRST, Level::First), (LAST, Level::Last)];
    if let Tree::Scalar(_) = node.tree {
        let end = crate::read::scalar::one_of(node, "a level", &ends, found);
        return end.map(|end| (end, Fixed::default())).into_iter().collect();
    }
    let Some(mut fields) = Fields::open(node, "a level", OF_LEVEL, found) else {
        return Vec::new();
    };
    let mut levels: Vec<Level> = fields.maybe_one_of("level", &ends).into_iter().collect();
    for name in MEASURES {
        if let Some(node) = fields.optional(name) {
            levels.extend(measures(node, name, kind, found).into_iter().map(Level::Between));
        }
    }
    let mut share = |name| fields.optional(name).and_then(|node| probability(node, name, found));
    let fixed = Fixed { m: share(M), u: share(U) };
    fields.close();
    if levels.is_empty() || (levels.len() > 1 && fixed != Fixed::default()) {
        let message = format!("a level with a share is one level, this is {}", levels.len());
        found.add(node.place, message, "write each on its own, with its own shares");
    }
    levels.into_iter().map(|level| (level, fixed)).collect()
}

fn measures(node: &Node, name: &'static str, kind: Compared, found: &Problems) -> Vec<Measure> {
    let is_date = kind == Compared::BirthDate;
    if (name == MEASURES[3]) != is_date && (name == MEASURES[3] || name == JARO_WINKLER) {
        let message = format!("{} does not suit this column", quoted(name));
        let others = if is_date { &MEASURES[1..] } else { &MEASURES[..3] };
        found.add(node.place, message, &format!("known are: {}", others.join(", ")));
        return Vec::new();
    }
    let read = |node: &&Node| {
        Some(match name {
            JARO_WINKLER => Measure::JaroWinkler(similarity(node, found)?),
            "within_days" => {
                Measure::Days(u32::try_from(whole(node, name, MOST_DAYS, found)?).ok()?)
            }
            "levenshtein_at_most" => {
                Measure::Levenshtein(whole(node, name, MOST_KEYSTROKES, found)?)
            }
            _ => Measure::DamerauLevenshtein(whole(node, name, MOST_KEYSTROKES, found)?),
        })
    };
    items(node, name, found).iter().filter_map(read).collect()
}

fn similarity(node: &Node, found: &Problems) -> Option<f32> {
    let text = scalar(node, JARO_WINKLER, found)?;
    let number = text.parse::<f32>().ok().filter(|number| (0.5..1.0).contains(number));
    if number.is_none() {
        let message = format!("{} is not a similarity from 0.5 to below 1", quoted(&text));
        found.add(node.place, message, "0.92 is one slip in a name of usual length");
    }
    number
}

fn whole(node: &Node, what: &str, most: usize, found: &Problems) -> Option<usize> {
    let text = scalar(node, what, found)?;
    let number = text.parse().ok().filter(|number| (1..=most).contains(number));
    if number.is_none() {
        let message = format!("{} is not a whole number from 1 to {most}", quoted(&text));
        found.add(node.place, message, "");
    }
    number
}

/// The two similarities of a name, the higher first.
fn near_and_alike(node: &Node, found: &Problems) -> Option<[f32; 2]> {
    let problems = found.count();
    let list: Vec<f32> =
        items(node, JARO_WINKLER, found).iter().filter_map(|n| similarity(n, found)).collect();
    match list[..] {
        _ if found.count() > problems => None,
        [near, alike] if near > alike => Some([near, alike]),
        _ => {
            let message = format!("{} of a name is two falling numbers", quoted(JARO_WINKLER));
            found.add(node.place, message, "[0.92, 0.8] is what is used without it");
            None
        }
    }
}
