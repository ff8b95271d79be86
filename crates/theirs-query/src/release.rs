//! What was released to whom.

use theirs_model::UseId;

/// A list that may leave: its use is on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// The name of the use in the ledger.
    pub use_id: UseId,
    /// For each of the people asked for, in their order, whether their data may leave now.
    pub may_leave: Vec<bool>,
    /// For each of them what the recipient is to know them by in this list, if they may leave.
    pub references: Vec<Option<String>>,
}
