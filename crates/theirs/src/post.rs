//! Sends one small text to a server and reads its small answer: all that a witness asks of a client,
//! whoever is told of a correction, and the shop's own login.
//!
//! HTTP/1.1 by hyper, which the portal brings; TLS by rustls with the certificates that the system
//! trusts (`SSL_CERT_FILE` names others). Without TLS only this machine is spoken to. Redirections
//! are not followed.

use std::net::Ipv4Addr;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use axum::http::header::{CONTENT_TYPE, HOST};
use axum::http::request::Builder;
use axum::http::uri::Scheme;
use axum::http::{Request, Response, Uri};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Bytes;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// How long an answer may take, from the first packet to the last.
const LONGEST: Duration = Duration::from_secs(5);

/// The most bytes of an answer that are read.
const LONGEST_ANSWER: usize = 16 << 10;

/// Where texts are sent.
#[derive(Debug, Clone)]
pub struct Address {
    host: String,
    port: u16,
    is_secure: bool,
    /// Host and port as they are told to the server.
    authority: String,
    path: String,
}

impl Address {
    /// The address of a URL with something put behind it; otherwise what is wrong with the URL.
    pub fn of(url: &str, behind: &str) -> Result<Self, String> {
        let mut address = Self::at(url)?;
        address.path = format!("{}{behind}", address.path.trim_end_matches('/'));
        Ok(address)
    }

    /// The address of a URL as it is.
    pub fn at(url: &str) -> Result<Self, String> {
        let is_plain = |uri: &Uri| uri.query().is_none();
        Self::such(url, &is_plain, "should be https://HOST/PATH and no more")
    }

    /// The address of a URL that may ask for something in particular. What is wrong with it does not
    /// repeat that.
    pub fn asking(url: &str) -> Result<Self, String> {
        let shown = url.split('?').next().unwrap_or_default();
        Self::such(url, &|_| true, "should be https://HOST/PATH")
            .map_err(|error| error.replace(url, shown))
    }

    fn such(url: &str, is_fit: &dyn Fn(&Uri) -> bool, hint: &str) -> Result<Self, String> {
        let wrong = |what: &str| Err(format!("\"{url}\" {what}"));
        let Ok(uri) = url.parse::<Uri>() else { return wrong("is no URL") };
        let (Some(scheme), Some(authority)) = (uri.scheme(), uri.authority()) else {
            return wrong("is no URL: it begins with https://");
        };
        let is_secure = *scheme == Scheme::HTTPS;
        if !is_secure && *scheme != Scheme::HTTP || !is_fit(&uri) {
            return wrong(hint);
        }
        if authority.as_str().contains('@') {
            return wrong("names a user, who would be told to everybody");
        }
        let host = authority.host().trim_matches(['[', ']']).to_owned();
        if !is_secure && !is_this_machine(&host) {
            return wrong("leaves this machine without TLS: give https://");
        }
        Ok(Self {
            host,
            port: uri.port_u16().unwrap_or(if is_secure { 443 } else { 80 }),
            is_secure,
            authority: authority.to_string(),
            path: uri.path_and_query().map_or("/", |path| path.as_str()).to_owned(),
        })
    }
}

/// Whether a host is this machine, so that what is said to it stays here.
pub fn is_this_machine(host: &str) -> bool {
    host == "localhost"
        || host == "::1"
        || host.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback())
}

/// Sends a text; gives the status and the text of the answer, or in a few words why there is none.
pub async fn post(to: &Address, body: String) -> Result<(u16, String), &'static str> {
    post_as(to, &[(CONTENT_TYPE.as_str(), "text/plain; charset=utf-8")], body).await
}

/// The same with these headers, among them what kind of text it is.
pub async fn post_as(
    to: &Address,
    headers: &[(&str, &str)],
    body: String,
) -> Result<(u16, String), &'static str> {
    let with = |request: Builder, header: &(&str, &str)| request.header(header.0, header.1);
    let request = headers.iter().fold(Request::post(&to.path), with).body(body.into_bytes());
    let request = request.map_err(|_| "its URL cannot be asked for")?;
    let answer = ask(to, request, LONGEST_ANSWER).await?;
    let status = answer.status().as_u16();
    let text = String::from_utf8(answer.into_body()).map_err(|_| "its answer is not text")?;
    Ok((status, text))
}

