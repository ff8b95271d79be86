//! Who was given somebody's data, by name (GDPR Art. 15(1)(c), CJEU C-154/21), and who may be.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;
use theirs_charter::Charter;
use theirs_model::UseId;
use theirs_notice::Receiver;
use theirs_uses::Act;

use crate::history::Deed;

/// One who was given a person's data, or may be, and what it was given.
#[derive(Debug, Serialize)]
pub struct ReceiverOfYours {
    /// Who it is.
    #[serde(flatten)]
    pub receiver: Receiver,
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

pub(super) fn receivers(charter: &Charter, history: &[Deed]) -> Vec<ReceiverOfYours> {
    let told = |receiver| ReceiverOfYours { receiver, given: Vec::new() };
    let declared = charter.recipients.iter().map(|one| told(Receiver::declared(charter, one)));
    let mut receivers: Vec<ReceiverOfYours> = declared.collect();
    let leaves = |deed: &&Deed| matches!(deed.told.act, Act::Share | Act::Message);
    for deed in history.iter().filter(leaves) {
        for name in &deed.told.recipients {
            let known = receivers.iter().position(|one| one.receiver.name == *name);
            let at = known.unwrap_or_else(|| {
                receivers.push(told(Receiver::former(name)));
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
    receivers.retain(|one| !one.given.is_empty() || !one.receiver.may_receive_for.is_empty());
    receivers
}

/// Who was last given each column and each activity, by name, and when.
pub type LastGiven<'h> = BTreeMap<&'h str, BTreeMap<&'h str, Timestamp>>;

/// Reads that from a history, the latest first, in one pass.
pub fn last_given(history: &[Deed]) -> LastGiven<'_> {
    let mut last = LastGiven::new();
    let leaves = |deed: &&Deed| matches!(deed.told.act, Act::Share | Act::Message);
    for deed in history.iter().filter(leaves) {
        for name in deed.told.columns.iter().chain(&deed.told.activities) {
            let of = last.entry(name).or_default();
            for recipient in &deed.told.recipients {
                of.entry(recipient).or_insert(deed.at);
            }
        }
    }
    last
}
