//! Where data comes from: each source, what its rows are and what its columns mean.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use theirs_model::{Attribute, ColumnType, Obtained, SourceKind};

use super::collect::Collect;
use super::party::Tell;
use super::pull::Pull;
use super::purpose::Retention;

/// One place that data comes from.
#[derive(Debug, Clone)]
pub struct Source {
    /// Its name.
    pub name: String,
    /// What clients read for its name.
    pub called: String,
    /// Who stands behind it.
    pub kind: SourceKind,
    /// How the data was got, as said to the person.
    pub acquired: String,
    /// The file, relative to the folder that holds the sources, or to its bucket; none if its
    /// records come with the activities of others.
    pub file: Option<String>,
    /// The table, if the file is a database or it lies in one.
    pub table: Option<String>,
    /// Which events become its rows, if it has no file.
    pub collect: Option<Collect>,
    /// How it is fetched, where that is more than opening its file.
    pub pull: Pull,
    /// The zone of instants that are written without one.
    pub time_zone: Option<TimeZone>,
    /// How long a row is kept, if that is bounded.
    pub keep: Option<Retention>,
    /// How those who keep it are told of erasures and corrections.
    pub tell: Tell,
    /// What its supplier can show of consent, if it comes from outside.
    pub evidence: Option<Evidence>,
    /// Whether the charter says that anybody can write to it; see [`Source::is_open_to_all`].
    pub open_to_all: bool,
    /// What its rows are.
    pub holds: Holds,
}

/// Where what a browser or an app sent comes from, to the person.
const FROM_A_VISIT: &str = "from your visit to our site or app";

/// What a supplier can show of the consent of those whose data it passes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// What it is, and where it can be looked at.
    pub says: String,
    /// The first day on which it does not count any more.
    pub expires: Date,
}

impl Source {
    /// Whether its rows come from browsers, whose key everybody can read: what they say of somebody
    /// may be made up.
    pub fn is_unproven(&self) -> bool {
        self.collect.as_ref().is_some_and(|collect| !collect.by_server)
    }

    /// Whether anybody can write to it under any name, as a form where one signs up: an address that
    /// stands nowhere else proves nothing of what others know of somebody. What browsers feed is so by
    /// nature.
    pub fn is_open_to_all(&self) -> bool {
        self.open_to_all || self.is_unproven()
    }

    /// The words for the person whose data it is. What a browser or an app sent is never said to come
    /// from them: anybody who reads its key may have sent it.
    pub fn in_words(&self) -> &'static str {
        if self.is_unproven() { FROM_A_VISIT } else { self.kind.in_words() }
    }

    /// Whether the person themselves stands behind what it says, so that it may lift what they had deleted.
    pub fn is_own_word(&self) -> bool {
        self.kind == SourceKind::Subject && !self.is_unproven()
    }

    /// Whether rows of its own are read, and do not just come with the activities of others.
    pub fn is_read(&self) -> bool {
        self.file.is_some() || self.pull.database.is_some() || self.pull.web.is_some()
    }

    /// Its file, or the folder or pattern of several, if they lie below the folder of sources.
    pub fn file_here(&self) -> Option<&str> {
        self.file.as_deref().filter(|_| self.pull.bucket.is_none())
    }

    /// Where its rows are, as messages call it: its file, a database and a table, a bucket and a file, or
    /// an address.
    pub fn place(&self) -> String {
        let table = self.table.as_deref().unwrap_or_default();
        let file = self.file.as_deref().unwrap_or_default();
        let Pull { bucket, database, web, .. } = &self.pull;
        match (bucket, database, web) {
            (Some(bucket), _, _) => format!("{bucket}:{file}"),
            (None, Some(database), _) => format!("{database}:{table}"),
            (None, None, Some(web)) => {
                web.url.split(['?', '#']).next().unwrap_or_default().to_owned()
            }
            (None, None, None) => file.to_owned(),
        }
    }

    /// The names of the columns that are kept, in the order of the text.
    pub fn kept(&self) -> Vec<&str> {
        match &self.holds {
            Holds::Identity(identity) => {
                identity.columns.iter().map(|column| column.name.as_str()).collect()
            }
            Holds::Activity(activity) => {
                activity.columns.iter().map(|column| column.name.as_str()).collect()
            }
        }
    }
}

