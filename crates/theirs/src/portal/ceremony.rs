//! The ceremonies of passkeys (`WebAuthn`, level 3): what a device is asked, and whether its answer is
//! right. The page with the button and the script it needs are the only ones that run any; what the
//! device answers is sent by a form like all others. Challenges are kept in memory, for five minutes,
//! and used once.

use std::borrow::Borrow;
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use theirs_store::{Holder, Opens, Passkey};
use webauthn_rp::bin::{Decode, Encode};
use webauthn_rp::request::auth::AuthenticationVerificationOptions;
use webauthn_rp::request::register::{
    CredProtect, Nickname, PublicKeyCredentialUserEntity, RegistrationVerificationOptions,
    USER_HANDLE_MAX_LEN, UserHandle64, Username,
};
use webauthn_rp::request::{
    AsciiDomain, FixedCapHashSet, InsertResult, PublicKeyCredentialDescriptor, RpId, TimedCeremony,
};
use webauthn_rp::response::register::{CompressedPubKey, DynamicState, StaticState};
use webauthn_rp::response::{AuthTransports, CredentialId, SentChallenge};
use webauthn_rp::{
    AuthenticatedCredential, DiscoverableAuthentication64, DiscoverableAuthenticationServerState,
    DiscoverableCredentialRequestOptions, PublicKeyCredentialCreationOptions, Registration,
    RegistrationServerState,
};

use super::here::Here;
use crate::failure::Failure;

/// How many challenges wait for an answer at once, of each kind.
const MOST_WAITING: usize = 4096;
/// How many passkeys somebody may have.
const MOST: usize = 10;
/// Scripts from here, and nothing else more than anywhere.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; \
                      form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

type PublicKey = CompressedPubKey<[u8; 32], [u8; 32], [u8; 48], Vec<u8>>;

/// The form with what a device answered.
#[derive(Deserialize)]
pub(super) struct Answered {
    #[serde(default)]
    pub(super) form_token: String,
    pub(super) answer: String,
}

/// The form that removes a passkey.
#[derive(Deserialize)]
pub(super) struct Removal {
    pub(super) form_token: String,
    pub(super) passkey: i64,
}

/// The challenges that wait for an answer at one door.
pub(super) struct Challenges {
    opens: Opens,
    making: Mutex<FixedCapHashSet<RegistrationServerState<USER_HANDLE_MAX_LEN>>>,
    using: Mutex<FixedCapHashSet<DiscoverableAuthenticationServerState>>,
}

impl Challenges {
    /// None yet, at the door that these passkeys open.
    pub(super) fn at(opens: Opens) -> Self {
        Self {
            opens,
            making: Mutex::new(FixedCapHashSet::new(MOST_WAITING)),
            using: Mutex::new(FixedCapHashSet::new(MOST_WAITING)),
        }
    }

    /// What a device is asked for, to show that it has a passkey for this door.
    pub(super) fn ask(&self, here: &Here) -> Option<String> {
        let domain = here.domain()?;
        let (server, client) =
            DiscoverableCredentialRequestOptions::passkey(&domain).start_ceremony().ok()?;
        kept(&self.using, server, &client)
    }

    /// The passkey by which a device proves whose it is; none, if anything about its answer is not right.
    pub(super) fn proven(&self, here: &Here, answer: &str) -> Result<Option<Passkey>, Failure> {
        let Some(domain) = here.domain() else { return Ok(None) };
        let Ok(answer) = DiscoverableAuthentication64::from_json_relaxed(answer.as_bytes()) else {
            return Ok(None);
        };
        let waiting = answer.challenge_relaxed().ok();
        let waiting = waiting.and_then(|challenge| lock(&self.using).take(&challenge));
        let Some(waiting) = waiting else { return Ok(None) };
        let store = &here.workspace().store;
        let Some(kept) = store.passkey(self.opens, answer.raw_id().as_ref())? else {
            return Ok(None);
        };
        let handle = answer.response().user_handle();
        let is_theirs = handle.encode().is_ok_and(|bytes| bytes[..] == kept.handle[..]);
        let fixed = StaticState::<PublicKey>::decode(&kept.fixed).ok();
        let changing = <[u8; 7]>::try_from(kept.changing.as_slice()).ok();
        let changing = changing.and_then(|bytes| DynamicState::decode(bytes).ok());
        let (true, Some(fixed), Some(changing)) = (is_theirs, fixed, changing) else {
            return Ok(None);
        };
        let known = AuthenticatedCredential::new(answer.raw_id(), handle, fixed, changing);
        let Ok(mut known) = known else { return Ok(None) };
        let base = here.base().unwrap_or_default();
        let origins = [base.as_str()];
        let demanded = AuthenticationVerificationOptions::<&str, &str> {
            allowed_origins: &origins,
            error_on_unsolicited_extensions: false,
            ..Default::default()
        };
        if waiting.verify(&domain, &answer, &mut known, &demanded).is_err() {
            return Ok(None);
        }
        let Ok(changed) = known.dynamic_state().encode();
        store.use_passkey(&kept, &changed, here.workspace().clock.now())?;
        Ok(Some(kept))
    }

