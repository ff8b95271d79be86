//! A login that is run elsewhere, by `OpenID` Connect (Core 1.0): who somebody is there, said by whoever
//! runs it. Clients may come by the shop's, colleagues by the company's.
//!
//! The code flow with PKCE (RFC 7636): the browser is sent away with a state, a nonce and the hash of
//! a verifier, and comes back with a code that is worth something to us alone. The provider signs who
//! it is; it must be fresh, as somebody else may sit at a browser that was left signed in.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;

use jiff::{SignedDuration, Timestamp};
use openidconnect::core::{CoreAuthenticationFlow, CoreClient, CoreProviderMetadata};
use openidconnect::{
    AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointMaybeSet, EndpointNotSet,
    EndpointSet, HttpRequest, HttpResponse, IssuerUrl, Nonce, PkceCodeChallenge, PkceCodeVerifier,
    RedirectUrl,
};
use theirs_store::{Folder, LoginSettings, StaffLoginSettings, StoreError, read_secret};

use crate::post::{Address, ask};

/// How long ago somebody may have signed in there.
const FRESH: SignedDuration = SignedDuration::from_mins(5);
/// How far the clocks of the two may differ.
const APART: SignedDuration = SignedDuration::from_secs(60);
/// The longest answer of a provider, in bytes.
const LONGEST: usize = 256 << 10;

type Client = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// A login that is run elsewhere.
#[derive(Debug)]
pub struct Login {
    issuer: IssuerUrl,
    client: ClientId,
    secret: Option<ClientSecret>,
}

/// The shop's own login, for clients.
#[derive(Debug)]
pub struct ClientLogin {
    /// The login.
    pub login: Login,
    /// The source whose keys the provider calls people by.
    pub source: String,
}

/// The company's login, for colleagues.
#[derive(Debug)]
pub struct StaffLogin {
    /// The login.
    pub login: Login,
    /// The principal's name by what the provider calls them.
    names: BTreeMap<String, String>,
}

/// Somebody who was sent to the provider, and is to come back.
#[derive(Debug)]
pub struct Sent {
    /// Where to.
    pub url: String,
    /// By what they are known again.
    pub state: String,
    nonce: Nonce,
    verifier: PkceCodeVerifier,
}

impl Login {
    /// The login of these settings, which stand under this name.
    fn at(
        under: &str,
        (issuer, client): (&str, &str),
        secret: Option<&PathBuf>,
        folder: &Folder,
    ) -> Result<Self, StoreError> {
        let wrong = |what: &str| StoreError::Settings(format!("{under}: {what}"));
        Address::at(issuer.trim_end_matches('/')).map_err(|what| wrong(&what))?;
        let secret = secret.map(|file| read_secret(folder, file)).transpose()?;
        Ok(Self {
            issuer: IssuerUrl::new(issuer.to_owned()).map_err(|_| wrong("the issuer is no URL"))?,
            client: ClientId::new(client.to_owned()),
            secret: secret.map(ClientSecret::new),
        })
    }

    /// Sends somebody away, to come back to `back`.
    pub async fn send(&self, back: &str) -> Result<Sent, &'static str> {
        let client = self.client(back).await?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let (url, state, nonce) = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                CsrfToken::new_random,
                Nonce::new_random,
            )
            .set_max_age(FRESH.unsigned_abs())
            .set_pkce_challenge(challenge)
            .url();
        Ok(Sent { url: url.into(), state: state.into_secret(), nonce, verifier })
    }

    /// What the provider calls whoever came back with this code.
    pub async fn came_back(
        &self,
        sent: Sent,
        code: String,
        back: &str,
        now: Timestamp,
    ) -> Result<String, &'static str> {
        let client = self.client(back).await?;
        let refused = "the provider does not know the code";
        let exchange = client.exchange_code(AuthorizationCode::new(code));
        let exchange = exchange.map_err(|_| "the provider has nowhere to ask for a code")?;
        let exchange = exchange.set_pkce_verifier(sent.verifier);
        let answer = exchange.request_async(&carry).await.map_err(|_| refused)?;
        let said = answer.extra_fields().id_token().ok_or("the provider says nobody's name")?;
        let verifier = client.id_token_verifier().set_auth_time_verifier_fn(move |at| {
            let at = at.and_then(|at| Timestamp::from_second(at.timestamp()).ok());
            let age = at.map(|at| now.duration_since(at));
            let is_fresh = age.is_some_and(|age| age >= -APART && age <= FRESH + APART);
            if is_fresh { Ok(()) } else { Err("they signed in too long ago".to_owned()) }
        });
        let claims = said.claims(&verifier, &sent.nonce);
        let claims =
            claims.map_err(|_| "what the provider says is not signed, not for us or old")?;
        Ok(claims.subject().to_string())
    }

    /// The provider as it describes itself.
    async fn client(&self, back: &str) -> Result<Client, &'static str> {
        let provider = CoreProviderMetadata::discover_async(self.issuer.clone(), &carry).await;
        let provider = provider.map_err(|_| "the provider does not describe itself")?;
        let back = RedirectUrl::new(back.to_owned()).map_err(|_| "our own address is none")?;
        let client =
            CoreClient::from_provider_metadata(provider, self.client.clone(), self.secret.clone());
        Ok(client.set_redirect_uri(back))
    }
}

impl ClientLogin {
    /// The login of the settings.
    ///
    /// # Errors
    /// The issuer is no address that is spoken to, or the secret cannot be read.
    pub fn of(settings: &LoginSettings, folder: &Folder) -> Result<Self, StoreError> {
        let LoginSettings { issuer, client_id, client_secret_file, source } = settings;
        let login = Login::at("login", (issuer, client_id), client_secret_file.as_ref(), folder)?;
        Ok(Self { login, source: source.clone() })
    }
}

impl StaffLogin {
    /// The login of the settings.
    ///
    /// # Errors
    /// The issuer is no address that is spoken to, the secret cannot be read, or two principals are
    /// called the same.
    pub fn of(settings: &StaffLoginSettings, folder: &Folder) -> Result<Self, StoreError> {
        let StaffLoginSettings { issuer, client_id, client_secret_file, people } = settings;
        let secret = client_secret_file.as_ref();
        let login = Login::at("staff_login", (issuer, client_id), secret, folder)?;
        let mut names = BTreeMap::new();
        for (name, called) in people {
            if called.is_empty() {
                let what = format!("staff_login: people: {name} is called nothing");
                return Err(StoreError::Settings(what));
            }
            if let Some(other) = names.insert(called.clone(), name.clone()) {
                let what = format!("staff_login: people: {other} and {name} are called the same");
                return Err(StoreError::Settings(what));
            }
        }
        Ok(Self { login, names })
    }

    /// The principal's name of whom the provider calls so.
    pub fn name_of(&self, called: &str) -> Option<&str> {
        self.names.get(called).map(String::as_str)
    }
}

/// Carries a request to the provider. Redirections are not followed.
async fn carry(request: HttpRequest) -> Result<HttpResponse, io::Error> {
    let to = Address::at(&request.uri().to_string()).map_err(io::Error::other)?;
    ask(&to, request, LONGEST).await.map_err(io::Error::other)
}
