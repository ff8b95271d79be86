//! What a person chose counts from the next statement on.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use theirs_model::{Clock, UseId};
use theirs_query::{Answer, Door, Leaving, QueryError, Whither};
use theirs_store::{ActKind, NewAct};

use crate::fixture::{Fixture, act, act_of, asker, to_the_post};

fn seen(fixture: &Fixture) -> usize {
    let sql = "select given_name from offer.person where given_name in ('Ada', 'Adele')";
    fixture.door.ask(&asker("marketing"), sql).unwrap().rows()
}

#[test]
fn an_objection_takes_effect_on_the_next_statement_and_so_does_taking_it_back() {
    let fixture = Fixture::new();
    assert_eq!(seen(&fixture), 1);
    fixture.store().record_act(&act(ActKind::Objection, "marketing", "yes")).unwrap();
    assert_eq!(seen(&fixture), 0);
    fixture.store().record_act(&act(ActKind::Objection, "marketing", "no")).unwrap();
    assert_eq!(seen(&fixture), 1);
}

#[test]
fn a_consent_taken_back_outranks_the_import() {
    let fixture = Fixture::new();
    fixture.store().record_act(&act(ActKind::Consent, "newsletter", "no")).unwrap();
    assert_eq!(seen(&fixture), 0);
}

#[test]
fn a_correction_is_what_the_next_statement_sees() {
    let fixture = Fixture::new();
    fixture.store().record_act(&act(ActKind::Correction, "given_name", "Adele")).unwrap();
    let sql = "select given_name from offer.person where given_name = 'Adele'";
    assert_eq!(fixture.door.ask(&asker("marketing"), sql).unwrap().rows(), 1);
}

/// A clock whose hands are moved.
struct Hands(Mutex<Timestamp>);

