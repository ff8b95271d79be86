//! Blocking rules that were chosen, beside or instead of the derived ones.
//!
//! A chosen rule is kept as wide as the bound of a block allows, however many records there are: who
//! names a rule wants its pairs.

use super::rule::{Key, Rule};
use crate::field::FieldKind;
use crate::layout::{Layout, Role};
use crate::overrides::{BlockingPart, PartOf};

/// The most keys under which one record stands by one rule, if its fields have several values.
const MOST_ALTERNATIVES: usize = 16;

/// The rule that two records agree in all of these; `None` if a field takes part in no comparison.
pub(super) fn rule(layout: &Layout, parts: &[BlockingPart]) -> Option<Rule> {
    let mut alternatives: Vec<Vec<Key>> = vec![Vec::new()];
    for part in parts {
        let values = keys(layout, part)?;
        let extended = |keys: &Vec<Key>| {
            let keys = keys.clone();
            values.iter().map(move |more| [&keys[..], &more[..]].concat())
        };
        alternatives = alternatives.iter().flat_map(extended).take(MOST_ALTERNATIVES).collect();
    }
    let name = parts.iter().map(named).collect::<Vec<_>>().join(" + ");
    let further = further(layout, &alternatives[0]);
    Some(Rule { name, alternatives, further, is_near_unique: true })
}

/// The key of a part, for each of the values that its field may have.
fn keys(layout: &Layout, part: &BlockingPart) -> Option<Vec<Vec<Key>>> {
    let (kind, column) = layout.place_of(&part.field)?;
    let key = |column: usize| match part.of {
        PartOf::Whole => Key::Whole(column),
        PartOf::First(bytes) => Key::Prefix(column, bytes),
        PartOf::Sound => Key::Sound(column),
    };
    Some(match kind {
        FieldKind::FullName => vec![vec![Key::Pair(column, column + 1)]],
        FieldKind::Address => vec![vec![Key::Whole(column), Key::Whole(column + 1)]],
        _ => layout.values_of(column).into_iter().map(|column| vec![key(column)]).collect(),
    })
}

/// What splits a block that is too large.
fn further(layout: &Layout, keys: &[Key]) -> Vec<Key> {
    let prefixes = [(Role::Family, 1), (Role::Given, 1), (Role::BirthDate, 4), (Role::Postcode, 3)];
    let whole = |column: usize| keys.contains(&Key::Whole(column));
    let of_role = |(role, bytes)| {
        let column = layout.column(role).filter(|&column| !whole(column))?;
        Some(Key::Prefix(column, bytes))
    };
    prefixes.into_iter().filter_map(of_role).filter(|key| !keys.contains(key)).collect()
}

fn named(part: &BlockingPart) -> String {
    let field = part.field.replace('_', " ");
    match part.of {
        PartOf::Whole => field,
        PartOf::First(1) => format!("{field} initial"),
        PartOf::First(letters) => format!("first {letters} of {field}"),
        PartOf::Sound => format!("{field} sounds"),
    }
}
