//! People in columns: what is believed of each, and which purposes may see them.
//!
//! A snapshot is everybody at one moment under one charter: a base, in memory or in a file that is
//! derived, and layers of those who changed since. The next snapshot reads again only whom the store
//! says a change touched, and shares the rest; so a statement that starts after a change was
//! acknowledged sees it, and one that started before keeps what it began with.

mod age;
mod base;
mod column;
mod cut;
mod layer;
mod standing;
mod stock;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use datafusion::arrow::array::AsArray;
use datafusion::arrow::datatypes::UInt32Type;
use datafusion::error::DataFusionError;
use jiff::civil::Date;
use roaring::RoaringBitmap;
use theirs_charter::{Charter, Purpose};
use theirs_model::{RecordId, Sequence, Slot};
use theirs_people::Exclusion;
use theirs_store::{Dossier, Store, StoreError};

use self::base::{BATCH, Base, BaseWriter, Validity};
use self::layer::LayerBuilder;
use self::standing::Standing;
use crate::answer::LeftOut;
use crate::mask::Calendar;
use crate::pseudonym::Pseudonyms;
use crate::table::Seen;

pub(crate) use self::base::Housing;
pub(crate) use self::cut::{Block, Cut, value_type};
pub(crate) use self::layer::{Layout, several};
pub(crate) use self::stock::Stock;

/// How many bytes the columns of all purposes may take in memory between statements.
const MOST_KEPT: usize = 1 << 30;
/// How many people may lie in layers, beside one in so many of the base, before a base is written.
const LEAST_FOLDED: usize = 1_024;
const SHARE_FOLDED: usize = 16;
/// If more than one in so many changed, everybody is read again.
const SHARE_READ_AGAIN: usize = 2;

/// Everything believed of everybody at one moment, under one charter.
pub(crate) struct Snapshot {
    /// The change that it includes as the last one.
    pub(crate) sequence: Sequence,
    /// The charter under which it was read.
    pub(crate) charter: Arc<Charter>,
    /// What is believed of everybody.
    pub(crate) stock: Arc<Stock>,
    /// The slot of each record by its number; `u32::MAX` for none.
    pub(crate) slot_of_record: Arc<Vec<u32>>,
    standing: Standing,
    /// Who is not old enough for each purpose with an age limit that was asked under, on a day.
    ages: Mutex<BTreeMap<String, Aged>>,
    /// The people of each purpose that was asked under.
    cuts: Mutex<BTreeMap<String, Known>>,
}

/// The people of a purpose as a statement saw them last, and who changed since.
#[derive(Clone)]
struct Known {
    cut: Arc<Cut>,
    changed: RoaringBitmap,
}

/// Who may be seen for a purpose with an age limit on a day, and how many are not old enough.
#[derive(Clone)]
struct Aged {
    day: Date,
    eligible: Arc<RoaringBitmap>,
    young: u64,
    unknown: u64,
}

/// Why people cannot be had in columns.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PeopleError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The columns, or their file, failed.
    #[error("people cannot be arranged in columns")]
    Columns(#[from] DataFusionError),
}

impl Snapshot {
    /// The file of the folder, if it is valid, else everybody read from the records.
    pub(crate) fn open(
        store: &Store,
        charter: &Arc<Charter>,
        housing: &Housing,
    ) -> Result<Self, PeopleError> {
        match Self::from_file(store, charter, housing)? {
            Some(found) => Ok(found),
            None => Self::read(store, charter, housing),
        }
    }

    fn from_file(
        store: &Store,
        charter: &Arc<Charter>,
        housing: &Housing,
    ) -> Result<Option<Self>, PeopleError> {
        let layout = Arc::new(Layout::of(charter));
        let Some((base, sequence, slot_of_record)) = Base::open(housing, charter, &layout.schema)
        else {
            return Ok(None);
        };
        let now = store.people_sequence()?;
        let most = base.slots().len() / SHARE_READ_AGAIN;
        if sequence > now || store.count_changed(sequence)? > most as u64 {
            return Ok(None);
        }
        let mut standing = Standing::default();
        let columns: Vec<usize> = std::iter::once(0).chain(layout.codes()).collect();
        let seen = base.each_batch(&columns, |rows| {
            let slots = rows.column(0).as_primitive::<UInt32Type>().values();
            standing.learn(slots, &rows.columns()[1..], &[]);
            Ok(())
        });
        // A file that does not read is as good as none.
        let Ok(()) = seen else { return Ok(None) };
        let snapshot = Self {
            sequence,
            charter: Arc::clone(charter),
            stock: Arc::new(Stock::new(layout, base)),
            slot_of_record: Arc::new(slot_of_record),
            standing,
            ages: Mutex::default(),
            cuts: Mutex::default(),
        };
        if sequence == now { Ok(Some(snapshot)) } else { snapshot.next(store).map(Some) }
    }

