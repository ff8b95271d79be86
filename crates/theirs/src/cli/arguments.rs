//! What several commands are told alike: who asks, why, where a paper goes; and what of one command makes a
//! list of its own.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use theirs_audit::FailOn;
use theirs_rights::Ground;

use super::{GroundWord, PaperForm, Whose};

/// How a paper is written, and where.
#[derive(Args)]
pub struct PaperArgs {
    /// The form; by default what the file's name ends with, else md.
    #[arg(long, value_name = "FORM")]
    pub format: Option<PaperForm>,
    /// The file; without it the paper is printed.
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// The passphrase of a backup of the keys.
#[derive(Args)]
pub struct PassphraseArgs {
    /// A file whose first line is the passphrase of the keys; else `THEIRS_PASSPHRASE`, else none.
    #[arg(long, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
}

/// Who asks.
#[derive(Args)]
pub struct AskerArgs {
    /// The principal who asks; its token is in the environment or kept in tokens/.
    #[arg(long = "as", value_name = "NAME")]
    pub name: String,
}

/// A study of a campaign.
#[derive(Args)]
pub struct StudyArgs {
    /// The campaign.
    #[arg(value_name = "CAMPAIGN")]
    pub campaign: String,
    /// A file for the chart, as a page (HTML).
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    #[command(flatten)]
    pub asker: AskerArgs,
}

/// One turn of a key.
#[derive(Args)]
pub struct TurnArgs {
    /// What it is about: source:NAME, recipient:NAME or purpose:NAME.
    pub subject: String,
    /// Why; it is kept with your name, and told by role in the ledger.
    #[arg(long, value_name = "REASON")]
    pub reason: String,
    /// The digest that you have read, as `theirs pending` shows it; refused if it is another by now.
    #[arg(long, value_name = "DIGEST")]
    pub digest: Option<String>,
    /// A file whose first line is your token; standard input by default.
    #[arg(long, value_name = "FILE")]
    pub token_file: Option<PathBuf>,
    #[command(flatten)]
    pub asker: AskerArgs,
}

/// Whom to tell of what.
#[derive(Args)]
pub struct InformArgs {
    /// source:NAME or purpose:NAME.
    pub subject: String,
    /// Where clients find their page, as `serve --public` names it; it stands in every message.
    #[arg(long, value_name = "URL")]
    pub page: String,
    /// How many people this run tells at most.
    #[arg(long, value_name = "NUMBER", default_value_t = 10_000)]
    pub most: usize,
    #[command(flatten)]
    pub asker: AskerArgs,
}

/// Where `serve` listens.
#[derive(Args)]
pub struct ListenArgs {
    /// The port of the portal on the loopback address; 0 takes a free one.
    #[arg(long, default_value_t = 8427)]
    pub port: u16,
    /// How clients reach the portal from elsewhere: `https://` and a host, whose proxy on this
    /// machine speaks TLS and passes requests on with their Host [default: `public:` of theirs.yaml].
    #[arg(long, value_name = "URL")]
    pub public: Option<String>,
    /// Where PostgreSQL clients connect [default: 127.0.0.1:5433, or a free port beside it].
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub sql: Option<SocketAddr>,
    /// The certificate for PostgreSQL clients, in PEM; without it one is made for this machine.
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub tls_certificate: Option<PathBuf>,
    /// Its private key, in PEM.
    #[arg(long, value_name = "FILE", requires = "tls_certificate")]
    pub tls_key: Option<PathBuf>,
    #[command(flatten)]
    pub log: LogArgs,
}

/// What is told to IT on standard error, one line for each event; no line holds a personal value.
#[derive(Args, Clone, Copy)]
pub struct LogArgs {
    /// How each event is written, on one line of standard error (docs/operations.md) [default: text].
    #[arg(long, value_name = "FORM", env = "THEIRS_LOG")]
    pub log: Option<LogForm>,
    /// The least important events that are told; at debug each request for the collector, too.
    #[arg(long, value_name = "LEVEL", env = "THEIRS_LOG_LEVEL", default_value = "info")]
    pub log_level: LogLevel,
}

impl LogArgs {
    /// What the environment alone says, for commands that have no such option.
    pub fn of_environment() -> Self {
        fn said<T: ValueEnum>(name: &str) -> Option<T> {
            T::from_str(&std::env::var(name).ok()?, true).ok()
        }
        Self {
            log: said("THEIRS_LOG"),
            log_level: said("THEIRS_LOG_LEVEL").unwrap_or(LogLevel::Info),
        }
    }
}

/// How an event is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogForm {
    /// As words, for people.
    Text,
    /// As JSON, for programs.
    Json,
    /// Not at all.
    Off,
}

