//! `theirs resolve`: joins records to people.

mod report;
mod truth;

use std::path::Path;

use serde::Serialize;
use theirs_linkage::{
    Contact, Judgement, Model, Origin, Records, Resolution, Settings, Unfit, Why,
};
use theirs_model::RecordId;
use theirs_store::{Found, HouseholdRow, LinkRow, Placement, Reshuffle, StoreError};
use theirs_uses::{Act, Told};

use self::truth::{Score, Truth};
use super::Output;
use super::words::count;
use crate::failure::Failure;
use crate::joining::{Browsers, Comparable, Followers, ONE_USER, SameNumbers, add, certain, said};
use crate::telemetry::{Attribute, Event, Span};
use crate::workspace::Workspace;

#[derive(Serialize)]
struct Resolved {
    records: u64,
    people: u64,
    opened: u64,
    closed: u64,
    households: u64,
    pairs_compared: u64,
    set_aside_blocks: u64,
    left_out_blocks: u64,
    judgements_refused: u64,
    seconds: f64,
    score: Option<Score>,
}

/// What `theirs resolve` is asked to do beside joining.
#[derive(Default)]
pub(super) struct Wishes<'w> {
    /// Whether the weights are learnt anew.
    pub(super) refit: bool,
    /// Where the truth lies against which the result is scored.
    pub(super) truth: Option<&'w Path>,
    /// Where a report is written.
    pub(super) report: Option<&'w Path>,
}

pub(super) fn run(
    workspace: &Workspace,
    wishes: &Wishes<'_>,
    out: &mut Output,
) -> Result<(), Failure> {
    let since = std::time::Instant::now();
    let span = Span::begin("resolve");
    let _within = span.enter();
    let charter = workspace.charter()?;
    let comparable = Comparable::of(&charter);
    let mut records = comparable.records(&charter);
    let mut ids: Vec<RecordId> = Vec::new();
    let mut names: Vec<(String, String)> = Vec::new();
    let mut numbers = SameNumbers::default();
    let (browsers, mut followers) = (Browsers::of(&charter), Followers::default());
    workspace.store.each_record(|record| {
        if followers.note(&browsers, &record) {
            return Ok(());
        }
        let values = comparable.values(&charter, &record);
        add(&mut records, &charter, &record, &values);
        numbers.note(&comparable, &values, &record);
        ids.push(record.id);
        if wishes.truth.is_some() {
            names.push((record.source, record.key));
        }
        Ok(())
    })?;
    let mut judgements = numbers.judgements();
    let verdicts = workspace.store.verdicts()?;
    judgements.extend(verdicts.iter().map(said));
    let threshold = charter.linkage.threshold;
    let curve = wishes.report.is_some();
    let settings = Settings { threshold, curve, ..Settings::default() };
    let resolution = joined(workspace, wishes.refit, &records, &judgements, &settings, out)?;
    let told = Told::new(Act::Resolution, "our systems");
    workspace.book().log_none(&told, charter.digest, workspace.clock.now())?;
    let reshuffle = place(workspace, &resolution, &judgements, &ids, |cluster| {
        followers.places(&verdicts, cluster)
    })?;
    workspace.desk()?.keep_deleted_out()?;
    let truth = wishes.truth.map(|path| Truth::read(path, &names)).transpose()?;
    let score = truth.as_ref().map(|truth| truth.score(&resolution.cluster));
    if let Some(path) = wishes.report {
        report::write(path, &resolution, truth.as_ref(), &charter)?;
    }
    let (records, people) = ((ids.len() + followers.len()) as u64, reshuffle.people);
    span.note(Attribute::Records(records));
    span.note(Attribute::People(people));
    Event::Resolved { records, people, after: since.elapsed() }.tell();
    // A word on a record that is not there yet only waits for it.
    let counts = |why| !matches!(why, Why::UnknownRecord | Why::OneRecord);
    let refused = resolution.refused.iter().filter(|refusal| counts(refusal.why)).count();
    say(
        out,
        &Resolved {
            records,
            people,
            opened: reshuffle.opened,
            closed: reshuffle.closed,
            households: resolution.households.households.len() as u64,
            pairs_compared: resolution.report.pairs_compared,
            set_aside_blocks: resolution.report.set_aside.iter().map(|s| s.count).sum(),
            left_out_blocks: resolution.report.left_out.iter().map(|s| s.count).sum(),
            judgements_refused: refused as u64,
            seconds: since.elapsed().as_secs_f64(),
            score,
        },
    )
}

/// Joins by the weights that were learnt before, or learns them.
fn joined(
    workspace: &Workspace,
    refit: bool,
    records: &Records,
    judgements: &[Judgement],
    settings: &Settings,
    out: &mut Output,
) -> Result<Resolution, Failure> {
    let kept = if refit { None } else { workspace.store.model()? };
    let kept = kept.and_then(|text| serde_json::from_str::<Model>(&text).ok());
    let bar = out.progress("joining records");
    let mut progress = |_, done, total| bar.at(done, total);
    let Some(model) = kept else {
        return Ok(theirs_linkage::resolve(records, judgements, settings, &mut progress));
    };
    match theirs_linkage::resolve_with(model, records, judgements, settings, &mut progress) {
        Ok(resolution) => Ok(resolution),
        Err(Unfit::RepeatedId) => Err(StoreError::Damaged("two records have one number").into()),
        Err(unfit) => {
            out.note(&format!("the weights were learnt anew, because {}", because(unfit)));
            Ok(theirs_linkage::resolve(records, judgements, settings, &mut progress))
        }
    }
}

