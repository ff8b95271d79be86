//! What the caller says about each column: its name and its kind.
//!
//! The kind decides how a value is standardised and which comparison it takes part in. Fields of
//! the same name part (given, family, full) or address part are compared together, because they
//! are not independent: who shares a street shares the postcode.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Says what a field's values mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum FieldKind {
    /// First name, as called.
    GivenName,
    /// Surname.
    FamilyName,
    /// The whole name in one line, `given family` or `family, given`.
    FullName,
    /// An e-mail address.
    Email,
    /// A telephone number in any spelling; the last nine digits are compared.
    Phone,
    /// House number and street.
    Street,
    /// Postal code.
    Postcode,
    /// Town.
    City,
    /// The whole address in one line, parts separated by commas or line ends.
    Address,
    /// ISO `yyyy-mm-dd`, or partial `yyyy-mm`, `yyyy`.
    BirthDate,
    /// A number of a card, account or customer; compared within this field only.
    Identifier,
    /// A number that the state gives to one person for life, such as that of social security. Unlike
    /// a card it is not shared by spouses.
    PersonalNumber,
    /// Anything else that is a property of the person.
    Other,
}

/// The word is not the name of a kind.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no kind of field is called {0:?}")]
pub struct UnknownKind(String);

impl FromStr for FieldKind {
    type Err = UnknownKind;

    /// Reads the short name of a kind, such as `given` or `birth`.
    fn from_str(word: &str) -> Result<Self, UnknownKind> {
        Ok(match word {
            "given" => Self::GivenName,
            "family" => Self::FamilyName,
            "full" => Self::FullName,
            "email" => Self::Email,
            "phone" => Self::Phone,
            "street" => Self::Street,
            "postcode" => Self::Postcode,
            "city" => Self::City,
            "address" => Self::Address,
            "birth" => Self::BirthDate,
            "identifier" => Self::Identifier,
            "personal" => Self::PersonalNumber,
            "other" => Self::Other,
            _ => return Err(UnknownKind(word.to_owned())),
        })
    }
}

/// Names one field of the records and its kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// The name shown in waterfalls and reports.
    pub name: String,
    /// What the values mean.
    pub kind: FieldKind,
}

impl Field {
    /// Makes a field from its name and kind.
    pub fn new(name: impl Into<String>, kind: FieldKind) -> Self {
        Self { name: name.into(), kind }
    }
}
