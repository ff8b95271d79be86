//! The answer that the specification demands, and the one that was given, as rows of texts.

use std::collections::{BTreeMap, BTreeSet};

use datafusion::arrow::array::Array;
use datafusion::arrow::util::display::array_value_to_string;
use theirs_query::Answer;

use super::group::cut;
use super::question::{Filter, From, Question, Wanted};
use super::shop::TODAY;
use super::world::{Act, Coarse, Kind, Order, Person, Purpose, Record, World};

/// What a row says of each column; `None` is no value.
pub type Row = BTreeMap<&'static str, Option<String>>;
type Rows = Vec<Vec<String>>;

/// The rows that must come out, and of whom there must be a record that they were looked at.
pub struct Expected {
    pub rows: Rows,
    pub people: BTreeSet<u32>,
}

/// What must come out; none if the question must be refused.
pub fn expected(world: &World, question: &Question) -> Option<Expected> {
    let purpose = world.purpose(question.purpose);
    if question.role != "marketing" || !purpose.usable {
        return None;
    }
    if purpose.least.is_some() {
        // Groups are cut by the first question that is permitted, whatever becomes of it.
        let mut cuts = world.cuts.borrow_mut();
        cuts.entry(purpose.name).or_insert_with(|| cut(world, purpose));
    }
    let asks_orders = question.from != From::Person;
    if asks_orders && purpose.orders.is_empty() {
        return None;
    }
    let granted = match question.from {
        From::Orders => &purpose.orders,
        From::Person | From::Both => &purpose.columns,
    };
    if !named(question).iter().all(|name| granted.iter().any(|(column, _)| column == name)) {
        return None;
    }
    if purpose.least.is_some() {
        return grouped(world, purpose, question);
    }
    let mut found: Vec<(u32, Row)> = Vec::new();
    for (at, person) in (0..).zip(&world.people) {
        if !may_be_seen(world, purpose, person) {
            continue;
        }
        let mut rows: Vec<Row> = Vec::new();
        let own = || row(&purpose.columns, |column| believed(world, person, column));
        match question.from {
            From::Person => rows.push(own()),
            From::Orders => rows.extend(
                person
                    .orders
                    .iter()
                    .map(|o| row(&purpose.orders, |column| Some(ordered(o, column)))),
            ),
            From::Both => rows.extend(person.orders.iter().map(|_| own())),
        }
        found.extend(rows.into_iter().map(|row| (at, row)));
    }
    if let Some(filter) = &question.filter {
        found.retain(|(_, row)| holds(filter, row) == Some(true));
    }
    // Of no row at all is asked nothing about anybody.
    let nothing = matches!(question.wanted, Wanted::First(_, 0));
    let people = found.iter().filter(|_| !nothing).map(|(at, _)| *at).collect();
    let rows: Vec<Row> = found.into_iter().map(|(_, row)| row).collect();
    Some(Expected { rows: answered(&question.wanted, &rows), people })
}

/// What must come out of groups; a question that would join them by the person is refused.
fn grouped(world: &World, purpose: &Purpose, question: &Question) -> Option<Expected> {
    let mut cuts = world.cuts.borrow_mut();
    let cut = cuts.get_mut(purpose.name)?;
    let mut found = match question.from {
        From::Person => cut.people(world, purpose),
        From::Orders => cut.orders(world, purpose),
        From::Both => return None,
    };
    if let Some(filter) = &question.filter {
        found.retain(|(_, row)| holds(filter, row) == Some(true));
    }
    let nothing = matches!(question.wanted, Wanted::First(_, 0));
    let people = found.iter().filter(|_| !nothing).flat_map(|(members, _)| members.clone());
    let people = people.map(|at| u32::try_from(at).unwrap()).collect();
    let rows: Vec<Row> = found.into_iter().map(|(_, row)| row).collect();
    Some(Expected { rows: answered(&question.wanted, &rows), people })
}

