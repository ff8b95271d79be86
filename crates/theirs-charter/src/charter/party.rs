//! Who is involved: the controller and its brand, those who receive, those who use.

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
    /// How it is told of erasures and corrections.
    pub tell: Tell,
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
#[derive(Debug, Clone)]
pub struct Role {
    /// Its name.
    pub name: String,
    /// What clients read, such as "our marketing team".
    pub says: String,
    /// The purposes it may use.
    pub purposes: Vec<String>,
    /// Whether it may open one person's whole record, to answer that person.
    pub may_see_records: bool,
    /// How much one of its statements may take.
    pub limits: Limits,
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
