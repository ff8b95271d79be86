//! What can be done under a verb: `theirs charter apply`, `theirs request add`.

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};
use theirs_rights::{Ground, Settling};
use theirs_words::Language;

use super::{AskerArgs, StudyArgs};

#[derive(Subcommand)]
#[allow(clippy::doc_markdown, reason = "the help shows addresses as they are typed")]
pub enum SourceVerb {
    /// Propose the charter's section for a file, a folder of files, here or in a bucket, or a database.
    ///
    /// Says what each column seems to be, its key, its time and where reading could go on, and first
    /// what is better not held at all. It prints no value, keeps nothing, and needs no working folder.
    ///
    ///   theirs source inspect customers.csv
    ///   theirs source inspect postgres://ana@db.example/shop
    ///   theirs source inspect s3://quay-exports/shop/
    #[command(verbatim_doc_comment)]
    Inspect {
        /// Files, folders of files, workbooks, `postgres://` addresses (the password in PGPASSWORD),
        /// or `s3://BUCKET/` and a file, a folder or a pattern (AWS_ACCESS_KEY_ID,
        /// AWS_SECRET_ACCESS_KEY, AWS_REGION, AWS_ENDPOINT_URL).
        #[arg(required = true, value_name = "SOURCE")]
        sources: Vec<String>,
    },
}

#[derive(Subcommand)]
pub enum CharterVerb {
    /// Put charter.yaml in force. Until then it is only a text.
    Apply,
    /// Say in plain words what a purpose may do.
    Explain {
        /// The purpose.
        purpose: String,
    },
    /// Say in plain words what a new version changes for people.
    ///
    /// A version is a file, or the first digits of one that was in force (`theirs charter history`).
    Diff {
        /// The old version; the one in force by default.
        old: Option<String>,
        /// The new version; charter.yaml by default.
        new: Option<String>,
    },
    /// List every version that was in force.
    History,
}

/// A form that a paper is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PaperForm {
    /// A page that stands alone.
    Html,
    /// Markdown.
    Md,
    /// JSON.
    Json,
    /// JSON-LD, in terms of the Data Privacy Vocabulary.
    Jsonld,
    /// One table.
    Csv,
}

#[derive(Subcommand)]
pub enum CampaignVerb {
    /// List the campaigns of campaigns/, with how often each ran.
    List,
    /// Hold a campaign against the charter in force, and say everything that is wrong with it.
    Check {
        /// The campaign: campaigns/NAME.yaml.
        #[arg(value_name = "CAMPAIGN")]
        campaign: String,
    },
    /// Say what a campaign could show before anything is sent: group sizes, weeks, the smallest gain.
    Plan {
        /// The campaign.
        #[arg(value_name = "CAMPAIGN")]
        campaign: String,
        #[command(flatten)]
        asker: AskerArgs,
    },
    /// Say what a campaign gained over nothing, with intervals, and what it cost in people who said no.
    ///
    /// A decision counts once the time of the outcome is over. No action is said to be best while its
    /// interval spans zero; then it says how many decisions it would take.
    Result {
        /// The campaign.
        #[arg(value_name = "CAMPAIGN")]
        campaign: String,
        #[command(flatten)]
        asker: AskerArgs,
    },
    /// Say how far it is worth going: one action for all, segments, personas, or each person alone.
    Spectrum(StudyArgs),
    /// Say how little data it needs: what can be left out or made coarser without losing the result.
    Frontier(StudyArgs),
}

#[derive(Subcommand)]
pub enum CollectVerb {
    /// Make, list and revoke the keys with which events are sent.
    Key {
        #[command(subcommand)]
        verb: WriteKeyVerb,
    },
    /// Say what became of the events of the last days, by stream.
    Status,
}

#[derive(Subcommand)]
pub enum WriteKeyVerb {
    /// Make a key for a stream of the charter, and print it, once.
    ///
    /// A browser's key stands in the pages of a site, where everybody can read it: what comes with it
    /// may be made up, so it opens nobody's page and joins nobody but by the id they sign in with.
    Add {
        /// The stream, as in `collect:` of the charter.
        stream: String,
        /// For your own servers, which keep it secret.
        #[arg(long)]
        server: bool,
    },
    /// List the keys, by how they begin.
    List,
    /// Revoke a key; what comes with it is refused within a second.
    Revoke {
        /// How it begins, as `list` says.
        #[arg(value_name = "BEGINNING")]
        hint: String,
    },
}

#[derive(Subcommand)]
pub enum PrincipalVerb {
    /// Add somebody who may ask, and print their token, once.
    Add {
        /// A name of your choice.
        name: String,
        /// A role of the charter; several by giving this several times.
        #[arg(long = "role", value_name = "ROLE", required = true)]
        roles: Vec<String>,
        /// Keep the token in tokens/NAME, readable by you alone, so that `--as NAME` finds it.
        #[arg(long)]
        save: bool,
    },
    /// Take somebody's leave to ask away.
    Remove {
        /// The name.
        name: String,
    },
    /// List who may ask.
    List,
}

#[derive(Subcommand)]
pub enum NoticeVerb {
    /// List every notice, with its state.
    List,
    /// Note that whoever was told says that it is done; its file leaves the outbox.
    Confirm {
        /// The number of the notice.
        number: i64,
    },
}

