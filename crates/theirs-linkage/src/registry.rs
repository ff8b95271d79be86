//! All records with their people, kept up to date one record at a time.
//!
//! The model is frozen, so every link is a property of its two records and of how many records
//! share their keys, and the people are a function of the set of records and judgements alone:
//! whatever the order and the batches in which they came, the result is the one that `resolve_with`
//! gives over all of them. A change compares the one record with those that share a key, and
//! settles again the components that it touches, no others. Everything is held in memory. A value
//! leaves the records with its record, but its standardised text stays in the dictionaries until
//! the registry is built again.

mod graph;
mod index;
mod judged;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fmt;

use crate::blocking::Keys;
use crate::chain::Hop;
use crate::component::{Component, MOST_MEMBERS, Settled, levels};
use crate::estimate::Weights;
use crate::judgement::{Judgement, RecordId, Refusal};
use crate::kin::{Households, Kin, Kinship};
use crate::model::Model;
use crate::ranked::Ranked;
use crate::records::Records;
use crate::resolve::{Link, Run};
use crate::score::{Scored, Scorer};
use crate::settings::Settings;
use crate::unfit::Unfit;
use crate::waterfall::Waterfall;
use graph::Graph;
use index::Index;
use judged::Judged;

/// The records under a frozen model, and whose they are. `Debug` prints sizes only.
pub struct Registry {
    model: Model,
    threshold: f64,
    weights: Weights,
    keys: Keys,
    kinship: Kinship,
    records: Records,
    /// Per column and code: how often the value occurred when the model was learnt.
    counts: Vec<Vec<u32>>,
    index: Index,
    graph: Graph,
    judged: Judged,
    places: BTreeMap<RecordId, u32>,
    /// Per place: its record and whose it is; `None` for a place that is free.
    holders: Vec<Option<Holder>>,
    free: Vec<u32>,
}

/// The record in a place, and its cluster once it was settled.
#[derive(Clone, Copy)]
struct Holder {
    record: RecordId,
    cluster: Option<RecordId>,
    confidence: f64,
}

/// Where a record belongs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Placed {
    /// The record.
    pub record: RecordId,
    /// Its cluster, called by the smallest id of its records.
    pub cluster: RecordId,
    /// The mean match probability towards the others of the cluster; 1 for a record on its own.
    pub confidence: f64,
    /// The cluster before this change; `None` for a new record, the same where nothing changed.
    pub before: Option<RecordId>,
}

/// What a change did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Change {
    /// Every record whose cluster was settled again, by id; those that stayed are among them.
    pub placed: Vec<Placed>,
    /// The links inside these clusters from the threshold on, sorted. They replace all former
    /// links of these records.
    pub links: Vec<Hop>,
    /// The records that are gone.
    pub removed: Vec<RecordId>,
}

/// How far blocks have outgrown what the model was learnt from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Growth {
    /// Blocks that are larger than the bound and still compared.
    pub grown: u64,
    /// Blocks that are too large to be compared until the model is learnt again.
    pub set_aside: u64,
}

/// The places whose component must be settled again.
type Touched = BTreeSet<u32>;

impl Registry {
    /// Takes in all records, compared on as many threads as the settings say.
    pub fn new(
        model: Model,
        mut records: Records,
        judgements: impl IntoIterator<Item = Judgement>,
        settings: &Settings,
    ) -> Result<Self, Unfit> {
        let keys = model.fit(&records)?;
        let mut ranked = Ranked::of(&records);
        let mut progress = |_, _, _| {};
        let mut run = Run::new(&records, settings, &mut progress);
        let pairs = run.apply(&records, &mut ranked, &model)?;
        let (table, ids) = ranked.into_parts();
        records.replace(table, ids);
        let mut registry = Self {
            threshold: settings.threshold,
            weights: pairs.weights,
            kinship: pairs.kinship,
            counts: pairs.counts,
            index: Index::new(&keys.bounds()),
            graph: Graph::new(records.len(), &pairs.kept.links, &pairs.kept.kin),
            judged: judgements.into_iter().collect(),
            places: BTreeMap::new(),
            holders: Vec::with_capacity(records.len()),
            free: Vec::new(),
            model,
            keys,
            records,
        };
        registry.take_in_all();
        Ok(registry)
    }

