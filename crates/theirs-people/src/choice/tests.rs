//! Whose word counts on consent and objection.

use std::collections::BTreeMap;

use theirs_model::{RecordId, Sequence, Slot};

use super::*;
use crate::{Exclusion, exclusion};

const CHARTER: &str = "
charter: 1
time_zone: UTC
controller: { name: Shop, email: hello@shop.example }
sources:
  till: { kind: internal, acquired: At the till., holds: identity, key: k, columns: { mail: { consent: news }, no: { objection: marketing } } }
  web: { kind: subject, acquired: On the web., holds: identity, key: k, columns: { mail: { consent: news } } }
  bought: { kind: broker, acquired: Bought., holds: identity, key: k, columns: { mail: { consent: news } } }
purposes:
  letter: { category: marketing.direct, basis: consent, consent: news, says: We write., keep: 1 year }
  parcel: { category: service.order, basis: contract, says: We send., keep: 1 year }
roles: { marketing: { purposes: [letter] } }
";

fn record(id: u64, source: &str, column: &str, said: &str, second: i64) -> Record {
    let at = Timestamp::from_second(second).unwrap();
    Record {
        id: RecordId(id),
        source: source.to_owned(),
        key: id.to_string(),
        since: at,
        loaded: at,
        is_sure: true,
        is_later: false,
        columns: BTreeMap::from([(column.to_owned(), said.to_owned())]),
    }
}

fn act(kind: ActKind, topic: &str, yes: &str, anchor: u64, anchored: u64, sequence: u64) -> Act {
    Act {
        slot: Slot(0),
        anchor: RecordId(anchor),
        anchored: Sequence(anchored),
        kind,
        topic: topic.to_owned(),
        content: Some(yes.to_owned()),
        at: Timestamp::UNIX_EPOCH,
        by: "person".to_owned(),
        reason: None,
        sequence: Sequence(sequence),
    }
}

fn letter(records: &[Record], acts: &[Act]) -> Option<Exclusion> {
    let charter = Charter::read("charter.yaml", CHARTER).unwrap();
    let person = crate::profile(&charter, records, acts);
    let today = jiff::civil::date(2026, 3, 2);
    assert_eq!(exclusion(charter.purpose("parcel").unwrap(), &person, today), None);
    exclusion(charter.purpose("letter").unwrap(), &person, today)
}

#[test]
fn the_latest_import_wins_and_ties_refuse() {
    let yes = record(1, "till", "mail", "true", 10);
    assert_eq!(letter(&[], &[]), Some(Exclusion::NoConsent));
    assert_eq!(letter(std::slice::from_ref(&yes), &[]), None);
    let later = record(2, "web", "mail", "false", 11);
    assert_eq!(letter(&[yes.clone(), later.clone()], &[]), Some(Exclusion::ConsentRefused));
    assert_eq!(letter(&[later, yes.clone()], &[]), Some(Exclusion::ConsentRefused));
    let tie = record(2, "web", "mail", "false", 10);
    assert_eq!(letter(&[yes.clone(), tie.clone()], &[]), Some(Exclusion::ConsentRefused));
    assert_eq!(letter(&[tie, yes], &[]), Some(Exclusion::ConsentRefused));
}

#[test]
fn a_broker_cannot_agree_for_anybody_but_can_pass_a_refusal_on() {
    let bought = |said| record(3, "bought", "mail", said, 99);
    assert_eq!(letter(&[bought("true")], &[]), Some(Exclusion::NoConsent));
    let yes = record(1, "till", "mail", "true", 10);
    assert_eq!(letter(&[yes, bought("false")], &[]), Some(Exclusion::ConsentRefused));
}

#[test]
fn the_persons_own_act_outranks_every_import() {
    let yes = record(1, "till", "mail", "true", 1_000_000);
    let no = act(ActKind::Consent, "news", "no", 1, 0, 1);
    assert_eq!(letter(&[yes], &[no]), Some(Exclusion::ConsentRefused));
    let objects = record(1, "till", "no", "true", 1_000_000);
    let agrees = act(ActKind::Consent, "news", "yes", 1, 0, 1);
    assert_eq!(
        letter(std::slice::from_ref(&objects), std::slice::from_ref(&agrees)),
        Some(Exclusion::Objected)
    );
    let no_longer = act(ActKind::Objection, "marketing", "no", 1, 0, 2);
    assert_eq!(letter(&[objects], &[agrees, no_longer]), None);
}

#[test]
fn on_merging_the_refusal_wins_until_the_merged_person_says_otherwise() {
    let one = act(ActKind::Consent, "news", "yes", 1, 0, 5);
    let other = act(ActKind::Consent, "news", "no", 2, 9, 4);
    assert_eq!(letter(&[], &[one.clone(), other.clone()]), Some(Exclusion::ConsentRefused));
    let after = act(ActKind::Consent, "news", "yes", 1, 0, 10);
    assert_eq!(letter(&[], &[one, other, after]), None);
}
