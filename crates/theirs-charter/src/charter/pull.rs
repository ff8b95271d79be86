//! How the rows of a source are fetched where that is more than opening one file, and what is done
//! when they go or come in another shape.

use std::fmt;

/// How the rows of a source are fetched.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pull {
    /// The bucket that its file lies in, by its name in `theirs.yaml`.
    pub bucket: Option<String>,
    /// The database that its table lies in, by its name in `theirs.yaml`.
    pub database: Option<String>,
    /// Where its rows are asked for over HTTP.
    pub web: Option<Web>,
    /// The column by which reading goes on where it came to, in a database.
    pub cursor: Option<String>,
    /// What becomes of rows that are gone from a table.
    pub deletes: Deletes,
    /// What is done when it has other columns than before.
    pub schema: SchemaChange,
    /// How often it is loaded while the folder is served.
    pub every: Option<Every>,
}

/// What becomes of what was read from rows that are gone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Deletes {
    /// It stays.
    #[default]
    Keep,
    /// It goes too.
    Follow,
}

/// What is done when a source has other columns than under the same charter before.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SchemaChange {
    /// New columns are told and not read; one that is missing refuses the load.
    #[default]
    Evolve,
    /// Any change refuses the load.
    Freeze,
    /// Any change sets all rows aside: what was known stands.
    SetAside,
}

/// Rows that are asked for over HTTP, as JSON, page by page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Web {
    /// The address of the first page.
    pub url: String,
    /// The fields that lead to the list of rows, from the top; none if the page is the list.
    pub items: Vec<String>,
    /// How the next page is asked for; if not at all, there is only the one.
    pub next: Option<NextPage>,
}

/// How the next page of rows is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NextPage {
    /// By the address that the header `Link` gives (RFC 8288).
    Link,
    /// By what stands in a field of the page, given as a parameter.
    Cursor {
        /// The fields that lead to it, from the top.
        field: Vec<String>,
        /// The parameter.
        parameter: String,
    },
    /// By the number of the page, given as a parameter, from 1 on until a page is empty.
    Page {
        /// The parameter.
        parameter: String,
    },
}

/// How often something is done, in minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Every {
    /// The minutes, at least one.
    pub minutes: u32,
}

impl fmt::Display for Every {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.minutes {
            1 => f.write_str("1 minute"),
            minutes => write!(f, "{minutes} minutes"),
        }
    }
}
