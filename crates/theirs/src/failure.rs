//! What went wrong, in one line for people, and the exit code for programs.

use std::process::ExitCode;

use theirs_charter::{Ground, PolicyFault, Problems, Refusal};
use theirs_ingest::IngestError;
use theirs_ledger::{LedgerError, VerifyError};
use theirs_marketing::DecideError;
use theirs_people::NotInForce;
use theirs_query::QueryError;
use theirs_rights::{RestoreError, RightsError};
use theirs_scan::{PostgresError, ScanError};
use theirs_store::backup::BackupError;
use theirs_store::upgrade::UpgradeError;
use theirs_store::{FolderError, StoreError};
use theirs_uses::BookError;

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The command line asks for something impossible.
    #[error("{0}")]
    Usage(String),
    /// No charter is in force.
    #[error("no charter is in force; run `theirs charter apply`")]
    NoCharter,
    /// No token was given.
    #[error(
        "the token of \"{0}\" is needed: put it into THEIRS_TOKEN, or run `theirs principal add \
         {0} --role ROLE --save`"
    )]
    NoToken(String),
    /// The token is not that principal's.
    #[error("\"{0}\" is no principal with that token")]
    NotAuthenticated(String),
    /// The charter does not permit it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The charter has problems.
    #[error(transparent)]
    Charter(#[from] Problems),
    /// A file could not be read or written.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: String,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// Something checked did not hold.
    #[error("{0}")]
    Unsound(String),
    /// The folder cannot be used.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The ledger failed.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The ledger is not what it says it is.
    #[error(transparent)]
    Verify(#[from] VerifyError),
    /// A receipt does not hold.
    #[error(transparent)]
    Receipt(#[from] theirs_receipt::ReceiptError),
    /// A use could not be logged.
    #[error(transparent)]
    Book(#[from] BookError),
    /// A source could not be read.
    #[error(transparent)]
    Ingest(#[from] IngestError),
    /// Something could not be looked into.
    #[error(transparent)]
    Scan(#[from] ScanError),
    /// A question has no answer.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// A request was not carried out.
    #[error(transparent)]
    Rights(#[from] RightsError),
    /// Nothing was backed up.
    #[error(transparent)]
    Backup(#[from] BackupError),
    /// Nothing was restored.
    #[error(transparent)]
    Restore(#[from] RestoreError),
    /// The database was not brought on, or not back.
    #[error(transparent)]
    Upgrade(#[from] UpgradeError),
    /// Nothing was decided.
    #[error(transparent)]
    Decide(#[from] DecideError),
    /// The process that serves the folder carried the command out, and it failed there.
    #[error("{message}")]
    There {
        /// What it said.
        message: String,
        /// Its exit code.
        code: u8,
    },
    /// Output or a thread failed.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// The sample could not be written.
    #[error(transparent)]
    Sample(#[from] harbour_books::GenerateError),
}

impl From<PolicyFault> for Failure {
    fn from(fault: PolicyFault) -> Self {
        match fault {
            PolicyFault::File(problems) => Self::Charter(problems),
            fault @ PolicyFault::Charter(_) => Self::Unsound(fault.to_string()),
        }
    }
}

impl From<NotInForce> for Failure {
    fn from(fault: NotInForce) -> Self {
        match fault {
            NotInForce::NoCharter => Self::NoCharter,
            NotInForce::Policy(fault) => fault.into(),
            NotInForce::Store(error) => error.into(),
        }
    }
}

impl Failure {
    /// A failure about a file.
    pub fn file(path: &std::path::Path, source: std::io::Error) -> Self {
        Self::File { path: path.display().to_string(), source }
    }

    /// Which kind of failure it is, in a word or two: all that a log may say of it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Usage(_) => "usage",
            Self::NoCharter => "no charter",
            Self::NoToken(_) | Self::NotAuthenticated(_) => "not authenticated",
            Self::Refused(_) => "refused",
            Self::Charter(_) => "charter",
            Self::File { .. } => "file",
            Self::Unsound(_) => "unsound",
            Self::Folder(_) => "folder",
            Self::Store(_) => "store",
            Self::Ledger(_) => "ledger",
            Self::Verify(_) => "verify",
            Self::Receipt(_) => "receipt",
            Self::Book(_) => "uses",
            Self::Ingest(_) => "ingest",
            Self::Scan(_) => "scan",
            Self::Query(error) => error.kind(),
            Self::Rights(_) => "rights",
            Self::Backup(_) => "backup",
            Self::Restore(_) => "restore",
            Self::Upgrade(_) => "upgrade",
            Self::Decide(_) => "decide",
            Self::There { .. } => "there",
            Self::Io(_) => "io",
            Self::Sample(_) => "sample",
        }
    }

    /// Whether whoever read the output went away.
    pub fn is_broken_pipe(&self) -> bool {
        matches!(self, Self::Io(error) if error.kind() == std::io::ErrorKind::BrokenPipe)
    }

    /// The charter's refusal, if that is what it is.
    fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal)
            | Self::Query(QueryError::Refused(refusal))
            | Self::Rights(RightsError::Refused(refusal))
            | Self::Decide(DecideError::Query(QueryError::Refused(refusal))) => Some(refusal),
            _ => None,
        }
    }

    /// 1: it failed; 2: the command or the charter is at fault; 3: refused; 4: not authenticated;
    /// 5: another process owns the folder.
    pub fn code(&self) -> u8 {
        match self.refusal().map(|refusal| refusal.ground) {
            Some(Ground::NotPermitted) => return 3,
            Some(Ground::Unknown) => return 2,
            None => {}
        }
        match self {
            Self::There { code, .. } => *code,
            Self::Rights(RightsError::PersonSaysOtherwise) => 3,
            Self::Usage(_)
            | Self::Charter(_)
            | Self::NoCharter
            | Self::Scan(ScanError::Bucket(_) | ScanError::Postgres(PostgresError::Address))
            | Self::Query(QueryError::NoCharter | QueryError::Statement { .. })
            | Self::Decide(
                DecideError::Due { .. } | DecideError::Query(QueryError::Statement { .. }),
            )
            | Self::Rights(
                RightsError::UnknownPerson
                | RightsError::UnknownSource { .. }
                | RightsError::UnknownColumn { .. }
                | RightsError::UnknownPurpose { .. }
                | RightsError::NotContested { .. }
                | RightsError::NotYours
                | RightsError::NothingHeld { .. }
                | RightsError::UnknownMatter
                | RightsError::UnknownRequest
                | RightsError::NotNow { .. }
                | RightsError::NoMoreTime
                | RightsError::BadRequest
                | RightsError::NotSoSettled { .. }
                | RightsError::Alone
                | RightsError::NoReason
                | RightsError::KeptApart
                | RightsError::OneRecord
                | RightsError::NotSure
                | RightsError::Malformed { .. },
            )
            | Self::Restore(RestoreError::Alive(_))
            | Self::Upgrade(UpgradeError::NothingKept)
            | Self::Backup(BackupError::Exists(_) | BackupError::TooLong) => 2,
            Self::NoToken(_) | Self::NotAuthenticated(_) => 4,
            Self::Folder(FolderError::InUse { .. }) => 5,
            _ => 1,
        }
    }

    /// The same as an exit code.
    pub fn exit_code(&self) -> ExitCode {
        ExitCode::from(self.code())
    }
}
