//! `theirs campaign`: which there are, whether one is sound, what it could show, what it gained.

mod draw;
mod study;

use serde_json::json;
use theirs_charter::SubjectKind;
use theirs_marketing::{Campaign, Changed, Gained, Interval, Lift, Odd, Outcome, Verdict};

use super::Output;
use super::decide::{left_out_of, say_left_out};
use super::words::{count, people, some};
use crate::campaign;
use crate::cli::CampaignVerb;
use crate::failure::Failure;
use crate::workspace::Workspace;

pub(super) fn run(
    workspace: &Workspace,
    verb: &CampaignVerb,
    out: &mut Output,
) -> Result<(), Failure> {
    match verb {
        CampaignVerb::List => list(workspace, out),
        CampaignVerb::Check { campaign } => check(workspace, campaign, out),
        CampaignVerb::Plan { campaign, asker } => plan(workspace, campaign, &asker.name, out),
        CampaignVerb::Result { campaign, asker } => result(workspace, campaign, &asker.name, out),
        CampaignVerb::Spectrum(args) => study::spectrum(workspace, args, out),
        CampaignVerb::Frontier(args) => study::frontier(workspace, args, out),
    }
}

fn list(workspace: &Workspace, out: &mut Output) -> Result<(), Failure> {
    let (root, charter, door) = (workspace.folder.root(), workspace.charter()?, workspace.door()?);
    let (mut rows, mut data) = (Vec::new(), Vec::new());
    for name in campaign::names(root)? {
        let runs = door.runs(&name)?;
        let read = campaign::read(root, &name, &charter);
        let (purpose, called) = match &read {
            Ok(campaign) => (campaign.purpose.clone(), campaign.called.clone()),
            Err(_) => (String::new(), "does not hold; see `theirs campaign check`".to_owned()),
        };
        data.push(json!({
            "campaign": name, "purpose": purpose, "called": called, "is_sound": read.is_ok(),
            "runs": runs.count, "last": runs.last, "decisions": runs.decisions,
        }));
        rows.push(vec![name, purpose, called, count(runs.count), count(runs.decisions)]);
    }
    out.data(&data)?;
    if rows.is_empty() {
        out.line("There is no campaign. Write one to campaigns/NAME.yaml; see docs/campaigns.md.")?;
        return Ok(());
    }
    out.table(&["campaign", "purpose", "called", "runs", "decisions"], &rows)?;
    Ok(())
}

fn check(workspace: &Workspace, name: &str, out: &mut Output) -> Result<(), Failure> {
    let charter = workspace.charter()?;
    let campaign = campaign::read(workspace.folder.root(), name, &charter)?;
    let (waits, cautions) = (waits(workspace, &campaign)?, campaign.cautions());
    out.data(&json!({
        "campaign": campaign.name, "purpose": campaign.purpose, "called": campaign.called,
        "actions": campaign.actions.iter().map(|action| &action.name).collect::<Vec<_>>(),
        "control": campaign.control, "explore": campaign.explore,
        "waits": waits, "cautions": cautions,
        "at_most": campaign.at_most.map(|cap| format!("{} in {} days", cap.count, cap.days)),
    }))?;
    let actions: Vec<&str> = campaign.actions.iter().map(|action| action.name.as_str()).collect();
    out.line(&format!(
        "campaigns/{name}.yaml is sound: {} for {} ({}, or none), {} % control.",
        some(actions.len(), "action"),
        campaign.purpose,
        actions.join(", "),
        campaign.control * 100.0
    ))?;
    if campaign.features.is_none() {
        out.line("It names no features, so who gets what is drawn by lot each time.")?;
    }
    match campaign.at_most {
        Some(cap) => out.line(&format!(
            "Whoever was picked {} in {}, by whatever campaigns, is left alone.",
            some(usize::try_from(cap.count).unwrap_or(usize::MAX), "time"),
            some(usize::from(cap.days), "day")
        ))?,
        None => out.line(
            "It names no at_most, so it picks people however often other campaigns did; what it does \
             counts for those that name one.",
        )?,
    }
    for because in &waits {
        out.line(&format!("It cannot decide yet: {because}."))?;
    }
    cautions.iter().try_for_each(|caution| out.line(caution))?;
    Ok(())
}

