//! From records to people: the whole way, stage by stage.
//!
//! `resolve` learns a model from the records and then uses it; `resolve_with` uses a model that
//! was learnt before. Over the records that the model was learnt from both give the same people.
//! Records that only follow are not learnt from: with and without them the weights are the same.

use std::time::Instant;

use crate::blocking::{Blocking, Blocks, Sample, Search, Worth};
use crate::comparison::Comparison;
use crate::estimate::{Observed, Parameters, Weights, estimate, prior_of_candidates};
use crate::frequency::blank_placeholders;
use crate::judgement::{Judgement, Refusal};
use crate::kin::{Households, Kinship};
use crate::layout::Layout;
use crate::model::Model;
use crate::pattern::Patterns;
use crate::people::People;
use crate::ranked::Ranked;
use crate::records::{Records, Table};
use crate::report::{Report, Stage};
use crate::safeguard::Safeguard;
use crate::score::{Kept, Rarity, Scored, Scorer, Verdicts};
use crate::settings::Settings;
use crate::spectrum::Spectrum;
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
        let (a, b) = (ranked.index(self.a), ranked.index(self.b));
        Self { a: a.min(b), b: a.max(b), ..self }
    }
}

/// Who is whom.
#[derive(Clone, Debug)]
pub struct Resolution {
    /// Per record: the index of the first record of its cluster, by record id.
    pub cluster: Vec<u32>,
    /// Per record: the mean match probability towards the others of its cluster, those that only
    /// a judgement about people joined with it left out; 1 for a record on its own and at the
    /// ends of a judgement.
    pub confidence: Vec<f64>,
    /// The links inside clusters from the threshold on, sorted; with judgements that join they
    /// span them.
    pub links: Vec<Link>,
    /// People who live together, beside the clusters.
    pub households: Households,
    /// The judgements that could not be honoured, sorted.
    pub refused: Vec<Refusal>,
    /// How many pairs have which weight.
    pub spectrum: Spectrum,
    /// The clusters at other thresholds, if the settings ask for them: each threshold with the
    /// `cluster` of every record. Pairs are not compared again for it, so below the threshold of
    /// the settings a pair that shares no block may count as zero.
    pub curve: Vec<(f64, Vec<u32>)>,
    /// The weights.
    pub model: Model,
    /// What was done.
    pub report: Report,
}

/// Finds which records are one person, learning the weights from these records.
///
/// The same records, judgements and settings give the same resolution, on any number of threads.
/// `progress` is told the stage, what is done and the total.
pub fn resolve(
    records: &Records,
    judgements: &[Judgement],
    settings: &Settings,
    progress: &mut dyn FnMut(Stage, u64, u64),
) -> Resolution {
    let run = Run::new(records, settings, progress);
    run.learn_and_settle(records, Ranked::of(records), judgements)
}

/// The same for records that nobody needs afterwards, in less memory.
pub fn resolve_owned(
    mut records: Records,
    judgements: &[Judgement],
    settings: &Settings,
    progress: &mut dyn FnMut(Stage, u64, u64),
) -> Resolution {
    let run = Run::new(&records, settings, progress);
    let ranked = Ranked::taking(&mut records);
    run.learn_and_settle(&records, ranked, judgements)
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
    Ok(run.settle(records, &ranked, model, pairs, judgements))
}

/// What comparing left, by rank.
pub(crate) struct Pairs {
    pub(crate) kept: Kept,
    /// Per column and code: how often the value occurred when the model was learnt.
    pub(crate) counts: Vec<Vec<u32>>,
    rarity: Rarity,
    pub(crate) weights: Weights,
    pub(crate) kinship: Kinship,
    verdicts: Verdicts,
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

    /// Learns a model and resolves by it; the values are those of `ranked`.
    fn learn_and_settle(
        mut self,
        records: &Records,
        mut ranked: Ranked,
        judgements: &[Judgement],
    ) -> Resolution {
        if let Some(mut leading) = ranked.leading() {
            // Whoever only follows teaches nothing, and is not counted: else what is merely held would
            // change who is joined to whom.
            let (model, _) = self.learn(records, &mut leading);
            if let Ok(pairs) = self.apply(records, &mut ranked, &model) {
                return self.settle(records, &ranked, model, pairs, judgements);
            }
        }
        let (model, pairs) = self.learn(records, &mut ranked.table);
        self.settle(records, &ranked, model, pairs, judgements)
    }

