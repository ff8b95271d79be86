//! How a contest begins and ends.

use theirs_model::{RecordId, Sequence, Slot};

use super::*;

fn act(kind: ActKind, content: &str, anchor: u64, anchored: u64, sequence: u64) -> Act {
    Act {
        slot: Slot(0),
        anchor: RecordId(anchor),
        anchored: Sequence(anchored),
        kind,
        topic: "city".to_owned(),
        content: Some(content.to_owned()),
        at: Timestamp::UNIX_EPOCH,
        by: "person".to_owned(),
        reason: None,
        sequence: Sequence(sequence),
    }
}

fn stage(acts: &[Act]) -> Option<Stage> {
    contest("city", &crate::standing(acts)).map(|contest| contest.stage)
}

#[test]
fn a_contest_stands_until_it_is_decided_or_taken_back() {
    let first = act(ActKind::Contest, "yes", 1, 0, 1);
    let then = |content| [first.clone(), act(ActKind::Contest, content, 1, 0, 2)];
    assert_eq!(stage(std::slice::from_ref(&first)), Some(Stage::Open));
    assert_eq!(stage(&then("upheld")), Some(Stage::Upheld));
    assert_eq!(stage(&then("dismissed")), Some(Stage::Dismissed));
    assert_eq!(stage(&then("no")), None);
    assert_eq!(contest("street", &[&first]), None);
}

#[test]
fn what_somebody_proposes_is_kept_while_nobody_has_decided() {
    let proposed = act(ActKind::Contest, &proposing("C-7"), 1, 0, 1);
    let then = |content| [proposed.clone(), act(ActKind::Contest, content, 1, 0, 2)];
    let kept = |acts: &[Act]| contest("city", &crate::standing(acts)).and_then(|one| one.proposed);
    assert_eq!(stage(std::slice::from_ref(&proposed)), Some(Stage::Open));
    assert_eq!(kept(std::slice::from_ref(&proposed)), Some("C-7".to_owned()));
    assert_eq!(kept(&then("dismissed")), None);
    assert_eq!(kept(&then("yes")), None);
}

#[test]
fn a_stopped_use_stands_until_it_is_taken_back_and_wins_on_merging() {
    let of = |content: &str, anchor, anchored, sequence| Act {
        topic: stop_of("city"),
        ..act(ActKind::Restriction, content, anchor, anchored, sequence)
    };
    let stopped = |acts: &[Act]| stop("city", &crate::standing(acts)).is_some();
    let first = of("yes", 1, 0, 1);
    assert!(stopped(std::slice::from_ref(&first)));
    assert_eq!(stop("street", &[&first]), None);
    let corrected = act(ActKind::Correction, "Oldhaven", 1, 0, 2);
    assert!(stopped(&[first.clone(), corrected]), "a correction does not take it back");
    assert!(!stopped(&[first, of("no", 1, 0, 2)]));
    assert!(stopped(&[of("no", 1, 9, 6), of("yes", 2, 9, 5)]), "of two who are one the stop wins");
}

#[test]
fn a_later_correction_settles_a_contest_and_an_earlier_one_does_not() {
    let contested = act(ActKind::Contest, "upheld", 1, 0, 5);
    let corrected = |sequence| act(ActKind::Correction, "Oldhaven", 1, 0, sequence);
    assert_eq!(stage(&[contested.clone(), corrected(6)]), None);
    assert_eq!(stage(&[corrected(4), contested]), Some(Stage::Upheld));
}

#[test]
fn on_merging_the_stronger_contest_wins_and_the_correction_of_the_other_settles_nothing() {
    let dismissed = act(ActKind::Contest, "dismissed", 1, 9, 6);
    let open = act(ActKind::Contest, "yes", 2, 9, 5);
    assert_eq!(stage(&[dismissed.clone(), open.clone()]), Some(Stage::Open));
    let elsewhere = act(ActKind::Correction, "Oldhaven", 1, 9, 7);
    assert_eq!(stage(&[dismissed, open.clone(), elsewhere]), Some(Stage::Open));
    let together = act(ActKind::Correction, "Oldhaven", 1, 9, 10);
    assert_eq!(stage(&[open, together]), None);
}
