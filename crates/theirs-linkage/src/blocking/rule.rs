//! The blocking rules, derived from the columns that there are.

use super::custom;
use crate::dictionary::MISSING;
use crate::digest::{digest, mix};
use crate::layout::{Layout, Role};
use crate::overrides::BlockingRule;
use crate::records::Table;

/// One blocking rule.
pub(crate) struct Rule {
    pub(crate) name: String,
    /// A record stands under the key of each alternative: one for each value of an attribute.
    pub(crate) alternatives: Vec<Vec<Key>>,
    /// What splits a block that is too large; may be missing.
    pub(crate) further: Vec<Key>,
    /// Whether the key all but names a person; other rules search the more narrowly the more
    /// records there are.
    pub(crate) is_near_unique: bool,
}

impl Rule {
    /// The keys of one record, at most one for each alternative.
    pub(crate) fn keys_of(&self, table: &Table, record: u32) -> impl Iterator<Item = u32> {
        let part = move |key: &Key| key.of(table, record);
        self.alternatives.iter().filter_map(move |keys| joint(keys.iter().map(part)))
    }
}

/// Joins the parts of a key; `None` if one of them is missing.
pub(super) fn joint(parts: impl Iterator<Item = Option<u32>>) -> Option<u32> {
    let mut parts = parts;
    let joint = parts.try_fold(0, |joint, part| Some(mix(joint, u64::from(part?))))?;
    Some(upper_half(joint))
}

/// A key with one more part, 0 if it is missing.
pub(super) fn extended(key: u32, part: u32) -> u32 {
    upper_half(mix(u64::from(key), u64::from(part)))
}

/// A part of a blocking key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    /// The whole value.
    Whole(usize),
    /// The first bytes of the value.
    Prefix(usize, usize),
    /// How the value sounds.
    Sound(usize),
    /// Two values of one dictionary in either order.
    Pair(usize, usize),
}

impl Key {
    /// This part of a record's key; `None` if a value is missing or too short.
    pub(crate) fn of(self, table: &Table, record: u32) -> Option<u32> {
        let part = |key: Self, column| {
            let code = table.code(column, record);
            (code != MISSING).then(|| key.of_text(table.text(column, code).as_bytes()))?
        };
        match self {
            Self::Whole(column) | Self::Prefix(column, _) | Self::Sound(column) => {
                part(self, column)
            }
            Self::Pair(one, other) => {
                Some(either(part(Self::Whole(one), one)?, part(Self::Whole(other), other)?))
            }
        }
    }

    /// What this part makes of a text; never 0 or 1.
    pub(super) fn of_text(self, text: &[u8]) -> Option<u32> {
        let hash = match self {
            Self::Whole(_) | Self::Pair(..) => digest(text),
            Self::Prefix(_, bytes) => digest(text.get(..bytes)?),
            Self::Sound(_) => digest(&soundex(text)),
        };
        Some(upper_half(hash) | 2)
    }
}

/// Joins two parts in either order.
pub(super) fn either(one: u32, other: u32) -> u32 {
    upper_half(mix(u64::from(one.min(other)), u64::from(one.max(other)))) | 2
}

fn upper_half(hash: u64) -> u32 {
    u32::try_from(hash >> 32).unwrap_or_default()
}

/// American Soundex, four bytes.
fn soundex(text: &[u8]) -> [u8; 4] {
    let mut sound = [b'0'; 4];
    let (mut filled, mut last) = (0, b'0');
    for &letter in text {
        let class = sound_class(letter);
        if filled == 0 {
            sound[0] = letter;
            filled = 1;
        } else if class != b'0' && class != last && class != b'-' {
            sound[filled] = class;
            filled += 1;
        }
        if class != b'-' {
            last = class;
        }
        if filled == sound.len() {
            break;
        }
    }
    sound
}

/// The letter classes of Soundex; `h` and `w` do not separate.
fn sound_class(letter: u8) -> u8 {
    match letter {
        b'b' | b'f' | b'p' | b'v' => b'1',
        b'c' | b'g' | b'j' | b'k' | b'q' | b's' | b'x' | b'z' => b'2',
        b'd' | b't' => b'3',
        b'l' => b'4',
        b'm' | b'n' => b'5',
        b'r' => b'6',
        b'h' | b'w' => b'-',
        _ => b'0',
    }
}

