//! Reads who is involved: the controller, its brand, recipients and roles.

use super::fields::{Fields, declared};
use super::found::Problems;
use super::scalar::{country, is_code, names, scalar};
use super::tell::tell;
use crate::charter::{
    Brand, Controller, Key, Law, Limits, Recipient, Role, SupervisoryAuthority, Tell,
};
use crate::problem::quoted;
use crate::text::Node;

pub(super) fn controller(node: &Node, found: &Problems) -> Option<Controller> {
    const FIELDS: &[&str] = &[
        "name",
        "address",
        "country",
        "email",
        "privacy_contact",
        "data_protection_officer",
        "representative",
        "authority",
        "laws",
    ];
    let mut fields = Fields::open(node, "the controller", FIELDS, found)?;
    let name = fields.text("name");
    let address = fields.maybe_text("address");
    let country = fields.optional("country").and_then(|node| country(node, found));
    let email = fields.text("email");
    if let (Some(text), Some(place)) = (&email, fields.place_of("email"))
        && !is_address(text)
    {
        let message = format!("{} is no e-mail address", quoted(text));
        found.add(place, message, "messages to clients come from it");
    }
    let privacy_contact = fields.maybe_text("privacy_contact");
    let data_protection_officer = fields.maybe_text("data_protection_officer");
    let representative = fields.maybe_text("representative");
    let authority = fields.optional("authority").and_then(|node| authority(node, found));
    let laws = fields.optional("laws").map(|node| laws(node, found));
    fields.close();
    let email = email?;
    let privacy_contact = privacy_contact.unwrap_or_else(|| email.clone());
    Some(Controller {
        name: name?,
        address,
        country,
        email,
        privacy_contact,
        data_protection_officer,
        representative,
        authority,
        laws: laws.unwrap_or_else(|| Law::ALL.map(|known| known.1).to_vec()),
    })
}

fn laws(node: &Node, found: &Problems) -> Vec<Law> {
    let known = Law::ALL.map(|known| known.0);
    let named = names(node, "laws", "law", &known, found);
    let of = |name: &String| Law::ALL.iter().find(|law| law.0 == *name).map(|law| law.1);
    named.iter().filter_map(of).collect()
}

fn authority(node: &Node, found: &Problems) -> Option<SupervisoryAuthority> {
    let mut fields = Fields::open(node, "the authority", &["name", "contact"], found)?;
    let (name, contact) = (fields.text("name"), fields.text("contact"));
    fields.close();
    Some(SupervisoryAuthority { name: name?, contact: contact? })
}

/// Reads how the pages look; `controller` is the name they bear unless the brand has its own.
pub(super) fn brand(node: Option<&Node>, controller: &str, found: &Problems) -> Brand {
    const FIELDS: &[&str] = &["name", "colour", "accent", "logo"];
    let mut brand = Brand {
        name: controller.to_owned(),
        colour: "#1d4f6e".to_owned(),
        accent: "#9a4a12".to_owned(),
        logo: None,
    };
    let Some(mut fields) = node.and_then(|node| Fields::open(node, "the brand", FIELDS, found))
    else {
        return brand;
    };
    if let Some(name) = fields.maybe_text("name") {
        brand.name = name;
    }
    for (field, colour) in [("colour", &mut brand.colour), ("accent", &mut brand.accent)] {
        let Some(node) = fields.optional(field) else { continue };
        let Some(text) = scalar(node, field, found) else { continue };
        if is_colour(&text) {
            *colour = text;
        } else {
            let message = format!("{} is not a colour", quoted(&text));
            found.add(node.place, message, "write it as \"#14506b\", with the quotes");
        }
    }
    brand.logo = fields.maybe_text("logo");
    fields.close();
    brand
}

fn is_colour(text: &str) -> bool {
    let digits = text.strip_prefix('#').unwrap_or_default();
    digits.len() == 6 && digits.bytes().all(|digit| digit.is_ascii_hexdigit())
}

/// Reads who may be given data; `home` is the controller's country, if it is said.
pub(super) fn recipients(node: &Node, home: Option<&str>, found: &Problems) -> Vec<Recipient> {
    let list = declared(node, "recipients", found);
    list.into_iter().map(|(key, node)| recipient(&key.text, node, home, found)).collect()
}

