//! What a purpose does more than it did: every way in which more is seen, of more people, for longer, from
//! elsewhere, or with less say of theirs.
//!
//! A better sentence is not more, and what is given up needs nobody's leave. Where it cannot be told
//! which of two is more, such as another rule that picks people, it counts as more.

use std::collections::BTreeSet;

use jiff::Unit;

use super::choice::{Spoken, freed};
use super::feed::fed;
use crate::charter::{Charter, Grant, Output, Purpose, Retention};
use crate::coarseness::Coarseness;

pub(super) fn wider(
    (first, was): (&Charter, &Purpose),
    (charter, is): (&Charter, &Purpose),
    heard: &BTreeSet<Spoken>,
) -> BTreeSet<String> {
    let mut more = freed((first, was), (charter, is), heard);
    more.extend(fed(first, charter, is));
    terms(was, is, &mut more);
    output(&was.output, &is.output, &mut more);
    let kind = |charter: &Charter, column: &str| {
        charter.attribute(column).map(|(attribute, kind)| format!("{attribute} {}", kind.name()))
    };
    let known = |grant: &Grant| kind(first, &grant.column) == kind(charter, &grant.column);
    columns("", &was.columns, &is.columns, known, &mut more);
    activities((first, was), (charter, is), &mut more);
    let picks = |purpose: &Purpose| {
        let decide = purpose.decide.as_ref()?;
        Some((decide.due.clone(), decide.to.clone(), decide.columns.clone()))
    };
    if picks(is).is_some() && picks(is) != picks(was) {
        more.insert("whom it picks, or what their list holds".to_owned());
    }
    more
}

/// What it is for, on which ground, who may say no, and how long.
fn terms(was: &Purpose, is: &Purpose, more: &mut BTreeSet<String>) {
    let mut note = |is_more: bool, what: String| {
        if is_more {
            more.insert(what);
        }
    };
    note(
        was.category != is.category,
        format!("it is for {}, and was for {}", is.category, was.category),
    );
    note(
        was.basis != is.basis,
        format!("its basis is {}, and was {}", is.basis.name(), was.basis.name()),
    );
    note(
        was.consent.is_some() && was.consent != is.consent,
        "it no longer waits for the same yes".to_owned(),
    );
    note(was.may_object && !is.may_object, "people may no longer say no to it".to_owned());
    note(was.minimum_age > is.minimum_age, "people are in it from an earlier age on".to_owned());
    note(days(is.keep) > days(was.keep), format!("it keeps what it makes for {}", is.keep));
}

fn output(was: &Output, is: &Output, more: &mut BTreeSet<String>) {
    let fewest = |output: &Output| match output {
        Output::Rows => 1,
        Output::Aggregate { minimum_group, .. } => *minimum_group,
        Output::Verdict(_) => u32::MAX,
    };
    if fewest(is) < fewest(was) {
        more.insert("it sees fewer people at a time".to_owned());
    }
    if let (Output::Aggregate { cells: was, .. }, Output::Aggregate { cells: is, .. }) = (was, is) {
        more.extend(
            is.iter().filter(|cell| !was.contains(cell)).map(|cell| format!("groups by {cell}")),
        );
    }
}

/// Columns that it did not see, or not as exactly, or that were something else.
fn columns(
    of: &str,
    was: &[Grant],
    is: &[Grant],
    is_the_same: impl Fn(&Grant) -> bool,
    more: &mut BTreeSet<String>,
) {
    for grant in is {
        let name = format!("{of}{}", grant.column);
        match was.iter().find(|known| known.column == grant.column) {
            None => more.insert(format!("it sees {name}")),
            Some(_) if !is_the_same(grant) => {
                more.insert(format!("{name} is said to be something else"))
            }
            Some(known) if known.coarseness == grant.coarseness => false,
            Some(known) if known.coarseness == Coarseness::Exact => false,
            Some(_) => more.insert(format!("it sees {name} otherwise")),
        };
    }
}

