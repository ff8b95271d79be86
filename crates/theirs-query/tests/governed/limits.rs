//! How much one statement of a role may take.

use std::time::Duration;

use theirs_query::{QueryError, Question};

use crate::fixture::{Fixture, asker};

fn limited(question: Question) -> String {
    let answer = Fixture::new().door.ask(&asker("trainee"), question);
    let Err(QueryError::Limit(message)) = answer else { panic!("no limit held") };
    message
}

#[test]
fn an_answer_has_no_more_rows_than_the_role_may_have() {
    let fixture = Fixture::new();
    let few = fixture.door.ask(&asker("trainee"), "select city from figures.person limit 3");
    assert_eq!(few.unwrap().rows(), 3);
    let message = limited("select city from figures.person".into());
    assert_eq!(message, "an answer has at most 3 rows");
}

#[test]
fn a_statement_uses_no_more_memory_than_the_role_may_use() {
    let many = "figures.person a, figures.person b, figures.person c, figures.person d, \
                figures.person e, figures.person f";
    let sql = format!("select a.city from {many} order by b.city, c.city, d.city, e.city, f.city");
    let message = limited(sql.as_str().into());
    assert_eq!(message, "the statement needs more memory than it may use");
}

#[test]
fn texts_that_double_over_and_over_end_before_the_memory_does() {
    let fixture = Fixture::new();
    for doubling in
        ["x || x", "concat(x, x)", "concat_ws('', x, x)", "concat_ws(x, x, x)", "x || x || ''"]
    {
        let turn = |at| format!(", t{} as (select {doubling} x from t{at})", at + 1);
        let turns: String = (0..40).map(turn).collect();
        let first = "with t0 as (select city x from figures.person)";
        let sql = format!("{first}{turns} select length(x) from t40");
        let answer = fixture.door.ask(&asker("analyst"), sql.as_str());
        let Err(QueryError::Limit(message)) = answer else { panic!("{doubling}: {answer:?}") };
        assert_eq!(message, "the statement needs more memory than it may use");
    }
}

#[test]
fn texts_are_joined_as_ever() {
    let fixture = Fixture::new();
    let ask = |joined: &str| {
        let sql = format!("select count(*) from figures.person where {joined}");
        let answer = fixture.door.ask(&asker("analyst"), sql.as_str()).unwrap();
        let count = answer.batches[0].column(0);
        datafusion::arrow::util::display::array_value_to_string(count, 0).unwrap()
    };
    assert_eq!(ask("city || '!' = 'Oldhaven!'"), "4");
    assert_eq!(ask("city || null is null"), "9");
    assert_eq!(ask("(city || 1) || '' = 'Oldhaven1'"), "4");
    assert_eq!(ask("concat(city, '!') = '!'"), "1");
}

#[test]
fn a_statement_runs_no_longer_than_it_is_given() {
    let many =
        ["figures.orders"; 9].iter().zip('a'..).map(|(table, name)| format!("{table} {name}"));
    let sql = format!("select count(*) from {}", many.collect::<Vec<_>>().join(", "));
    let patience = Some(Duration::from_millis(50));
    let message = limited(Question { patience, ..sql.as_str().into() });
    assert!(message.contains("longer than 50ms"), "{message}");
}

#[test]
fn parameters_stand_for_values_and_a_bare_table_for_one_of_the_purpose() {
    let fixture = Fixture::new();
    let mut question = Question::from("select count(*) from person where city = $1");
    question.purpose = Some("figures".to_owned());
    let shape = fixture.door.describe(&asker("analyst"), &question).unwrap();
    assert_eq!(shape.parameters.len(), 1);
    question.parameters = vec!["Oldhaven".into()];
    assert_eq!(fixture.door.ask(&asker("analyst"), question.clone()).unwrap().rows(), 1);
    question.parameters.clear();
    assert!(fixture.door.ask(&asker("analyst"), question).is_err());
}
