//! From records to people: the whole way, stage by stage.
//!
//! `resolve` learns a model from the records and then uses it; `resolve_with` uses a model that
//! was learnt before. Over the records that the model was learnt from both give the same people.

use std::collections::BTreeSet;
use std::time::Instant;

use crate::blocking::{Blocking, Blocks};
use crate::cluster::Bond;
use crate::comparison::Comparison;
use crate::component::{Component, components};
use crate::estimate::{Parameters, estimate};
use crate::frequency::blank_placeholders;
use crate::judgement::{Judgement, Origin, RecordId, Refusal, Verdict, Why};
use crate::kin::{Contacts, Households, Kin};
use crate::model::Model;
use crate::pattern::{Patterns, in_parallel};
use crate::ranked::Ranked;
use crate::records::{Records, Table};
use crate::report::{Report, Stage};
use crate::score::{Scored, Scorer};
use crate::settings::{Constraint, Settings};
use crate::unfit::Unfit;

/// Two records taken as one person.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Link {
    /// The smaller record index.
    pub a: u32,
    /// The larger record index.
    pub b: u32,
    /// The match weight in bits, prior included.
    pub weight: f64,
    /// The same as a probability.
    pub probability: f64,
}

impl Link {
    pub(crate) fn new(a: u32, b: u32, scored: Scored) -> Self {
        Self { a, b, weight: scored.weight, probability: scored.probability }
    }

    /// The same between indexes instead of ranks.
    fn by_index(self, ranked: &Ranked) -> Self {
        let (a, b) = (ranked.by_rank[self.a as usize], ranked.by_rank[self.b as usize]);
        Self { a: a.min(b), b: a.max(b), ..self }
    }
}

/// Who is whom.
#[derive(Clone, Debug)]
pub struct Resolution {
    /// Per record: the index of the first record of its cluster, by record id.
    pub cluster: Vec<u32>,
    /// Per record: the mean match probability towards the others of its cluster, a pair never
    /// compared counting as zero; 1 for a record on its own.
    pub confidence: Vec<f64>,
    /// The links inside clusters from the threshold on, sorted; with judgements that join they
    /// span them.
    pub links: Vec<Link>,
    /// People who live together, beside the clusters.
    pub households: Households,
    /// The judgements that could not be honoured, sorted.
    pub refused: Vec<Refusal>,
    /// The weights.
    pub model: Model,
    /// What was done.
    pub report: Report,
}

/// Finds which records are one person, learning the weights from these records.
///
/// The same records, constraints and settings give the same resolution, on any number of threads.
/// `progress` is told the stage, what is done and the total.
pub fn resolve(
    records: &Records,
    constraints: &[Constraint],
    settings: &Settings,
    progress: &mut dyn FnMut(Stage, u64, u64),
) -> Resolution {
    let mut run = Run::new(records, settings, progress);
    let mut ranked = Ranked::of(records);
    let (model, pairs) = run.learn(records, &mut ranked.table);
    let judgements: Vec<Judgement> =
        constraints.iter().map(|constraint| constraint.judgement(records)).collect();
    run.settle(records, &ranked, model, &pairs, &judgements)
}

/// Finds which records are one person by weights learnt before.
///
/// The result depends on the model, the set of records with their ids, the judgements and the
/// threshold alone: not on the order of the records or judgements, and not on the threads.
pub fn resolve_with(
    model: Model,
    records: &Records,
    judgements: &[Judgement],
    settings: &Settings,
    progress: &mut dyn FnMut(Stage, u64, u64),
) -> Result<Resolution, Unfit> {
    let mut run = Run::new(records, settings, progress);
    let mut ranked = Ranked::of(records);
    let pairs = run.apply(records, &mut ranked, &model)?;
    Ok(run.settle(records, &ranked, model, &pairs, judgements))
}

/// What comparing left, by rank, sorted.
pub(crate) struct Pairs {
    pub(crate) links: Vec<Link>,
    pub(crate) kin: Vec<Kin>,
    /// Per column and code: bits of rarity.
    rarities: Vec<Vec<f64>>,
}

/// What goes along through all stages.
pub(crate) struct Run<'r> {
    settings: &'r Settings,
    report: Report,
    since: Instant,
    progress: &'r mut dyn FnMut(Stage, u64, u64),
}

impl<'r> Run<'r> {
    pub(crate) fn new(
        records: &Records,
        settings: &'r Settings,
        progress: &'r mut dyn FnMut(Stage, u64, u64),
    ) -> Self {
        let report = Report {
            records: records.len() as u64,
            fields_kept_out: records.layout.fields_kept_out() as u64,
            ..Report::default()
        };
        Self { settings, report, since: Instant::now(), progress }
    }