/// A named part, before it is known whether the columns are there.
type Named = (&'static str, Option<Key>);

/// Makes the rules that were chosen, or those that are derived.
pub(crate) fn rules(layout: &Layout) -> Vec<Rule> {
    if layout.blocking_rules.is_empty() {
        return derived(layout);
    }
    let chosen = layout.blocking_rules.iter().flat_map(|rule| match rule {
        BlockingRule::Derived => derived(layout),
        BlockingRule::BlockOn(parts) => custom::rule(layout, parts).into_iter().collect(),
    });
    chosen.collect()
}

/// Derives the rules from the columns, from the surest to the widest.
fn derived(layout: &Layout) -> Vec<Rule> {
    let column = |role| layout.column(role);
    let whole = |role| column(role).map(Key::Whole);
    let prefix = |role, bytes| column(role).map(|at| Key::Prefix(at, bytes));
    let (given, family) =
        (("given name", whole(Role::Given)), ("family name", whole(Role::Family)));
    let (given1, family1) =
        (("initial", prefix(Role::Given, 1)), ("family initial", prefix(Role::Family, 1)));
    let (given3, family3) = (
        ("given name starts", prefix(Role::Given, 3)),
        ("family name starts", prefix(Role::Family, 3)),
    );
    let sound = ("family name sounds", column(Role::Family).map(Key::Sound));
    let either = column(Role::Given).zip(column(Role::Family));
    let names = ("both names", either.map(|(one, other)| Key::Pair(one, other)));
    let birth_date = ("birth date", whole(Role::BirthDate));
    let year = ("birth year", prefix(Role::BirthDate, 4));
    let street = ("street", whole(Role::Street));
    let postcode = ("postcode", whole(Role::Postcode));
    let area = ("postal area", prefix(Role::Postcode, 3));
    let city = ("town", whole(Role::City));

    let mut rules = near_unique_rules(layout, &[given1, family1, year]);
    let mut add = |keys: &[Named], further: &[Named]| rules.extend(rule(keys, further));
    add(&[names], &[birth_date, area, city, year]);
    add(&[names, postcode], &[year]);
    add(&[names, city], &[year]);
    add(&[given, birth_date], &[family1, area]);
    let place = if area.1.is_some() { area } else { city };
    add(&[birth_date, place], &[given1]);
    add(&[birth_date], &[family1, given1, area]);
    add(&[street], &[area, given1, family1]);
    add(&[street, given1], &[family1, area]);
    add(&[postcode], &[given1, family1, year]);
    add(&[given, postcode], &[family1]);
    add(&[family, postcode], &[given1]);
    add(&[family], &[given1, year, area, city]);
    add(&[given], &[family1, year, area, city]);
    add(&[given3, family3], &[year, area, city]);
    add(&[sound, given1, year], &[area, city]);
    for at in layout.attributes_of(Role::Other) {
        let other = ("other", Some(Key::Whole(at)));
        add(&[other, birth_date], &[given1, family1]);
        add(&[other, family], &[given1, year]);
        add(&[other, given], &[family1, year]);
    }
    if rules.is_empty() {
        let columns = layout.attributes_of(Role::Other);
        rules.extend(
            columns.into_iter().filter_map(|at| rule(&[("other", Some(Key::Whole(at)))], &[])),
        );
    }
    rules
}

/// One rule for each identifier, e-mail address, mailbox and telephone number.
fn near_unique_rules(layout: &Layout, further: &[Named]) -> Vec<Rule> {
    let near_unique = [
        ("identifier", Role::Identifier),
        ("e-mail", Role::Email),
        ("phone", Role::Phone),
        ("mailbox", Role::Mailbox),
    ];
    let mut rules = Vec::new();
    for (name, role) in near_unique {
        for column in layout.attributes_of(role) {
            let values = layout.values_of(column);
            let alternatives = values.into_iter().map(|value| vec![Key::Whole(value)]).collect();
            let further = further.iter().filter_map(|(_, key)| *key).collect();
            let name = name.to_owned();
            rules.push(Rule { name, alternatives, further, is_near_unique: true });
        }
    }
    rules
}

/// A rule exists only when all its keys do.
fn rule(keys: &[Named], further: &[Named]) -> Option<Rule> {
    let name = keys.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(" + ");
    let keys = keys.iter().map(|(_, key)| *key).collect::<Option<Vec<_>>>()?;
    let further = further.iter().filter_map(|(_, key)| *key).collect();
    Some(Rule { name, alternatives: vec![keys], further, is_near_unique: false })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_sound_alike_share_a_key() {
        assert_eq!(soundex(b"robert"), *b"r163");
        assert_eq!(soundex(b"rupert"), *b"r163");
        assert_eq!(soundex(b"ashcraft"), *b"a261");
    }
}
