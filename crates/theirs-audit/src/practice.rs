//! From a charter, and from what was really done, to the flows that are judged.
//!
//! One flow for each purpose; one for each source of which something private, or anything from
//! outside, is used by no purpose; one for each attribute that is kept more exactly than any purpose
//! sees it; and one for each role that can come at more than its work needs.

mod recipient;
mod role;
mod source;

pub(crate) use self::source::{is_of_devices, unused_columns, works_here};

use std::collections::BTreeSet;

use theirs_charter::{
    Basis as Ground, Charter, Coarseness, Grant, Meaning, Outline, Output, Purpose, Retention,
};
use theirs_model::{Obtained, SourceKind};

use crate::done::Done;
use crate::flow::{
    Basis, CategoryName, Choice, Counts, Datum, Flow, Grain, Keep, Offered, Origin, People, Period,
    PurposeName, Reach, Recipient, Source,
};

/// The flows of a charter; with `done`, as they were carried out.
pub fn flows(charter: &Charter, done: Option<&Done>) -> Vec<Flow> {
    let outline = charter.outline();
    let mut flows: Vec<Flow> = charter
        .purposes
        .iter()
        .map(|purpose| of_purpose(charter, purpose, done, &outline))
        .collect();
    flows.extend(source::unused(charter, done, &outline));
    flows.extend(source::finer(charter, &outline));
    flows.extend(role::wide(charter, done, &outline));
    flows
}

fn of_purpose(
    charter: &Charter,
    purpose: &Purpose,
    done: Option<&Done>,
    outline: &Outline,
) -> Flow {
    let practice = done.and_then(|done| done.purposes.get(&purpose.name));
    let recipients = recipient::of(charter, purpose);
    Flow {
        name: purpose.name.clone(),
        does: said(&purpose.says),
        purpose: PurposeName::try_from(purpose.category.clone()).ok(),
        of: vec![whose(purpose)],
        data: data(charter, purpose),
        basis: Some(basis(purpose.basis)),
        choice: choice(charter, purpose, &recipients, done),
        called_sale: recipient::is_called_sale(purpose, &recipients),
        acquired: acquired(charter, purpose),
        recipients,
        keep: Keep { promised: Some(period(purpose.keep)), ..Keep::default() },
        reach: Reach { roles: roles(charter, &purpose.name), wider_than_needed: None },
        done: Counts {
            people: done.map(|done| done.people),
            uses: practice.map(|practice| practice.uses),
            shares: practice.map(|practice| practice.shares),
        },
        line: line(outline, &["purposes", &purpose.name]),
        ..Flow::default()
    }
}

/// What a human wrote, and nothing where a draft only says that somebody must.
pub(crate) fn said(sentence: &str) -> String {
    if is_unsaid(sentence) { String::new() } else { sentence.to_owned() }
}

/// Whether this is what a draft puts where a human must say something.
pub(crate) fn is_unsaid(sentence: &str) -> bool {
    sentence.trim_start().starts_with("Say here")
}

/// Whose data a purpose is about: of children, if it picks people by how young they are.
fn whose(purpose: &Purpose) -> People {
    let Some(decide) = purpose.decide.as_ref().filter(|_| purpose.minimum_age.is_none()) else {
        return People::Clients;
    };
    match oldest(&decide.due) {
        Some(age) if age <= 13 => People::Children,
        Some(age) if age <= 18 => People::Teens,
        _ => People::Clients,
    }
}

