//! Databases that change while they are read.

use std::fmt::Write as _;

use super::server::{BOTH, Engine, Server};
use super::{House, schema, tables};

/// So many rows there are at first.
const ROWS: u64 = 20_000;

fn filled(engine: Engine) -> Server {
    let server = Server::start(engine);
    server.sql(&schema(engine));
    let (series, at) = match engine {
        Engine::Postgres => {
            ("generate_series(1, 20000) n(seq)", "timestamptz '2026-01-01 00:00:00+00'")
        }
        Engine::MariaDb => ("seq_1_to_20000", "timestamp '2026-01-01 00:00:00'"),
    };
    server.sql(&format!(
        "insert into client select seq, 'Saltmouth', null, null, null from {series} where seq <= 50;
         insert into purchase select seq, 1 + seq % 50, {at}, seq, {at} from {series};"
    ));
    server
}

/// Many changes: each moves an amount from one row to another, so that their sum stays; every tenth
/// also puts a row in and takes one out.
fn changes(engine: Engine, rounds: u64) -> String {
    let now = if engine == Engine::Postgres { "clock_timestamp()" } else { "now(6)" };
    let round = |at: u64| {
        let (from, to) = (1 + at * 7 % 15_000, 1 + (at * 13 + 5_000) % 15_000);
        let mut text = format!(
            "begin; update purchase set total = total - 1, changed = {now} where id = {from}; \
             update purchase set total = total + 1, changed = {now} where id = {to};"
        );
        if at.is_multiple_of(10) {
            let (new, old) = (ROWS + 1 + at, 15_001 + at / 10);
            let _ = write!(
                text,
                " insert into purchase select {new}, client, at, total, {now} from purchase \
                 where id = {old}; delete from purchase where id = {old};"
            );
        }
        text.push_str(" commit;\n");
        text
    };
    (0..rounds).map(round).collect()
}

