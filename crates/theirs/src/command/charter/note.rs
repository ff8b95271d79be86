//! What a charter says, is permitted, and may still surprise whoever wrote it.

use std::collections::BTreeSet;

use jiff::ToSpan;
use jiff::civil::Date;
use theirs_charter::{Authority, Charter, Key};

use super::super::words::date;
use crate::calling::gates;

/// Evidence of consent that counts for longer than this many years is more than suppliers have.
const MANY_YEARS: i64 = 5;

/// All of it, of a charter and of what is in force beside it.
pub(super) fn notes(charter: &Charter, in_force: Option<&Authority>, today: Date) -> Vec<String> {
    let mut all = Vec::new();
    all.extend(keyless(charter));
    all.extend(evidence(charter, today));
    all.extend(unturnable(charter, in_force));
    all
}

fn keyless(charter: &Charter) -> Option<String> {
    let keyless: Vec<&str> = charter
        .activities()
        .filter(|(_, activity)| activity.key.is_none())
        .map(|(source, _)| source.name.as_str())
        .collect();
    (!keyless.is_empty()).then(|| {
        format!(
            "no key: {}. A row that is corrected in such a file stands beside the old one after the \
             next load.",
            keyless.join(", ")
        )
    })
}

/// Evidence that counts no more, or for very long.
fn evidence(charter: &Charter, today: Date) -> Vec<String> {
    let far = today.saturating_add(MANY_YEARS.years());
    let of = |source: &theirs_charter::Source| {
        let (name, ends) = (&source.name, source.evidence.as_ref()?.expires);
        if ends <= today {
            Some(format!("the evidence of {name} counts no more since {}.", date(ends)))
        } else if ends > far {
            Some(format!(
                "the evidence of {name} is to count until {}, more than {MANY_YEARS} years ahead.",
                date(ends)
            ))
        } else {
            None
        }
    };
    charter.sources.iter().filter_map(of).collect()
}

/// Keys that something waits for, and that no role holds.
fn unturnable(charter: &Charter, in_force: Option<&Authority>) -> Vec<String> {
    let waited: BTreeSet<Key> = match in_force {
        Some(authority) => gates(authority).flat_map(theirs_charter::Gate::missing).collect(),
        None if charter.sources.iter().any(|source| source.kind.is_outside()) => Key::TWO.into(),
        None => BTreeSet::new(),
    };
    let is_held = |key: Key| charter.roles.iter().any(|role| role.key == Some(key));
    let unheld = waited.into_iter().filter(|key| !is_held(*key));
    unheld
        .map(|key| {
            format!(
                "something waits for the key of {}, and nobody can turn it: no role has key: {}.",
                key.in_words(),
                key.name()
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const SMALL: &str = include_str!("../../../../theirs-charter/src/read/tests/small.yaml");

    fn told(right: &str, wrong: &str) -> String {
        let charter = Charter::read("charter.yaml", &SMALL.replacen(right, wrong, 1)).unwrap();
        notes(&charter, None, date(2026, 3, 2)).join("\n")
    }

    #[test]
    fn evidence_that_is_over_or_lasts_for_very_long_is_noted() {
        let until = |day: &str| {
            let evidence =
                format!("    evidence: {{ says: ticks, expires: {day} }}\n    file: broker.csv");
            told("    file: broker.csv", &evidence)
        };
        assert!(until("2026-03-02").contains("the evidence of broker counts no more since"));
        assert!(until("2032-01-01").contains("more than 5 years ahead"));
        assert!(!until("2027-03-01").contains("evidence"));
    }

    #[test]
    fn a_key_that_is_waited_for_and_that_nobody_holds_is_noted() {
        let none = told("", "");
        assert!(none.contains("the key of IT, and nobody can turn it"), "{none}");
        assert!(none.contains("the key of marketing, and nobody can turn it"), "{none}");
        let one = told("{ purposes: [card] }", "{ purposes: [card], key: marketing }");
        assert!(!one.contains("the key of marketing") && one.contains("the key of IT"), "{one}");
    }
}
