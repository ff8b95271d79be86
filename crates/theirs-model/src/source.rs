//! Where data comes from, and how it was got.

use serde::{Deserialize, Serialize};

/// Who stands behind a source. Partner, broker and public data are *outside* data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    /// The person told us.
    Subject,
    /// The organisation noted it while dealing with the person.
    Internal,
    /// Another organisation passed it on.
    Partner,
    /// It was bought.
    Broker,
    /// It was taken from public registers or pages.
    Public,
}

impl SourceKind {
    /// Every kind with its name in a charter.
    pub const ALL: [(&'static str, Self); 5] = [
        ("subject", Self::Subject),
        ("internal", Self::Internal),
        ("partner", Self::Partner),
        ("broker", Self::Broker),
        ("public", Self::Public),
    ];

    /// Whether the data was got from outside the relationship; such data is quarantined.
    pub fn is_outside(self) -> bool {
        matches!(self, Self::Partner | Self::Broker | Self::Public)
    }

    /// How a value of this source was obtained, unless the column says otherwise.
    pub fn obtained(self) -> Obtained {
        match self {
            Self::Subject => Obtained::Stated,
            Self::Internal => Obtained::Observed,
            Self::Partner | Self::Broker | Self::Public => Obtained::Inferred,
        }
    }

    /// The words for the person whose data it is.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Subject => "from you",
            Self::Internal => "noted by us",
            Self::Partner => "from a partner",
            Self::Broker => "from a data broker",
            Self::Public => "from public sources",
        }
    }
}

/// How a value came about (the origin facet of the vocabulary).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Obtained {
    /// The person said so.
    Stated,
    /// It was seen happening.
    Observed,
    /// It was worked out from other values.
    Derived,
    /// It was guessed.
    Inferred,
}
