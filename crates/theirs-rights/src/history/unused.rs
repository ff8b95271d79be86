//! What a person had kept out of use, and when: uses of that time did not look at it, whatever was
//! looked at of others.
//!
//! A use is told to everybody whom it concerns in the same words, and a receipt proves those. So that no
//! one reads that a value was looked at which they had stopped, their own page takes its column out of
//! the words and says so. Price: of a use within a minute of the act it is still told, as it may have
//! begun before; it may overstate, never understate.

use jiff::{SignedDuration, Timestamp};
use theirs_model::Sequence;
use theirs_people::stopped_column;
use theirs_store::{Act, ActKind, Person, Use};
use theirs_uses::Told;

use crate::desk::{Desk, RightsError};

/// How long before it is on record a use may have begun.
const UNDER_WAY: SignedDuration = SignedDuration::from_mins(1);

/// A time in which a column of a person was not to be used.
#[derive(Debug, PartialEq, Eq)]
struct Unused {
    column: String,
    from: (Sequence, Timestamp),
    until: Option<Sequence>,
}

impl Unused {
    fn holds(&self, used: &Use) -> bool {
        used.sequence > self.from.0
            && used.at.duration_since(self.from.1) > UNDER_WAY
            && self.until.is_none_or(|until| used.sequence < until)
    }
}

/// When each column of a person was not to be used.
pub(super) struct KeptOut(Vec<Unused>);

impl KeptOut {
    /// Takes out of what is told of a use what it did not look at, and says what that is.
    pub(super) fn take_out(&self, used: &Use, told: &mut Told) -> Vec<String> {
        use theirs_uses::Act::{Decision, Message, Share, Statement};
        if !matches!(told.act, Statement | Decision | Share | Message) {
            return Vec::new();
        }
        let is_out =
            |name: &String| self.0.iter().any(|one| one.column == *name && one.holds(used));
        let (out, seen) = std::mem::take(&mut told.columns).into_iter().partition(is_out);
        told.columns = seen;
        out
    }
}

impl Desk {
    /// What a person had kept out of use: stopped, contested, taken away or deleted.
    pub(super) fn kept_out(&self, person: &Person) -> Result<KeptOut, RightsError> {
        let acts = self.store.acts_of(person.slot)?;
        let mut all = times(&acts);
        if acts.iter().any(|act| act.kind == ActKind::Deletion) {
            let (profile, _) = self.profile(person)?;
            // What was given since in a row of their own is looked at again, and no act says since when.
            all.retain(|(kind, one)| {
                let is_gone = || profile.attribute(&one.column)?.deleted;
                *kind != ActKind::Deletion || one.until.is_some() || is_gone().is_some()
            });
        }
        Ok(KeptOut(all.into_iter().map(|(_, one)| one).collect()))
    }
}

/// The times that acts began, each until the first act that ended it.
fn times(acts: &[Act]) -> Vec<(ActKind, Unused)> {
    let begun = acts.iter().filter_map(|act| Some((act, begins(act)?)));
    let time = |(act, column): (&Act, &str)| {
        let mut ends = acts.iter().filter(|later| follows(later, act) && ends(later, act));
        let until = ends.next().map(|later| later.sequence);
        // Before the two were taken for one it is of one of them alone.
        let from = (act.sequence.max(act.anchored), act.at);
        (act.kind, Unused { column: column.to_owned(), from, until })
    };
    begun.map(time).collect()
}

/// The column that an act keeps out of use, if it does.
fn begins(act: &Act) -> Option<&str> {
    let said = act.content.as_deref();
    match act.kind {
        ActKind::Restriction if said != Some("no") => stopped_column(&act.topic),
        ActKind::Contest if !matches!(said, Some("no" | "dismissed")) => Some(&act.topic),
        ActKind::Correction if said.is_none() => Some(&act.topic),
        ActKind::Deletion => Some(&act.topic),
        _ => None,
    }
}

/// Whether a later act lets the column be used again.
fn ends(later: &Act, act: &Act) -> bool {
    let said = later.content.as_deref();
    later.topic == act.topic
        && match (act.kind, later.kind) {
            (ActKind::Restriction, ActKind::Restriction) => said == Some("no"),
            (ActKind::Contest, ActKind::Contest) => matches!(said, Some("no" | "dismissed")),
            (ActKind::Contest, ActKind::Correction) => true,
            (ActKind::Correction | ActKind::Deletion, ActKind::Correction) => said.is_some(),
            _ => false,
        }
}

/// Whether the same person acted later.
fn follows(later: &Act, earlier: &Act) -> bool {
    later.sequence > earlier.sequence
        && (later.anchor == earlier.anchor || later.sequence > earlier.anchored.max(later.anchored))
}

#[cfg(test)]
mod tests {
    use theirs_model::{RecordId, Slot};

    use super::*;

    fn act(sequence: u64, kind: ActKind, topic: &str, content: Option<&str>) -> Act {
        Act {
            slot: Slot(1),
            anchor: RecordId(1),
            anchored: Sequence(4),
            kind,
            topic: topic.to_owned(),
            content: content.map(str::to_owned),
            at: Timestamp::UNIX_EPOCH,
            by: "person".to_owned(),
            reason: None,
            sequence: Sequence(sequence),
        }
    }

    #[test]
    fn a_column_is_out_of_use_from_an_act_until_the_one_that_ends_it() {
        use ActKind::{Contest, Correction, Deletion, Restriction};
        let found = |acts: &[Act]| -> Vec<_> {
            let all = times(acts).into_iter();
            all.map(|(_, one)| (one.column, one.from.0.0, one.until.map(|at| at.0))).collect()
        };
        let of = |column: &str, from, until| vec![(column.to_owned(), from, until)];
        let stop = act(7, Restriction, "column:phone", Some("yes"));
        assert_eq!(found(std::slice::from_ref(&stop)), of("phone", 7, None));
        let go = act(9, Restriction, "column:phone", Some("no"));
        assert_eq!(found(&[stop, go]), of("phone", 7, Some(9)));
        assert_eq!(found(&[act(7, Restriction, "all", Some("yes"))]), []);
        let contest = act(2, Contest, "city", Some("yes"));
        let right = act(8, Correction, "city", Some("Oldhaven"));
        assert_eq!(found(&[contest, right]), of("city", 4, Some(8)), "since the two are one");
        let gone = act(8, Deletion, "city", Some("marks"));
        assert_eq!(found(&[gone, act(9, Correction, "city", None)]).len(), 2);
    }
}
