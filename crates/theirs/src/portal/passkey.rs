//! Passkeys (`WebAuthn`, level 3): a device of the person proves that it is theirs, without e-mail.
//!
//! One is made on the page of whoever has proven enough, and from then on opens all of it. The page
//! with the button and the script it needs are the only ones that run any; what the device answers is
//! sent by a form like all others. Challenges are kept in memory, for five minutes, and used once.

use std::borrow::Borrow;
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use askama::Template;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use serde::{Deserialize, Serialize};
use theirs_store::{Passkey, Person};
use theirs_words::Speech;
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

use super::ask::log;
use super::brand::Mark;
use super::form::Sent;
use super::here::Here;
use super::message::{expired, failed, page, said, too_many, unknown};
use super::page::{at_desk, blocking, entered, needs_more, visit};
use super::session::{Entered, Visit};
use crate::failure::Failure;
use crate::reading::Reading;

/// How many challenges wait for an answer at once, of each kind.
const MOST_WAITING: usize = 4096;
/// How many passkeys somebody may have.
const MOST: usize = 10;
/// Scripts from here, and nothing else more than anywhere.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; \
                      form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

type PublicKey = CompressedPubKey<[u8; 32], [u8; 32], [u8; 48], Vec<u8>>;

/// The challenges that wait for an answer.
pub(super) struct Challenges {
    making: Mutex<FixedCapHashSet<RegistrationServerState<USER_HANDLE_MAX_LEN>>>,
    using: Mutex<FixedCapHashSet<DiscoverableAuthenticationServerState>>,
}

impl Default for Challenges {
    fn default() -> Self {
        Self {
            making: Mutex::new(FixedCapHashSet::new(MOST_WAITING)),
            using: Mutex::new(FixedCapHashSet::new(MOST_WAITING)),
        }
    }
}

#[derive(Template)]
#[template(path = "passkeys.html")]
struct Own<'a> {
    mark: &'a Mark,
    t: &'a Speech,
    r: Reading<'a>,
    form_token: &'a str,
    notice: Option<&'a str>,
    options: String,
    passkeys: Vec<Passkey>,
}

#[derive(Template)]
#[template(path = "passkey.html")]
struct Way<'a> {
    mark: &'a Mark,
    t: &'a Speech,
    notice: Option<&'a str>,
    options: String,
}

/// The form with what a device answered.
#[derive(Deserialize)]
pub(super) struct Answered {
    #[serde(default)]
    form_token: String,
    answer: String,
}

/// The form that removes a passkey.
#[derive(Deserialize)]
pub(super) struct Removal {
    form_token: String,
    passkey: i64,
}

/// `/passkey.js`: the one script there is.
pub(super) async fn script() -> Response {
    let kind = (CONTENT_TYPE, "text/javascript; charset=utf-8");
    ([kind], include_str!("../../templates/passkey.js")).into_response()
}

/// `GET /passkey`: the way in by a passkey.
pub(super) async fn way(here: Here) -> Response {
    way_in(&here, StatusCode::OK, None)
}

fn way_in(here: &Here, status: StatusCode, notice: Option<&str>) -> Response {
    let Some(options) = here.domain().and_then(|domain| asking(here, &domain)) else {
        return said(here, StatusCode::SERVICE_UNAVAILABLE, "failed");
    };
    let way = Way { mark: &Mark::of(here), t: &here.speech, notice, options };
    with_script(page(status, &way))
}

