//! The governed view over the PostgreSQL protocol, version 3, for any client that speaks it.
//!
//! A statement goes one of three ways. What names a table of a purpose goes to the [`Door`], which
//! asks the charter, writes the use down and only then runs it. What asks about the catalogue
//! (`pg_catalog`, `information_schema`) is answered in a session that knows the *names* a role may
//! use and holds no row of anybody. The rest (`SET`, `BEGIN`, cursors) changes this connection
//! alone. There is no fourth way: what is not known is handed to the door, which refuses it.
//!
//! The protocol is [`pgwire`]'s, the catalogue's tables are [`datafusion_pg_catalog`]'s. A password
//! is a principal's token, proven by SCRAM-SHA-256 (RFC 7677) and never sent. A connection that is
//! not encrypted is refused unless it comes from this machine.

mod answer;
mod catalogue;
mod column_name;
mod connection;
mod copy;
mod cursor;
mod dialect;
mod fault;
mod gone;
mod identity;
mod kind;
mod left_open;
mod line;
mod login;
mod parameter;
mod server;
mod settings;
mod syntax;
mod talk;

use std::time::Duration;

use theirs_query::{Answer, Asker, QueryError};

pub use identity::{Identity, IdentityError};
pub use server::Wire;
#[cfg(doc)]
use theirs_query::Door;

/// Who keeps the principals: the wiring, which may look into the store.
pub trait Keeper: Send + Sync + 'static {
    /// What proves the token of the principal of this name. For a name that nobody has, one that
    /// no token fits, the same each time, so that nobody learns which names there are.
    fn verifier(&self, name: &str) -> Verifier;
    /// The principal of this name as of now; it may have lost its leave since it came in.
    fn asker(&self, name: &str) -> Option<Asker>;
    /// Puts on record that somebody came without a right token.
    fn turned_away(&self);
    /// Hears how a governed statement ended and how long that took; it need not do anything.
    fn asked(&self, _outcome: Result<&Answer, &QueryError>, _after: Duration) {}
}

/// What a server of SCRAM-SHA-256 knows of a token, salted over 4,096 rounds.
#[derive(Clone)]
pub struct Verifier {
    /// The salt.
    pub salt: [u8; 16],
    /// The salted token.
    pub salted: [u8; 32],
}
