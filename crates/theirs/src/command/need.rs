//! `theirs need`: whether data from outside add anything to what a campaign decides.

use serde_json::json;
use theirs_charter::{Key, Necessity, Purpose, Refusal, Subject, SubjectKind, Turning};
use theirs_marketing::{Measured, Needed};

use super::Output;
use super::words::count;
use crate::approving::{found, no_key, record_refusal};
use crate::campaign;
use crate::failure::Failure;
use crate::workspace::Workspace;

/// The most characters of what is put on record.
const LONGEST: usize = 400;

pub(super) fn run(
    workspace: &Workspace,
    source: &str,
    campaign: &str,
    asker: &str,
    out: &mut Output,
) -> Result<(), Failure> {
    let asker = workspace.authenticate(asker)?;
    let authority = workspace.authority()?;
    let charter = authority.charter();
    let name = source.strip_prefix("source:").unwrap_or(source);
    let refuse = |refusal: Refusal| {
        record_refusal(workspace, &authority, &asker, &refusal)?;
        Err(refusal.into())
    };
    let gate = authority
        .gate(&format!("{}:{name}", SubjectKind::Source.word()))
        .map_err(|error| Failure::Usage(error.to_string()))?;
    let Some((purpose, _)) = charter.trial_of(name) else {
        let because = format!("no purpose tests \"{name}\"");
        let change = "the charter would have to have one with \"output: verdict\"".to_owned();
        return refuse(Refusal::new("purposes", because, change));
    };
    if authority.keys(&asker).is_empty() {
        return refuse(no_key(&authority, &asker, &[Key::It, Key::Marketing, Key::Privacy]));
    }
    if was_tested(workspace, purpose, &gate.subject)? {
        let because = format!("\"{name}\" was tested under these keys already");
        let change = format!(
            "both keys of purpose:{0} would have to be turned anew (theirs approve purpose:{0} --withdraw, then theirs approve)",
            purpose.name
        );
        return refuse(Refusal::new(&format!("purposes.{}.tests", purpose.name), because, change));
    }
    let campaign = campaign::read(workspace.folder.root(), campaign, charter)?;
    let needed = theirs_marketing::need(&*workspace.door()?, &asker, purpose, &campaign)?;
    let summary = said(&needed);
    let short: String = summary.chars().take(LONGEST).collect();
    let verdict = found(workspace, &asker, &gate.subject, needed.verdict, &short)?;
    let mut dropped = None;
    if needed.verdict == Necessity::NotNecessary {
        let _alone = workspace.alone();
        if let Some(source) = charter.source(name) {
            dropped = Some(workspace.desk()?.drop_sample(source)?);
            crate::sweeping::catch_up(workspace)?;
        }
    }
    out.data(&json!({ "needed": needed, "verdict_use": verdict, "dropped": dropped }))?;
    // A finding begins with its verdict, which is that of the test unless it is not believed.
    let verdict = format!("{name}: {}.", needed.verdict.in_words().to_uppercase());
    if !summary.starts_with(&verdict) {
        out.line(&verdict)?;
    }
    out.line(&summary)?;
    if let Some(dropped) = dropped {
        let rows: u64 = dropped.records.values().chain(dropped.activities.values()).sum();
        out.line(&format!("Its sample is removed: {} rows.", count(rows)))?;
    }
    out.line(&format!("Use {}; `theirs outside` says what else is missing.", needed.use_id))?;
    Ok(())
}

/// Whether the source was tested since the keys of its trial were turned last: whoever tests until it
/// comes out as they like learns nothing.
fn was_tested(workspace: &Workspace, purpose: &Purpose, source: &Subject) -> Result<bool, Failure> {
    let (trial, source) = (format!("purpose:{}", purpose.name), source.to_string());
    let turns = workspace.store.turns(&workspace.keys)?;
    let last = |is_meant: &dyn Fn(&str, &str) -> bool| {
        turns.iter().rposition(|turn| is_meant(&turn.subject, &turn.word))
    };
    let approved = last(&|subject, word| subject == trial && word == Turning::Approve.word());
    let found = last(&|subject, word| {
        subject == source && matches!(Turning::named(word), Some(Turning::Found(_)))
    });
    Ok(found.is_some() && found > approved)
}

/// What was found, in words.
fn said(needed: &Needed) -> String {
    let tested = format!(
        "tested on the campaign {} with {} rows, margin {}",
        needed.campaign,
        count(needed.rows as u64),
        needed.margin
    );
    let measured = match needed.measured {
        Measured::Gain => "on what actions gained by lot",
        Measured::Response => "on who bought lately, which is a response and no gain",
    };
    match (&needed.finding, &needed.because) {
        (Some(finding), _) => format!("{finding} It was {tested}, {measured}."),
        (None, because) => {
            let because = because.as_deref().unwrap_or("nothing could be judged");
            format!("Nothing is decided: {because}. It was {tested}, {measured}.")
        }
    }
}
