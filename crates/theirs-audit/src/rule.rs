//! The rules: which flows are how risky, in three senses that are never added up.
//!
//! A rule is a condition over a flow and what follows from it. It asks for properties of the flow,
//! never for its name, so that a case nobody has seen is judged like its kin. One file per family.

mod basis;
mod broker;
mod children;
mod choice;
mod given;
mod guess;
mod held;
mod location;
mod needless;
mod notice;
mod right;
mod said;
mod sale;
mod sensitive;
mod special;
mod turned;
mod watch;

pub(crate) use self::broker::{OWN, OWN_BELOW};
pub(crate) use self::held::is_risky;
use crate::flow::Flow;

/// A condition over a flow, and what follows from it.
pub(crate) struct Rule {
    /// Its name, such as `location.precise.shared`.
    pub(crate) name: &'static str,
    /// What is wrong, in a few words.
    pub(crate) title: &'static str,
    /// How heavily the law weighs it.
    pub(crate) law: Law,
    /// Whether a practice that raises it needs two people to agree before it runs.
    pub(crate) keys: Keys,
    /// The precedents it rests on, by id.
    pub(crate) precedents: &'static [&'static str],
    /// The rules that say the same of a flow and more exactly; where one of them holds, this is left out.
    pub(crate) gives_way_to: &'static [&'static str],
    /// Whether a flow is of this kind.
    pub(crate) applies: fn(&Flow) -> bool,
    /// What the law asks here, made of the flow.
    pub(crate) asks: fn(&Flow) -> String,
    /// What a competitor could truthfully print after the firm's name.
    pub(crate) line: fn(&Flow) -> String,
    /// Safer variants of the same practice.
    pub(crate) instead: &'static [&'static str],
}

/// How heavily the law weighs a practice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Law {
    /// It stops here, whatever it would earn.
    Stop,
    /// Others paid for it.
    Costly,
    /// A duty is not kept, and can be.
    Duty,
}

/// How many people must agree before a practice runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keys {
    /// One.
    One,
    /// Two: it is risky.
    Two,
}

/// Every rule, family by family.
pub(crate) fn all() -> impl Iterator<Item = &'static Rule> {
    let families: [&'static [Rule]; 17] = [
        location::RULES,
        sensitive::RULES,
        special::RULES,
        children::RULES,
        broker::RULES,
        sale::RULES,
        given::RULES,
        turned::RULES,
        watch::RULES,
        guess::RULES,
        needless::RULES,
        basis::RULES,
        choice::RULES,
        notice::RULES,
        right::RULES,
        held::RULES,
        said::RULES,
    ];
    families.into_iter().flatten()
}

/// The rules that hold of a flow, without those that give way to another that does.
pub(crate) fn of(flow: &Flow) -> Vec<&'static Rule> {
    let held: Vec<&Rule> = all().filter(|rule| (rule.applies)(flow)).collect();
    let is_said = |rule: &&Rule| !held.iter().any(|other| rule.gives_way_to.contains(&other.name));
    held.iter().copied().filter(is_said).collect()
}

/// Which of these rules hold of the flow whose fields a text gives.
#[cfg(test)]
fn raised_of(rules: &'static [Rule], text: &str) -> Vec<&'static str> {
    let text = format!("flows:\n- name: one\n  {text}\n");
    let flows = crate::flow::read("flow.yaml", &text).expect("a flow");
    let held = rules.iter().filter(|rule| (rule.applies)(&flows[0]));
    held.map(|rule| rule.name).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::precedent;

    #[test]
    fn every_rule_rests_on_precedents_that_may_be_cited_and_gives_way_to_rules_that_there_are() {
        let names: BTreeSet<&str> = all().map(|rule| rule.name).collect();
        assert_eq!(names.len(), all().count(), "two rules share a name");
        for rule in all() {
            for id in rule.precedents {
                assert!(precedent::cited(id).is_some(), "{} rests on {id}", rule.name);
            }
            for other in rule.gives_way_to {
                assert!(names.contains(other), "{} gives way to {other}", rule.name);
            }
            assert!(!rule.instead.is_empty(), "{} leaves nothing to do", rule.name);
        }
    }

    #[test]
    fn what_is_said_to_have_cost_others_names_who_paid() {
        let bare = all().filter(|rule| rule.law != Law::Duty && rule.precedents.is_empty());
        assert_eq!(bare.map(|rule| rule.name).collect::<Vec<_>>(), [""; 0]);
    }

    #[test]
    fn every_precedent_that_may_be_cited_has_a_rule() {
        let cited: BTreeSet<&str> = all().flat_map(|rule| rule.precedents).copied().collect();
        let lonely: Vec<&str> = precedent::all()
            .iter()
            .filter(|one| one.may_be_cited() && !cited.contains(one.id.as_str()))
            .map(|one| one.id.as_str())
            .collect();
        assert_eq!(lonely, [""; 0]);
    }
}
