//! Names of people, by common ones among them.

use super::{Found, Profile, of_values};
use crate::lexicon::PEOPLE;

/// A crowd of names has at least so many common ones, even of a place whose names are not listed.
const COMMON: f64 = 0.25;

pub(super) fn look(profile: &Profile<'_>, found: &mut Found) {
    let lettered = profile.share(is_lettered);
    if lettered < 0.85 {
        if profile.is_telling() && lettered < 0.3 {
            found.deny("identity.name");
        }
        return;
    }
    if profile.different() < 4 {
        return;
    }
    let (given, family) = (&PEOPLE.0, &PEOPLE.1);
    let first = |plain: &str| plain.split(' ').next().is_some_and(|word| given.contains(word));
    let last = |plain: &str| plain.rsplit(' ').next().is_some_and(|word| family.contains(word));
    let plain: Vec<&str> = profile.plain.iter().map(String::as_str).collect();
    let share = |holds: &dyn Fn(&str) -> bool| crate::kind::share(&plain, holds);
    let several = share(&|plain| (2..=5).contains(&plain.split(' ').count()));
    let (given, family) = (share(&first), share(&last));
    let turned = share(&|plain| plain.split(' ').any(|word| PEOPLE.0.contains(word)));
    if several >= 0.6 && turned.max(given) >= COMMON {
        let common = turned.max(given);
        let why = format!("{} have a common given name in them", of_values(common));
        found.see("identity.name.full", (0.45 + 0.6 * common).min(0.92), why);
    } else if several < 0.4 && given >= COMMON && given >= family {
        let why = format!("{} are common given names", of_values(given));
        found.see("identity.name.given", (0.4 + 0.7 * given).min(0.92), why);
    } else if several < 0.4 && family >= COMMON {
        let why = format!("{} are common family names", of_values(family));
        found.see("identity.name.family", (0.4 + 0.7 * family).min(0.9), why);
    }
}

/// One to five words of letters.
fn is_lettered(value: &str) -> bool {
    let words = value.split_whitespace().count();
    (1..=5).contains(&words)
        && value.len() <= 60
        && value.chars().all(|c| c.is_alphabetic() || " '’-.,".contains(c))
}
