//! Identifiers of devices and browsers, and internet addresses.

use std::net::IpAddr;

use super::payment::luhn;
use super::{Found, Profile, of_values};

pub(super) fn look(profile: &Profile<'_>, found: &mut Found) {
    let addresses = profile.share(is_address);
    if addresses >= 0.7 {
        let why = format!("{} are IP addresses", of_values(addresses));
        found.see("id.ip", 0.97 * addresses, why);
    } else if addresses < 0.1 && profile.is_telling() {
        found.deny("id.ip");
    }
    let agents = profile.share(is_agent);
    if agents >= 0.5 {
        let why = format!("{} describe a browser and its device", of_values(agents));
        found.see("id.device.user_agent", 0.93 * agents, why);
    }
    let cookies = profile.share(is_cookie);
    if cookies >= 0.5 {
        let why = format!("{} are cookies of Google or Meta", of_values(cookies));
        found.see("id.device.cookie", 0.97 * cookies, why);
    }
    let hardware = profile.share(is_hardware);
    if hardware >= 0.8 {
        let why = format!("{} are numbers of network devices", of_values(hardware));
        found.see("id.device.mac", 0.9 * hardware, why);
    }
    let telephones = profile.share(is_telephone);
    if telephones >= 0.8 && profile.looked.len() >= 4 {
        let why = format!(
            "{} are numbers of mobile telephones (check digit right)",
            of_values(telephones)
        );
        found.see("id.device.imei", 0.88 * telephones, why);
    }
    vehicles(profile, found);
    random(profile, found);
}

/// An IMEI: fifteen digits, of which the first two name who gave it and the last one checks.
fn is_telephone(value: &str) -> bool {
    let digits: Vec<u8> = value.bytes().filter(u8::is_ascii_digit).map(|b| b - b'0').collect();
    value.len() == 15
        && digits.len() == 15
        && matches!(digits[..2], [0, 1] | [3, 5] | [8, 6] | [9, 8 | 9])
        && luhn(&digits)
}

/// Random numbers of the kind that devices, and many other things, are given.
fn random(profile: &Profile<'_>, found: &mut Found) {
    let large =
        profile.share(|value| is_uuid(value) && !value.contains(|c: char| c.is_ascii_lowercase()));
    let any = profile.share(is_uuid);
    let repeats = profile.column.filled > 10 && profile.column.variety() < 0.7;
    if any >= 0.8 {
        let why = format!("{} are random identifiers (UUID)", of_values(any));
        let weight = if large >= 0.8 || repeats { 0.45 } else { 0.25 };
        found.see("id.device", weight, why);
    }
    let hashes = profile.share(is_hash);
    if hashes >= 0.8 {
        let why = format!("{} are hashes: still one of its own for each person", of_values(hashes));
        let is_of_something = profile.is_named(NOT_OF_PEOPLE);
        let is_pseudonym = profile.is_named(HASHED) && !is_of_something;
        found.see("id.device", if is_pseudonym { 0.82 } else { 0.35 }, why);
    }
}

/// Words by which a column says that its values are digests.
const HASHED: &[&str] = &["hash", "hashed", "sha", "sha1", "sha256", "md5", "digest"];

/// Words by which it says of what, where that is no person.
const NOT_OF_PEOPLE: &[&str] = &[
    "password", "passwd", "pwd", "pass", "file", "commit", "content", "image", "block", "git",
    "row", "record", "version",
];

/// Numbers of vehicles: seventeen letters and digits, without I, O and Q.
fn vehicles(profile: &Profile<'_>, found: &mut Found) {
    let vehicles = profile.share(is_vehicle);
    let is_named = profile.is_named(&["vin", "vehicle", "chassis", "fahrgestellnummer"]);
    if vehicles >= 0.9 && (is_named || profile.looked.len() >= 4) {
        let why = format!("{} are written like numbers of vehicles (VIN)", of_values(vehicles));
        found.see("id.device.vehicle", if is_named { 0.85 } else { 0.6 }, why);
    }
}

fn is_vehicle(value: &str) -> bool {
    let is_part =
        |b: u8| b.is_ascii_digit() || b.is_ascii_uppercase() && !matches!(b, b'I' | b'O' | b'Q');
    value.len() == 17
        && value.bytes().all(is_part)
        && value.bytes().any(|b| b.is_ascii_uppercase())
        && value.bytes().skip(11).filter(u8::is_ascii_digit).count() >= 4
}

fn is_address(value: &str) -> bool {
    value.contains(['.', ':']) && value.parse::<IpAddr>().is_ok()
}

fn is_agent(value: &str) -> bool {
    ["Mozilla/", "Opera/", "Dalvik/", "okhttp/", "CFNetwork/"]
        .iter()
        .any(|known| value.contains(known))
}

/// The forms that Google Analytics and the Meta pixel document for their own cookies.
fn is_cookie(value: &str) -> bool {
    let is_numbers = |text: &str| text.chars().all(|c| c.is_ascii_digit() || c == '.');
    let google = ["GA1.", "GS1.", "GS2."].iter().find_map(|start| value.strip_prefix(start));
    google.is_some_and(|rest| rest.len() > 8)
        || value.strip_prefix("fb.1.").is_some_and(|rest| rest.len() > 8)
        || value.split_once('.').is_some_and(|(random, time)| {
            (8..=10).contains(&random.len())
                && time.len() == 10
                && is_numbers(random)
                && is_numbers(time)
        })
}

fn is_hardware(value: &str) -> bool {
    let parts: Vec<&str> = value.split([':', '-']).collect();
    let is_byte = |part: &str| part.len() == 2 && part.bytes().all(|b| b.is_ascii_hexdigit());
    parts.len() == 6 && parts.iter().all(|part| is_byte(part))
}

pub(super) fn is_uuid(value: &str) -> bool {
    let lengths: Vec<usize> = value.split('-').map(str::len).collect();
    lengths == [8, 4, 4, 4, 12] && value.bytes().all(|b| b == b'-' || b.is_ascii_hexdigit())
}

fn is_hash(value: &str) -> bool {
    matches!(value.len(), 32 | 40 | 64)
        && value.bytes().all(|b| b.is_ascii_hexdigit())
        && value.contains(|c: char| c.is_ascii_alphabetic())
}