/// What of the charter a campaign waits for: its purpose and its recipients, for keys or for people to be
/// told.
fn waits(workspace: &Workspace, campaign: &Campaign) -> Result<Vec<String>, Failure> {
    let authority = workspace.authority()?;
    let kind = |kind: SubjectKind, name: &str| format!("{}:{name}", kind.word());
    let mut subjects = vec![kind(SubjectKind::Purpose, &campaign.purpose)];
    for to in campaign.actions.iter().filter_map(|action| action.to.as_deref()) {
        let subject = kind(SubjectKind::Recipient, to);
        if !subjects.contains(&subject) {
            subjects.push(subject);
        }
    }
    let refusals = subjects.iter().filter_map(|subject| authority.gate(subject).ok()?.refusal());
    Ok(refusals.map(|refusal| format!("{}; {}", refusal.because, refusal.change)).collect())
}

fn plan(workspace: &Workspace, name: &str, asker: &str, out: &mut Output) -> Result<(), Failure> {
    let asker = workspace.authenticate(asker)?;
    let campaign = campaign::read(workspace.folder.root(), name, &*workspace.charter()?)?;
    let plan = theirs_marketing::plan(&*workspace.door()?, &asker, &campaign)?;
    out.data(&json!({ "plan": plan, "left_out": left_out_of(&plan.left_out) }))?;
    let groups = plan.groups.iter();
    let groups: Vec<String> =
        groups.map(|group| format!("{} {}", count(group.people), group.action)).collect();
    out.line(&format!("{} in the audience: {}.", people(plan.audience), groups.join(", ")))?;
    if plan.resting > 0 {
        out.line(&format!(
            "{} were decided for or written to lately and are left alone.",
            people(plan.resting)
        ))?;
    }
    say_left_out(&plan.left_out, out)?;
    let activity = &campaign.outcome.activity;
    out.line(&format!(
        "In {} until now one of them brought {:.2} profit and {:.3} {activity}.",
        some(usize::from(campaign.outcome.within_days), "day"),
        plan.profit.mean,
        plan.rows.mean
    ))?;
    match (plan.smallest_profit, plan.smallest_rows) {
        (Some(profit), Some(rows)) => out.line(&format!(
            "One run is judged after {} and sees, four times out of five, a gain of {profit:.2} \
             profit for one person after the cost, or {rows:.3} {activity}. Four runs see half of that.",
            some(usize::try_from(plan.weeks).unwrap_or(usize::MAX), "week")
        ))?,
        _ => out.line("A group would be empty, or nobody did anything: what could be seen is not known.")?,
    }
    Ok(())
}

fn result(workspace: &Workspace, name: &str, asker: &str, out: &mut Output) -> Result<(), Failure> {
    let asker = workspace.authenticate(asker)?;
    let campaign = campaign::read(workspace.folder.root(), name, &*workspace.charter()?)?;
    let gained = theirs_marketing::gained(&*workspace.door()?, &asker, &campaign)?;
    out.data(&gained)?;
    if gained.decisions == 0 {
        let days = campaign.outcome.within_days;
        out.line(&format!(
            "Nothing can be said yet: a decision counts {days} days after it, and {} wait.",
            count(gained.open as u64)
        ))?;
        let said = beside(&gained, &campaign.outcome);
        return Ok(said.iter().try_for_each(|said| out.line(said))?);
    }
    out.line(&format!(
        "{} of {} are judged.",
        some(gained.decisions, "decision"),
        people(gained.people as u64)
    ))?;
    arms(&gained, &campaign.outcome.activity, out)?;
    gained.lifts.iter().try_for_each(|lift| out.line(&said(lift, &campaign.outcome.activity)))?;
    match &gained.winner {
        Some(winner) => out.line(&format!("Best: {winner}."))?,
        None => out.line("No action is named best: none gained for sure.")?,
    }
    if gained.open > 0 {
        let waiting = some(gained.open, "decision");
        out.line(&format!("{waiting} too young to count are left out."))?;
    }
    let said = beside(&gained, &campaign.outcome);
    Ok(said.iter().try_for_each(|said| out.line(said))?)
}

