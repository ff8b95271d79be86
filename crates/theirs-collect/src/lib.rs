//! Events of sites and apps, from a request to what the charter lets in, safe on disk.
//!
//! A request of a Segment or `RudderStack` client is unpacked ([`Envelope`]), each of its messages is
//! read ([`Message`]) and held against the charter ([`Plan`]): only columns that some source names are
//! kept, an address of the network never whole, and what no purpose permits is refused and counted.
//! What is left goes to the [`Journal`], encrypted and on disk before the client hears that all is well.
//! Who the people are is decided behind it. Price: an event is written twice, once here as it came
//! and once where it rests.
//!
//! Protocols: Segment's HTTP tracking API and `RudderStack`'s, which are alike.

mod envelope;
mod journal;
mod mend;
mod message;
mod newcomers;
mod path;
mod plan;
mod rate;
mod signal;
mod skew;
mod taken;

pub use envelope::{Envelope, Given, Kind, MOST_BYTES, Unfit};
pub use journal::{Entry, Journal, JournalKey, Unkept};
pub use message::Message;
pub use newcomers::Newcomers;
pub use plan::{Plan, Refused};
pub use rate::Rates;
pub use taken::{Row, Taken};
