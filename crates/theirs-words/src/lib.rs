//! What clients read, in the language they read: messages in Fluent files, days, numbers and lists.
//!
//! A message has a name and stands in `words/LANGUAGE/` (Project Fluent, syntax 1.0). What is put on
//! record is said once, in English and in the charter's own words; [`Speech::again`] says it again in
//! the language of whoever reads it.

mod again;
mod bundle;
mod isolated;
mod language;
mod speech;

pub use self::isolated::isolated;
pub use self::language::Language;
pub use self::speech::{Said, Speech, capital};
