//! Who may be seen for each purpose, and whom each leaves out and why, as bitmaps of slots.

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, AsArray};
use datafusion::arrow::datatypes::UInt8Type;
use roaring::RoaringBitmap;
use theirs_charter::Charter;
use theirs_people::Exclusion;

use super::layer::Layout;
use crate::answer::LeftOut;

/// The code of somebody whom a purpose may see.
const SEEN: u8 = 0;

/// How a row says why a purpose leaves a person out. A folder's files hold these numbers.
pub(super) fn code(why: Option<Exclusion>) -> u8 {
    match why {
        None => SEEN,
        Some(Exclusion::NoConsent) => 1,
        Some(Exclusion::ConsentRefused) => 2,
        Some(Exclusion::Objected) => 3,
        Some(Exclusion::Restricted) => 4,
        Some(Exclusion::TooYoung) => 5,
        Some(Exclusion::AgeUnknown) => 6,
    }
}

/// Why, if [`code`] gave this number; an unknown one leaves out without a known reason.
fn why(code: u8) -> Exclusion {
    match code {
        1 => Exclusion::NoConsent,
        2 => Exclusion::ConsentRefused,
        4 => Exclusion::Restricted,
        5 => Exclusion::TooYoung,
        6 => Exclusion::AgeUnknown,
        _ => Exclusion::Objected,
    }
}

/// The people of each purpose, in the order of the layout. Bitmaps that a change does not concern
/// are shared with the state before it.
#[derive(Clone, Default)]
pub(crate) struct Standing(Vec<BTreeMap<u8, Arc<RoaringBitmap>>>);

impl Standing {
    /// Takes note of where people stand now, given the code of each for each purpose, and of who is
    /// nobody any more.
    pub(super) fn learn(&mut self, slots: &[u32], codes: &[ArrayRef], gone: &[u32]) {
        self.0.resize_with(codes.len(), BTreeMap::new);
        for (people, codes) in self.0.iter_mut().zip(codes) {
            for slot in gone {
                leave(people, *slot, None);
            }
            for (slot, code) in slots.iter().zip(codes.as_primitive::<UInt8Type>().values()) {
                leave(people, *slot, Some(*code));
                let place = people.entry(*code).or_default();
                if !place.contains(*slot) {
                    Arc::make_mut(place).insert(*slot);
                }
            }
        }
    }

    /// Who may be seen once they are old enough.
    pub(super) fn eligible(&self, layout: &Layout, purpose: &str) -> Arc<RoaringBitmap> {
        self.of(layout, purpose).and_then(|people| people.get(&SEEN)).cloned().unwrap_or_default()
    }

    /// Whom a purpose leaves out, by the reason.
    pub(super) fn left_out(
        &self,
        layout: &Layout,
        charter: &Charter,
        purpose: &str,
    ) -> Vec<LeftOut> {
        let (Some(people), Some(purpose)) = (self.of(layout, purpose), charter.purpose(purpose))
        else {
            return Vec::new();
        };
        let told = |(code, people): (&u8, &Arc<RoaringBitmap>)| {
            let why = why(*code);
            LeftOut { clause: why.clause(purpose), because: why.in_words(), people: people.len() }
        };
        people
            .iter()
            .filter(|(code, people)| **code != SEEN && !people.is_empty())
            .map(told)
            .collect()
    }

    fn of(&self, layout: &Layout, purpose: &str) -> Option<&BTreeMap<u8, Arc<RoaringBitmap>>> {
        self.0.get(layout.purposes.iter().position(|name| name == purpose)?)
    }
}

/// Takes a person from wherever they stood, unless that is where they stand now.
fn leave(people: &mut BTreeMap<u8, Arc<RoaringBitmap>>, slot: u32, now: Option<u8>) {
    for (code, place) in people.iter_mut() {
        if Some(*code) != now && place.contains(slot) {
            Arc::make_mut(place).remove(slot);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_survives_being_written() {
        for reason in [
            Exclusion::NoConsent,
            Exclusion::ConsentRefused,
            Exclusion::Objected,
            Exclusion::Restricted,
            Exclusion::TooYoung,
            Exclusion::AgeUnknown,
        ] {
            assert_eq!(why(code(Some(reason))), reason);
        }
        assert_eq!(code(None), SEEN);
    }
}
