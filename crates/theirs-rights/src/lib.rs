//! The rights of the person whose data it is: to see all of it, to correct it, to say no.
//!
//! Every act here is on record before its result is given, like any other use: also when the
//! person looks at their own record. A correction is believed from the moment it is recorded.

mod access;
mod change;
mod channel;
mod consent;
mod contest;
mod coverage;
mod decided;
mod delete;
mod desk;
mod erase;
mod expire;
mod gone;
mod history;
mod inert;
mod judge;
mod passkey;
mod practice;
mod refused;
mod report;
mod request;
mod restore;
mod review;
mod tell;

pub use access::{
    ActivitySection, Contested, Dossier, Entry, OUTSIDE_ONLY, Said, SourceSection, UsedFor, Using,
};
pub use change::Choice;
pub use channel::{EMAIL, Reached};
pub use consent::{
    ConsentEvent, ConsentReceipt, ConsentRecord, ConsentState, Party, PiiInformation,
    PiiProcessing, PurposeOfConsent, ReceiptHeader, RecordHeader,
};
pub use contest::{Contesting, PutRight};
pub use coverage::Coverage;
pub use decided::DecidedForYou;
pub use delete::{Admission, Deleted, Goes, JournalledDeletion, read_deletions};
pub use desk::{By, Desk, RightsError};
pub use erase::{
    Confirmation, Duty, FILES_WITHIN, Ground, Journalled, Marker, Swept, cut, note_readmitted,
    read_journal, write_journal,
};
pub use expire::{Expired, kept_since};
pub use history::{Deed, Sort, Week, monday, monday_of, weeks};
pub use inert::{inert, inert_table};
pub use judge::Reason;
pub use practice::Tally;
pub use report::{CategoryHeld, Chosen, Given, LastGiven, ReceiverOfYours, Report, last_given};
pub use request::{Asked, Due, Pending, State, Stepping};
pub use restore::{RestoreError, Restored, Restoring, Since, restore};
pub use review::{Beside, Disputed, Doubt, Matter, OpenMatter, Settling};
pub use tell::{Brought, Informed, SOURCE, csv_name, notice_file, rows_of};
