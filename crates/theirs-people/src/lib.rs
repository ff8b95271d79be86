//! From records, acts and the charter to one person.
//!
//! What is believed of a person, what they agreed to and which purposes leave them out is worked
//! out here and nowhere else: the governed view and the person's own page read the same answer, so
//! that what is enforced and what is shown cannot differ.

mod address;
mod choice;
mod concern;
mod contest;
mod exclusion;
mod following;
mod plausible;
mod profile;

pub use address::{folded_address, is_address};
pub use choice::{Choices, Stated};
pub use concern::{Concerned, concerned_by_purpose, concerned_by_source, without};
pub use contest::{Contest, Stage, proposing, stop_of, stopped_column};
pub use exclusion::{Exclusion, exclusion, has_objected, of_age_from, permitted};
pub use following::{Following, NotInForce};
pub use plausible::{implausible, unfit};
pub use profile::{Believed, Held, Profile, Stopped, is_known_inside, profile, standing};
