//! Which standardised columns the fields make, and which comparisons the columns make.
//!
//! The first field of each name and address part feeds the joint comparison; a second one of the
//! same kind is compared on its own like any other property. Contact fields, identifiers and other
//! properties that share a name are several values of one attribute, and compared in their best
//! pair. Everything here follows from the list of fields and what overrides it, so a model needs to
//! keep only those.

use std::ops::Range;

use crate::comparison::{Comparison, Subject, ends_of_postcode, outline_of_street, packed_phone};
use crate::dictionary::Dictionary;
use crate::field::{Field, FieldKind};
use crate::overrides::{BlockingRule, Overrides};
use crate::similarity::Sketch;
use crate::standardise as s;

/// The most values of one attribute that a record can hold; further ones are kept out.
const MAX_VALUES: usize = 8;

/// The most comparisons that one pattern can hold; further fields are kept out and reported.
pub(crate) const MAX_COMPARISONS: usize = 32;

/// What a standardised column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Given,
    Family,
    Street,
    Postcode,
    City,
    Email,
    Mailbox,
    Phone,
    BirthDate,
    Identifier,
    Other,
}

/// One standardised column.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    pub(crate) role: Role,
    /// The first field that feeds it, for reports.
    pub(crate) field: usize,
    /// The column whose dictionary it shares; given and family names share one, and all values
    /// of one attribute.
    pub(crate) dictionary: usize,
    /// The first column of the same attribute: itself, unless a record may hold several values.
    pub(crate) attribute: usize,
}

impl Column {
    /// Starts a dictionary for its values.
    pub(crate) fn new_dictionary(&self) -> Dictionary {
        Dictionary::new(match self.role {
            Role::BirthDate => s::packed_date,
            Role::Postcode => ends_of_postcode,
            Role::Phone => packed_phone,
            Role::Street => outline_of_street,
            _ => Sketch::of,
        })
    }
}

/// The standardised values of one record, column by column; an empty one is missing.
#[derive(Clone, Debug, Default)]
pub(crate) struct Row {
    texts: Vec<String>,
    spare: [String; 3],
}

impl Row {
    /// Makes room for as many columns.
    pub(crate) fn new(columns: usize) -> Self {
        Self { texts: vec![String::new(); columns], spare: Default::default() }
    }

    /// The values.
    pub(crate) fn texts(&self) -> &[String] {
        &self.texts
    }
}

/// What a field fills.
pub(crate) struct Filled {
    pub(crate) columns: Range<usize>,
    /// Whether its values are whole lines, which fill gaps only.
    pub(crate) is_whole: bool,
}

/// Columns, comparisons, and where each field's values go.
#[derive(Clone, Debug, Default)]
pub(crate) struct Layout {
    pub(crate) columns: Vec<Column>,
    pub(crate) comparisons: Vec<Comparison>,
    /// Per field: its first column and how to standardise; `None` for a field kept out.
    targets: Vec<Option<(FieldKind, usize)>>,
    names: Vec<String>,
    /// The blocking rules that were chosen; empty for the derived ones.
    pub(crate) blocking_rules: Vec<BlockingRule>,
}

impl Layout {
    /// Derives the layout of a list of fields, and overrides it.
    pub(crate) fn with(fields: &[Field], overrides: &Overrides) -> Self {
        let mut layout = Self::new(fields);
        layout.blocking_rules.clone_from(&overrides.blocking_rules);
        let comparisons = std::mem::take(&mut layout.comparisons).into_iter();
        let overridden = |comparison: Comparison| match overrides.comparisons.get(&comparison.name)
        {
            Some(wanted) => comparison.overridden(wanted),
            None => comparison,
        };
        layout.comparisons = comparisons.map(overridden).collect();
        layout
    }

