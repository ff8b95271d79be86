//! Statements and their answers, in files: one file per role.

use datafusion::arrow::util::display::array_value_to_string;
use sqllogictest::{DB, DBOutput, DefaultColumnType, Runner};
use theirs_query::{Asker, QueryError};

use crate::fixture::{CANARY, Fixture, asker};

struct Governed<'f> {
    fixture: &'f Fixture,
    asker: Asker,
}

impl DB for Governed<'_> {
    type Error = QueryError;
    type ColumnType = DefaultColumnType;

    fn run(&mut self, sql: &str) -> Result<DBOutput<DefaultColumnType>, QueryError> {
        let answer = self.fixture.door.ask(&self.asker, sql)?;
        let mut rows = Vec::new();
        for batch in &answer.batches {
            for row in 0..batch.num_rows() {
                let cell = |column| match array_value_to_string(column, row).unwrap() {
                    text if text.is_empty() => "NULL".to_owned(),
                    text => text,
                };
                rows.push(batch.columns().iter().map(|c| cell(c)).collect());
            }
        }
        let types = vec![DefaultColumnType::Any; answer.schema.fields().len()];
        Ok(DBOutput::Rows { types, rows })
    }
}

fn run(role: &str) {
    let fixture = Fixture::new();
    let path = format!("{}/tests/slt/{role}.slt", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap();
    let mut runner =
        Runner::new(|| async { Ok(Governed { fixture: &fixture, asker: asker(role) }) });
    runner.run_script(&text).unwrap_or_else(|error| panic!("{path}: {error}"));
}

#[test]
fn marketing_gets_what_its_purposes_permit() {
    run("marketing");
}

#[test]
fn analysts_get_coarse_columns() {
    run("analyst");
}

#[test]
fn service_sees_everybody_it_serves() {
    run("service");
}

#[test]
fn statisticians_see_groups() {
    run("statistician");
}

#[test]
fn there_are_at_least_sixty_statements_and_no_answer_holds_a_canary() {
    let mut statements = 0;
    for role in ["marketing", "analyst", "service"] {
        let path = format!("{}/tests/slt/{role}.slt", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(path).unwrap();
        statements +=
            text.lines().filter(|l| l.starts_with("query") || l.starts_with("statement")).count();
        if role != "service" {
            assert!(!text.split("----").skip(1).any(|answer| {
                answer
                    .lines()
                    .skip(1)
                    .take_while(|line| !line.is_empty())
                    .any(|line| line.contains(CANARY))
            }));
        }
    }
    assert!(statements >= 60, "{statements}");
}
