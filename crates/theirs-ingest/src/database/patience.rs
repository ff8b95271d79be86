//! What it takes to speak with either server: a thread that waits for an answer, with a bound.

use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio_rustls::rustls::{ClientConfig, Error, RootCertStore};

use crate::{IngestError, header};

/// How long a server may take for one answer, the first page of a large sort among them.
const ANSWERING: Duration = Duration::from_mins(30);

/// A page has about so many bytes, and so many rows at most.
pub(super) const PAGE_BYTES: usize = 4 << 20;
pub(super) const PAGE_ROWS: usize = 5_000;

/// Waits for a server; what it says of a table bears the table's label.
pub(super) struct Patience {
    runtime: Runtime,
    label: PathBuf,
}

impl Patience {
    pub(super) fn about(label: &Path) -> Result<Self, IngestError> {
        let runtime = Builder::new_current_thread().enable_all().build();
        let label = label.to_owned();
        match runtime {
            Ok(runtime) => Ok(Self { runtime, label }),
            Err(error) => Err(IngestError::Database { at: label, reason: error.to_string() }),
        }
    }

    pub(super) fn fault(&self, reason: String) -> IngestError {
        IngestError::Database { at: self.label.clone(), reason }
    }

    /// Waits for something, no longer than this.
    pub(super) fn within<T>(
        &self,
        most: Duration,
        asked: impl Future<Output = T>,
    ) -> Result<T, IngestError> {
        let answer = self.runtime.block_on(async { tokio::time::timeout(most, asked).await });
        answer.map_err(|_| self.fault("it takes too long to answer".to_owned()))
    }

    /// Waits for an answer; `said` is what a failure says.
    pub(super) fn wait<T, E>(
        &self,
        asked: impl Future<Output = Result<T, E>>,
        said: impl Fn(&E) -> String,
    ) -> Result<T, IngestError> {
        self.within(ANSWERING, asked)?.map_err(|error| self.fault(said(&error)))
    }

    /// That there is no such table among these.
    pub(super) fn no_table(&self, table: &str, present: Vec<String>) -> IngestError {
        let nearest = header::nearest(table, &present);
        let (file, table) = (self.label.clone(), table.to_owned());
        IngestError::MissingTable { file, table, nearest, present }
    }
}

/// The schema of a table, if it is said, and its name.
pub(super) fn parts(table: &str) -> (Option<&str>, &str) {
    match table.split_once('.') {
        Some((schema, name)) => (Some(schema), name),
        None => (None, table),
    }
}

/// What the innermost cause of a failure says, such as "connection refused".
pub fn innermost(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    cause.to_string()
}

/// How a server is spoken to in secret that shows a certificate of one of these authorities.
///
/// # Errors
/// The library knows no version of TLS.
pub fn trusting(roots: RootCertStore) -> Result<ClientConfig, Error> {
    let provider = tokio_rustls::rustls::crypto::ring::default_provider();
    Ok(ClientConfig::builder_with_provider(provider.into())
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth())
}
