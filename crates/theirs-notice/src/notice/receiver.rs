//! Who is given data: who may be, and who was.

use serde::Serialize;
use theirs_charter::{Charter, Recipient, country_name};

use super::Held;
use crate::practice::{Given, Practice};

/// One who is given data, or may be, and what it was given.
#[derive(Debug, Clone, Serialize)]
pub struct ReceiverTold {
    /// Who it is.
    #[serde(flatten)]
    pub receiver: Receiver,
    /// Its key in the charter, if it is in it.
    #[serde(skip)]
    pub key: Option<String>,
    /// Why it is given nothing, if the engine refuses it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub held: Option<Held>,
    /// What it was given, if that was counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given: Option<Given>,
}

/// One who is given data, or may be.
#[derive(Debug, Clone, Serialize)]
pub struct Receiver {
    /// Its name.
    pub name: String,
    /// Where it is, by name; unknown of one that the charter no longer has.
    pub country: Option<String>,
    /// Processor, controller or joint controller.
    pub role: Option<String>,
    /// Whom to ask there.
    pub contact: Option<String>,
    /// What it does.
    pub does: Option<String>,
    /// What protects the data there, if it is abroad.
    pub safeguard: Option<String>,
    /// The purposes for which it may be given something, by their sentences.
    pub may_receive_for: Vec<String>,
}

impl Receiver {
    /// One that a charter names.
    pub fn declared(charter: &Charter, recipient: &Recipient) -> Self {
        let may = charter.purposes.iter().filter(|p| p.recipients.contains(&recipient.key));
        Self {
            name: recipient.name.clone(),
            country: Some(country_name(&recipient.country)),
            role: Some(recipient.role.clone()),
            contact: Some(recipient.contact.clone()),
            does: recipient.does.clone(),
            safeguard: recipient.safeguard.clone(),
            may_receive_for: may.map(|purpose| purpose.says.clone()).collect(),
        }
    }

    /// One that was given data and is not in the charter any more.
    pub fn former(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            country: None,
            role: None,
            contact: None,
            does: None,
            safeguard: None,
            may_receive_for: Vec::new(),
        }
    }
}

pub(super) fn told(charter: &Charter, practice: Option<&Practice>) -> Vec<ReceiverTold> {
    let told = |receiver: Receiver, key: Option<String>| {
        let given = practice.map(|practice| given(practice, &receiver.name));
        ReceiverTold { receiver, key, held: None, given }
    };
    let declared = charter
        .recipients
        .iter()
        .map(|one| told(Receiver::declared(charter, one), Some(one.key.clone())));
    let mut all: Vec<ReceiverTold> = declared.collect();
    let names = practice.iter().flat_map(|practice| practice.purposes.values());
    for name in names.flat_map(|done| done.given.keys()) {
        if !all.iter().any(|known| known.receiver.name == *name) {
            all.push(told(Receiver::former(name), None));
        }
    }
    all
}

/// What somebody was given for all purposes. Somebody who was in several lists counts in each purpose.
fn given(practice: &Practice, name: &str) -> Given {
    let all = practice.purposes.values().filter_map(|done| done.given.get(name));
    all.fold(Given::default(), |sum, one| Given {
        lists: sum.lists + one.lists,
        people: sum.people.max(one.people),
        last: sum.last.max(one.last),
    })
}
