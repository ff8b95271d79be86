//! Standardised values of a column, each kept once and called by a number.
//!
//! Code 0 means "missing". Two values are the same exactly when their codes are equal.

use std::collections::HashMap;
use std::sync::Arc;

/// The code of a missing value.
pub(crate) const MISSING: u32 = 0;

/// Texts by code, and codes by text.
#[derive(Clone, Default)]
pub(crate) struct Dictionary {
    texts: Vec<Arc<str>>,
    codes: HashMap<Arc<str>, u32>,
}

impl Dictionary {
    /// Gives the code of a text, a new one if it was not seen before.
    pub(crate) fn code(&mut self, text: &str) -> u32 {
        if let Some(&code) = self.codes.get(text) {
            return code;
        }
        let shared: Arc<str> = Arc::from(text);
        self.texts.push(Arc::clone(&shared));
        let code = u32::try_from(self.texts.len()).unwrap_or(u32::MAX);
        self.codes.insert(shared, code);
        code
    }

    /// Gives back the text of a code; empty for a missing value.
    pub(crate) fn text(&self, code: u32) -> &str {
        (code as usize).checked_sub(1).and_then(|at| self.texts.get(at)).map_or("", |text| text)
    }

    /// The largest code plus one: the length of a table by code.
    pub(crate) fn bound(&self) -> usize {
        self.texts.len() + 1
    }
}
