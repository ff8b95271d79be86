//! Who keeps the principals for the PostgreSQL protocol, and the certificate it is served under.

use std::path::Path;
use std::time::{Duration, Instant};

use ring::hmac;
use theirs_query::{Answer, Asker, QueryError};
use theirs_wire::{Identity, IdentityError, Keeper, Verifier};

use crate::failure::Failure;
use crate::telemetry::{Door, Event, asked};
use crate::tries::Tries;
use crate::workspace::Workspace;

/// The principals of a working folder.
pub struct Principals {
    workspace: Workspace,
    /// From it come the verifiers of names that nobody has.
    decoys: hmac::Key,
    /// So that whoever guesses tokens does not fill the log.
    tries: Tries,
}

impl Principals {
    /// With a connection of their own to the database.
    pub fn of(workspace: &Workspace) -> Result<Self, Failure> {
        let decoys = hmac::Key::new(hmac::HMAC_SHA256, &workspace.keys.derive("decoy verifier"));
        Ok(Self { workspace: workspace.for_asker(None)?, decoys, tries: Tries::default() })
    }

    fn decoy(&self, name: &str) -> Verifier {
        let tag = |what: &str| {
            let mut bytes = [0; 32];
            let tag = hmac::sign(&self.decoys, [what, name].join("\0").as_bytes());
            bytes.copy_from_slice(tag.as_ref());
            bytes
        };
        let mut salt = [0; 16];
        salt.copy_from_slice(&tag("salt")[..16]);
        Verifier { salt, salted: tag("salted") }
    }
}

impl Keeper for Principals {
    fn verifier(&self, name: &str) -> Verifier {
        let known = self.workspace.store.verifier(name, &self.workspace.keys);
        match known.ok().flatten() {
            Some((_, theirs_store::Verifier { salt, salted })) => Verifier { salt, salted },
            None => self.decoy(name),
        }
    }

    fn asker(&self, name: &str) -> Option<Asker> {
        let known = self.workspace.store.verifier(name, &self.workspace.keys);
        known.ok().flatten().map(|(known, _)| Asker { name: known.name, roles: known.roles })
    }

    fn turned_away(&self) {
        let now = Instant::now();
        if self.tries.wait(now).is_none() {
            // It is refused either way.
            let _ = self.workspace.record_turned_away();
            Event::TurnedAway { door: Door::Sql }.tell();
        }
        self.tries.note(now);
    }

    fn asked(&self, outcome: Result<&Answer, &QueryError>, after: Duration) {
        asked(outcome, after);
    }
}

/// The certificate that IT gives, or one that this machine vouches for, made once and kept.
pub fn identity(workspace: &Workspace, given: Option<(&Path, &Path)>) -> Result<Identity, Failure> {
    let read =
        |path: &Path| std::fs::read_to_string(path).map_err(|error| Failure::file(path, error));
    if let Some((certificate, key)) = given {
        return Ok(Identity { certificate: read(certificate)?, key: read(key)? });
    }
    let (certificate, key) = workspace.keys.certificate_files();
    if !certificate.exists() || !key.exists() {
        let made = Identity::new_for_this_machine()?;
        workspace.keys.keep(&key, made.key.as_bytes())?;
        workspace.keys.keep(&certificate, made.certificate.as_bytes())?;
    }
    Ok(Identity { certificate: read(&certificate)?, key: read(&key)? })
}

/// A certificate that cannot be used.
impl From<IdentityError> for Failure {
    fn from(error: IdentityError) -> Self {
        Self::Usage(error.to_string())
    }
}