    /// What a device is asked for, to make a passkey. `name` is what it shows whoever chooses among
    /// several, beside the name of the shop.
    pub(super) fn offer(
        &self,
        here: &Here,
        (brand, name): (&str, Option<&str>),
        known: &[(Vec<u8>, Passkey)],
    ) -> Option<String> {
        let domain = here.domain()?;
        let handle = known.first().and_then(|(_, passkey)| {
            let bytes = <[u8; USER_HANDLE_MAX_LEN]>::try_from(passkey.handle.as_slice()).ok()?;
            UserHandle64::decode(bytes).ok()
        });
        let handle = handle.unwrap_or_default();
        let user = PublicKeyCredentialUserEntity {
            name: Username::try_from(name.unwrap_or(domain.as_ref())).ok()?,
            id: &handle,
            display_name: Nickname::try_from(brand).ok(),
        };
        let known: Vec<_> = known
            .iter()
            .filter_map(|(id, _)| {
                let id = CredentialId::<Vec<u8>>::decode(id.clone()).ok()?;
                let transports = AuthTransports::decode(0).ok()?;
                Some(PublicKeyCredentialDescriptor { id, transports })
            })
            .collect();
        let mut options = PublicKeyCredentialCreationOptions::passkey(&domain, user, known);
        // Many devices do not know it, and the person is verified each time all the same.
        options.extensions.cred_protect = CredProtect::None;
        let (server, client) = options.start_ceremony().ok()?;
        kept(&self.making, server, &client)
    }

    /// What a device made, if all about it is right and there is room for one more, with its id.
    pub(super) fn made(
        &self,
        here: &Here,
        holder: Holder,
        answer: &str,
    ) -> Result<Option<(Vec<u8>, Passkey)>, Failure> {
        let is_full = here.workspace().store.passkeys_of(&holder)?.len() >= MOST;
        Ok(if is_full { None } else { self.verified(here, holder, answer) })
    }

    fn verified(&self, here: &Here, holder: Holder, answer: &str) -> Option<(Vec<u8>, Passkey)> {
        let domain = here.domain()?;
        let answer = Registration::from_json_relaxed(answer.as_bytes()).ok()?;
        let waiting = lock(&self.making).take(&answer.challenge_relaxed().ok()?)?;
        let base = here.base()?;
        let origins = [base.as_str()];
        let demanded = RegistrationVerificationOptions::<&str, &str> {
            allowed_origins: &origins,
            error_on_unsolicited_extensions: false,
            ..Default::default()
        };
        let known = waiting.verify(&domain, &answer, &demanded).ok()?;
        let passkey = Passkey {
            id: 0,
            holder,
            handle: known.user_id().encode().ok()?.to_vec(),
            fixed: known.static_state().encode().ok()?,
            changing: known.dynamic_state().encode().ok()?.to_vec(),
            made: here.workspace().clock.now(),
            used: None,
        };
        Some((known.id().as_ref().to_vec(), passkey))
    }
}

/// `/passkey.js`: the one script there is.
pub(super) async fn script() -> Response {
    let kind = (CONTENT_TYPE, "text/javascript; charset=utf-8");
    ([kind], include_str!("../../templates/passkey.js")).into_response()
}

/// A page that runs the script.
pub(super) fn with_script(mut answer: Response) -> Response {
    let policy = HeaderValue::from_static(POLICY);
    answer.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    answer
}

/// What a device is asked for, once its challenge is kept; none, if too many wait already.
fn kept<S: Borrow<SentChallenge> + Eq + Hash + TimedCeremony>(
    waiting: &Mutex<FixedCapHashSet<S>>,
    challenge: S,
    asked: &impl Serialize,
) -> Option<String> {
    let options = serde_json::to_string(asked).ok()?;
    let kept = lock(waiting).insert_or_replace_all_expired(challenge);
    matches!(kept, InsertResult::Success).then_some(options)
}

impl Here {
    /// The domain that a passkey is made for: the host of the pages.
    fn domain(&self) -> Option<RpId> {
        let base = self.base()?;
        let host = base.split_once("://")?.1.split(':').next()?.to_owned();
        Some(RpId::Domain(AsciiDomain::try_from(host).ok()?))
    }
}

fn lock<T>(set: &Mutex<T>) -> MutexGuard<'_, T> {
    set.lock().unwrap_or_else(PoisonError::into_inner)
}