/// What has to be known beside the figures: what is in none of them, and by what they were judged.
pub fn beside(gained: &Gained, file: &Outcome) -> Vec<String> {
    let mut found: Vec<String> =
        gained.changed.iter().map(|changed| moved(changed, file)).collect();
    if gained.unrecorded > 0 {
        found.push(format!(
            "It is not on record by what {} were to be judged; they are judged by the file.",
            some(gained.unrecorded, "decision")
        ));
    }
    let set_aside = &gained.set_aside;
    if set_aside.again > 0 {
        found.push(format!(
            "{} for people for whom it had been decided shortly before are left out: each counts once \
             in that time.",
            some(set_aside.again, "decision")
        ));
    }
    if set_aside.one_sided > 0 {
        found.push(format!(
            "{} of runs in which one thing alone could happen, or nobody was written to, are left out: \
             there is nobody to compare with.",
            some(set_aside.one_sided, "decision")
        ));
    }
    for (action, decisions) in &set_aside.nameless {
        found.push(format!(
            "{} for \"{action}\" are in no figure: the campaign has no such action any more.",
            some(*decisions, "decision")
        ));
    }
    found.extend(gained.odd.as_ref().map(too_large));
    found
}

/// That the yardstick moved after decisions were made.
fn moved(changed: &Changed, file: &Outcome) -> String {
    let decisions = some(changed.decisions, "decision");
    let (then, now) = (yardstick(&changed.then), yardstick(file));
    let judged = if changed.is_used {
        "They are judged by what stood then"
    } else {
        "The purpose sees that no more, so they are judged by the file"
    };
    format!(
        "The outcome was changed after {decisions} had been made: it was {then}, and the file now says \
         {now}. {judged}."
    )
}

fn yardstick(outcome: &Outcome) -> String {
    let what = outcome.value.as_ref().map_or_else(
        || outcome.activity.clone(),
        |value| format!("{value} of {}", outcome.activity),
    );
    let days = some(usize::from(outcome.within_days), "day");
    format!("{what} by {} within {days}, worth {}", outcome.at, outcome.worth)
}

/// That rows are set aside as they are too large to be true.
pub(super) fn too_large(odd: &Odd) -> String {
    format!(
        "{} of {} are in no figure, as one alone outweighs all others together; the greatest is {}. Mend \
         the source if that is a slip; if it is none, nothing can be said of a campaign that it decides.",
        some(odd.rows, "row"),
        odd.source,
        odd.greatest
    )
}

fn arms(gained: &Gained, activity: &str, out: &mut Output) -> Result<(), Failure> {
    let rows: Vec<Vec<String>> = gained
        .arms
        .iter()
        .map(|arm| {
            vec![
                arm.action.clone(),
                count(arm.people as u64),
                count(arm.decisions as u64),
                format!("{:.3}", arm.rows.mean),
                format!("{:.2}", arm.profit.mean),
                count(arm.gone),
            ]
        })
        .collect();
    out.table(&["action", "people", "decisions", activity, "profit", "said no since"], &rows)?;
    Ok(())
}

/// What an action gained for one person, in a sentence.
fn said(lift: &Lift, activity: &str) -> String {
    let interval = |one: &Interval, places: usize| {
        let Interval { difference, low, high } = *one;
        format!("{difference:+.places$} ({low:+.places$} to {high:+.places$})")
    };
    let (profit, rows) = (interval(&lift.profit, 2), interval(&lift.rows, 3));
    let verdict = in_words(&lift.verdict);
    let cost = lift
        .cost_of_one
        .map_or_else(String::new, |cost| format!(" One more of {activity} costs {cost:.2}."));
    format!(
        "{}: {profit} profit and {rows} {activity} for one person. {verdict}{cost}",
        lift.action
    )
}

/// What may be said of what an action gained.
pub fn in_words(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Gains => "It gains.".to_owned(),
        Verdict::Loses => "It loses.".to_owned(),
        Verdict::Unseen { needs: Some(needs) } => {
            format!("That may be none; about {} decisions would show it.", count(*needs))
        }
        Verdict::Unseen { needs: None } => "That is none.".to_owned(),
    }
}
