//! People in columns: what is believed of each, and which purposes may see them.
//!
//! A snapshot is derived and can be rebuilt at any time. It is made anew when what is known of
//! people changed, so a statement that starts after a change was acknowledged sees that change.

mod column;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use datafusion::arrow::array::ArrayRef;
use datafusion::catalog::TableProvider;
use jiff::civil::Date;
use roaring::RoaringBitmap;
use theirs_charter::{Charter, Purpose};
use theirs_model::{RecordId, Sequence, Slot};
use theirs_people::{Exclusion, Profile, exclusion, is_known_inside, profile};
use theirs_store::{Act, Record, Store, StoreError};

use self::column::ColumnBuilder;
use crate::answer::LeftOut;

/// Everything believed of everybody at one moment, under one charter.
pub(crate) struct Snapshot {
    /// The change that it includes as the last one.
    pub(crate) sequence: Sequence,
    /// The charter under which it was read.
    pub(crate) charter: Arc<Charter>,
    /// The slot of each row.
    pub(crate) slots: Vec<Slot>,
    /// The raw columns by their names.
    pub(crate) columns: BTreeMap<String, RawColumn>,
    /// Attributes of which a person may have several: rows of (slot, value).
    pub(crate) many: BTreeMap<String, ManyColumn>,
    /// Who may be seen for each purpose.
    pub(crate) eligible: BTreeMap<String, RoaringBitmap>,
    /// Whom each purpose leaves out, and why.
    pub(crate) left_out: BTreeMap<String, Vec<LeftOut>>,
    /// The slot of each record by its number; `u32::MAX` for none.
    pub(crate) slot_of_record: Arc<Vec<u32>>,
    /// The tables of people as each purpose saw them last.
    seen: Mutex<BTreeMap<String, Seen>>,
}

/// The tables of people for one purpose on one day, by name.
#[derive(Clone)]
struct Seen {
    day: Date,
    tables: Tables,
}

/// Tables by name.
pub(crate) type Tables = Arc<Vec<(String, Arc<dyn TableProvider>)>>;

/// A column of `person` before it is made coarse.
pub(crate) struct RawColumn {
    pub(crate) values: ArrayRef,
}

/// The values of an attribute of which a person may have several.
pub(crate) struct ManyColumn {
    pub(crate) slots: Vec<Slot>,
    pub(crate) column: RawColumn,
}

impl Snapshot {
    /// Reads everybody from the store.
    pub(crate) fn take(store: &Store, charter: &Arc<Charter>) -> Result<Self, StoreError> {
        let sequence = store.people_sequence()?;
        let slot_of_record = slots_by_record(store)?;
        let people = gather(store, &slot_of_record)?;
        let mut building = Building::new(charter);
        for (slot, (records, acts)) in &people {
            if is_known_inside(charter, records) {
                building.add(*slot, &profile(charter, records, acts));
            }
        }
        Ok(building.finish(sequence, Arc::new(slot_of_record)))
    }

    /// The tables of people for a purpose on a day: those of the last statement, or new ones.
    pub(crate) fn tables<E>(
        &self,
        purpose: &str,
        day: Date,
        make: impl FnOnce() -> Result<Tables, E>,
    ) -> Result<Tables, E> {
        let seen = || self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = seen().get(purpose).filter(|known| known.day == day) {
            return Ok(Arc::clone(&known.tables));
        }
        let tables = make()?;
        seen().insert(purpose.to_owned(), Seen { day, tables: Arc::clone(&tables) });
        Ok(tables)
    }

    /// Who may be seen for a purpose.
    pub(crate) fn eligible(&self, purpose: &str) -> RoaringBitmap {
        self.eligible.get(purpose).cloned().unwrap_or_default()
    }
}

type Gathered = BTreeMap<Slot, (Vec<Record>, Vec<Act>)>;

fn gather(store: &Store, slot_of_record: &[u32]) -> Result<Gathered, StoreError> {
    let mut people: Gathered = BTreeMap::new();
    store.each_record(|record| {
        if let Some(slot) = slot_at(slot_of_record, record.id) {
            people.entry(slot).or_default().0.push(record);
        }
        Ok(())
    })?;
    for act in store.all_acts()? {
        people.entry(act.slot).or_default().1.push(act);
    }
    Ok(people)
}

