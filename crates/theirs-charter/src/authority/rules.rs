//! The policies of Cedar that decide: those that a charter means, and the operator's beside them.
//!
//! Names of a charter reach Cedar as values, never as text of a policy. Whatever cannot be decided is
//! refused: Cedar passes over a policy that fails, and one that forbids would be missed.

use std::collections::{BTreeMap, HashMap, HashSet};

use cedar_policy::{
    Authorizer, Context, Decision, Entities, Entity, EntityId, EntityTypeName, EntityUid, PolicyId,
    PolicySet, Request, Schema, SlotId,
};
use serde_json::{Value, json};

use super::fault::PolicyFault;
use super::operator::{self, Forbids};
use super::policies::Policies;
use crate::asker::Asker;
use crate::charter::{Charter, Output, Purpose};
use crate::permit::Refusal;

const SCHEMA: &str = include_str!("schema.cedarschema");
const CHARTER: &str = include_str!("charter.cedar");

/// Everything by which requests are decided.
pub(super) struct Rules {
    set: PolicySet,
    schema: Schema,
    entities: Entities,
    authorizer: Authorizer,
    kinds: Kinds,
    /// The place in the charter of the role that each of its policies is about.
    roles: HashMap<PolicyId, usize>,
    forbids: HashMap<PolicyId, Forbids>,
}

/// What somebody asks leave for.
#[derive(Clone, Copy)]
pub(super) enum Act<'a> {
    /// To use a purpose.
    Use(&'a Purpose),
    /// To give what is seen for a purpose to a recipient.
    Share(&'a Purpose, &'a str),
    /// To open one person's whole record.
    Open,
}

/// What was decided.
pub(super) enum Decided {
    /// It is permitted, by these roles of the charter, given by their places in it.
    Permitted(Vec<usize>),
    /// Nothing permits it.
    NotPermitted,
    /// Something forbids it.
    Forbidden(Refusal),
}

/// The names of the kinds of things, read once.
struct Kinds {
    action: EntityTypeName,
    principal: EntityTypeName,
    purpose: EntityTypeName,
    recipient: EntityTypeName,
    records: EntityTypeName,
    role: EntityTypeName,
}

impl Rules {
    /// The policies of a charter with the operator's.
    pub(super) fn new(charter: &Charter, policies: &Policies) -> Result<Self, PolicyFault> {
        let kinds = Kinds::new()?;
        let (schema, _) = Schema::from_cedarschema_str(SCHEMA).map_err(PolicyFault::ours)?;
        let entities = Entities::from_json_value(entities(charter), Some(&schema))
            .map_err(PolicyFault::ours)?;
        let (mut set, roles) = meant(charter, &kinds)?;
        let forbids = operator::add(&mut set, policies, charter, &schema)?;
        let authorizer = Authorizer::new();
        Ok(Self { set, schema, entities, authorizer, kinds, roles, forbids })
    }

    pub(super) fn decide(&self, asker: &Asker, act: Act<'_>) -> Decided {
        let Ok((request, entities)) = self.request(asker, act) else { return undecided() };
        let response = self.authorizer.is_authorized(&request, &self.set, &entities);
        if response.diagnostics().errors().next().is_some() {
            return undecided();
        }
        let reasons = response.diagnostics().reason();
        match response.decision() {
            Decision::Allow => {
                let mut by: Vec<usize> =
                    reasons.filter_map(|id| self.roles.get(id).copied()).collect();
                by.sort_unstable();
                Decided::Permitted(by)
            }
            Decision::Deny => {
                let first = reasons.filter_map(|id| self.forbids.get(id)).min();
                first.map_or(Decided::NotPermitted, |f| Decided::Forbidden(f.refusal()))
            }
        }
    }

    fn request(&self, asker: &Asker, act: Act<'_>) -> Result<(Request, Entities), PolicyFault> {
        let kinds = &self.kinds;
        let principal = uid(&kinds.principal, &asker.name);
        let roles: HashSet<EntityUid> =
            asker.roles.iter().map(|role| uid(&kinds.role, role)).collect();
        let known = Entity::new_no_attrs(principal.clone(), roles);
        let entities = self.entities.clone().add_entities([known], None);
        let (verb, resource) = match act {
            Act::Use(purpose) => ("use", uid(&kinds.purpose, &purpose.name)),
            Act::Share(_, recipient) => ("share", uid(&kinds.recipient, recipient)),
            Act::Open => ("open", uid(&kinds.records, RECORDS)),
        };
        let action = uid(&kinds.action, verb);
        let context = match act {
            Act::Share(purpose, _) => {
                let purpose = json!({ "purpose": reference("Purpose", &purpose.name) });
                Context::from_json_value(purpose, Some((&self.schema, &action)))
                    .map_err(PolicyFault::ours)?
            }
            Act::Use(_) | Act::Open => Context::empty(),
        };
        let request = Request::new(principal, action, resource, context, Some(&self.schema));
        Ok((request.map_err(PolicyFault::ours)?, entities.map_err(PolicyFault::ours)?))
    }
}

