//! What a row is known by, as keyed hashes: so that whoever was erased is recognised when a file
//! brings them again, and nobody else is taken for them.
//!
//! * A record is known by its source and key.
//! * An e-mail address or telephone number is often a household's. So it counts together with the
//!   first letter of the given name; it counts alone only where one of the two sides has no name.
//! * A customer's or state's number counts alone, within its attribute.
//! * Name, birth date and postcode count together.
//!
//! How values are brought into one spelling here is frozen under the number in the label: another
//! spelling would forget who was erased. Price: it is plainer than that of linkage.

use std::collections::BTreeSet;

use ring::hmac;
use theirs_charter::{Charter, Identity, Meaning, Source};
use theirs_model::Attribute;
use theirs_store::{Act, ActKind, IncomingRecord, Keys, Mark, MarkKind, Marks, Record, Tombstone};

/// The label of the key, with the number of the spelling.
const LABEL: &str = "tombstone 1";
/// Stands for the initial where the person had no name at all.
const NAMELESS: &str = "-";
/// Stands for the initial where the row that comes has none.
const ANY: &str = "*";
/// Words before a name that are none.
const TITLES: [&str; 6] = ["mr", "mrs", "ms", "miss", "dr", "prof"];

/// Makes marks under the key of a folder.
pub struct Marker {
    key: hmac::Key,
}

/// What values say of who somebody is.
#[derive(Default)]
struct Known {
    /// E-mail addresses and telephone numbers, each with its kind.
    contacts: BTreeSet<(&'static str, String)>,
    /// Numbers, each with its attribute.
    numbers: BTreeSet<(String, String)>,
    /// First letters of given names.
    initials: BTreeSet<String>,
    /// Whole names, as sorted words.
    names: BTreeSet<String>,
    births: BTreeSet<String>,
    postcodes: BTreeSet<String>,
}

impl Marker {
    /// The marker of a folder.
    pub fn new(keys: &Keys) -> Self {
        Self { key: hmac::Key::new(hmac::HMAC_SHA256, &keys.derive(LABEL)) }
    }

    /// The mark of a record of a source.
    pub fn key(&self, source: &str, key: &str) -> Mark {
        self.mark(&["key", source, key])
    }

    /// What a row of a source is known by.
    pub fn marks(&self, source: &Source, identity: &Identity, row: &IncomingRecord) -> Marks {
        let given = row.columns.iter().map(|(name, text)| (name.as_str(), text.as_str()));
        let known =
            Known::of(given.filter_map(|(name, text)| Some((attribute(identity, name)?, text))));
        Marks {
            key: Some(self.key(&source.name, &row.key)),
            identifiers: self.looked_for(&known),
            own_act: row.since.filter(|_| source.is_own_word()),
        }
    }

    /// What one value of a column is known by, whoever's it is.
    pub fn of_value(&self, attribute: &Attribute, text: &str) -> Vec<Mark> {
        let known = Known::of([(attribute, text)].into_iter());
        let contacts = known.contacts.iter().map(|(kind, value)| self.mark(&[kind, value, ANY]));
        contacts.chain(self.of_numbers(&known)).collect()
    }

    /// What a deleted value of an attribute is known by, in whatever way it is written.
    pub fn of_deleted(&self, attribute: &Attribute, text: &str) -> Mark {
        let spelled = match attribute.category.0.as_str() {
            "contact.email" => email(text),
            "contact.phone" => phone(text),
            key if key.starts_with("id.") || key == "gov.id" => Some(letters(text, false)),
            _ => Some(words(text).join(" ")),
        };
        let spelled = spelled.filter(|spelled| !spelled.is_empty());
        let spelled = spelled.unwrap_or_else(|| text.trim().to_lowercase());
        self.mark(&["deleted", &attribute.to_string(), &spelled])
    }

    /// What is left of a person to know them by.
    pub fn tombstones(
        &self,
        charter: &Charter,
        records: &[Record],
        acts: &[Act],
    ) -> Vec<Tombstone> {
        let mut values: Vec<(Attribute, &str)> = Vec::new();
        for record in records {
            let Some((_, identity)) = charter.identities().find(|(s, _)| s.name == record.source)
            else {
                continue;
            };
            for (name, text) in &record.columns {
                if let Some(attribute) = attribute(identity, name) {
                    values.push((attribute.clone(), text));
                }
            }
        }
        for act in acts.iter().filter(|act| act.kind == ActKind::Correction) {
            if let (Some((attribute, _)), Some(text)) =
                (charter.attribute(&act.topic), act.content.as_deref())
            {
                values.push((attribute, text));
            }
        }
        let known = Known::of(values.iter().map(|(attribute, text)| (attribute, *text)));
        let keys = records.iter().map(|record| self.key(&record.source, &record.key));
        let keys = keys.map(|mark| Tombstone { kind: MarkKind::Key, mark });
        let identifiers = self.left_behind(&known).into_iter();
        keys.chain(identifiers.map(|mark| Tombstone { kind: MarkKind::Identifier, mark })).collect()
    }