/// What a device is asked for, to show that it has a passkey for here.
fn asking(here: &Here, domain: &RpId) -> Option<String> {
    let (server, client) =
        DiscoverableCredentialRequestOptions::passkey(domain).start_ceremony().ok()?;
    kept(&here.challenges.using, server, &client)
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

/// `POST /passkey`: lets in whoever the device proves to be.
pub(super) async fn enter(here: Here, jar: CookieJar, Sent(form): Sent<Answered>) -> Response {
    blocking(move || {
        if let Some(seconds) = here.tries.wait(Instant::now()) {
            return too_many(&here, seconds);
        }
        match proven(&here, &form.answer) {
            Ok(Some(person)) => let_in(&here, jar, person),
            Ok(None) => {
                here.tries.note(Instant::now());
                way_in(&here, StatusCode::FORBIDDEN, Some(&here.say("passkey-unknown")))
            }
            Err(failure) => failed(&here, &failure),
        }
    })
    .await
}

fn let_in(here: &Here, jar: CookieJar, person: Person) -> Response {
    let entered_now =
        here.sessions.invite(person).and_then(|token| here.sessions.enter(&token, None));
    match entered_now {
        Ok(Entered::In(secret)) => entered(here, jar, secret),
        Ok(_) => expired(here),
        Err(error) => failed(here, &error.into()),
    }
}

/// Whom a device proves to be; nobody, if anything about its answer is not right.
fn proven(here: &Here, answer: &str) -> Result<Option<Person>, Failure> {
    let Some(domain) = here.domain() else { return Ok(None) };
    let Ok(answer) = DiscoverableAuthentication64::from_json_relaxed(answer.as_bytes()) else {
        return Ok(None);
    };
    let waiting = answer.challenge_relaxed().ok();
    let waiting = waiting.and_then(|challenge| lock(&here.challenges.using).take(&challenge));
    let Some(waiting) = waiting else { return Ok(None) };
    let store = &here.workspace().store;
    let Some(kept) = store.passkey(answer.raw_id().as_ref())? else { return Ok(None) };
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
    store.use_passkey(kept.id, &changed, here.workspace().clock.now())?;
    Ok(store.person_at(kept.slot)?)
}

/// `GET /me/passkeys`: those that the person has, and a button for one more.
pub(super) async fn own(here: Here, jar: CookieJar) -> Response {
    blocking(move || {
        let Some(visit) = visit(&here, &jar) else { return expired(&here) };
        if let Some(not_yet) = needs_more(&here, &visit) {
            return not_yet;
        }
        let shown = show(&here, &visit, StatusCode::OK, None);
        shown.unwrap_or_else(|failure| failed(&here, &failure))
    })
    .await
}

fn show(
    here: &Here,
    visit: &Visit,
    status: StatusCode,
    notice: Option<&str>,
) -> Result<Response, Failure> {
    let workspace = here.workspace();
    let charter = workspace.charter()?;
    let known = workspace.store.passkeys_of(visit.person.slot)?;
    let Some(options) =
        here.domain().and_then(|domain| making(here, &domain, &charter.brand.name, &known))
    else {
        return Ok(said(here, StatusCode::SERVICE_UNAVAILABLE, "failed"));
    };
    let own = Own {
        mark: &Mark::of(here),
        t: &here.speech,
        r: Reading::new(&here.speech, &charter),
        form_token: &visit.form_token,
        notice,
        options,
        passkeys: known.into_iter().map(|(_, passkey)| passkey).collect(),
    };
    Ok(with_script(page(status, &own)))
}

/// What a device is asked for, to make a passkey. It is told the name of the shop, and of the person
/// nothing but a random number.
fn making(here: &Here, domain: &RpId, brand: &str, known: &[(Vec<u8>, Passkey)]) -> Option<String> {
    let handle = known.first().and_then(|(_, passkey)| {
        UserHandle64::decode(<[u8; USER_HANDLE_MAX_LEN]>::try_from(passkey.handle.as_slice()).ok()?)
            .ok()
    });
    let handle = handle.unwrap_or_default();
    let user = PublicKeyCredentialUserEntity {
        name: Username::try_from(domain.as_ref()).ok()?,
        id: &handle,
        display_name: Nickname::try_from(brand).ok(),
    };
    let known: Vec<_> = known
        .iter()
        .filter_map(|(id, _)| {
            let id = CredentialId::<Vec<u8>>::decode(id.clone()).ok()?;
            Some(PublicKeyCredentialDescriptor { id, transports: AuthTransports::decode(0).ok()? })
        })
        .collect();
    let mut options = PublicKeyCredentialCreationOptions::passkey(domain, user, known);
    // Many devices do not know it, and the person is verified each time all the same.
    options.extensions.cred_protect = CredProtect::None;
    let (server, client) = options.start_ceremony().ok()?;
    kept(&here.challenges.making, server, &client)
}

/// `POST /me/passkeys`: keeps a passkey that a device made.
pub(super) async fn make(here: Here, jar: CookieJar, Sent(form): Sent<Answered>) -> Response {
    at_desk(here, jar, form.form_token, move |here, _, visit| {
        if let Some(not_yet) = needs_more(here, visit) {
            return Ok(not_yet);
        }
        let store = &here.workspace().store;
        let is_full = store.passkeys_of(visit.person.slot)?.len() >= MOST;
        let made = if is_full { None } else { made(here, visit, &form.answer) };
        let Some((credential, passkey)) = made else {
            let text = here.say("passkey-not-made");
            return show(here, visit, StatusCode::UNPROCESSABLE_ENTITY, Some(&text));
        };
        log(here.workspace(), &visit.person, "a key of your device to this page")?;
        store.add_passkey(&credential, &passkey)?;
        Ok(Redirect::to("/me/passkeys").into_response())
    })
    .await
}

/// What a device made, if all about it is right, with its id.
fn made(here: &Here, visit: &Visit, answer: &str) -> Option<(Vec<u8>, Passkey)> {
    let domain = here.domain()?;
    let answer = Registration::from_json_relaxed(answer.as_bytes()).ok()?;
    let waiting = lock(&here.challenges.making).take(&answer.challenge_relaxed().ok()?)?;
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
        slot: visit.person.slot,
        handle: known.user_id().encode().ok()?.to_vec(),
        fixed: known.static_state().encode().ok()?,
        changing: known.dynamic_state().encode().ok()?.to_vec(),
        made: here.workspace().clock.now(),
        used: None,
    };
    Some((known.id().as_ref().to_vec(), passkey))
}

/// `POST /me/passkeys/remove`.
pub(super) async fn remove(here: Here, jar: CookieJar, Sent(form): Sent<Removal>) -> Response {
    at_desk(here, jar, form.form_token, move |here, desk, visit| {
        let journal = here.workspace().folder.erasures();
        if desk.remove_passkey(&visit.person, form.passkey, &journal)? {
            Ok(Redirect::to("/me/passkeys").into_response())
        } else {
            Ok(unknown(here))
        }
    })
    .await
}

impl Here {
    /// The domain that a passkey is made for: the host of the pages.
    fn domain(&self) -> Option<RpId> {
        let base = self.base()?;
        let host = base.split_once("://")?.1.split(':').next()?.to_owned();
        Some(RpId::Domain(AsciiDomain::try_from(host).ok()?))
    }
}

/// A page that runs the script.
fn with_script(mut answer: Response) -> Response {
    let policy = HeaderValue::from_static(POLICY);
    answer.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    answer
}

fn lock<T>(set: &Mutex<T>) -> MutexGuard<'_, T> {
    set.lock().unwrap_or_else(PoisonError::into_inner)
}
