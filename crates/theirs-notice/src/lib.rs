//! What the charter says to others: the privacy notice, the record of processing, assessments, and what
//! changes with a new version.
//!
//! All of it is compiled from the charter that is enforced, with what the ledger counts beside it, so
//! nobody writes a promise twice. Facts come first, as values that JSON shows; from them one [`Paper`] is
//! made in the reader's language, and every form that people read is written from that.

mod answering;
mod approval;
mod assessment;
mod difference;
mod dpv;
mod drift;
mod markdown;
mod news;
mod notice;
mod paper;
mod practice;
mod published;
mod register;
mod right;
mod rule;
mod terms;
#[cfg(test)]
mod tests;
mod trust;

pub use answering::Answering;
pub use approval::{Approval, Because, Stands, What, Word};
pub use assessment::{Assessment, assess};
pub use difference::{Change, ChangeKind, differences};
pub use dpv::{notice_ld, register_ld};
pub use drift::{Drift, drift};
pub use news::{news_of_purpose, news_of_source};
pub use notice::{
    Held, HeldKind, Notice, Origin, OutsideTold, Picks, PurposeTold, Receiver, ReceiverTold, Seen,
    SeenActivity, TrialTold, UNBOUNDED, Unused, kept, origin,
};
pub use paper::{Block, Paper, Section};
pub use practice::{Done, Given, Practice, Waiting};
pub use published::{departures, untold};
pub use register::{Register, register};
pub use right::{Right, rights};
pub use rule::rule_in_words;
pub use terms::{Nearness, Sale, is_located, is_sold};
pub use trust::{Answers, Trust};
