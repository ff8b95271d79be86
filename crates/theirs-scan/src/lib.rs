//! Discovery: looks into files, databases and pages as they are, and says what the charter does not.
//!
//! A column is told by its name, in several languages, and by a bounded sample of its values. What
//! comes out are words, counts and names of columns, never a value. Everything here guesses, and says
//! how sure it is; what is held stays what a human wrote into the charter.

mod compare;
mod draft;
mod finding;
mod gather;
mod kind;
mod lexicon;
mod name;
mod reading;
mod scan;
mod setting;
mod sketch;
mod table;
mod value;
mod warning;
mod web;
mod weigh;
mod yes;

pub use compare::{Difference, compare, compare_loaded};
pub use draft::{Slip, Unplaced, draft, of_nobody, rows, section, slips, unplaced};
pub use finding::{Finding, ScannedColumn, ScannedTable, Sureness};
pub use kind::Kind;
pub use lexicon::Meaning;
pub use reading::{PostgresError, ScanError, Shown, open};
pub use scan::{Scan, scan};
pub use table::{Column, Origin, Table};
pub use value::Inside;
pub use warning::{Warning, label};
pub use web::{Cookie, Host, Kept, PageScan, Party, Visit, WebError, visit};
pub use yes::OldYeses;
