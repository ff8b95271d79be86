//! What was released to whom.

use std::collections::BTreeSet;

use theirs_model::UseId;

/// What is to leave the house of some people, and how.
#[derive(Debug, Clone, Copy)]
pub struct Leaving<'l> {
    /// The purpose.
    pub purpose: &'l str,
    /// To whom.
    pub to: Whither<'l>,
    /// Which columns.
    pub columns: &'l [String],
    /// Why, as each of them reads it.
    pub reason: &'l str,
}

/// Where something goes.
#[derive(Debug, Clone, Copy)]
pub enum Whither<'l> {
    /// To a recipient of the charter, as a list.
    Recipient(&'l str),
    /// To each of the people themselves, as a message; by a recipient, if one carries it.
    Person {
        /// Who carries it.
        by: Option<&'l str>,
    },
}

impl<'l> Whither<'l> {
    /// The recipient who gets to see it, if one does.
    pub fn recipient(self) -> Option<&'l str> {
        match self {
            Self::Recipient(to) => Some(to),
            Self::Person { by } => by,
        }
    }
}

/// Who of a list that waits may be in it no more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TakenBack {
    /// All of them: the charter in force permits the list no more, or nothing is known of it.
    Everybody,
    /// Those whom these references name.
    These(BTreeSet<String>),
}

/// A list that may leave: its use is on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// The name of the use in the ledger.
    pub use_id: UseId,
    /// For each of the people asked for, in their order, whether their data may leave now.
    pub may_leave: Vec<bool>,
    /// For each of them what the recipient is to know them by in this list, if they may leave.
    pub references: Vec<Option<String>>,
    /// For each of them the token by which they say no to the purpose; none for a recipient's list.
    pub unsubscribe: Vec<Option<String>>,
}
