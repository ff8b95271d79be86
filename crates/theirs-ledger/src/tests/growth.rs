//! The tree stays right while it grows over the boundaries of tiles.

use super::fixture::{Log, claimed, entries, entry, leaf, root_by_definition};
use crate::{LeafIndex, LedgerError, verify_inclusion};

#[test]
fn every_size_up_to_three_bundles_has_the_root_of_its_definition() {
    let log = Log::new();
    let all = entries(0..700);
    let mut size = 0;
    for group in [1, 1, 2, 5, 246, 1, 1, 254, 1, 1, 3, 17, 50] {
        let places = log.append(&all[size..size + group]);
        assert_eq!(places[0], LeafIndex(size as u64));
        size += group;
        assert_eq!(log.ledger.root(), root_by_definition(&all[..size]));
        let verified = log.verify().unwrap();
        assert_eq!((verified.size, verified.root), (size as u64, log.ledger.root()));
    }
}

#[test]
fn seventy_thousand_entries_lie_as_the_specification_shows() {
    let log = Log::new();
    let all = entries(0..70_000);
    for group in all.chunks(7_000) {
        log.append(group);
    }
    assert_eq!(log.ledger.root(), root_by_definition(&all));
    let mut seen = 0;
    let check = &mut |index: LeafIndex, found: &crate::Leaf| {
        seen += 1;
        if *found == leaf(index.0) { Ok(()) } else { Err("other entry".to_owned()) }
    };
    let verified = crate::verify(&log.folder(), &log.ledger.verifier_key(), check).unwrap();
    assert_eq!((verified.size, seen), (70_000, 70_000));

    let folder = log.folder();
    let names: Vec<_> = claimed(&folder)
        .iter()
        .map(|file| file.strip_prefix(&folder).unwrap().display().to_string())
        .collect();
    let full = |level: &str| {
        let prefix = format!("tile/{level}/");
        names.iter().filter(|name| name.starts_with(&prefix) && !name.contains(".p/")).count()
    };
    assert_eq!((full("0"), full("1"), full("2"), full("entries")), (273, 1, 0, 273));
    let partial: Vec<_> = names.iter().filter(|name| name.contains(".p/")).collect();
    assert_eq!(
        partial,
        ["tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1", "tile/entries/273.p/112"]
    );
    assert_eq!(verified.bytes, claimed(&folder).iter().map(|f| f.metadata().unwrap().len()).sum());
    for index in [0, 1, 255, 256, 65_535, 65_536, 69_887, 69_888, 69_999] {
        proves(&log, index);
    }
}

#[test]
fn every_entry_of_every_small_log_has_a_proof() {
    let log = Log::new();
    for size in 1..=40 {
        log.append(&[entry(size - 1)]);
        (0..size).for_each(|index| proves(&log, index));
    }
}

#[test]
fn places_beyond_the_end_are_refused() {
    let log = Log::of(3);
    let refused = log.ledger.entry(LeafIndex(3)).unwrap_err();
    assert!(matches!(refused, LedgerError::NoSuchLeaf { index: LeafIndex(3), size: 3 }));
    assert!(log.ledger.prove(LeafIndex(u64::MAX)).is_err());
}

fn proves(log: &Log, index: u64) {
    let found = log.ledger.entry(LeafIndex(index)).unwrap();
    assert_eq!(found, entry(index));
    let proof = log.ledger.prove(LeafIndex(index)).unwrap();
    let holds = |bytes: &[u8], index| {
        let (size, root) = (log.ledger.size(), log.ledger.root());
        verify_inclusion(bytes, LeafIndex(index), size, &proof, root)
    };
    assert!(holds(&found.encode(), index));
    assert!(!holds(&entry(index + 1).encode(), index));
    assert!(!holds(&found.encode(), index + 1));
}

#[test]
fn every_small_log_is_proved_to_have_grown_from_every_earlier_one() {
    let log = Log::new();
    let all = entries(0..40);
    for count in 1..=40usize {
        log.append(&all[count - 1..count]);
        let size = count as u64;
        let prover = log.ledger.prover();
        for begun in 1..=count {
            let earlier = begun as u64;
            let (before, proof) = prover.prove_growth(earlier).unwrap();
            assert_eq!(before, root_by_definition(&all[..begun]));
            let holds = |before, proof: &[_]| {
                crate::verify_growth(earlier, before, size, log.ledger.root(), proof)
            };
            assert!(holds(before, &proof));
            assert!(!holds(root_by_definition(&all[1..=begun % 39]), &proof));
            assert!(earlier == size || !holds(before, &proof[1..]));
        }
        assert!(prover.prove_growth(0).is_err());
        assert!(prover.prove_growth(size + 1).is_err());
    }
}

#[test]
fn what_is_served_is_what_is_kept_and_any_older_partial_tile() {
    let log = Log::of(300);
    let folder = log.folder();
    for file in claimed(&folder) {
        let name = file.strip_prefix(&folder).unwrap().to_str().unwrap().to_owned();
        if name != "checkpoint" {
            assert_eq!(log.ledger.served(&name).unwrap().unwrap(), std::fs::read(&file).unwrap());
        }
    }
    let full = log.ledger.served("tile/entries/000").unwrap().unwrap();
    let part = log.ledger.served("tile/entries/000.p/7").unwrap().unwrap();
    assert_eq!(part, full[..7 * 132]);
    assert_eq!(log.ledger.served("tile/0/001.p/2").unwrap().unwrap().len(), 64);
    for beyond in ["tile/0/001", "tile/0/001.p/45", "tile/1/000.p/2", "tile/9/000", "key"] {
        assert_eq!(log.ledger.served(beyond).unwrap(), None, "{beyond}");
    }
}
