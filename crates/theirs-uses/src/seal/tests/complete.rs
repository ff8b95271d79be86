//! Whoever hides, alters, reorders or adds a use is found out from the receipt alone.

use super::*;

/// A small generator of numbers that are the same in each run.
fn drawn(seed: &mut u64, below: usize) -> usize {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    usize::try_from(*seed >> 33).unwrap() % below
}

/// Uses of many people, so that everybody has at least two lines.
fn shop_of(people: u32) -> Shop {
    let shop = Shop::new();
    for epoch in 0..3 {
        for part in 0..4 {
            let by = format!("team {epoch} {part}");
            shop.used(&by, (0..people).filter(|slot| (slot >> part) % 2 == epoch % 2));
        }
        shop.used("everybody's", 0..people);
        shop.close();
    }
    shop
}

/// One forged receipt of each sort: hidden, altered, reordered, added.
fn forged(receipt: &Receipt, other: &Receipt, seed: &mut u64) -> [Receipt; 4] {
    let count = receipt.histories[0].lines.len();
    let at = drawn(seed, count);
    let [mut hidden, mut altered, mut reordered, mut added] = [0; 4].map(|_| receipt.clone());
    hidden.histories[0].lines.remove(at);
    let told = usize::try_from(receipt.histories[0].lines[at].told).unwrap();
    altered.told[told] = altered.told[told].replace("team", "tram").replace("every", "nobod");
    reordered.histories[0].lines.swap(at, (at + 1) % count);
    let line = other.histories[0].lines[0].clone();
    added.histories[0].lines.insert(at, line);
    [hidden, altered, reordered, added]
}

/// A forged receipt with what it refers to, and nothing more: the forger tidies up.
fn tidied(mut receipt: Receipt) -> Receipt {
    let nodes = receipt.nodes.digests().unwrap();
    let mut kept = theirs_receipt::Nodes::default();
    let mut again = |proof: &mut Vec<u32>| {
        let node = |number: &u32| nodes.get(usize::try_from(*number).unwrap()).copied();
        *proof = kept.proof(&proof.iter().filter_map(node).collect::<Vec<_>>());
    };
    receipt.heads.iter_mut().for_each(|leaf| again(&mut leaf.proof));
    let mut texts: Vec<String> = Vec::new();
    for line in receipt.histories.iter_mut().flat_map(|history| &mut history.lines) {
        line.uses.iter_mut().for_each(|used| again(&mut used.proof));
        again(&mut line.batch.proof);
        let text = receipt.told.get(usize::try_from(line.told).unwrap());
        let text = text.cloned().unwrap_or_default();
        let at = texts.iter().position(|known| *known == text).unwrap_or_else(|| {
            texts.push(text);
            texts.len() - 1
        });
        line.told = u32::try_from(at).unwrap();
    }
    receipt.unsealed.clear();
    receipt.told = texts;
    receipt.grown.iter_mut().for_each(|grown| again(&mut grown.proof));
    receipt.nodes = kept.blob();
    receipt
}

#[test]
fn every_forgery_for_every_person_is_found_and_every_honest_receipt_is_taken() {
    // All of ten thousand people in the long checks, a slice of them here.
    let people = std::env::var("THEIRS_RECEIPTS").map_or(60, |number| number.parse().unwrap());
    let shop = shop_of(people);
    let key = shop.ledger.verifier_key();
    let mut seed = 7;
    let mut other = shop.receipt(people - 1);
    for slot in 0..people {
        let receipt = shop.receipt(slot);
        assert_eq!(verify(&receipt, Some(&key)).unwrap().withheld, 0, "slot {slot}");
        for (at, forged) in forged(&receipt, &other, &mut seed).into_iter().enumerate() {
            assert!(verify(&forged, Some(&key)).is_err(), "slot {slot}, forgery {at}");
            let found = verify(&tidied(forged), Some(&key));
            assert!(found.is_err(), "slot {slot}, forgery {at}, tidied");
        }
        other = receipt;
    }
}

