//! The messages of each language, read once.

use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};

use crate::language::Language;

/// The messages of a language.
pub(crate) type Bundle = FluentBundle<FluentResource>;

/// The files of a language, under their names.
macro_rules! files {
    ($language:literal: $($name:literal),+) => {
        [$((
            concat!($language, "/", $name),
            include_str!(concat!("../words/", $language, "/", $name, ".ftl")),
        )),+]
    };
}

pub(crate) const ENGLISH: [(&str, &str); 6] =
    files!("en": "page", "history", "report", "mail", "linkage", "notice");
pub(crate) const FRENCH: [(&str, &str); 6] =
    files!("fr": "page", "history", "report", "mail", "linkage", "notice");
/// What the rest of the product says in English, and what that is in French.
pub(crate) const FRENCH_AGAIN: [(&str, &str); 3] =
    files!("fr": "phrases", "categories", "countries");

static BUNDLES: LazyLock<[Bundle; 2]> =
    LazyLock::new(|| [bundle(Language::English, &ENGLISH), bundle(Language::French, &FRENCH)]);

/// The messages of a language.
pub(crate) fn of(language: Language) -> &'static Bundle {
    match language {
        Language::English => &BUNDLES[0],
        Language::French => &BUNDLES[1],
    }
}

/// Reads a file; what cannot be read in it is left out, and found by the tests.
pub(crate) fn resource(language: Language, text: &str) -> FluentResource {
    let text = match language {
        Language::English => text.to_owned(),
        Language::French => unbroken(text),
    };
    FluentResource::try_new(text).unwrap_or_else(|(read, _)| read)
}

/// French with spaces that do not break before the marks that have one.
fn unbroken(text: &str) -> String {
    let marks = [" :", " ;", " ?", " !", " »"];
    let text = marks
        .iter()
        .fold(text.to_owned(), |text, mark| text.replace(mark, &mark.replace(' ', "\u{a0}")));
    text.replace("« ", "«\u{a0}")
}

/// A bundle with nothing in it yet.
pub(crate) fn empty(language: Language) -> Bundle {
    let locale = language.code().parse().into_iter().collect();
    let mut bundle = Bundle::new_concurrent(locale);
    // Pages are escaped where they are written; marks around what is put in would be copied with it.
    bundle.set_use_isolating(false);
    bundle
}

fn bundle(language: Language, files: &[(&str, &str)]) -> Bundle {
    let mut bundle = empty(language);
    for (_, text) in files {
        bundle.add_resource_overriding(resource(language, text));
    }
    bundle
}

/// A message with what is put into it; its name if there is none.
pub(crate) fn message(language: Language, name: &str, arguments: &FluentArgs<'_>) -> String {
    formatted(of(language), name, arguments).unwrap_or_else(|| name.to_owned())
}

/// A message of a bundle with what is put into it, if there is such a message.
pub(crate) fn formatted(bundle: &Bundle, name: &str, arguments: &FluentArgs<'_>) -> Option<String> {
    let pattern = bundle.get_message(name)?.value()?;
    Some(bundle.format_pattern(pattern, Some(arguments), &mut Vec::new()).into_owned())
}
