//! A join by nothing but `person_id` is read beside the activity; it must give what a join gives.
//!
//! Each statement is asked twice: as it stands, and with `+ 0` at one of the names, which leaves the
//! join to the engine.

use datafusion::arrow::util::display::array_value_to_string;
use theirs_store::ActKind;

use crate::fixture::{Fixture, act_of, asker};

/// `KEY` stands for the name on one side.
const STATEMENTS: [&str; 25] = [
    "select p.city, sum(o.total) t from S.person p join S.orders o on o.person_id = KEYp.person_id group by p.city",
    "select * from S.person p join S.orders o on KEYp.person_id = o.person_id",
    "select * from S.orders o join S.person p on o.person_id = KEYp.person_id",
    "select o.total, p.given_name as called, p.given_name from S.orders o, S.person p where o.person_id = KEYp.person_id",
    "select count(*) from S.orders o join S.person p on o.person_id = KEYp.person_id",
    "select p.person_id, o.person_id, p.email from S.orders o join S.person p on o.person_id = KEYp.person_id",
    "select p.email, o.at from S.orders o join S.person p on o.person_id = KEYp.person_id where p.city = 'Oldhaven'",
    "select p.email, o.at from S.orders o join S.person p on o.person_id = KEYp.person_id where p.city = 'Nowhere'",
    "select p.email, o.at from S.orders o join S.person p on o.person_id = KEYp.person_id where p.city is null",
    "select p.email, o.total from S.orders o join S.person p on o.person_id = KEYp.person_id where o.total > 10",
    "select p.email, o.total from S.orders o join S.person p on o.person_id = KEYp.person_id
     where o.total > 5 and p.city in ('Oldhaven', 'Saltmouth') and o.total > length(p.city)",
    "select upper(p.city) || '!' c, o.total * 2 d from S.orders o join S.person p on o.person_id = KEYp.person_id
     where cast(o.at as text) >= '2026-02' order by c, d limit 100",
    "select a.given_name, b.city, o.total from S.orders o join S.person a on o.person_id = KEYa.person_id
     join S.person b on o.person_id = KEYb.person_id where a.city = 'Saltmouth'",
    "select p.city, (select max(x.total) from S.orders x join S.person y on x.person_id = KEYy.person_id) m from S.person p",
    "with t as (select o.total, p.city from S.orders o join S.person p on o.person_id = KEYp.person_id)
     select a.city, count(*) from t a join t b on a.total = b.total group by a.city",
    "select p.birth_date, count(distinct o.person_id) n, min(o.total) m from S.orders o
     left join S.person p on o.person_id = KEYp.person_id group by p.birth_date",
    "select p.given_name from S.person p
     where exists (select 1 from S.orders o where o.person_id = KEYp.person_id and o.total > 5)",
    "select o.total a, o.total b, p.city c, p.city d from S.orders o join S.person p on o.person_id = KEYp.person_id",
    "select o.total a, o.total b, o.person_id > KEY1 c from S.orders o where o.total >= 5",
    "select p.person_id, row_number() over (partition by o.person_id order by o.total, o.at) r
     from S.person p join S.orders o on KEYp.person_id = o.person_id",
    "select p.person_id, sum(o.total) over (partition by o.person_id) t
     from S.orders o join S.person p on o.person_id = KEYp.person_id",
    "select p.city, count(*) over (partition by p.person_id) n from S.orders o join S.person p on o.person_id = KEYp.person_id",
    "select distinct p.person_id, o.person_id q
     from S.orders o join S.person p on o.person_id = KEYp.person_id order by o.person_id",
    "select o.person_id, p.person_id, count(*) n from S.orders o join S.person p on o.person_id = KEYp.person_id
     group by o.person_id, p.person_id having count(*) > 0",
    "select rank() over (partition by p.city order by o.total, p.email, o.at) r, p.email
     from S.orders o join S.person p on o.person_id = KEYp.person_id",
];

fn answer(fixture: &Fixture, (role, purpose): (&str, &str), sql: &str, key: &str) -> Vec<String> {
    let sql = sql.replace("S.", &format!("{purpose}.")).replace("KEY", key);
    let answer = fixture.door.ask(&asker(role), &*sql);
    let answer = answer.unwrap_or_else(|error| panic!("{sql}: {error}"));
    let mut rows: Vec<String> = Vec::new();
    for batch in &answer.batches {
        for row in 0..batch.num_rows() {
            let cell = |column| array_value_to_string(column, row).unwrap();
            let cells: Vec<String> = batch.columns().iter().map(|column| cell(column)).collect();
            rows.push(cells.join("|"));
        }
    }
    rows.sort_unstable();
    let names = answer.schema.fields().iter().map(|field| field.name().clone());
    rows.push(names.collect::<Vec<_>>().join("|"));
    rows
}

fn assert_same(fixture: &Fixture) {
    for purpose in [("analyst", "figures"), ("service", "service"), ("host", "tasting")] {
        for sql in STATEMENTS {
            // Not every purpose sees the address.
            let sql = if purpose.1 == "tasting" {
                sql.replace("email", "given_name")
            } else {
                sql.to_owned()
            };
            let (beside, joined) =
                (answer(fixture, purpose, &sql, ""), answer(fixture, purpose, &sql, "0 + "));
            assert_eq!(beside, joined, "{purpose:?}: {sql}");
        }
    }
}

#[test]
fn what_is_read_beside_an_activity_is_what_a_join_brings() {
    let fixture = Fixture::new();
    assert_same(&fixture);
    let rows = answer(&fixture, ("service", "service"), STATEMENTS[1], "");
    assert!(rows.len() > 10, "{rows:?}");
}

#[test]
fn it_follows_what_people_change() {
    let fixture = Fixture::new();
    assert_same(&fixture);
    let change = |anchor, kind, topic: &str, content: &str| {
        fixture.store().record_act(&act_of(anchor, kind, topic, content)).unwrap();
        assert_same(&fixture);
    };
    change(1, ActKind::Objection, "all", "yes");
    let of_city = |city: &str| {
        let sql = format!(
            "select p.city from S.orders o join S.person p on o.person_id = p.person_id where p.city = '{city}'"
        );
        answer(&fixture, ("service", "service"), &sql, "").len() - 1
    };
    assert_eq!(of_city("Newport"), 0);
    change(2, ActKind::Correction, "city", "Newport");
    assert!(of_city("Newport") > 0);
    change(1, ActKind::Objection, "all", "no");
    change(2, ActKind::Correction, "city", "Oldhaven");
    assert_eq!(of_city("Newport"), 0);
}
