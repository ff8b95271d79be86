//! Why a person's records were taken as theirs, in a sentence each, for that person to read.

use std::collections::BTreeMap;

use theirs_charter::Charter;
use theirs_linkage::{Hop, Judgement, Waterfall, chain, told};
use theirs_model::RecordId;
use theirs_rights::Dossier;
use theirs_store::{KEPT_TOGETHER, Person, Record};
use theirs_words::Speech;

use crate::failure::Failure;
use crate::joining::{Comparable, Said, judgements_on, number, said};
use crate::workspace::Workspace;

/// Says of each entry of a record why it was taken as theirs.
pub fn explain(
    workspace: &Workspace,
    charter: &Charter,
    person: &Person,
    record: &mut Dossier,
    speech: &Speech,
) -> Result<(), Failure> {
    let shown: Vec<_> = record.sources.iter().map(|source| source.record).collect();
    let mut reasons = reasons(workspace, charter, person, &shown, speech)?;
    for source in &mut record.sources {
        source.because = reasons.remove(&source.record);
    }
    Ok(())
}

/// One sentence for each record that the person is shown but the first, beside which the others
/// are set. A record that is withheld from them is not spoken of, and no way leads through it.
pub fn reasons(
    workspace: &Workspace,
    charter: &Charter,
    person: &Person,
    shown: &[RecordId],
    speech: &Speech,
) -> Result<BTreeMap<RecordId, String>, Failure> {
    let mut records = workspace.store.records_of(person.slot)?;
    records.retain(|record| shown.contains(&record.id));
    let Some((first, others)) = records.split_first() else { return Ok(BTreeMap::new()) };
    let others: Vec<RecordId> = others.iter().map(|record| record.id).collect();
    told_from(workspace, charter, person, &records, (first.id, &others), speech)
}

/// Why two records are held as one person's, over whatever records lead from one to the other.
pub fn way(
    workspace: &Workspace,
    charter: &Charter,
    from: RecordId,
    to: RecordId,
) -> Result<Option<String>, Failure> {
    let holder = workspace.store.person_of(from)?;
    let Some(person) =
        holder.filter(|one| workspace.store.person_of(to).ok().flatten().as_ref() == Some(one))
    else {
        return Ok(None);
    };
    let records = workspace.store.records_of(person.slot)?;
    let ends = (from, &[to][..]);
    Ok(told_from(workspace, charter, &person, &records, ends, &Speech::default())?.remove(&to))
}

fn told_from(
    workspace: &Workspace,
    charter: &Charter,
    person: &Person,
    records: &[Record],
    (first, others): (RecordId, &[RecordId]),
    speech: &Speech,
) -> Result<BTreeMap<RecordId, String>, Failure> {
    let Some(model) = workspace.model()? else { return Ok(BTreeMap::new()) };
    let comparable = Comparable::of(charter);
    let values: BTreeMap<RecordId, Said<'_>> = records
        .iter()
        .map(|record| (record.id, (record, comparable.values(charter, record))))
        .collect();
    let verdicts = workspace.store.verdicts_within(person.slot)?;
    // That entries stay together although a value went is nobody's reason to have joined them.
    let verdicts = verdicts.iter().filter(|verdict| verdict.by != KEPT_TOGETHER);
    let verdicts: Vec<Judgement> = verdicts.map(said).collect();
    let mut links: Vec<Hop> = workspace
        .store
        .links_of(person.slot)?
        .iter()
        .map(|link| Hop {
            a: number(link.a),
            b: number(link.b),
            weight: link.weight,
            probability: link.probability,
            origin: None,
        })
        .collect();
    links.extend(verdicts.iter().filter_map(joining));
    let is_shown = |id: theirs_linkage::RecordId| values.contains_key(&RecordId(id.0));
    links.retain(|link| is_shown(link.a) && is_shown(link.b));
    let explain = |hop: &Hop| -> Option<Waterfall> {
        let left = values.get(&RecordId(hop.a.0))?;
        let right = values.get(&RecordId(hop.b.0))?;
        let judgements = judgements_on(&comparable, left, right, &verdicts);
        Some(model.explain_with(&left.1.texts(), &right.1.texts(), &judgements))
    };
    let sentence = |record: &RecordId| {
        let way = chain(&links, number(first), number(*record));
        let steps: Option<Vec<Waterfall>> = way.iter().map(explain).collect();
        steps.filter(|steps| !steps.is_empty()).map(|steps| (*record, told(&steps, speech)))
    };
    Ok(others.iter().filter_map(sentence).collect())
}

/// The link that a judgement makes, if it joins.
fn joining(judgement: &Judgement) -> Option<Hop> {
    let joins = judgement.verdict == theirs_linkage::Verdict::Same;
    joins.then(|| Hop {
        a: judgement.a,
        b: judgement.b,
        weight: f64::INFINITY,
        probability: 1.0,
        origin: Some(judgement.origin.clone()),
    })
}
