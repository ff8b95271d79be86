//! From records, acts and the charter to one person.
//!
//! What is believed of a person, what they agreed to and which purposes leave them out is worked
//! out here and nowhere else: the governed view and the person's own page read the same answer, so
//! that what is enforced and what is shown cannot differ.

mod address;
mod choice;
mod contest;
mod exclusion;
mod plausible;
mod profile;

pub use address::{folded_address, is_address};
pub use choice::{Choices, Stated};
pub use contest::{Contest, Stage};
pub use exclusion::{Exclusion, exclusion, has_objected, of_age_from, permitted};
pub use plausible::implausible;
pub use profile::{Believed, Held, Profile, is_known_inside, profile, standing};