#[test]
fn a_use_that_is_hidden_among_what_is_withheld_is_counted() {
    let shop = Shop::busy();
    let mut receipt = shop.receipt(3);
    let line = receipt.histories[0].lines.pop().unwrap();
    let told = receipt.told[usize::try_from(line.told).unwrap()].as_bytes();
    let hashes: Vec<_> = line.uses.iter().map(|used| leaf_hash(&used.entry.0)).collect();
    let hidden = theirs_receipt::commitment(
        line.blind.digest().unwrap(),
        uses_digest(&hashes),
        theirs_ledger::digest(told),
        theirs_ledger::digest(b""),
    );
    receipt.histories[0].after = theirs_receipt::Blob::of(&[hidden]);
    assert_eq!(verify(&tidied(receipt), None).unwrap().withheld, 1);
}

#[test]
fn a_receipt_without_its_histories_proves_nothing_and_says_so() {
    let shop = Shop::busy();
    let mut receipt = shop.receipt(3);
    let whole = verify(&receipt, None).unwrap();
    assert_eq!(whole.places, [3]);
    receipt.histories.clear();
    let mut bare = receipt.clone();
    let found = verify(&tidied(receipt), None).map(|found| found.places);
    assert!(found.is_err() || found == Ok(Vec::new()));
    bare.unsealed.clear();
    assert_eq!(verify(&tidied(bare), None), Err(ReceiptError::Nothing));
}

#[test]
fn every_flipped_bit_of_a_receipt_is_found() {
    let shop = Shop::busy();
    let receipt = shop.receipt(9);
    let key = shop.ledger.verifier_key();
    let text = receipt.write().unwrap().into_bytes();
    for at in 0..text.len() {
        for bit in 0..8 {
            let mut flipped = text.clone();
            flipped[at] ^= 1 << bit;
            let found = Receipt::read(&flipped).and_then(|read| verify(&read, Some(&key)));
            assert!(found.is_err(), "bit {bit} of byte {at}");
        }
    }
}

/// A receipt that two witnesses cosigned, and their keys.
fn cosigned(shop: &Shop) -> (Receipt, [String; 2]) {
    let home = tempfile::tempdir().unwrap();
    let log = [shop.ledger.verifier_key()];
    let witnesses = ["one.example/w", "two.example/w"].map(|name| {
        theirs_ledger::Witness::open(&home.path().join(&name[..3]), name, &log).unwrap()
    });
    let keys = witnesses.each_ref().map(theirs_ledger::Witness::verifier_key);
    let cosigners = keys.each_ref().map(|key| theirs_ledger::Cosigner::new(key).unwrap());
    shop.ledger.trust(cosigners.to_vec());
    shop.ledger.settle().unwrap();
    let submission = shop.ledger.submission(0).unwrap();
    for (witness, cosigner) in witnesses.iter().zip(&cosigners) {
        let answer = witness.add_checkpoint(submission.body.as_bytes(), at(100));
        let theirs_ledger::Answer::Cosigned(line) = answer else { panic!("{answer:?}") };
        shop.ledger.cosigned_by(&submission, cosigner, &line).unwrap();
    }
    (shop.receipt(3), keys)
}

