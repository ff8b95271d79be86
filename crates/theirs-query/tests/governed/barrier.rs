//! A user's predicate never runs on a row that the charter hides.
//!
//! Each attack first succeeds where the same filter is written into the query, as a rule or a view
//! would write it; only then does it count that it fails here.

use std::sync::Arc;

use datafusion::arrow::array::{Int64Array, RecordBatch, StringArray};
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use datafusion::prelude::SessionContext;

use crate::fixture::{CANARY, Fixture, asker};

/// Statements over `PERSON` that fail, if they see it, exactly when the canary is there.
const ATTACKS: [&str; 8] = [
    "select city from PERSON where 1 / (case when city = 'CANARYTOWN' then 0 else 1 end) > 0",
    "select city from PERSON where cast(case when city = 'CANARYTOWN' then 'x' else '1' end as int) > 0",
    "select count(*) from PERSON where 1 / (case when city like 'CANARY%' then 0 else 1 end) > 0",
    "select city from PERSON where 1 % (case when city = 'CANARYTOWN' then 0 else 2 end) >= 0 limit 1",
    "select a.city from PERSON a join PERSON b on a.city = b.city where 1 / (case when b.city = 'CANARYTOWN' then 0 else 1 end) > 0",
    "select * from (select city from PERSON) t where 10 / (length(replace(city, 'CANARYTOWN', ''))) >= 0",
    "with t as (select city from PERSON) select city from t where 1 / (case when city = 'CANARYTOWN' then 0 else 1 end) = 1",
    "select city from PERSON where 1 / (case when starts_with(city, 'CANARY') then 0 else 1 end) > 0 order by city",
];

/// The filter inlined: what a rewrite rule or a view amounts to.
fn unguarded() -> SessionContext {
    let session = SessionContext::new();
    let schema = Arc::new(Schema::new(vec![
        Field::new("city", DataType::Utf8, true),
        Field::new("consent", DataType::Int64, false),
    ]));
    let cities = StringArray::from(vec!["Saltmouth", "Oldhaven", CANARY]);
    let consents = Int64Array::from(vec![1, 1, 0]);
    let batch = RecordBatch::try_new(schema, vec![Arc::new(cities), Arc::new(consents)]).unwrap();
    session.register_batch("raw", batch).unwrap();
    session
}

#[tokio::test]
async fn every_attack_succeeds_where_the_filter_is_inlined() {
    let session = unguarded();
    let view = "(select city from raw where consent = 1 and city is not null) as";
    for attack in ATTACKS {
        let sql = inline(attack, view);
        let run = async { session.sql(&sql).await?.collect().await };
        assert!(
            run.await.is_err(),
            "this does not leak without the barrier, so it shows nothing: {sql}"
        );
    }
}

fn inline(attack: &str, view: &str) -> String {
    let mut sql = String::new();
    let mut parts = attack.split("PERSON");
    sql.push_str(parts.next().unwrap());
    for (at, part) in parts.enumerate() {
        let alias = ["a ", "b "].into_iter().find(|alias| part.trim_start().starts_with(alias));
        let name = if alias.is_some() { String::new() } else { format!(" p{at}") };
        sql.push_str(view);
        sql.push_str(&name);
        sql.push_str(part);
    }
    sql
}

#[test]
fn no_attack_succeeds_through_the_door() {
    let fixture = Fixture::new();
    for attack in ATTACKS {
        for table in ["offer.person", "figures.person"] {
            let sql = attack.replace("PERSON", table);
            let answer = fixture.door.ask(&asker("marketing"), sql.as_str());
            let answer = answer.unwrap_or_else(|error| panic!("{sql}: {error}"));
            assert!(!format!("{:?}", answer.batches).contains(CANARY), "{sql}");
        }
    }
}

#[test]
fn activities_of_hidden_people_are_behind_the_barrier_too() {
    let fixture = Fixture::new();
    let sql = "select count(*) n from figures.orders where 1 / (total - 5) < 100 or total is null";
    let _ = fixture.door.ask(&asker("marketing"), sql);
    let all = fixture.door.ask(&asker("service"), "select town from service.orders").unwrap();
    assert_eq!(all.rows(), 24);
    let seen = fixture.door.ask(&asker("marketing"), "select total from figures.orders").unwrap();
    assert_eq!(seen.rows(), 18);
}
