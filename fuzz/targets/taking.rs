//! What becomes of a request: held against a charter that takes every kind of message.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::LazyLock;

use jiff::Timestamp;
use theirs_charter::Charter;
use theirs_collect::{Envelope, Given, Kind, Plan, Unfit};

/// The address that requests come from; written down whole it must never be.
const PEER: Ipv4Addr = Ipv4Addr::new(198, 51, 100, 217);

static PLAN: LazyLock<Plan> =
    LazyLock::new(|| match Charter::read("charter.yaml", include_str!("../charter.yaml")) {
        Ok(charter) => Plan::of(&charter, BTreeSet::new()),
        Err(problems) => panic!("{problems}"),
    });

/// The circumstances of a request.
pub fn given(kind: Kind, gpc: bool, query: &[(String, String)]) -> Given<'_> {
    Given {
        kind,
        received: Timestamp::UNIX_EPOCH,
        gpc,
        peer: Some(IpAddr::V4(PEER)),
        authorization: None,
        query,
    }
}

/// Takes each message of a request in, from a browser and from a server.
///
/// # Panics
/// What is kept bears the whole address that the request came from, or is another the second time.
pub fn take(opened: Result<Envelope, Unfit>) {
    let Ok(envelope) = opened else { return };
    for message in envelope.messages.iter().flatten() {
        for server in [false, true] {
            let (taken, refused) = PLAN.take("web", message, server);
            assert!(taken.is_some() || refused.is_some(), "it is neither kept nor refused");
            let again = PLAN.take("web", message, server);
            assert!(again.0.is_some() == taken.is_some() && again.1 == refused, "twice is another");
            for row in taken.iter().flat_map(|taken| &taken.rows) {
                let address = row.cells.get("address").and_then(|value| value.as_str());
                assert!(address.is_none_or(|text| !is_whole(text)), "an address is kept whole");
            }
        }
    }
}

/// Whether it is an address of one computer: what is kept ends in noughts.
fn is_whole(text: &str) -> bool {
    match text.parse() {
        Ok(IpAddr::V4(address)) => address.octets()[3] != 0,
        Ok(IpAddr::V6(address)) => address.octets()[6..] != [0; 10],
        Err(_) => false,
    }
}
