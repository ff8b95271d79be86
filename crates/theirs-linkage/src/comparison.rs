//! What is compared, and the levels that a comparison can come out at.
//!
//! Level 0 is always "missing" and weighs nothing. Level 1 is full agreement. The order of the
//! others tells a reader which is better, but the weights are learnt. Parts that depend on each
//! other (given and family name; street, postcode and town) are one comparison, so that agreement
//! is not counted twice.

mod address;
mod birth_date;
mod contact;
mod custom;
mod name;
mod nickname;
mod other;
mod outlook;

pub(crate) use address::{ends_of_postcode, outline_of_street};
pub(crate) use contact::packed_phone;
pub(crate) use outlook::{Levels, Outlook};

use std::borrow::Cow;
use std::ops::Range;

use crate::dictionary::{Cell, MISSING};
use crate::field::{Field, FieldKind};
use crate::overrides::{ComparisonOverride, Fixed, Measure};
use crate::records::Table;
use crate::similarity::{ALIKE, NEAR, Reach, Sketch, is_one_edit, reaches};

/// The level of a comparison.
pub(crate) type Level = u8;
/// One of the two values is missing.
pub(crate) const NULL: Level = 0;
/// The two values agree fully.
const SAME: Level = 1;

/// What two texts need to be nearly the same.
static NEARLY: Reach = Reach::new(NEAR);
/// And what two parts of a name need for it, or to be alike.
static NEAR_AND_ALIKE: [Reach; 2] = [Reach::new(NEAR), Reach::new(ALIKE)];

/// The most measures of a comparison: with agreement and difference they fit into four bits.
const MOST_MEASURES: usize = 13;

/// One comparison of two records.
#[derive(Clone, Debug)]
pub(crate) struct Comparison {
    pub(crate) name: String,
    pub(crate) subject: Subject,
    /// The first of its columns.
    pub(crate) column: usize,
    /// How many values a record may hold.
    pub(crate) values: usize,
    /// The columns of one value.
    pub(crate) width: usize,
    /// Whether it is of a number that is one person's by law.
    pub(crate) is_personal: bool,
    levels: Cow<'static, [LevelSpec]>,
    /// What stands between agreement and difference, where the charter chose it.
    measures: Option<Vec<Measure>>,
    /// The shares that are not learnt, by the number of the level less one.
    fixed: Vec<Fixed>,
    /// Whether the rarity of an agreeing value counts.
    counts_rarity: bool,
    /// Which of street, postcode and town any field holds.
    is_held: [bool; 3],
    /// From which similarity a part of a name is nearly the same, and from which alike.
    near_and_alike: Cow<'static, [Reach; 2]>,
}

/// What a comparison is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    Name,
    Address,
    BirthDate,
    Email,
    Phone,
    Identifier,
    Other,
}

/// Describes a level: its words, and what is believed about it before any data.
#[derive(Clone, Debug)]
pub(crate) struct LevelSpec {
    /// How it reads after the comparison's name.
    pub(crate) words: Cow<'static, str>,
    /// Its share among matches.
    pub(crate) matches: Belief,
    /// Its share among relatives: other people of one household, contact or family name.
    pub(crate) relatives: Belief,
    /// Its share among strangers who have enough in common to be compared.
    pub(crate) strangers: f64,
    /// Offsets of the columns whose value's rarity adjusts the weight.
    pub(crate) rarity: &'static [usize],
}

/// What is believed about a level's share in a class of pairs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Belief {
    pub(crate) share: f64,
    /// The most that may be learnt: contradictions stay contradictions.
    pub(crate) ceiling: f64,
}

/// Shorthand for the tables of levels: words, (share, ceiling) of matches and of relatives, share
/// of strangers.
const fn level(
    words: &'static str,
    matches: (f64, f64),
    relatives: (f64, f64),
    strangers: f64,
    rarity: &'static [usize],
) -> LevelSpec {
    let matches = Belief { share: matches.0, ceiling: matches.1 };
    let relatives = Belief { share: relatives.0, ceiling: relatives.1 };
    LevelSpec { words: Cow::Borrowed(words), matches, relatives, strangers, rarity }
}

