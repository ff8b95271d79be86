//! From a charter, and from what was really done, to the flows that are judged.
//!
//! One flow for each purpose; one for each source of which something private, or anything from
//! outside, is used by no purpose; one for each attribute that is kept more exactly than any purpose
//! sees it; and one for each role that can come at more than its work needs.

mod role;
mod source;

pub(crate) use self::source::unused_columns;

use std::collections::BTreeSet;

use theirs_charter::{
    Basis as Ground, Charter, Coarseness, Grant, Meaning, Outline, Output, Purpose, Retention,
};
use theirs_model::{Obtained, SourceKind};

use crate::done::Done;
use crate::flow::{
    Basis, Choice, Counts, Datum, Ends, Flow, Gain, Grain, Keep, Offered, Origin, Period,
    PurposeName, Reach, Recipient, Safeguard, Source, Who,
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
    Flow {
        name: purpose.name.clone(),
        does: purpose.says.clone(),
        purpose: PurposeName::try_from(purpose.category.clone()).ok(),
        of: vec![crate::flow::People::Clients],
        data: data(charter, purpose),
        basis: Some(basis(purpose.basis)),
        choice: choice(purpose, done),
        recipients: recipients(charter, purpose),
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
            add(
                &mut data,
                datum(&attribute.category.0, source.kind, known.obtained, seen(*coarseness)),
            );
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

/// One kind of data of a charter, in the terms of flows.
fn datum(category: &str, kind: SourceKind, obtained: Obtained, grain: Grain) -> Option<Datum> {
    let mut datum = Datum::of(category)?;
    datum.source = Some(match kind {
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
        // A bought address or position is wrong or right, and no guess.
        Obtained::Inferred if datum.is(&["identity", "contact", "id", "location"]) => usual,
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
        known.category == new.category && known.source == new.source && known.origin == new.origin
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

fn choice(purpose: &Purpose, done: Option<&Done>) -> Choice {
    let offered = match purpose.basis {
        Ground::Consent => Offered::OptIn,
        _ if purpose.may_object => Offered::OptOut,
        _ => Offered::Nothing,
    };
    let topic = purpose.consent.as_ref();
    let yeses = topic.and_then(|topic| done?.consents.get(topic));
    Choice {
        offered: Some(offered),
        expired: yeses.map_or(0, |yeses| yeses.too_old),
        ..Choice::default()
    }
}

/// A charter gives data abroad under a safeguard only, so none is missing here.
fn recipients(charter: &Charter, purpose: &Purpose) -> Vec<Recipient> {
    let advertises = purpose.category == "advertise.audience";
    let of = |key: &String| {
        let known = charter.recipient(key)?;
        let works_for_us = known.role == "processor";
        let who = match (advertises, works_for_us) {
            (true, _) => Who::AdPlatform,
            (false, true) => Who::Processor,
            (false, false) => Who::Partner,
        };
        let safeguard =
            if known.safeguard.is_some() { Safeguard::InPlace } else { Safeguard::NotNeeded };
        let ends = Some(if works_for_us { Ends::Ours } else { Ends::Own });
        let name = Some(known.name.clone());
        Some(Recipient { who, name, ends, gain: Gain::Nothing, contract: true, safeguard })
    };
    purpose.recipients.iter().filter_map(of).collect()
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
