//! A purpose that sees groups only: what is told of one person, and what a change tells.

use std::sync::Arc;

use datafusion::arrow::array::AsArray;
use datafusion::arrow::datatypes::Int64Type;
use theirs_model::FixedClock;
use theirs_query::{Door, QueryError};
use theirs_store::ActKind;

use crate::fixture::{Fixture, act_of, asker};

/// The fewest people of a group, as the charter of these tests says.
const LEAST: i64 = 3;

fn count(door: &Door, sql: &str) -> i64 {
    let answer = door.ask(&asker("statistician"), sql).unwrap_or_else(|e| panic!("{sql}: {e}"));
    answer.batches[0].column(0).as_primitive::<Int64Type>().value(0)
}

fn objects(fixture: &Fixture, record: u64, content: &str) {
    let act = act_of(record, ActKind::Objection, "all", content);
    fixture.store().record_act(&act).unwrap();
}

fn later(fixture: &Fixture, now: &str) -> Door {
    let clock = Arc::new(FixedClock(now.parse().unwrap()));
    Door::open(fixture.folder.path(), Arc::clone(&fixture.ledger), clock).unwrap()
}

#[test]
fn no_condition_singles_out_fewer_people_than_a_group_has() {
    let fixture = Fixture::new();
    let values = ["'Saltmouth'", "'Oldhaven'", "'18-29'", "'40-49'", "'Nowhere'", "'2026-01'"];
    let mut conditions = vec!["true".to_owned()];
    for column in ["city", "birth_date"] {
        conditions.push(format!("{column} is null"));
        for value in values {
            conditions.push(format!("{column} = {value}"));
            conditions.push(format!("not {column} = {value}"));
            conditions.push(format!("{column} < {value}"));
        }
    }
    for one in &conditions {
        for other in conditions.iter().step_by(5) {
            let sql = format!("select count(*) from crowd.person where {one} and {other}");
            let people = count(&fixture.door, &sql);
            assert!(people == 0 || people >= LEAST, "{sql}: {people}");
        }
    }
}

#[test]
fn a_group_that_loses_a_person_is_gone_until_the_next_day_and_survives_a_restart() {
    let fixture = Fixture::new();
    let people = "select count(*) from crowd.person";
    let orders = "select count(*) from crowd.orders";
    assert_eq!((count(&fixture.door, people), count(&fixture.door, orders)), (8, 16));
    objects(&fixture, 1, "yes");
    // Saltmouth is gone with all four of its people, and with every group that has one of them.
    assert_eq!((count(&fixture.door, people), count(&fixture.door, orders)), (4, 6));
    let again = later(&fixture, "2026-03-02T22:00:00Z");
    assert_eq!((count(&again, people), count(&again, orders)), (4, 6));
    let next = later(&fixture, "2026-03-03T01:00:00Z");
    assert_eq!(count(&next, people), 7);
    objects(&fixture, 1, "no");
    assert_eq!(count(&next, people), 7, "who comes back is counted from the next day on");
}

#[test]
fn what_changes_a_label_takes_its_group_away() {
    let fixture = Fixture::new();
    let people = "select count(*) from crowd.person";
    assert_eq!(count(&fixture.door, people), 8);
    let act = act_of(2, ActKind::Contest, "city", "yes");
    fixture.store().record_act(&act).unwrap();
    assert_eq!(count(&fixture.door, people), 4);
}

#[test]
fn neither_how_many_are_considered_nor_who_is_left_out_tells_of_one_person() {
    let fixture = Fixture::new();
    let ask = || fixture.door.ask(&asker("statistician"), "select city from crowd.person").unwrap();
    let before = ask();
    assert_eq!((before.people, before.left_out.len()), (8, 0));
    // Ines is in no group, and her objection changes nothing that anybody sees.
    objects(&fixture, 12, "yes");
    let after = ask();
    assert_eq!((after.people, after.left_out.len(), after.rows()), (8, 0, before.rows()));
}

#[test]
fn nobody_has_a_name_and_other_columns_are_refused_with_their_clause() {
    let fixture = Fixture::new();
    for (sql, clause) in [
        ("select person_id from crowd.person", "purposes.crowd.output"),
        (
            "select p.city from crowd.person p join crowd.orders o on p.person_id = o.person_id",
            "purposes.crowd.output",
        ),
        ("select points from crowd.person", "purposes.crowd.cells"),
        ("select email from crowd.person", "purposes.crowd.columns"),
    ] {
        let Err(QueryError::Refused(refusal)) = fixture.door.ask(&asker("statistician"), sql)
        else {
            panic!("{sql}")
        };
        assert_eq!(refusal.clause.to_string(), clause, "{sql}");
    }
}
