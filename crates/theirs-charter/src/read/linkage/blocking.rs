//! Reads blocking rules: lists of columns, or of parts of them, in which two records must agree.

use super::{Columns, Gone};
use crate::charter::{BlockingPart, BlockingRule, Compared, PartOf};
use crate::problem::quoted;
use crate::read::found::Problems;
use crate::read::scalar::{items, scalar};
use crate::text::{Node, Tree};

/// The most rules, and the most columns of one.
const MOST_RULES: usize = 64;
const MOST_PARTS: usize = 8;
/// The longest beginning of a value that can be asked for.
const MOST_LETTERS: usize = 20;
/// What stands for all rules that linkage derives.
const DERIVED: &str = "derived";
const HOW: &str = "write a column, or initial(), postal_area(), year(), soundex() or \
                   \"substr(column, 1, 3)\" of one";

pub(super) fn rules(
    node: &Node,
    columns: &Columns,
    gone: &Gone<'_>,
    found: &Problems,
) -> Vec<BlockingRule> {
    let items = items(node, "blocking_rules", found);
    if items.is_empty() || items.len() > MOST_RULES {
        let message = format!("there are 1 to {MOST_RULES} blocking rules, not {}", items.len());
        found.add(node.place, message, "without the field they are derived");
    }
    let mut rules = Vec::new();
    for item in items {
        let Some(rule) = rule(item, columns, gone, found) else { continue };
        if rules.contains(&rule) {
            found.add(item.place, "this rule is listed twice".to_owned(), "once is enough");
        } else {
            rules.push(rule);
        }
    }
    rules
}

fn rule(node: &Node, columns: &Columns, gone: &Gone<'_>, found: &Problems) -> Option<BlockingRule> {
    if matches!(&node.tree, Tree::Scalar(text) if text.trim() == DERIVED) {
        return Some(BlockingRule::Derived);
    }
    let items = items(node, "a blocking rule", found);
    if items.is_empty() || items.len() > MOST_PARTS {
        let message = format!("a blocking rule has 1 to {MOST_PARTS} columns, not {}", items.len());
        found.add(node.place, message, "write them in brackets: [family_name, postcode]");
        return None;
    }
    let read = items.iter().map(|item| part(item, columns, gone, found));
    let parts: Option<Vec<BlockingPart>> = read.collect::<Vec<_>>().into_iter().collect();
    Some(BlockingRule::BlockOn(parts?))
}

fn part(node: &Node, columns: &Columns, gone: &Gone<'_>, found: &Problems) -> Option<BlockingPart> {
    let text = scalar(node, "a blocking rule", found)?;
    let Some((column, of, kinds)) = parse(&text) else {
        found.add(node.place, format!("{} is no part of a column", quoted(&text)), HOW);
        return None;
    };
    let Some((_, kind)) = columns.iter().find(|(known, _)| known == column) else {
        let known: Vec<&str> = columns.iter().map(|(known, _)| known.as_str()).collect();
        gone.report(node.place, column, &known, found);
        return None;
    };
    let is_line = matches!(kind, Compared::FullName | Compared::Address);
    if (is_line && of != PartOf::Whole) || !kinds.is_empty() && !kinds.contains(kind) {
        let message = format!("{} cannot be taken of {}", quoted(&text), quoted(column));
        let hint = if is_line { "use the column whole: it holds several parts" } else { HOW };
        found.add(node.place, message, hint);
        return None;
    }
    Some(BlockingPart { column: column.to_owned(), of })
}

/// A column, what is taken of it, and of what kind it must be, if of any.
fn parse(text: &str) -> Option<(&str, PartOf, &'static [Compared])> {
    use Compared::{BirthDate, FamilyName, GivenName, Postcode};
    let Some((function, rest)) = text.split_once('(') else {
        return Some((text, PartOf::Whole, &[]));
    };
    let inside: Vec<&str> = rest.strip_suffix(')')?.split(',').map(str::trim).collect();
    Some(match (function.trim(), &inside[..]) {
        ("initial", [column]) => (column, PartOf::First(1), &[GivenName, FamilyName]),
        ("postal_area", [column]) => (column, PartOf::First(3), &[Postcode]),
        ("year", [column]) => (column, PartOf::First(4), &[BirthDate]),
        ("soundex", [column]) => (column, PartOf::Sound, &[GivenName, FamilyName]),
        ("substr", [column, "1", letters]) => {
            let letters = letters.parse().ok().filter(|n| (1..=MOST_LETTERS).contains(n))?;
            (column, PartOf::First(letters), &[])
        }
        _ => return None,
    })
}
