//! Numbers that governments give, by their form and, where they have one, their check digits.
//!
//! A form without check digits is taken only if it is written as nobody writes anything else. The
//! rules are those of the authorities that give the numbers.

use super::payment::luhn;
use super::{Found, Profile, of_values};

/// A kind of number: its part, what it is called, whether a value is one, and how sure that makes.
type Rule = (&'static str, &'static str, fn(&str) -> bool, f64);

const RULES: [Rule; 11] = [
    ("gov.id.social_security", "social security numbers (United States)", social_security, 0.93),
    (
        "gov.id.national_insurance",
        "National Insurance numbers (United Kingdom)",
        national_insurance,
        0.95,
    ),
    (
        "gov.id.securite_sociale",
        "social security numbers (France, key right)",
        securite_sociale,
        0.97,
    ),
    (
        "gov.id.social_insurance",
        "social insurance numbers (Canada, check digit right)",
        social_insurance,
        0.92,
    ),
    ("gov.id.dni", "identity numbers (Spain, letter right)", dni, 0.97),
    ("gov.id.steuer_id", "tax numbers (Germany, check digit right)", steuer_id, 0.9),
    ("gov.id.codice_fiscale", "tax codes (Italy)", codice_fiscale, 0.97),
    ("gov.id.cpf", "tax numbers (Brazil, check digits right)", cpf, 0.93),
    ("gov.id.bsn", "citizen service numbers (Netherlands, check right)", bsn, 0.75),
    ("gov.id.nhs_number", "NHS numbers (United Kingdom, check digit right)", nhs_number, 0.85),
    ("gov.id.vat", "tax numbers with a country before them", vat, 0.6),
];

/// With fewer values than these a check digit can be right by chance.
const CHECKED_FROM: usize = 4;

pub(super) fn look(profile: &Profile<'_>, found: &mut Found) {
    if profile.looked.len() < CHECKED_FROM || profile.different() < CHECKED_FROM {
        return;
    }
    for (meaning, called, is_one, weight) in RULES {
        let share = profile.share(is_one);
        if share >= 0.85 {
            let why = format!("{} are written like {called}", of_values(share));
            found.see(meaning, weight * share, why);
            return;
        }
    }
}

/// The digits of a text of digits, spaces and hyphens.
fn digits(value: &str) -> Option<Vec<u8>> {
    let is_set = value.chars().all(|c| c.is_ascii_digit() || c == ' ' || c == '-');
    is_set.then(|| value.bytes().filter(u8::is_ascii_digit).map(|b| b - b'0').collect())
}

fn letters_and_digits(value: &str) -> String {
    value.chars().filter(|c| !" -.".contains(*c)).collect::<String>().to_ascii_uppercase()
}

/// Whether a text follows a pattern of `9` for a digit, `A` for a letter, anything else itself.
fn follows(value: &str, pattern: &str) -> bool {
    value.len() == pattern.len()
        && value.bytes().zip(pattern.bytes()).all(|(byte, wanted)| match wanted {
            b'9' => byte.is_ascii_digit(),
            b'A' => byte.is_ascii_uppercase(),
            _ => byte == wanted,
        })
}

fn social_security(value: &str) -> bool {
    follows(value, "999-99-9999")
        && !value.starts_with("000")
        && !value.starts_with("666")
        && !value.starts_with('9')
        && &value[4..6] != "00"
        && &value[7..] != "0000"
}

fn national_insurance(value: &str) -> bool {
    let value = letters_and_digits(value);
    follows(&value, "AA999999A")
        && !value[..2].contains(['D', 'F', 'I', 'Q', 'U', 'V'])
        && value.ends_with(['A', 'B', 'C', 'D'])
}

/// The key is 97 less the rest of the number divided by 97.
fn securite_sociale(value: &str) -> bool {
    let value = letters_and_digits(value).replace("2A", "19").replace("2B", "18");
    let is_number = value.len() == 15 && value.bytes().all(|byte| byte.is_ascii_digit());
    let Some((number, key)) = value.split_at_checked(13).filter(|_| is_number) else {
        return false;
    };
    let (number, key) = (number.parse::<u64>(), key.parse::<u64>());
    matches!((number, key), (Ok(number), Ok(key)) if key == 97 - number % 97)
        && value.starts_with(['1', '2', '3', '4', '7', '8'])
}

/// Written in threes, since nine digits alone could be anything.
fn social_insurance(value: &str) -> bool {
    let is_set = follows(value, "999-999-999") || follows(value, "999 999 999");
    is_set && digits(value).is_some_and(|digits| luhn(&digits))
}

fn dni(value: &str) -> bool {
    const LETTERS: &[u8] = b"TRWAGMYFPDXBNJZSQVHLCKE";
    let value = letters_and_digits(value);
    let number = match value.as_bytes() {
        [first @ b'X'..=b'Z', ..] => format!("{}{}", first - b'X', &value[1..]),
        _ => value,
    };
    follows(&number, "99999999A")
        && number[..8].parse::<usize>().is_ok_and(|n| LETTERS[n % 23] == number.as_bytes()[8])
}

/// ISO 7064, MOD 11,10.
fn steuer_id(value: &str) -> bool {
    let Some(digits) = digits(value).filter(|d| d.len() == 11 && d[0] != 0) else { return false };
    let product = digits[..10].iter().fold(10_u32, |product, digit| {
        let sum = (u32::from(*digit) + product) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    (11 - product) % 10 == u32::from(digits[10])
}

fn codice_fiscale(value: &str) -> bool {
    follows(&letters_and_digits(value), "AAAAAA99A99A999A")
}

fn cpf(value: &str) -> bool {
    let bare: String = value.chars().filter(|c| *c != '.').collect();
    let Some(digits) = digits(&bare).filter(|digits| digits.len() == 11) else { return false };
    let check = |count: usize| {
        let weights = (2..=u32::try_from(count).unwrap_or(0) + 1).rev();
        let sum: u32 = digits[..count].iter().zip(weights).map(|(d, w)| u32::from(*d) * w).sum();
        sum * 10 % 11 % 10 == u32::from(digits[count])
    };
    check(9) && check(10)
}

fn bsn(value: &str) -> bool {
    let Some(digits) = digits(value).filter(|digits| digits.len() == 9) else { return false };
    let sum: i32 =
        digits.iter().zip([9, 8, 7, 6, 5, 4, 3, 2, -1]).map(|(d, w)| i32::from(*d) * w).sum();
    sum % 11 == 0 && digits.iter().any(|digit| *digit != 0)
}

fn nhs_number(value: &str) -> bool {
    let Some(digits) = digits(value).filter(|digits| digits.len() == 10) else { return false };
    let sum: u32 = digits.iter().zip((2..=10).rev()).map(|(d, w)| u32::from(*d) * w).sum();
    let check = (11 - sum % 11) % 11;
    check == u32::from(digits[9])
}

fn vat(value: &str) -> bool {
    let value = letters_and_digits(value);
    ["AA999999999", "AA99999999", "AA9999999999", "AA99999999999"]
        .iter()
        .any(|p| follows(&value, p))
}