fn slots_by_record(store: &Store) -> Result<Vec<u32>, StoreError> {
    let assignments = store.assignments()?;
    let last = assignments.last().map_or(0, |last| last.record.0 + 1);
    let mut slots = vec![u32::MAX; usize::try_from(last).unwrap_or(0)];
    for assignment in assignments {
        if let Ok(at) = usize::try_from(assignment.record.0) {
            slots[at] = assignment.slot.0;
        }
    }
    Ok(slots)
}

/// The slot of a record, if it has one.
pub(crate) fn slot_at(slots: &[u32], record: RecordId) -> Option<Slot> {
    let slot = *slots.get(usize::try_from(record.0).ok()?)?;
    (slot != u32::MAX).then_some(Slot(slot))
}

struct Building<'c> {
    charter: &'c Arc<Charter>,
    slots: Vec<Slot>,
    one: BTreeMap<String, ColumnBuilder>,
    many: BTreeMap<String, (Vec<Slot>, ColumnBuilder)>,
    eligible: BTreeMap<String, RoaringBitmap>,
    left_out: BTreeMap<String, BTreeMap<Exclusion, u64>>,
}

impl<'c> Building<'c> {
    fn new(charter: &'c Arc<Charter>) -> Self {
        let several = several(charter);
        let mut one = BTreeMap::new();
        let mut many = BTreeMap::new();
        for (attribute, kind) in charter.attributes() {
            let (name, builder) = (attribute.column().to_owned(), ColumnBuilder::new(kind));
            if several.contains(&name) {
                many.insert(name, (Vec::new(), builder));
            } else {
                one.insert(name, builder);
            }
        }
        let (slots, eligible, left_out) = (Vec::new(), BTreeMap::new(), BTreeMap::new());
        Self { charter, slots, one, many, eligible, left_out }
    }

    fn add(&mut self, slot: Slot, person: &Profile) {
        self.slots.push(slot);
        let believed: BTreeMap<&str, &theirs_people::Believed> =
            person.attributes.iter().map(|a| (a.attribute.column(), a)).collect();
        for (name, builder) in &mut self.one {
            let known = believed.get(name.as_str()).and_then(|a| a.current.as_ref());
            builder.append(known.map(theirs_model::Value::content));
        }
        for (name, (slots, builder)) in &mut self.many {
            let Some(attribute) = believed.get(name.as_str()) else { continue };
            for value in all_values(attribute) {
                slots.push(slot);
                builder.append(Some(value));
            }
        }
        for purpose in &self.charter.purposes {
            match exclusion(purpose, &person.choices) {
                None => {
                    self.eligible.entry(purpose.name.clone()).or_default().insert(slot.0);
                }
                Some(why) => {
                    let counts = self.left_out.entry(purpose.name.clone()).or_default();
                    *counts.entry(why).or_default() += 1;
                }
            }
        }
    }

    fn finish(self, sequence: Sequence, slot_of_record: Arc<Vec<u32>>) -> Snapshot {
        let left_out = self
            .left_out
            .into_iter()
            .filter_map(|(name, counts)| {
                let purpose = self.charter.purpose(&name)?;
                Some((name, counts.into_iter().map(|c| left_out(purpose, c)).collect()))
            })
            .collect();
        let many = self
            .many
            .into_iter()
            .map(|(name, (slots, builder))| (name, ManyColumn { slots, column: builder.finish() }))
            .collect();
        Snapshot {
            sequence,
            charter: Arc::clone(self.charter),
            slots: self.slots,
            columns: self.one.into_iter().map(|(name, b)| (name, b.finish())).collect(),
            many,
            eligible: self.eligible,
            left_out,
            slot_of_record,
            seen: Mutex::default(),
        }
    }
}

fn left_out(purpose: &Purpose, (why, people): (Exclusion, u64)) -> LeftOut {
    LeftOut { clause: why.clause(purpose), because: why.in_words(), people }
}

/// Each different value that is believed: the person's own word alone, else all admitted ones.
fn all_values(attribute: &theirs_people::Believed) -> Vec<&str> {
    if attribute.corrected {
        return attribute.current.iter().map(theirs_model::Value::content).collect();
    }
    let mut values: Vec<&str> = attribute
        .held
        .iter()
        .filter(|held| held.admitted)
        .map(|held| held.value.content())
        .collect();
    values.sort_unstable();
    values.dedup();
    values
}

/// The columns of which some source says that a person may have several.
pub(crate) fn several(charter: &Charter) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for (_, identity) in charter.identities() {
        for column in identity.columns.iter().filter(|column| column.many) {
            if let theirs_charter::Meaning::Attribute(attribute) = &column.meaning {
                names.push(attribute.column().to_owned());
            }
        }
    }
    names
}