impl Source {
    /// The names of all columns that the charter has for this source, also those that only say whose a
    /// row is or when it was.
    pub fn named(&self) -> Vec<&str> {
        let mut names = self.kept();
        match &self.holds {
            Holds::Identity(identity) => {
                names.push(&identity.key);
                names.extend(identity.time.as_deref());
            }
            Holds::Activity(activity) => {
                names.extend(activity.key.as_deref());
                names.extend([activity.time.as_str(), activity.person.column.as_str()]);
            }
        }
        names
    }
}

/// What the rows of a source are.
#[derive(Debug, Clone)]
pub enum Holds {
    /// Each row says who somebody is.
    Identity(Identity),
    /// Each row is something that happened.
    Activity(Activity),
}

/// Rows that say who somebody is.
#[derive(Debug, Clone)]
pub struct Identity {
    /// The column that names a record uniquely within its source.
    pub key: String,
    /// The column that says since when the row holds.
    pub time: Option<String>,
    /// The columns that are kept, in the order of the text. Others are not read.
    pub columns: Vec<IdentityColumn>,
}

/// A column that says something about a person.
#[derive(Debug, Clone)]
pub struct IdentityColumn {
    /// Its name in the source.
    pub name: String,
    /// What it means.
    pub meaning: Meaning,
    /// The type of its values.
    pub kind: ColumnType,
    /// How dates are written (`%d/%m/%Y`), if not as ISO 8601.
    pub format: Option<String>,
    /// Whether a person may have several at once.
    pub many: bool,
    /// How the values were obtained.
    pub obtained: Obtained,
}

impl Identity {
    /// What the key says of a person; none if it is no column that is kept.
    pub fn key_attribute(&self) -> Option<&Attribute> {
        self.attribute_of(&self.key)
    }

    /// What a column says of a person, if it is one of these.
    pub fn attribute_of(&self, column: &str) -> Option<&Attribute> {
        self.columns.iter().find(|known| known.name == column)?.attribute()
    }
}

impl IdentityColumn {
    /// The attribute that it gives values of, if that is what it says.
    pub fn attribute(&self) -> Option<&Attribute> {
        match &self.meaning {
            Meaning::Attribute(attribute) => Some(attribute),
            Meaning::Consent(_) | Meaning::Objection(_) => None,
        }
    }
}

/// What an identity column means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meaning {
    /// It holds a value of this attribute.
    Attribute(Attribute),
    /// It says whether the person agrees to this.
    Consent(String),
    /// It says whether the person objects to this.
    Objection(String),
}

/// Rows that tell what happened.
#[derive(Debug, Clone)]
pub struct Activity {
    /// The data category of columns that name none.
    pub category: String,
    /// The column that names an activity uniquely; else a hash of the row and its occurrence.
    pub key: Option<String>,
    /// The column that says when it happened.
    pub time: String,
    /// Whose it is.
    pub person: PersonReference,
    /// The columns that are kept.
    pub columns: Vec<ActivityColumn>,
}

/// A column of an activity.
#[derive(Debug, Clone)]
pub struct ActivityColumn {
    /// Its name in the source and in SQL.
    pub name: String,
    /// Its type.
    pub kind: ColumnType,
    /// Its data category.
    pub category: String,
    /// How dates are written, if not as ISO 8601.
    pub format: Option<String>,
    /// Where in an event it stands, if not under its own name.
    pub from: Option<String>,
}

/// How a row of an activity names the person it belongs to.
#[derive(Debug, Clone)]
pub struct PersonReference {
    /// The identity source whose key it carries.
    pub source: String,
    /// The column that carries it.
    pub column: String,
    /// What to do with a key that this source does not have.
    pub unknown: UnknownPerson,
}

/// What to do with an activity of a person nobody has heard of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnknownPerson {
    /// The row is set aside until the person is known.
    SetAside,
    /// An empty record with that key is made.
    Create,
}

/// Which source is believed where they differ.
#[derive(Debug, Clone, Default)]
pub struct Survivorship {
    /// Category or attribute, and its sources from the most to the least believed. What is not
    /// listed comes after; among equals the latest wins.
    pub order: Vec<(String, Vec<String>)>,
}