impl Clock for Hands {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

fn left_out(answer: &Answer, clause: &str) -> u64 {
    let of_clause = answer.left_out.iter().filter(|left| left.clause.to_string() == clause);
    of_clause.map(|left| left.people).sum()
}

#[test]
fn who_reaches_the_age_limit_is_seen_from_midnight_on_without_any_act() {
    let fixture = Fixture::new();
    // Hugo is fifty on 8 August 2038; in London that day begins an hour before it does in UTC.
    let clock = Arc::new(Hands(Mutex::new("2038-08-07T22:59:59Z".parse().unwrap())));
    let ledger = Arc::clone(&fixture.ledger);
    let door = Door::open(fixture.folder.path(), ledger, Arc::clone(&clock) as _).unwrap();
    let ask = || door.ask(&asker("host"), "select given_name from tasting.person").unwrap();
    let (before, young) = (ask().rows(), left_out(&ask(), "purposes.tasting.minimum_age"));
    *clock.0.lock().unwrap() = "2038-08-07T23:00:00Z".parse().unwrap();
    let after = ask();
    assert_eq!(after.rows(), before + 1);
    assert_eq!(after.people, before as u64 + 1);
    assert_eq!(left_out(&after, "purposes.tasting.minimum_age"), young - 1);
}

#[test]
fn a_contested_value_is_null_in_every_purpose_until_it_is_decided() {
    let fixture = Fixture::new();
    let contest = |content| fixture.store().record_act(&act(ActKind::Contest, "city", content));
    let towns = |role, purpose: &str| {
        let sql = format!("select city from {purpose}.person where city = 'Saltmouth'");
        fixture.door.ask(&asker(role), sql.as_str()).unwrap().rows()
    };
    let all =
        || [towns("marketing", "offer"), towns("analyst", "figures"), towns("service", "service")];
    let before = all();
    contest("yes").unwrap();
    assert_eq!(all(), before.map(|rows| rows - 1));
    contest("upheld").unwrap();
    assert_eq!(all(), before.map(|rows| rows - 1));
    contest("dismissed").unwrap();
    assert_eq!(all(), before);
}

#[test]
fn a_value_whose_use_was_stopped_is_null_in_every_purpose_whatever_is_said_of_it() {
    let fixture = Fixture::new();
    let say = |act: NewAct| {
        fixture.store().record_act(&act).unwrap();
    };
    let stop = |content| act(ActKind::Restriction, "column:city", content);
    let towns = |role, purpose: &str, town: &str| {
        let sql = format!("select city from {purpose}.person where city = '{town}'");
        fixture.door.ask(&asker(role), sql.as_str()).unwrap().rows()
    };
    let all = |town| {
        [("marketing", "offer"), ("analyst", "figures"), ("service", "service")]
            .map(|(role, purpose)| towns(role, purpose, town))
    };
    let before = all("Saltmouth");
    say(stop("yes"));
    assert_eq!(all("Saltmouth"), before.map(|rows| rows - 1));
    // It outlasts a correction, and a contest that was decided.
    say(act(ActKind::Correction, "city", "Nowhereton"));
    say(act(ActKind::Contest, "city", "dismissed"));
    assert_eq!(all("Nowhereton"), [0, 0, 0]);
    say(stop("no"));
    assert_eq!(all("Nowhereton"), [1, 1, 1]);
}

#[test]
fn a_contested_birth_date_is_an_unknown_age() {
    let fixture = Fixture::new();
    let ask = || fixture.door.ask(&asker("host"), "select given_name from tasting.person").unwrap();
    let before = ask();
    let contested = act_of(3, ActKind::Contest, "birth_date", "yes");
    fixture.store().record_act(&contested).unwrap();
    assert_eq!(ask().rows(), before.rows() - 1);
    let clause = "purposes.tasting.minimum_age";
    assert_eq!(left_out(&ask(), clause), left_out(&before, clause) + 1);
}

#[test]
fn a_restriction_takes_a_person_out_of_every_purpose_or_of_one() {
    let fixture = Fixture::new();
    let hold = |topic, content| {
        fixture.store().record_act(&act(ActKind::Restriction, topic, content)).unwrap();
    };
    let seen = |role, purpose: &str| {
        let sql = format!("select given_name from {purpose}.person");
        fixture.door.ask(&asker(role), sql.as_str()).unwrap()
    };
    let both = || [seen("marketing", "offer").people, seen("service", "service").people];
    let before = both();
    hold("all", "yes");
    assert_eq!(both(), before.map(|people| people - 1));
    assert_eq!(left_out(&seen("service", "service"), "GDPR Art. 18"), 1);
    hold("all", "no");
    assert_eq!(both(), before);
    hold("service", "yes");
    assert_eq!(both(), [before[0], before[1] - 1]);
}

#[test]
fn who_objects_between_choice_and_dispatch_is_not_on_the_list() {
    let fixture = Fixture::new();
    let sql = "select person_id from offer.person where given_name = 'Ada'";
    let answer = fixture.door.ask(&asker("marketing"), sql).unwrap();
    let ids = answer.batches[0].column(0).as_any();
    let id = ids.downcast_ref::<datafusion::arrow::array::Int64Array>().unwrap().value(0);
    let columns = ["email".to_owned()];
    let release =
        || fixture.door.release(&asker("marketing"), &to_the_post(&columns), &[id]).unwrap();
    assert_eq!(release().may_leave, [true]);
    fixture.store().record_act(&act(ActKind::Objection, "all", "yes")).unwrap();
    assert_eq!(release().may_leave, [false]);
}

#[test]
fn who_objects_between_a_message_and_its_dispatch_is_written_to_no_more() {
    let fixture = Fixture::new();
    let ids = ids(&fixture, "offer");
    let columns = ["email".to_owned()];
    let leaving = Leaving { to: Whither::Person { by: None }, ..to_the_post(&columns) };
    let release = fixture.door.release(&asker("marketing"), &leaving, &ids).unwrap();
    assert!(release.unsubscribe.iter().all(Option::is_some), "everybody can say no by it");
    let open = || fixture.door.may_still_leave(release.use_id).unwrap();
    let before = open();
    let all: BTreeSet<String> = release.references.iter().flatten().cloned().collect();
    assert_eq!(before, all);
    fixture.store().record_act(&act(ActKind::Objection, "all", "yes")).unwrap();
    assert_eq!(open().len(), before.len() - 1);
    assert!(open().is_subset(&before));
    assert!(fixture.door.may_still_leave(UseId([9; 16])).unwrap().is_empty(), "of no use");
}

#[test]
fn a_column_the_purpose_does_not_hold_cannot_be_released() {
    let fixture = Fixture::new();
    let columns = ["postcode".to_owned()];
    let release = fixture.door.release(&asker("marketing"), &to_the_post(&columns), &[]);
    let Err(QueryError::Refused(refusal)) = release else { panic!("it was released") };
    assert_eq!(refusal.clause.to_string(), "purposes.offer.columns");
}

#[test]
fn pseudonyms_of_two_purposes_do_not_meet() {
    let fixture = Fixture::new();
    let figures = ids(&fixture, "figures");
    assert!(ids(&fixture, "offer").iter().all(|id| !figures.contains(id)));
}

#[test]
fn nor_does_the_order_of_rows_tell_who_is_who_in_another_purpose() {
    let fixture = Fixture::new();
    for purpose in ["offer", "figures"] {
        assert!(ids(&fixture, purpose).is_sorted(), "{purpose}");
    }
}

fn ids(fixture: &Fixture, purpose: &str) -> Vec<i64> {
    let sql = format!("select person_id from {purpose}.person");
    let answer = fixture.door.ask(&asker("marketing"), sql.as_str()).unwrap();
    let column = answer.batches[0].column(0).as_any();
    let ids = column.downcast_ref::<datafusion::arrow::array::Int64Array>().unwrap();
    ids.values().to_vec()
}
