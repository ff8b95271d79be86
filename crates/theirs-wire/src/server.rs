//! Accepting connections.

use std::sync::Arc;
use std::time::Duration;

use pgwire::api::cancel::{CancelHandler, DefaultCancelHandler};
use pgwire::api::query::{ExtendedQueryHandler, SimpleQueryHandler};
use pgwire::api::{ConnectionManager, PgWireServerHandlers, auth};
use pgwire::error::PgWireResult;
use theirs_query::Door;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_rustls::TlsAcceptor;

use crate::Keeper;
use crate::catalogue::Catalogue;
use crate::connection::Connection;
use crate::gone::Watch;
use crate::identity::{Identity, IdentityError};
use crate::login::Login;
use crate::talk::Talk;

/// How many clients may be connected at once.
const MOST_CLIENTS: usize = 64;
/// How long to wait after no connection could be accepted.
const PAUSE: Duration = Duration::from_millis(100);

/// The door over the PostgreSQL protocol.
#[derive(Clone)]
pub struct Wire {
    shared: Arc<Shared>,
}

/// What all connections share.
pub(crate) struct Shared {
    pub(crate) door: Arc<Door>,
    pub(crate) keeper: Arc<dyn Keeper>,
    pub(crate) catalogue: Catalogue,
    acceptor: TlsAcceptor,
    certificate: String,
    connections: Arc<ConnectionManager>,
    places: Arc<Semaphore>,
}

impl Wire {
    /// A door that listens nowhere yet.
    ///
    /// # Errors
    /// The certificate and its key cannot be used.
    pub fn new(
        door: Arc<Door>,
        keeper: Arc<dyn Keeper>,
        identity: &Identity,
    ) -> Result<Self, IdentityError> {
        let shared = Shared {
            door,
            keeper,
            catalogue: Catalogue::default(),
            acceptor: identity.acceptor()?,
            certificate: identity.certificate.clone(),
            connections: Arc::new(ConnectionManager::new()),
            places: Arc::new(Semaphore::new(MOST_CLIENTS)),
        };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// Accepts connections until the future is dropped.
    pub async fn serve(self, listener: TcpListener) {
        loop {
            match listener.accept().await {
                Ok((socket, _)) => self.admit(socket),
                Err(_) => tokio::time::sleep(PAUSE).await,
            }
        }
    }

    /// Serves one client beside the others; one too many is hung up on.
    fn admit(&self, socket: TcpStream) {
        let Ok(place) = Arc::clone(&self.shared.places).try_acquire_owned() else { return };
        let shared = Arc::clone(&self.shared);
        tokio::spawn(async move {
            let acceptor = Some(shared.acceptor.clone());
            if let (Ok(client), Ok((socket, watch))) = (Client::new(shared), Watch::of(socket)) {
                // Whatever ends a connection ends it alone, be it that pgwire panics over a message
                // of wrong length: this task ends, and its place is free again. A statement whose
                // client is gone is let go with it.
                tokio::select! {
                    _ = pgwire::tokio::process_socket(socket, acceptor, client) => {}
                    () = watch.gone() => {}
                }
            }
            drop(place);
        });
    }
}

/// The handlers of one connection.
struct Client {
    login: Arc<Login>,
    talk: Arc<Talk>,
    cancel: Arc<DefaultCancelHandler>,
}

impl Client {
    fn new(shared: Arc<Shared>) -> PgWireResult<Self> {
        let login = Login::new(&shared.keeper, &shared.certificate, &shared.connections)?;
        let cancel = DefaultCancelHandler::new(Arc::clone(&shared.connections));
        Ok(Self {
            login: Arc::new(login),
            talk: Arc::new(Talk(Arc::new(Connection::new(shared)))),
            cancel: Arc::new(cancel),
        })
    }
}

impl PgWireServerHandlers for Client {
    fn simple_query_handler(&self) -> Arc<impl SimpleQueryHandler> {
        Arc::clone(&self.talk)
    }

    fn extended_query_handler(&self) -> Arc<impl ExtendedQueryHandler> {
        Arc::clone(&self.talk)
    }

    fn startup_handler(&self) -> Arc<impl auth::StartupHandler> {
        Arc::clone(&self.login)
    }

    fn cancel_handler(&self) -> Arc<impl CancelHandler> {
        Arc::clone(&self.cancel)
    }
}
