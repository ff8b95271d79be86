//! How what a campaign decided leaves the house: a list for a recipient, as a file or as requests, or a
//! message to each person.
//!
//! What has to be there for that (the portal's address, for the links in every message; the secret that
//! requests are signed with) is looked for before anybody's data is. What waits for its dispatch is asked
//! about once more then, and is taken back when somebody says no ([`dispatch`]).

mod dispatch;
mod list;
mod message;
mod request;

use std::sync::Arc;

use theirs_charter::Charter;
use theirs_marketing::{Action, Campaign, DecisionSink, Sent, Via};
use theirs_query::Asker;

#[cfg(test)]
pub use self::dispatch::Dispatch;
pub use self::dispatch::{Check, check, standing, start, withdraw, withdraw_after};
pub use self::list::ListFile;
use self::message::Messages;
use self::request::Requests;
pub use self::request::waiting as waiting_requests;
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
    charter: Arc<Charter>,
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
        let asks = self.campaign.actions.iter().filter(|action| action.via == Via::Webhook);
        for recipient in asks.filter_map(|action| action.to.as_ref()) {
            let whose = format!("recipients.{recipient}");
            let webhooks = &self.workspace.webhooks;
            webhooks.can_sign(&self.workspace.folder, &whose).map_err(Failure::Usage)?;
        }
        Ok(())
    }

    fn sink(&self, action: &Action) -> Box<dyn DecisionSink> {
        let (workspace, purpose) = (self.workspace, &self.campaign.purpose);
        let own: Option<Box<dyn DecisionSink>> = match action.via {
            Via::List | Via::Audience => None,
            Via::Mail => Messages::of(workspace, &self.charter, self.campaign, action)
                .map(|messages| Box::new(messages) as Box<dyn DecisionSink>),
            Via::Webhook => Requests::of(workspace, self.campaign, action)
                .map(|requests| Box::new(requests) as Box<dyn DecisionSink>),
        };
        // A platform matches hashes, and shows nobody a row.
        let base = workspace.public().filter(|_| action.via == Via::List);
        let list = ListFile::new(workspace.folder.outbox(), purpose).leading_to(base);
        own.unwrap_or_else(|| Box::new(list))
    }
}