    /// Derives the layout of a list of fields.
    pub(crate) fn new(fields: &[Field]) -> Self {
        let names = fields.iter().map(|field| field.name.clone()).collect();
        let mut layout = Self { names, ..Self::default() };
        for (at, field) in fields.iter().enumerate() {
            let target = match fields[..at].iter().filter(|other| *other == field).count() {
                before @ 1.. if takes_several(field.kind) => {
                    layout.further_value(&fields[..at], field, before)
                }
                _ => layout.admit(at, field, fields),
            };
            layout.targets.push(target);
        }
        let is_held = [FieldKind::Street, FieldKind::Postcode, FieldKind::City]
            .map(|part| layout.holds(part) || layout.holds(FieldKind::Address));
        let comparisons = std::mem::take(&mut layout.comparisons).into_iter();
        layout.comparisons = comparisons.map(|comparison| comparison.of_parts(is_held)).collect();
        layout
    }

    /// Whether a field is standardised as this kind.
    fn holds(&self, kind: FieldKind) -> bool {
        self.targets.iter().flatten().any(|(held, _)| *held == kind)
    }

    /// Finds the first column of a role.
    pub(crate) fn column(&self, role: Role) -> Option<usize> {
        self.columns.iter().position(|column| column.role == role)
    }

    /// Finds how a field is standardised, and its first column.
    pub(crate) fn place_of(&self, field: &str) -> Option<(FieldKind, usize)> {
        let at = self.names.iter().position(|name| name == field)?;
        *self.targets.get(at)?
    }

    /// Finds the first column of each attribute of a role.
    pub(crate) fn attributes_of(&self, role: Role) -> Vec<usize> {
        let is_first =
            |(at, column): &(usize, &Column)| column.role == role && column.attribute == *at;
        self.columns.iter().enumerate().filter(is_first).map(|(at, _)| at).collect()
    }

    /// Finds the columns of all values of an attribute.
    pub(crate) fn values_of(&self, attribute: usize) -> Vec<usize> {
        let is_value = |(_, column): &(usize, &Column)| column.attribute == attribute;
        self.columns.iter().enumerate().filter(is_value).map(|(at, _)| at).collect()
    }

    /// Counts the fields that take part in no comparison.
    pub(crate) fn fields_kept_out(&self) -> usize {
        self.targets.iter().filter(|target| target.is_none()).count()
    }

    /// Which columns a field fills; `None` for a field kept out.
    pub(crate) fn filled(&self, field: usize) -> Option<Filled> {
        let (kind, column) = (*self.targets.get(field)?)?;
        let width = match kind {
            FieldKind::Address => 3,
            FieldKind::FullName | FieldKind::Email => 2,
            _ => 1,
        };
        Some(Filled { columns: column..column + width, is_whole: is_whole(kind) })
    }

    /// Standardises one value of a field; columns of other fields are left as they are.
    pub(crate) fn standardise_one(&self, field: usize, value: &str, row: &mut Row) {
        if let (Some(Filled { columns, .. }), Some(Some((kind, column)))) =
            (self.filled(field), self.targets.get(field))
        {
            row.texts[columns].iter_mut().for_each(String::clear);
            row.place(*kind, *column, value);
        }
    }

    /// Standardises one record; parts given on their own go before parts of a whole line.
    pub(crate) fn standardise(&self, values: &[Option<&str>], row: &mut Row) {
        row.texts.iter_mut().for_each(String::clear);
        let mut has_whole_lines = false;
        for (target, value) in self.targets.iter().zip(values) {
            let (Some((kind, column)), Some(value)) = (target, value) else { continue };
            if is_whole(*kind) {
                has_whole_lines = true;
            } else {
                row.place(*kind, *column, value);
            }
        }
        if has_whole_lines {
            for (target, value) in self.targets.iter().zip(values) {
                let (Some((kind, column)), Some(value)) = (target, value) else { continue };
                if is_whole(*kind) {
                    row.place(*kind, *column, value);
                }
            }
        }
    }

