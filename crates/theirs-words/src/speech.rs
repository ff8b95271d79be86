//! How one reader is spoken to: their language, and the charter's own words in it.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use fluent_bundle::{FluentArgs, FluentValue};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::again::again;
use crate::bundle::message;
use crate::language::Language;

/// What is put into a message: a text as it is, or a number, which is written as the language does.
#[derive(Debug, Clone)]
pub enum Said<'a> {
    /// A text.
    Text(Cow<'a, str>),
    /// A number.
    Number(u64),
}

impl From<String> for Said<'_> {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

/// Templates give references, also to what is one already.
macro_rules! from_references {
    ($($kind:ty => $variant:ident($value:ident: $converted:expr)),+) => {
        $(impl<'a> From<&'a $kind> for Said<'a> {
            fn from($value: &'a $kind) -> Self {
                Self::$variant($converted)
            }
        }

        impl<'a> From<&'a &$kind> for Said<'a> {
            fn from($value: &'a &$kind) -> Self {
                Self::$variant($converted)
            }
        })+
    };
}

from_references! {
    str => Text(text: Cow::Borrowed(text)),
    String => Text(text: Cow::Borrowed(text)),
    u64 => Number(number: u64::clone(number)),
    usize => Number(number: usize::clone(number) as u64)
}

impl From<u64> for Said<'_> {
    fn from(number: u64) -> Self {
        Self::Number(number)
    }
}

impl From<usize> for Said<'_> {
    fn from(number: usize) -> Self {
        Self::Number(number as u64)
    }
}

/// How a reader is spoken to.
#[derive(Debug, Clone)]
pub struct Speech {
    language: Language,
    /// The charter's sentences in its first language, each with the same in this one.
    sentences: Arc<BTreeMap<String, String>>,
    /// What columns, topics and the like are called.
    names: Arc<BTreeMap<String, String>>,
}

impl Default for Speech {
    fn default() -> Self {
        Self::plain(Language::English)
    }
}

impl Speech {
    /// Plain speech in a language, without a charter's own words.
    pub fn plain(language: Language) -> Self {
        Self { language, sentences: Arc::default(), names: Arc::default() }
    }

    /// Speech in a language with a charter's sentences and names in it.
    pub fn with_words(
        language: Language,
        sentences: Arc<BTreeMap<String, String>>,
        names: Arc<BTreeMap<String, String>>,
    ) -> Self {
        Self { language, sentences, names }
    }

    /// The language.
    pub fn language(&self) -> Language {
        self.language
    }

