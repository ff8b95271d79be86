//! E-mail addresses and telephone numbers.
//!
//! Both are checked by libraries that know the rules. A bare number can be anything, so that it is
//! taken for a telephone number only if it is written like one or its name says so.

use std::str::FromStr;

use email_address::EmailAddress;
use phonenumber::country::Id;

use super::{Found, Profile, of_values};

/// Where numbers without a country are tried.
const COUNTRIES: [Id; 11] =
    [Id::GB, Id::US, Id::FR, Id::DE, Id::ES, Id::IT, Id::NL, Id::BE, Id::CH, Id::BR, Id::AU];

/// Checking numbers is slow, so that fewer are looked at.
const NUMBERS_LOOKED_AT: usize = 60;

pub(super) fn look(profile: &Profile<'_>, found: &mut Found) {
    let share = profile.share(is_email);
    if share >= 0.5 {
        let why = format!("{} are e-mail addresses", of_values(share));
        found.see("contact.email", 0.97 * share, why);
    } else if share < 0.1
        && profile.is_telling()
        && profile.share(|value| value.contains('@')) < 0.1
    {
        found.deny("contact.email");
    }
    phones(profile, found);
}

fn is_email(value: &str) -> bool {
    let is_plausible = value.len() >= 6 && value.contains('@') && !value.contains(' ');
    is_plausible
        && EmailAddress::from_str(value).is_ok_and(|address| address.domain().contains('.'))
}

fn phones(profile: &Profile<'_>, found: &mut Found) {
    let step = profile.looked.len().div_ceil(NUMBERS_LOOKED_AT).max(1);
    let looked: Vec<&str> = profile.looked.iter().step_by(step).copied().collect();
    let share_of = |holds: &dyn Fn(&str) -> bool| crate::kind::share(&looked, holds);
    let dials = share_of(&may_dial);
    if dials < 0.5 {
        if profile.is_telling() && dials < 0.2 {
            found.deny("contact.phone");
        }
        return;
    }
    let country = COUNTRIES
        .iter()
        .map(|country| share_of(&|value| is_number(value, *country)))
        .reduce(f64::max)
        .unwrap_or(0.0);
    let written = share_of(&is_written_so);
    if country >= 0.5 && written >= 0.5 {
        let why = format!("{} are telephone numbers", of_values(country));
        found.see("contact.phone", 0.9 * country.max(written), why);
    } else if country >= 0.5 {
        found.see("contact.phone", 0.3, format!("{} could be dialled", of_values(country)));
    } else if written >= 0.8 {
        let why = format!("{} are written like telephone numbers", of_values(written));
        found.see("contact.phone", 0.5, why);
    }
}

/// Whether it has as many digits as a number, and nothing that a number has not.
fn may_dial(value: &str) -> bool {
    let digits = value.chars().filter(char::is_ascii_digit).count();
    let is_dialled = |c: char| c.is_ascii_digit() || " +-().x/".contains(c);
    let most = if value.starts_with(['+', '(']) || value.starts_with("00") { 15 } else { 11 };
    (7..=most).contains(&digits)
        && value.chars().all(is_dialled)
        && !is_dated(value)
        && value.matches('.').count() != 1
        && !value.starts_with('-')
}

/// Whether it is a date or an IP address rather than a number to dial.
fn is_dated(value: &str) -> bool {
    let parts: Vec<&str> = value.split(['-', '/', '.']).collect();
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    value.parse::<std::net::IpAddr>().is_ok()
        || matches!(lengths[..], [4, 2, 2] | [1..=2, 1..=2, 4 | 2])
}

/// Whether it begins or is set as only numbers to dial are.
fn is_written_so(value: &str) -> bool {
    let digits = value.chars().filter(char::is_ascii_digit).count();
    let set = value.chars().filter(|c| " -().".contains(*c)).count();
    may_dial(value)
        && (value.starts_with(['+', '(']) || value.starts_with('0') && digits >= 9 || set >= 2)
}

fn is_number(value: &str, country: Id) -> bool {
    phonenumber::parse(Some(country), value).is_ok_and(|number| number.is_valid())
}
