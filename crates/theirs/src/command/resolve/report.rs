//! The page of `theirs resolve --report`: the weights, the sizes of people, what was set aside, and
//! what another threshold would have found. It loads nothing and holds no value of anybody.

mod draw;

use std::path::Path;

use askama::Template;
use theirs_charter::Charter;
use theirs_linkage::{ComparisonChart, Report, Resolution};

use super::truth::{Score, Truth};
use crate::command::words::count;
use crate::failure::Failure;

#[derive(Template)]
#[template(path = "linkage.html")]
struct Page<'p> {
    name: &'p str,
    report: &'p Report,
    people: String,
    households: usize,
    too_large: u64,
    common_contacts: u64,
    prior: f64,
    set_prior: bool,
    comparisons: Vec<ComparisonChart>,
    weights: String,
    spectrum: String,
    curve: String,
    scores: Vec<(f64, Score)>,
    largest: Vec<u32>,
    refused: usize,
}

#[allow(clippy::unused_self, clippy::trivially_copy_pass_by_ref, reason = "templates call methods")]
impl Page<'_> {
    fn count(&self, number: &u64) -> String {
        count(*number)
    }

    fn share(&self, share: &f64) -> String {
        format!("{share:.4}")
    }

    fn bits(&self, bits: &f64) -> String {
        format!("{bits:+.1}")
    }

    fn threshold(&self, threshold: &f64) -> String {
        format!("{threshold:.2}")
    }
}

/// Writes the page.
pub(super) fn write(
    path: &Path,
    resolution: &Resolution,
    truth: Option<&Truth>,
    charter: &Charter,
) -> Result<(), Failure> {
    let comparisons = resolution.model.chart();
    let people = |clusters: &[u32]| {
        (0_u32..).zip(clusters).filter(|(record, cluster)| record == *cluster).count()
    };
    let curve: Vec<(f64, usize)> =
        resolution.curve.iter().map(|(threshold, found)| (*threshold, people(found))).collect();
    let scores: Vec<(f64, Score)> = truth.map_or_else(Vec::new, |truth| {
        let score = |(threshold, found): &(f64, Vec<u32>)| (*threshold, truth.score(found));
        resolution.curve.iter().map(score).collect()
    });
    let page = Page {
        name: &charter.controller.name,
        report: &resolution.report,
        people: count(resolution.report.clusters),
        households: resolution.households.households.len(),
        too_large: resolution.households.too_large,
        common_contacts: resolution.households.common_contacts,
        prior: resolution.model.prior(),
        set_prior: charter.linkage.probability_two_random_records_match.is_some(),
        weights: draw::weights(&comparisons)?,
        spectrum: draw::spectrum(&resolution.spectrum)?,
        curve: draw::curve(&curve)?,
        comparisons,
        scores,
        largest: resolution.report.largest_clusters.clone(),
        refused: resolution.refused.len(),
    };
    let html = page.render().map_err(|error| Failure::Unsound(error.to_string()))?;
    std::fs::write(path, html).map_err(|error| Failure::file(path, error))
}
