//! What was said in English, said again in another language.
//!
//! A phrase is a message whose attribute `en` is the English for it. Texts may hold variables: the
//! English is then a pattern, and what stands in the place of a variable is said again too.

use std::collections::HashMap;
use std::sync::LazyLock;

use fluent_bundle::FluentArgs;
use fluent_syntax::ast::{Entry, Expression, InlineExpression, Message, PatternElement};

use crate::bundle::{self, Bundle, FRENCH_AGAIN};
use crate::language::Language;

/// How deep phrases may stand within phrases.
const DEEPEST: u8 = 8;

/// The phrases of a language.
struct Phrases {
    bundle: Bundle,
    /// Without variables: the English, and the name of the phrase.
    plain: HashMap<String, String>,
    /// With variables, in the order of the files.
    patterns: Vec<(Vec<Part>, String)>,
}

/// A part of an English text.
#[derive(Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Variable(String),
}

static FRENCH: LazyLock<Phrases> = LazyLock::new(|| Phrases::read(Language::French, &FRENCH_AGAIN));

/// The text in a language, if it is a known phrase; `inner` says what stands in it.
pub(crate) fn again(
    language: Language,
    text: &str,
    depth: u8,
    inner: &dyn Fn(&str, u8) -> String,
) -> Option<String> {
    match language {
        Language::English => None,
        Language::French if depth > DEEPEST => None,
        Language::French => FRENCH.again(text, depth, inner),
    }
}

impl Phrases {
    fn read(language: Language, files: &[(&str, &str)]) -> Self {
        let bundle = bundle::empty(language);
        let mut phrases = Self { bundle, plain: HashMap::new(), patterns: Vec::new() };
        for (_, text) in files {
            let resource = bundle::resource(language, text);
            for entry in resource.entries() {
                if let Entry::Message(message) = entry {
                    phrases.add(message);
                }
            }
            phrases.bundle.add_resource_overriding(resource);
        }
        phrases
    }

    fn add(&mut self, message: &Message<&str>) {
        let name = message.id.name.to_owned();
        let english = message.attributes.iter().find(|attribute| attribute.id.name == "en");
        let Some(english) = english else { return };
        let mut parts = Vec::new();
        for element in &english.value.elements {
            match element {
                PatternElement::TextElement { value } => {
                    parts.push(Part::Text((*value).to_owned()));
                }
                PatternElement::Placeable {
                    expression: Expression::Inline(InlineExpression::VariableReference { id }),
                } => parts.push(Part::Variable(id.name.to_owned())),
                PatternElement::Placeable { .. } => return,
            }
        }
        match parts.as_slice() {
            [Part::Text(text)] => {
                self.plain.insert(text.clone(), name);
            }
            _ => self.patterns.push((parts, name)),
        }
    }

    fn again(&self, text: &str, depth: u8, inner: &dyn Fn(&str, u8) -> String) -> Option<String> {
        if let Some(name) = self.plain.get(text) {
            return bundle::formatted(&self.bundle, name, &FluentArgs::new());
        }
        self.patterns.iter().find_map(|(parts, name)| {
            let found = matched(parts, text)?;
            let mut arguments = FluentArgs::new();
            for (variable, value) in found {
                match value.parse::<u64>() {
                    Ok(number) => arguments.set(variable, number),
                    Err(_) => arguments.set(variable, inner(value, depth + 1)),
                }
            }
            bundle::formatted(&self.bundle, name, &arguments)
        })
    }
}

/// What stands for each variable of a pattern, if a text is made by it: as little as can be.
fn matched<'t, 'p>(parts: &'p [Part], text: &'t str) -> Option<Vec<(&'p str, &'t str)>> {
    let mut found = Vec::new();
    let mut rest = text;
    for (at, part) in parts.iter().enumerate() {
        match part {
            Part::Text(fixed) => rest = rest.strip_prefix(fixed.as_str())?,
            Part::Variable(name) => {
                let length = match &parts[at + 1..] {
                    [Part::Text(last)] => rest.strip_suffix(last.as_str())?.len(),
                    [Part::Text(next), ..] => rest.find(next.as_str())?,
                    _ => rest.len(),
                };
                let (value, after) = rest.split_at(length);
                let is_count = name == "count";
                if value.is_empty() || is_count && value.parse::<u64>().is_err() {
                    return None;
                }
                found.push((name.as_str(), value));
                rest = after;
            }
        }
    }
    rest.is_empty().then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_known_by_its_pattern_alone() {
        let text = |text: &str| Part::Text(text.to_owned());
        let variable = |name: &str| Part::Variable(name.to_owned());
        let parts = [variable("keep"), text(" after "), variable("what"), text("; more")];
        assert_eq!(
            matched(&parts, "2 years after it happened; more"),
            Some(vec![("keep", "2 years"), ("what", "it happened")])
        );
        for other in ["2 years after ; more", " after it; more", "2 years after it", "", "; more"] {
            assert_eq!(matched(&parts, other), None, "{other}");
        }
    }
}
