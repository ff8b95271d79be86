//! The clusters of all records, component by component.

use std::collections::BTreeSet;

use crate::cluster::Bond;
use crate::component::{Component, Components};
use crate::judgement::{Judgement, RecordId, Refusal, Verdict, Why};
use crate::pattern::in_parallel;
use crate::ranked::Ranked;
use crate::resolve::Link;
use crate::score::Scorer;
use crate::settings::Settings;
use crate::spectrum::Spectrum;

/// Components in one piece of work.
const PORTION: usize = 512;
/// The curve tells thresholds in steps of one twentieth.
const STEPS: u8 = 20;

/// The people of all records, by rank.
pub(crate) struct People {
    pub(crate) cluster: Vec<u32>,
    pub(crate) confidence: Vec<f64>,
    /// The links inside clusters from the threshold on, sorted.
    pub(crate) links: Vec<Link>,
    /// Sorted.
    pub(crate) refused: Vec<Refusal>,
    pub(crate) spectrum: Spectrum,
    /// Pairs scored beside those that share a block.
    pub(crate) scored: u64,
}

/// Whether the record of a rank only follows.
type Follows<'f> = dyn Fn(u32) -> bool + Sync + 'f;

/// A threshold with the cluster of every record.
pub(crate) type Point = (f64, Vec<u32>);

/// What became of some components.
#[derive(Default)]
struct Outcome {
    /// Records with the first of their cluster and their confidence.
    placed: Vec<(u32, u32, f64)>,
    refused: Vec<u32>,
    /// Links between records that share no block.
    further: Vec<Link>,
    scored: u64,
}

impl People {
    /// Settles all components of these links, sorted, and tells the curve if it is asked for.
    pub(crate) fn settle(
        ranked: &Ranked,
        mut links: Vec<Link>,
        judgements: &[Judgement],
        settings: &Settings,
        scorer: &Scorer<'_>,
    ) -> (Self, Vec<Point>) {
        let (records, threads) = (ranked.table.len, settings.threads);
        let (bonds, bonded, refused) = bonds(ranked, judgements, scorer);
        let components = Components::new(records, &links, &bonds, settings.threshold);
        let follows = |member| ranked.follows(member);
        let outcomes = settle(&components, settings.threshold, threads, (Some(scorer), &follows));
        let mut people = Self::alone(records, refused);
        people.spectrum.note_all(&links);
        let mut further = Vec::new();
        for outcome in outcomes {
            further.extend(people.take(outcome, &bonded));
        }
        people.refuse_unjoined(&bonds, &bonded, &follows);
        people.refused.sort_unstable();
        people.refused.dedup();
        further.sort_unstable_by_key(|link| (link.a, link.b));
        let mut curve = Vec::new();
        if settings.curve {
            let links = merged(&links, &further);
            let thresholds = (1..STEPS).map(|step| f64::from(step) / f64::from(STEPS));
            let given = (links.as_slice(), bonds.as_slice());
            curve
                .extend(thresholds.map(|at| (at, clusters(records, given, at, threads, &follows))));
        }
        for links in [&mut links, &mut further] {
            links.retain(|link| link.probability >= settings.threshold && people.are_one(link));
        }
        people.links = merged(&links, &further);
        (people, curve)
    }

    /// Everybody on their own.
    fn alone(records: usize, refused: Vec<Refusal>) -> Self {
        Self {
            cluster: (0..u32::try_from(records).unwrap_or(u32::MAX)).collect(),
            confidence: vec![1.0; records],
            links: Vec::new(),
            refused,
            spectrum: Spectrum::default(),
            scored: 0,
        }
    }

    /// Takes in some components and returns the links that were found in them; `bonded` are the
    /// judgements behind their bonds.
    fn take(&mut self, outcome: Outcome, bonded: &[&Judgement]) -> Vec<Link> {
        for (record, first, confidence) in outcome.placed {
            self.cluster[record as usize] = first;
            self.confidence[record as usize] = confidence;
        }
        let refused = outcome.refused.iter().map(|&number| bonded[number as usize]);
        self.refused.extend(refused.map(|judgement| judgement.refused(Why::KeptApart)));
        self.spectrum.note_all(&outcome.further);
        self.scored += outcome.scored;
        outcome.further
    }

    /// Whether both ends of a link are in one cluster.
    fn are_one(&self, link: &Link) -> bool {
        self.cluster[link.a as usize] == self.cluster[link.b as usize]
    }

    /// Refuses what should join and joined nothing, though nothing keeps it apart.
    fn refuse_unjoined(&mut self, bonds: &[Bond], bonded: &[&Judgement], follows: &Follows<'_>) {
        let kept_apart: BTreeSet<Judgement> =
            self.refused.iter().map(|refusal| refusal.judgement.clone()).collect();
        let joins = bonds.iter().zip(bonded).filter(|(bond, _)| bond.verdict == Verdict::Same);
        for (bond, judgement) in joins {
            let is_joined = self.cluster[bond.a as usize] == self.cluster[bond.b as usize];
            if !is_joined && !kept_apart.contains(judgement) {
                let is_led = follows(bond.a) || follows(bond.b);
                let why = if is_led { Why::Follows } else { Why::TooMany };
                self.refused.push(judgement.refused(why));
            }
        }
    }
}

