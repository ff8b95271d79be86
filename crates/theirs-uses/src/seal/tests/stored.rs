//! Every row of what is stored is held to the log.

use super::*;

/// What the audit says after the database was changed behind the program's back.
fn after(change: &str) -> Result<Audit, BookError> {
    let shop = Shop::busy();
    shop.database().execute_batch(change).unwrap();
    shop.seals.audit()
}

#[test]
fn every_deletion_edit_and_exchange_of_what_is_sealed_is_found() {
    let id = |number: u32| {
        format!("(select id from usage where people > 0 order by leaf limit 1 offset {number})")
    };
    let mut changes = Vec::new();
    for number in 0..5 {
        let id = id(number);
        changes.extend([
            format!("delete from usage where id = {id}"),
            format!("update usage set told = replace(told, 'our', 'own') where id = {id}"),
            format!("update usage set epoch = null, line = null where id = {id}"),
            format!("update usage set people = people + 1 where id = {id}"),
            format!("update usage set cleared = 1 where id = {id}"),
            format!("update usage set epoch = 3 - epoch where id = {id}"),
            format!("update usage set entry = zeroblob(130) where id = {id}"),
        ]);
    }
    for table in ["batch", "epoch"] {
        changes.push(format!("delete from {table} where rowid = (select max(rowid) from {table})"));
    }
    for column in ["root = zeroblob(32)", "people = people + 1", "leaf = leaf - 1", "uses = 9"] {
        changes.push(format!("update batch set {column} where epoch = 2 and line = 0"));
    }
    for column in ["root = zeroblob(32)", "people = 9", "leaf = 2", "first = 1", "until = 3"] {
        changes.push(format!("update epoch set {column} where number = 1"));
    }
    changes.push("insert into orphan values (2, 0, 1, zeroblob(32))".to_owned());
    changes.push("insert into orphan_head values (4, 2, zeroblob(32))".to_owned());
    for change in changes {
        let off = format!("pragma foreign_keys = off; {change}");
        assert!(after(&off).is_err(), "{change}");
    }
    after("select 1").unwrap();
}
