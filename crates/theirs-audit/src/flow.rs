//! One information flow: what is done with which data, of whom, told how, to whom, for how long.
//!
//! The terms are those of contextual integrity (Nissenbaum, 2004): an act is judged by who sends
//! what about whom to whom, and under which understanding. A flow comes from a charter, or from a
//! file that anybody can write; the rules see no difference. What is left out counts as what an
//! honest shop would do, so that a flow is only as bad as somebody says it is. The price: a
//! writer who leaves out the bad part gets no finding; so what was taken for granted is said beside the
//! findings, and fails the strictest check.

mod choice;
mod datum;
mod many;
mod read;
mod recipient;
mod right;
pub(crate) mod said;
pub(crate) mod words;

use serde::{Deserialize, Serialize};

pub use self::choice::{AfterNo, Choice, Flaw, Hurdle, Offered, Proof, Signal};
pub use self::datum::{CategoryName, Datum, Grain, Origin, PurposeName, Source, Supplier};
use self::many::one_or_many;
pub use self::read::read;
pub use self::recipient::{Ends, Gain, Recipient, Safeguard, Who};
pub use self::right::{Identity, Lack, PassedOn, Registered, Rights, Written};

/// One information flow.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub struct Flow {
    /// Its name: of a charter, the purpose or the source.
    pub name: String,
    /// What is done, in a sentence.
    #[serde(default)]
    pub does: String,
    /// What for, as a key of the vocabulary; none where the data only lie there.
    #[serde(default)]
    pub purpose: Option<PurposeName>,
    /// Whose data it is.
    #[serde(default = "clients", deserialize_with = "one_or_many")]
    pub of: Vec<People>,
    /// The data.
    #[serde(default, deserialize_with = "one_or_many")]
    pub data: Vec<Datum>,
    /// What it rests on.
    #[serde(default)]
    pub basis: Option<Basis>,
    /// What people can say to it, and whether that works.
    #[serde(default)]
    pub choice: Choice,
    /// Whether they were told.
    #[serde(default)]
    pub told: Told,
    /// Who is given the data.
    #[serde(default, deserialize_with = "one_or_many")]
    pub recipients: Vec<Recipient>,
    /// How it reaches people, where it is a message.
    #[serde(default)]
    pub channel: Option<Channel>,
    /// How long the data is kept.
    #[serde(default)]
    pub keep: Keep,
    /// What people get when they ask.
    #[serde(default)]
    pub rights: Rights,
    /// What is decided about people by it.
    #[serde(default, deserialize_with = "one_or_many")]
    pub decides: Vec<Decides>,
    /// How their data stands before they touch a setting.
    #[serde(default)]
    pub settings: Settings,
    /// Whether the notice calls it a sale, as it must of a charter's purpose that gives data to
    /// somebody with ends of their own, or shows advertisements elsewhere (CCPA 1798.140(ad), (ah)).
    #[serde(default)]
    pub called_sale: bool,
    /// Who inside can come at it.
    #[serde(default)]
    pub reach: Reach,
    /// What was really done, in counts.
    #[serde(default)]
    pub done: Counts,
    /// What the sources of its data say of how it was got.
    #[serde(skip)]
    pub acquired: Vec<String>,
    /// What its writer left out of [`ASSUMED`], and was taken for what an honest shop would do.
    #[serde(skip)]
    pub assumed: Vec<&'static str>,
    /// Where it stands.
    #[serde(skip)]
    pub stands: Stands,
    /// The line on which it stands, in its file or in the charter.
    #[serde(skip)]
    pub line: Option<usize>,
}

/// Where a flow stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Stands {
    /// In a charter, from which a notice is made.
    #[default]
    Charter,
    /// In a file of flows, in words of whoever wrote it.
    File,
    /// In a draft, of which no notice tells.
    Draft,
}

/// Fields that a judgement leans on, and that count as what an honest shop would do where a file
/// leaves them out.
pub const ASSUMED: [&str; 4] = ["basis", "told", "choice", "keep"];

fn clients() -> Vec<People> {
    vec![People::Clients]
}

/// Whose data it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum People {
    /// People who deal with us.
    Clients,
    /// People who do not yet.
    Prospects,
    /// People under 13.
    Children,
    /// People from 13 to 17.
    Teens,
    /// People who work for us.
    Employees,
    /// People who never dealt with us.
    Strangers,
}

