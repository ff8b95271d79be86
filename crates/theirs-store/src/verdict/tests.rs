use std::collections::BTreeMap;

use super::*;
use crate::act::{ActKind, NewAct};
use crate::person::{Found, Placement};
use crate::record::IncomingRecord;

const ALONE: [u32; 3] = [0, 1, 2];
const TOGETHER: [u32; 3] = [0, 0, 0];

fn store_with(clusters: &[u32]) -> Store {
    let store = Store::in_memory().unwrap();
    let records: Vec<IncomingRecord> = (0..clusters.len())
        .map(|n| IncomingRecord { key: n.to_string(), since: None, columns: BTreeMap::new() })
        .collect();
    store.upsert_records("crm", &records, Timestamp::UNIX_EPOCH).unwrap();
    let placements: Vec<Placement> = clusters
        .iter()
        .zip(1..)
        .map(|(&cluster, id)| Placement { record: RecordId(id), cluster, confidence: 0.9 })
        .collect();
    let found = Found { placements: &placements, ..Found::default() };
    store.place(&found, "{}", &Keys::for_tests()).unwrap();
    store
}

fn says(by: &str) -> NewVerdict {
    NewVerdict { by: by.to_owned(), reason: None, at: Timestamp::UNIX_EPOCH }
}

fn split(store: &Store, record: u64, by: &str) -> Judged {
    store.split(RecordId(record), &says(by), &Keys::for_tests()).unwrap()
}

fn slots(store: &Store) -> Vec<u32> {
    store.assignments().unwrap().iter().map(|a| a.slot.0).collect()
}

fn standing(store: &Store) -> Vec<(u64, u64, bool)> {
    store.verdicts().unwrap().iter().map(|v| (v.a.0, v.b.0, v.same)).collect()
}

#[test]
fn a_record_that_is_not_theirs_leaves_at_once_and_for_good() {
    let store = store_with(&TOGETHER);
    assert!(matches!(split(&store, 2, PERSON), Judged::Done(_)));
    assert_eq!(slots(&store), [0, 1, 0]);
    assert_eq!(standing(&store), [(1, 2, false), (2, 3, false)]);
}

#[test]
fn what_was_sent_away_one_by_one_may_belong_together() {
    let store = store_with(&TOGETHER);
    split(&store, 2, PERSON);
    split(&store, 3, PERSON);
    assert_eq!(standing(&store), [(1, 2, false), (1, 3, false)]);
}

#[test]
fn the_last_record_of_a_person_cannot_be_split_off() {
    let store = store_with(&ALONE);
    assert_eq!(split(&store, 1, PERSON), Judged::Alone);
}

#[test]
fn a_later_verdict_of_the_same_kind_of_speaker_counts() {
    let store = store_with(&TOGETHER);
    split(&store, 2, "privacy");
    let merged = store.merge(RecordId(1), RecordId(2), &says("privacy")).unwrap();
    assert!(matches!(merged, Judged::Done(_)));
    assert_eq!(slots(&store), [0, 0, 0]);
    assert_eq!(standing(&store), [(1, 2, true)]);
}

#[test]
fn a_colleague_cannot_overrule_a_person() {
    let store = store_with(&TOGETHER);
    split(&store, 2, PERSON);
    let refused = store.merge(RecordId(1), RecordId(2), &says("privacy")).unwrap();
    assert_eq!(refused, Judged::PersonSaysOtherwise);
    store.merge(RecordId(1), RecordId(2), &says(PERSON)).unwrap();
    assert_eq!(split(&store, 1, "privacy"), Judged::PersonSaysOtherwise);
    assert_eq!(slots(&store), [0, 0, 0]);
}

#[test]
fn what_a_person_did_stays_theirs_when_a_record_leaves() {
    let store = store_with(&TOGETHER);
    let act = |by: &str| NewAct {
        anchor: RecordId(1),
        kind: ActKind::Consent,
        topic: "newsletter".into(),
        content: Some("yes".into()),
        at: Timestamp::UNIX_EPOCH,
        by: by.into(),
        reason: None,
    };
    store.record_act(&act(PERSON)).unwrap();
    split(&store, 1, PERSON);
    let holder = store.person_of(RecordId(2)).unwrap().unwrap();
    assert_eq!(store.acts_of(holder.slot).unwrap().len(), 1);
}

