//! What a new version changes in how it is found which records are about one person.

use std::collections::BTreeSet;

use theirs_charter::{Charter, Linkage};

use super::{Change, ChangeKind, note, readable};

pub(super) fn linkage(old: &Charter, new: &Charter, list: &mut Vec<Change>) {
    let (was, is) = (&old.linkage, &new.linkage);
    if was == is {
        return;
    }
    let (before, now) = (was.threshold, is.threshold);
    if before.to_bits() != now.to_bits() {
        let (kind, how) = if now < before {
            (ChangeKind::More, "less sure")
        } else {
            (ChangeKind::Other, "more sure")
        };
        let says = format!(
            "We are {how} than before when we take two records to be of one person: from a chance of {now} on, and not of {before}."
        );
        let clause = "linkage.threshold_match_probability".to_owned();
        note(list, kind, clause, says);
    }
    left_out(was, is, list);
    let rest =
        |linkage: &Linkage| Linkage { threshold: 0.0, leave_out: Vec::new(), ..linkage.clone() };
    if rest(was) != rest(is) {
        let says = "We compare records in another way to find out which are of one person.";
        note(list, ChangeKind::Other, "linkage".to_owned(), says.to_owned());
    }
}

fn left_out(was: &Linkage, is: &Linkage, list: &mut Vec<Change>) {
    let set = |linkage: &Linkage| linkage.leave_out.iter().cloned().collect::<BTreeSet<String>>();
    let (was, is) = (set(was), set(is));
    let gone = is.difference(&was).map(|column| (column, "no longer compare"));
    let back = was.difference(&is).map(|column| (column, "compare again"));
    for (column, how) in gone.chain(back) {
        let says = format!(
            "To find out which records are of one person, we {how} this: {}.",
            readable(column)
        );
        note(list, ChangeKind::Other, "linkage.leave_out".to_owned(), says);
    }
}