fn row(columns: &[(&'static str, Coarse)], raw: impl Fn(&str) -> Option<String>) -> Row {
    let seen = |(name, coarse): &(&'static str, Coarse)| {
        (*name, raw(name).and_then(|value| see(&value, name, *coarse)))
    };
    columns.iter().map(seen).collect()
}

fn answered(wanted: &Wanted, rows: &[Row]) -> Rows {
    let cell = |value: &Option<String>| value.clone().unwrap_or_else(|| "NULL".to_owned());
    let pick = |columns: &[&str]| -> Vec<Vec<Option<String>>> {
        rows.iter().map(|row| columns.iter().map(|name| row[name].clone()).collect()).collect()
    };
    let told = |rows: Vec<Vec<Option<String>>>| -> Rows {
        rows.iter().map(|row| row.iter().map(cell).collect()).collect()
    };
    let mut out = match wanted {
        Wanted::Rows(columns) => told(pick(columns)),
        Wanted::First(columns, count) => {
            let mut rows = pick(columns);
            rows.sort();
            rows.truncate(*count);
            return told(rows);
        }
        Wanted::Distinct(columns) => {
            told(pick(columns).into_iter().collect::<BTreeSet<_>>().into_iter().collect())
        }
        Wanted::Count(None) => vec![vec![rows.len().to_string()]],
        Wanted::Count(Some(by)) => {
            let mut counts: BTreeMap<Option<String>, usize> = BTreeMap::new();
            for row in rows {
                *counts.entry(row[by].clone()).or_default() += 1;
            }
            counts.iter().map(|(value, count)| vec![cell(value), count.to_string()]).collect()
        }
        Wanted::Different(of) => {
            let values: BTreeSet<&String> =
                rows.iter().filter_map(|row| row[of].as_ref()).collect();
            vec![vec![values.len().to_string()]]
        }
        Wanted::Range { of, by } => {
            let mut groups: BTreeMap<Option<String>, BTreeSet<String>> = BTreeMap::new();
            for row in rows {
                groups.entry(row[by].clone()).or_default().extend(row[of].clone());
            }
            let ends = |(value, all): (&Option<String>, &BTreeSet<String>)| {
                vec![cell(value), cell(&all.first().cloned()), cell(&all.last().cloned())]
            };
            groups.iter().map(ends).collect()
        }
    };
    out.sort();
    out
}

/// Every column that a question names.
fn named(question: &Question) -> Vec<&'static str> {
    let mut names = match &question.wanted {
        Wanted::Rows(columns) | Wanted::First(columns, _) | Wanted::Distinct(columns) => {
            columns.clone()
        }
        Wanted::Count(by) => by.iter().copied().collect(),
        Wanted::Different(of) => vec![*of],
        Wanted::Range { of, by } => vec![*of, *by],
    };
    let mut filters: Vec<&Filter> = question.filter.iter().collect();
    while let Some(filter) = filters.pop() {
        match filter {
            Filter::Is(name, _)
            | Filter::IsNot(name, _)
            | Filter::In(name, _)
            | Filter::IsNull(name)
            | Filter::Like(name, _) => names.push(name),
            Filter::Not(one) => filters.push(one),
            Filter::And(one, two) | Filter::Or(one, two) => filters.extend([&**one, &**two]),
        }
    }
    names
}

/// SQL's logic of three values.
fn holds(filter: &Filter, row: &Row) -> Option<bool> {
    match filter {
        Filter::Is(name, value) => row[name].as_ref().map(|seen| seen == value),
        Filter::IsNot(name, value) => row[name].as_ref().map(|seen| seen != value),
        Filter::IsNull(name) => Some(row[name].is_none()),
        Filter::In(name, values) => row[name].as_ref().map(|seen| values.contains(seen)),
        Filter::Like(name, pattern) => row[name].as_ref().map(|seen| {
            let (seen, pattern): (Vec<char>, Vec<char>) =
                (seen.chars().collect(), pattern.chars().collect());
            like(&seen, &pattern)
        }),
        Filter::Not(one) => holds(one, row).map(|is| !is),
        Filter::And(one, two) => match (holds(one, row), holds(two, row)) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            _ => None,
        },
        Filter::Or(one, two) => match (holds(one, row), holds(two, row)) {
            (Some(true), _) | (_, Some(true)) => Some(true),
            (Some(false), Some(false)) => Some(false),
            _ => None,
        },
    }
}

fn like(text: &[char], pattern: &[char]) -> bool {
    match (pattern.first(), text.first()) {
        (None, None) => true,
        (Some('%'), _) => {
            like(text, &pattern[1..]) || (!text.is_empty() && like(&text[1..], pattern))
        }
        (Some('_'), Some(_)) => like(&text[1..], &pattern[1..]),
        (Some(p), Some(t)) => p == t && like(&text[1..], &pattern[1..]),
        _ => false,
    }
}

/// Whether a purpose may see a person now.
pub fn may_be_seen(world: &World, purpose: &Purpose, person: &Person) -> bool {
    if !person.records.iter().any(|record| record.source != "broker") {
        return false;
    }
    let objected = |topic: &str| said(person, Kind::Objection, topic, "objects") == Some(true);
    let marketing =
        purpose.category.starts_with("marketing.") || purpose.category.starts_with("personalise.");
    let out = purpose.may_object
        && (objected("all") || objected(purpose.name) || (marketing && objected("marketing")));
    let agreed = !purpose.needs_consent
        || said(person, Kind::Consent, "newsletter", "newsletter") == Some(true);
    let held = |topic: &str| last(person, Kind::Restriction, topic) == Some("yes");
    let on_hold = held("all") || held(purpose.name);
    let old_enough = purpose.minimum_age.is_none_or(|limit| {
        believed(world, person, "birth_date").is_some_and(|born| age(&born) >= limit)
    });
    !out && agreed && !on_hold && old_enough
}

/// The last word of a person of one kind on a topic.
fn last<'p>(person: &'p Person, kind: Kind, topic: &str) -> Option<&'p str> {
    let mut acts = person.acts.iter().rev();
    acts.find(|act| act.kind == kind && act.topic == topic)?.content.as_deref()
}