/// How important an event is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogLevel {
    /// What failed.
    Error,
    /// What somebody should look at.
    Warn,
    /// What happens.
    Info,
    /// Everything.
    Debug,
}

/// Why something goes.
#[derive(Args)]
pub struct GroundArgs {
    /// Why; one of a few words, so that no reason names anybody.
    #[arg(long = "reason", value_name = "GROUND", required_unless_present = "at_their_request")]
    pub why: Option<GroundWord>,
    /// The person asked for it.
    #[arg(long, conflicts_with = "why")]
    pub at_their_request: bool,
}

impl From<&GroundArgs> for Ground {
    fn from(given: &GroundArgs) -> Self {
        given.why.map_or(Self::Asked, Self::from)
    }
}

/// Why a colleague says so.
#[derive(Args)]
pub struct ReasonArgs {
    /// Why; it is kept, and shown to nobody else.
    #[arg(long = "reason", value_name = "REASON")]
    pub why: String,
    /// The person asked for it; their word stands above a colleague's.
    #[arg(long)]
    pub at_their_request: bool,
}

/// How a matter is settled.
#[derive(Args)]
pub struct SettleArgs {
    /// How it is settled; --reason says why.
    #[arg(long, value_name = "OUTCOME", requires_all = ["number", "why"])]
    pub decide: Option<Whose>,
    /// Why; it is kept, and shown to nobody else.
    #[arg(long = "reason", value_name = "REASON", id = "why", requires = "decide")]
    pub why: Option<String>,
    /// The person asked for it; their word stands above a colleague's.
    #[arg(long, requires = "decide")]
    pub at_their_request: bool,
}

/// What is audited, and what is written.
#[derive(Args)]
pub struct AuditArgs {
    /// Files, folders, databases: looked into as they are, before any charter is written. A charter is
    /// drafted of what is there, and questioned.
    #[arg(value_name = "SOURCE", conflicts_with_all = ["charter", "flow"])]
    pub sources: Vec<String>,
    /// Keep that draft, to read and put right.
    #[arg(long, value_name = "FILE", requires = "sources")]
    pub draft: Option<PathBuf>,
    /// A charter alone, instead of the one in force and what was really done.
    #[arg(long, value_name = "FILE", conflicts_with = "flow")]
    pub charter: Option<PathBuf>,
    /// Practices that you wrote down as information flows (docs/audit.md).
    #[arg(long, value_name = "FILE")]
    pub flow: Option<PathBuf>,
    /// Write a page to show to a board.
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
    /// Write the findings as SARIF 2.1.0, for checks of a repository.
    #[arg(long, value_name = "FILE")]
    pub sarif: Option<PathBuf>,
    /// Fail, with exit code 1, on a hard stop, on what two people must agree to, and on what could not be
    /// questioned.
    #[arg(long)]
    pub check: bool,
    /// What such a check fails on: `stop` (hard stops alone), `keys` (as above), `any` (every finding, and
    /// whatever is not said yet). Means `--check`.
    #[arg(long, value_name = "WHAT", value_parser = ["stop", "keys", "any"])]
    pub fail_on: Option<String>,
}

impl AuditArgs {
    /// What it fails on, if it checks.
    pub fn fails_on(&self) -> Option<FailOn> {
        let known = self.fail_on.as_deref().and_then(|asked| {
            FailOn::ALL.iter().find(|(name, _)| *name == asked).map(|(_, on)| *on)
        });
        known.or_else(|| self.check.then(FailOn::default))
    }

    /// Whether it needs no working folder.
    pub fn is_of_a_file(&self) -> bool {
        self.charter.is_some() || self.flow.is_some() || !self.sources.is_empty()
    }

    /// The files that it writes and reads.
    pub fn paths(&mut self) -> impl Iterator<Item = &mut PathBuf> {
        [&mut self.charter, &mut self.flow, &mut self.html, &mut self.sarif, &mut self.draft]
            .into_iter()
            .flatten()
    }
}
