//! Why a kept model cannot resolve these records.

use std::error::Error;
use std::fmt;

/// A model that does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// It was kept in another form.
    Version {
        /// The form it was kept in; 0 before forms were numbered.
        found: u32,
        /// The form that is read now.
        expected: u32,
    },
    /// It was learnt for other fields.
    Fields,
    /// It was learnt with other overrides.
    Overrides,
    /// It was learnt with other blocking rules.
    Rules,
    /// Its parts do not belong together.
    Damaged,
    /// Two of the records have the same id; no model fits them.
    RepeatedId,
}

impl fmt::Display for Unfit {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Version { found, expected } => {
                write!(out, "the model has form {found}, this program reads form {expected}")?;
            }
            Self::Fields => out.write_str("the model was learnt for other fields")?,
            Self::Overrides => out.write_str("the model was learnt with other overrides")?,
            Self::Rules => out.write_str("the model was learnt with other blocking rules")?,
            Self::Damaged => out.write_str("the parts of the model do not belong together")?,
            Self::RepeatedId => return out.write_str("two records have the same id"),
        }
        out.write_str("; learn it again from all records")
    }
}

impl Error for Unfit {}
