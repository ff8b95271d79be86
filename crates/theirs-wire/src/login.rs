//! Coming in: SCRAM-SHA-256 against a principal's token, encrypted or from this machine.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use futures::Sink;
use pgwire::api::auth::sasl::SASLAuthStartupHandler;
use pgwire::api::auth::sasl::scram::ScramAuth;
use pgwire::api::auth::{
    AuthSource, DefaultServerParameterProvider, LoginInfo, Password, StartupHandler,
};
use pgwire::api::{ClientInfo, ConnectionManager};
use pgwire::error::{PgWireError, PgWireResult};
use pgwire::messages::{PgWireBackendMessage, PgWireFrontendMessage};

use crate::Keeper;
use crate::fault::fault;
use crate::settings::SERVER_VERSION;

type Sasl = SASLAuthStartupHandler<DefaultServerParameterProvider>;

/// The start of one connection.
pub(crate) struct Login {
    /// With the proof bound to the certificate (RFC 5929), for an encrypted connection.
    bound: Sasl,
    /// Without; a client refuses to be offered a binding where there is no certificate.
    unbound: Sasl,
    keeper: Arc<dyn Keeper>,
}

impl Login {
    pub(crate) fn new(
        keeper: &Arc<dyn Keeper>,
        certificate: &str,
        connections: &Arc<ConnectionManager>,
    ) -> PgWireResult<Self> {
        let mut told = DefaultServerParameterProvider::default();
        SERVER_VERSION.clone_into(&mut told.server_version);
        told.is_superuser = false;
        told.default_transaction_read_only = true;
        told.search_path = String::new();
        let told = Arc::new(told);
        let scram = || ScramAuth::new(Arc::new(Tokens(Arc::clone(keeper))));
        let sasl = |scram| {
            SASLAuthStartupHandler::new(Arc::clone(&told))
                .with_scram(scram)
                .with_connection_manager(Arc::clone(connections))
        };
        let mut binding = scram();
        binding.configure_certificate(certificate.as_bytes())?;
        Ok(Self { bound: sasl(binding), unbound: sasl(scram()), keeper: Arc::clone(keeper) })
    }
}

#[async_trait]
impl StartupHandler for Login {
    async fn on_startup<C>(
        &self,
        client: &mut C,
        message: PgWireFrontendMessage,
    ) -> PgWireResult<()>
    where
        C: ClientInfo + Sink<PgWireBackendMessage> + Unpin + Send + Sync,
        C::Error: fmt::Debug,
        PgWireError: From<<C as Sink<PgWireBackendMessage>>::Error>,
    {
        if !client.is_secure() && !client.socket_addr().ip().is_loopback() {
            return Err(fault("28000", "come encrypted: set sslmode=require"));
        }
        let sasl = if client.is_secure() { &self.bound } else { &self.unbound };
        let greeted = sasl.on_startup(client, message).await;
        if let Err(PgWireError::InvalidPassword(_)) = greeted {
            self.keeper.turned_away();
            return Err(fault("28P01", "the name or the token is not right"));
        }
        greeted
    }
}

/// The verifiers of tokens.
struct Tokens(Arc<dyn Keeper>);

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tokens(..)")
    }
}

#[async_trait]
impl AuthSource for Tokens {
    async fn get_password(&self, login: &LoginInfo) -> PgWireResult<Password> {
        let known = self.0.verifier(login.user().unwrap_or_default());
        Ok(Password::new(Some(known.salt.to_vec()), known.salted.to_vec()))
    }
}