impl Comparison {
    /// Makes a comparison of an attribute's columns, value after value.
    pub(crate) fn new(
        subject: Subject,
        field: &Field,
        column: usize,
        values: usize,
        width: usize,
    ) -> Self {
        let name = match subject {
            Subject::Name => "name".to_owned(),
            Subject::Address => "address".to_owned(),
            _ => field.name.clone(),
        };
        let levels = derived_levels(subject);
        Self {
            name,
            subject,
            column,
            values,
            width,
            is_personal: field.kind == FieldKind::PersonalNumber,
            levels: Cow::Borrowed(levels),
            measures: None,
            fixed: vec![Fixed::default(); levels.len()],
            counts_rarity: true,
            is_held: [true; 3],
            near_and_alike: Cow::Borrowed(&NEAR_AND_ALIKE),
        }
    }

    /// The same where only some of an address's street, postcode and town are held.
    pub(crate) fn of_parts(self, is_held: [bool; 3]) -> Self {
        Self { is_held, ..self }
    }

    /// The same as the charter wants it.
    pub(crate) fn overridden(mut self, wanted: &ComparisonOverride) -> Self {
        self.counts_rarity = wanted.term_frequency_adjustments;
        if let (Subject::Name, Some(wanted)) = (self.subject, wanted.near_and_alike) {
            self.near_and_alike = Cow::Owned(wanted.map(Reach::new));
        }
        let is_joint = matches!(self.subject, Subject::Name | Subject::Address);
        if let Some(measures) = wanted.levels.as_ref().filter(|_| !is_joint) {
            let measures = &measures[..measures.len().min(MOST_MEASURES)];
            self.levels = custom::levels(self.subject, &self.levels, measures).into();
            self.measures = Some(measures.to_vec());
        }
        let fixed = |level: usize| wanted.fixed.get(&level).copied().unwrap_or_default();
        self.fixed = (1..=self.levels.len()).map(fixed).collect();
        self
    }

    /// The levels, from 1 on.
    pub(crate) fn levels(&self) -> &[LevelSpec] {
        &self.levels
    }

    /// What is believed of matches, relatives and strangers before any data: the share of each
    /// level.
    pub(crate) fn believed(&self) -> [Vec<f64>; 3] {
        let shares = |class: fn(&LevelSpec) -> f64| self.levels().iter().map(class).collect();
        let relatives = shares(|level| level.relatives.share);
        if self.subject == Subject::Address && self.is_held != [true; 3] {
            let [matches, strangers] = address::believed_of_parts(self.is_held);
            return [matches, relatives, strangers];
        }
        let matches = shares(|level| level.matches.share);
        [matches, relatives, shares(|level| level.strangers)]
    }

    /// The shares of each level that are not learnt.
    pub(crate) fn fixed(&self) -> &[Fixed] {
        &self.fixed
    }

    /// Whether both given names are known at a level, and differ.
    pub(crate) fn shows_another_given_name(&self, level: Level) -> bool {
        self.subject == Subject::Name && name::ANOTHER_GIVEN_NAME.contains(&level)
    }

    /// Whether both given names are known at a level.
    pub(crate) fn compares_given_names(&self, level: Level) -> bool {
        self.subject == Subject::Name && level != NULL && !name::ONE_PART.contains(&level)
    }

    /// Whether two records that come out at a level have one birth date, but for a slip.
    pub(crate) fn shows_one_birth_date(&self, level: Level) -> bool {
        self.subject == Subject::BirthDate
            && match &self.measures {
                Some(measures) => level == SAME || custom::is_one_slip(measures, level),
                None => birth_date::ONE_DATE.contains(&level),
            }
    }

    /// Whether two records that come out at a level may have a contact in common.
    pub(crate) fn may_share_a_contact(&self, level: Level) -> bool {
        match self.subject {
            Subject::Address => address::ONE_PLACE.contains(&level),
            Subject::Phone | Subject::Email => level == SAME,
            _ => false,
        }
    }

