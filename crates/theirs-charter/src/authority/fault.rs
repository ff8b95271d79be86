//! Why policies cannot be had.

use std::fmt;

use crate::problem::Problems;

/// Why there is no authority.
#[derive(Debug, thiserror::Error)]
pub enum PolicyFault {
    /// A file of the operator's policies is at fault.
    #[error(transparent)]
    File(#[from] Problems),
    /// What a charter means cannot be put in Cedar.
    #[error("the charter's roles cannot be put as policies: {0}")]
    Charter(String),
}

impl PolicyFault {
    pub(super) fn ours(error: impl fmt::Display) -> Self {
        Self::Charter(error.to_string())
    }
}