    /// Says that a record only follows, before it is added, see [`Records::push_follower`].
    pub fn follow(&mut self, record: RecordId) {
        self.records.follow(record);
    }

    /// Adds records, or changes those that are there.
    pub fn upsert(&mut self, records: &[(RecordId, &[Option<&str>])]) -> Change {
        let mut touched = Touched::new();
        for &(id, values) in records {
            let judged: Vec<u32> =
                self.judged.joining(id).flat_map(|judgement| self.ends_of(judgement)).collect();
            self.touch(judged, &mut touched);
            let place = match self.places.get(&id) {
                Some(&place) => {
                    self.detach(place, &mut touched);
                    place
                }
                None => self.open(id),
            };
            let model = &self.model;
            self.records.put(place, values, |column, text| model.is_placeholder(column, text));
            self.model.note_counts(&self.records.table, &mut self.counts);
            self.attach(place, &mut touched);
        }
        self.settle(&touched)
    }

    /// Takes records away; those that are not there are passed over.
    pub fn remove(&mut self, records: &[RecordId]) -> Change {
        let mut touched = Touched::new();
        let mut removed = Vec::new();
        for id in records {
            let Some(place) = self.places.remove(id) else { continue };
            self.detach(place, &mut touched);
            self.records.clear(place);
            self.holders[place as usize] = None;
            self.free.push(place);
            removed.push(*id);
        }
        Change { removed, ..self.settle(&touched) }
    }

    /// Adds judgements.
    pub fn judge(&mut self, judgements: &[Judgement]) -> Change {
        let mut touched = Touched::new();
        for judgement in judgements {
            self.touch(self.ends_of(judgement), &mut touched);
            self.judged.insert(judgement);
        }
        self.settle(&touched)
    }

    /// Takes judgements back.
    pub fn withdraw(&mut self, judgements: &[Judgement]) -> Change {
        let mut touched = Touched::new();
        for judgement in judgements {
            self.touch(self.ends_of(judgement), &mut touched);
            self.judged.remove(judgement);
        }
        self.settle(&touched)
    }

    /// Where a record belongs.
    pub fn person_of(&self, record: RecordId) -> Option<Placed> {
        self.placed_at(*self.places.get(&record)?)
    }

    /// Where every record belongs, by id.
    pub fn people(&self) -> Vec<Placed> {
        self.places.values().filter_map(|&place| self.placed_at(place)).collect()
    }

    /// The links inside a record's cluster from the threshold on, and the judgements that join it.
    pub fn links_of(&self, record: RecordId) -> Vec<Hop> {
        let Some(&place) = self.places.get(&record) else { return Vec::new() };
        let cluster = self.cluster_at(place);
        let members = self.unit_of(place);
        let theirs = members.iter().copied().filter(|&at| self.cluster_at(at) == cluster);
        let ids: BTreeSet<RecordId> = theirs.filter_map(|at| self.id_at(at)).collect();
        let (component, _) = self.component(&members);
        let mut links = self.hops(&self.settled(component));
        links.retain(|link| ids.contains(&link.a));
        links.extend(self.judged.hops_among(&ids, |judgement| self.is_refuted(judgement)));
        links
    }

    /// All links inside clusters from the threshold on, sorted.
    pub fn links(&self) -> Vec<Hop> {
        let (mut links, mut done) = (Vec::new(), BTreeSet::new());
        for &place in self.places.values() {
            if !done.contains(&place) {
                let members = self.unit_of(place);
                done.extend(members.iter().copied());
                links.extend(self.hops(&self.settled(self.component(&members).0)));
            }
        }
        links.sort_unstable_by_key(|link: &Hop| (link.a, link.b));
        links
    }