    /// Its code, as `lang` wants it.
    pub fn code(&self) -> &'static str {
        self.language.code()
    }

    /// A message.
    pub fn say(&self, name: impl AsRef<str>) -> String {
        message(self.language, name.as_ref(), &FluentArgs::new())
    }

    /// A message with one thing put into it.
    pub fn with<'a>(&self, name: &str, variable: &str, value: impl Into<Said<'a>>) -> String {
        self.fill(name, [(variable, value.into())])
    }

    /// A message with two things put into it.
    pub fn with_two<'a, 'b>(
        &self,
        name: &str,
        first: &str,
        value: impl Into<Said<'a>>,
        second: &str,
        other: impl Into<Said<'b>>,
    ) -> String {
        let (value, other): (Said<'_>, Said<'_>) = (value.into(), other.into());
        self.fill(name, [(first, value), (second, other)])
    }

    /// A message with things put into it. Of a number `n` the message has `n` to choose a plural by,
    /// and `n-shown` to show.
    pub fn fill<const N: usize>(&self, name: &str, values: [(&str, Said<'_>); N]) -> String {
        let mut arguments = FluentArgs::with_capacity(N);
        for (variable, value) in values {
            match value {
                Said::Text(text) => {
                    arguments.set(variable.to_owned(), FluentValue::String(text));
                }
                Said::Number(number) => {
                    arguments.set(format!("{variable}-shown"), self.count(number));
                    arguments.set(variable.to_owned(), number);
                }
            }
        }
        message(self.language, name, &arguments)
    }

    /// Something that was said in the charter's first language, or by us in English, in this
    /// language; as it is if there are no other words for it.
    pub fn again(&self, text: &str) -> String {
        self.again_at(text, 0)
    }

    fn again_at(&self, text: &str, depth: u8) -> String {
        if let Some(own) = self.sentences.get(text) {
            return own.clone();
        }
        let inner = |text: &str, depth: u8| self.again_at(text, depth);
        if let Some(known) = again(self.language, text, depth, &inner) {
            return known;
        }
        if let (Language::French, Ok(date)) = (self.language, Date::strptime("%d %B %Y", text)) {
            return self.date(date);
        }
        // A name as it stands in a sentence: birth date.
        self.known(&text.replace(' ', "_")).unwrap_or_else(|| text.to_owned())
    }

    /// Whether there is a word for a name.
    pub fn knows(&self, name: &str) -> bool {
        // Names are written in English: `birth_date` reads as it stands.
        self.language == Language::English || self.known(name).is_some()
    }

    fn known(&self, name: &str) -> Option<String> {
        let known = self.names.get(name).cloned();
        known.or_else(|| again(self.language, name, 0, &|text, _| text.to_owned()))
    }

    /// What a column, an activity, a topic or a purpose is called within a sentence.
    pub fn name(&self, name: &str) -> String {
        self.known(name).unwrap_or_else(|| name.replace('_', " "))
    }

    /// What a topic of an objection or a hold is called: one of ours, or a name of the charter's.
    pub fn topic(&self, name: &str) -> String {
        match name {
            "all" | "sale" | "marketing" => self.say(format!("topic-{name}")),
            other => self.name(other),
        }
    }

    /// The same at the beginning of a line.
    pub fn title(&self, name: &str) -> String {
        capital(&self.name(name))
    }

    /// Several things as a list: a, b and c.
    pub fn list<S: AsRef<str>>(&self, items: &[S]) -> String {
        match items {
            [] => String::new(),
            [one] => one.as_ref().to_owned(),
            [first @ .., last] => {
                let first: Vec<&str> = first.iter().map(AsRef::as_ref).collect();
                self.with_two("list-end", "first", first.join(", "), "last", last.as_ref())
            }
        }
    }

    /// A count with its thousands set apart.
    pub fn count(&self, number: u64) -> String {
        let digits = number.to_string();
        let apart = match self.language {
            Language::English => ',',
            // A narrow space that does not break (CLDR).
            Language::French => '\u{202f}',
        };
        let mut text = String::new();
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at).is_multiple_of(3) {
                text.push(apart);
            }
            text.push(digit);
        }
        text
    }

    /// A number as it was written by a machine, as the language writes it.
    pub fn number(&self, text: &str) -> String {
        let (sign, digits) = text.strip_prefix('-').map_or(("", text), |digits| ("-", digits));
        let (whole, part) = digits.split_once('.').map_or((digits, None), |(w, p)| (w, Some(p)));
        let is_plain = part.is_none_or(|part| part.bytes().all(|b| b.is_ascii_digit()));
        let (Ok(whole), true) = (whole.parse::<u64>(), is_plain) else { return text.to_owned() };
        let mark = if self.language == Language::French { ',' } else { '.' };
        let part = part.map_or_else(String::new, |part| format!("{mark}{part}"));
        format!("{sign}{}{part}", self.count(whole))
    }

    /// A day in plain words, such as 2 March 2026.
    pub fn date(&self, date: Date) -> String {
        self.fill(
            "date",
            [
                ("day", Said::Number(date.day().unsigned_abs().into())),
                ("month", Said::Number(date.month().unsigned_abs().into())),
                ("year", Said::Text(date.year().to_string().into())),
            ],
        )
    }

    /// The day of a moment in plain words.
    pub fn day(&self, at: Timestamp, zone: &TimeZone) -> String {
        self.date(at.to_zoned(zone.clone()).date())
    }

    /// A moment in plain words, such as 2 March 2026, 09:30.
    pub fn moment(&self, at: Timestamp, zone: &TimeZone) -> String {
        let here = at.to_zoned(zone.clone());
        let time = here.strftime("%H:%M").to_string();
        self.with_two("moment", "date", self.date(here.date()), "time", time)
    }
}

/// A text with a capital at its beginning.
pub fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests;
