//! The corpus and its worlds, written for the study that runs them elsewhere too.

use std::path::Path;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::util::display::array_value_to_string;
use serde_json::{Value, json};

use super::corpus::{Aim, Attack};
use super::unguarded;
use crate::fixture::World;

/// Writes everything into the file that `THEIRS_BYPASS_FOUND` names, if it names one.
pub fn write(attacks: &[Attack]) {
    let Ok(path) = std::env::var("THEIRS_BYPASS_FOUND") else { return };
    let attack = |attack: &Attack| {
        json!({
            "family": attack.family,
            "role": attack.role,
            "gets": match &attack.aim { Aim::Gets(text) => Some(text), Aim::Tells => None },
            "statements": attack.statements(Path::new("{FOLDER}")),
        })
    };
    let found = json!({
        "attacks": attacks.iter().filter(|attack| attack.counts).map(attack).collect::<Vec<_>>(),
        "worlds": {
            "here": world(&World::here()),
            "elsewhere": world(&World::elsewhere()),
        },
    });
    std::fs::write(path, found.to_string()).unwrap();
}

fn world(world: &World) -> Value {
    json!({
        "person": rows(&unguarded::person(world)),
        "orders": rows(&unguarded::with_person(&world.orders(), world)),
        "trail": rows(&unguarded::with_person(&world.trail(), world)),
    })
}

fn rows(batch: &RecordBatch) -> Vec<Vec<String>> {
    let row = |row| {
        batch.columns().iter().map(|column| array_value_to_string(column, row).unwrap()).collect()
    };
    (0..batch.num_rows()).map(row).collect()
}
