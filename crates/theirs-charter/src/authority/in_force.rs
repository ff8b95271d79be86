//! The authority of the version in force, made once for as long as that version stands.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use theirs_model::Digest;

use super::{Authority, Policies, PolicyFault};

/// Keeps the authority that was asked for last.
#[derive(Default)]
pub struct InForce(Mutex<Option<Arc<Authority>>>);

impl InForce {
    /// The authority of a version of the charter, by the digest of its text, with the policies
    /// beside it: the one of before, if it is that version's.
    ///
    /// # Errors
    /// As [`Authority::read`].
    pub fn of(
        &self,
        digest: Digest,
        text: &str,
        policies: BTreeMap<String, String>,
    ) -> Result<Arc<Authority>, PolicyFault> {
        let policies = Policies::of(policies);
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = &*last
            && known.charter().digest == digest
            && *known.policies() == policies
        {
            return Ok(Arc::clone(known));
        }
        Ok(Arc::clone(last.insert(Arc::new(Authority::read(text, &policies)?))))
    }
}