fn recipient(key: &str, node: &Node, home: Option<&str>, found: &Problems) -> Recipient {
    const FIELDS: &[&str] = &["name", "country", "role", "contact", "does", "safeguard", "tell"];
    const ROLES: [(&str, &str); 3] = [
        ("processor", "processor"),
        ("controller", "controller"),
        ("joint controller", "joint controller"),
    ];
    let mut recipient = Recipient {
        key: key.to_owned(),
        name: String::new(),
        country: String::new(),
        role: String::new(),
        contact: String::new(),
        does: None,
        safeguard: None,
        tell: Tell::File,
    };
    let what = format!("recipient {}", quoted(key));
    let Some(mut fields) = Fields::open(node, &what, FIELDS, found) else { return recipient };
    recipient.name = fields.text("name").unwrap_or_default();
    let land = fields.required("country").and_then(|node| country(node, found));
    recipient.country = land.unwrap_or_default();
    recipient.role = fields.one_of("role", &ROLES).map(str::to_owned).unwrap_or_default();
    recipient.contact = fields.text("contact").unwrap_or_default();
    recipient.does = fields.maybe_text("does");
    recipient.safeguard = fields.maybe_text("safeguard");
    let place = fields.place_of("country");
    if let Some(node) = fields.optional("tell") {
        recipient.tell = tell(node, Some(&recipient.contact), found);
    }
    fields.close();
    if let (Some(home), Some(place), None) = (home, place, &recipient.safeguard)
        && needs_safeguard(home, &recipient.country)
    {
        let message = format!("{what} is in {}, outside {home}", recipient.country);
        let hint = "say under \"safeguard\" what protects the data there and how to get a copy \
                    of it (GDPR Art. 45 to 49)";
        found.add(place, message, hint);
    }
    recipient
}

/// Whether data that go from one country to another need a word on what protects them there. Within
/// the European Economic Area they do not, nor between it and the United Kingdom, which decided
/// each that the other protects them enough.
fn needs_safeguard(from: &str, to: &str) -> bool {
    const TOGETHER: [&str; 31] = [
        "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GR", "HR", "HU",
        "IE", "IS", "IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI",
        "SK",
    ];
    from != to && !(TOGETHER.contains(&from) && TOGETHER.contains(&to)) && is_code(to)
}

/// Reads the roles; `purposes` are the names of those that the charter declares.
pub(super) fn roles(node: &Node, purposes: &[&str], found: &Problems) -> Vec<Role> {
    let list = declared(node, "roles", found);
    list.into_iter().map(|(key, node)| role(&key.text, node, purposes, found)).collect()
}

fn role(name: &str, node: &Node, known: &[&str], found: &Problems) -> Role {
    const FIELDS: &[&str] = &["says", "purposes", "may_see_records", "key", "email", "limits"];
    let mut role = Role {
        name: name.to_owned(),
        says: format!("our {name} team"),
        purposes: Vec::new(),
        may_see_records: false,
        key: None,
        email: None,
        limits: Limits::MOST,
    };
    let what = format!("role {}", quoted(name));
    let Some(mut fields) = Fields::open(node, &what, FIELDS, found) else { return role };
    if let Some(says) = fields.maybe_text("says") {
        role.says = says;
    }
    if let Some(node) = fields.required("purposes") {
        role.purposes = names(node, "purposes", "purpose", known, found);
    }
    role.may_see_records = fields.flag("may_see_records").unwrap_or(false);
    role.key = fields.maybe_one_of("key", &Key::ALL);
    role.email = fields.maybe_text("email");
    if let (Some(text), Some(place)) = (&role.email, fields.place_of("email")) {
        if !is_address(text) {
            let message = format!("{} is no e-mail address", quoted(text));
            found.add(place, message, "whoever holds the key is written to there");
        } else if role.key.is_none() {
            let message = format!("{what} has an e-mail address and holds no key");
            found.add(place, message, "a role is written to when something waits for its key");
        }
    }
    if let Some(node) = fields.optional("limits") {
        role.limits = limits(node, &what, found);
    }
    fields.close();
    role
}

fn is_address(text: &str) -> bool {
    text.contains('@') && !text.contains(|c: char| c.is_control() || c.is_whitespace())
}

fn limits(node: &Node, whose: &str, found: &Problems) -> Limits {
    const MOST: Limits = Limits::MOST;
    let what = format!("the limits of {whose}");
    let Some(mut fields) = Fields::open(node, &what, &["rows", "seconds", "memory"], found) else {
        return MOST;
    };
    let mut limit = |name: &'static str, most: u64| {
        let (Some(text), Some(place)) = (fields.maybe_text(name), fields.place_of(name)) else {
            return most;
        };
        match text.parse() {
            Ok(number) if (1..=most).contains(&number) => number,
            _ => {
                let message = format!("{} is no limit", quoted(&text));
                found.add(place, message, &format!("give a whole number from 1 to {most}"));
                most
            }
        }
    };
    let rows = limit("rows", MOST.rows as u64);
    let seconds = limit("seconds", MOST.seconds);
    let memory = limit("memory", MOST.memory as u64);
    fields.close();
    let small = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    Limits { rows: small(rows), seconds, memory: small(memory) }
}