/// What a flow rests on (GDPR Art. 6(1)).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// They said yes.
    Consent,
    /// It is needed to do what they asked for.
    Contract,
    /// A law asks for it.
    LegalObligation,
    /// It protects somebody's life.
    VitalInterests,
    /// It is a public task.
    PublicTask,
    /// There is a fair reason.
    LegitimateInterest,
    /// Nothing.
    None,
}

/// Whether people were told.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Told {
    /// Each of them, by a message or where it happens.
    Individually,
    /// In a notice that they can read.
    #[default]
    InNotice,
    /// Each of them, but long after.
    Late,
    /// In a notice from which they cannot tell.
    Unclear,
    /// Not at all.
    Nowhere,
    /// The notice says otherwise.
    AgainstNotice,
}

/// How a message reaches people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// E-mail.
    Email,
    /// A text message.
    Sms,
    /// A telephone call.
    Phone,
    /// A letter.
    Post,
    /// An advertisement that stands among the messages of a mailbox.
    Mailbox,
    /// A notification of an app.
    Push,
    /// A page or a screen of ours.
    Screen,
    /// At the till or over the counter.
    Counter,
}

/// How long data is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub struct Keep {
    /// What is promised, such as `12 months`.
    #[serde(default)]
    pub promised: Option<Period>,
    /// How long it is really kept.
    #[serde(default)]
    pub really: Option<Period>,
    /// Whether each update begins the time again.
    #[serde(default)]
    pub begins_again: bool,
}

/// A time, written `90 days`, `12 months`, `6 years` or `for ever`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Period {
    /// So many days.
    Days(u32),
    /// Without end.
    ForEver,
}

impl Period {
    const YEAR_DAYS: u32 = 365;

    /// So many months.
    pub fn months(months: u32) -> Self {
        Self::Days(months.saturating_mul(Self::YEAR_DAYS) / 12)
    }

    /// So many years.
    pub fn years(years: u32) -> Self {
        Self::Days(years.saturating_mul(Self::YEAR_DAYS))
    }
}

impl TryFrom<String> for Period {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if text == "for ever" {
            return Ok(Self::ForEver);
        }
        let fault =
            || format!("\"{text}\" is no period: write 90 days, 12 months, 6 years or for ever");
        let (number, unit) = text.split_once(' ').ok_or_else(fault)?;
        let number: u32 = number.parse().map_err(|_| fault())?;
        match unit.strip_suffix('s').unwrap_or(unit) {
            "day" => Ok(Self::Days(number)),
            "month" => Ok(Self::months(number)),
            "year" => Ok(Self::years(number)),
            _ => Err(fault()),
        }
    }
}

impl From<Period> for String {
    fn from(period: Period) -> Self {
        let whole = |number: u32, unit: &str| {
            format!("{number} {unit}{}", if number == 1 { "" } else { "s" })
        };
        match period {
            Period::ForEver => "for ever".to_owned(),
            Period::Days(days) if days > 0 && days.is_multiple_of(Period::YEAR_DAYS) => {
                whole(days / Period::YEAR_DAYS, "year")
            }
            Period::Days(days) => whole(days, "day"),
        }
    }
}

/// What is decided about people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decides {
    /// Whether they get work.
    Employment,
    /// Whether they get credit.
    Credit,
    /// Whether they are insured, or at what premium.
    Insurance,
    /// Whether they get a home.
    Housing,
    /// What price they are shown.
    Price,
}

/// How people's data stands before they touch a setting.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Settings {
    /// Closed.
    #[default]
    Private,
    /// Open to everybody.
    Public,
}

/// Who inside can come at the data.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub struct Reach {
    /// Roles, by name.
    #[serde(default, deserialize_with = "one_or_many")]
    pub roles: Vec<String>,
    /// A role that can come at more than its work needs, and why one must think so.
    #[serde(default)]
    pub wider_than_needed: Option<String>,
}

/// What was really done, in counts; none where nobody counted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub struct Counts {
    /// The people whose data is held or used.
    #[serde(default)]
    pub people: Option<u64>,
    /// How often it was used.
    #[serde(default)]
    pub uses: Option<u64>,
    /// How often it was given to somebody.
    #[serde(default)]
    pub shares: Option<u64>,
}
