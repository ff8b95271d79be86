//! `theirs need`: whether data from outside add anything to what a campaign decides.

use serde_json::json;
use theirs_charter::{Charter, Key, Necessity, Refusal, SubjectKind, Turning};
use theirs_marketing::{Family, Measured, Needed};

use super::Output;
use super::words::count;
use crate::approving::{found, no_key, record_refusal};
use crate::campaign;
use crate::failure::Failure;
use crate::workspace::Workspace;

/// The most characters of what is put on record.
const LONGEST: usize = 500;

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
    let kept = workspace.store.turns(&workspace.keys)?;
    let turns: Vec<Turn<'_>> =
        kept.iter().map(|turn| (turn.subject.as_str(), turn.word.as_str())).collect();
    if was_tested(&turns, &purpose.name, name) {
        let because = format!("\"{name}\" was tested under these keys already");
        let change = format!(
            "both keys of purpose:{0} would have to be turned anew (theirs approve purpose:{0} --withdraw, then theirs approve)",
            purpose.name
        );
        return refuse(Refusal::new(&format!("purposes.{}.tests", purpose.name), because, change));
    }
    let campaign = campaign::read(workspace.folder.root(), campaign, charter)?;
    let needed = theirs_marketing::need(
        &*workspace.door()?,
        &asker,
        purpose,
        &campaign,
        family(&turns, &trials(charter)),
    )?;
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

/// What was done with a key: the subject and the word. They come in their order.
type Turn<'t> = (&'t str, &'t str);

/// Whether the source was tested since the keys of its trial were turned last: whoever tests until it
/// comes out as they like learns nothing.
fn was_tested(turns: &[Turn<'_>], purpose: &str, source: &str) -> bool {
    let trial = format!("{}:{purpose}", SubjectKind::Purpose.word());
    let source = format!("{}:{source}", SubjectKind::Source.word());
    let approved =
        turns.iter().rposition(|turn| turn.0 == trial && turn.1 == Turning::Approve.word());
    let found = turns.iter().rposition(|turn| turn.0 == source && verdict_of(turn.1).is_some());
    found.is_some() && found > approved
}

fn verdict_of(word: &str) -> Option<Necessity> {
    match Turning::named(word) {
        Some(Turning::Found(verdict)) => Some(verdict),
        _ => None,
    }
}

/// The trials of a charter: the purpose, and the source that it tests.
fn trials(charter: &Charter) -> Vec<(&str, &str)> {
    let all = charter.purposes.iter();
    all.filter_map(|purpose| Some((purpose.name.as_str(), purpose.tests()?.source.as_str())))
        .collect()
}

/// All candidates: every test on record, on whatever campaign, as a campaign is soon copied, and every
/// trial that still waits for its test.
fn family(turns: &[Turn<'_>], trials: &[(&str, &str)]) -> Family {
    let found: Vec<Necessity> = turns.iter().filter_map(|turn| verdict_of(turn.1)).collect();
    let waiting = trials.iter().filter(|(purpose, source)| !was_tested(turns, purpose, source));
    let number = |of: usize| u32::try_from(of).unwrap_or(u32::MAX);
    let necessary = found.iter().filter(|one| **one == Necessity::Necessary).count();
    Family { candidates: number(found.len() + waiting.count()), necessary: number(necessary) }
}

/// How many candidates were counted, and what a single test would have said.
fn counted(needed: &Needed) -> String {
    let Family { candidates, necessary } = needed.family;
    let Some(finding) = &needed.finding else { return String::new() };
    if candidates <= 1 {
        return " It is the only candidate so far.".to_owned();
    }
    let before = match necessary {
        0 => String::new(),
        necessary => format!(", {necessary} of them found necessary before"),
    };
    let alone = needed.alone.in_words().to_uppercase();
    format!(
        " It is one of {candidates} candidates{before}, so its p-value of {:.4} counts as {:.4} (Holm); \
         a single test would have said {alone}.",
        finding.p_value, finding.p_adjusted
    )
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
        (Some(finding), _) => {
            format!("{finding} It was {tested}, {measured}.{}", counted(needed))
        }
        (None, because) => {
            let because = because.as_deref().unwrap_or("nothing could be judged");
            format!("Nothing is decided: {because}. It was {tested}, {measured}.")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_test_on_record_and_every_trial_that_waits_is_a_candidate() {
        let trials = [("trial_one", "one"), ("trial_two", "two"), ("trial_three", "three")];
        assert_eq!(family(&[], &trials), Family { candidates: 3, necessary: 0 });
        let mut turns = vec![
            ("purpose:trial_one", "approve"),
            ("source:one", "undecided"),
            ("source:two", "necessary"),
            // Its trial is in the charter no more.
            ("source:gone", "not necessary"),
        ];
        assert!(
            was_tested(&turns, "trial_one", "one") && !was_tested(&turns, "trial_three", "three")
        );
        assert_eq!(family(&turns, &trials), Family { candidates: 4, necessary: 1 });
        turns.push(("purpose:trial_one", "approve"));
        let again = family(&turns, &trials);
        assert_eq!(again, Family { candidates: 5, necessary: 1 }, "a second go is one more");
    }
}
