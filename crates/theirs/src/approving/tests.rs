//! An approval is of one text, and is over with it.

use std::sync::Arc;

use theirs_charter::Policies;

use super::*;

const CHARTER: &str = include_str!("../../../theirs-charter/src/read/tests/small.yaml");

fn folder() -> (tempfile::TempDir, Workspace) {
    let folder = tempfile::tempdir().unwrap();
    Workspace::create(folder.path()).unwrap();
    let now = theirs_model::FixedClock("2026-03-02T09:00:00Z".parse().unwrap());
    let workspace = Workspace::open_at(folder.path(), "test", Arc::new(now)).unwrap();
    (folder, workspace)
}

fn apply(workspace: &Workspace, text: &str) {
    let charter = Charter::read("charter.yaml", text).unwrap_or_else(|found| panic!("{found}"));
    workspace.apply(&Authority::new(charter.into(), &Policies::none()).unwrap()).unwrap();
}

fn printer(workspace: &Workspace) -> Gate {
    workspace.authority().unwrap().gate("recipient:printer").unwrap().clone()
}

fn both_approve(workspace: &Workspace) {
    for (key, by) in [(Key::It, "ida"), (Key::Marketing, "ana")] {
        let turn = NewTurn {
            subject: "recipient:printer".to_owned(),
            digest: printer(workspace).subject.digest,
            word: Turning::Approve.word(),
            key: key.name(),
            principal: by.to_owned(),
            reason: "we talked about it".to_owned(),
            at: workspace.clock.now(),
            use_id: UseId([1; 16]),
        };
        workspace.store.record_turn(&turn, &workspace.keys).unwrap();
    }
}

#[test]
fn an_approval_does_not_come_back_with_the_text_that_it_was_of() {
    let (_folder, workspace) = folder();
    let moved = CHARTER.replace("country: GB", "country: FR");
    apply(&workspace, CHARTER);
    apply(&workspace, &moved);
    assert_eq!(printer(&workspace).missing(), Key::TWO);
    both_approve(&workspace);
    assert!(printer(&workspace).is_open());
    apply(&workspace, CHARTER);
    assert!(printer(&workspace).is_open(), "the first charter named it so");
    apply(&workspace, &moved);
    assert_eq!(printer(&workspace).missing(), Key::TWO);
    both_approve(&workspace);
    assert!(printer(&workspace).is_open());
}

#[test]
fn an_approval_stands_while_other_clauses_change() {
    let (_folder, workspace) = folder();
    let moved = CHARTER.replace("country: GB", "country: FR");
    apply(&workspace, CHARTER);
    apply(&workspace, &moved);
    both_approve(&workspace);
    apply(&workspace, &moved.replace("hello@quay.example", "office@quay.example"));
    apply(&workspace, &moved);
    assert!(printer(&workspace).is_open());
}

#[test]
fn the_first_charter_stays_the_first_whatever_is_applied_again() {
    let (_folder, workspace) = folder();
    let yes = "      yes: { consent: newsletter }\n";
    let more = CHARTER.replace(yes, &format!("{yes}      tick: {{ consent: newsletter }}\n"));
    let again = more.replace("hello@quay.example", "office@quay.example");
    let approved = |text: &str| {
        apply(&workspace, text);
        let authority = workspace.authority().unwrap();
        authority.gate("purpose:card").unwrap().subject.digest
    };
    let first = approved(CHARTER);
    assert_ne!(approved(&more), first);
    assert_eq!(approved(CHARTER), first);
    assert_ne!(approved(&again), first);
}
