//! No statement, however deep, brings the process down.

use theirs_query::QueryError;

use crate::fixture::{Fixture, asker};

fn asked(sql: &str) -> Result<usize, QueryError> {
    let fixture = Fixture::new();
    fixture.door.ask(&asker("analyst"), sql).map(|answer| answer.rows())
}

#[test]
fn statements_that_nest_too_deep_are_turned_down() {
    let person = "from figures.person";
    let deep = [
        format!("select 1 {person} where {} true", "city = 'a' or ".repeat(4_000)),
        format!("select 1{} {person}", " + 1".repeat(16_000)),
        format!("select 1{} {person}", "::int".repeat(12_000)),
        format!("select {} 1 {person}", "- ".repeat(20_000)),
        format!("select cast('1' as int{}) {person}", "[]".repeat(20_000)),
        format!("select 1 {person} as t(a int{})", "[]".repeat(20_000)),
        format!("select cast('1' as {}int{}) {person}", "array<".repeat(9_000), ">".repeat(9_000)),
        format!("select {}1{} {person}", "(".repeat(20_000), ")".repeat(20_000)),
        format!("select 1 {person} {}", "union select 1 ".repeat(4_000)),
        format!("select 1 {person} union select 1 {}", "intersect select 1 ".repeat(3_000)),
        format!("{}select 1 a {person}{}", "select a from (".repeat(80), ") t".repeat(80)),
        // The parser doubles its time with each of these.
        format!("select {}city{} {person}", "upper(".repeat(30), ")".repeat(30)),
        format!("select {}city{} {person}", "\"f\" /* ) */ (".repeat(30), ", ')' )".repeat(30)),
    ];
    for sql in deep {
        let Err(error) = asked(&sql) else { panic!("{}", &sql[..100]) };
        assert_eq!(error.to_string(), "the statement nests too deep", "{}", &sql[..100]);
    }
}

#[test]
fn where_the_parser_stops_early_it_is_a_syntax_error() {
    let sql = format!("select 1 from figures.person where {} true", "not ".repeat(15_000));
    assert!(matches!(asked(&sql), Err(QueryError::Statement { .. })));
}

#[test]
fn long_statements_of_ordinary_depth_are_answered() {
    let person = "from figures.person";
    let chain = format!("select 1 {person} where {} true", "city = 'a' or ".repeat(200));
    assert_eq!(asked(&chain).unwrap(), 9);
    let calls = format!("select {}city{} {person}", "upper(".repeat(10), ")".repeat(10));
    assert_eq!(asked(&calls).unwrap(), 9);
    let list = format!("select 1 {person} where points in ({}1200)", "7, ".repeat(15_000));
    assert_eq!(asked(&list).unwrap(), 9);
    let union = format!("select 1 a {person} {}", "union select 1 ".repeat(200));
    assert_eq!(asked(&union).unwrap(), 1);
}

#[test]
fn a_statement_that_is_too_long_is_turned_down() {
    let error = asked(&"select ".repeat(10_000)).unwrap_err();
    assert_eq!(error.to_string(), "a statement has at most 65536 bytes");
}

#[test]
fn functions_that_nobody_allowed_are_not_there() {
    for call in [
        "repeat(city, 1000000000)",
        "lpad(city, 1000000000)",
        "array_repeat(1, 10000000000)",
        "generate_series(1, 10000000000)",
        "range(10000000000)",
        "array_resize(array[1], 10000000000)",
        "version()",
        "uuid()",
        "random()",
        "arrow_typeof(city)",
        "input_file_name()",
        "md5(city)",
    ] {
        let error = asked(&format!("select {call} from figures.person")).unwrap_err().to_string();
        let name = call.split('(').next().unwrap();
        assert!(error.contains(&format!("'{name}'")), "{error}");
    }
    for table in ["generate_series(1, 2)", "range(1, 2)", "read_csv('crm.csv')"] {
        assert!(asked(&format!("select 1 from figures.person, {table}")).is_err(), "{table}");
    }
    assert_eq!(asked("select unnest(array[1, 2]) from figures.person").unwrap(), 18);
}

#[test]
fn a_text_cannot_be_made_longer_than_memory() {
    let long = "a".repeat(15_000);
    for call in ["replace", "regexp_replace"] {
        let sql = format!(
            "select {call}({call}('{long}', 'a', '{long}'), 'a', '{long}') from figures.person"
        );
        let error = asked(&sql).unwrap_err().to_string();
        assert!(error.contains("too long") || error.contains("more memory"), "{error}");
        assert_eq!(
            asked(&format!("select {call}(city, 'a', 'b') from figures.person")).unwrap(),
            9
        );
    }
}
