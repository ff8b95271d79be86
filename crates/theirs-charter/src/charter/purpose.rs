//! What data may be used for, how exactly, for how long, and how people are picked.

use std::fmt;

use jiff::Unit;
use jiff::civil::Date;

use crate::coarseness::Coarseness;
use crate::text::Place;

/// The legal basis of a purpose (GDPR Art. 6(1)).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// Art. 6(1)(a).
    Consent,
    /// Art. 6(1)(b).
    Contract,
    /// Art. 6(1)(c).
    LegalObligation,
    /// Art. 6(1)(d).
    VitalInterests,
    /// Art. 6(1)(e).
    PublicTask,
    /// Art. 6(1)(f).
    LegitimateInterest,
}

impl Basis {
    /// Every basis with its name in a charter.
    pub const ALL: [(&'static str, Self); 6] = [
        ("consent", Self::Consent),
        ("contract", Self::Contract),
        ("legal obligation", Self::LegalObligation),
        ("vital interests", Self::VitalInterests),
        ("public task", Self::PublicTask),
        ("legitimate interest", Self::LegitimateInterest),
    ];

    /// Its name in a charter.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|known| known.1 == self).map_or("", |known| known.0)
    }

    /// The words for the person whose data it is.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Consent => "because you said yes",
            Self::Contract => "because we need it to do what you asked of us",
            Self::LegalObligation => "because the law asks us to",
            Self::VitalInterests => "to protect somebody's life",
            Self::PublicTask => "as part of a public task",
            Self::LegitimateInterest => "because we have a fair reason",
        }
    }
}

/// What data may be used for.
#[derive(Debug, Clone)]
pub struct Purpose {
    /// Its name, which is a schema in SQL.
    pub name: String,
    /// Its key in the vocabulary of purposes.
    pub category: String,
    /// Its legal basis.
    pub basis: Basis,
    /// The sentence said to the person.
    pub says: String,
    /// The fair reason it rests on, if it rests on a legitimate interest, as said to the person.
    pub interest: Option<String>,
    /// What people must have agreed to.
    pub consent: Option<String>,
    /// Whether an objection takes a person out.
    pub may_object: bool,
    /// The age, in years, from which people are in it; whose birth date is unknown is not.
    pub minimum_age: Option<u8>,
    /// What it sees: people one by one, or groups of them only.
    pub output: Output,
    /// The columns of `person` it may see.
    pub columns: Vec<Grant>,
    /// The activities it may see.
    pub activities: Vec<ActivityGrant>,
    /// The recipients it may send to.
    pub recipients: Vec<String>,
    /// How long what it makes is kept.
    pub keep: Retention,
    /// How `theirs decide` picks people, if it does.
    pub decide: Option<Decide>,
}

impl Purpose {
    /// Whether a column of `person` that it lists is in its tables: of groups, only what makes them.
    pub fn shows(&self, column: &str) -> bool {
        match &self.output {
            Output::Rows | Output::Verdict(_) => true,
            Output::Aggregate { cells, .. } => cells.iter().any(|cell| cell == column),
        }
    }

    /// The source from outside that it tests, if it is a trial.
    pub fn tests(&self) -> Option<&Trial> {
        match &self.output {
            Output::Verdict(trial) => Some(trial),
            Output::Rows | Output::Aggregate { .. } => None,
        }
    }
}

/// What a purpose sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output {
    /// One row for each person, under a pseudonym of the purpose.
    Rows,
    /// Groups of people, fixed for a day.
    Aggregate {
        /// The fewest people of a group.
        minimum_group: u32,
        /// The columns of `person` that make groups; the last is given up first where a group
        /// would be too small.
        cells: Vec<String>,
    },
    /// Nothing but a verdict: whether data from outside are needed. Nobody sees a row or a figure.
    Verdict(Trial),
}

/// A test of whether data from outside add what the data from inside do not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trial {
    /// The source from outside, of which this purpose alone sees a sample.
    pub source: String,
    /// How much more than without them what is decided has to bring at least.
    pub margin: Margin,
    /// The first day on which the sample may not be used any more.
    pub ends: Date,
}

/// A share of what is brought without the data, in hundredths of a per cent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Margin(pub u32);

impl Margin {
    /// The share, 1 being all.
    pub fn share(self) -> f64 {
        f64::from(self.0) / 10_000.0
    }
}

/// As a charter has it: `1 %`, `0.25 %`.
impl fmt::Display for Margin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, part) = (self.0 / 100, self.0 % 100);
        match (part, part % 10) {
            (0, _) => write!(f, "{whole} %"),
            (_, 0) => write!(f, "{whole}.{} %", part / 10),
            _ => write!(f, "{whole}.{part:02} %"),
        }
    }
}

/// Leave to see one column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The column.
    pub column: String,
    /// How exactly.
    pub coarseness: Coarseness,
}

/// Leave to see some columns of an activity.
#[derive(Debug, Clone)]
pub struct ActivityGrant {
    /// The activity's source, which is its table in SQL.
    pub source: String,
    /// The columns.
    pub columns: Vec<Grant>,
}

/// How long something is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// How many.
    pub count: u16,
    /// Days, months or years.
    pub unit: Unit,
}

impl fmt::Display for Retention {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = match self.unit {
            Unit::Year => "year",
            Unit::Month => "month",
            _ => "day",
        };
        write!(f, "{} {unit}{}", self.count, if self.count == 1 { "" } else { "s" })
    }
}

/// How a purpose picks people.
#[derive(Debug, Clone)]
pub struct Decide {
    /// A condition in SQL over the purpose's `person` table.
    pub due: String,
    /// Where that condition stands in the text.
    pub due_at: Place,
    /// Why a person was picked, as said to the person.
    pub reason: String,
    /// The recipient of the list.
    pub to: String,
    /// The columns the recipient is given.
    pub columns: Vec<String>,
}
