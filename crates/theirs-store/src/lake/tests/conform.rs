//! What every place must keep: the same laws over a folder, over memory, and over a bucket.

use std::collections::{BTreeMap, HashMap};

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::*;

fn store() -> Store {
    Store::in_memory().unwrap()
}

/// Runs a law over each place that there is.
fn everywhere(name: &str, law: impl Fn(&Lake)) {
    let folder = tempfile::tempdir().unwrap();
    law(&Lake::new(folder.path(), &Keys::for_tests()));
    law(&Lake::in_memory(name));
    if let Ok(endpoint) = std::env::var("THEIRS_TEST_S3") {
        law(&bucket(name, &endpoint));
    }
}

/// A lake in the bucket of the server that `e2e/bucket/run` starts.
fn bucket(name: &str, endpoint: &str) -> Lake {
    let folder = tempfile::tempdir().unwrap();
    let settings = format!(
        "lake:\n  url: s3://theirs/{name}\n  endpoint: {endpoint}\n  region: eu-central-1\n  allow_http: true\n"
    );
    std::fs::write(folder.path().join("theirs.yaml"), settings).unwrap();
    let keys = Keys::for_tests();
    Lake::of(&crate::Folder::create(folder.path()).unwrap(), &keys).unwrap()
}

fn fact(record: u64, key: u128, at: i64, what: &str) -> Fact {
    (record, key, at, what.to_owned())
}

#[test]
fn a_replaced_row_is_hidden_everywhere_and_gone_after_compaction() {
    everywhere("replaced", |lake| {
        let store = store();
        load(&store, lake, &[fact(1, 1, 10, "old"), fact(2, 2, 20, "kept")]);
        load(&store, lake, &[fact(1, 1, 11, "new")]);
        let seen = || {
            let known = lake.known_keys(&store, "orders").unwrap().0;
            assert_eq!(known, HashMap::from_iter([(1, 7), (2, 7)]));
            assert_eq!(store.activity_counts().unwrap(), [("orders".to_owned(), 2)]);
            assert_eq!(scan(&store, lake, |_| true), (2, 31));
            assert_eq!(read(&store, lake, &[1])[&1], [(11, "new".to_owned())]);
        };
        seen();
        let turn = lake.turn();
        let done = lake.compact_whole(&store, "orders", &Layout::default(), &turn).unwrap();
        let done = done.unwrap();
        assert_eq!((done.files, done.into, done.rows, done.dropped), (2, 1, 2, 1));
        let left = lake.shared.place.names().unwrap();
        assert!(left.len() == 1 && is_sealed(&left[0]), "{left:?}");
        seen();
    });
}

#[test]
fn a_statement_keeps_the_files_it_began_with() {
    everywhere("pinned", |lake| {
        let store = store();
        for key in 0..5 {
            load(&store, lake, &[fact(u64::try_from(key).unwrap(), key, 1, "row")]);
        }
        let before = lake.view(&store, "orders").unwrap();
        assert_eq!(compact_all(&store, lake, &Layout::default()).len(), 1);
        assert_eq!(lake.retired(), 5);
        let mut rows = 0;
        for file in &before.files {
            let mut reader = file.wait(file.reader(&["at"], None, None)).unwrap();
            rows += file.wait(reader.next()).unwrap().unwrap().num_rows();
        }
        assert_eq!(rows, 5);
        drop(before);
        assert_eq!(lake.retired(), 0);
        assert_eq!(lake.shared.place.names().unwrap().len(), 1);
        assert_eq!(scan(&store, lake, |_| true), (5, 5));
    });
}

#[test]
fn an_erased_person_is_hidden_at_once_and_then_proved_to_be_gone() {
    everywhere("erased", |lake| {
        let store = store();
        let canary = b"the-only-one".to_vec();
        load(&store, lake, &[fact(1, 1, 1, "the-only-one"), fact(2, 2, 2, "another")]);
        load(&store, lake, &[fact(1, 1, 3, "the-only-one again"), fact(3, 3, 5, "third")]);
        let gone = [RecordId(1)];
        let proof = || lake.prove(&gone, std::slice::from_ref(&canary));
        assert!(matches!(proof(), Err(StoreError::NotErased { .. })));
        store.erase_activities(&gone).unwrap();
        assert!(read(&store, lake, &[1]).is_empty());
        assert_eq!(scan(&store, lake, |_| true), (2, 7));
        assert_eq!(lake.known_keys(&store, "orders").unwrap().0.len(), 2);
        assert!(matches!(proof(), Err(StoreError::NotErased { .. })));

        let reader = lake.view(&store, "orders").unwrap();
        let done = lake.rewrite(&store).unwrap();
        assert_eq!((done.files, done.rows, done.waiting), (2, 2, 2));
        assert!(matches!(proof(), Err(StoreError::NotErased { .. })), "a reader has them yet");
        drop(reader);
        let proof = proof().unwrap();
        assert_eq!((proof.files, proof.rows), (2, 2));
        assert_eq!(scan(&store, lake, |_| true), (2, 7));
        assert_eq!(lake.rewrite(&store).unwrap(), Rewritten::default());

        // What a load that began before brings of them is hidden too, and goes the same way.
        load(&store, lake, &[fact(1, 9, 9, "the-only-one")]);
        assert_eq!(scan(&store, lake, |_| true), (2, 7));
        assert_eq!(lake.rewrite(&store).unwrap().rows, 1);
        lake.prove(&gone, std::slice::from_ref(&canary)).unwrap();
    });
}

