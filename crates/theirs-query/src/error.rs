//! Why a question has no answer: the asker's fault, ours, or a refusal.

use datafusion::error::DataFusionError;
use theirs_charter::Refusal;
use theirs_store::StoreError;

/// Why a question has no answer.
#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    /// The charter does not permit it. It is on record.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The statement cannot be understood or carried out.
    #[error("{message}")]
    Statement {
        /// What is wrong, without any value.
        message: String,
    },
    /// The answer would be too large, or took too long.
    #[error("{0}")]
    Limit(String),
    /// No charter is in force.
    #[error("no charter is in force; run `theirs charter apply`")]
    NoCharter,
    /// The charter in force can no longer be read by this version.
    #[error("the charter in force cannot be read by this version")]
    Charter,
    /// A file of the lake is gone or damaged.
    #[error("{0}")]
    Lake(String),
    /// The store or the ledger failed; nothing was released.
    #[error("nothing was released: {0}")]
    Unlogged(Box<dyn std::error::Error + Send + Sync>),
}

/// What the engine's words amount to.
const REASONS: [(&str, &str); 5] = [
    ("divide by zero", "divide by zero"),
    ("overflow", "a number is too large"),
    ("cannot cast", "a value cannot be read as the type that is asked for"),
    ("cast error", "a value cannot be read as the type that is asked for"),
    ("pars", "a value cannot be read as the type that is asked for"),
];

impl QueryError {
    /// Which kind of error it is, in one word; it holds nothing of the statement.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Refused(_) => "refused",
            Self::Statement { .. } => "statement",
            Self::Limit(_) => "limit",
            Self::NoCharter | Self::Charter => "charter",
            Self::Lake(_) => "lake",
            Self::Unlogged(_) => "store",
        }
    }

    /// What the engine said while planning, which names columns but holds no values.
    pub(crate) fn planning(error: &DataFusionError) -> Self {
        Self::Statement { message: first_line(&error.find_root().strip_backtrace()) }
    }

    /// Why the engine stopped while running. Its own text can quote values, so it is not passed on.
    pub(crate) fn running(error: &DataFusionError) -> Self {
        if let Some(lost) = lost_file(error) {
            return Self::Lake(lost.to_string());
        }
        match error.find_root() {
            DataFusionError::ResourcesExhausted(_) => {
                Self::Limit("the statement needs more memory than it may use".to_owned())
            }
            root => {
                let text = root.strip_backtrace().to_lowercase();
                let reason = REASONS.iter().find(|(sign, _)| text.contains(sign));
                let reason = reason.map_or("a value does not fit", |(_, reason)| reason);
                Self::Statement { message: format!("the statement failed: {reason}") }
            }
        }
    }

    pub(crate) fn unlogged(error: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Unlogged(Box::new(error))
    }
}

/// The file of the lake that does not read, if that is why the engine stopped.
fn lost_file(error: &DataFusionError) -> Option<&StoreError> {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(found) = cause {
        if let Some(store) = found.downcast_ref::<StoreError>() {
            return Some(store);
        }
        cause = found.source();
    }
    None
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}
