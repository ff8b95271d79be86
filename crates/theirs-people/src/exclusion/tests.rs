//! Restriction and the age limit: whom they leave out, and until when.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::date;
use theirs_charter::Charter;
use theirs_model::{RecordId, Sequence, Slot};
use theirs_store::{Act, ActKind, Record};

use super::*;
use crate::profile;

const CHARTER: &str = "
charter: 1
time_zone: UTC
controller: { name: Shop, email: hello@shop.example }
sources:
  till: { kind: internal, acquired: At the till., holds: identity, key: k, columns: { born: demo.birthdate } }
purposes:
  wine: { category: marketing.offer, basis: legitimate interest, minimum_age: 18, says: We offer wine., keep: 1 year }
  parcel: { category: service.order, basis: contract, says: We send., keep: 1 year }
roles: { marketing: { purposes: [wine] } }
";

fn born(day: &str) -> Record {
    let at = Timestamp::UNIX_EPOCH;
    Record {
        id: RecordId(1),
        source: "till".to_owned(),
        key: "1".to_owned(),
        since: at,
        loaded: at,
        is_sure: true,
        is_later: false,
        columns: BTreeMap::from([("born".to_owned(), day.to_owned())]),
    }
}

fn act(kind: ActKind, topic: &str, content: &str, anchor: u64, sequence: u64) -> Act {
    Act {
        slot: Slot(0),
        anchor: RecordId(anchor),
        anchored: Sequence(9),
        kind,
        topic: topic.to_owned(),
        content: Some(content.to_owned()),
        at: Timestamp::UNIX_EPOCH,
        by: "person".to_owned(),
        reason: None,
        sequence: Sequence(sequence),
    }
}

fn why(name: &str, records: &[Record], acts: &[Act], today: Date) -> Option<Exclusion> {
    let charter = Charter::read("charter.yaml", CHARTER).unwrap();
    exclusion(charter.purpose(name).unwrap(), &profile(&charter, records, acts), today)
}

#[test]
fn the_age_limit_is_reached_on_the_birthday_and_without_any_act() {
    let wine = |day, today| why("wine", &[born(day)], &[], today);
    assert_eq!(wine("2008-03-02", date(2026, 3, 1)), Some(Exclusion::TooYoung));
    assert_eq!(wine("2008-03-02", date(2026, 3, 2)), None);
    assert_eq!(wine("2008-02-29", date(2026, 2, 28)), Some(Exclusion::TooYoung));
    assert_eq!(wine("2008-02-29", date(2026, 3, 1)), None);
    assert_eq!(wine("2004-02-29", date(2024, 2, 29)), None);
    assert_eq!(why("parcel", &[born("2020-01-01")], &[], date(2026, 3, 2)), None);
}

#[test]
fn an_unknown_or_contested_age_is_refused() {
    let today = date(2026, 3, 2);
    assert_eq!(why("wine", &[], &[], today), Some(Exclusion::AgeUnknown));
    let contested = act(ActKind::Contest, "birth_date", "yes", 1, 10);
    let old = [born("1961-01-01")];
    assert_eq!(
        why("wine", &old, std::slice::from_ref(&contested), today),
        Some(Exclusion::AgeUnknown)
    );
    let right = act(ActKind::Correction, "birth_date", "1962-01-01", 1, 11);
    assert_eq!(why("wine", &old, &[contested, right], today), None);
    let young = act(ActKind::Correction, "birth_date", "2015-01-01", 1, 11);
    assert_eq!(why("wine", &old, &[young], today), Some(Exclusion::TooYoung));
}

#[test]
fn a_restriction_stops_every_purpose_or_one_until_it_is_lifted() {
    let today = date(2026, 3, 2);
    let old = [born("1961-01-01")];
    let hold = |topic, content, sequence| act(ActKind::Restriction, topic, content, 1, sequence);
    for name in ["wine", "parcel"] {
        let stopped = [hold("all", "yes", 10)];
        assert_eq!(why(name, &old, &stopped, today), Some(Exclusion::Restricted));
        let lifted = [hold("all", "yes", 10), hold("all", "no", 11)];
        assert_eq!(why(name, &old, &lifted, today), None);
    }
    let one = [hold("parcel", "yes", 10)];
    assert_eq!(why("wine", &old, &one, today), None);
    assert_eq!(why("parcel", &old, &one, today), Some(Exclusion::Restricted));
}

#[test]
fn on_merging_the_restriction_of_either_person_wins() {
    let today = date(2026, 3, 2);
    let held = act(ActKind::Restriction, "all", "yes", 1, 5);
    let free = act(ActKind::Restriction, "all", "no", 2, 6);
    let both = [held.clone(), free.clone()];
    assert_eq!(why("parcel", &[], &both, today), Some(Exclusion::Restricted));
    let after = act(ActKind::Restriction, "all", "no", 2, 10);
    assert_eq!(why("parcel", &[], &[held, free, after], today), None);
}

#[test]
fn the_clause_names_the_field_or_the_law() {
    let charter = Charter::read("charter.yaml", CHARTER).unwrap();
    let wine = charter.purpose("wine").unwrap();
    assert_eq!(Exclusion::TooYoung.clause(wine).to_string(), "purposes.wine.minimum_age");
    assert_eq!(Exclusion::Restricted.clause(wine).to_string(), "GDPR Art. 18");
}