/// The rows that are held and the sum of their amounts, as the house sees them in SQL.
fn held(house: &House) -> (u64, String) {
    house.well(&["resolve"]);
    let asked = "select count(*) as n, sum(total) as total from answer_you.orders";
    let said = house.well(&["--json", "sql", "--as", "vera", asked]);
    let answer: serde_json::Value = serde_json::from_str(&said).unwrap();
    let text = |name: &str| match &answer["rows"][0][name] {
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    (text("n").parse().unwrap_or_else(|_| panic!("{answer}")), text("total"))
}

/// Loads while the table changes; each load sees one moment of it.
fn stays_whole(engine: Engine, more: &str) {
    let server = filled(engine);
    let sources = tables("").replace("    person: {", &format!("{more}    person: {{"));
    let house = House::of(&sources);
    server.settings(house.path());
    house.well(&["principal", "add", "vera", "--role", "service", "--save"]);
    assert_eq!(house.load("crm")[0], 50);
    let whole = (ROWS, format!("{}.00", ROWS * (ROWS + 1) / 2));
    let mut writing = server.begin(&changes(engine, 3_000));
    let mut loads = 0;
    while loads < 2 || writing.try_wait().unwrap().is_none() {
        let loaded = house.load("orders");
        assert_eq!(held(&house), whole, "{engine:?}, load {loads}: {loaded:?}");
        loads += 1;
    }
    assert!(writing.wait().unwrap().success());
    house.load("orders");
    assert_eq!(held(&house), whole, "{engine:?}, at rest");
    let [added, changed, unchanged, gone, aside] = house.load("orders");
    assert_eq!((added, changed, gone, aside), (0, 0, 0, 0), "{engine:?}");
    assert_eq!(unchanged < ROWS, more.contains("cursor"), "{engine:?}: {unchanged}");
    assert_eq!(house.held("orders"), ROWS);
}

#[test]
fn nothing_is_lost_and_nothing_doubled_while_a_table_of_postgresql_changes() {
    stays_whole(Engine::Postgres, "    deletes: follow\n");
}

#[test]
fn nothing_is_lost_and_nothing_doubled_while_a_table_of_mariadb_changes() {
    stays_whole(Engine::MariaDb, "    deletes: follow\n");
}

#[test]
fn nothing_is_lost_and_nothing_doubled_from_a_position_on() {
    for engine in BOTH {
        stays_whole(engine, "    deletes: follow\n    cursor: changed\n");
    }
}

#[test]
fn deletions_are_followed_unless_they_are_too_many_and_what_people_said_stays() {
    for engine in BOTH {
        let server = Server::start(engine);
        server.sql(&schema(engine));
        server.sql(
            "insert into client values (1, 'Saltmouth', null, null, null), (2, 'Ely', null, null, null),
                 (3, 'Oldhaven', null, 'perhaps', null), (4, 'Ely', null, null, null),
                 (5, 'Ely', null, null, null);",
        );
        let house = House::of(&tables("    deletes: follow\n"));
        server.settings(house.path());
        assert_eq!(house.load("crm"), [4, 0, 0, 0, 1], "{engine:?}");
        server.sql("update client set news = null where id = 3;");
        assert_eq!(house.load("crm"), [1, 0, 4, 0, 0]);
        house.well(&["principal", "add", "noor", "--role", "privacy", "--save"]);
        house.well(&["resolve"]);
        house.well(&["object", "crm:2", "marketing", "--as", "noor"]);
        house.well(&["correct", "crm:2", "city", "Bath", "--as", "noor"]);
        server.sql("update client set news = 'perhaps' where id = 3; delete from client where id in (1, 2);");
        assert_eq!(house.load("crm"), [0, 0, 2, 2, 1], "{engine:?}: what is set aside is not gone");
        assert_eq!(house.held("crm"), 4, "{engine:?}: hers stays, and says nothing");
        assert_eq!(house.load("crm"), [0, 0, 2, 0, 1], "{engine:?}: it is gone once");
        server.sql("insert into client values (2, 'Wells', null, null, null);");
        assert_eq!(house.load("crm"), [0, 1, 2, 0, 1], "{engine:?}: the row came back");
        let shown = house.well(&["show", "crm:2", "--as", "noor"]);
        assert!(shown.contains("Wells") && shown.contains("Bath"), "{engine:?}: {shown}");
        server.sql("delete from client where id > 2;");
        let doubted = house.say(&["load", "crm"]);
        assert_eq!(doubted.code, 1, "{}", doubted.out);
        assert!(
            doubted.err.contains("3 of what was read before seems to be gone"),
            "{}",
            doubted.err
        );
        assert_eq!(house.held("crm"), 4);
        house.well(&["load", "crm", "--force"]);
        assert_eq!(house.held("crm"), 1);
    }
}

#[test]
fn a_row_that_waited_for_its_person_comes_with_them_from_a_position_on_too() {
    let server = Server::start(Engine::Postgres);
    server.sql(&schema(Engine::Postgres));
    server.sql(
        "insert into client values (1, 'Saltmouth', null, null, null);
         insert into purchase values (1, 1, '2026-01-01', 1, '2026-01-01'),
             (2, 2, '2026-01-01', 2, '2026-01-01'), (3, 1, '2026-01-01', 3, '2026-02-01');",
    );
    let cursor = tables("").replace("    person: {", "    cursor: changed\n    person: {");
    let house = House::of(&cursor);
    server.settings(house.path());
    house.load("crm");
    assert_eq!(house.load("orders"), [2, 0, 0, 0, 1]);
    assert_eq!(house.load("orders"), [0, 0, 1, 0, 0], "only what is near the position");
    server.sql("insert into client values (2, 'Ely', null, null, null);");
    house.load("crm");
    assert_eq!(house.load("orders"), [1, 0, 2, 0, 0], "somebody came: read from the beginning");
    assert_eq!(house.load("orders"), [0, 0, 1, 0, 0]);
    house.well(&["load", "orders", "--whole"]);
    let ill = cursor.replace("cursor: changed", "cursor: nowhere");
    house.promise(&ill);
    assert!(house.say(&["load", "orders"]).err.contains("has no column \"nowhere\""));
}
