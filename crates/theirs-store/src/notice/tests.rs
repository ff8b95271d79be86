use std::collections::BTreeMap;

use super::*;
use crate::act::{ActKind, NewAct};
use crate::erasure::NewErasure;
use crate::keys::Keys;
use crate::person::{Found, Placement};
use crate::record::IncomingRecord;

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

/// One person with one record.
fn store() -> Store {
    let store = Store::in_memory().unwrap();
    let record = IncomingRecord { key: "C1".to_owned(), since: None, columns: BTreeMap::new() };
    store.upsert_records("crm", &[record], NOW).unwrap();
    let placements = [Placement { record: RecordId(1), cluster: 0, confidence: 1.0 }];
    let found = Found { placements: &placements, links: &[], households: &[] };
    store.place(&found, "{}", &Keys::for_tests()).unwrap();
    store
}

fn corrected(topic: &str) -> NewAct {
    NewAct {
        anchor: RecordId(1),
        kind: ActKind::Correction,
        topic: topic.to_owned(),
        content: None,
        at: NOW,
        by: "person".to_owned(),
        reason: None,
    }
}

fn notice(topic: &str, recipient: &str) -> NewNotice {
    NewNotice {
        kind: NoticeKind::Correct,
        use_id: UseId([7; 16]),
        at: NOW,
        topic: Some(topic.to_owned()),
        recipient: recipient.to_owned(),
        uses: vec![UseId([1; 16]), UseId([2; 16])],
        body: "what it says".to_owned(),
    }
}

fn tell(store: &Store, topic: &str) -> i64 {
    let notices = [notice(topic, "printer")];
    store.record_told_act(&corrected(topic), &notices).unwrap();
    store.notices().unwrap().last().unwrap().id
}

#[test]
fn what_a_notice_says_is_kept_until_it_is_on_its_way() {
    for laid in [false, true] {
        let store = store();
        let id = tell(&store, "city");
        let found = store.untold_notices().unwrap().pop().unwrap();
        assert_eq!((found.id, found.uses.len(), found.kind), (id, 2, NoticeKind::Correct));
        assert_eq!((found.body.as_deref(), found.told), (Some("what it says"), None));
        if laid {
            store.note_laid(id, NOW).unwrap();
        } else {
            store.note_told(id, NOW).unwrap();
        }
        assert!(store.untold_notices().unwrap().is_empty());
        let found = store.notices_of(Slot(0)).unwrap().pop().unwrap();
        assert_eq!((found.body, found.told.is_some()), (None, !laid));
        assert_eq!(found.laid.is_some(), laid);
    }
}

#[test]
fn a_later_correction_overtakes_what_was_not_told_and_nothing_else() {
    let store = store();
    let (first, other) = (tell(&store, "city"), tell(&store, "street"));
    let second = tell(&store, "city");
    let ids = |store: &Store| -> Vec<i64> {
        store.notices().unwrap().iter().map(|notice| notice.id).collect()
    };
    assert_eq!(ids(&store), [other, second]);
    assert!(second > first);
    store.note_told(second, NOW).unwrap();
    let third = tell(&store, "city");
    assert_eq!(ids(&store), [other, second, third]);
    assert!(store.note_confirmed(third, NOW).unwrap());
    let open: Vec<i64> =
        store.open_notices_to("printer").unwrap().iter().map(|notice| notice.id).collect();
    assert_eq!(open, [other], "what was told before of the same is done with it");
    assert!(!store.note_confirmed(99, NOW).unwrap());
}

#[test]
fn with_the_record_goes_what_notices_hold_of_it() {
    let store = store();
    tell(&store, "city");
    let asked = NewErasure {
        use_id: UseId([9; 16]),
        at: NOW,
        by: "person".to_owned(),
        ground: "asked",
        due: NOW,
        tombstones: &[],
        kept: &[],
        notices: &[],
    };
    let erased = store.erase(Slot(0), store.people_sequence().unwrap(), &asked).unwrap().unwrap();
    let left = store.notices().unwrap().pop().unwrap();
    assert_eq!((left.body, left.anchor, left.erasure), (None, None, Some(erased.id)));
    assert!(store.untold_notices().unwrap().is_empty());
    assert!(store.open_notices_to("printer").unwrap().is_empty());
}
