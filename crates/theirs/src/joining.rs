//! From the charter and the store to what linkage compares, and what was said of joins.

mod overridden;

use std::collections::BTreeMap;

use theirs_charter::{Charter, Compared, Identity, IdentityColumn, Meaning};
use theirs_linkage::{Field, FieldKind, Judgement, Origin};
use theirs_model::{Attribute, RecordId};
use theirs_store::{PERSON, Record, Verdict};

pub use self::overridden::overrides;

/// More records than this with one number are a placeholder's, not a person's.
const MOST_OF_ONE_NUMBER: usize = 20;

/// Which attributes linkage compares, in a fixed order, with what they are.
///
/// An attribute that some source gives several times, such as two telephone numbers, stands here
/// as often: linkage compares any of its values with any other.
pub struct Comparable(Vec<(Attribute, FieldKind)>);

impl Comparable {
    /// The attributes of the charter that tell people apart.
    pub fn of(charter: &Charter) -> Self {
        let mut list = Vec::new();
        for (attribute, compared, most) in charter.compared() {
            let kind = kind(compared);
            let times = if is_repeatable(kind) { most } else { 1 };
            list.extend(std::iter::repeat_n((attribute, kind), times));
        }
        Self(list)
    }

    /// The fields of linkage.
    pub fn fields(&self) -> Vec<Field> {
        self.0.iter().map(|(attribute, kind)| Field::new(attribute.column(), *kind)).collect()
    }

    /// What a record says of each attribute.
    pub fn values<'r>(&self, charter: &Charter, record: &'r Record) -> Vec<Option<&'r str>> {
        let identity = charter.identities().find(|(source, _)| source.name == record.source);
        let Some((source, identity)) = identity else { return vec![None; self.0.len()] };
        let mut values = Vec::with_capacity(self.0.len());
        for same in self.0.chunk_by(|left, right| left == right) {
            let given = columns_of(identity, &same[0].0)
                .filter_map(|column| record.columns.get(&column.name).map(String::as_str));
            let start = values.len();
            // What anybody may have sent from a browser joins nobody; its number says whose it is.
            let given = given.filter(|_| !source.is_unproven() || is_number(same[0].1));
            values.extend(given.take(same.len()).map(Some));
            values.resize(start + same.len(), None);
        }
        values
    }

    /// The numbers among a record's values, by their column.
    fn numbers<'v>(
        &'v self,
        values: &'v [Option<&str>],
    ) -> impl Iterator<Item = (&'v str, &'v str)> {
        self.0.iter().zip(values).filter_map(|((attribute, kind), value)| {
            is_number(*kind).then_some((attribute.column(), (*value)?))
        })
    }
}

/// Records of different sources that carry the same number of the same kind: the organisation
/// itself says that they are one person's.
#[derive(Default)]
pub struct SameNumbers(BTreeMap<(String, String), Vec<(String, RecordId)>>);

impl SameNumbers {
    /// Takes in a record; records come in the order of their ids.
    pub fn note(&mut self, comparable: &Comparable, values: &[Option<&str>], record: &Record) {
        for (column, number) in comparable.numbers(values) {
            let records = self.0.entry((column.to_owned(), number.to_owned())).or_default();
            records.push((record.source.clone(), record.id));
        }
    }

    /// The judgements that follow.
    pub fn judgements(&self) -> Vec<Judgement> {
        let groups = self.0.iter().filter(|(_, records)| records.len() <= MOST_OF_ONE_NUMBER);
        groups
            .flat_map(|((column, _), records)| {
                let others = records.windows(2).filter(|pair| pair[0].0 != pair[1].0);
                others.map(|pair| same_number(column, pair[0].1, pair[1].1))
            })
            .collect()
    }
}

/// A record with what it says of each attribute that is compared.
pub type Said<'r> = (&'r Record, Vec<Option<&'r str>>);

/// All that was said of two records: the number that both carry, and people's verdicts.
pub fn judgements_on(
    comparable: &Comparable,
    (a, left): &Said<'_>,
    (b, right): &Said<'_>,
    verdicts: &[Judgement],
) -> Vec<Judgement> {
    let concern = |judgement: &&Judgement| judgement.concerns(number(a.id), number(b.id));
    let number = shared_number(comparable, (a, left), (b, right));
    number.into_iter().chain(verdicts.iter().filter(concern).cloned()).collect()
}

/// The judgement of a number that two records carry, if they carry one.
fn shared_number(
    comparable: &Comparable,
    (a, left): (&Record, &[Option<&str>]),
    (b, right): (&Record, &[Option<&str>]),
) -> Option<Judgement> {
    if a.source == b.source {
        return None;
    }
    let shared =
        comparable.numbers(left).find(|number| comparable.numbers(right).any(|n| n == *number));
    shared.map(|(column, _)| same_number(column, a.id, b.id))
}

fn same_number(column: &str, a: RecordId, b: RecordId) -> Judgement {
    Judgement::same(number(a), number(b), Origin::SharedNumber { field: column.to_owned() })
}

/// What people said of joins.
pub fn said(verdict: &Verdict) -> Judgement {
    let origin = match verdict.by.as_str() {
        PERSON => Origin::Person,
        _ => Origin::Colleague { reason: String::new() },
    };
    let (a, b) = (number(verdict.a), number(verdict.b));
    if verdict.same { Judgement::same(a, b, origin) } else { Judgement::different(a, b, origin) }
}

/// A record's id as linkage knows it.
pub fn number(record: RecordId) -> theirs_linkage::RecordId {
    theirs_linkage::RecordId(record.0)
}

/// The columns of a source that feed an attribute.
fn columns_of<'i>(
    identity: &'i Identity,
    attribute: &'i Attribute,
) -> impl Iterator<Item = &'i IdentityColumn> {
    let feeds =
        move |meaning: &Meaning| matches!(meaning, Meaning::Attribute(given) if given == attribute);
    identity.columns.iter().filter(move |column| feeds(&column.meaning))
}

/// Whether values of this kind are numbers that an organisation gives.
fn is_number(kind: FieldKind) -> bool {
    matches!(kind, FieldKind::Identifier | FieldKind::PersonalNumber)
}

/// Whether linkage takes several values of this kind.
fn is_repeatable(kind: FieldKind) -> bool {
    use FieldKind::{Email, Identifier, Other, PersonalNumber, Phone};
    matches!(kind, Email | Phone | Identifier | PersonalNumber | Other)
}

fn kind(compared: Compared) -> FieldKind {
    match compared {
        Compared::GivenName => FieldKind::GivenName,
        Compared::FamilyName => FieldKind::FamilyName,
        Compared::FullName => FieldKind::FullName,
        Compared::Email => FieldKind::Email,
        Compared::Phone => FieldKind::Phone,
        Compared::Street => FieldKind::Street,
        Compared::Postcode => FieldKind::Postcode,
        Compared::City => FieldKind::City,
        Compared::Address => FieldKind::Address,
        Compared::BirthDate => FieldKind::BirthDate,
        Compared::Identifier => FieldKind::Identifier,
        Compared::PersonalNumber => FieldKind::PersonalNumber,
        Compared::Other => FieldKind::Other,
    }
}

#[cfg(test)]
mod tests;