    fn left_behind(&self, known: &Known) -> BTreeSet<Mark> {
        let mut initials: Vec<&str> = known.initials.iter().map(String::as_str).collect();
        if initials.is_empty() {
            initials.push(NAMELESS);
        }
        initials.push(ANY);
        let with = |(kind, value): &(&'static str, String)| {
            let marks = initials.iter().map(|initial| self.mark(&[kind, value, initial]));
            marks.collect::<Vec<_>>()
        };
        let contacts = known.contacts.iter().flat_map(with);
        contacts.chain(self.of_numbers(known)).chain(self.of_persons(known)).collect()
    }

    fn looked_for(&self, known: &Known) -> Vec<Mark> {
        let mut initials: Vec<&str> = known.initials.iter().map(String::as_str).collect();
        initials.push(if initials.is_empty() { ANY } else { NAMELESS });
        let with = |(kind, value): &(&'static str, String)| {
            let marks = initials.iter().map(|initial| self.mark(&[kind, value, initial]));
            marks.collect::<Vec<_>>()
        };
        let contacts = known.contacts.iter().flat_map(with);
        contacts.chain(self.of_numbers(known)).chain(self.of_persons(known)).collect()
    }

    fn of_numbers<'m>(&'m self, known: &'m Known) -> impl Iterator<Item = Mark> + 'm {
        known.numbers.iter().map(|(attribute, number)| self.mark(&["number", attribute, number]))
    }

    fn of_persons<'m>(&'m self, known: &'m Known) -> impl Iterator<Item = Mark> + 'm {
        known.names.iter().flat_map(move |name| {
            known.births.iter().flat_map(move |birth| {
                let places = known.postcodes.iter();
                places.map(move |postcode| self.mark(&["person", name, birth, postcode]))
            })
        })
    }

    fn mark(&self, parts: &[&str]) -> Mark {
        let mut context = hmac::Context::with_key(&self.key);
        for part in parts {
            context.update(&(part.len() as u64).to_be_bytes());
            context.update(part.as_bytes());
        }
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&context.sign().as_ref()[..16]);
        Mark(bytes)
    }
}

impl Known {
    fn of<'v>(values: impl Iterator<Item = (&'v Attribute, &'v str)>) -> Self {
        let mut known = Self::default();
        let (mut given, mut family) = (BTreeSet::new(), BTreeSet::new());
        for (attribute, text) in values {
            let part = attribute.part.as_deref();
            match (attribute.category.0.as_str(), part) {
                ("contact.email", _) => known.contact("email", email(text)),
                ("contact.phone", _) => known.contact("phone", phone(text)),
                ("id.customer" | "gov.id", _) => {
                    let number = letters(text, false);
                    if !number.is_empty() {
                        known.numbers.insert((attribute.to_string(), number));
                    }
                }
                ("identity.name", Some("given")) => drop(given.insert(words(text))),
                ("identity.name", Some("family")) => drop(family.insert(words(text))),
                ("identity.name", _) => known.full_name(text),
                ("demo.birthdate", _) => drop(known.births.insert(letters(text, false))),
                ("contact.address", Some("postcode")) => {
                    known.postcodes.insert(letters(text, false));
                }
                _ => {}
            }
        }
        for one in &given {
            known.initials.extend(initial(one));
            for other in &family {
                known.names.insert(sorted(&[one.as_slice(), other].concat()));
            }
        }
        known
    }

    fn contact(&mut self, kind: &'static str, value: Option<String>) {
        self.contacts.extend(value.map(|value| (kind, value)));
    }

    /// A name in one: before a comma stands the family.
    fn full_name(&mut self, text: &str) {
        let mut all = words(text);
        all.retain(|word| !TITLES.contains(&word.as_str()));
        let given = text.split_once(',').map(|(_, given)| words(given));
        self.initials.extend(initial(given.as_ref().unwrap_or(&all)));
        if !all.is_empty() {
            self.names.insert(sorted(&all));
        }
    }
}

fn attribute<'i>(identity: &'i Identity, column: &str) -> Option<&'i Attribute> {
    let column = identity.columns.iter().find(|known| known.name == column)?;
    match &column.meaning {
        Meaning::Attribute(attribute) => Some(attribute),
        Meaning::Consent(_) | Meaning::Objection(_) => None,
    }
}

fn email(text: &str) -> Option<String> {
    let text: String =
        text.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect();
    let (local, domain) = text.rsplit_once('@')?;
    (!local.is_empty() && !domain.is_empty()).then_some(text)
}

/// The last nine digits: country codes and leading zeros come and go.
fn phone(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let digits = &digits[digits.len().saturating_sub(9)..];
    let first = digits.bytes().next();
    (digits.len() >= 6 && digits.bytes().any(|digit| Some(digit) != first))
        .then(|| digits.to_owned())
}

/// Letters and digits in lower case, with or without what separates words.
fn letters(text: &str, spaced: bool) -> String {
    let keep = |c: char| c.is_alphanumeric() || (spaced && c == ' ');
    let plain = text.chars().map(|c| if c.is_whitespace() || "-,./".contains(c) { ' ' } else { c });
    plain.filter(|c| keep(*c)).flat_map(char::to_lowercase).collect()
}

fn words(text: &str) -> Vec<String> {
    letters(text, true).split_whitespace().map(str::to_owned).collect()
}

fn initial(words: &[String]) -> Option<String> {
    words.first()?.chars().next().map(String::from)
}

fn sorted(words: &[String]) -> String {
    let mut words = words.to_vec();
    words.sort_unstable();
    words.join(" ")
}

#[cfg(test)]
mod tests;
