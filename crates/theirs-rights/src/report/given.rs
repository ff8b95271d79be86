//! Who was given somebody's data, by name (GDPR Art. 15(1)(c), CJEU C-154/21), and who may be.

use jiff::Timestamp;
use serde::Serialize;
use theirs_charter::{Charter, Recipient, country_name};
use theirs_model::UseId;
use theirs_uses::Act;

use crate::history::Deed;

/// One who was given a person's data, or may be.
#[derive(Debug, Serialize)]
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
    /// The purposes for which it may be given something, in the words said to the person.
    pub may_receive_for: Vec<String>,
    /// What it was given, the latest first.
    pub given: Vec<Given>,
}

/// Data that somebody was given.
#[derive(Debug, Serialize)]
pub struct Given {
    /// The use under which that is on record.
    pub use_id: UseId,
    /// When.
    pub at: Timestamp,
    /// For which purpose, in the words said to the person.
    pub why: Option<String>,
    /// Which values.
    pub columns: Vec<String>,
    /// Which activities.
    pub activities: Vec<String>,
}

pub(super) fn receivers(charter: &Charter, history: &[Deed]) -> Vec<Receiver> {
    let mut receivers: Vec<Receiver> =
        charter.recipients.iter().map(|recipient| declared(charter, recipient)).collect();
    for deed in history.iter().filter(|deed| deed.told.act == Act::Share) {
        for name in &deed.told.recipients {
            let known = receivers.iter().position(|receiver| receiver.name == *name);
            let at = known.unwrap_or_else(|| {
                receivers.push(former(name));
                receivers.len() - 1
            });
            receivers[at].given.push(Given {
                use_id: deed.use_id,
                at: deed.at,
                why: deed.told.says.clone(),
                columns: deed.told.columns.clone(),
                activities: deed.told.activities.clone(),
            });
        }
    }
    receivers.retain(|one| !one.given.is_empty() || !one.may_receive_for.is_empty());
    receivers
}

fn declared(charter: &Charter, recipient: &Recipient) -> Receiver {
    let may = charter.purposes.iter().filter(|p| p.recipients.contains(&recipient.key));
    Receiver {
        name: recipient.name.clone(),
        country: Some(country_name(&recipient.country)),
        role: Some(recipient.role.clone()),
        contact: Some(recipient.contact.clone()),
        does: recipient.does.clone(),
        safeguard: recipient.safeguard.clone(),
        may_receive_for: may.map(|purpose| purpose.says.clone()).collect(),
        given: Vec::new(),
    }
}

/// One that was given data and is not in the charter any more.
fn former(name: &str) -> Receiver {
    Receiver {
        name: name.to_owned(),
        country: None,
        role: None,
        contact: None,
        does: None,
        safeguard: None,
        may_receive_for: Vec::new(),
        given: Vec::new(),
    }
}
