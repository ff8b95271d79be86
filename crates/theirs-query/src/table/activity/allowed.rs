//! The records whose rows a statement may see, as one bit each.
//!
//! Made of who is eligible, whose record is whose, and who was erased. Making it reads every record
//! once, so the last few are kept: what they were made of is compared, not assumed.

use std::sync::{Arc, LazyLock, Mutex, PoisonError, Weak};

use roaring::{RoaringBitmap, RoaringTreemap};
use theirs_store::RecordSet;

/// How many sets are kept: one for each purpose that is asked under, of one bit for each record.
const MOST_KEPT: usize = 16;

struct Kept {
    slot_of_record: Weak<Vec<u32>>,
    eligible: Arc<RoaringBitmap>,
    erased: Arc<RoaringTreemap>,
    records: Arc<RecordSet>,
}

static KEPT: LazyLock<Mutex<Vec<Kept>>> = LazyLock::new(Mutex::default);

/// The records of eligible people, without erased ones.
pub(super) fn records(
    slot_of_record: &Arc<Vec<u32>>,
    eligible: &Arc<RoaringBitmap>,
    erased: &Arc<RoaringTreemap>,
) -> Arc<RecordSet> {
    let of_these = |kept: &Kept| {
        std::ptr::eq(kept.slot_of_record.as_ptr(), Arc::as_ptr(slot_of_record))
            && (Arc::ptr_eq(&kept.erased, erased) || kept.erased == *erased)
            && (Arc::ptr_eq(&kept.eligible, eligible) || kept.eligible == *eligible)
    };
    let mut all = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    all.retain(|kept| kept.slot_of_record.strong_count() > 0);
    if let Some(known) = all.iter().position(of_these) {
        let known = all.remove(known);
        let records = Arc::clone(&known.records);
        all.push(known);
        return records;
    }
    let records = Arc::new(make(slot_of_record, eligible, erased));
    if all.len() >= MOST_KEPT {
        all.remove(0);
    }
    all.push(Kept {
        slot_of_record: Arc::downgrade(slot_of_record),
        eligible: Arc::clone(eligible),
        erased: Arc::clone(erased),
        records: Arc::clone(&records),
    });
    records
}

fn make(slots: &[u32], eligible: &RoaringBitmap, erased: &RoaringTreemap) -> RecordSet {
    let end = eligible.max().map_or(0, |slot| slot as usize + 1);
    let mut may = vec![false; end];
    for slot in eligible {
        may[slot as usize] = true;
    }
    let of_one = |record: usize| may.get(slots[record] as usize).is_some_and(|may| *may);
    let mut records = RecordSet::where_(slots.len(), of_one);
    for record in erased {
        records.remove(record);
    }
    records
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_allowed_if_its_person_is_and_it_was_not_erased() {
        let slots = Arc::new(vec![u32::MAX, 5, 6, 5, 7]);
        let nobody = Arc::default();
        let of = |eligible: &[u32], erased: &Arc<RoaringTreemap>| {
            let set = records(&slots, &Arc::new(eligible.iter().copied().collect()), erased);
            (0..6).filter(|record| set.contains(*record)).collect::<Vec<u64>>()
        };
        assert_eq!(of(&[5, 7], &nobody), [1, 3, 4]);
        assert_eq!(of(&[5, 7], &nobody), [1, 3, 4]);
        assert_eq!(of(&[6], &nobody), [2]);
        assert_eq!(of(&[5, 7], &Arc::new(RoaringTreemap::from_iter([3]))), [1, 4]);
        assert_eq!(of(&[], &nobody), [] as [u64; 0]);
    }
}