    /// Blanks placeholders, blocks, compares, weighs and scores.
    fn learn(&mut self, records: &Records, table: &mut Table) -> (Model, Pairs) {
        let Records { layout, .. } = records;
        let found = &mut self.report.placeholders;
        let mut counts = table.counts();
        let placeholders = blank_placeholders(layout, records.fields(), table, &mut counts, found);
        let mut sample = Sample::of(table.len);
        let sizes = (self.settings.max_block, counts.as_slice());
        let search = Search::new(layout, table, sizes, sample.as_mut());
        let comparisons = &layout.comparisons;
        // With a sample the search waits for what it tells of the rules.
        let chosen = sample.as_mut().map(Sample::take_pairs).unwrap_or_default();
        let (patterns, numbers, search) = if sample.is_some() {
            let (patterns, numbers) = self.compare_sample(&chosen, comparisons, table);
            (patterns, numbers, Err(search))
        } else {
            let found = self.split(search, None);
            (self.compare(&found.0, comparisons, table), Vec::new(), Ok(found))
        };
        let one_in = sample.as_ref().map_or(1, Sample::one_in);
        let prior = records.overrides().probability_two_random_records_match;
        let candidates = patterns.counts.iter().sum::<u64>() * one_in;
        let prior = prior.map(|prior| prior_of_candidates(prior, table.len, candidates));
        let parameters = self.estimate(comparisons, &patterns, prior);
        let safeguard = Safeguard::learn(comparisons, &patterns.distinct, &patterns.counts);
        let mut model = Model::new(records, (parameters, safeguard), table, &counts, placeholders);
        let (weights, kinship) = self.weigh(layout, &model);
        let rarity = Rarity::new(model.frequencies(), &counts);
        let (blocks, blocking) = search.unwrap_or_else(|search| {
            let scorer = Scorer::new(&model, &weights, &kinship, comparisons, table, &counts);
            let scorer = scorer.for_many(&rarity).knowing_patterns(&patterns);
            let threshold = self.settings.threshold;
            let mut known = chosen.iter().zip(&numbers).peekable();
            let is_link = |a, b| {
                while known.next_if(|(pair, _)| **pair < (a, b)).is_some() {}
                let number = known.peek().filter(|(pair, _)| **pair == (a, b));
                let found = number.and_then(|(_, number)| scorer.score_numbered(a, b, **number));
                found.is_some_and(|found| found.probability >= threshold)
            };
            let worth = sample.map(|sample| search.worth(sample, is_link));
            self.split(search, worth.as_ref())
        });
        model.block_by(blocking);
        let scorer = Scorer::new(&model, &weights, &kinship, comparisons, table, &counts);
        let scorer = scorer.for_many(&rarity).knowing_patterns(&patterns);
        let kept = scorer.score_all(&blocks, Some(&patterns), self.settings.threads);
        let verdicts = scorer.into_verdicts();
        self.finish(Stage::Score);
        (model, Pairs { kept, counts, rarity, weights, kinship, verdicts })
    }

    /// Splits the blocks of a search, as far as they are worth their pairs.
    fn split(&mut self, search: Search, worth: Option<&Worth>) -> (Blocks, Blocking) {
        let found = search.blocks(worth, &mut self.report);
        self.report.blocks = found.0.len();
        self.finish(Stage::Block);
        found
    }

    /// Blanks placeholders, blocks, compares and scores by a model.
    pub(crate) fn apply(
        &mut self,
        records: &Records,
        ranked: &mut Ranked,
        model: &Model,
    ) -> Result<Pairs, Unfit> {
        let keys = model.fit(records)?;
        if ranked.repeats_an_id() {
            return Err(Unfit::RepeatedId);
        }
        let (layout, table) = (&records.layout, &mut ranked.table);
        model.blank_placeholders(table);
        let blocks = Blocks::frozen(&keys, table, &mut self.report.set_aside);
        self.report.blocks = blocks.len();
        self.finish(Stage::Block);

        let mut counts = vec![Vec::new(); table.width()];
        model.note_counts(table, &mut counts);
        let (weights, kinship) = self.weigh(layout, model);
        let scorer = Scorer::new(model, &weights, &kinship, &layout.comparisons, table, &counts);
        let rarity = Rarity::new(model.frequencies(), &counts);
        let scorer = scorer.for_many(&rarity);
        let kept = scorer.score_all(&blocks, None, self.settings.threads);
        let verdicts = scorer.into_verdicts();
        self.finish(Stage::Score);
        Ok(Pairs { kept, counts, rarity, weights, kinship, verdicts })
    }