/// Why somebody is erased (GDPR Art. 17(1)).
#[derive(Clone, Copy, ValueEnum)]
pub enum GroundWord {
    /// It is no longer needed for what it was collected for.
    NoLongerNeeded,
    /// The person took their consent back.
    ConsentWithdrawn,
    /// The person objected.
    Objected,
    /// It was held unlawfully.
    Unlawful,
    /// A law asks for it.
    Law,
    /// It was collected from a child.
    Child,
}

impl From<GroundWord> for Ground {
    fn from(word: GroundWord) -> Self {
        match word {
            GroundWord::NoLongerNeeded => Self::NoLongerNeeded,
            GroundWord::ConsentWithdrawn => Self::ConsentWithdrawn,
            GroundWord::Objected => Self::Objected,
            GroundWord::Unlawful => Self::Unlawful,
            GroundWord::Law => Self::Law,
            GroundWord::Child => Self::Child,
        }
    }
}

#[derive(Subcommand)]
pub enum LedgerVerb {
    /// Recompute the whole log, and hold every stored use against it; or check a receipt alone.
    ///
    /// A receipt is checked without a working folder, as its owner would.
    Verify {
        /// The receipt to check.
        receipt: Option<PathBuf>,
        /// An earlier receipt of the same person, which this one has to continue.
        #[arg(long, value_name = "RECEIPT", requires = "receipt")]
        previous: Option<PathBuf>,
        /// The log's key, as it was published; without it the receipt vouches for itself.
        #[arg(long, value_name = "KEY", requires = "receipt")]
        key: Option<String>,
        /// A checkpoint of the log that came by another way.
        #[arg(long, value_name = "FILE", requires = "receipt")]
        checkpoint: Option<PathBuf>,
        /// The key of a witness who must have cosigned; several by giving this several times.
        #[arg(long, value_name = "KEY")]
        witness: Vec<String>,
    },
    /// Compute everything that was sealed again from the uses and the keys, as an auditor would.
    Check,
    /// Seal what was logged until now: close an epoch. While `serve` runs that happens by itself.
    Close,
}

/// How a contest was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Outcome {
    /// It is what the person says.
    Accepted,
    /// The value is wrong.
    Upheld,
    /// The value is right.
    Dismissed,
}

/// Whose an entry is, where that was not sure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Whose {
    /// The entries are one person's.
    Theirs,
    /// The entry is somebody else's; it becomes a person of its own.
    NotTheirs,
    /// It stays as it is, and is not asked about again.
    Leave,
}

impl From<Whose> for Settling {
    fn from(word: Whose) -> Self {
        match word {
            Whose::Theirs => Self::Theirs,
            Whose::NotTheirs => Self::NotTheirs,
            Whose::Leave => Self::Leave,
        }
    }
}

#[derive(Subcommand)]
pub enum SegmentVerb {
    /// List the segments that are kept, with how many people each had last.
    List,
    /// Count the people of a segment, whom the promise leaves out, and who is in others too.
    Count {
        /// The segment, as in segments/NAME.yaml.
        segment: String,
        #[command(flatten)]
        asker: AskerArgs,
    },
}

#[derive(Subcommand)]
pub enum RequestVerb {
    /// List the requests that wait for an answer, those that are due first at the top.
    List {
        /// Those that were answered, too.
        #[arg(long)]
        all: bool,
        #[command(flatten)]
        asker: AskerArgs,
    },
    /// Take down what somebody asked for, by letter, by telephone or at the counter.
    Add {
        /// What they ask for.
        asked: AskedWord,
        /// A person's id, or one of their records as SOURCE:KEY; none while it is not known who asks.
        #[arg(long, value_name = "PERSON")]
        of: Option<String>,
        /// The day on which it came; today by default.
        #[arg(long, value_name = "YYYY-MM-DD")]
        came: Option<jiff::civil::Date>,
        /// What they wrote; the person reads it on their page.
        #[arg(long)]
        text: Option<String>,
        #[command(flatten)]
        asker: AskerArgs,
    },
    /// Note a step towards the answer; the person reads it on their page.
    Mark {
        /// The number of the request.
        number: i64,
        /// What was done.
        step: StepWord,
        /// What the person is told: why it waits, takes longer or is refused, or the answer.
        #[arg(long)]
        reason: Option<String>,
        #[command(flatten)]
        asker: AskerArgs,
    },
}

/// What people may ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AskedWord {
    /// To see their data, or a copy.
    Access,
    /// To have something put right.
    Correction,
    /// To have something erased.
    Erasure,
    /// To have something put on hold.
    Restriction,
    /// To have a use stopped.
    Objection,
    /// To have their data sent to another firm.
    Portability,
    /// To see what is withheld from their page.
    Claim,
    /// To have a person look at what a rule decided.
    Review,
    /// A complaint.
    Complaint,
    /// Anything else about their data.
    Question,
}

/// A step towards an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum StepWord {
    /// The person was told that it came.
    Confirm,
    /// It waits for something that only the person can say; some laws stop the clock.
    Wait,
    /// They said it.
    Resume,
    /// It takes longer; most laws give more time once.
    Extend,
    /// It is done.
    Done,
    /// It is refused.
    Refuse,
}

/// A language that people read.
#[derive(Clone, Copy, ValueEnum)]
pub enum LanguageWord {
    /// English.
    En,
    /// French.
    Fr,
}

impl From<LanguageWord> for Language {
    fn from(word: LanguageWord) -> Self {
        match word {
            LanguageWord::En => Self::English,
            LanguageWord::Fr => Self::French,
        }
    }
}
