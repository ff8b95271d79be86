//! Who may ask: principals, the digests of their tokens, and what proves a token over the
//! PostgreSQL protocol.

use std::num::NonZeroU32;

use jiff::Timestamp;
use ring::digest::{SHA256, digest};
use ring::pbkdf2;
use rusqlite::{Connection, OptionalExtension, params};

use crate::keys::{Keys, random};
use crate::store::{Store, StoreError};

/// Somebody who may ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// Its name.
    pub name: String,
    /// Its roles in the charter, in the order of their names.
    pub roles: Vec<String>,
}

/// A principal that was just added, with the one sight of its token.
pub struct NewPrincipal {
    /// The principal.
    pub principal: Principal,
    /// The token; only its digest is kept.
    pub token: String,
}

/// What a server of SCRAM-SHA-256 needs to know of a token (RFC 7677).
#[derive(Clone, PartialEq, Eq)]
pub struct Verifier {
    /// The salt.
    pub salt: [u8; 16],
    /// The token, salted and hashed [`Verifier::ROUNDS`] times.
    pub salted: [u8; 32],
}

impl Verifier {
    /// How often the token is hashed; the token is random, so guessing it is hopeless anyway.
    pub const ROUNDS: NonZeroU32 = NonZeroU32::MIN.saturating_add(4095);
    const LABEL: &str = "verifier";

    fn of(token: &str) -> Result<Self, StoreError> {
        let salt = random()?;
        let mut salted = [0; 32];
        let token = token.as_bytes();
        pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, Self::ROUNDS, &salt, token, &mut salted);
        Ok(Self { salt, salted })
    }

    fn sealed(&self, keys: &Keys) -> Result<Vec<u8>, StoreError> {
        keys.seal(Self::LABEL, &[&self.salt[..], &self.salted].concat())
    }

    fn unsealed(keys: &Keys, sealed: &[u8]) -> Result<Self, StoreError> {
        let bytes = keys.unseal(Self::LABEL, sealed)?;
        let parts = bytes.split_first_chunk::<16>();
        let parts = parts.and_then(|(salt, rest)| Some((*salt, rest.try_into().ok()?)));
        let (salt, salted) = parts.ok_or(StoreError::Damaged("a verifier has another length"))?;
        Ok(Self { salt, salted })
    }
}

impl Store {
    /// Adds a principal, or gives an existing one new roles and a new token, and takes the passkeys of
    /// before away.
    pub fn add_principal(
        &self,
        name: &str,
        roles: &[String],
        keys: &Keys,
        now: Timestamp,
    ) -> Result<NewPrincipal, StoreError> {
        let token = format!("theirs_{}", hex::encode(random::<24>()?));
        let verifier = Verifier::of(&token)?.sealed(keys)?;
        self.change(|tx, _| {
            tx.execute(
                "insert into principal (name, token, verifier, added, active)
                 values (?1, ?2, ?3, ?4, 1)
                 on conflict (name) do update set token = ?2, verifier = ?3, active = 1",
                params![name, token_digest(&token), verifier, now.as_microsecond()],
            )?;
            tx.execute("delete from principal_role where principal = ?1", [name])?;
            forget_passkeys(tx, name)?;
            let mut give = tx.prepare_cached(
                "insert or ignore into principal_role (principal, role) values (?1, ?2)",
            )?;
            for role in roles {
                give.execute([name, role])?;
            }
            Ok(())
        })?;
        let principal =
            Principal { name: name.to_owned(), roles: roles_of(&self.connection(), name)? };
        Ok(NewPrincipal { principal, token })
    }

    /// Takes a principal's leave to ask away; says whether there was one.
    pub fn remove_principal(&self, name: &str) -> Result<bool, StoreError> {
        self.change(|tx, _| {
            forget_passkeys(tx, name)?;
            Ok(tx.execute("update principal set active = 0 where name = ?1", [name])? > 0)
        })
    }

