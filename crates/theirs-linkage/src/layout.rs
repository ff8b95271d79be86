//! Which standardised columns the fields make, and which comparisons the columns make.
//!
//! The first field of each name and address part feeds the joint comparison; a second one of the
//! same kind is compared on its own like any other property. Everything here follows from the
//! list of fields alone, so a model needs to keep only that list.

use crate::comparison::Comparison;
use crate::field::{Field, FieldKind};
use crate::standardise as s;

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
    /// The column whose dictionary it shares; given and family names share one.
    pub(crate) dictionary: usize,
}

/// Columns, comparisons, and where each field's values go.
#[derive(Clone, Debug, Default)]
pub(crate) struct Layout {
    pub(crate) columns: Vec<Column>,
    pub(crate) comparisons: Vec<Comparison>,
    /// Per field: its first column and how to standardise; `None` for a field kept out.
    targets: Vec<Option<(FieldKind, usize)>>,
}

impl Layout {
    /// Derives the layout of a list of fields.
    pub(crate) fn new(fields: &[Field]) -> Self {
        let mut layout = Self::default();
        for (at, field) in fields.iter().enumerate() {
            let target = layout.admit(at, field, &fields[..at]);
            layout.targets.push(target);
        }
        layout
    }

    /// Finds the first column of a role.
    pub(crate) fn column(&self, role: Role) -> Option<usize> {
        self.columns.iter().position(|column| column.role == role)
    }

    /// Finds all columns of a role.
    pub(crate) fn columns_of(&self, role: Role) -> Vec<usize> {
        let matching = self.columns.iter().enumerate().filter(|(_, column)| column.role == role);
        matching.map(|(at, _)| at).collect()
    }

    /// Counts the fields that take part in no comparison.
    pub(crate) fn fields_kept_out(&self) -> usize {
        self.targets.iter().filter(|target| target.is_none()).count()
    }

    /// Standardises one record; parts given on their own go before parts of a whole line.
    pub(crate) fn standardise(&self, values: &[Option<&str>]) -> Vec<Option<String>> {
        let mut row = vec![None; self.columns.len()];
        for whole_lines in [false, true] {
            for (target, value) in self.targets.iter().zip(values) {
                let (Some((kind, column)), Some(value)) = (target, value) else { continue };
                let is_whole = matches!(kind, FieldKind::FullName | FieldKind::Address);
                if is_whole == whole_lines {
                    place(&mut row, *kind, *column, value);
                }
            }
        }
        row
    }

    fn admit(&mut self, at: usize, field: &Field, before: &[Field]) -> Option<(FieldKind, usize)> {
        use FieldKind as K;
        let is_second = before.iter().any(|other| other.kind == field.kind);
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
        let column = match kind {
            K::GivenName | K::FullName => self.name_column(at, 0)?,
            K::FamilyName => self.name_column(at, 1)?,
            K::Street | K::Address => self.address_column(at, 0)?,
            K::Postcode => self.address_column(at, 1)?,
            K::City => self.address_column(at, 2)?,
            K::Email => self.email_column(at, field)?,
            K::Phone => self.single(at, Role::Phone, |column| Comparison::phone(field, column))?,
            K::BirthDate => {
                self.single(at, Role::BirthDate, |column| Comparison::birth_date(field, column))?
            }
            K::Identifier => {
                self.single(at, Role::Identifier, |column| Comparison::identifier(field, column))?
            }
            K::Other => self.single(at, Role::Other, |column| Comparison::other(field, column))?,
        };
        Some((kind, column))
    }

    fn name_column(&mut self, field: usize, part: usize) -> Option<usize> {
        let existing = self.column(Role::Given);
        let roles = [Role::Given, Role::Family];
        let first = existing.or_else(|| self.group(field, &roles, Comparison::name))?;
        self.columns[first + 1].dictionary = first;
        Some(first + part)
    }

    fn address_column(&mut self, field: usize, part: usize) -> Option<usize> {
        let roles = [Role::Street, Role::Postcode, Role::City];
        let existing = self.column(Role::Street);
        let first = existing.or_else(|| self.group(field, &roles, Comparison::address))?;
        Some(first + part)
    }