    /// The place of a further value of an attribute that an earlier field began.
    fn further_value(
        &self,
        earlier: &[Field],
        field: &Field,
        number: usize,
    ) -> Option<(FieldKind, usize)> {
        let first = earlier.iter().position(|other| other == field)?;
        let (kind, column) = self.targets[first]?;
        let further = column + number * roles_of(kind).len();
        let is_room = self.columns.get(further)?.attribute == column;
        is_room.then_some((kind, further))
    }

    fn admit(&mut self, at: usize, field: &Field, fields: &[Field]) -> Option<(FieldKind, usize)> {
        use FieldKind as K;
        let is_second = fields[..at].iter().any(|other| other.kind == field.kind);
        let kind = match field.kind {
            K::GivenName
            | K::FamilyName
            | K::FullName
            | K::Street
            | K::Postcode
            | K::City
            | K::Address
                if is_second =>
            {
                K::Other
            }
            kind => kind,
        };
        let (subject, part) = subject_of(kind);
        let existing = match subject {
            Subject::Name => self.column(Role::Given),
            Subject::Address => self.column(Role::Street),
            _ => None,
        };
        let several = fields.iter().filter(|other| *other == field).count().min(MAX_VALUES);
        let values = if takes_several(kind) { several } else { 1 };
        let first = existing.or_else(|| self.group(at, field, kind, values))?;
        Some((kind, first + part))
    }

    /// Adds the columns and the comparison of an attribute that may have several values.
    fn group(&mut self, at: usize, field: &Field, kind: FieldKind, values: usize) -> Option<usize> {
        if self.comparisons.len() == MAX_COMPARISONS {
            return None;
        }
        let (first, roles) = (self.columns.len(), roles_of(kind));
        for _ in 0..values {
            for (offset, &role) in roles.iter().enumerate() {
                let attribute = first + offset;
                let dictionary = if role == Role::Family { first } else { attribute };
                self.columns.push(Column { role, field: at, dictionary, attribute });
            }
        }
        let (subject, _) = subject_of(kind);
        let width = roles.len();
        self.comparisons.push(Comparison::new(subject, field, first, values, width));
        Some(first)
    }
}

/// Whether fields of the same name and kind are several values of one attribute.
fn takes_several(kind: FieldKind) -> bool {
    use FieldKind as K;
    matches!(kind, K::Email | K::Phone | K::Identifier | K::PersonalNumber | K::Other)
}

/// What a kind is compared as, and which of its columns it fills.
fn subject_of(kind: FieldKind) -> (Subject, usize) {
    use FieldKind as K;
    match kind {
        K::GivenName | K::FullName => (Subject::Name, 0),
        K::FamilyName => (Subject::Name, 1),
        K::Street | K::Address => (Subject::Address, 0),
        K::Postcode => (Subject::Address, 1),
        K::City => (Subject::Address, 2),
        K::Email => (Subject::Email, 0),
        K::Phone => (Subject::Phone, 0),
        K::BirthDate => (Subject::BirthDate, 0),
        K::Identifier | K::PersonalNumber => (Subject::Identifier, 0),
        K::Other => (Subject::Other, 0),
    }
}

/// The columns of one value of a kind.
fn roles_of(kind: FieldKind) -> &'static [Role] {
    match subject_of(kind).0 {
        Subject::Name => &[Role::Given, Role::Family],
        Subject::Address => &[Role::Street, Role::Postcode, Role::City],
        Subject::Email => &[Role::Email, Role::Mailbox],
        Subject::Phone => &[Role::Phone],
        Subject::BirthDate => &[Role::BirthDate],
        Subject::Identifier => &[Role::Identifier],
        Subject::Other => &[Role::Other],
    }
}

/// Whether a value of this kind holds several parts in one line.
fn is_whole(kind: FieldKind) -> bool {
    matches!(kind, FieldKind::FullName | FieldKind::Address)
}