    /// Forms clusters and households, and tells them by index.
    fn settle(
        mut self,
        records: &Records,
        ranked: &Ranked,
        model: Model,
        pairs: Pairs,
        judgements: &[Judgement],
    ) -> Resolution {
        let Pairs { kept, counts, rarity, weights, kinship, verdicts } = pairs;
        let comparisons = &records.layout.comparisons;
        let scorer = Scorer::new(&model, &weights, &kinship, comparisons, &ranked.table, &counts);
        let scorer = scorer.for_many(&rarity).knowing(verdicts);
        let (people, curve) =
            People::settle(ranked, kept.links, judgements, self.settings, &scorer);
        // Whoever only follows lives with nobody: it would make a household of two who do not.
        let person =
            |rank: u32| (!ranked.follows(rank)).then(|| ranked.id(people.cluster[rank as usize]));
        let households = kinship.households(&ranked.table, &kept.kin, person);
        let People { cluster, confidence, mut links, refused, spectrum, scored } = people;
        let by_index = |mut cluster: Vec<u32>| {
            for name in &mut cluster {
                *name = ranked.index(*name);
            }
            ranked.by_index(cluster)
        };
        let cluster = by_index(cluster);
        let curve = curve.into_iter().map(|(at, cluster)| (at, by_index(cluster))).collect();
        let confidence = ranked.by_index(confidence);
        for link in &mut links {
            *link = link.by_index(ranked);
        }
        links.sort_unstable_by_key(|link| (link.a, link.b));
        self.report.constraints_refused = refused.len() as u64;
        self.report.pairs_compared = kept.pairs + scored;
        (self.report.clusters, self.report.largest_clusters) = sizes(&cluster);
        self.finish(Stage::Cluster);
        let report = self.report;
        Resolution {
            cluster,
            confidence,
            links,
            households,
            refused,
            spectrum,
            curve,
            model,
            report,
        }
    }

    fn compare(&mut self, blocks: &Blocks, comparisons: &[Comparison], table: &Table) -> Patterns {
        let mut tell = |done, total| (self.progress)(Stage::Compare, done, total);
        let patterns = Patterns::new(blocks, comparisons, table, self.settings.threads, &mut tell);
        self.compared(patterns)
    }

    fn compare_sample(
        &mut self,
        pairs: &[(u32, u32)],
        comparisons: &[Comparison],
        table: &Table,
    ) -> (Patterns, Vec<u32>) {
        let threads = self.settings.threads;
        let (patterns, numbers) = Patterns::of_sample(pairs, comparisons, table, threads);
        (self.compared(patterns), numbers)
    }

    fn compared(&mut self, patterns: Patterns) -> Patterns {
        self.report.patterns = patterns.distinct.len() as u64;
        self.finish(Stage::Compare);
        patterns
    }

    fn estimate(
        &mut self,
        comparisons: &[Comparison],
        patterns: &Patterns,
        prior: Option<f64>,
    ) -> Parameters {
        let mut tell = |done, total| (self.progress)(Stage::Weigh, done, total);
        let Patterns { distinct, counts, .. } = patterns;
        let observed = Observed { patterns: distinct, counts, prior };
        let most = self.settings.max_iterations;
        let (parameters, rounds) = estimate(comparisons, &observed, most, &mut tell);
        self.report.em_iterations = rounds;
        self.finish(Stage::Weigh);
        parameters
    }

    /// What a model's shares come to, their logarithms taken once.
    fn weigh(&self, layout: &Layout, model: &Model) -> (Weights, Kinship) {
        let kinship = if self.settings.households {
            Kinship::new(layout, &model.parameters)
        } else {
            Kinship::unasked(layout)
        };
        (Weights::new(&model.parameters), kinship)
    }

    /// Notes the time a stage took and tells that it is done.
    fn finish(&mut self, stage: Stage) {
        self.report.seconds.push((stage, self.since.elapsed().as_secs_f64()));
        (self.progress)(stage, 1, 1);
        self.since = Instant::now();
    }
}

/// So many of the largest clusters are told.
const LARGEST: usize = 10;

/// How many clusters there are, and how large the largest ones.
fn sizes(cluster: &[u32]) -> (u64, Vec<u32>) {
    let mut sizes = vec![0_u32; cluster.len()];
    for &name in cluster {
        sizes[name as usize] += 1;
    }
    sizes.retain(|&size| size > 0);
    let clusters = sizes.len() as u64;
    if sizes.len() > LARGEST {
        sizes.select_nth_unstable_by(LARGEST, |left, right| right.cmp(left));
        sizes.truncate(LARGEST);
    }
    sizes.sort_unstable_by(|left, right| right.cmp(left));
    (clusters, sizes)
}

#[cfg(test)]
mod tests;
