//! Where a database is, and who asks it.
//!
//! A password never stands in the address, so that no message, list of processes or settings file
//! can tell it. What leaves this machine goes over TLS unless the operator says otherwise.

use std::fmt;
use std::net::IpAddr;

use tokio_rustls::rustls::RootCertStore;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use url::Url;

/// Which protocol a server speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Engine {
    Postgres,
    MySql,
}

/// How a server is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    /// By TLS, and its certificate is checked; not at all where it has none.
    Tls,
    /// In the clear.
    Plain,
}

/// Where a database is, and who asks it. Its `Debug` shows no password.
#[derive(Clone)]
pub struct DatabaseAddress {
    pub(super) engine: Engine,
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) socket: Option<String>,
    pub(super) user: String,
    pub(super) database: String,
    pub(super) password: Option<String>,
    pub(super) transport: Transport,
    /// The authorities to trust, in PEM, if not those of the system.
    pub(super) authorities: Option<Vec<u8>>,
}

/// What is wrong with an address. It is not repeated, as a password may stand in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// It is no address of a database.
    #[error("its url should be postgresql://USER@HOST/DATABASE or mysql://USER@HOST/DATABASE")]
    Malformed,
    /// A password stands in it.
    #[error("a password stands in its url; put it into a file and name that by password_file")]
    Password,
}

impl DatabaseAddress {
    /// The address of a URL. `?socket=/PATH` behind it names a socket of this machine.
    ///
    /// # Errors
    /// The URL is no address of a database, or holds a password.
    pub fn of(url: &str, password: Option<String>) -> Result<Self, AddressError> {
        let parsed = Url::parse(url).map_err(|_| AddressError::Malformed)?;
        let (engine, port) = match parsed.scheme() {
            "postgres" | "postgresql" => (Engine::Postgres, 5432),
            "mysql" | "mariadb" => (Engine::MySql, 3306),
            _ => return Err(AddressError::Malformed),
        };
        if parsed.password().is_some() {
            return Err(AddressError::Password);
        }
        let mut socket = None;
        for (name, value) in parsed.query_pairs() {
            if name != "socket" || !value.starts_with('/') {
                return Err(AddressError::Malformed);
            }
            socket = Some(value.into_owned());
        }
        let database = decoded(parsed.path().trim_start_matches('/'))?;
        let user = decoded(parsed.username())?;
        let host = parsed.host_str().unwrap_or("localhost").trim_matches(['[', ']']).to_owned();
        if database.is_empty()
            || database.contains('/')
            || user.is_empty()
            || parsed.fragment().is_some()
        {
            return Err(AddressError::Malformed);
        }
        let is_here = socket.is_some() || is_this_machine(&host);
        let transport = if is_here { Transport::Plain } else { Transport::Tls };
        let port = parsed.port().unwrap_or(port);
        let authorities = None;
        Ok(Self { engine, host, port, socket, user, database, password, transport, authorities })
    }

    /// The same, spoken to in this way whatever it would be by itself.
    #[must_use]
    pub fn by(self, transport: Transport) -> Self {
        Self { transport, ..self }
    }

    /// The same with authorities of its own, in PEM.
    #[must_use]
    pub fn trusting(self, authorities: Vec<u8>) -> Self {
        Self { authorities: Some(authorities), ..self }
    }

    /// The name of the database.
    pub fn database(&self) -> &str {
        &self.database
    }

    /// The certificates of those who vouch for the server, in DER.
    pub(super) fn trusted(&self) -> Vec<Vec<u8>> {
        let all: Vec<CertificateDer<'static>> = match &self.authorities {
            Some(pem) => CertificateDer::pem_slice_iter(pem).filter_map(Result::ok).collect(),
            None => rustls_native_certs::load_native_certs().certs,
        };
        let is_sound = |one: &&CertificateDer<'static>| {
            RootCertStore::empty().add(CertificateDer::clone(one)).is_ok()
        };
        all.iter().filter(is_sound).map(|one| one.to_vec()).collect()
    }
}

impl fmt::Debug for DatabaseAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DatabaseAddress").field("host", &self.host).finish_non_exhaustive()
    }
}

/// A part of a URL as it was before it was written into one.
fn decoded(text: &str) -> Result<String, AddressError> {
    let form = format!("v={}", text.replace('+', "%2B").replace('&', "%26"));
    let pair = url::form_urlencoded::parse(form.as_bytes()).next();
    let text = pair.map(|(_, value)| value.into_owned()).ok_or(AddressError::Malformed)?;
    if text.contains(char::is_control) { Err(AddressError::Malformed) } else { Ok(text) }
}

fn is_this_machine(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_where_and_who_and_never_a_password() {
        let of = |url: &str| DatabaseAddress::of(url, Some("hunter2".to_owned()));
        let there = of("postgresql://reader@db.example/shop").unwrap();
        assert_eq!((there.host.as_str(), there.port), ("db.example", 5432));
        assert_eq!(there.transport, Transport::Tls, "nothing leaves this machine in the clear");
        assert!(!format!("{there:?}").contains("hunter2"));
        let here = of("mariadb://a%40b@127.0.0.1:3307/shop").unwrap();
        assert_eq!((here.user.as_str(), here.port), ("a@b", 3307));
        assert_eq!(here.transport, Transport::Plain);
        let socket = of("mysql://a@localhost/shop?socket=/run/m.sock").unwrap();
        assert_eq!(socket.socket.as_deref(), Some("/run/m.sock"));
        assert_eq!(
            of("postgresql://a:hunter2@db.example/shop").unwrap_err(),
            AddressError::Password
        );
        for wrong in [
            "",
            "db.example",
            "https://a@db.example/shop",
            "postgresql://db.example/shop",
            "postgresql://a@db.example",
            "postgresql://a@db.example/shop?sslmode=disable",
        ] {
            assert_eq!(of(wrong).unwrap_err(), AddressError::Malformed, "{wrong}");
        }
    }
}