    fn email_column(&mut self, at: usize, field: &Field) -> Option<usize> {
        let roles = [Role::Email, Role::Mailbox];
        self.group(at, &roles, |column| Comparison::email(field, column))
    }

    fn single(
        &mut self,
        at: usize,
        role: Role,
        comparison: impl FnOnce(usize) -> Comparison,
    ) -> Option<usize> {
        self.group(at, &[role], comparison)
    }

    fn group(
        &mut self,
        field: usize,
        roles: &[Role],
        comparison: impl FnOnce(usize) -> Comparison,
    ) -> Option<usize> {
        if self.comparisons.len() == MAX_COMPARISONS {
            return None;
        }
        let first = self.columns.len();
        for (offset, &role) in roles.iter().enumerate() {
            self.columns.push(Column { role, field, dictionary: first + offset });
        }
        self.comparisons.push(comparison(first));
        Some(first)
    }
}

/// Writes one field's value into its columns; what stands there already stays.
fn place(row: &mut [Option<String>], kind: FieldKind, column: usize, raw: &str) {
    match kind {
        FieldKind::GivenName => row[column] = s::given_name(raw),
        FieldKind::FamilyName => row[column] = s::family_name(raw),
        FieldKind::FullName => {
            let parts = s::full_name(raw);
            fill(&mut row[column], parts.given);
            fill(&mut row[column + 1], parts.family);
        }
        FieldKind::Email => {
            row[column] = s::email(raw);
            row[column + 1] = row[column].as_deref().and_then(s::mailbox).map(str::to_owned);
        }
        FieldKind::Phone => row[column] = s::phone(raw),
        FieldKind::Street => row[column] = s::street(raw),
        FieldKind::Postcode => row[column] = s::postcode(raw),
        FieldKind::City => row[column] = s::city(raw),
        FieldKind::Address => {
            let parts = s::one_line(raw);
            fill(&mut row[column], parts.street);
            fill(&mut row[column + 1], parts.postcode);
            fill(&mut row[column + 2], parts.city);
        }
        FieldKind::BirthDate => row[column] = s::birth_date(raw),
        FieldKind::Identifier => row[column] = s::identifier(raw),
        FieldKind::Other => row[column] = s::other(raw),
    }
}

fn fill(slot: &mut Option<String>, value: Option<String>) {
    if slot.is_none() {
        *slot = value;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(kind: FieldKind) -> Field {
        Field::new(format!("{kind:?}"), kind)
    }

    #[test]
    fn a_full_name_fills_the_same_columns_as_its_parts() {
        let fields = [FieldKind::GivenName, FieldKind::FamilyName, FieldKind::FullName].map(field);
        let layout = Layout::new(&fields);
        let parts = layout.standardise(&[Some("Ada"), Some("Lovelace"), None]);
        let whole = layout.standardise(&[None, None, Some("Lovelace, Ada")]);
        assert_eq!(parts, whole);
        assert_eq!(layout.comparisons.len(), 1);
    }

    #[test]
    fn parts_outrank_the_whole_line() {
        let fields = [FieldKind::FullName, FieldKind::GivenName].map(field);
        let row = Layout::new(&fields).standardise(&[Some("A. Lovelace"), Some("Ada")]);
        assert_eq!(row, [Some("ada".into()), Some("lovelace".into())]);
    }

    #[test]
    fn a_second_street_is_compared_on_its_own() {
        let layout = Layout::new(&[FieldKind::Street, FieldKind::Street].map(field));
        assert_eq!(layout.comparisons.len(), 2);
    }

    #[test]
    fn more_fields_than_a_pattern_holds_are_kept_out_and_counted() {
        let layout = Layout::new(&[FieldKind::Other; 40].map(field));
        assert_eq!(layout.comparisons.len(), MAX_COMPARISONS);
        assert_eq!(layout.fields_kept_out(), 8);
    }
}