/// The age below which a condition picks people, as in `years_since(birth_date) < 12`.
fn oldest(due: &str) -> Option<u32> {
    let after = due.split("years_since(").nth(1)?.split_once(')')?.1.trim_start();
    let bound = match after.strip_prefix("between") {
        Some(range) => range.split_once("and")?.1,
        None => after.strip_prefix("<=").or_else(|| after.strip_prefix('<'))?,
    };
    let digits: String = bound.trim_start().chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

/// How the sources of a purpose say that they came by its data.
fn acquired(charter: &Charter, purpose: &Purpose) -> Vec<String> {
    let feeds = |source: &&theirs_charter::Source| match &source.holds {
        theirs_charter::Holds::Identity(identity) => identity.columns.iter().any(|column| {
            let sees = |attribute: &theirs_model::Attribute| {
                purpose.columns.iter().any(|grant| grant.column == attribute.column())
            };
            column.attribute().is_some_and(sees)
        }),
        theirs_charter::Holds::Activity(_) => {
            purpose.activities.iter().any(|grant| grant.source == source.name)
        }
    };
    charter.sources.iter().filter(feeds).map(|source| said(&source.acquired)).collect()
}

/// What a purpose sees, each category of each source kind once, as exactly as it is seen.
fn data(charter: &Charter, purpose: &Purpose) -> Vec<Datum> {
    let mut data = Vec::new();
    let seen = |coarseness: Coarseness| match (&purpose.output, coarseness) {
        (Output::Aggregate { .. } | Output::Verdict(_), _) => Grain::Group,
        (Output::Rows, Coarseness::Exact) => Grain::Exact,
        (Output::Rows, _) => Grain::Coarse,
    };
    // What comes from outside and is neither admitted nor tested feeds nothing.
    let tested = purpose.tests().map(|trial| trial.source.as_str());
    let is_open =
        |source: &theirs_charter::Source| charter.admits(source) || Some(&*source.name) == tested;
    for Grant { column, coarseness } in &purpose.columns {
        for (source, identity) in charter.identities().filter(|(source, _)| is_open(source)) {
            let fed = identity.columns.iter().find(|known| {
                matches!(&known.meaning, Meaning::Attribute(attribute) if attribute.column() == column)
            });
            let Some((known, Meaning::Attribute(attribute))) = fed.map(|c| (c, &c.meaning)) else {
                continue;
            };
            add(&mut data, datum_of(attribute, source.kind, known.obtained, seen(*coarseness)));
        }
    }
    for granted in &purpose.activities {
        let found = charter.activities().find(|(source, _)| source.name == granted.source);
        let Some((source, activity)) = found else { continue };
        for Grant { column, coarseness } in &granted.columns {
            let Some(known) = activity.columns.iter().find(|known| known.name == *column) else {
                continue;
            };
            add(
                &mut data,
                datum(&known.category, source.kind, Obtained::Observed, seen(*coarseness)),
            );
        }
    }
    data
}

/// What an attribute is, and what its part gives away beyond its category.
fn datum_of(
    attribute: &theirs_model::Attribute,
    kind: SourceKind,
    obtained: Obtained,
    grain: Grain,
) -> Option<Datum> {
    let mut datum = datum(&attribute.category.0, kind, obtained, grain)?;
    let given_away = attribute.part.as_deref().and_then(crate::flow::said::given_away);
    let more = given_away.and_then(|key| CategoryName::try_from(key.to_owned()).ok());
    datum.reveals.extend(more.filter(|more| *more != datum.category));
    Some(datum)
}

/// One kind of data of a charter, in the terms of flows.
fn datum(category: &str, kind: SourceKind, obtained: Obtained, grain: Grain) -> Option<Datum> {
    let mut datum = Datum::of(category)?;
    datum.source = Some(match kind {
        // What a dealer sells is bought, whichever file it was added to.
        _ if datum.is(&["external.broker"]) => Source::Broker,
        SourceKind::Subject => Source::Person,
        SourceKind::Internal => Source::Us,
        SourceKind::Partner => Source::Partner,
        SourceKind::Broker => Source::Broker,
        SourceKind::Public => Source::Public,
    });
    // What the category itself says to be a guess stays one, however the column is declared.
    let usual = datum.origin();
    datum.origin = Some(match obtained {
        _ if usual == Origin::Inferred => Origin::Inferred,
        // What comes from outside counts as inferred unless its column says otherwise; that does not
        // make an address, a diagnosis or a birth date a guess of ours.
        Obtained::Inferred if kind.is_outside() => usual,
        Obtained::Stated => Origin::Stated,
        Obtained::Observed => usual,
        Obtained::Derived => Origin::Derived,
        Obtained::Inferred => Origin::Inferred,
    });
    datum.grain = grain;
    Some(datum)
}

fn add(data: &mut Vec<Datum>, new: Option<Datum>) {
    let Some(new) = new else { return };
    let same = |known: &&mut Datum| {
        known.category == new.category
            && known.source == new.source
            && known.origin == new.origin
            && known.reveals == new.reveals
    };
    match data.iter_mut().find(same) {
        Some(known) => known.grain = known.grain.min(new.grain),
        None => data.push(new),
    }
}

fn basis(ground: Ground) -> Basis {
    match ground {
        Ground::Consent => Basis::Consent,
        Ground::Contract => Basis::Contract,
        Ground::LegalObligation => Basis::LegalObligation,
        Ground::VitalInterests => Basis::VitalInterests,
        Ground::PublicTask => Basis::PublicTask,
        Ground::LegitimateInterest => Basis::LegitimateInterest,
    }
}

fn choice(
    charter: &Charter,
    purpose: &Purpose,
    recipients: &[Recipient],
    done: Option<&Done>,
) -> Choice {
    let offered = match purpose.basis {
        Ground::Consent => Offered::OptIn,
        _ if purpose.may_object => Offered::OptOut,
        _ => Offered::Nothing,
    };
    let topic = purpose.consent.as_ref();
    let yeses = topic.and_then(|topic| done?.consents.get(topic));
    Choice {
        offered: Some(offered),
        asked_for: recipient::asked_for(charter, purpose, recipients),
        expired: yeses.map_or(0, |yeses| yeses.too_old),
        ..Choice::default()
    }
}

fn roles(charter: &Charter, purpose: &str) -> Vec<String> {
    let may = charter.roles.iter().filter(|role| role.purposes.iter().any(|name| name == purpose));
    may.map(|role| role.name.clone()).collect()
}

fn period(keep: Retention) -> Period {
    let count = u32::from(keep.count);
    match keep.unit {
        jiff::Unit::Year => Period::years(count),
        jiff::Unit::Month => Period::months(count),
        _ => Period::Days(count),
    }
}

pub(crate) fn line(outline: &Outline, path: &[&str]) -> Option<usize> {
    outline.place(path).map(|place| place.line)
}

/// The columns of a source that some purpose sees: those of `person` by attribute, those of an
/// activity by name.
fn used(charter: &Charter, source: &theirs_charter::Source) -> BTreeSet<String> {
    let granted = |grants: &[Grant]| -> Vec<String> {
        grants.iter().map(|grant| grant.column.clone()).collect()
    };
    match &source.holds {
        theirs_charter::Holds::Identity(_) if source.kind.is_outside() => BTreeSet::new(),
        theirs_charter::Holds::Identity(identity) => {
            let seen: BTreeSet<String> =
                charter.purposes.iter().flat_map(|purpose| granted(&purpose.columns)).collect();
            let is_seen = |meaning: &Meaning| match meaning {
                Meaning::Attribute(attribute) => seen.contains(attribute.column()),
                Meaning::Consent(_) | Meaning::Objection(_) => true,
            };
            identity
                .columns
                .iter()
                .filter(|c| is_seen(&c.meaning))
                .map(|c| c.name.clone())
                .collect()
        }
        theirs_charter::Holds::Activity(_) => charter
            .purposes
            .iter()
            .flat_map(|purpose| &purpose.activities)
            .filter(|granted| granted.source == source.name)
            .flat_map(|activity| granted(&activity.columns))
            .collect(),
    }
}

#[cfg(test)]
mod tests;
