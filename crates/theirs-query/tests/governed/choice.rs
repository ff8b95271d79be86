//! What a person chose counts from the next statement on.

use jiff::Timestamp;
use theirs_model::RecordId;
use theirs_query::QueryError;
use theirs_store::{ActKind, NewAct};

use crate::fixture::{Fixture, asker};

fn act(kind: ActKind, topic: &str, content: &str) -> NewAct {
    NewAct {
        anchor: RecordId(1),
        kind,
        topic: topic.to_owned(),
        content: Some(content.to_owned()),
        at: Timestamp::UNIX_EPOCH,
        by: "person".to_owned(),
    }
}

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

#[test]
fn who_objects_between_choice_and_dispatch_is_not_on_the_list() {
    let fixture = Fixture::new();
    let sql = "select person_id from offer.person where given_name = 'Ada'";
    let answer = fixture.door.ask(&asker("marketing"), sql).unwrap();
    let ids = answer.batches[0].column(0).as_any();
    let id = ids.downcast_ref::<datafusion::arrow::array::Int64Array>().unwrap().value(0);
    let columns = ["email".to_owned()];
    let release = || {
        fixture.door.release(&asker("marketing"), "offer", "post", &columns, "near", &[id]).unwrap()
    };
    assert_eq!(release().may_leave, [true]);
    fixture.store().record_act(&act(ActKind::Objection, "all", "yes")).unwrap();
    assert_eq!(release().may_leave, [false]);
}

#[test]
fn a_column_the_purpose_does_not_hold_cannot_be_released() {
    let fixture = Fixture::new();
    let columns = ["postcode".to_owned()];
    let release = fixture.door.release(&asker("marketing"), "offer", "post", &columns, "near", &[]);
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
