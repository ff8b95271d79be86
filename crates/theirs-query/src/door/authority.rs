//! Who may do what now, by the charter in force.

use std::sync::Arc;

use theirs_charter::{Asker, Leave};

use super::Door;
use crate::error::QueryError;

impl Door {
    /// The leave of a principal to use a purpose.
    ///
    /// # Errors
    /// A refusal names its clause, and is on record.
    pub fn permit(&self, asker: &Asker, purpose: &str) -> Result<Arc<Leave>, QueryError> {
        let authority = self.authority()?;
        authority.permit(asker, purpose).map_err(|refusal| self.refuse(asker, refusal))
    }

    /// The leave of a principal to give a recipient what is seen for a purpose; it is asked again when
    /// something goes.
    ///
    /// # Errors
    /// As [`Door::permit`].
    pub fn permit_share(
        &self,
        asker: &Asker,
        purpose: &str,
        recipient: &str,
    ) -> Result<(), QueryError> {
        let authority = self.authority()?;
        let leave = authority.permit(asker, purpose);
        let shared =
            leave.and_then(|leave| authority.permit_share(asker, &leave.purpose, recipient));
        shared.map_err(|refusal| self.refuse(asker, refusal))
    }
}