    /// Blanks placeholders, blocks, compares, weighs and scores.
    fn learn(&mut self, records: &Records, table: &mut Table) -> (Model, Pairs) {
        let Records { layout, .. } = records;
        let found = &mut self.report.placeholders;
        let placeholders = blank_placeholders(layout, records.fields(), table, found);
        let (max_block, set_aside) = (self.settings.max_block, &mut self.report.set_aside);
        let mut blocks = Blocks::new(layout, table, max_block, set_aside);
        let blocking = Blocking::new(layout, max_block, &mut blocks);
        self.report.blocks = blocks.len() as u64;
        self.finish(Stage::Block);

        let patterns = self.compare(&blocks, &layout.comparisons, table);
        let parameters = self.estimate(&layout.comparisons, &patterns);
        let fields = records.fields().to_vec();
        let model = Model::new(fields, parameters, table, placeholders, blocking);
        let rarities = model.rarities(table);
        let (links, kin) =
            self.score(&Scorer::new(&model, layout, table, &rarities), &blocks, &patterns);
        (model, Pairs { links, kin, rarities })
    }

    /// Blanks placeholders, blocks, compares and scores by a model.
    pub(crate) fn apply(
        &mut self,
        records: &Records,
        ranked: &mut Ranked,
        model: &Model,
    ) -> Result<Pairs, Unfit> {
        let keys = model.fit(records.fields())?;
        if ranked.repeats_an_id() {
            return Err(Unfit::RepeatedId);
        }
        let (layout, table) = (&records.layout, &mut ranked.table);
        table.blank_all(|column, text| model.is_placeholder(column, text));
        let blocks = Blocks::frozen(&keys, table, &mut self.report.set_aside);
        self.report.blocks = blocks.len() as u64;
        self.finish(Stage::Block);

        let patterns = self.compare(&blocks, &layout.comparisons, table);
        let rarities = model.frozen_rarities(table);
        let (links, kin) =
            self.score(&Scorer::new(model, layout, table, &rarities), &blocks, &patterns);
        Ok(Pairs { links, kin, rarities })
    }

    /// Forms clusters and households, and tells them by index.
    fn settle(
        mut self,
        records: &Records,
        ranked: &Ranked,
        model: Model,
        pairs: &Pairs,
        judgements: &[Judgement],
    ) -> Resolution {
        let Settings { threshold, threads, .. } = *self.settings;
        let scorer = Scorer::new(&model, &records.layout, &ranked.table, &pairs.rarities);
        let score = |a, b| scorer.link(a, b);
        let mut people = People::alone(ranked.ids.len());
        let (bonds, bonded) = people.bonds(ranked, judgements);
        let components = components(ranked.ids.len(), &pairs.links, &bonds, threshold);
        people.settle(&bonded, &components, threshold, threads, score);
        people.refuse_unjoined(&bonds, &bonded);
        let person = |rank: u32| Some(ranked.ids[people.cluster[rank as usize] as usize]);
        let contacts = Contacts::of(&records.layout);
        let households = contacts.households(&ranked.table, &pairs.kin, person);
        let mut links: Vec<Link> =
            people.links.into_iter().map(|link| link.by_index(ranked)).collect();
        links.sort_unstable_by_key(|link| (link.a, link.b));
        let index = |&rank: &u32| ranked.by_rank[rank as usize];
        let cluster: Vec<u32> = people.cluster.iter().map(index).collect();
        let cluster = ranked.by_index(&cluster);
        let confidence = ranked.by_index(&people.confidence);
        let refused = people.refused;
        self.report.constraints_refused = refused.len() as u64;
        self.report.pairs_compared += people.scored;
        (self.report.clusters, self.report.largest_clusters) = sizes(&cluster);
        self.finish(Stage::Cluster);
        Resolution { cluster, confidence, links, households, refused, model, report: self.report }
    }

    fn compare(&mut self, blocks: &Blocks, comparisons: &[Comparison], table: &Table) -> Patterns {
        let mut tell = |done, total| (self.progress)(Stage::Compare, done, total);
        let patterns = Patterns::new(blocks, comparisons, table, self.settings.threads, &mut tell);
        self.report.pairs_compared = patterns.pairs();
        self.report.patterns = patterns.distinct.len() as u64;
        self.finish(Stage::Compare);
        patterns
    }

    fn score(
        &mut self,
        scorer: &Scorer<'_>,
        blocks: &Blocks,
        patterns: &Patterns,
    ) -> (Vec<Link>, Vec<Kin>) {
        let found = scorer.score_all(blocks, patterns, self.settings.threads);
        self.finish(Stage::Score);
        found
    }

    fn estimate(&mut self, comparisons: &[Comparison], patterns: &Patterns) -> Parameters {
        let mut tell = |done, total| (self.progress)(Stage::Weigh, done, total);
        let (distinct, counts) = (&patterns.distinct, &patterns.counts);
        let most = self.settings.max_iterations;
        let (parameters, rounds) = estimate(comparisons, distinct, counts, most, &mut tell);
        self.report.em_iterations = rounds;
        self.finish(Stage::Weigh);
        parameters
    }

