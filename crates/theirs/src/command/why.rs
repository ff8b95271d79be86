//! `theirs why`: the weight of each comparison between two records.

use roaring::RoaringBitmap;
use theirs_linkage::Judgement;
use theirs_rights::{By, RightsError};
use theirs_uses::Act;

use super::Output;
use crate::failure::Failure;
use crate::joining::{Comparable, judgements_on, said};
use crate::reasons;
use crate::workspace::Workspace;

pub(super) fn run(
    workspace: &Workspace,
    first: &str,
    second: &str,
    asker: &str,
    out: &mut Output,
) -> Result<(), Failure> {
    let asker = workspace.authenticate(asker)?;
    let charter = workspace.charter()?;
    let desk = workspace.desk()?;
    let told = desk.telling(Act::Comparison, By::Colleague(&asker))?;
    let (a, b) = (desk.named(first)?, desk.named(second)?);
    let Some(model) = workspace.model()? else {
        return Err(RightsError::Unresolved.into());
    };
    let mut members = RoaringBitmap::new();
    for record in [&a, &b] {
        members.extend(workspace.store.person_of(record.id)?.map(|person| person.slot.0));
    }
    workspace.book().log(&told, &members, charter.digest, workspace.clock.now())?;
    let comparable = Comparable::of(&charter);
    let [left, right] = [&a, &b].map(|record| (record, comparable.values(&charter, record)));
    let verdicts: Vec<Judgement> = workspace.store.verdicts_on(a.id)?.iter().map(said).collect();
    let judgements = judgements_on(&comparable, &left, &right, &verdicts);
    let waterfall = model.explain_with(&left.1.texts(), &right.1.texts(), &judgements);
    out.data(&waterfall)?;
    out.line(&format!("before looking: {:+.1}", waterfall.prior))?;
    let rows: Vec<Vec<String>> = waterfall
        .steps
        .iter()
        .map(|step| {
            let weight = format!("{:+.1}", step.weight + step.tf_adjustment);
            let set = step.fixed.words().map(|words| format!(" ({words})"));
            vec![step.comparison.clone(), step.level.clone() + &set.unwrap_or_default(), weight]
        })
        .collect();
    out.table(&["compared", "found", "weight"], &rows)?;
    out.line(&format!(
        "in all: {:+.1}, a probability of {:.4} that they are one person",
        waterfall.weight, waterfall.probability
    ))?;
    out.line(&waterfall.sentence())?;
    if waterfall.probability < 0.5
        && let Some(way) = reasons::way(workspace, &charter, a.id, b.id)?
    {
        out.line(&format!("They are held as one person's all the same. {way}"))?;
    }
    Ok(())
}