fn activities(
    (first, was): (&Charter, &Purpose),
    (charter, is): (&Charter, &Purpose),
    more: &mut BTreeSet<String>,
) {
    let kind = |charter: &Charter, source: &str, column: &str| {
        let (_, activity) = charter.activities().find(|(known, _)| known.name == source)?;
        let known = activity.columns.iter().find(|known| known.name == column)?;
        Some(format!("{} {} {}", activity.category, known.category, known.kind.name()))
    };
    for granted in &is.activities {
        let source = granted.source.as_str();
        let Some(before) = was.activities.iter().find(|known| known.source == source) else {
            more.insert(format!("it sees {source}"));
            continue;
        };
        let same = |grant: &Grant| {
            kind(first, source, &grant.column) == kind(charter, source, &grant.column)
        };
        columns(&format!("{source}."), &before.columns, &granted.columns, same, more);
    }
}

/// A period in days, good enough to say which of two is longer.
fn days(keep: Retention) -> u32 {
    let each = match keep.unit {
        Unit::Year => 365,
        Unit::Month => 30,
        _ => 1,
    };
    u32::from(keep.count) * each
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::tests::{SMALL, small};

    /// What the small charter's card does more, with its first `right` changed to `wrong`.
    fn more(right: &str, wrong: &str) -> Vec<String> {
        assert!(SMALL.contains(right), "the small charter has no {right}");
        let changed = SMALL.replacen(right, wrong, 1);
        let changed = Charter::read("charter.yaml", &changed).unwrap_or_else(|p| panic!("{p}"));
        let (first, card) = (small(), |charter: &Charter| charter.purpose("card").cloned());
        let (was, is) = (card(&first).expect("there"), card(&changed).expect("there"));
        wider((&first, &was), (&changed, &is), &BTreeSet::new()).into_iter().collect()
    }

    #[test]
    fn every_way_of_doing_more_is_named() {
        for (right, wrong, told) in [
            (
                "marketing.offer",
                "service.message",
                "it is for service.message, and was for marketing.offer",
            ),
            (
                "    consent: newsletter\n    says",
                "    says",
                "it no longer waits for the same yes",
            ),
            ("birth_date: birthday]", "birth_date]", "it sees birth_date otherwise"),
            ("[full_name, city,", "[full_name, email, city,", "it sees email"),
            ("ordered_at: month", "ordered_at", "it sees orders.ordered_at otherwise"),
            ("total: rounded 5]", "total: rounded 5, title]", "it sees orders.title"),
            ("keep: 12 months", "keep: 2 years", "it keeps what it makes for 2 years"),
            ("birth_date is not null", "true", "whom it picks, or what their list holds"),
            (
                "columns: [full_name, city]",
                "columns: [full_name]",
                "whom it picks, or what their list holds",
            ),
            (
                "city: contact.address.city",
                "city: { category: preference.stated, part: city }",
                "city is said to be something else",
            ),
            (
                "city: contact.address.city",
                "phone: contact.address.city",
                "city is also taken from phone of crm",
            ),
        ] {
            let right = if right.starts_with("    consent") {
                "basis: consent\n    consent: newsletter\n"
            } else {
                right
            };
            let wrong = if right.starts_with("basis") { "basis: contract\n" } else { wrong };
            let found = more(right, wrong);
            assert!(found.iter().any(|one| one == told), "{told}: {found:?}");
        }
    }

    #[test]
    fn less_and_better_words_are_not_more() {
        for (right, wrong) in [
            ("We send you a card on your birthday.", "A card comes on your birthday."),
            ("[full_name, city, birth_date: birthday]", "[full_name, city, birth_date: birthday]"),
            ("keep: 12 months", "keep: 30 days"),
            ("    activities:\n      orders: [ordered_at: month, total: rounded 5]\n", ""),
            ("keep: 12 months", "minimum_age: 18\n    keep: 12 months"),
        ] {
            assert!(more(right, wrong).is_empty(), "{wrong}: {:?}", more(right, wrong));
        }
    }
}