    /// The names of all who may ask or once might, in their order.
    pub fn principal_names(&self) -> Result<Vec<String>, StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare_cached("select name from principal order by name")?;
        let rows = query.query_map([], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The principal of this name, if the token is its own.
    ///
    /// What is compared are digests, so that the time taken tells nothing about the token.
    pub fn authenticate(&self, name: &str, token: &str) -> Result<Option<Principal>, StoreError> {
        if self.token_digest_of(name)? != Some(token_digest(token)) {
            return Ok(None);
        }
        let roles = roles_of(&self.connection(), name)?;
        Ok(Some(Principal { name: name.to_owned(), roles }))
    }

    /// The active principal whose token this is.
    ///
    /// What is looked up is a digest of the token, so that the time taken tells nothing of it.
    pub fn principal_with(&self, token: &str) -> Result<Option<Principal>, StoreError> {
        let connection = self.connection();
        let mut query = connection
            .prepare_cached("select name from principal where token = ?1 and active = 1")?;
        let found: Option<String> =
            query.query_row([token_digest(token)], |row| row.get(0)).optional()?;
        let Some(name) = found else { return Ok(None) };
        let roles = roles_of(&connection, &name)?;
        Ok(Some(Principal { name, roles }))
    }

    /// The principal of this name with what proves its token, if it was added since such proofs
    /// are kept.
    pub fn verifier(
        &self,
        name: &str,
        keys: &Keys,
    ) -> Result<Option<(Principal, Verifier)>, StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare_cached(
            "select verifier from principal
             where name = ?1 and active = 1 and verifier is not null",
        )?;
        let found: Option<Vec<u8>> = query.query_row([name], |row| row.get(0)).optional()?;
        let Some(sealed) = found else { return Ok(None) };
        let principal = Principal { name: name.to_owned(), roles: roles_of(&connection, name)? };
        Ok(Some((principal, Verifier::unsealed(keys, &sealed)?)))
    }

    /// The active principal of a name, for whoever was proven to be it otherwise than by its token.
    pub fn principal(&self, name: &str) -> Result<Option<Principal>, StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare_cached(
            "select exists (select 1 from principal where name = ?1 and active = 1)",
        )?;
        if !query.query_row([name], |row| row.get(0))? {
            return Ok(None);
        }
        let roles = roles_of(&connection, name)?;
        Ok(Some(Principal { name: name.to_owned(), roles }))
    }

    /// The digest of an active principal's token; another token is another digest.
    pub fn token_digest_of(&self, name: &str) -> Result<Option<[u8; 32]>, StoreError> {
        let connection = self.connection();
        let mut query = connection
            .prepare_cached("select token from principal where name = ?1 and active = 1")?;
        Ok(query.query_row([name], |row| row.get(0)).optional()?)
    }

    /// Every active principal, by name.
    pub fn principals(&self) -> Result<Vec<Principal>, StoreError> {
        let connection = self.connection();
        let mut query =
            connection.prepare("select name from principal where active = 1 order by name")?;
        let names: Vec<String> =
            query.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
        let principal = |name: String| -> Result<Principal, StoreError> {
            let roles = roles_of(&connection, &name)?;
            Ok(Principal { name, roles })
        };
        names.into_iter().map(principal).collect()
    }
}

fn forget_passkeys(tx: &Connection, name: &str) -> Result<(), StoreError> {
    tx.execute("delete from staff_passkey where principal = ?1", [name])?;
    Ok(())
}

fn roles_of(connection: &Connection, name: &str) -> Result<Vec<String>, StoreError> {
    let mut query = connection
        .prepare_cached("select role from principal_role where principal = ?1 order by role")?;
    let roles = query.query_map([name], |row| row.get(0))?;
    Ok(roles.collect::<Result<_, _>>()?)
}

fn token_digest(token: &str) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes.copy_from_slice(digest(&SHA256, token.as_bytes()).as_ref());
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_last_token_of_an_active_principal_opens() {
        let store = Store::in_memory().unwrap();
        let now = Timestamp::UNIX_EPOCH;
        let keys = Keys::for_tests();
        let roles = ["marketing".to_owned()];
        let first = store.add_principal("ana", &roles, &keys, now).unwrap().token;
        let before = store.verifier("ana", &keys).unwrap().unwrap().1;
        let second = store.add_principal("ana", &roles, &keys, now).unwrap().token;
        assert!(store.verifier("ana", &keys).unwrap().unwrap().1 != before);
        assert_eq!(store.authenticate("ana", &first).unwrap(), None);
        assert!(store.authenticate("ana", &second).unwrap().is_some());
        assert_eq!(store.authenticate("bob", &second).unwrap(), None);
        assert_eq!(store.principal_with(&first).unwrap(), None);
        assert_eq!(store.principal_with(&second).unwrap().unwrap().name, "ana");
        assert!(store.remove_principal("ana").unwrap());
        assert_eq!(store.authenticate("ana", &second).unwrap(), None);
        assert_eq!(store.principal_with(&second).unwrap(), None);
        assert!(store.verifier("ana", &keys).unwrap().is_none());
    }

    #[test]
    fn roles_are_a_set_and_given_anew_with_a_new_token() {
        let store = Store::in_memory().unwrap();
        let (now, keys) = (Timestamp::UNIX_EPOCH, Keys::for_tests());
        let roles = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>();
        let add = |names: &[&str]| store.add_principal("ana", &roles(names), &keys, now).unwrap();
        let given = add(&["privacy", "marketing", "privacy"]).principal.roles;
        assert_eq!(given, ["marketing", "privacy"]);
        let token = add(&["service"]).token;
        let found = store.authenticate("ana", &token).unwrap().unwrap();
        assert_eq!(found.roles, ["service"]);
        assert_eq!(store.principals().unwrap(), [found]);
    }
}