#[test]
fn what_no_change_names_is_swept() {
    everywhere("swept", |lake| {
        let store = store();
        load(&store, lake, &[fact(1, 1, 1, "named")]);
        let unnamed = batch(&[fact(2, 2, 2, "unnamed")]);
        let mut writer = lake.writer("orders", "at", "99", &unnamed.schema());
        writer.write(&unnamed, vec![2], &[2], vec![7]).unwrap();
        writer.finish().unwrap();
        assert_eq!(lake.shared.place.names().unwrap().len(), 2);
        assert_eq!(lake.sweep(&store).unwrap(), 1);
        assert_eq!(scan(&store, lake, |_| true), (1, 1));
    });
}

#[test]
fn a_merge_that_is_told_to_stop_leaves_all_as_it_was() {
    everywhere("stopped", |lake| {
        let store = store();
        for key in 0..4 {
            load(&store, lake, &[fact(u64::try_from(key).unwrap(), key, 1, "row")]);
        }
        let turn = lake.turn();
        let none = lake.compact(&store, &Layout::default(), &turn, &|| false).unwrap();
        assert_eq!(none, None);
        assert_eq!(lake.shared.place.names().unwrap().len(), 4);
        assert_eq!(scan(&store, lake, |_| true), (4, 4));
    });
}

#[test]
fn rows_hidden_by_key_by_an_older_version_stay_hidden() {
    everywhere("adopted", |lake| {
        let store = store();
        load(&store, lake, &[fact(1, 1, 1, "old"), fact(1, 2, 2, "kept")]);
        load(&store, lake, &[fact(2, 3, 4, "later")]);
        // Layout 3 named no range, no size and no run.
        let keys = [(1_u128, 2), (3, 1)];
        let connection = store.connection();
        connection
            .execute(
                "update lake_file set run = null, least = null, greatest = null, bytes = null",
                [],
            )
            .unwrap();
        for (key, sequence) in keys {
            let insert = "insert into overlay values ('orders', ?1, ?2)";
            connection.execute(insert, rusqlite::params![key.to_be_bytes(), sequence]).unwrap();
        }
        drop(connection);
        lake.sweep(&store).unwrap();
        assert_eq!(scan(&store, lake, |_| true), (2, 6));
        assert_eq!(read(&store, lake, &[1])[&1], [(2, "kept".to_owned())]);
        assert_eq!(store.activity_counts().unwrap(), [("orders".to_owned(), 2)]);
    });
}

#[test]
fn whatever_is_loaded_replaced_erased_and_merged_the_rows_are_those_of_a_plain_list() {
    for seed in 0..6 {
        everywhere(&format!("random-{seed}"), |lake| random_story(lake, seed));
    }
}

/// Random loads, erasures and compactions, beside a list that is simply changed.
fn random_story(lake: &Lake, seed: u64) {
    let store = store();
    let mut dice = ChaCha8Rng::seed_from_u64(seed);
    let mut plain: BTreeMap<u128, Fact> = BTreeMap::new();
    let mut erased: Vec<u64> = Vec::new();
    for round in 0..40 {
        match dice.random_range(0..10) {
            0..6 => {
                let rows: BTreeMap<u128, Fact> = (0..dice.random_range(1..30))
                    .map(|_| {
                        let key = dice.random_range(0..200_u128);
                        let record = (key % 23) as u64 + 1;
                        (key, (record, key, dice.random_range(0..1000), format!("r{round}")))
                    })
                    .filter(|(_, fact)| !erased.contains(&fact.0))
                    .collect();
                if !rows.is_empty() {
                    load(&store, lake, &rows.values().cloned().collect::<Vec<_>>());
                    plain.extend(rows);
                }
            }
            6 => {
                let record = dice.random_range(1..24);
                store.erase_activities(&[RecordId(record)]).unwrap();
                plain.retain(|_, fact| fact.0 != record);
                erased.push(record);
            }
            7 => {
                lake.rewrite(&store).unwrap();
                let ids: Vec<RecordId> = erased.iter().map(|record| RecordId(*record)).collect();
                lake.prove(&ids, &[]).unwrap();
            }
            8 => {
                compact_all(&store, lake, &Layout::default());
            }
            _ => {
                let classes = Arc::new((0..24).map(|record| record % 3).collect());
                let turn = lake.turn();
                lake.compact_whole(&store, "orders", &Layout { classes }, &turn).unwrap();
            }
        }
        assert_same(&store, lake, &plain);
    }
    assert_eq!(lake.retired(), 0);
    assert_eq!(lake.sweep(&store).unwrap(), 0);
}

fn assert_same(store: &Store, lake: &Lake, plain: &BTreeMap<u128, Fact>) {
    let rows = |keep: &dyn Fn(u64) -> bool| {
        let kept = plain.values().filter(|fact| keep(fact.0));
        (kept.clone().count(), kept.map(|fact| fact.2).sum::<i64>())
    };
    assert_eq!(scan(store, lake, |_| true), rows(&|_| true));
    assert_eq!(scan(store, lake, |record| record % 2 == 0), rows(&|record| record % 2 == 0));
    let person = [3, 7, 11];
    let mut theirs: BTreeMap<u64, Vec<(i64, String)>> = BTreeMap::new();
    for fact in plain.values().filter(|fact| person.contains(&fact.0)) {
        theirs.entry(fact.0).or_default().push((fact.2, fact.3.clone()));
    }
    for facts in theirs.values_mut() {
        facts.sort();
    }
    assert_eq!(read(store, lake, &person), theirs);
    assert_eq!(lake.known_keys(store, "orders").unwrap().0.len(), plain.len());
}
