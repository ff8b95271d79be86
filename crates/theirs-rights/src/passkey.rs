//! What opens nothing any more: a client's passkey, or a colleague's token, that was removed stays so
//! after a restore.
//!
//! What was removed stands in the journal of erasures, as a keyed hash of the number that the device
//! drew for it, before it is removed: if we crash between the two, it is removed by whoever asks again,
//! or by a restore. Nothing of the person stands there, and nothing that would open a page.

use std::collections::HashSet;
use std::path::Path;

use ring::hmac;
use serde::{Deserialize, Serialize};
use theirs_model::{Digest, UseId};
use theirs_store::{Holder, Person};
use theirs_uses::{Act, Told};

use crate::desk::{By, Desk, RightsError};
use crate::erase::{DAMAGED, each_in, put};

/// The form that this version writes and reads.
const FORMAT: u32 = 1;
/// The label of the key.
const LABEL: &str = "removed passkey 1";
/// The ending of its files in the journal.
const ENDING: &str = "passkey";
/// The ending of those of colleagues' tokens.
const TOKEN: &str = "token";

/// A passkey, or a token, that was removed.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Removed {
    format: u32,
    /// The use under which the ledger holds it.
    pub(crate) use_id: UseId,
    /// The keyed hash of the number that the device drew, or of the token's digest.
    credential: Digest,
}

impl Desk {
    /// Removes a passkey of a person, which is on record and in the journal first; says whether there
    /// was one.
    pub fn remove_passkey(
        &self,
        person: &Person,
        passkey: i64,
        journal: &Path,
    ) -> Result<bool, RightsError> {
        let holder = Holder::Person(person.slot);
        let known = self.store.passkeys_of(&holder)?;
        let Some((credential, _)) = known.iter().find(|(_, known)| known.id == passkey) else {
            return Ok(false);
        };
        let mut told = self.telling(Act::Invitation, By::Person)?;
        told.reason = Some("that a key of a device opens this page no more".to_owned());
        let use_id = self.log(&told, Some(person))?;
        let credential = self.hash_of(credential);
        let removed = Removed { format: FORMAT, use_id, credential };
        put(&journal.join(format!("{use_id}.{ENDING}")), &removed)?;
        Ok(self.store.remove_passkey(&holder, passkey)?)
    }

    /// Takes a principal's leave to ask away, which is on record and in the journal first; says whether
    /// there was one.
    pub fn remove_principal(&self, name: &str, journal: &Path) -> Result<bool, RightsError> {
        let Some(token) = self.store.token_digest_of(name)? else { return Ok(false) };
        let told = Told::new(Act::Principal, "our administrators");
        let use_id = self.book.log_none(&told, self.charter.digest, self.now())?;
        let removed = Removed { format: FORMAT, use_id, credential: self.hash_of(&token) };
        put(&journal.join(format!("{use_id}.{TOKEN}")), &removed)?;
        Ok(self.store.remove_principal(name)?)
    }

    /// Removes again the principals whose tokens were removed since a backup; says how many.
    pub(crate) fn remove_principals_again(&self, removed: &[Removed]) -> Result<u64, RightsError> {
        let gone: HashSet<Digest> = removed.iter().map(|one| one.credential).collect();
        let mut count = 0;
        for principal in self.store.principals()? {
            let token = self.store.token_digest_of(&principal.name)?;
            if token.is_some_and(|token| gone.contains(&self.hash_of(&token))) {
                count += u64::from(self.store.remove_principal(&principal.name)?);
            }
        }
        Ok(count)
    }

    /// Removes again what a store from a backup still has of these; says how many.
    pub(crate) fn remove_passkeys_again(&self, removed: &[Removed]) -> Result<u64, RightsError> {
        let gone: HashSet<Digest> = removed.iter().map(|one| one.credential).collect();
        if gone.is_empty() {
            return Ok(0);
        }
        Ok(self.store.remove_passkeys(&|credential| gone.contains(&self.hash_of(credential)))?)
    }

    fn hash_of(&self, credential: &[u8]) -> Digest {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &self.keys.derive(LABEL));
        let mut bytes = [0; 32];
        bytes.copy_from_slice(hmac::sign(&key, credential).as_ref());
        Digest(bytes)
    }
}

/// Every passkey that was removed, as a journal tells.
pub(crate) fn removed_passkeys(journal: &Path) -> Result<Vec<Removed>, RightsError> {
    removed(journal, ENDING)
}

/// Every token that was removed, as a journal tells.
pub(crate) fn removed_tokens(journal: &Path) -> Result<Vec<Removed>, RightsError> {
    removed(journal, TOKEN)
}

fn removed(journal: &Path, ending: &str) -> Result<Vec<Removed>, RightsError> {
    let found: Vec<Removed> = each_in(journal, ending)?;
    if found.iter().any(|one| one.format != FORMAT) {
        return Err(DAMAGED.into());
    }
    Ok(found)
}