#[test]
fn the_history_of_the_merged_time_is_told_to_both() {
    let store = store_with(&TOGETHER);
    let Judged::Done(person) = split(&store, 2, PERSON) else { panic!("not split") };
    let tenures = store.tenures(person.slot).unwrap();
    assert_eq!(tenures.len(), 2);
    assert_eq!(tenures[1].slot, Slot(0));
}

#[test]
fn a_merge_closes_one_slot_and_its_name_leads_to_the_other() {
    let store = store_with(&ALONE);
    let gone = store.person_of(RecordId(3)).unwrap().unwrap();
    store.merge(RecordId(3), RecordId(1), &says(PERSON)).unwrap();
    assert_eq!(slots(&store), [0, 1, 0]);
    assert_eq!(store.person(&gone.id).unwrap().unwrap().slot, Slot(0));
}

/// Two people of two records each.
fn two_people() -> Store {
    store_with(&[0, 0, 2, 2])
}

#[test]
fn splitting_what_was_merged_undoes_the_merge_whichever_record_is_named() {
    for named in 1..=4 {
        let store = two_people();
        let names: Vec<_> = [1, 3].map(|id| store.person_of(RecordId(id)).unwrap()).into();
        store.merge(RecordId(1), RecordId(3), &says("privacy")).unwrap();
        assert_eq!(slots(&store), [0, 0, 0, 0]);
        assert!(matches!(split(&store, named, "privacy"), Judged::Done(_)));
        assert_eq!(slots(&store), [0, 0, 1, 1], "{named}");
        let again: Vec<_> = [1, 3].map(|id| store.person_of(RecordId(id)).unwrap()).into();
        assert_eq!(again, names);
        assert_eq!(store.person(&names[1].as_ref().unwrap().id).unwrap(), names[1]);
        let told: Vec<Slot> = store.tenures(Slot(0)).unwrap().iter().map(|t| t.slot).collect();
        assert_eq!(told, [Slot(0)], "nobody else's history");
    }
}

#[test]
fn merging_around_a_split_is_refused_until_it_is_undone() {
    let store = store_with(&[0, 0, 2]);
    split(&store, 2, "privacy");
    store.merge(RecordId(2), RecordId(3), &says("privacy")).unwrap();
    let around = store.merge(RecordId(1), RecordId(3), &says("privacy")).unwrap();
    assert_eq!(around, Judged::KeptApart);
    let undone = store.merge(RecordId(1), RecordId(2), &says("privacy")).unwrap();
    assert!(matches!(undone, Judged::Done(_)));
}

#[test]
fn a_refusal_of_the_merged_time_holds_on_both_sides() {
    let store = two_people();
    store.merge(RecordId(1), RecordId(3), &says("privacy")).unwrap();
    for (kind, topic) in [(ActKind::Objection, "marketing"), (ActKind::Restriction, "all")] {
        let act = NewAct {
            anchor: RecordId(1),
            kind,
            topic: topic.into(),
            content: Some("yes".into()),
            at: Timestamp::UNIX_EPOCH,
            by: "privacy".into(),
            reason: None,
        };
        store.record_act(&act).unwrap();
    }
    split(&store, 4, "privacy");
    for id in [1, 3] {
        let holder = store.person_of(RecordId(id)).unwrap().unwrap();
        assert_eq!(store.acts_of(holder.slot).unwrap().len(), 2, "{id}");
    }
}

#[test]
fn what_a_person_refused_and_took_back_stays_so_when_they_send_a_record_away() {
    for sent_away in [1, 2] {
        let store = store_with(&TOGETHER);
        for content in ["yes", "no"] {
            let act = NewAct {
                anchor: RecordId(1),
                kind: ActKind::Objection,
                topic: "marketing".into(),
                content: Some(content.into()),
                at: Timestamp::UNIX_EPOCH,
                by: PERSON.into(),
                reason: None,
            };
            store.record_act(&act).unwrap();
        }
        split(&store, sent_away, PERSON);
        let said = |record| {
            let holder = store.person_of(RecordId(record)).unwrap().unwrap();
            let acts = store.acts_of(holder.slot).unwrap();
            acts.iter().map(|act| act.content.clone().unwrap()).collect::<Vec<_>>()
        };
        assert_eq!(said(3), ["yes", "no"], "theirs, as they said it");
        assert_eq!(said(sent_away), ["yes"], "whoever it is may have meant it");
    }
}
