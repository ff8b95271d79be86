//! What people wrote in their own words, and what they let slip in it.

use serde::Serialize;

use super::word::tells_health;
use super::{Found, Profile, of_values};

/// A value of so many words was written by somebody.
const WRITTEN_WORDS: usize = 5;

/// Something about a person that stands within longer texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Inside {
    /// E-mail addresses.
    Emails,
    /// Telephone numbers.
    Phones,
    /// Words of illness or cure.
    Health,
}

impl Inside {
    /// What it is, in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Emails => "e-mail addresses",
            Self::Phones => "telephone numbers",
            Self::Health => "words of illness or cure",
        }
    }

    /// Its data category.
    pub fn category(self) -> &'static str {
        match self {
            Self::Emails => "contact.email",
            Self::Phones => "contact.phone",
            Self::Health => "sensitive.health",
        }
    }
}

pub(super) fn look(profile: &Profile<'_>, found: &mut Found) {
    let written = profile.share(|value| value.split_whitespace().count() >= WRITTEN_WORDS);
    if written < 0.3 {
        return;
    }
    // A text that stands in many rows is mostly a form's own; what it lets slip of people it still does.
    let is_repeated = profile.column.variety() < 0.2;
    let plain: Vec<&str> = profile.plain.iter().map(String::as_str).collect();
    let health = crate::kind::share(&plain, &tells_health);
    let shares = [
        (Inside::Emails, profile.share(holds_email)),
        (Inside::Phones, profile.share(holds_phone)),
        (Inside::Health, health),
    ];
    found.inside.extend(shares.iter().filter(|(_, share)| *share > 0.005).map(|(what, _)| *what));
    if is_repeated && found.inside.is_empty() {
        return;
    }
    for category in ["contact.phone", "identity.name", "id.customer", "profile.segment"] {
        found.deny(category);
    }
    if found.inside.is_empty() {
        found.see(
            "behaviour.service",
            0.3,
            format!("{} are written in somebody's own words", of_values(written)),
        );
    } else {
        let what: Vec<&str> = found.inside.iter().map(|what| what.words()).collect();
        let why = format!("text in somebody's own words, with {} in it", what.join(" and "));
        found.see("behaviour.service", 0.45, why);
    }
    if health >= 0.2 {
        let why = format!("{} have words of illness or cure", of_values(health));
        found.see("sensitive.health", (0.3 + 0.7 * health).min(0.9), why);
    }
}

fn holds_email(value: &str) -> bool {
    value.split_whitespace().any(|word| {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric());
        word.split_once('@')
            .is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.'))
    })
}

/// Nine to fifteen digits in a row, set apart by nothing but what sets telephone numbers.
fn holds_phone(value: &str) -> bool {
    let mut digits = 0;
    let mut starts_so = false;
    let mut before = ' ';
    for letter in value.chars().chain(['|']) {
        if letter.is_ascii_digit() {
            starts_so |= digits == 0 && (letter == '0' || before == '+' || before == '(');
            digits += 1;
        } else if digits > 0 && !" -().".contains(letter) {
            if (9..=15).contains(&digits) && starts_so {
                return true;
            }
            (digits, starts_so) = (0, false);
        }
        before = letter;
    }
    false
}