/// Two sorted lists of links as one.
fn merged(some: &[Link], others: &[Link]) -> Vec<Link> {
    let mut all = Vec::with_capacity(some.len() + others.len());
    let mut others = others.iter().peekable();
    for link in some {
        while let Some(other) = others.next_if(|other| (other.a, other.b) < (link.a, link.b)) {
            all.push(*other);
        }
        all.push(*link);
    }
    all.extend(others);
    all
}

/// The clusters at a threshold, of what was scored before.
fn clusters(
    records: usize,
    (links, bonds): (&[Link], &[Bond]),
    threshold: f64,
    threads: usize,
    follows: &Follows<'_>,
) -> Vec<u32> {
    let mut cluster: Vec<u32> = (0..u32::try_from(records).unwrap_or(u32::MAX)).collect();
    let components = Components::new(records, links, bonds, threshold);
    for outcome in settle(&components, threshold, threads, (None, follows)) {
        for (record, first, _) in outcome.placed {
            cluster[record as usize] = first;
        }
    }
    cluster
}

/// Settles all components; with a scorer, the pairs that never met are scored.
fn settle(
    components: &Components,
    threshold: f64,
    threads: usize,
    (scorer, follows): (Option<&Scorer>, &Follows<'_>),
) -> Vec<Outcome> {
    let starts: Vec<usize> = (0..components.len()).step_by(PORTION).collect();
    let scorer = scorer.map(|scorer| (scorer, scorer.bound()));
    in_parallel(&starts, threads, |&start| {
        let mut outcome = Outcome::default();
        let numbers = start..(start + PORTION).min(components.len());
        let mut unsettled: Vec<Component> =
            numbers.filter_map(|number| outcome.take_lone(components, number, follows)).collect();
        if let Some((scorer, bound)) = &scorer {
            outcome.complete(&mut unsettled, threshold, |pairs| scorer.links(bound, pairs));
        }
        for component in unsettled {
            outcome.settle(component, threshold, follows);
        }
        outcome
    })
}

impl Outcome {
    /// Settles a component of two that one link joins; hands over any other.
    fn take_lone(
        &mut self,
        all: &Components,
        number: usize,
        follows: &Follows<'_>,
    ) -> Option<Component> {
        let lone = all.lone_link(number).filter(|link| !follows(link.a) && !follows(link.b));
        let Some(Link { a, b, probability, .. }) = lone else {
            return Some(all.component(number));
        };
        self.placed.extend([(a, a, 1.0), (b, a, probability)]);
        None
    }

    /// Scores the pairs that never met, of all components together.
    fn complete(
        &mut self,
        components: &mut [Component],
        threshold: f64,
        score: impl FnOnce(&[(u32, u32)]) -> Vec<Link>,
    ) {
        let unmet = components.iter().flat_map(|component| component.unmet_records(threshold));
        self.further = score(&unmet.collect::<Vec<_>>());
        let mut found = self.further.iter().copied().peekable();
        for component in components {
            self.scored += component
                .complete(threshold, |a, b| found.next_if(|link| (link.a, link.b) == (a, b)));
        }
    }

    fn settle(&mut self, component: Component, threshold: f64, follows: &Follows<'_>) {
        let members = component.members.clone();
        let found = component.settle(threshold, follows);
        let first = found.cluster.iter().map(|&place| members[place as usize]);
        let placed = members.iter().zip(first).zip(&found.confidence);
        self.placed
            .extend(placed.map(|((&record, first), &confidence)| (record, first, confidence)));
        self.refused.extend(found.refused);
    }
}

/// The judgements on records that there are, as bonds and as they are; the others are refused, and
/// so are numbers that records of other names share.
fn bonds<'j>(
    ranked: &Ranked,
    judgements: &'j [Judgement],
    scorer: &Scorer<'_>,
) -> (Vec<Bond>, Vec<&'j Judgement>, Vec<Refusal>) {
    let (mut bonds, mut bonded, mut refused) = (Vec::new(), Vec::new(), Vec::new());
    for judgement in judgements {
        match judgement.bond(|id| ranked.rank(id)) {
            Ok(bond) if judgement.joins_by_number() && scorer.is_another_person(bond.a, bond.b) => {
                refused.push(judgement.refused(Why::AnotherName));
            }
            Ok(bond) => {
                bonds.push(bond);
                bonded.push(judgement);
            }
            Err(why) => refused.push(judgement.refused(why)),
        }
    }
    (bonds, bonded, refused)
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