    /// Compares two records; of several values, the pair that agrees best counts.
    pub(crate) fn compare(&self, table: &Table, left: &[Cell], right: &[Cell]) -> Level {
        if self.values == 1 {
            return self.compare_value(table, &left[self.column..], &right[self.column..]);
        }
        let values = || (0..self.values).map(|value| self.column + value * self.width);
        let level = |(one, other)| self.compare_value(table, &left[one..], &right[other..]);
        let pairs = values().flat_map(|one| values().map(move |other| (one, other)));
        pairs.map(level).filter(|&level| level != NULL).min().unwrap_or(NULL)
    }

    /// Adds what pairs of records may come out at, as far as codes and sketches tell: no text is
    /// read.
    pub(crate) fn outlooks(&self, pairs: &[[&[Cell]; 2]], out: &mut Vec<Outlook>) {
        match self.subject {
            _ if self.values > 1 || self.measures.is_some() => {
                self.add_outlooks(pairs, out, |_, _| outlook::OPEN);
            }
            Subject::Name => name::add_outlooks(pairs, self.column, &self.near_and_alike, out),
            Subject::Address => address::add_outlooks(pairs, self.column, out),
            Subject::Email => contact::add_outlooks_of_email(pairs, self.column, out),
            Subject::BirthDate => self.add_outlooks(pairs, out, birth_date::outlook),
            Subject::Phone => self.add_outlooks(pairs, out, contact::outlook_of_phone),
            Subject::Identifier => self.add_outlooks(pairs, out, contact::outlook_of_identifier),
            Subject::Other => self.add_outlooks(pairs, out, other::outlook),
        }
    }

    fn add_outlooks(
        &self,
        pairs: &[[&[Cell]; 2]],
        out: &mut Vec<Outlook>,
        of_pair: impl Fn(&[Cell], &[Cell]) -> Outlook,
    ) {
        let columns = self.columns();
        out.extend(
            pairs
                .iter()
                .map(|[left, right]| of_pair(&left[columns.clone()], &right[columns.clone()])),
        );
    }

    /// The levels that each outlook leaves open, by its number.
    pub(crate) fn levels_open(&self) -> Vec<Levels> {
        let all = Levels::first(self.levels.len());
        let further: Vec<Levels> = match self.subject {
            _ if self.values > 1 || self.measures.is_some() => Vec::new(),
            Subject::Name => name::levels_open().collect(),
            Subject::Address => address::levels_open().collect(),
            Subject::Email => outlook::levels_of_pair(&[SAME], &contact::EMAIL_OPEN).collect(),
            // A partial date is not the same as itself.
            Subject::BirthDate => {
                outlook::levels_of_pair(&[SAME, SAME + 1], &birth_date::OPEN).collect()
            }
            Subject::Phone | Subject::Identifier => {
                outlook::levels_of_pair(&[SAME], &contact::NUMBER_OPEN).collect()
            }
            Subject::Other => outlook::levels_of_pair(&[SAME], &other::OPEN).collect(),
        };
        std::iter::once(all).chain(further).collect()
    }

    /// The level of each outlook that leaves but one open, by its number.
    pub(crate) fn settled(&self) -> Vec<Option<Level>> {
        self.levels_open().into_iter().map(Levels::only).collect()
    }

    /// The columns of all its values.
    pub(crate) fn columns(&self) -> Range<usize> {
        self.column..self.column + self.values * self.width
    }

    /// Compares one value of each; the cells start with it.
    fn compare_value(&self, table: &Table, left: &[Cell], right: &[Cell]) -> Level {
        if let Some(measures) = &self.measures {
            let compare = |pair| custom::compare(measures, pair);
            return self.pair(table, left, right).map_or(NULL, compare);
        }
        match self.subject {
            Subject::Name => name::compare(table, self.column, left, right, &self.near_and_alike),
            Subject::Address => address::compare(table, self.column, left, right),
            Subject::Email => contact::compare_email(table, self.column, left, right),
            Subject::BirthDate => self.pair(table, left, right).map_or(NULL, birth_date::compare),
            Subject::Phone => self.pair(table, left, right).map_or(NULL, contact::compare_phone),
            Subject::Identifier => {
                self.pair(table, left, right).map_or(NULL, contact::compare_identifier)
            }
            Subject::Other => self.pair(table, left, right).map_or(NULL, other::compare),
        }
    }