/// Sends a request to a server and reads its answer, of at most `longest` bytes.
pub async fn ask(
    to: &Address,
    request: Request<Vec<u8>>,
    longest: usize,
) -> Result<Response<Vec<u8>>, &'static str> {
    ask_within(to, request, longest, LONGEST).await
}

/// The same, where the answer may take longer.
pub async fn ask_within(
    to: &Address,
    request: Request<Vec<u8>>,
    longest: usize,
    time: Duration,
) -> Result<Response<Vec<u8>>, &'static str> {
    let sending = send(to, request, longest);
    tokio::time::timeout(time, sending).await.unwrap_or(Err("it takes too long"))
}

/// What is asked for at an address, with these headers.
pub fn get(to: &Address, headers: &[(&str, &str)]) -> Result<Request<Vec<u8>>, &'static str> {
    let with = |request: Builder, header: &(&str, &str)| request.header(header.0, header.1);
    let request = headers.iter().fold(Request::get(&to.path), with).body(Vec::new());
    request.map_err(|_| "its URL cannot be asked for")
}

async fn send(
    to: &Address,
    request: Request<Vec<u8>>,
    longest: usize,
) -> Result<Response<Vec<u8>>, &'static str> {
    let connection = TcpStream::connect((to.host.as_str(), to.port)).await;
    let connection = connection.map_err(|_| "it cannot be reached")?;
    if !to.is_secure {
        return exchange(to, request, longest, connection).await;
    }
    let name = ServerName::try_from(to.host.clone()).map_err(|_| "its name is none for TLS")?;
    let config = TLS.clone().ok_or("the system has no certificates to trust")?;
    let connection = TlsConnector::from(config).connect(name, connection).await;
    let connection = connection.map_err(|_| "its certificate is not trusted")?;
    exchange(to, request, longest, connection).await
}

async fn exchange(
    to: &Address,
    request: Request<Vec<u8>>,
    longest: usize,
    connection: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
) -> Result<Response<Vec<u8>>, &'static str> {
    let broken = "the connection broke";
    let shaken = hyper::client::conn::http1::handshake(TokioIo::new(connection)).await;
    let (mut sender, driving) = shaken.map_err(|_| broken)?;
    let driving = tokio::spawn(driving);
    let mut request = request.map(|body| Full::new(Bytes::from(body)));
    *request.uri_mut() = to.path.parse().map_err(|_| "its URL cannot be asked for")?;
    let host = to.authority.parse().map_err(|_| "its URL cannot be asked for")?;
    request.headers_mut().insert(HOST, host);
    let (parts, body) = sender.send_request(request).await.map_err(|_| broken)?.into_parts();
    let read = Limited::new(body, longest).collect().await;
    driving.abort();
    let bytes = read.map_err(|_| "its answer is too long, or broke off")?.to_bytes();
    Ok(Response::from_parts(parts, bytes.to_vec()))
}

/// How servers are spoken to in secret; none if the system trusts nobody.
static TLS: LazyLock<Option<Arc<ClientConfig>>> = LazyLock::new(|| {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() {
        return None;
    }
    let config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .ok()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Some(Arc::new(config))
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_spoken_to_in_the_clear() {
        let of = |url: &str| Address::of(url, "/add-checkpoint");
        let local = of("http://localhost:8429/").unwrap();
        assert_eq!((local.port, local.path.as_str()), (8429, "/add-checkpoint"));
        assert_eq!(of("http://[::1]:1/w").unwrap().path, "/w/add-checkpoint");
        let there = of("https://dpo.example/witness").unwrap();
        assert_eq!((there.port, there.path.as_str()), (443, "/witness/add-checkpoint"));
        for wrong in [
            "http://dpo.example/",
            "http://localhost.example/",
            "ftp://localhost/",
            "https://a:b@dpo.example/",
            "https://dpo.example/?a=b",
            "dpo.example",
            "",
        ] {
            assert!(of(wrong).is_err(), "{wrong}");
        }
    }
}