    /// Reads everybody from the records.
    pub(crate) fn read(
        store: &Store,
        charter: &Arc<Charter>,
        housing: &Housing,
    ) -> Result<Self, PeopleError> {
        let layout = Arc::new(Layout::of(charter));
        let mut writer = BaseWriter::new(housing, &layout.schema);
        let mut builder = LayerBuilder::new(charter, &layout);
        let (mut standing, mut slot_of_record) = (Standing::default(), Vec::new());
        let mut write = |builder: LayerBuilder<'_>| {
            let layer = builder.finish()?;
            standing.learn(&layer.slots, layer.codes(&layout), &layer.gone);
            writer.add(layer)
        };
        let sequence = store.each_person(|dossier: Dossier| {
            place(&mut slot_of_record, &dossier);
            builder.add(&dossier);
            if builder.len() >= BATCH {
                let next = LayerBuilder::new(charter, &layout);
                write(std::mem::replace(&mut builder, next))?;
            }
            Ok::<(), PeopleError>(())
        })?;
        write(builder)?;
        let valid = Validity { charter: charter.acting(), sequence };
        let base = writer.finish(valid, &slot_of_record)?;
        Ok(Self {
            sequence,
            charter: Arc::clone(charter),
            stock: Arc::new(Stock::new(layout, base)),
            slot_of_record: Arc::new(slot_of_record),
            standing,
            ages: Mutex::default(),
            cuts: Mutex::default(),
        })
    }

    /// The snapshot after what changed since this one: only whom that touched is read.
    pub(crate) fn next(&self, store: &Store) -> Result<Self, PeopleError> {
        let layout = &self.stock.layout;
        let mut builder = LayerBuilder::new(&self.charter, layout);
        let mut placed: Vec<(Slot, Vec<RecordId>)> = Vec::new();
        let sequence = store.each_changed(self.sequence, |dossier: Dossier| {
            builder.add(&dossier);
            placed.push((dossier.slot, dossier.records.iter().map(|r| r.id).collect()));
            Ok::<(), PeopleError>(())
        })?;
        let layer = builder.finish()?;
        let mut standing = self.standing.clone();
        standing.learn(&layer.slots, layer.codes(layout), &layer.gone);
        let touched: RoaringBitmap = layer.slots.iter().chain(&layer.gone).copied().collect();
        let mut cuts = self.known().clone();
        for known in cuts.values_mut() {
            known.changed |= &touched;
        }
        let stock = if touched.is_empty() {
            Arc::clone(&self.stock)
        } else {
            Arc::new(self.stock.with(layer)?)
        };
        Ok(Self {
            sequence,
            charter: Arc::clone(&self.charter),
            stock,
            slot_of_record: replaced(&self.slot_of_record, &placed),
            standing,
            ages: Mutex::default(),
            cuts: Mutex::new(cuts),
        })
    }

    /// Whether so many changed since that it is better to read everybody again.
    pub(crate) fn is_outdated(&self, store: &Store) -> Result<bool, PeopleError> {
        let (base, over) = self.stock.sizes();
        let most = LEAST_FOLDED.max((base + over) / SHARE_READ_AGAIN);
        Ok(store.count_changed(self.sequence)? > most as u64)
    }

    /// Whether so many lie in layers that a base should be written.
    pub(crate) fn should_fold(&self) -> bool {
        let (base, over) = self.stock.sizes();
        over > LEAST_FOLDED + base / SHARE_FOLDED
    }

    /// Whether folding writes a file, which takes its time.
    pub(crate) fn is_on_disk(&self) -> bool {
        self.stock.is_on_disk()
    }

    /// Everybody as now, written as one base.
    pub(crate) fn folded(&self, housing: &Housing) -> Result<Folded, PeopleError> {
        let valid = Validity { charter: self.charter.acting(), sequence: self.sequence };
        let base = self.stock.folded(housing, valid, &self.slot_of_record)?;
        Ok(Folded { earlier: Arc::clone(&self.stock), base: Arc::new(base) })
    }

    /// The same people over a base that was written of an earlier snapshot. None if this one does
    /// not come from that.
    pub(crate) fn over(&self, folded: &Folded) -> Result<Option<Self>, PeopleError> {
        let Some(stock) = self.stock.rebased(&folded.earlier, Arc::clone(&folded.base)) else {
            return Ok(None);
        };
        // The layers that are about to go are all that purposes can catch up from.
        let purposes: Vec<String> = self.known().keys().cloned().collect();
        for purpose in purposes {
            self.catch_up(&purpose)?;
        }
        Ok(Some(Self {
            sequence: self.sequence,
            charter: Arc::clone(&self.charter),
            stock: Arc::new(stock),
            slot_of_record: Arc::clone(&self.slot_of_record),
            standing: self.standing.clone(),
            ages: Mutex::default(),
            cuts: Mutex::new(self.known().clone()),
        }))
    }

    /// The people of a purpose, as they may be seen.
    pub(crate) fn cut(
        &self,
        purpose: &Purpose,
        pseudonyms: &Arc<Pseudonyms>,
        calendar: &Calendar,
    ) -> Result<Arc<Cut>, PeopleError> {
        self.make_room();
        if let Some(cut) = self.catch_up(&purpose.name)?.filter(|cut| cut.is_named_by(pseudonyms)) {
            if cut.is_of(calendar) {
                return Ok(cut);
            }
            // On another day other people are old enough.
            if purpose.minimum_age.is_none() {
                return Ok(self.keep(&purpose.name, cut.on(calendar)));
            }
        }
        let seen = purpose.columns.iter().filter_map(|grant| {
            let (_, kind) = self.charter.attribute(&grant.column)?;
            Some(Seen::new(grant, kind))
        });
        let eligible = self.eligible(&purpose.name, calendar.today)?;
        let cut = Cut::new(&eligible, seen.collect(), pseudonyms, calendar);
        Ok(self.keep(&purpose.name, cut))
    }

    /// The people of a purpose that was asked under before, as of this snapshot.
    fn catch_up(&self, purpose: &str) -> Result<Option<Arc<Cut>>, PeopleError> {
        let Some(known) = self.known().get(purpose).cloned() else { return Ok(None) };
        if known.changed.is_empty() {
            return Ok(Some(known.cut));
        }
        let eligible = self.eligible(purpose, known.cut.day())?;
        if let Some(cut) = known.cut.changed(&known.changed, &eligible, &self.stock)? {
            Ok(Some(self.keep(purpose, cut)))
        } else {
            self.known().remove(purpose);
            Ok(None)
        }
    }

    fn keep(&self, purpose: &str, cut: Cut) -> Arc<Cut> {
        let cut = Arc::new(cut);
        let known = Known { cut: Arc::clone(&cut), changed: RoaringBitmap::new() };
        self.known().insert(purpose.to_owned(), known);
        cut
    }

    /// Lets go of the columns that were not asked for longest, until the rest fits.
    fn make_room(&self) {
        let known = self.known();
        let mut all: Vec<(u64, usize, usize, &Arc<Cut>)> = Vec::new();
        for known in known.values() {
            let columns = known.cut.in_memory().into_iter();
            all.extend(columns.map(|(used, at, bytes)| (used, at, bytes, &known.cut)));
        }
        let mut bytes: usize = all.iter().map(|column| column.2).sum();
        if bytes <= MOST_KEPT {
            return;
        }
        all.sort_unstable_by_key(|column| column.0);
        for (_, at, size, cut) in all {
            if bytes <= MOST_KEPT {
                break;
            }
            cut.let_go(at);
            bytes -= size;
        }
    }

    fn known(&self) -> MutexGuard<'_, BTreeMap<String, Known>> {
        self.cuts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Who may be seen for a purpose on a day.
    pub(crate) fn eligible(
        &self,
        purpose: &str,
        day: Date,
    ) -> Result<Arc<RoaringBitmap>, PeopleError> {
        match self.aged(purpose, day)? {
            Some(aged) => Ok(aged.eligible),
            None => Ok(self.standing.eligible(&self.stock.layout, purpose)),
        }
    }

    /// Whom a purpose leaves out on a day, and why.
    pub(crate) fn left_out(&self, purpose: &str, day: Date) -> Result<Vec<LeftOut>, PeopleError> {
        let mut all = self.standing.left_out(&self.stock.layout, &self.charter, purpose);
        if let (Some(aged), Some(purpose)) =
            (self.aged(purpose, day)?, self.charter.purpose(purpose))
        {
            let counts = [(Exclusion::TooYoung, aged.young), (Exclusion::AgeUnknown, aged.unknown)];
            all.extend(counts.into_iter().filter(|(_, people)| *people > 0).map(
                |(why, people)| LeftOut {
                    clause: why.clause(purpose),
                    because: why.in_words(),
                    people,
                },
            ));
        }
        Ok(all)
    }

    /// Who is old enough for a purpose on a day; none if it has no age limit.
    fn aged(&self, purpose: &str, day: Date) -> Result<Option<Aged>, PeopleError> {
        let limit = self.charter.purpose(purpose).and_then(|purpose| purpose.minimum_age);
        let Some(age) = limit else { return Ok(None) };
        let mut ages = self.ages.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = ages.get(purpose).filter(|known| known.day == day) {
            return Ok(Some(known.clone()));
        }
        let all = self.standing.eligible(&self.stock.layout, purpose);
        let column = self.charter.birth_date();
        let column = column.and_then(|column| self.stock.layout.column(column.column()));
        let under = age::under_age(&self.stock, column, &all, age, day)?;
        let eligible = Arc::new(&(&*all - &under.young) - &under.unknown);
        let (young, unknown) = (under.young.len(), under.unknown.len());
        let today = Aged { day, eligible, young, unknown };
        ages.insert(purpose.to_owned(), today.clone());
        Ok(Some(today))
    }
}

