//! The notice says what the door shows: neither more nor less, and as exactly.

use std::collections::BTreeSet;

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use theirs_charter::Charter;
use theirs_notice::{Notice, PurposeTold, Seen};
use theirs_query::{ColumnView, SchemaView};

use super::shop::Shop;
use super::world::World;
use crate::fixture::asker;

/// How many charters are compared, unless told otherwise.
const CHARTERS: u64 = 40;

/// What stands for a number of which groups show no single value.
const MEAN: &str = "the mean of the group";

#[test]
fn notice_says_what_the_door_shows_and_the_door_shows_what_the_notice_says() {
    let told = std::env::var("THEIRS_CASES").ok().and_then(|cases| cases.parse::<u64>().ok());
    let mut columns = 0;
    for seed in 0..told.map_or(CHARTERS, |cases| cases / 10) {
        let world = World::random(&mut ChaCha8Rng::seed_from_u64(seed));
        let text = world.charter();
        let charter = Charter::read("charter.yaml", &text).unwrap();
        let notice = Notice::of(&charter, None, None);
        let shown = Shop::open(&world).door.catalogue(&asker("marketing")).unwrap();
        let named: BTreeSet<&str> = shown.iter().map(|schema| schema.name.as_str()).collect();
        for purpose in &notice.purposes {
            let is_used = purpose.roles.iter().any(|role| role == "our team");
            assert_eq!(is_used, named.contains(purpose.name.as_str()), "seed {seed}: {text}");
        }
        for schema in &shown {
            let told = notice.purposes.iter().find(|one| one.name == schema.name).unwrap();
            columns += agree(schema, told, &format!("seed {seed}: {text}"));
        }
    }
    assert!(columns > 100, "only {columns} columns were compared");
}

/// That a schema has the tables and columns of its purpose as told; how many columns that were.
fn agree(schema: &SchemaView, told: &PurposeTold, context: &str) -> usize {
    let mut tables = vec![("person", &told.columns)];
    tables.extend(told.activities.iter().map(|one| (one.source.as_str(), &one.columns)));
    let named: Vec<&str> = schema.tables.iter().map(|table| table.name.as_str()).collect();
    assert_eq!(named, tables.iter().map(|table| table.0).collect::<Vec<_>>(), "{context}");
    let mut count = 0;
    for (table, (_, columns)) in schema.tables.iter().zip(&tables) {
        let shown: Vec<&ColumnView> =
            table.columns.iter().filter(|column| column.name != "person_id").collect();
        let names: BTreeSet<&str> = shown.iter().map(|column| column.name.as_str()).collect();
        // Rows of groups are told by what their people have in common, too.
        let common = told.columns.iter().filter(|_| told.groups_of.is_some());
        let said: BTreeSet<&str> =
            columns.iter().chain(common).map(|seen| seen.column.as_str()).collect();
        assert_eq!(names, said, "{} {context}", table.name);
        for Seen { column, how } in *columns {
            let view = shown.iter().find(|view| view.name == *column).unwrap();
            let is_exact = view.says.contains(how.as_str()) || view.says == MEAN;
            assert!(is_exact, "{column}: {how} / {} {context}", view.says);
        }
        count += columns.len();
    }
    count
}