    /// The two values of a single column; `None` if either is missing.
    fn pair<'t>(&self, table: &'t Table, left: &[Cell], right: &[Cell]) -> Option<Pair<'t>> {
        Pair::of(table, self.column, left[0], right[0])
    }

    /// The bits that rarity adds: of the values on which two records agree, those of the commoner.
    pub(crate) fn rarity(
        &self,
        table: &Table,
        [a, b]: [u32; 2],
        level: Level,
        bits: impl Fn(usize, u32) -> f64,
    ) -> f64 {
        let Some(level) = usize::from(level).checked_sub(1) else { return 0.0 };
        if !self.counts_rarity {
            return 0.0;
        }
        let (left, right) = (table.row(a), table.row(b));
        let of_value = |(one, other): (usize, usize)| {
            let (left, right) = (left[one].code, right[other].code);
            let counts = self.values == 1 || left == right;
            let counts = counts && left != MISSING && right != MISSING;
            counts.then(|| bits(one, left).min(bits(other, right)))
        };
        let of_part = |offset: &usize| {
            let columns =
                || (0..self.values).map(|value| self.column + value * self.width + offset);
            let pairs = columns().flat_map(|one| columns().map(move |other| (one, other)));
            pairs.filter_map(of_value).max_by(f64::total_cmp).unwrap_or(0.0)
        };
        let of_single = |offset: &usize| {
            let column = self.column + offset;
            of_value((column, column)).unwrap_or(0.0)
        };
        let rare = self.levels()[level].rarity.iter();
        if self.values == 1 { rare.map(of_single).sum() } else { rare.map(of_part).sum() }
    }

    /// The columns whose values' rarity counts at a level, two at most, of a single value.
    pub(crate) fn rare_columns(&self, level: Level) -> impl Iterator<Item = usize> {
        let level = usize::from(level).checked_sub(1).filter(|_| self.counts_rarity);
        let level = level.and_then(|level| self.levels().get(level));
        level.into_iter().flat_map(|level| level.rarity).map(|offset| self.column + offset)
    }
}

/// The levels of a subject, where the charter says nothing of them.
fn derived_levels(subject: Subject) -> &'static [LevelSpec] {
    match subject {
        Subject::Name => name::LEVELS,
        Subject::Address => address::LEVELS,
        Subject::BirthDate => birth_date::LEVELS,
        Subject::Email => contact::EMAIL_LEVELS,
        Subject::Phone => contact::PHONE_LEVELS,
        Subject::Identifier => contact::IDENTIFIER_LEVELS,
        Subject::Other => other::LEVELS,
    }
}

/// Two values of one dictionary, both there; texts are read only when asked for.
#[derive(Clone, Copy)]
struct Pair<'t> {
    table: &'t Table,
    column: usize,
    left: Cell,
    right: Cell,
}

impl<'t> Pair<'t> {
    fn of(table: &'t Table, column: usize, left: Cell, right: Cell) -> Option<Self> {
        let are_there = left.code != MISSING && right.code != MISSING;
        are_there.then_some(Self { table, column, left, right })
    }

    fn is_same(self) -> bool {
        self.left.code == self.right.code
    }

    fn texts(self) -> (&'t str, &'t str) {
        let text = |cell: Cell| self.table.text(self.column, cell.code);
        (text(self.left), text(self.right))
    }

    fn sketches(self) -> (Sketch, Sketch) {
        (self.left.sketch, self.right.sketch)
    }

    /// Whether the two reach a Jaro-Winkler similarity.
    fn reaches(self, reach: &Reach) -> bool {
        let (one, other) = self.sketches();
        one.may_reach(other, reach) && {
            let (left, right) = self.texts();
            reaches(left, right, reach.least().into())
        }
    }

    /// Whether one keystroke makes them the same.
    fn is_one_edit(self) -> bool {
        let (one, other) = self.sketches();
        one.may_be_one_edit(other) && self.is_one_edit_by_text()
    }

    /// The same where there is no sketch of letters to ask first.
    fn is_one_edit_by_text(self) -> bool {
        let (left, right) = self.texts();
        is_one_edit(left, right)
    }
}

#[cfg(test)]
mod tests;
