//! How what a campaign decided leaves the house: a list for a recipient, or a message to each person.
//!
//! What has to be there for that (an address of the portal, for the links in every message) is looked
//! for before anybody's data is. What waits for its dispatch is asked about once more then, and is taken
//! back when somebody says no ([`dispatch`]).

mod dispatch;
mod list;
mod message;

use theirs_charter::Charter;
use theirs_marketing::{Action, Campaign, DecisionSink, Sent, Via};
use theirs_query::Asker;

#[cfg(test)]
pub use self::dispatch::Dispatch;
pub use self::dispatch::{Check, check, start, withdraw_after};
pub use self::list::ListFile;
use self::message::Messages;
use crate::failure::Failure;
use crate::workspace::Workspace;

/// Decides for a campaign, and lays its lists and messages into the outbox.
pub fn send_campaign(
    workspace: &Workspace,
    asker: &Asker,
    campaign: &Campaign,
) -> Result<Sent, Failure> {
    let ways = Ways { workspace, campaign, charter: workspace.charter()? };
    ways.are_open()?;
    let mut sink = |action: &Action| ways.sink(action);
    Ok(theirs_marketing::send(&*workspace.door()?, asker, campaign, &mut sink)?)
}

/// The ways out of the house.
struct Ways<'w> {
    workspace: &'w Workspace,
    campaign: &'w Campaign,
    charter: Charter,
}

impl Ways<'_> {
    /// Whether everything can go that the campaign sends.
    fn are_open(&self) -> Result<(), Failure> {
        let writes = self.campaign.actions.iter().any(|action| action.via == Via::Mail);
        if writes && self.workspace.public().is_none() {
            let message = "every message says where its reader learns why they got it, and where they \
                           say no: name the address of the portal as \"public: https://HOST\" in \
                           theirs.yaml";
            return Err(Failure::Usage(message.to_owned()));
        }
        Ok(())
    }

    fn sink(&self, action: &Action) -> Box<dyn DecisionSink> {
        let (workspace, purpose) = (self.workspace, &self.campaign.purpose);
        if let (Via::Mail, Some(messages)) =
            (action.via, Messages::of(workspace, &self.charter, self.campaign, action))
        {
            return Box::new(messages);
        }
        let list = ListFile::new(workspace.folder.outbox(), purpose);
        Box::new(list)
    }
}
