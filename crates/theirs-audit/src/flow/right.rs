//! What people get when they ask, and what is written down for authorities.

use serde::{Deserialize, Serialize};

use super::many::one_or_many;

/// What people get when they ask.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub struct Rights {
    /// What a copy of their data leaves out.
    #[serde(default, deserialize_with = "one_or_many")]
    pub copy_lacks: Vec<Lack>,
    /// What they must show to be answered.
    #[serde(default)]
    pub identity: Identity,
    /// Whether requests are refused, or left without an answer.
    #[serde(default)]
    pub refused: bool,
    /// Whether money is asked for a copy of their own data, or for a no or an erasure.
    #[serde(default)]
    pub fee: bool,
    /// Whether recipients hear of erasures and of a no.
    #[serde(default)]
    pub passed_on: PassedOn,
    /// Whether the record of processing is right.
    #[serde(default)]
    pub record: Written,
    /// Whether who must register as a data broker has done so.
    #[serde(default)]
    pub broker: Registered,
}

/// Whether recipients hear of erasures and of a no.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PassedOn {
    /// They do, or there are none.
    #[default]
    Told,
    /// They do not.
    Untold,
}

/// What a copy of somebody's data leaves out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lack {
    /// Part of the data.
    Data,
    /// Who was given it.
    Recipients,
    /// Where it is from.
    Sources,
    /// How long it is kept.
    Retention,
    /// Words that a person understands.
    PlainWords,
}

/// What somebody must show to be answered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Identity {
    /// As much as is needed.
    #[default]
    Proportionate,
    /// A copy of an identity document.
    IdCopy,
    /// More than is held of them.
    MoreThanHeld,
}

/// Whether what must be written down is right.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Written {
    /// It is.
    #[default]
    Right,
    /// It is not what is done.
    Wrong,
}

/// Whether a data broker is registered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Registered {
    /// It need not be.
    #[default]
    NotNeeded,
    /// It is.
    Registered,
    /// It is not, and must be.
    Unregistered,
}