/// Why kept weights could not be used.
fn because(unfit: Unfit) -> &'static str {
    match unfit {
        Unfit::Fields => "the charter compares other columns now",
        Unfit::Overrides => "the charter's linkage section says otherwise now",
        Unfit::Version { .. } | Unfit::Rules => "this version of theirs compares otherwise",
        Unfit::Damaged | Unfit::RepeatedId => "the kept ones could not be read",
    }
}

/// Lays what was found over the people there are.
fn place(
    workspace: &Workspace,
    resolution: &Resolution,
    judgements: &[Judgement],
    ids: &[RecordId],
    browsers: impl FnOnce(&dyn Fn(RecordId) -> Option<u32>) -> Vec<(RecordId, Option<RecordId>)>,
) -> Result<Reshuffle, Failure> {
    let mut placements: Vec<Placement> = ids
        .iter()
        .zip(resolution.cluster.iter().zip(&resolution.confidence))
        .map(|(record, (cluster, confidence))| Placement {
            record: *record,
            cluster: *cluster,
            confidence: *confidence,
        })
        .collect();
    let found = resolution.links.iter().map(|link| row(link, ids));
    let mut links: Vec<LinkRow> = found.chain(by_number(resolution, judgements, ids)).collect();
    let cluster = |id: RecordId| Some(resolution.cluster[ids.binary_search(&id).ok()?]);
    let mut next = resolution.cluster.iter().max().map_or(0, |last| last + 1);
    for (browser, with) in browsers(&cluster) {
        let (cluster, confidence) = match with {
            Some(with) => (cluster(with), ONE_USER),
            None => (None, 1.0),
        };
        let cluster = cluster.unwrap_or_else(|| {
            next += 1;
            next - 1
        });
        placements.push(Placement { record: browser, cluster, confidence });
        links.extend(with.map(|with| certain(browser, with)));
    }
    let households: Vec<HouseholdRow> = resolution
        .households
        .households
        .iter()
        .map(|household| HouseholdRow {
            members: household.people.iter().map(|first| RecordId(first.0)).collect(),
            shares: household.shares.iter().map(|contact| words(*contact).to_owned()).collect(),
        })
        .collect();
    let model = serde_json::to_string(&resolution.model).map_err(std::io::Error::from)?;
    let found = Found { placements: &placements, links: &links, households: &households };
    Ok(workspace.store.place(&found, &model, &workspace.keys)?)
}

/// The links that a shared number makes.
fn by_number(resolution: &Resolution, judgements: &[Judgement], ids: &[RecordId]) -> Vec<LinkRow> {
    let cluster = |id: theirs_linkage::RecordId| {
        let at = ids.binary_search(&RecordId(id.0)).ok()?;
        resolution.cluster.get(at)
    };
    let heeded = |judgement: &&Judgement| {
        matches!(judgement.origin, Origin::SharedNumber { .. })
            && cluster(judgement.a).is_some_and(|a| cluster(judgement.b) == Some(a))
    };
    let link = |said: &Judgement| certain(RecordId(said.a.0), RecordId(said.b.0));
    judgements.iter().filter(heeded).map(link).collect()
}

/// What members of a household share, in words.
fn words(contact: Contact) -> &'static str {
    match contact {
        Contact::Address => "an address",
        Contact::Phone => "a telephone number",
        Contact::Email => "an e-mail address",
    }
}

fn say(out: &mut Output, done: &Resolved) -> Result<(), Failure> {
    out.data(done)?;
    out.line(&format!(
        "{} records are {} people ({} new, {} joined to others; {} pairs compared in {:.1} s).",
        count(done.records),
        count(done.people),
        count(done.opened),
        count(done.closed),
        count(done.pairs_compared),
        done.seconds
    ))?;
    if done.households > 0 {
        let households = count(done.households);
        out.line(&format!("{households} households of two or more of them."))?;
    }
    if done.judgements_refused > 0 {
        let refused = count(done.judgements_refused);
        out.line(&format!(
            "Not joined: {refused} pairs that a number or a colleague says are one person, and that \
             another name or another word keeps apart."
        ))?;
    }
    if done.set_aside_blocks > 0 {
        let blocks = count(done.set_aside_blocks);
        out.line(&format!("{blocks} groups were too large to compare within and were set aside."))?;
    }
    if done.left_out_blocks > 0 {
        let blocks = count(done.left_out_blocks);
        out.line(&format!(
            "{blocks} groups were not compared within: a sample of their pairs showed that hardly any \
             is one person. `--report` lists them."
        ))?;
    }
    if let Some(score) = &done.score {
        out.line(&format!(
            "Against the truth: precision {:.4}, recall {:.4}, F1 {:.4} over {} records of {} people.",
            score.precision, score.recall, score.f1, count(score.records), count(score.people)
        ))?;
        if score.of_no_record > 0 {
            let lines = count(score.of_no_record);
            out.line(&format!("The truth also speaks of {lines} records that are not here."))?;
        }
    }
    Ok(())
}

fn row(link: &theirs_linkage::Link, ids: &[RecordId]) -> LinkRow {
    let (a, b) = (ids[link.a as usize], ids[link.b as usize]);
    LinkRow { a: a.min(b), b: a.max(b), weight: link.weight, probability: link.probability }
}
