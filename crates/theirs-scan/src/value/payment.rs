//! Cards and bank accounts, by their check digits.

use iban::Iban;

use super::{Found, Profile, of_values};

pub(super) fn look(profile: &Profile<'_>, found: &mut Found) {
    let accounts = profile.share(|value| value.parse::<Iban>().is_ok());
    if accounts >= 0.5 {
        let why = format!("{} are bank accounts (IBAN, check digits right)", of_values(accounts));
        found.see("payment.instrument.iban", 0.97 * accounts, why);
    }
    let cards = profile.share(is_card);
    if cards >= 0.7 && profile.looked.len() >= 3 {
        let why = format!("{} are card numbers (check digit right)", of_values(cards));
        found.see("payment.instrument.card_number", 0.97 * cards, why);
    }
    let masked = profile.share(is_masked_card);
    if masked >= 0.7 {
        let why = format!("{} are card numbers with most digits hidden", of_values(masked));
        found.see("payment.instrument.card_end", 0.85 * masked, why);
    }
}

/// A number of a length and beginning that cards have (ISO/IEC 7812), whose last digit checks.
fn is_card(value: &str) -> bool {
    let is_set = value.chars().all(|c| c.is_ascii_digit() || c == ' ' || c == '-');
    let digits: Vec<u8> = value.bytes().filter(u8::is_ascii_digit).map(|b| b - b'0').collect();
    let begins = match digits[..] {
        [3, 0 | 6 | 8, ..] => digits.len() == 14,
        [3, 4 | 7, ..] => digits.len() == 15,
        [2..=6, ..] => (16..=19).contains(&digits.len()),
        _ => false,
    };
    is_set && begins && luhn(&digits)
}

fn is_masked_card(value: &str) -> bool {
    let hidden = value.chars().filter(|c| "*xX•#".contains(*c)).count();
    let digits = value.chars().filter(char::is_ascii_digit).count();
    let rest = value.chars().all(|c| "*xX•# -".contains(c) || c.is_ascii_digit());
    rest && hidden >= 4 && (4..=10).contains(&digits)
}

/// Whether the last digit is the one that the others ask for (Luhn, US patent 2,950,048).
pub(super) fn luhn(digits: &[u8]) -> bool {
    let doubled = |digit: u8| if digit > 4 { digit * 2 - 9 } else { digit * 2 };
    let value =
        |(at, digit): (usize, &u8)| u32::from(if at % 2 == 1 { doubled(*digit) } else { *digit });
    digits.iter().rev().enumerate().map(value).sum::<u32>().is_multiple_of(10)
}
