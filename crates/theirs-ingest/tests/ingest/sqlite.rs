//! `SQLite` tables and views.

use std::path::PathBuf;

use insta::assert_snapshot;
use rusqlite::Connection;
use theirs_ingest::columns;
use theirs_model::ColumnType::{Date, Integer, Text};

use crate::sample::{Folder, Kept, shape};

fn database(sql: &str) -> (Folder, PathBuf) {
    let folder = Folder::new();
    let file = folder.path("crm.sqlite");
    let connection = Connection::open(&file).expect("a database");
    connection.execute_batch(sql).expect("tables");
    (folder, file)
}

#[test]
fn only_the_wanted_columns_of_a_table_are_read_in_its_own_order() {
    let (_folder, file) = database(
        "create table client (id integer, name text, born text);
         create index by_name on client (name, id);
         insert into client values (2, ' Bo ', '1980-01-31'), (1, 'Ann', '1980-01-31 00:00:00'),
             ('x', 'Cy', null), (4, x'00ff', null), (5, cast(x'ff' as text), null), (6, '', null);",
    );
    let mut shape = shape(file, &[("name", Text), ("id", Integer)]);
    shape.table = Some("client".into());
    let (kept, tally) = Kept::of(&shape).expect("rows");
    assert_snapshot!(kept.table(), @r#"
    1: Bo | 2
    2: Ann | 1
    6:  | 6
    "#);
    assert_snapshot!(kept.complaints(), @r#"
    3: id is not a whole number
    4: name is not a single value
    5: name is not valid UTF-8
    "#);
    assert_eq!(tally.unread_columns, ["born"]);
    assert_eq!(kept.progress, [(6, 6)]);
}

#[test]
fn a_view_is_read_and_a_hostile_name_is_only_a_name() {
    let (_folder, file) = database(
        r#"create table "a""; drop table b; --" ("id"" --" integer, born text);
           insert into "a""; drop table b; --" values (1, '1980-01-31');
           create view latest as select * from "a""; drop table b; --";"#,
    );
    let hostile = "a\"; drop table b; --";
    assert_eq!(columns(&file, Some(hostile)).expect("columns"), ["id\" --", "born"]);
    for table in [hostile, "latest"] {
        let mut shape = shape(file.clone(), &[("id\" --", Integer), ("born", Date)]);
        shape.table = Some(table.into());
        let (kept, _) = Kept::of(&shape).expect("rows");
        assert_eq!(kept.table(), "1: 1 | 1980-01-31");
    }
}

#[test]
fn a_table_is_named_and_is_there() {
    let (folder, file) = database("create table client (id); create view recent as select 1");
    let message = |table| folder.without(&columns(&file, table).expect_err("no such table"));
    assert_snapshot!(message(None), @"crm.sqlite is a database: say which table to read (it has: client, recent)");
    assert_snapshot!(message(Some("clients")), @r#"crm.sqlite has no table "clients"; did you mean "client"? (it has: client, recent)"#);
    assert_snapshot!(message(Some("sqlite_master")), @r#"crm.sqlite has no table "sqlite_master" (it has: client, recent)"#);
}