impl Kinds {
    fn new() -> Result<Self, PolicyFault> {
        let kind = |name: &str| name.parse::<EntityTypeName>().map_err(PolicyFault::ours);
        Ok(Self {
            action: kind("Action")?,
            principal: kind("Principal")?,
            purpose: kind("Purpose")?,
            recipient: kind("Recipient")?,
            records: kind("Records")?,
            role: kind("Role")?,
        })
    }
}

/// The one thing that `open` is about.
const RECORDS: &str = "all";

fn uid(kind: &EntityTypeName, name: &str) -> EntityUid {
    EntityUid::from_type_name_and_id(kind.clone(), EntityId::new(name))
}

fn reference(kind: &str, name: &str) -> Value {
    json!({ "type": kind, "id": name })
}

fn undecided() -> Decided {
    let because = "what the policies say to this cannot be decided".to_owned();
    let change = "a policy that fails forbids; `theirs check` reads them all".to_owned();
    Decided::Forbidden(Refusal::new("policies", because, change))
}

/// The policies that a charter means, and the role that each is about.
fn meant(
    charter: &Charter,
    kinds: &Kinds,
) -> Result<(PolicySet, HashMap<PolicyId, usize>), PolicyFault> {
    let mut set = PolicySet::new();
    let parsed: PolicySet = CHARTER.parse().map_err(PolicyFault::ours)?;
    let named = |id: Option<&str>| PolicyId::new(id.unwrap_or_default());
    for template in parsed.templates() {
        set.add_template(template.new_id(named(template.annotation("id"))))
            .map_err(PolicyFault::ours)?;
    }
    for policy in parsed.policies() {
        set.add(policy.new_id(named(policy.annotation("id")))).map_err(PolicyFault::ours)?;
    }
    let mut roles = HashMap::new();
    for (at, role) in charter.roles.iter().enumerate() {
        let used = role.purposes.iter().map(|name| ("use", uid(&kinds.purpose, name)));
        let opened = role.may_see_records.then(|| ("open", uid(&kinds.records, RECORDS)));
        for (verb, resource) in used.chain(opened) {
            let id = PolicyId::new(format!("{verb} {at} {resource}"));
            let slots = HashMap::from([
                (SlotId::principal(), uid(&kinds.role, &role.name)),
                (SlotId::resource(), resource),
            ]);
            set.link(PolicyId::new(verb), id.clone(), slots).map_err(PolicyFault::ours)?;
            roles.insert(id, at);
        }
    }
    Ok((set, roles))
}

/// What a charter names, as policies see it.
fn entities(charter: &Charter) -> Value {
    let entity = |kind: &str, name: &str, attributes: Value| json!({ "uid": reference(kind, name), "attrs": attributes, "parents": [] });
    let roles = charter.roles.iter().map(|role| entity("Role", &role.name, json!({})));
    let recipients = charter.recipients.iter().map(|recipient| {
        let attributes = json!({ "country": recipient.country, "role": recipient.role });
        entity("Recipient", &recipient.key, attributes)
    });
    let purposes = charter.purposes.iter().map(|purpose| {
        let recipients: Vec<Value> =
            purpose.recipients.iter().map(|key| reference("Recipient", key)).collect();
        let output = match purpose.output {
            Output::Rows => "rows",
            Output::Aggregate { .. } => "aggregate",
            Output::Verdict(_) => "verdict",
        };
        let attributes = json!({
            "basis": purpose.basis.name(),
            "output": output,
            "categories": charter.categories_of(purpose),
            "recipients": recipients,
        });
        entity("Purpose", &purpose.name, attributes)
    });
    let all = [entity("Records", RECORDS, json!({}))];
    roles.chain(recipients).chain(purposes).chain(all).collect()
}

/// The names that a charter gives to each kind of thing.
pub(super) fn names(charter: &Charter) -> BTreeMap<&'static str, Vec<&str>> {
    BTreeMap::from([
        ("Role", charter.roles.iter().map(|role| role.name.as_str()).collect()),
        ("Purpose", charter.purposes.iter().map(|purpose| purpose.name.as_str()).collect()),
        ("Recipient", charter.recipients.iter().map(|recipient| recipient.key.as_str()).collect()),
        ("Records", vec![RECORDS]),
    ])
}
