//! The nouns of the house as plain types: no input or output, no SQL, no HTTP.
//!
//! Every other crate speaks in these words. The one rule kept here by construction is the first
//! invariant of the design: a [`Value`] cannot be built without its [`Provenance`].

mod attribute;
mod cell;
mod clock;
mod confidence;
mod ids;
mod nearest;
mod source;
mod value;

pub use attribute::{Attribute, CategoryKey};
pub use cell::{Cell, ColumnType};
pub use clock::{Clock, FixedClock, SystemClock};
pub use confidence::SURE_ENOUGH;
pub use ids::{Digest, PersonId, RecordId, Sequence, Slot, UseId};
pub use nearest::nearest;
pub use source::{Obtained, SourceKind};
pub use value::{Provenance, Value};
