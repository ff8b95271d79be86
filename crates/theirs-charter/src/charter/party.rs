//! Who is involved: the controller and its brand, those who receive, those who use.

use serde::Serialize;

/// The organisation that decides about the data (GDPR Art. 4(7)).
#[derive(Debug, Clone)]
pub struct Controller {
    /// Its name.
    pub name: String,
    /// Its postal address.
    pub address: Option<String>,
    /// Its country, two letters.
    pub country: Option<String>,
    /// Where clients write to.
    pub email: String,
    /// Where they write to about their data.
    pub privacy_contact: String,
    /// The data protection officer, if there is one (GDPR Art. 37): how to reach them.
    pub data_protection_officer: Option<String>,
    /// Who stands for it where it is not itself (GDPR Art. 27).
    pub representative: Option<String>,
    /// Who watches over it.
    pub authority: Option<SupervisoryAuthority>,
    /// The laws that say by when requests are answered; of several the strictest counts.
    pub laws: Vec<Law>,
}

/// A law that gives people rights in their data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Law {
    /// The General Data Protection Regulation of the European Union.
    Gdpr,
    /// That of the United Kingdom, as amended in 2025.
    Uk,
    /// The California Consumer Privacy Act.
    Ccpa,
    /// Canada's Personal Information Protection and Electronic Documents Act.
    Pipeda,
    /// Quebec's Act respecting the protection of personal information in the private sector.
    Quebec,
}

impl Law {
    /// Every law with its name in a charter.
    pub const ALL: [(&'static str, Self); 5] = [
        ("gdpr", Self::Gdpr),
        ("uk", Self::Uk),
        ("ccpa", Self::Ccpa),
        ("pipeda", Self::Pipeda),
        ("quebec", Self::Quebec),
    ];
}

/// The authority that clients may complain to (GDPR Art. 77).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SupervisoryAuthority {
    /// Its name.
    pub name: String,
    /// How to reach it.
    pub contact: String,
}

/// How the pages look.
#[derive(Debug, Clone)]
pub struct Brand {
    /// The name clients know.
    pub name: String,
    /// The main colour, `#rrggbb`.
    pub colour: String,
    /// The colour of what can be pressed, `#rrggbb`.
    pub accent: String,
    /// A picture beside the charter, shown at the top of each page.
    pub logo: Option<String>,
}

/// Somebody outside who may be given data.
#[derive(Debug, Clone)]
pub struct Recipient {
    /// Its name in the charter.
    pub key: String,
    /// The name clients read.
    pub name: String,
    /// Its country, two letters.
    pub country: String,
    /// Processor, controller or joint controller.
    pub role: String,
    /// Whom to ask.
    pub contact: String,
    /// What it does for us.
    pub does: Option<String>,
    /// What protects the data there, if it is abroad (GDPR Art. 45 to 49), and how to get a copy.
    pub safeguard: Option<String>,
    /// How it is told of erasures and corrections.
    pub tell: Tell,
}

/// The name of a country, by its two letters; of one that is not known, the letters.
pub fn country_name(code: &str) -> String {
    let name = celes::Country::from_alpha2(code).map_or(code, |country| country.long_name);
    ["The", "Of", "And"]
        .iter()
        .fold(format!(" {name}"), |name, word| {
            name.replace(&format!(" {word} "), &format!(" {} ", word.to_lowercase()))
        })
        .trim()
        .to_owned()
}

/// How somebody is told that a person was erased, or that a value is wrong (GDPR Art. 17(2) and 19).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Tell {
    /// By a file in the outbox, which a colleague hands over.
    #[default]
    File,
    /// By a message to this address.
    Mail(String),
    /// By a request to this address of the web, signed.
    Webhook(String),
}

/// A group of colleagues.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// Its name.
    pub name: String,
    /// What clients read, such as "our marketing team".
    pub says: String,
    /// The purposes it may use.
    pub purposes: Vec<String>,
    /// Whether it may open one person's whole record, to answer that person.
    pub may_see_records: bool,
    /// Which key its people hold, if any.
    pub key: Option<Key>,
    /// Where its people are written to when something waits for their key.
    pub email: Option<String>,
    /// How much one of its statements may take.
    pub limits: Limits,
}

/// A key to what does not act before two people have approved it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// That of the people who run the systems.
    It,
    /// That of the people who want to use the data.
    Marketing,
    /// That of the privacy officer, who opens nothing and may veto everything.
    Privacy,
}

impl Key {
    /// Every key with its name in a charter.
    pub const ALL: [(&'static str, Self); 3] =
        [("it", Self::It), ("marketing", Self::Marketing), ("privacy", Self::Privacy)];

    /// The two that have to be turned.
    pub const TWO: [Self; 2] = [Self::It, Self::Marketing];

    /// Its name in a charter.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|known| known.1 == self).map_or("", |known| known.0)
    }

    /// The key of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|known| known.0 == name).map(|known| known.1)
    }

    /// Whose it is, in a sentence.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::It => "IT",
            Self::Marketing => "marketing",
            Self::Privacy => "the privacy officer",
        }
    }
}

/// How much one statement may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The most rows of an answer.
    pub rows: usize,
    /// The longest it may run, in seconds.
    pub seconds: u64,
    /// The most memory it may use, in mebibytes.
    pub memory: usize,
}

impl Limits {
    /// What no role may go beyond, and what counts where the charter says nothing.
    pub const MOST: Self = Self { rows: 1_000_000, seconds: 300, memory: 512 };

    /// The memory in bytes.
    pub fn bytes(&self) -> usize {
        self.memory << 20
    }
}