    /// Notes the time a stage took and tells that it is done.
    fn finish(&mut self, stage: Stage) {
        self.report.seconds.push((stage, self.since.elapsed().as_secs_f64()));
        (self.progress)(stage, 1, 1);
        self.since = Instant::now();
    }
}

/// The clusters of all records, by rank.
struct People {
    cluster: Vec<u32>,
    confidence: Vec<f64>,
    /// The links inside clusters from the threshold on.
    links: Vec<Link>,
    refused: Vec<Refusal>,
    scored: u64,
}

/// Components in one piece of work.
const PORTION: usize = 512;

impl People {
    /// Everybody on their own.
    fn alone(records: usize) -> Self {
        Self {
            cluster: (0..u32::try_from(records).unwrap_or(u32::MAX)).collect(),
            confidence: vec![1.0; records],
            links: Vec::new(),
            refused: Vec::new(),
            scored: 0,
        }
    }

    /// Settles all components; `bonded` are the judgements behind their bonds.
    fn settle(
        &mut self,
        bonded: &[&Judgement],
        components: &[Component],
        threshold: f64,
        threads: usize,
        score: impl Fn(u32, u32) -> Option<Link> + Sync,
    ) {
        let portions: Vec<&[Component]> = components.chunks(PORTION).collect();
        let settled = in_parallel(&portions, threads, |portion| {
            portion.iter().map(|component| component.settle(threshold, &score)).collect::<Vec<_>>()
        });
        for (component, settled) in components.iter().zip(settled.into_iter().flatten()) {
            for (at, &member) in component.members.iter().enumerate() {
                let first = component.members[settled.cluster[at] as usize];
                self.cluster[member as usize] = first;
                self.confidence[member as usize] = settled.confidence[at];
            }
            let refused = settled.refused.iter().map(|&number| bonded[number as usize]);
            self.refused.extend(refused.map(|judgement| judgement.refused(Why::KeptApart)));
            let strong = settled.links.into_iter().filter(|link| link.probability >= threshold);
            self.links.extend(strong);
            self.scored += settled.scored;
        }
    }

    /// Refuses what should join and joined nothing.
    fn refuse_unjoined(&mut self, bonds: &[Bond], bonded: &[&Judgement]) {
        let kept_apart: BTreeSet<Judgement> =
            self.refused.iter().map(|refusal| refusal.judgement.clone()).collect();
        let joins = bonds.iter().zip(bonded).filter(|(bond, _)| bond.verdict == Verdict::Same);
        for (bond, judgement) in joins {
            let is_joined = self.cluster[bond.a as usize] == self.cluster[bond.b as usize];
            if !is_joined && !kept_apart.contains(judgement) {
                self.refused.push(judgement.refused(Why::TooMany));
            }
        }
        self.refused.sort_unstable();
        self.refused.dedup();
    }

    /// The judgements on records that there are; the others are refused.
    fn bonds<'j>(
        &mut self,
        ranked: &Ranked,
        judgements: &'j [Judgement],
    ) -> (Vec<Bond>, Vec<&'j Judgement>) {
        let (mut bonds, mut bonded) = (Vec::new(), Vec::new());
        for judgement in judgements {
            match judgement.bond(|id| ranked.rank(id)) {
                Ok(bond) => {
                    bonds.push(bond);
                    bonded.push(judgement);
                }
                Err(why) => self.refused.push(judgement.refused(why)),
            }
        }
        (bonds, bonded)
    }
}

impl Judgement {
    /// The judgement between numbered records, or why there is none.
    pub(crate) fn bond(&self, number: impl Fn(RecordId) -> Option<u32>) -> Result<Bond, Why> {
        if self.a == self.b {
            return Err(Why::OneRecord);
        }
        let (Some(a), Some(b)) = (number(self.a), number(self.b)) else {
            return Err(Why::UnknownRecord);
        };
        Ok(Bond { a, b, verdict: self.verdict, rank: self.origin.rank() })
    }

    fn refused(&self, why: Why) -> Refusal {
        Refusal { judgement: self.clone(), why }
    }
}

impl Constraint {
    /// The same by id, as a colleague's.
    fn judgement(&self, records: &Records) -> Judgement {
        let id = |index: u32| {
            let is_known = (index as usize) < records.len();
            if is_known { records.id(index) } else { RecordId(u64::MAX - u64::from(index)) }
        };
        let origin = Origin::Colleague { reason: String::new() };
        match *self {
            Self::MustLink(a, b) => Judgement::same(id(a), id(b), origin),
            Self::CannotLink(a, b) => Judgement::different(id(a), id(b), origin),
        }
    }
}

fn sizes(cluster: &[u32]) -> (u64, Vec<u32>) {
    let mut sizes = vec![0_u32; cluster.len()];
    for &name in cluster {
        sizes[name as usize] += 1;
    }
    sizes.retain(|&size| size > 0);
    sizes.sort_unstable_by(|left, right| right.cmp(left));
    let clusters = sizes.len() as u64;
    sizes.truncate(10);
    (clusters, sizes)
}

#[cfg(test)]
mod tests;
