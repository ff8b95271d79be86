//! From which network somebody asks for a link, as coarse as addresses of events are kept: of IPv4 the
//! first 24 bits, of IPv6 the first 48. It is held against others for an hour, in memory and as a hash.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;

use super::Portal;
use super::origin::text;

/// A network, in a text of its own; empty where nothing is known of it.
pub(super) struct Network(pub(super) String);

impl Network {
    /// The network of whoever is at the other end. Behind a proxy of ours on this machine the last
    /// address that it names is the client's.
    fn of(peer: Option<IpAddr>, forwarded: Option<&str>) -> Self {
        let peer = peer.map(|peer| peer.to_canonical());
        let named = forwarded.and_then(|list| list.rsplit(',').next()?.trim().parse().ok());
        let client = match peer {
            Some(own) if own.is_loopback() => named.or(peer),
            other => other,
        };
        Self(client.map_or_else(String::new, coarse))
    }
}

impl FromRequestParts<Arc<Portal>> for Network {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<Portal>) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let peer = peer.map(|ConnectInfo(peer)| peer.ip());
        Ok(Self::of(peer, text(&parts.headers, "x-forwarded-for")))
    }
}

fn coarse(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(four) => {
            let [a, b, c, _] = four.octets();
            format!("{a}.{b}.{c}")
        }
        IpAddr::V6(six) => {
            let [a, b, c, ..] = six.segments();
            Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0).to_string()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_is_that_of_the_client_and_never_what_a_stranger_claims() {
        let of = |peer: &str, forwarded| Network::of(peer.parse().ok(), forwarded).0;
        assert_eq!(of("203.0.113.77", None), of("203.0.113.9", None), "neighbours are one");
        assert_ne!(of("203.0.113.77", None), of("203.0.114.77", None));
        assert_eq!(of("2001:db8:1:2::3", None), of("2001:db8:1:9::8", None));
        assert_eq!(of("203.0.113.77", Some("198.51.100.1")), of("203.0.113.77", None));
        let behind = of("127.0.0.1", Some("192.0.2.1, 198.51.100.1"));
        assert_eq!(behind, of("198.51.100.9", None), "the last is what our proxy saw");
        assert_eq!(of("127.0.0.1", Some("nobody")), of("127.0.0.1", None));
        assert_eq!(of("nowhere", None), "");
    }
}
