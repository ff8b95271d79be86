//! What a new version changes in where that comes from which a purpose looks at.
//!
//! Another column under the name of the old one is other data, whatever the promise calls it: that is more.

use std::collections::BTreeSet;

use theirs_charter::{Charter, Feeder};

use super::{Change, ChangeKind, note, readable};

pub(super) fn feeders(old: &Charter, new: &Charter, list: &mut Vec<Change>) {
    let mut told: BTreeSet<(String, String)> = BTreeSet::new();
    for purpose in &new.purposes {
        let Some(was) = old.purpose(&purpose.name) else { continue };
        // Of what it did not look at, it is told that it looks at it now.
        let before = old.feeders(was);
        let known = |feeder: &Feeder<'_>| before.iter().any(|known| known.fed == feeder.fed);
        let all = new.feeders(purpose).into_iter().filter(known);
        let more = all.filter(|feeder| !before.iter().any(|known| known.is_as(feeder)));
        told.extend(more.map(|feeder| {
            let Feeder { fed, source, column } = feeder;
            let what = readable(fed.rsplit('.').next().unwrap_or(&fed));
            let clause = format!("sources.{}.columns.{column}", source.name);
            (clause, format!("{what} is taken from “{column}” of {} now.", source.called))
        }));
    }
    for (clause, says) in told {
        note(list, ChangeKind::More, clause, says);
    }
}
