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
    let mut bad = String::new();
    for record in sqllogictest::parse(&text).unwrap() {
        if let sqllogictest::Record::Query { sql, .. }
        | sqllogictest::Record::Statement { sql, .. } = &record
        {
            use std::fmt::Write as _;
            let a = Governed { fixture: &fixture, asker: asker(role) }.run(sql);
            match &a {
                Err(e) => writeln!(
                    bad,
                    "{sql}\n   => {}\n",
                    match e {
                        QueryError::Refused(e) => format!("R {e}"),
                        e => format!("E {e}"),
                    }
                )
                .unwrap(),
                Ok(_) => {}
            }
        }
        if let Err(e) = runner.run(record) {
            bad.push_str(&format!("#### BAD {e}\n\n"));
        }
    }
    std::fs::write(format!("/tmp/dump-{role}.txt"), &bad).unwrap();
    assert!(!bad.contains("#### BAD"));
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

#[test]
fn zz_probe() {
    let fixture = Fixture::new();
    let mut out = String::new();
    let mut sqls: Vec<String> = std::fs::read_to_string("/tmp/probes.txt").unwrap().lines().map(str::to_owned).collect();
    let n = |s: &str, k: usize| s.repeat(k);
    sqls.push(format!("select count(*) from offer.person where {} true", n("given_name='a' or ", 3000)));
    sqls.push(format!("select count(*) from offer.person where 1{} > 0", n("+1", 25000)));
    sqls.push(format!("select {}1{} from offer.person", n("(", 1000), n(")", 1000)));
    sqls.push(format!("select count(*) from offer.person where {} true", n("not ", 10000)));
    sqls.push(format!("select {} 1 from offer.person", n("- ", 10000)));
    sqls.push(format!("select 1 from offer.person {}", n("union all select 1 from offer.person ", 1500)));
    sqls.push(format!("{}select 1 as a from offer.person{}", n("select a from (", 70), n(") t", 70)));
    sqls.push(format!("{}select 1 as a from offer.person{}", n("select a from (", 40), n(") t", 40)));
    sqls.push(format!("select 1 {}", n("x", 70000)));
    for sql in sqls {
        use std::fmt::Write as _;
        use std::io::Write as _;
        let start = std::time::Instant::now();
        let r = match (Governed { fixture: &fixture, asker: asker("marketing") }).run(&sql) {
            Ok(DBOutput::Rows { rows, .. }) => format!("{} rows {:?}", rows.len(), rows.iter().take(3).collect::<Vec<_>>()),
            Ok(_) => String::new(),
            Err(QueryError::Refused(e)) => format!("R {e}"),
            Err(e) => format!("E {e}"),
        };
        let short: String = sql.chars().take(120).collect();
        let r: String = r.chars().take(400).collect();
        out.clear();
        writeln!(out, "{short}\n  {:?} => {r}", start.elapsed()).unwrap();
        std::fs::OpenOptions::new().create(true).append(true).open("/tmp/probes.out").unwrap().write_all(out.as_bytes()).unwrap();
    }
}