#[test]
fn a_receipt_bears_the_cosignatures_and_every_change_to_them_is_found() {
    let shop = Shop::busy();
    let (receipt, keys) = cosigned(&shop);
    let log = shop.ledger.verifier_key();
    let found = verify(&receipt, Some(&log)).unwrap();
    assert_eq!(receipt.witnesses, keys);
    for key in &keys {
        assert_eq!(theirs_receipt::verify_witness(&found, key).unwrap().at, at(100));
    }
    let missing = theirs_receipt::verify_witness(&found, &log);
    assert!(matches!(missing, Err(ReceiptError::NotWitnessed { .. })));
    theirs_receipt::verify_checkpoint(&receipt, &shop.ledger.published()).unwrap();
    theirs_receipt::verify_checkpoint(&receipt, &shop.ledger.checkpoint()).unwrap();
    let text = receipt.write().unwrap();
    let begin = text.find("\"checkpoint\"").unwrap();
    let end = text.find("\"told\"").unwrap();
    for at in begin..end {
        for bit in 0..8 {
            let mut flipped = text.clone().into_bytes();
            flipped[at] ^= 1 << bit;
            let found = Receipt::read(&flipped).and_then(|read| verify(&read, Some(&log)));
            assert!(found.is_err(), "bit {bit} of byte {at}");
        }
    }
    let refused = |change: &dyn Fn(&mut Receipt)| {
        let mut changed = receipt.clone();
        change(&mut changed);
        assert_eq!(verify(&changed, Some(&log)), Err(ReceiptError::Cosignatures));
    };
    refused(&|changed| changed.witnesses.clear());
    refused(&|changed| changed.witnesses.reverse());
    refused(&|changed| changed.witnesses[1] = changed.witnesses[0].clone());
    let line = receipt.checkpoint.lines().last().unwrap();
    refused(&|changed| changed.checkpoint = format!("{}{line}\n", changed.checkpoint));
    refused(&|changed| {
        changed.checkpoint = format!("{}{line}\n", changed.checkpoint);
        changed.witnesses.push(changed.witnesses[1].clone());
    });
}

#[test]
fn another_key_and_a_forked_checkpoint_are_found() {
    let (shop, other) = (Shop::busy(), Shop::busy());
    let receipt = shop.receipt(3);
    let refused = verify(&receipt, Some(&other.ledger.verifier_key())).unwrap_err();
    assert_eq!(refused, ReceiptError::OtherKey);
    let mut forked = receipt.clone();
    forked.checkpoint = other.receipt(3).checkpoint;
    assert!(matches!(verify(&forked, None), Err(ReceiptError::Checkpoint(_))));
    theirs_receipt::verify_checkpoint(&receipt, &shop.ledger.checkpoint()).unwrap();
    shop.close();
    shop.ledger.settle().unwrap();
    let behind = theirs_receipt::verify_checkpoint(&receipt, &shop.ledger.checkpoint());
    assert!(matches!(behind, Err(ReceiptError::NoProof { .. })));
    let earlier = receipt.checkpoint;
    theirs_receipt::verify_checkpoint(&shop.receipt(3), &earlier).unwrap();
}

#[test]
fn two_histories_under_one_key_contradict_each_other() {
    let shop = Shop::new();
    shop.used("our analysts", [1]);
    let copy = tempfile::tempdir().unwrap();
    copy_all(shop.path(), copy.path());
    let fork = Shop::open(copy);
    shop.used("our helpers", [1]);
    fork.used("our marketing team", [1]);
    shop.close();
    fork.close();
    let (mine, theirs) = (shop.receipt(1), fork.receipt(1));
    let key = shop.ledger.verifier_key();
    verify(&mine, Some(&key)).unwrap();
    verify(&theirs, Some(&key)).unwrap();
    assert_eq!(verify_after(&mine, &theirs, Some(&key)), Err(ReceiptError::NotGrown));
    shop.used("our helpers", [1, 2]);
    shop.close();
    let later = verify_after(&shop.receipt(2), &mine, Some(&key));
    assert!(matches!(later, Err(ReceiptError::NotKnown(_))), "another person's: {later:?}");
    let checked = theirs_receipt::verify_checkpoint(&mine, &fork.ledger.checkpoint());
    assert_eq!(checked, Err(ReceiptError::Forked));
}

pub(super) fn copy_all(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for item in std::fs::read_dir(from).unwrap() {
        let item = item.unwrap();
        let target = to.join(item.file_name());
        if item.path().is_dir() {
            copy_all(&item.path(), &target);
        } else {
            std::fs::copy(item.path(), target).unwrap();
        }
    }
}
