//! `theirs campaign spectrum` and `frontier`: how far it is worth going, and how little data it needs.

use std::path::Path;

use askama::Template;
use serde::Serialize;
use theirs_charter::Asker;
use theirs_marketing::{Amount, Campaign, Frontier, Spectrum, Studied, Way};
use theirs_store::put_private;

use super::super::Output;
use super::super::words::{count, people};
use super::draw::{Axes, Dot, draw};
use super::too_large;
use crate::campaign;
use crate::cli::StudyArgs;
use crate::failure::Failure;
use crate::pricing;
use crate::workspace::Workspace;

/// A study as a page of its own.
#[derive(Template)]
#[template(path = "study.html")]
struct Page<'p> {
    title: &'p str,
    campaign: &'p str,
    action: &'p str,
    decisions: String,
    sentence: String,
    chart: String,
    caption: &'p str,
    head: &'p [&'p str],
    rows: Vec<Vec<String>>,
    price: &'p str,
}

/// How far it is worth going.
pub(super) fn spectrum(
    workspace: &Workspace,
    args: &StudyArgs,
    out: &mut Output,
) -> Result<(), Failure> {
    let (asker, campaign) = asked(workspace, args)?;
    let studied = theirs_marketing::spectrum(&*workspace.door()?, &asker, &campaign)?;
    let Some(found) = told(&studied, out)? else { return Ok(()) };
    let rows = found.stops.iter().map(|stop| {
        let acted = format!("{:.0} %", stop.acted_on * 100.0);
        vec![stop.way.to_string(), amount(&stop.value), amount(&stop.beyond_gut), acted]
    });
    let head = ["way of deciding", "per thousand people", "beyond one action for all", "acted on"];
    let page = Page {
        title: "How far is it worth going?",
        campaign: &campaign.called,
        action: &studied.action,
        decisions: made_on(&studied),
        sentence: found.to_string(),
        chart: along_the_ways(found)?,
        caption: "What each way of deciding brings for a thousand people, with 95 % intervals.",
        head: &head,
        rows: rows.collect(),
        price: "Each way is learnt on four fifths of the people and judged on the last, in turn.",
    };
    say(&page, args.output.as_deref(), out)
}

/// How little data it needs.
pub(super) fn frontier(
    workspace: &Workspace,
    args: &StudyArgs,
    out: &mut Output,
) -> Result<(), Failure> {
    let (asker, campaign) = asked(workspace, args)?;
    let studied = theirs_marketing::frontier(&*workspace.door()?, &asker, &campaign)?;
    let Some(found) = told(&studied, out)? else { return Ok(()) };
    pricing::keep(workspace, &campaign, (found, studied.decisions))?;
    let share = |share: f64| format!("{:.1} %", share * 100.0);
    let rows = found.points.iter().map(|point| {
        let said = found.says(point);
        vec![
            if said.is_empty() { "everything kept".to_owned() } else { said },
            format!("{:.2}", point.risk.total),
            format!("{:.2}", point.value * 1000.0),
            format!(
                "{} ({} to {})",
                share(point.loss.point),
                share(point.loss.low),
                share(point.loss.high)
            ),
        ]
    });
    let head = ["data", "risk", "per thousand people", "lost"];
    let page = Page {
        title: "Less data, same result?",
        campaign: &campaign.called,
        action: &studied.action,
        decisions: made_on(&studied),
        sentence: found.to_string(),
        chart: along_the_risk(found)?,
        caption: "What is lost by keeping less, against the risk of what is kept; the bands hold for all points at once.",
        head: &head,
        rows: rows.collect(),
        price: "Risk is how well people can be told apart, how sensitive the data are and how far they come from the person, each counting alike. Sets are searched on one half of the people and confirmed on the other.",
    };
    say(&page, args.output.as_deref(), out)
}

/// How many decisions of how many people a study was made on.
fn made_on<T>(studied: &Studied<T>) -> String {
    let (decisions, people) = (count(studied.decisions as u64), people(studied.people as u64));
    format!("{decisions} decisions of {people}")
}

/// Who asks, and about which campaign; nothing is asked for a page that could not be written.
fn asked(workspace: &Workspace, args: &StudyArgs) -> Result<(Asker, Campaign), Failure> {
    let is_page = |path: &Path| path.extension().is_some_and(|ending| ending == "html");
    if let Some(path) = args.output.as_deref().filter(|path| !is_page(path)) {
        return Err(Failure::Usage(format!("{} does not end in .html", path.display())));
    }
    let asker = workspace.authenticate(&args.asker.name)?;
    let root = workspace.folder.root();
    Ok((asker, campaign::read(root, &args.campaign, &*workspace.charter()?)?))
}

/// What was found; if nothing was, that is said.
fn told<'s, T: Serialize>(
    studied: &'s Studied<T>,
    out: &mut Output,
) -> Result<Option<&'s T>, Failure> {
    out.data(studied)?;
    if let Some(because) = &studied.because {
        out.line(&format!("Nothing can be said yet: {because}."))?;
    }
    if let Some(odd) = &studied.odd {
        out.line(&too_large(odd))?;
    }
    Ok(studied.found.as_ref())
}

fn say(page: &Page<'_>, output: Option<&Path>, out: &mut Output) -> Result<(), Failure> {
    out.line(&page.sentence)?;
    out.table(page.head, &page.rows)?;
    out.line(&format!("{}, {} against nothing. {}", page.decisions, page.action, page.price))?;
    let Some(path) = output else { return Ok(()) };
    let text = page.render().map_err(|error| Failure::Unsound(error.to_string()))?;
    put_private(path, text.as_bytes()).map_err(|error| Failure::file(path, error))?;
    Ok(out.line(&format!("The chart is in {}.", path.display()))?)
}

/// An amount for a thousand people, with its interval.
fn amount(one: &Amount) -> String {
    let [point, low, high] = [one.point, one.low, one.high].map(|amount| amount * 1000.0);
    format!("{point:.2} ({low:.2} to {high:.2})")
}

fn along_the_ways(found: &Spectrum) -> Result<String, Failure> {
    let dots: Vec<Dot> = found
        .stops
        .iter()
        .enumerate()
        .map(|(at, stop)| Dot {
            at: f64::from(u32::try_from(at).unwrap_or(0)),
            name: match stop.way {
                Way::Gut => "gut".to_owned(),
                Way::Rule => "rule".to_owned(),
                other => other.to_string(),
            },
            value: [stop.value.point, stop.value.low, stop.value.high]
                .map(|amount| amount * 1000.0),
            is_best: at == found.far_enough,
        })
        .collect();
    draw(&dots, &Axes { along: "", up: "profit per thousand people", is_named: true })
}

fn along_the_risk(found: &Frontier) -> Result<String, Failure> {
    let dots: Vec<Dot> = found
        .points
        .iter()
        .enumerate()
        .map(|(at, point)| Dot {
            at: point.risk.total,
            name: String::new(),
            value: [point.loss.point, point.loss.low, point.loss.high].map(|share| share * 100.0),
            is_best: Some(at) == found.chosen,
        })
        .collect();
    draw(&dots, &Axes { along: "risk of what is kept", up: "lost, in per cent", is_named: false })
}