/// Whether a value is contested, or was and was found wrong: by the last act on it, if that is not
/// a correction.
fn is_contested(person: &Person, column: &str) -> bool {
    let on_it =
        |act: &&Act| matches!(act.kind, Kind::Contest | Kind::Correction) && act.topic == column;
    person.acts.iter().rev().find(on_it).is_some_and(|act| {
        act.kind == Kind::Contest && matches!(act.content.as_deref(), Some("yes" | "upheld"))
    })
}

/// What a person says on a topic: their own last word, else the latest import; a tie refuses. An
/// outside source may refuse for them, but not agree.
fn said(person: &Person, kind: Kind, topic: &str, column: &str) -> Option<bool> {
    let own = person.acts.iter().rev().find(|act: &&Act| act.kind == kind && act.topic == topic);
    if let Some(act) = own {
        return Some(act.content.as_deref() == Some("yes"));
    }
    if kind == Kind::Objection && topic != "all" {
        return None;
    }
    let refusal = kind == Kind::Objection;
    let imported: Vec<(i64, bool)> = person
        .records
        .iter()
        .filter_map(|record| Some((record, record.values.get(column)? == "true")))
        .filter(|(record, yes)| record.source != "broker" || *yes == refusal)
        .map(|(record, yes)| (record.since, yes))
        .collect();
    let latest = imported.iter().map(|(since, _)| *since).max()?;
    let words: Vec<bool> =
        imported.iter().filter(|(since, _)| *since == latest).map(|(_, yes)| *yes).collect();
    Some(if words.contains(&refusal) { refusal } else { !refusal })
}

/// The value that is believed: the person's own, else the first source's, else the latest, else
/// that of the later record. Outside values never are.
pub fn believed(world: &World, person: &Person, column: &str) -> Option<String> {
    if is_contested(person, column) {
        return None;
    }
    let own =
        person.acts.iter().rev().find(|act| act.kind == Kind::Correction && act.topic == column);
    if let Some(act) = own {
        return act.content.clone();
    }
    let rank = |record: &Record| match world.order {
        Some(order) if column == "city" => order.iter().position(|name| *name == record.source),
        _ => Some(0),
    };
    person
        .records
        .iter()
        .filter(|record| record.source != "broker" && record.values.contains_key(column))
        .min_by_key(|record| (rank(record), -record.since, std::cmp::Reverse(record.number)))
        .map(|record| record.values[column].clone())
}

pub fn ordered(order: &Order, column: &str) -> String {
    match column {
        "town" => order.town.clone(),
        "at" => day(order.day),
        _ => order.cents.to_string(),
    }
}

/// The day so many days after 2026-01-01.
fn day(mut after: i64) -> String {
    let (mut year, mut month) = (2026, 1);
    loop {
        let leap = year % 4 == 0;
        let length = match month {
            2 if leap => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
        if after < length {
            return format!("{year:04}-{month:02}-{:02}", after + 1);
        }
        after -= length;
        (year, month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
    }
}

/// A value as a purpose may see it.
pub fn see(value: &str, column: &str, coarse: Coarse) -> Option<String> {
    let money = |cents: i64| {
        format!(
            "{}{}.{:02}",
            if cents < 0 { "-" } else { "" },
            cents.abs() / 100,
            cents.abs() % 100
        )
    };
    let number = || value.parse::<i64>().unwrap();
    Some(match coarse {
        Coarse::Exact if column == "total" => money(number()),
        Coarse::Exact => value.to_owned(),
        Coarse::Known => "yes".to_owned(),
        Coarse::Year => value[..4].to_owned(),
        Coarse::Month => value[..7].to_owned(),
        Coarse::Birthday => value[5..].to_owned(),
        Coarse::AgeBand => age_band(value),
        Coarse::Initial => value.chars().next()?.to_string(),
        Coarse::Region => match value.split_once(' ') {
            Some((outward, _)) => outward.to_owned(),
            None => value.chars().take(2).collect(),
        },
        Coarse::Rounded(step) if column == "total" => {
            let step = step * 100;
            money((number() + step / 2).div_euclid(step) * step)
        }
        Coarse::Rounded(step) => ((number() + step / 2).div_euclid(step) * step).to_string(),
    })
}

fn age_band(born: &str) -> String {
    match age(born) {
        age @ 30..90 => format!("{}-{}", age / 10 * 10, age / 10 * 10 + 9),
        ..18 => "under 18".to_owned(),
        18..30 => "18-29".to_owned(),
        _ => "90 or more".to_owned(),
    }
}

/// Whole years on the day of all questions.
fn age(born: &str) -> i64 {
    let year = |date: &str| date[..4].parse::<i64>().unwrap();
    let had_birthday = born[5..] <= TODAY[5..];
    year(TODAY) - year(born) - i64::from(!had_birthday)
}

/// The rows that came out.
pub fn found(answer: &Answer, ordered: bool) -> Rows {
    let mut rows = Rows::new();
    for batch in &answer.batches {
        for row in 0..batch.num_rows() {
            let cell = |column: &std::sync::Arc<dyn Array>| {
                if column.is_null(row) {
                    return "NULL".to_owned();
                }
                array_value_to_string(column, row).unwrap()
            };
            rows.push(batch.columns().iter().map(cell).collect());
        }
    }
    if !ordered {
        rows.sort();
    }
    rows
}
