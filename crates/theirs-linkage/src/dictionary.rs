//! Standardised values of a column, each kept once and called by a number.
//!
//! Code 0 means "missing". Two values are the same exactly when their codes are equal. All texts
//! lie in one string, each with its length before it from a multiple of 16 bytes on, and that
//! multiple is its code: so a text is one place in memory, and a short one is in one line of the
//! cache. The price is that codes have gaps. With each code goes the sketch of its text, which
//! rules out most unlike pairs without a look at the texts.

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
    /// The length of a text in two bytes of seven bits, the text, zeros; unit by unit.
    texts: String,
    sketch: fn(&[u8]) -> Sketch,
    slots: Slots,
    /// How many texts there are.
    count: usize,
}

/// A text takes a number of units of so many bytes.
const UNIT: usize = 16;
/// The bytes before a text, which hold its length.
const HEAD: usize = 2;
/// The longest text; standardised ones are far shorter.
const LONGEST: usize = (1 << 14) - 1;

/// An open-addressing table.
#[derive(Clone, Default)]
struct Slots(Vec<Slot>);

/// Half of the hash of a text, and what it became; nothing is missing in an empty slot.
#[derive(Clone, Copy, Default)]
struct Slot {
    tag: u32,
    cell: Cell,
}

/// Texts, one after the other.
#[derive(Default)]
pub(crate) struct Texts {
    texts: String,
    ends: Vec<usize>,
}

/// A text on its way to its code.
#[derive(Clone, Copy, Default)]
struct Pending {
    tag: u32,
    /// What a text of the same tag became, if there is one.
    guess: Cell,
    /// The length of that text.
    length: usize,
    has_tag: bool,
    is_told: bool,
}

impl Texts {
    /// Makes room for so many.
    pub(crate) fn reserve(&mut self, texts: usize) {
        self.ends.reserve(texts);
        self.texts.reserve(texts * UNIT);
    }

    /// Adds a text.
    pub(crate) fn push(&mut self, text: &str) {
        self.texts.push_str(text);
        self.ends.push(self.texts.len());
    }

    /// The number of texts.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    fn iter(&self) -> impl Iterator<Item = &str> {
        let mut start = 0;
        self.ends.iter().map(move |&end| {
            let text = &self.texts[start..end];
            start = end;
            text
        })
    }
}

impl Dictionary {
    /// Starts an empty dictionary whose texts are sketched in this way.
    pub(crate) fn new(sketch: fn(&[u8]) -> Sketch) -> Self {
        Self { texts: "\0".repeat(UNIT), sketch, slots: Slots::default(), count: 0 }
    }

    /// Gives the code of a text, a new one if it was not seen before; nothing is missing.
    pub(crate) fn encode(&mut self, text: &str) -> Cell {
        self.encode_by(tag(digest(text.as_bytes())), text)
    }

    /// The same by the tag of the text.
    fn encode_by(&mut self, tag: u32, text: &str) -> Cell {
        if text.is_empty() {
            return Cell::default();
        }
        self.slots.grow_for(self.count + 1);
        let free = match self.slots.find(tag, |code| self.text(code) == text) {
            Ok(cell) => return cell,
            Err(free) => free,
        };
        let cell = self.add(text);
        self.slots.0[free] = Slot { tag, cell };
        cell
    }

    fn add(&mut self, text: &str) -> Cell {
        debug_assert!(text.len() <= LONGEST, "a standardised text is bounded");
        let code = u32::try_from(self.bound()).unwrap_or(u32::MAX);
        let length = text.len().min(LONGEST);
        let units = (HEAD + text.len()).next_multiple_of(UNIT);
        self.texts.reserve(units);
        for seven_bits in [length & 127, length >> 7] {
            self.texts.push(u8::try_from(seven_bits).map_or('\0', char::from));
        }
        self.texts.push_str(text);
        self.texts.push_str(&ZEROS[..units - HEAD - text.len()]);
        self.count += 1;
        Cell { code, sketch: (self.sketch)(text.as_bytes()) }
    }

