//! What people and the organisation say about two records, which outranks every weight.
//!
//! A judgement names records by their lasting ids, so it holds over every run and waits for a
//! record that is not there yet. Where judgements contradict each other the one that keeps apart
//! wins, because a wrong merge is the worse error; what is refused is given back by name.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The caller's own lasting number of a record.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct RecordId(pub u64);

/// Whether two records are one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Verdict {
    /// The two are never put together (cannot-link).
    Different,
    /// The two are one person, as far as no `Different` says otherwise (must-link).
    Same,
}

/// Who says so. Among judgements that join, the earlier named go first.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Origin {
    /// The person themselves.
    Person,
    /// A colleague, whose reason is kept.
    Colleague {
        /// The reason, in the colleague's words. Never shown by `Debug`.
        reason: String,
    },
    /// The organisation gave both records the same number.
    SharedNumber {
        /// The field of the number, such as `customer number`.
        field: String,
    },
}

/// A verdict on two records and where it comes from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Judgement {
    /// Whether they are one person.
    pub verdict: Verdict,
    /// The record with the smaller id.
    pub a: RecordId,
    /// The record with the larger id.
    pub b: RecordId,
    /// Who says so.
    pub origin: Origin,
}

/// A judgement that could not be honoured.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Refusal {
    /// The judgement.
    pub judgement: Judgement,
    /// Why not.
    pub why: Why,
}

/// Why a judgement could not be honoured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Why {
    /// Another judgement keeps them, or those they are joined to, apart.
    KeptApart,
    /// One of the records is not there; the judgement waits for it.
    UnknownRecord,
    /// Both are the same record.
    OneRecord,
    /// The two have another given name, and no birth date says that they are one person; a number
    /// can be shared.
    AnotherName,
    /// More records hang together than can be one person's, and none of them is joined.
    TooMany,
    /// One of the two only follows, and goes with somebody else or with nobody: it puts no two together,
    /// not by a number either.
    Follows,
}

impl Judgement {
    /// Says that two records are one person.
    pub fn same(a: RecordId, b: RecordId, origin: Origin) -> Self {
        Self { verdict: Verdict::Same, a: a.min(b), b: a.max(b), origin }
    }

    /// Says that two records are two people.
    pub fn different(a: RecordId, b: RecordId, origin: Origin) -> Self {
        Self { verdict: Verdict::Different, a: a.min(b), b: a.max(b), origin }
    }

    /// Whether a number joins the two, which it does only if their names may be one person's.
    pub(crate) fn joins_by_number(&self) -> bool {
        self.verdict == Verdict::Same && matches!(self.origin, Origin::SharedNumber { .. })
    }

    /// Whether it is about these two records, in either order.
    pub fn concerns(&self, a: RecordId, b: RecordId) -> bool {
        (self.a, self.b) == (a, b) || (self.a, self.b) == (b, a)
    }
}

/// The rank of a shared number. Lower ones are about people, this one is about two records.
pub(crate) const SHARED_NUMBER: u8 = 2;

impl Origin {
    /// The place in which judgements that join are taken.
    pub(crate) fn rank(&self) -> u8 {
        match self {
            Self::Person => 0,
            Self::Colleague { .. } => 1,
            Self::SharedNumber { .. } => SHARED_NUMBER,
        }
    }
}

impl fmt::Debug for Origin {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person => out.write_str("Person"),
            Self::Colleague { .. } => out.write_str("Colleague"),
            Self::SharedNumber { field } => {
                out.debug_struct("SharedNumber").field("field", field).finish()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_judgement_is_the_same_in_either_order() {
        let (a, b) = (RecordId(7), RecordId(3));
        let judgement = Judgement::same(a, b, Origin::Person);
        assert_eq!(judgement, Judgement::same(b, a, Origin::Person));
        assert!(judgement.concerns(a, b) && judgement.concerns(b, a));
        assert!(!judgement.concerns(a, RecordId(4)));
    }

    #[test]
    fn a_reason_never_shows_in_debug() {
        let origin = Origin::Colleague { reason: "met Ada at the till".into() };
        let shown = format!("{:?}", Judgement::different(RecordId(1), RecordId(2), origin));
        assert!(!shown.contains("Ada"), "{shown}");
    }
}
