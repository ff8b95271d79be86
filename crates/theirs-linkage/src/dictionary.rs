//! Standardised values of a column, each kept once and called by a number.
//!
//! Code 0 means "missing". Two values are the same exactly when their codes are equal. All texts
//! lie in one string, so that a million values are four allocations. With each code goes the sketch
//! of its text, which rules out most unlike pairs without a look at the texts.

use crate::digest::digest;
use crate::similarity::Sketch;

/// The code of a missing value.
pub(crate) const MISSING: u32 = 0;

/// A standardised value: its code, and the sketch of its text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cell {
    pub(crate) code: u32,
    pub(crate) sketch: Sketch,
}

/// Texts by code, and codes by text.
#[derive(Clone)]
pub(crate) struct Dictionary {
    texts: String,
    /// Per code: where its text ends; it starts where the one before ends.
    ends: Vec<usize>,
    sketches: Vec<Sketch>,
    sketch: fn(&[u8]) -> Sketch,
    slots: Slots,
}

/// An open-addressing table: half of a hash, and the code.
#[derive(Clone, Default)]
struct Slots(Vec<(u32, u32)>);

impl Dictionary {
    /// Starts an empty dictionary whose texts are sketched in this way.
    pub(crate) fn new(sketch: fn(&[u8]) -> Sketch) -> Self {
        let (texts, ends, sketches) = (String::new(), Vec::new(), Vec::new());
        Self { texts, ends, sketches, sketch, slots: Slots::default() }
    }

    /// Gives the code of a text, a new one if it was not seen before; nothing is missing.
    pub(crate) fn encode(&mut self, text: &str) -> Cell {
        if text.is_empty() {
            return Cell::default();
        }
        self.slots.grow_for(self.ends.len() + 1);
        let tag = tag(digest(text.as_bytes()));
        let at = match self.slots.find(tag, |code| self.text(code) == text) {
            Ok(code) => return Cell { code, sketch: self.sketches[code as usize - 1] },
            Err(free) => free,
        };
        let sketch = (self.sketch)(text.as_bytes());
        self.texts.push_str(text);
        self.ends.push(self.texts.len());
        self.sketches.push(sketch);
        let code = u32::try_from(self.ends.len()).unwrap_or(u32::MAX);
        self.slots.0[at] = (tag, code);
        Cell { code, sketch }
    }

    /// Gives the codes of texts, as `encode` does.
    ///
    /// One step is taken for all texts before the next, so that the processor waits for several
    /// places in memory at once.
    pub(crate) fn encode_all<'t, 'c>(
        &mut self,
        texts: impl Iterator<Item = &'t str> + Clone,
        cells: impl Iterator<Item = &'c mut Cell>,
    ) {
        if self.slots.0.is_empty() {
            self.slots.grow_for(1);
        }
        let tags: Vec<u32> = texts.clone().map(|text| tag(digest(text.as_bytes()))).collect();
        let slots: Vec<(u32, u32)> = tags.iter().map(|&tag| self.slots.first(tag)).collect();
        let guess = |(&tag, slot): (&u32, (u32, u32))| match slot {
            (other, code) if other == tag => code,
            (_, MISSING) => MISSING,
            _ => self.slots.guess(tag),
        };
        let guesses: Vec<u32> = tags.iter().zip(slots).map(guess).collect();
        let starts: Vec<usize> = guesses.iter().map(|&code| self.start(code)).collect();
        let first = |&start: &usize| self.texts.as_bytes().get(start).copied();
        let firsts: Vec<Option<u8>> = starts.iter().map(first).collect();
        for (((text, guess), first), cell) in texts.zip(guesses).zip(firsts).zip(cells) {
            let may_be_same = guess != MISSING && first == text.bytes().next();
            *cell = if may_be_same && self.text(guess) == text {
                Cell { code: guess, sketch: self.sketches[guess as usize - 1] }
            } else {
                self.encode(text)
            };
        }
    }

    /// Where the text of a code starts.
    fn start(&self, code: u32) -> usize {
        (code as usize).checked_sub(2).map_or(0, |before| self.ends[before])
    }

    /// Gives back the text of a code; empty for a missing value.
    pub(crate) fn text(&self, code: u32) -> &str {
        let Some(at) = (code as usize).checked_sub(1) else { return "" };
        self.ends.get(at).and_then(|&end| self.texts.get(self.start(code)..end)).unwrap_or("")
    }

    /// All texts, from code 1 on.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        let starts = [0].into_iter().chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, &end)| self.texts.get(start..end).unwrap_or(""))
    }

    /// The largest code plus one: the length of a table by code.
    pub(crate) fn bound(&self) -> usize {
        self.ends.len() + 1
    }
}

/// The upper half of a hash.
fn tag(hash: u64) -> u32 {
    u32::try_from(hash >> 32).unwrap_or_default()
}

impl Slots {
    /// Finds a code by its tag, or the free slot where it belongs.
    fn find(&self, tag: u32, is_same: impl Fn(u32) -> bool) -> Result<u32, usize> {
        let mask = self.0.len() - 1;
        let mut at = tag as usize & mask;
        loop {
            match self.0[at] {
                (_, MISSING) => return Err(at),
                (other, code) if other == tag && is_same(code) => return Ok(code),
                _ => at = (at + 1) & mask,
            }
        }
    }

    /// The slot where a tag belongs.
    fn first(&self, tag: u32) -> (u32, u32) {
        self.0[tag as usize & (self.0.len() - 1)]
    }

    /// The first code of a tag; mostly the only one.
    fn guess(&self, tag: u32) -> u32 {
        self.find(tag, |_| true).unwrap_or(MISSING)
    }

    /// Keeps the table at most five eighths full.
    fn grow_for(&mut self, codes: usize) {
        if codes * 8 <= self.0.len() * 5 {
            return;
        }
        let length = (self.0.len() * 2).max(16);
        let old = std::mem::replace(&mut self.0, vec![(0, MISSING); length]);
        for (tag, code) in old.into_iter().filter(|(_, code)| *code != MISSING) {
            if let Err(free) = self.find(tag, |_| false) {
                self.0[free] = (tag, code);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_keeps_its_own_code() {
        let mut dictionary = Dictionary::new(Sketch::of);
        assert_eq!(dictionary.encode("").code, MISSING);
        let texts: Vec<String> = (0..5_000).map(|number| format!("text {number}")).collect();
        let codes: Vec<u32> = texts.iter().map(|text| dictionary.encode(text).code).collect();
        assert_eq!(dictionary.bound(), 5_001);
        for (text, code) in texts.iter().zip(codes) {
            assert_eq!(dictionary.encode(text).code, code);
            assert_eq!(dictionary.text(code), text);
        }
        assert_eq!(dictionary.text(MISSING), "");
    }
}
