//! YAML as a tree in which every scalar knows its place.
//!
//! Scalars stay text: `no` and `01` mean what they say. Repeated keys are kept, so that the reader
//! can name both places instead of stopping at the first. What an alias repeats stands where it
//! was first written, for that is what must be mended.

mod fault;
mod raw;

use serde_saphyr::options::NonFiniteFloatPolicy;
use serde_saphyr::{DuplicateKeyPolicy, Location, Spanned};

use self::raw::Raw;
use crate::problem::Problem;

/// A node of the charter and where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    /// Where it stands: a scalar itself, a list or a map in a map its name.
    pub(crate) place: Place,
    pub(crate) tree: Tree,
}

/// What a node holds.
#[derive(Debug, Clone)]
pub(crate) enum Tree {
    Nothing,
    Scalar(String),
    List(Vec<Node>),
    Map(Vec<(Key, Node)>),
}

/// A key of a map and where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Key {
    pub(crate) text: String,
    pub(crate) place: Place,
}

/// Where something stands in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1, in characters.
    pub column: usize,
    /// How many characters it has on that line.
    pub width: usize,
}

impl Place {
    pub(crate) const START: Self = Self { line: 1, column: 1, width: 1 };

    /// The place behind some text: the next character, and no more.
    pub fn behind(before: &str) -> Self {
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        Self { line, column, width: 1 }
    }
}

/// Reads YAML into a tree, or says where it is not YAML.
pub(crate) fn parse(text: &str) -> Result<Node, Problem> {
    let options = serde_saphyr::options! {
        duplicate_keys: DuplicateKeyPolicy::PassThrough,
        non_finite_float_policy: NonFiniteFloatPolicy::PassThrough,
    };
    let written = Written::new(text);
    match serde_saphyr::from_str_with_options::<Spanned<Raw>>(text, options) {
        Ok(spanned) => Ok(written.node(spanned)),
        Err(error) => Err(fault::explain(&error, text)),
    }
}

/// The lines of a text as YAML counts them: a lone carriage return ends one too.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = &str> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    text.split('\n').flat_map(|line| line.strip_suffix('\r').unwrap_or(line).split('\r'))
}

/// The text as it was written, with the length of each line in characters.
struct Written<'t> {
    text: &'t str,
    lengths: Vec<usize>,
}

impl<'t> Written<'t> {
    fn new(text: &'t str) -> Self {
        Self { text, lengths: lines(text).map(|line| line.chars().count()).collect() }
    }

    fn place(&self, at: &Location) -> Place {
        let (line, column) = (as_index(at.line()), as_index(at.column()));
        let length = self.lengths.get(line.saturating_sub(1)).copied().unwrap_or(0);
        let room = (length + 1).saturating_sub(column).max(1);
        Place { line, column, width: as_index(at.span().len()).clamp(1, room) }
    }

    fn node(&self, spanned: Spanned<Raw>) -> Node {
        let tree = match spanned.value {
            Raw::Nothing => Tree::Nothing,
            Raw::Text(scalar) => Tree::Scalar(scalar),
            Raw::Plain => Tree::Scalar(self.scalar(&spanned.defined).to_owned()),
            Raw::List(items) => Tree::List(items.into_iter().map(|item| self.node(item)).collect()),
            Raw::Map(entries) => {
                Tree::Map(entries.into_iter().map(|(key, value)| self.entry(key, value)).collect())
            }
        };
        Node { place: self.place(&spanned.defined), tree }
    }

    fn entry(&self, key: Spanned<String>, value: Spanned<Raw>) -> (Key, Node) {
        let key = Key { place: self.place(&key.defined), text: key.value };
        let mut node = self.node(value);
        if !matches!(node.tree, Tree::Scalar(_)) {
            node.place = key.place;
        }
        (key, node)
    }

    /// The text of a scalar that YAML would read as a number or a truth value.
    fn scalar(&self, at: &Location) -> &'t str {
        let span = at.span();
        let from = as_index(span.byte_offset().unwrap_or(0));
        let length = as_index(span.byte_len().unwrap_or(0));
        self.text.get(from..from.saturating_add(length)).unwrap_or("")
    }
}

fn as_index(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests;