impl Row {
    /// Writes one field's value into its columns; parts of a whole line fill gaps only.
    fn place(&mut self, kind: FieldKind, column: usize, raw: &str) {
        let out = &mut self.texts[column];
        match kind {
            FieldKind::GivenName => s::given_name(raw, out),
            FieldKind::FamilyName => s::family_name(raw, out),
            FieldKind::Phone => s::phone(raw, out),
            FieldKind::Street => s::street(raw, out),
            FieldKind::Postcode => s::postcode(raw, out),
            FieldKind::City => s::city(raw, out),
            FieldKind::BirthDate => s::birth_date(raw, out),
            FieldKind::Identifier | FieldKind::PersonalNumber => s::identifier(raw, out),
            FieldKind::Other => s::other(raw, out),
            FieldKind::Email => {
                s::email(raw, out);
                let (email, mailbox) = self.texts.split_at_mut(column + 1);
                mailbox[0].push_str(s::mailbox(&email[column]).unwrap_or_default());
            }
            FieldKind::FullName => {
                let [given, family, _] = &mut self.spare;
                s::full_name(raw, given, family);
                self.fill(column, 2);
            }
            FieldKind::Address => {
                s::one_line(raw, self.spare.each_mut());
                self.fill(column, 3);
            }
        }
    }

    fn fill(&mut self, column: usize, parts: usize) {
        for (text, part) in self.texts[column..column + parts].iter_mut().zip(&self.spare) {
            if text.is_empty() {
                text.push_str(part);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(kind: FieldKind) -> Field {
        Field::new(format!("{kind:?}"), kind)
    }

    fn row(layout: &Layout, values: &[Option<&str>]) -> Vec<String> {
        let mut row = Row::new(layout.columns.len());
        layout.standardise(values, &mut row);
        row.texts
    }

    #[test]
    fn a_full_name_fills_the_same_columns_as_its_parts() {
        let fields = [FieldKind::GivenName, FieldKind::FamilyName, FieldKind::FullName].map(field);
        let layout = Layout::new(&fields);
        let parts = row(&layout, &[Some("Ada"), Some("Lovelace"), None]);
        let whole = row(&layout, &[None, None, Some("Lovelace, Ada")]);
        assert_eq!(parts, whole);
        assert_eq!(layout.comparisons.len(), 1);
    }

    #[test]
    fn parts_outrank_the_whole_line() {
        let fields = [FieldKind::FullName, FieldKind::GivenName].map(field);
        let row = row(&Layout::new(&fields), &[Some("A. Lovelace"), Some("Ada")]);
        assert_eq!(row, ["ada", "lovelace"]);
    }

    #[test]
    fn a_second_street_is_compared_on_its_own() {
        let layout = Layout::new(&[FieldKind::Street, FieldKind::Street].map(field));
        assert_eq!(layout.comparisons.len(), 2);
    }

    #[test]
    fn fields_of_one_name_are_several_values_of_one_attribute() {
        let fields = [FieldKind::Email, FieldKind::Phone, FieldKind::Email].map(field);
        let layout = Layout::new(&fields);
        assert_eq!(layout.comparisons.len(), 2);
        let row = row(&layout, &[Some("ada@a.org"), None, Some("countess@b.org")]);
        assert_eq!(row, ["ada@a.org", "", "countess@b.org", "countess", ""]);
        assert_eq!(layout.columns[2].dictionary, layout.columns[0].dictionary);
    }

    #[test]
    fn more_fields_than_a_pattern_holds_are_kept_out_and_counted() {
        let other = |number| Field::new(format!("other {number}"), FieldKind::Other);
        let layout = Layout::new(&(0..40).map(other).collect::<Vec<_>>());
        assert_eq!(layout.comparisons.len(), MAX_COMPARISONS);
        assert_eq!(layout.fields_kept_out(), 8);
        let layout = Layout::new(&vec![other(0); MAX_VALUES + 2]);
        assert_eq!(layout.fields_kept_out(), 2);
    }
}
