//! What a person agreed to, under which charter, as records.

use theirs_rights::{By, Choice, ConsentState};
use theirs_store::CharterVersion;

use crate::world::*;

fn say(world: &World, yes: bool) {
    let choice = Choice::Consent { topic: "newsletter".to_owned(), yes };
    world.desk().choose(&world.person(1), &choice, By::Person).unwrap();
    world.clock.pass(1);
}

#[test]
fn a_yes_to_another_text_is_another_record_and_a_no_ends_the_one_there_is() {
    let root = tempfile::tempdir().unwrap();
    let mut world = World::with_people(root.path(), CHARTER, 3);
    say(&world, true);
    say(&world, false);
    let old = world.charter.digest;
    let text = CHARTER.replace("We send you a card.", "We send you a card and a calendar.");
    world.charter = theirs_charter::Charter::read("charter.yaml", &text).unwrap().into();
    let version = CharterVersion {
        digest: world.charter.digest,
        policies: std::collections::BTreeMap::new(),
        text,
        applied: jiff::Timestamp::UNIX_EPOCH,
    };
    let brought = world.charter.adopted();
    world.store.apply_charter(&version, &brought, &world.keys).unwrap();
    say(&world, false);
    say(&world, true);
    let privacy = colleague("privacy");
    let (desk, by) = (world.desk(), By::Colleague(&privacy));
    let receipt = desk.consent_receipt(&world.person(1), by).unwrap();
    let [first, second] = receipt.consent_records.as_slice() else { panic!("two records") };
    let states: Vec<ConsentState> = first.event.iter().map(|event| event.event_state).collect();
    assert_eq!(states, [ConsentState::Given, ConsentState::Withdrawn, ConsentState::Refused]);
    assert_eq!(first.pii_processing.privacy_notice, format!("sha256:{old}"));
    assert_eq!(first.pii_processing.purposes[0].purpose, "We send you a card.");
    assert_eq!(second.pii_processing.purposes[0].purpose, "We send you a card and a calendar.");
    assert_eq!(second.state(), Some(ConsentState::Given));
    let parties: Vec<&str> =
        second.party_identification.iter().map(|party| party.party_name.as_str()).collect();
    assert_eq!(parties, ["Quay Books", "Royal Printers"]);
    assert!(!serde_json::to_string(&receipt).unwrap().contains("zq"), "no value of theirs");
    let told = desk.uses(&world.person(1)).unwrap()[0].sentence.clone();
    assert!(told.ends_with("made you a receipt of what you agreed to."), "{told}");
    let none = desk.consent_receipt(&world.person(2), by).unwrap();
    assert!(none.consent_records.is_empty());
}
