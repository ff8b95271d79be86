//! Who is erased is gone, and everybody else's proofs can still be made.

use super::*;

fn forget(shop: &Shop, slots: impl IntoIterator<Item = u32>) -> Forgotten {
    let slots = slots.into_iter().collect();
    shop.seals.forget(&slots, Digest([0; 32]), at(120)).unwrap()
}

#[test]
fn forgetting_some_leaves_every_other_receipt_as_good_as_before() {
    let shop = Shop::busy();
    let earlier: Vec<_> = (0..10).map(|slot| shop.receipt(slot)).collect();
    let forgotten = forget(&shop, [3, 5]);
    assert_eq!((forgotten.people, forgotten.commitments, forgotten.epoch), (2, 7, 3));
    for slot in (0..10).filter(|slot| ![3, 5].contains(slot)) {
        let now = shop.receipt(slot);
        verify_after(&now, &earlier[slot as usize], None).unwrap();
    }
    let audit = shop.seals.audit().unwrap();
    assert_eq!((audit.commitments, audit.orphans), (18, 7));
    assert!(shop.receipt(3).histories.is_empty());
    for used in shop.store.all_uses().unwrap() {
        let members = used.bitmap().unwrap();
        assert!(!members.contains(3) && !members.contains(5));
        assert_eq!(members.len() + used.cleared, used.people);
        let entry = Entry::decode(&used.entry).unwrap();
        assert!(Book::is_as_committed(&used, &entry));
    }
    assert!(shop.ledger.journalled().unwrap().iter().all(|found| found.payload.is_empty()));
}

#[test]
fn life_goes_on_after_an_erasure_and_another_one() {
    let shop = Shop::busy();
    forget(&shop, [0]);
    shop.used("our analysts", 1..12);
    shop.close();
    forget(&shop, [9, 11]);
    shop.used("our analysts", 1..9);
    shop.close();
    std::fs::remove_file(shop.path().join("heads/heads")).unwrap();
    for slot in 1..9 {
        verify(&shop.receipt(slot), None).unwrap();
    }
    let audit = shop.seals.audit().unwrap();
    assert_eq!(audit.people, 12);
    let shop = shop.reopen();
    verify(&shop.receipt(4), None).unwrap();
}

#[test]
fn a_use_that_was_logged_while_somebody_was_erased_is_sealed_without_them() {
    let shop = Shop::busy();
    forget(&shop, [2]);
    shop.used("our analysts", 0..10);
    shop.store.forget_members(&[2].into_iter().collect(), &[], &[]).unwrap();
    shop.used("our analysts", (0..10).filter(|slot| *slot != 2));
    let closed = shop.close();
    assert_eq!((closed.lines, closed.commitments), (2, 19));
    verify(&shop.receipt(7), None).unwrap();
    shop.seals.audit().unwrap();
}

#[test]
fn forgetting_again_after_it_was_cut_short_comes_to_the_same() {
    let shop = Shop::busy();
    // Cut short after the hashes were kept.
    let mut kept = (Vec::new(), Vec::new());
    while shop.seals.close(at(100)).unwrap().is_some() {}
    shop.seals.orphans_of(Slot(3), &mut kept).unwrap();
    shop.store.forget_members(&[3].into_iter().collect(), &kept.0, &kept.1).unwrap();
    shop.seals.audit().unwrap();
    let erasures = || {
        let all = 0..shop.ledger.size();
        let is_one = |at: &u64| {
            let leaf = shop.ledger.leaf(LeafIndex(*at)).unwrap();
            matches!(leaf, Leaf::Erase(_))
        };
        all.filter(is_one).count()
    };
    // And again after the entry was written, beside somebody who is new to it.
    let heads: Vec<_> = shop.store.orphan_heads().unwrap();
    let leaf = Leaf::Erase(theirs_ledger::Erase {
        at: at(110),
        id: NewUse::draw().unwrap().0,
        charter: Digest([0; 32]),
        people: 1,
        orphans: theirs_ledger::digest(
            &heads.iter().flat_map(|one| one.hash.0).collect::<Vec<_>>(),
        ),
        epoch: shop.store.last_epoch().unwrap().unwrap().number,
    });
    shop.ledger.append_records(vec![Record { leaf, payload: Vec::new() }]).unwrap();
    assert_eq!(forget(&shop, [3, 5]).people, 2);
    assert_eq!(erasures(), 2, "one tells of the first, one of the second");
    shop.seals.audit().unwrap();
    assert_eq!(forget(&shop, [3]).people, 0);
    shop.seals.audit().unwrap();
    verify(&shop.receipt(1), None).unwrap();
}
