//! Reads the operator's policies: each must forbid, must fit the schema, and must name only what the
//! charter has.

use std::collections::{BTreeMap, HashMap};

use cedar_policy::{
    Effect, Policy, PolicyId, PolicySet, Schema, ValidationMode, ValidationResult, Validator,
};
use miette::Diagnostic;
use theirs_model::nearest;

use super::fault::PolicyFault;
use super::policies::Policies;
use super::rules::names;
use crate::charter::Charter;
use crate::permit::Refusal;
use crate::problem::{Problem, Problems, quoted};
use crate::text::Place;

/// A policy that forbids.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Forbids {
    file: String,
    line: usize,
    /// What its `@because` says.
    because: Option<String>,
}

impl Forbids {
    pub(super) fn refusal(&self) -> Refusal {
        let Self { file, line, because } = self;
        let because = because.clone().unwrap_or_else(|| "a policy of ours forbids it".to_owned());
        let change = "that policy would have to be changed".to_owned();
        Refusal::new(&format!("policies/{file}:{line}"), because, change)
    }
}

/// Adds the operator's policies to those of the charter.
pub(super) fn add(
    set: &mut PolicySet,
    policies: &Policies,
    charter: &Charter,
    schema: &Schema,
) -> Result<HashMap<PolicyId, Forbids>, PolicyFault> {
    let validator = Validator::new(schema.clone());
    let mut forbids = HashMap::new();
    for (file, text) in policies.files() {
        let found = read(text, charter, &validator);
        let found = found.map_err(|mut list| {
            list.sort_by(|a, b| {
                (a.line, a.column, &a.message).cmp(&(b.line, b.column, &b.message))
            });
            Problems { file: format!("policies/{file}"), text: text.clone(), list }
        })?;
        for (at, policy) in found.iter().enumerate() {
            let id = PolicyId::new(format!("{file} {at}"));
            set.add(policy.new_id(id.clone())).map_err(PolicyFault::ours)?;
            let because = policy.annotation("because").map(str::to_owned);
            let line = place(text, policy).line;
            forbids.insert(id, Forbids { file: file.clone(), line, because });
        }
    }
    Ok(forbids)
}

fn read(text: &str, charter: &Charter, validator: &Validator) -> Result<Vec<Policy>, Vec<Problem>> {
    let set: PolicySet = text.parse().map_err(|errors: cedar_policy::ParseErrors| {
        errors.iter().map(|error| told(error, text)).collect::<Vec<_>>()
    })?;
    let mut found: Vec<Problem> = set
        .templates()
        .map(|template| {
            let at = within(text, &template.to_cedar());
            let message = "a policy with ?principal or ?resource is never filled in".to_owned();
            Problem::at(at, message, Some("name the role or the purpose itself".to_owned()))
        })
        .collect();
    let policies: Vec<Policy> = set.policies().cloned().collect();
    let names = names(charter);
    for policy in &policies {
        let at = place(text, policy);
        if policy.effect() == Effect::Permit {
            let message = "a policy beside the charter can only forbid".to_owned();
            let hint = "what is permitted stands in charter.yaml, where clients are told of it";
            found.push(Problem::at(at, message, Some(hint.to_owned())));
        }
        found.extend(unknown(policy, &names, at));
    }
    found.extend(invalid(&validator.validate(&set, ValidationMode::Strict), text));
    if found.is_empty() { Ok(policies) } else { Err(found) }
}

/// What a policy names and the charter does not have.
fn unknown(policy: &Policy, names: &BTreeMap<&'static str, Vec<&str>>, at: Place) -> Vec<Problem> {
    let missing = policy.entity_literals().into_iter().filter_map(|named| {
        let kind = named.type_name().to_string();
        let known = names.get(kind.as_str())?;
        let name = named.id().unescaped();
        if known.contains(&name) {
            return None;
        }
        let kind = kind.to_lowercase();
        let message = format!("the charter has no {kind} {}", quoted(name));
        let hint = nearest(name, known.iter().copied())
            .map(|near| format!("did you mean \"{near}\"?"))
            .or_else(|| Some(format!("it has {}", known.join(", "))));
        Some(Problem::at(at, message, hint))
    });
    missing.collect()
}

fn invalid(result: &ValidationResult, text: &str) -> Vec<Problem> {
    let errors: Vec<Problem> = result.validation_errors().map(|error| told(error, text)).collect();
    if !errors.is_empty() {
        return errors;
    }
    // A policy that can never apply is a slip of the pen, and not to be found out in a year.
    result.validation_warnings().map(|warning| told(warning, text)).collect()
}

/// What Cedar says of a text, at its place.
fn told(fault: &dyn Diagnostic, text: &str) -> Problem {
    let label = fault.labels().and_then(|mut labels| labels.next());
    let at = label.map_or(Place::START, |label| spot(text, label.offset(), label.len()));
    // Cedar names policies by number in what it says, which tells a reader nothing.
    let message = fault.to_string();
    let message = match message.strip_prefix("for policy `").and_then(|rest| rest.split_once("`, "))
    {
        Some((_, rest)) => rest.to_owned(),
        None => message,
    };
    Problem::at(at, message, fault.help().map(|help| help.to_string()))
}

fn place(text: &str, policy: &Policy) -> Place {
    within(text, &policy.to_cedar().unwrap_or_default())
}

/// Where a part of a text begins.
fn within(text: &str, part: &str) -> Place {
    spot(text, text.find(part).unwrap_or(0), part.lines().next().unwrap_or_default().len())
}

fn spot(text: &str, offset: usize, length: usize) -> Place {
    let shown = text.get(offset..).unwrap_or_default();
    let shown = shown.get(..length).unwrap_or(shown).lines().next().unwrap_or_default();
    let begins = Place::behind(text.get(..offset).unwrap_or_default());
    Place { width: shown.chars().count().max(1), ..begins }
}