/// A base that was written, and of what.
pub(crate) struct Folded {
    earlier: Arc<Stock>,
    base: Arc<Base>,
}

fn place(slot_of_record: &mut Vec<u32>, dossier: &Dossier) {
    for record in &dossier.records {
        put(slot_of_record, record.id, dossier.slot.0);
    }
}

fn put(slot_of_record: &mut Vec<u32>, record: RecordId, slot: u32) {
    let Ok(at) = usize::try_from(record.0) else { return };
    if at >= slot_of_record.len() {
        slot_of_record.resize(at + 1, u32::MAX);
    }
    slot_of_record[at] = slot;
}

/// Whose each record is, after some people have other records; shared if nothing is different.
fn replaced(before: &Arc<Vec<u32>>, placed: &[(Slot, Vec<RecordId>)]) -> Arc<Vec<u32>> {
    let is_as_before = |record: &RecordId, slot: Slot| slot_at(before, *record) == Some(slot);
    let held: usize = placed.iter().map(|(_, records)| records.len()).sum();
    let same = placed.iter().all(|(slot, records)| records.iter().all(|r| is_as_before(r, *slot)));
    let touched: RoaringBitmap = placed.iter().map(|(slot, _)| slot.0).collect();
    // Records that left somebody without coming to another show only in the count.
    if same && before.iter().filter(|slot| touched.contains(**slot)).count() == held {
        return Arc::clone(before);
    }
    let mut after = Vec::clone(before);
    for slot in &mut after {
        if *slot != u32::MAX && touched.contains(*slot) {
            *slot = u32::MAX;
        }
    }
    for (slot, records) in placed {
        for record in records {
            put(&mut after, *record, slot.0);
        }
    }
    Arc::new(after)
}

/// The slot of a record, if it has one.
pub(crate) fn slot_at(slots: &[u32], record: RecordId) -> Option<Slot> {
    let slot = *slots.get(usize::try_from(record.0).ok()?)?;
    (slot != u32::MAX).then_some(Slot(slot))
}

#[cfg(test)]
mod tests;
