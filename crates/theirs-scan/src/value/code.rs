//! Codes of illnesses and medicines.

use super::{Found, Profile, of_values};

pub(super) fn look(profile: &Profile<'_>, found: &mut Found) {
    if profile.looked.len() < 4 || profile.different() < 3 {
        return;
    }
    let medicines = profile.share(is_medicine);
    if medicines >= 0.9 {
        let why = format!("{} are written like codes of medicines (ATC)", of_values(medicines));
        found.see("sensitive.health.medicine", 0.88, why);
        return;
    }
    let illnesses = profile.share(is_illness);
    let pointed = profile.share(|value| value.contains('.'));
    let mut chapters: Vec<u8> = profile.looked.iter().filter_map(|v| v.bytes().next()).collect();
    chapters.sort_unstable();
    chapters.dedup();
    if illnesses >= 0.9 && chapters.len() >= 3 {
        let why = format!("{} are written like codes of illnesses (ICD-10)", of_values(illnesses));
        let weight = if pointed >= 0.2 { 0.85 } else { 0.45 };
        found.see("sensitive.health.diagnosis", weight, why);
    }
}

/// `E11`, `E11.9`: a letter, two digits, and up to four more behind a point.
fn is_illness(value: &str) -> bool {
    let (head, tail) = value.split_once('.').unwrap_or((value, ""));
    let [letter, first, second] = head.as_bytes() else { return false };
    letter.is_ascii_uppercase()
        && first.is_ascii_digit()
        && second.is_ascii_digit()
        && tail.len() <= 4
        && tail.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// `C10AA05`: a letter, two digits, two letters, two digits.
fn is_medicine(value: &str) -> bool {
    let is_digit = |at: &usize| value.as_bytes()[*at].is_ascii_digit();
    let is_letter = |at: &usize| value.as_bytes()[*at].is_ascii_uppercase();
    value.len() == 7
        && value.starts_with(|group: char| "ABCDGHJLMNPRSV".contains(group))
        && [1, 2, 5, 6].iter().all(is_digit)
        && [3, 4].iter().all(is_letter)
}
