//! What people can say to a flow, and whether saying it works.

use serde::{Deserialize, Serialize};

use super::many::one_or_many;

/// What people can say to a flow.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub struct Choice {
    /// Whether they are asked first, can say no, or neither; by default what the basis implies.
    #[serde(default)]
    pub offered: Option<Offered>,
    /// What is wrong with the yes.
    #[serde(default, deserialize_with = "one_or_many")]
    pub flaws: Vec<Flaw>,
    /// What the yes was asked for, where that is another thing.
    #[serde(default)]
    pub asked_for: Option<String>,
    /// Whether each yes can be shown.
    #[serde(default)]
    pub proof: Proof,
    /// How many of those who said yes did so longer ago than a yes may count.
    #[serde(default)]
    pub expired: u64,
    /// What happens after a no.
    #[serde(default)]
    pub after_no: AfterNo,
    /// What stands in the way of a no.
    #[serde(default, deserialize_with = "one_or_many")]
    pub hurdles: Vec<Hurdle>,
    /// Whether a browser's Global Privacy Control counts as a no.
    #[serde(default)]
    pub signal: Signal,
}

/// What people are offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Offered {
    /// Nothing happens before they say yes.
    OptIn,
    /// It happens until they say no.
    OptOut,
    /// They have no say.
    Nothing,
}

/// What is wrong with a yes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flaw {
    /// They could not know to what they said yes.
    Uninformed,
    /// One yes covered several things.
    Bundled,
    /// The box was ticked before they came.
    PreTicked,
    /// The form or the words misled them.
    Deceptive,
    /// Nobody asked them; it was read from what they did.
    Implied,
    /// Without a yes they got nothing.
    Forced,
}

/// Whether each yes can be shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    /// Who said yes to what and when is on record.
    #[default]
    Kept,
    /// It is not.
    Missing,
}

/// What happens after a no.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AfterNo {
    /// It stops.
    #[default]
    Stops,
    /// It goes on.
    GoesOn,
    /// It stops on the device or in the service where the no was said, for the same person.
    OneDevice,
    /// The way to say no does not work.
    Broken,
}

/// What stands in the way of a no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hurdle {
    /// A message must be answered first.
    EmailVerification,
    /// A copy of an identity document is asked for.
    IdCopy,
    /// More is asked for than is needed to find the person.
    ManyFields,
    /// The way is hard to find.
    Hidden,
    /// No takes more steps than yes.
    MoreStepsThanYes,
    /// An account must be made first.
    Account,
    /// It must be written or telephoned.
    LetterOrCall,
}

/// Whether Global Privacy Control counts as a no.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Signal {
    /// It does, or none could come.
    #[default]
    Heeded,
    /// It does not.
    Ignored,
}
