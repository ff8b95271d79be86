//! The charter's sentences in another language.

use std::collections::BTreeMap;
use std::sync::Arc;

use theirs_words::{Language, Speech};

use super::Charter;

/// All that clients read of a charter, in another language.
#[derive(Debug, Clone)]
pub struct Translation {
    /// The language.
    pub language: Language,
    /// Each sentence as the charter has it, with the same in this language.
    pub sentences: Arc<BTreeMap<String, String>>,
    /// What columns, activities, topics and purposes are called, by their names.
    pub names: Arc<BTreeMap<String, String>>,
}

impl Charter {
    /// The languages in which it can be told, its own first.
    pub fn languages(&self) -> Vec<Language> {
        let others = self.translations.iter().map(|translation| translation.language);
        std::iter::once(self.language).chain(others).collect()
    }

    /// How somebody is spoken to who reads this language; in the charter's own if it has no words
    /// in that one.
    pub fn speech(&self, language: Language) -> Speech {
        let found = self.translations.iter().find(|translation| translation.language == language);
        match found {
            Some(Translation { language, sentences, names }) => {
                Speech::with_words(*language, Arc::clone(sentences), Arc::clone(names))
            }
            None => Speech::with_words(self.language, Arc::default(), Arc::clone(&self.names)),
        }
    }
}
