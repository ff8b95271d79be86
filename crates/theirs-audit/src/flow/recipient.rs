//! Who is given the data of a flow, for whose ends, for what in return.

use serde::{Deserialize, Serialize};

/// Who is given data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub struct Recipient {
    /// What they are.
    pub who: Who,
    /// Their name, where it matters.
    #[serde(default)]
    pub name: Option<String>,
    /// For whose ends; by default ours if they work for us, else their own.
    #[serde(default)]
    pub ends: Option<Ends>,
    /// What we get for it.
    #[serde(default)]
    pub gain: Gain,
    /// Whether a contract binds them: true unless it is said that none does.
    #[serde(default = "bound")]
    pub contract: bool,
    /// Whether the data leaves for a country without an equal law, and what protects it there.
    #[serde(default)]
    pub safeguard: Safeguard,
}

fn bound() -> bool {
    true
}

/// What a recipient is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Who {
    /// They work for us, on our word.
    Processor,
    /// A platform that shows advertisements.
    AdPlatform,
    /// A firm of the advertising trade.
    AdPartner,
    /// A firm that deals in data.
    DataBroker,
    /// An insurer.
    Insurer,
    /// An employer or who screens for one.
    Employer,
    /// A lender or who rates for one.
    Lender,
    /// The state.
    Government,
    /// A political party or campaign.
    Campaign,
    /// Another firm of our group.
    Group,
    /// Another firm.
    Partner,
    /// Anybody who looks.
    Public,
}

/// For whose ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ends {
    /// Ours alone.
    Ours,
    /// Also their own.
    Own,
    /// What the person asked for.
    ThePersons,
}

/// What is got for data.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gain {
    /// Nothing.
    #[default]
    Nothing,
    /// Money.
    Money,
    /// A service, such as analytics or advertisements.
    Services,
    /// The data of others.
    Data,
}

/// What protects data abroad.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Safeguard {
    /// It does not leave for a country without an equal law.
    #[default]
    NotNeeded,
    /// Clauses, rules or a decision of equality.
    InPlace,
    /// None.
    Missing,
}

impl Recipient {
    /// Whether they may use the data for ends of their own.
    pub fn has_own_ends(&self) -> bool {
        match self.ends {
            Some(ends) => ends == Ends::Own,
            None => self.who != Who::Processor,
        }
    }
}