    /// People who live together.
    pub fn households(&self) -> Households {
        let kin: Vec<Kin> = self.graph.kin().collect();
        self.kinship.households(&self.records.table, &kin, |place| self.cluster_at(place))
    }

    /// The judgements that are not honoured, sorted.
    pub fn refused(&self) -> Vec<Refusal> {
        let person = |id| self.cluster_at(*self.places.get(&id)?);
        let follows = |id| self.records.is_follower(id);
        self.judged.refused(person, follows, |judgement| self.is_refuted(judgement))
    }

    /// How far blocks have outgrown the model.
    pub fn growth(&self) -> Growth {
        self.index.growth()
    }

    /// Compares two records and shows every step, the judgements on them last.
    pub fn explain(&self, a: RecordId, b: RecordId) -> Option<Waterfall> {
        let (left, right) = (*self.places.get(&a)?, *self.places.get(&b)?);
        let judgements: Vec<Judgement> = self.judged.on(a, b).cloned().collect();
        let Records { layout, table, .. } = &self.records;
        Some(self.model.waterfall(layout, table, [left, right], &judgements))
    }

    /// The model.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// The number of records.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether there is no record.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// Fills the index and places every record, its links being there already.
    fn take_in_all(&mut self) {
        let records = u32::try_from(self.records.len()).unwrap_or(u32::MAX);
        for place in 0..records {
            let id = self.records.id(place);
            self.places.insert(id, place);
            self.holders.push(Some(Holder::new(id)));
            for key in self.keys.of(&self.records.table, place) {
                self.index.insert(key, place);
            }
        }
        self.settle(&(0..records).collect());
    }

    /// Finds a place for a new record.
    fn open(&mut self, id: RecordId) -> u32 {
        let place = self.free.pop().unwrap_or_else(|| {
            self.graph.open();
            self.holders.push(None);
            u32::try_from(self.holders.len() - 1).unwrap_or(u32::MAX)
        });
        self.places.insert(id, place);
        self.holders[place as usize] = Some(Holder::new(id));
        place
    }

    /// Links a record with those that share a key.
    fn attach(&mut self, place: u32, touched: &mut Touched) {
        touched.insert(place);
        let keys = self.keys.of(&self.records.table, place);
        for &key in &keys {
            if self.index.insert(key, place) {
                self.close(key, touched);
            }
        }
        let mut others: Vec<u32> = keys
            .iter()
            .flat_map(|&key| self.index.compared(key))
            .filter(|&at| at != place)
            .collect();
        others.sort_unstable();
        others.dedup();
        let scored = others.into_iter().filter_map(|at| Some((at, self.score(place, at)?)));
        let scored: Vec<(u32, Scored)> = scored.collect();
        let joining = scored.iter().filter(|(_, scored)| scored.probability >= self.threshold);
        self.touch(joining.map(|(at, _)| *at).chain(self.joined_with(place)), touched);
        for (other, scored) in scored {
            self.graph.connect(place, other, scored);
        }
    }

    /// Takes a record out of the index and the graph.
    fn detach(&mut self, place: u32, touched: &mut Touched) {
        self.touch([place], touched);
        touched.extend(self.joined_with(place));
        let neighbours = self.graph.isolate(place);
        touched
            .extend(neighbours.iter().filter(|n| n.probability >= self.threshold).map(|n| n.place));
        touched.remove(&place);
        for key in self.keys.of(&self.records.table, place) {
            if self.index.remove(key, place) {
                self.reopen(key, touched);
            }
        }
    }

    /// A key has become too common: pairs that only it brought together part.
    fn close(&mut self, key: u64, touched: &mut Touched) {
        let members: BTreeSet<u32> = self.index.members(key).collect();
        for &member in &members {
            let others: Vec<u32> = self.graph.of(member).map(|neighbour| neighbour.place).collect();
            for other in others {
                if member < other && members.contains(&other) && !self.share_a_key(member, other) {
                    self.touch([member, other], touched);
                    self.graph.disconnect(member, other);
                }
            }
        }
    }

