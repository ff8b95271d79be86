//! What less data would cost a campaign, kept for the audit: shares of profit, and nothing of anybody.
//!
//! A frontier is measured when somebody asks for it, under a use of its own; what it found is kept in
//! `data/frontiers/`, one file for each campaign, until it is measured anew. The file holds names of
//! columns and shares. A backup does not have it: it can be measured again.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::PathBuf;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use theirs_audit::{Price, Variant};
use theirs_charter::Charter;
use theirs_marketing::{Campaign, Frontier};
use theirs_store::put_private;

use crate::command::words::day;
use crate::failure::Failure;
use crate::workspace::Workspace;

/// How many variants are kept.
const MOST: usize = 10;

/// What was measured of a campaign.
#[derive(Serialize, Deserialize)]
struct Measured {
    campaign: String,
    purpose: String,
    at: Timestamp,
    decisions: u64,
    variants: Vec<(String, [f64; 3])>,
}

/// Keeps what a frontier found.
pub fn keep(
    workspace: &Workspace,
    campaign: &Campaign,
    (found, decisions): (&Frontier, usize),
) -> Result<(), Failure> {
    let measured = Measured {
        campaign: campaign.called.clone(),
        purpose: campaign.purpose.clone(),
        at: workspace.clock.now(),
        decisions: decisions as u64,
        variants: variants(found),
    };
    let text = serde_json::to_vec(&measured).map_err(std::io::Error::from)?;
    let folder = folder(workspace);
    std::fs::create_dir_all(&folder)?;
    Ok(put_private(&folder.join(format!("{}.json", campaign.name)), &text)?)
}

/// What is left out or made coarser, the one that was chosen first, then the least that is lost.
fn variants(found: &Frontier) -> Vec<(String, [f64; 3])> {
    let is_all = |at: usize| found.points[at].kept.iter().all(|level| *level == 0);
    let mut order: Vec<usize> = (0..found.points.len()).filter(|at| !is_all(*at)).collect();
    order.sort_by(|one, other| {
        let key = |at: usize| (Some(at) != found.chosen, found.points[at].loss.high);
        let (one, other) = (key(*one), key(*other));
        one.0.cmp(&other.0).then(one.1.total_cmp(&other.1))
    });
    let variant = |at: usize| {
        let point = &found.points[at];
        (found.says(point), [point.loss.point, point.loss.low, point.loss.high])
    };
    order.into_iter().take(MOST).map(variant).collect()
}

/// What was measured, by purpose; a file that does not read is as if it were not there.
pub fn prices(
    workspace: &Workspace,
    charter: &Charter,
) -> Result<BTreeMap<String, Vec<Price>>, Failure> {
    let listed = match std::fs::read_dir(folder(workspace)) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(BTreeMap::new()),
        listed => listed?,
    };
    let mut files: Vec<PathBuf> =
        listed.map(|entry| Ok(entry?.path())).collect::<std::io::Result<_>>()?;
    files.sort();
    let mut prices: BTreeMap<String, Vec<Price>> = BTreeMap::new();
    for file in files {
        let Ok(one) = serde_json::from_slice::<Measured>(&std::fs::read(&file)?) else { continue };
        let variant = |(says, lost)| Variant { says, lost };
        let price = Price {
            campaign: one.campaign,
            day: day(one.at, &charter.time_zone),
            decisions: one.decisions,
            variants: one.variants.into_iter().map(variant).collect(),
        };
        if !price.variants.is_empty() {
            prices.entry(one.purpose).or_default().push(price);
        }
    }
    Ok(prices)
}

fn folder(workspace: &Workspace) -> PathBuf {
    workspace.folder.data().join("frontiers")
}

#[cfg(test)]
mod tests {
    use super::*;

    const FOUND: &str = r#"{
        "categories": [
            { "name": "city", "columns": [0], "levels": [{ "says": "city", "merges": 0 },
              { "says": "a few steps of city", "merges": 2 }], "sensitivity": 0.5, "source": 0.0 },
            { "name": "orders", "columns": [1], "levels": [{ "says": "orders", "merges": 0 }],
              "sensitivity": 0.25, "source": 0.0 }
        ],
        "points": [POINT0, POINT1, POINT2],
        "chosen": 2, "tolerance": 0.02, "estimated_choice": null, "stable": true, "exhaustive": true, "tried": 6
    }"#;

    fn point(kept: &str, lost: f64) -> String {
        format!(
            r#"{{ "kept": {kept}, "risk": RISK, "estimated": 1.0, "value": 1.0,
                "loss": {{ "point": {lost}, "low": 0.0, "high": {lost} }}, "worst_group": null }}"#
        )
    }

    #[test]
    fn the_variant_that_was_chosen_comes_first_and_everything_is_no_variant() {
        let risk = r#"{ "identifiability": 0.1, "sensitivity": 0.1, "source": 0.1, "total": 0.1 }"#;
        let mut text = FOUND.to_owned();
        for (at, kept, lost) in [(0, "[0, 0]", 0.0), (1, "[1, 0]", 0.001), (2, "[2, 0]", 0.01)] {
            text = text.replace(&format!("POINT{at}"), &point(kept, lost).replace("RISK", risk));
        }
        let found: Frontier = serde_json::from_str(&text).unwrap();
        let says: Vec<String> = variants(&found).into_iter().map(|one| one.0).collect();
        assert_eq!(says, ["Without city", "With a few steps of city for city"]);
    }
}
