//! From records to people: the whole way, stage by stage.

use std::time::Instant;

use crate::blocking::{Blocks, Sample};
use crate::comparison::Comparison;
use crate::component::{Clustered, cluster_components};
use crate::estimate::{Parameters, estimate};
use crate::frequency::blank_placeholders;
use crate::model::Model;
use crate::pattern::Patterns;
use crate::records::{Records, Table};
use crate::report::{Report, Stage};
use crate::score::Scorer;
use crate::settings::{Constraint, Settings};

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

/// Who is whom.
#[derive(Clone, Debug)]
pub struct Resolution {
    /// Per record: the smallest record index of its cluster.
    pub cluster: Vec<u32>,
    /// Per record: the mean match probability towards the others of its cluster, a pair never
    /// compared counting as zero; 1 for a record on its own.
    pub confidence: Vec<f64>,
    /// The links inside clusters from the threshold on, sorted; with `MustLink` they span them.
    pub links: Vec<Link>,
    /// The learnt weights.
    pub model: Model,
    /// What was done.
    pub report: Report,
}

/// Finds which records are one person.
///
/// The same records, constraints and settings give the same resolution, on any number of threads.
/// `progress` is told the stage, what is done and the total.
pub fn resolve(
    records: &Records,
    constraints: &[Constraint],
    settings: &Settings,
    progress: &mut dyn FnMut(Stage, u64, u64),
) -> Resolution {
    let mut run = Run { settings, report: Report::default(), since: Instant::now(), progress };
    run.report.records = records.len() as u64;
    run.report.fields_kept_out = records.layout.fields_kept_out() as u64;
    let Weighed { model, links, clustered } = run.weigh(records, constraints);
    let cluster = clustered.cluster;
    run.report.constraints_refused = clustered.refused;
    (run.report.clusters, run.report.largest_clusters) = sizes(&cluster);
    let confidence = confidence(&cluster, &links, constraints);
    let links = links_inside(&cluster, links, settings.threshold);
    run.finish(Stage::Cluster);
    Resolution { cluster, confidence, links, model, report: run.report }
}

/// What comes out of weighing all pairs.
struct Weighed {
    model: Model,
    links: Vec<Link>,
    clustered: Clustered,
}

/// What goes along through all stages.
struct Run<'r> {
    settings: &'r Settings,
    report: Report,
    since: Instant,
    progress: &'r mut dyn FnMut(Stage, u64, u64),
}

impl Run<'_> {
    /// Blocks, compares, weighs, scores and clusters.
    fn weigh(&mut self, records: &Records, constraints: &[Constraint]) -> Weighed {
        let Records { layout, .. } = records;
        let mut table = records.table.clone();
        let found = &mut self.report.placeholders;
        let placeholders = blank_placeholders(layout, records.fields(), &mut table, found);
        let set_aside = &mut self.report.set_aside;
        let mut sample = Sample::of(records.len());
        let max_block = self.settings.max_block;
        let blocks = Blocks::new(layout, &table, max_block, sample.as_mut(), set_aside);
        self.report.blocks = blocks.len();
        self.finish(Stage::Block);

        let comparisons = &layout.comparisons;
        let patterns = self.compare(&blocks, sample, comparisons, &table);
        let parameters = self.estimate(comparisons, &patterns);
        let counts: Vec<Vec<u32>> = (0..table.width()).map(|column| table.counts(column)).collect();
        let fields = records.fields().to_vec();
        let model = Model::new(fields, parameters, &table, &counts, placeholders);
        let scorer = Scorer::new(&model, comparisons, &table, &counts, &patterns);
        let Settings { threads, threshold, .. } = *self.settings;
        let (mut links, pairs) = scorer.score_all(&blocks, &patterns, threads);
        drop((blocks, patterns));
        self.finish(Stage::Score);

        let score = |a, b| scorer.score(a, b);
        let mut clustered =
            cluster_components(records.len(), &links, constraints, threshold, threads, score);
        self.report.pairs_compared = pairs + clustered.scored;
        links.append(&mut clustered.further);
        links.sort_by_key(|link| (link.a, link.b));
        Weighed { model, links, clustered }
    }

    fn compare(
        &mut self,
        blocks: &Blocks,
        sample: Option<Sample>,
        comparisons: &[Comparison],
        table: &Table,
    ) -> Patterns {
        let mut tell = |done, total| (self.progress)(Stage::Compare, done, total);
        let threads = self.settings.threads;
        let patterns = match sample.map(Sample::into_pairs) {
            Some(pairs) => Patterns::of_sample(&pairs, comparisons, table, threads),
            None => Patterns::new(blocks, comparisons, table, threads, &mut tell),
        };
        self.report.patterns = patterns.distinct.len() as u64;
        self.finish(Stage::Compare);
        patterns
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

/// The mean probability towards the others of the cluster; what a constraint joins is certain.
fn confidence(cluster: &[u32], links: &[Link], constraints: &[Constraint]) -> Vec<f64> {
    let mut sizes = vec![0_u32; cluster.len()];
    for &name in cluster {
        sizes[name as usize] += 1;
    }
    let mut sums = vec![0.0; cluster.len()];
    for link in links.iter().filter(|link| is_inside(cluster, link.a, link.b)) {
        sums[link.a as usize] += link.probability;
        sums[link.b as usize] += link.probability;
    }
    let mut confidence: Vec<f64> = cluster
        .iter()
        .zip(&sums)
        .map(|(&name, sum)| match sizes[name as usize] {
            1 => 1.0,
            size => sum / f64::from(size - 1),
        })
        .collect();
    for constraint in constraints {
        if let &Constraint::MustLink(a, b) = constraint
            && (a.max(b) as usize) < cluster.len()
            && is_inside(cluster, a, b)
        {
            (confidence[a as usize], confidence[b as usize]) = (1.0, 1.0);
        }
    }
    confidence
}

fn links_inside(cluster: &[u32], mut links: Vec<Link>, threshold: f64) -> Vec<Link> {
    links.retain(|link| link.probability >= threshold && is_inside(cluster, link.a, link.b));
    links
}

fn is_inside(cluster: &[u32], a: u32, b: u32) -> bool {
    cluster[a as usize] == cluster[b as usize]
}

#[cfg(test)]
mod tests;