    /// Gives the codes of texts, as `encode` does.
    ///
    /// One step is taken for all texts before the next, so that the processor waits for several
    /// places in memory at once.
    pub(crate) fn encode_all<'c>(
        &mut self,
        texts: &Texts,
        cells: impl Iterator<Item = &'c mut Cell>,
    ) {
        self.slots.grow_for(1);
        let mut pending: Vec<Pending> = Vec::with_capacity(texts.len());
        pending.extend(texts.iter().map(|text| Pending {
            tag: tag(digest(text.as_bytes())),
            is_told: !text.is_empty(),
            ..Pending::default()
        }));
        for text in &mut pending {
            let slot = self.slots.first(text.tag);
            (text.has_tag, text.guess) = (slot.tag == text.tag, slot.cell);
        }
        for text in pending.iter_mut().filter(|text| text.is_told) {
            if !text.has_tag && text.guess.code != MISSING {
                text.guess = self.slots.guess(text.tag);
            }
            text.length = self.length(text.guess.code);
        }
        for ((text, pending), cell) in texts.iter().zip(pending).zip(cells) {
            let Pending { tag, guess, length, is_told, .. } = pending;
            let is_same = is_told
                && length == text.len()
                && self.bytes_of(guess.code, length) == text.as_bytes();
            *cell = if is_same { guess } else { self.encode_by(tag, text) };
        }
    }

    fn bytes_of(&self, code: u32, length: usize) -> &[u8] {
        let start = code as usize * UNIT + HEAD;
        self.texts.as_bytes().get(start..start + length).unwrap_or_default()
    }

    /// Forgets how to find a text: no further one may be encoded.
    pub(crate) fn close(&mut self) {
        self.slots = Slots::default();
    }

    fn length(&self, code: u32) -> usize {
        match self.texts.as_bytes().get(code as usize * UNIT..) {
            Some(&[low, high, ..]) => usize::from(high) << 7 | usize::from(low),
            _ => 0,
        }
    }

    /// Gives back the text of a code; empty for a missing value.
    pub(crate) fn text(&self, code: u32) -> &str {
        let start = code as usize * UNIT + HEAD;
        self.texts.get(start..start + self.length(code)).unwrap_or("")
    }

    /// Fetches a text without waiting for it; the number means nothing.
    pub(crate) fn glance(&self, code: u32) -> u32 {
        self.texts.as_bytes().get(code as usize * UNIT).copied().unwrap_or_default().into()
    }

    /// All texts with their codes, from a code on that starts one.
    pub(crate) fn coded_from(&self, code: u32) -> impl Iterator<Item = (u32, &str)> {
        let mut next = code.max(1);
        std::iter::from_fn(move || {
            let code = next;
            let is_there = (code as usize) < self.bound();
            let units = (HEAD + self.length(code)).div_ceil(UNIT);
            next += u32::try_from(units).unwrap_or(u32::MAX);
            is_there.then(|| (code, self.text(code)))
        })
    }

    /// All texts.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        self.coded_from(1).map(|(_, text)| text)
    }

    /// The next code: the length of a table by code.
    pub(crate) fn bound(&self) -> usize {
        self.texts.len() / UNIT
    }
}

/// What fills a unit up.
const ZEROS: &str = "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";

/// The upper half of a hash.
fn tag(hash: u64) -> u32 {
    u32::try_from(hash >> 32).unwrap_or_default()
}

impl Slots {
    /// Finds what a text became by its tag, or the free slot where it belongs.
    fn find(&self, tag: u32, is_same: impl Fn(u32) -> bool) -> Result<Cell, usize> {
        let mask = self.0.len() - 1;
        let mut at = tag as usize & mask;
        loop {
            match self.0[at] {
                Slot { cell, .. } if cell.code == MISSING => return Err(at),
                slot if slot.tag == tag && is_same(slot.cell.code) => return Ok(slot.cell),
                _ => at = (at + 1) & mask,
            }
        }
    }

    /// The slot where a tag belongs.
    fn first(&self, tag: u32) -> Slot {
        self.0[tag as usize & (self.0.len() - 1)]
    }

    /// What the first text of a tag became; mostly the only one.
    fn guess(&self, tag: u32) -> Cell {
        self.find(tag, |_| true).unwrap_or_default()
    }

    /// Keeps the table at most five eighths full.
    fn grow_for(&mut self, codes: usize) {
        if codes * 8 <= self.0.len() * 5 {
            return;
        }
        let length = (self.0.len() * 2).max(16);
        let old = std::mem::replace(&mut self.0, vec![Slot::default(); length]);
        for slot in old.into_iter().filter(|slot| slot.cell.code != MISSING) {
            if let Err(free) = self.find(slot.tag, |_| false) {
                self.0[free] = slot;
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
        let long = |number: usize| "é".repeat(number % 99);
        let texts: Vec<String> =
            (0..5_000).map(|number| format!("text {number}{}", long(number))).collect();
        let codes: Vec<u32> = texts.iter().map(|text| dictionary.encode(text).code).collect();
        assert!(dictionary.texts().eq(&texts));
        assert!(dictionary.coded_from(1).map(|(code, _)| code).eq(codes.iter().copied()));
        for (text, code) in texts.iter().zip(codes) {
            assert_eq!(dictionary.encode(text).code, code);
            assert_eq!(dictionary.text(code), text);
        }
        assert_eq!(dictionary.text(MISSING), "");
    }
}
