//! Reads how somebody is told of erasures and corrections.

use super::fields::Fields;
use super::found::Problems;
use super::scalar::scalar;
use crate::charter::Tell;
use crate::problem::quoted;
use crate::text::{Node, Tree};

/// What may stand there.
const HINT: &str = "write file, mail, { mail: ADDRESS } or { webhook: https://… }";

/// Reads one way; `contact` is where a message goes that names no address.
pub(super) fn tell(node: &Node, contact: Option<&str>, found: &Problems) -> Tell {
    if let Tree::Map(_) = &node.tree {
        return where_to(node, found);
    }
    let contact = contact.filter(|contact| is_mail_address(contact));
    match (scalar(node, "tell", found).as_deref(), contact) {
        (Some("mail"), Some(contact)) => return Tell::Mail(contact.to_owned()),
        (Some("mail"), None) => {
            let message = "there is no e-mail address to tell anything to".to_owned();
            found.add(node.place, message, "write { mail: ADDRESS }");
        }
        (Some("file") | None, _) => {}
        (Some(other), _) => {
            found.add(node.place, format!("\"tell\" cannot be {}", quoted(other)), HINT);
        }
    }
    Tell::File
}

fn where_to(node: &Node, found: &Problems) -> Tell {
    let Some(mut fields) = Fields::open(node, "\"tell\"", &["mail", "webhook"], found) else {
        return Tell::File;
    };
    let (mail, webhook) = (fields.maybe_text("mail"), fields.maybe_text("webhook"));
    let told = match (mail, webhook) {
        (Some(address), None) if is_mail_address(&address) => Some(Tell::Mail(address)),
        (None, Some(url)) if is_web_address(&url) => Some(Tell::Webhook(url)),
        _ => None,
    };
    fields.close();
    told.unwrap_or_else(|| {
        let message = "\"tell\" needs one address: of mail, or of the web with https".to_owned();
        found.add(node.place, message, HINT);
        Tell::File
    })
}

fn is_mail_address(text: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_graphic() && !"<>,;:\"()[]\\".contains(c);
    let parts = text.split_once('@');
    parts.is_some_and(|(name, host)| {
        !name.is_empty() && !host.is_empty() && !host.contains('@') && text.chars().all(is_plain)
    })
}

/// Whether a text is an address that is spoken to in secret, or one of this machine.
fn is_web_address(text: &str) -> bool {
    let host = |rest: &str| rest.split('/').next().unwrap_or_default().to_owned();
    if !text.chars().all(|c| c.is_ascii_graphic()) || text.contains(['?', '#', '@']) {
        return false;
    }
    if let Some(rest) = text.strip_prefix("https://") {
        return !host(rest).is_empty();
    }
    let host = text.strip_prefix("http://").map(host).unwrap_or_default();
    let name = host.strip_prefix("[::1]").map(|rest| ("[::1]", rest));
    let (name, port) = name.unwrap_or_else(|| host.split_at(host.find(':').unwrap_or(host.len())));
    let is_port = |port: &str| port.strip_prefix(':').is_some_and(|n| n.parse::<u16>().is_ok());
    let is_port = port.is_empty() || is_port(port);
    let is_v4 = name.parse::<std::net::Ipv4Addr>().is_ok_and(|address| address.is_loopback());
    is_port && (name == "localhost" || name == "[::1]" || is_v4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_told_in_the_clear() {
        for good in [
            "https://printer.example/theirs",
            "https://printer.example:8443",
            "http://localhost:9000/hook",
            "http://127.0.0.1/",
            "http://[::1]:9000/hook",
        ] {
            assert!(is_web_address(good), "{good}");
        }
        for wrong in [
            "http://printer.example/",
            "http://localhost.printer.example/",
            "http://127.0.0.1.printer.example/",
            "http://localhost:x/",
            "https:///hook",
            "https://user@printer.example/",
            "https://printer.example/?key=1",
            "ftp://localhost/",
            "printer.example",
        ] {
            assert!(!is_web_address(wrong), "{wrong}");
        }
    }

    #[test]
    fn an_address_of_mail_is_one_and_plain() {
        assert!(is_mail_address("dpo@printer.example"));
        for wrong in
            ["printer", "@printer.example", "a@b@c.example", "a b@c.example", "<a@b.example>"]
        {
            assert!(!is_mail_address(wrong), "{wrong}");
        }
    }
}
