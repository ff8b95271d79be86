//! From the charter and the store to what linkage compares, and what was said of joins.

mod browsers;
mod live;
mod numbers;
mod overridden;

use std::borrow::Cow;

use theirs_charter::{Charter, Compared, Identity, IdentityColumn, Meaning, is_hashed_address};
use theirs_linkage::{Field, FieldKind, Judgement, Origin, Records};
use theirs_model::{Attribute, RecordId};
use theirs_store::{LinkRow, PERSON, Record, Verdict};

pub use self::browsers::{Browsers, Followers, ONE_USER};
pub use self::live::Joining;
pub use self::numbers::SameNumbers;
use self::numbers::same_number;
use self::overridden::overrides;

/// The weight of what the organisation itself says, in bits.
const CERTAIN: f64 = 100.0;

/// Which attributes linkage compares, in a fixed order, with what they are.
///
/// An attribute that some source gives several times, such as two telephone numbers, stands here
/// as often: linkage compares any of its values with any other.
pub struct Comparable {
    fields: Vec<(Attribute, FieldKind)>,
    /// Whether some source gives hashes of addresses, so that every address is compared as one too.
    has_hashes: bool,
}

/// What a record says of each attribute.
pub struct Values<'r>(Vec<Option<Cow<'r, str>>>);

impl Values<'_> {
    /// The texts, as linkage takes them.
    pub fn texts(&self) -> Vec<Option<&str>> {
        self.0.iter().map(Option::as_deref).collect()
    }
}

impl Comparable {
    /// The attributes of the charter that tell people apart.
    pub fn of(charter: &Charter) -> Self {
        let mut list = Vec::new();
        for (attribute, compared, most) in charter.compared() {
            let kind = kind(compared);
            let times = if is_repeatable(kind) { most } else { 1 };
            list.extend(std::iter::repeat_n((attribute, kind), times));
        }
        let columns = charter.identities().flat_map(|(_, identity)| &identity.columns);
        let mut attributes = columns.filter_map(IdentityColumn::attribute);
        Self { fields: list, has_hashes: attributes.any(is_hashed_address) }
    }

    /// The fields of linkage.
    fn fields(&self) -> Vec<Field> {
        self.fields.iter().map(|(attribute, kind)| Field::new(attribute.column(), *kind)).collect()
    }

    /// No records yet, to be compared as the charter says.
    pub fn records(&self, charter: &Charter) -> Records {
        Records::with(self.fields(), overrides(&charter.linkage))
    }

    /// What a record says of each attribute.
    pub fn values<'r>(&self, charter: &Charter, record: &'r Record) -> Values<'r> {
        let identity = charter.identities().find(|(source, _)| source.name == record.source);
        let Some((source, identity)) = identity else {
            return Values(vec![None; self.fields.len()]);
        };
        let mut values: Vec<Option<Cow<'r, str>>> = Vec::with_capacity(self.fields.len());
        for same in self.fields.chunk_by(|left, right| left == right) {
            let given = columns_of(identity, &same[0].0)
                .filter_map(|column| record.columns.get(&column.name).map(String::as_str));
            let start = values.len();
            // What anybody may have sent from a browser joins nobody; its number says whose it is.
            let given = given.filter(|_| !source.is_unproven() || is_number(same[0].1));
            values.extend(given.take(same.len()).map(|text| Some(Cow::Borrowed(text))));
            if self.has_hashes && same[0].1 == FieldKind::Email && same[0].0.part.is_none() {
                values.truncate(start + same.len() - 1);
                let address = values.get(start).and_then(Option::as_deref).map(hashed);
                let hash = || given_hash(identity, record).filter(|_| !source.is_unproven());
                values.extend(address.or_else(hash).map(|text| Some(Cow::Owned(text))));
            }
            values.resize(start + same.len(), None);
        }
        Values(values)
    }

    /// The numbers among a record's values, by their column.
    fn numbers<'v>(&'v self, values: &'v Values<'_>) -> impl Iterator<Item = (&'v str, &'v str)> {
        self.fields.iter().zip(&values.0).filter_map(|((attribute, kind), value)| {
            is_number(*kind).then_some((attribute.column(), value.as_deref()?))
        })
    }
}

/// A record with what it says of each attribute that is compared.
pub type Said<'r> = (&'r Record, Values<'r>);

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
    (a, left): (&Record, &Values<'_>),
    (b, right): (&Record, &Values<'_>),
) -> Option<Judgement> {
    if a.source == b.source {
        return None;
    }
    let shared =
        comparable.numbers(left).find(|number| comparable.numbers(right).any(|n| n == *number));
    shared.map(|(column, _)| same_number(column, a.id, b.id))
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

/// The link of two records that the organisation itself says are one person's.
pub fn certain(a: RecordId, b: RecordId) -> LinkRow {
    LinkRow { a: a.min(b), b: a.max(b), weight: CERTAIN, probability: 1.0 }
}

/// Adds what a record says to those that are compared.
pub fn add(records: &mut Records, charter: &Charter, record: &Record, values: &Values<'_>) {
    let (id, texts) = (number(record.id), values.texts());
    if only_follows(charter, record) {
        records.push_follower(id, &texts);
    } else {
        records.push_as(id, &texts);
    }
}

/// Whether a record decides about nobody else: one from outside that is not admitted is told to whom it
/// resembles, and joins no two of our own.
fn only_follows(charter: &Charter, record: &Record) -> bool {
    charter.source(&record.source).is_some_and(|source| !charter.admits(source))
}

/// A record's id as linkage knows it.
pub fn number(record: RecordId) -> theirs_linkage::RecordId {
    theirs_linkage::RecordId(record.0)
}

/// An address as who only has its hash compares it. The part after the `@` tells it from an address.
fn hashed(address: &str) -> String {
    let address = address.trim().to_lowercase();
    let digest = ring::digest::digest(&ring::digest::SHA256, address.as_bytes());
    format!("{}@sha256", hex::encode(digest))
}

/// The hash that a record gives instead of an address, if it reads as one.
fn given_hash(identity: &Identity, record: &Record) -> Option<String> {
    let is_it = |column: &&IdentityColumn| column.attribute().is_some_and(is_hashed_address);
    let column = identity.columns.iter().find(is_it)?;
    let hash = record.columns.get(&column.name)?.trim().to_lowercase();
    let is_hash = hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hash.then(|| format!("{hash}@sha256"))
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