    /// A key is no longer too common: its records are compared.
    fn reopen(&mut self, key: u64, touched: &mut Touched) {
        let members: Vec<u32> = self.index.members(key).collect();
        for (at, &member) in members.iter().enumerate() {
            for &other in &members[at + 1..] {
                if !self.graph.are_connected(member, other)
                    && let Some(scored) = self.score(member, other)
                {
                    self.touch([member, other], touched);
                    self.graph.connect(member, other, scored);
                }
            }
        }
    }

    fn share_a_key(&self, a: u32, b: u32) -> bool {
        let keys = |place| self.keys.of(&self.records.table, place);
        let others = keys(b);
        keys(a).iter().any(|&key| others.contains(&key) && self.index.is_compared(key))
    }

    /// Compares two records; `None` if that could not matter.
    fn score(&self, a: u32, b: u32) -> Option<Scored> {
        let (a, b) = if self.id_at(a) < self.id_at(b) { (a, b) } else { (b, a) };
        self.scorer().score(a, b)
    }

    fn scorer(&self) -> Scorer<'_> {
        let Records { layout, table, .. } = &self.records;
        let Self { model, weights, kinship, counts, .. } = self;
        Scorer::new(model, weights, kinship, &layout.comparisons, table, counts)
    }

    /// Settles again every component that was touched.
    fn settle(&mut self, touched: &Touched) -> Change {
        let mut change = Change::default();
        let mut done = BTreeSet::new();
        for &place in touched {
            if self.holders[place as usize].is_none() || done.contains(&place) {
                continue;
            }
            let members = self.unit_of(place);
            done.extend(members.iter().copied());
            self.settle_component(&members, &mut change);
        }
        change.placed.sort_unstable_by_key(|placed| placed.record);
        change.links.sort_unstable_by_key(|link| (link.a, link.b));
        change
    }

    fn settle_component(&mut self, members: &[u32], change: &mut Change) {
        let (component, judgements) = self.component(members);
        let settled = self.settled(component);
        let ids = members.iter().filter_map(|&place| self.id_at(place));
        let ids: Vec<RecordId> = ids.collect();
        let refused = settled.refused.iter().map(|&at| judgements[at as usize].clone());
        self.judged.note_refused(ids.into_iter(), refused);
        change.links.extend(self.hops(&settled));
        for (at, &place) in members.iter().enumerate() {
            let first = members[settled.cluster[at] as usize];
            let (Some(cluster), Some(held)) =
                (self.id_at(first), &mut self.holders[place as usize])
            else {
                continue;
            };
            let before = held.cluster.replace(cluster);
            held.confidence = settled.confidence[at];
            let (record, confidence) = (held.record, held.confidence);
            change.placed.push(Placed { record, cluster, confidence, before });
        }
    }

    fn settled(&self, mut component: Component) -> Settled {
        let scorer = self.scorer();
        component.complete(self.threshold, |a, b| scorer.link(a, b));
        component.settle(self.threshold, &|place| {
            self.id_at(place).is_some_and(|id| self.records.is_follower(id))
        })
    }

    /// The links of a component from the threshold on.
    fn hops(&self, settled: &Settled) -> Vec<Hop> {
        let strong = settled.links.iter().filter(|link| link.probability >= self.threshold);
        let hop = |link: &Link| {
            let (a, b) = (self.id_at(link.a)?, self.id_at(link.b)?);
            let Link { weight, probability, .. } = *link;
            Some(Hop { a, b, weight, probability, origin: None })
        };
        strong.filter_map(hop).collect()
    }

    /// The records with which one is settled, in the order of the ids: what is connected with it
    /// by links from the threshold on or judgements that join; of too many, by surer links.
    fn unit_of(&self, place: u32) -> Vec<u32> {
        let mut members = levels(self.threshold)
            .find_map(|least| self.connected(place, least))
            .unwrap_or_else(|| vec![place]);
        members.sort_unstable_by_key(|&place| self.id_at(place));
        members
    }

    /// What is connected with a record by such links, unless that is too much.
    fn connected(&self, place: u32, least: f64) -> Option<Vec<u32>> {
        let mut members = vec![place];
        let mut known = HashSet::from([place]);
        let mut at = 0;
        while at < members.len() {
            let here = members[at];
            at += 1;
            let linked = self.graph.of(here).filter(|n| n.probability >= least);
            let nearby = linked.map(|n| n.place).chain(self.joined_with(here));
            members.extend(nearby.filter(|&next| known.insert(next)));
            if members.len() > MOST_MEMBERS {
                return None;
            }
        }
        Some(members)
    }

    /// The places that a judgement joins with one.
    fn joined_with(&self, place: u32) -> impl Iterator<Item = u32> + '_ {
        let joining = self.id_at(place).into_iter().flat_map(|id| self.judged.joining(id));
        let honoured = joining.filter(|judgement| !self.is_refuted(judgement));
        honoured.flat_map(|judgement| self.ends_of(judgement)).filter(move |&at| at != place)
    }

    /// Whether a judgement joins by a number what by its names is two people's.
    fn is_refuted(&self, judgement: &Judgement) -> bool {
        judgement.joins_by_number()
            && matches!(self.ends_of(judgement)[..], [a, b] if self.scorer().is_another_person(a, b))
    }

    /// Marks all that some records are settled with now. What changes between records may part
    /// or join what each of them is settled with, so this comes before every change.
    fn touch(&self, places: impl IntoIterator<Item = u32>, touched: &mut Touched) {
        let mut known = BTreeSet::new();
        for place in places {
            if !known.contains(&place) {
                known.extend(self.unit_of(place));
            }
        }
        touched.extend(known);
    }

    /// Some records with everything between them, and the judgements among it.
    fn component(&self, members: &[u32]) -> (Component, Vec<Judgement>) {
        let by_place: HashMap<u32, u32> =
            (0..).zip(members).map(|(at, &place)| (place, at)).collect();
        let mut links = Vec::new();
        for (&place, &a) in &by_place {
            for neighbour in self.graph.of(place).filter(|neighbour| neighbour.is_link()) {
                if let Some(&b) = by_place.get(&neighbour.place)
                    && a < b
                {
                    links.push(neighbour.link(a, b));
                }
            }
        }
        links.sort_unstable_by_key(|link| (link.a, link.b));
        let ids: BTreeSet<RecordId> =
            members.iter().filter_map(|&place| self.id_at(place)).collect();
        let judgements = self.judged.among(&ids).filter(|judgement| !self.is_refuted(judgement));
        let judgements: Vec<Judgement> = judgements.cloned().collect();
        let number = |id| by_place.get(self.places.get(&id)?).copied();
        let bonds = judgements.iter().filter_map(|judgement| judgement.bond(number).ok()).collect();
        let bond_numbers = (0..u32::try_from(judgements.len()).unwrap_or(u32::MAX)).collect();
        let members = members.to_vec();
        (Component { members, links, bonds, bond_numbers }, judgements)
    }

    /// The places of a judgement's records, as far as they are there.
    fn ends_of(&self, judgement: &Judgement) -> Vec<u32> {
        [judgement.a, judgement.b].iter().filter_map(|id| self.places.get(id).copied()).collect()
    }

    fn id_at(&self, place: u32) -> Option<RecordId> {
        self.holders[place as usize].map(|held| held.record)
    }

    fn cluster_at(&self, place: u32) -> Option<RecordId> {
        self.holders[place as usize].and_then(|held| held.cluster)
    }

    fn placed_at(&self, place: u32) -> Option<Placed> {
        self.holders[place as usize].and_then(|held| held.placed())
    }
}

impl Holder {
    fn new(record: RecordId) -> Self {
        Self { record, cluster: None, confidence: 1.0 }
    }

    fn placed(&self) -> Option<Placed> {
        let Self { record, cluster, confidence } = *self;
        Some(Placed { record, cluster: cluster?, confidence, before: cluster })
    }
}

impl fmt::Debug for Registry {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Registry")
            .field("records", &self.records)
            .field("growth", &self.growth())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
