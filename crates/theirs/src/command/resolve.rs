//! `theirs resolve`: joins records to people.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use serde::Serialize;
use theirs_charter::{Charter, Meaning};
use theirs_linkage::{Constraint, Field, FieldKind, Records, Settings};
use theirs_model::{Attribute, RecordId};
use theirs_store::{LinkRow, Placement, Record, Verdict};
use theirs_uses::{Act, Told};

use super::Output;
use super::words::count;
use crate::failure::Failure;
use crate::workspace::Workspace;

/// Which attributes linkage compares, in a fixed order, with what they are.
pub(super) struct Comparable(Vec<(Attribute, FieldKind)>);

impl Comparable {
    /// The attributes of the charter that tell people apart. An identifier that only one source
    /// gives says nothing about links between sources, and is left out.
    pub(super) fn of(charter: &Charter) -> Self {
        let list = charter
            .attributes()
            .into_iter()
            .filter_map(|(attribute, _)| Some((kind(&attribute)?, attribute)))
            .filter(|(kind, attribute)| {
                *kind != FieldKind::Identifier || sources_of(charter, attribute) > 1
            })
            .map(|(kind, attribute)| (attribute, kind))
            .collect();
        Self(list)
    }

    pub(super) fn fields(&self) -> Vec<Field> {
        self.0.iter().map(|(attribute, kind)| Field::new(attribute.column(), *kind)).collect()
    }

    /// What a record says of each attribute.
    pub(super) fn values<'r>(&self, charter: &Charter, record: &'r Record) -> Vec<Option<&'r str>> {
        let identity = charter.identities().find(|(source, _)| source.name == record.source);
        let Some((_, identity)) = identity else { return vec![None; self.0.len()] };
        let value = |(attribute, _): &(Attribute, FieldKind)| {
            identity.columns.iter().find_map(|column| match &column.meaning {
                Meaning::Attribute(given) if given == attribute => {
                    record.columns.get(&column.name).map(String::as_str)
                }
                _ => None,
            })
        };
        self.0.iter().map(value).collect()
    }
}

/// More records than this with one number are a placeholder's, not a person's.
const MOST_OF_ONE_NUMBER: usize = 20;

/// Records of different sources that carry the same number of the same kind: the organisation
/// itself says that they are one person's.
#[derive(Default)]
struct SameNumbers(BTreeMap<(usize, String), Vec<(String, u32)>>);

impl SameNumbers {
    fn note(&mut self, comparable: &Comparable, values: &[Option<&str>], source: &str, row: u32) {
        for (at, ((_, kind), value)) in comparable.0.iter().zip(values).enumerate() {
            if let (FieldKind::Identifier, Some(value)) = (kind, value) {
                let records = self.0.entry((at, (*value).to_owned())).or_default();
                records.push((source.to_owned(), row));
            }
        }
    }

    fn links(&self) -> Vec<Constraint> {
        let groups = self.0.values().filter(|records| records.len() <= MOST_OF_ONE_NUMBER);
        groups
            .flat_map(|records| records.windows(2))
            .filter(|pair| pair[0].0 != pair[1].0)
            .map(|pair| Constraint::MustLink(pair[0].1, pair[1].1))
            .collect()
    }
}

/// What people said of joins, as constraints; `ids` are the records in ascending order.
fn said<'v>(verdicts: &'v [Verdict], ids: &'v [RecordId]) -> impl Iterator<Item = Constraint> + 'v {
    let row = |id| ids.binary_search(&id).ok().and_then(|row| u32::try_from(row).ok());
    verdicts.iter().filter_map(move |verdict| {
        let (a, b) = (row(verdict.a)?, row(verdict.b)?);
        Some(if verdict.same { Constraint::MustLink(a, b) } else { Constraint::CannotLink(a, b) })
    })
}

fn sources_of(charter: &Charter, attribute: &Attribute) -> usize {
    let gives = |meaning: &Meaning| matches!(meaning, Meaning::Attribute(a) if a == attribute);
    charter.identities().filter(|(_, i)| i.columns.iter().any(|c| gives(&c.meaning))).count()
}

fn kind(attribute: &Attribute) -> Option<FieldKind> {
    Some(match (attribute.category.0.as_str(), attribute.part.as_deref()) {
        ("identity.name", Some("given")) => FieldKind::GivenName,
        ("identity.name", Some("family")) => FieldKind::FamilyName,
        ("identity.name", Some("full") | None) => FieldKind::FullName,
        ("contact.email", _) => FieldKind::Email,
        ("contact.phone", _) => FieldKind::Phone,
        ("contact.address", Some("street")) => FieldKind::Street,
        ("contact.address", Some("postcode")) => FieldKind::Postcode,
        ("contact.address", Some("city")) => FieldKind::City,
        ("contact.address", None) => FieldKind::Address,
        ("demo.birthdate", _) => FieldKind::BirthDate,
        ("demo.birthplace" | "work.employer", _) => FieldKind::Other,
        ("id.customer" | "gov.id", _) => FieldKind::Identifier,
        _ => return None,
    })
}

#[derive(Serialize)]
struct Resolved {
    records: u64,
    people: u64,
    opened: u64,
    closed: u64,
    pairs_compared: u64,
    set_aside_blocks: u64,
    seconds: f64,
    score: Option<Score>,
}

/// How the result compares with the truth, over all pairs of records.
#[derive(Serialize)]
struct Score {
    precision: f64,
    recall: f64,
    f1: f64,
    records: u64,
    people: u64,
    /// Lines of the truth about records that are not here.
    of_no_record: u64,
}

pub(super) fn run(
    workspace: &Workspace,
    truth: Option<&Path>,
    out: &mut Output,
) -> Result<(), Failure> {
    let since = std::time::Instant::now();
    let charter = workspace.charter()?;
    let comparable = Comparable::of(&charter);
    let mut records = Records::new(comparable.fields());
    let mut ids: Vec<RecordId> = Vec::new();
    let mut names: Vec<(String, String)> = Vec::new();
    let mut numbers = SameNumbers::default();
    workspace.store.each_record(|record| {
        let values = comparable.values(&charter, &record);
        let row = records.push(&values);
        numbers.note(&comparable, &values, &record.source, row);
        ids.push(record.id);
        if truth.is_some() {
            names.push((record.source, record.key));
        }
        Ok(())
    })?;
    let mut constraints = numbers.links();
    constraints.extend(said(&workspace.store.verdicts()?, &ids));
    let progress = out.progress("joining records");
    let resolution = theirs_linkage::resolve(
        &records,
        &constraints,
        &Settings::default(),
        &mut |_, done, total| {
            progress.at(done, total);
        },
    );
    drop(progress);
    let placements: Vec<Placement> = ids
        .iter()
        .zip(resolution.cluster.iter().zip(&resolution.confidence))
        .map(|(record, (cluster, confidence))| Placement {
            record: *record,
            cluster: *cluster,
            confidence: *confidence,
        })
        .collect();
    let links: Vec<LinkRow> = resolution.links.iter().map(|link| row(link, &ids)).collect();
    let model = serde_json::to_string(&resolution.model).map_err(std::io::Error::from)?;
    let told = Told::new(Act::Resolution, "our systems");
    workspace.book().log_none(&told, charter.digest, workspace.clock.now())?;
    let reshuffle = workspace.store.place(&placements, &links, &model, &workspace.keys)?;
    let score = truth.map(|path| score(path, &names, &resolution.cluster)).transpose()?;
    say(
        out,
        &Resolved {
            records: ids.len() as u64,
            people: reshuffle.people,
            opened: reshuffle.opened,
            closed: reshuffle.closed,
            pairs_compared: resolution.report.pairs_compared,
            set_aside_blocks: resolution.report.set_aside.iter().map(|s| s.count).sum(),
            seconds: since.elapsed().as_secs_f64(),
            score,
        },
    )
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
    if done.set_aside_blocks > 0 {
        let blocks = count(done.set_aside_blocks);
        out.line(&format!("{blocks} groups were too large to compare within and were set aside."))?;
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

/// Precision and recall over all pairs that share a person, of the records the truth names.
fn score(path: &Path, names: &[(String, String)], clusters: &[u32]) -> Result<Score, Failure> {
    let wrong = |error: csv::Error| Failure::file(path, error.into());
    let mut truth: HashMap<(String, String), String> = HashMap::new();
    for row in csv::Reader::from_path(path).map_err(wrong)?.records() {
        let row = row.map_err(wrong)?;
        let [Some(source), Some(key), Some(person)] = [row.get(0), row.get(1), row.get(2)] else {
            continue;
        };
        truth.insert((source.to_owned(), key.to_owned()), person.to_owned());
    }
    let mut both: BTreeMap<(u32, &str), u64> = BTreeMap::new();
    let mut found: BTreeMap<u32, u64> = BTreeMap::new();
    let mut real: BTreeMap<&str, u64> = BTreeMap::new();
    for (name, cluster) in names.iter().zip(clusters) {
        let Some(person) = truth.get(name) else { continue };
        *both.entry((*cluster, person)).or_default() += 1;
        *found.entry(*cluster).or_default() += 1;
        *real.entry(person).or_default() += 1;
    }
    let scored: u64 = real.values().sum();
    if scored == 0 {
        return Err(Failure::Usage(format!(
            "{}: none of its {} lines names a record that is here; its columns must be a source, a \
             record's key and a person",
            path.display(),
            count(truth.len() as u64)
        )));
    }
    let hits = pairs(both.values());
    let (precision, recall) = (hits / pairs(found.values()), hits / pairs(real.values()));
    Ok(Score {
        precision,
        recall,
        f1: 2.0 * precision * recall / (precision + recall),
        records: scored,
        people: real.len() as u64,
        of_no_record: truth.len() as u64 - scored,
    })
}

#[allow(clippy::cast_precision_loss, reason = "counts of pairs stay far below 2^53")]
fn pairs<'n>(sizes: impl Iterator<Item = &'n u64>) -> f64 {
    sizes.map(|size| size * (size - 1) / 2).sum::<u64>().max(1) as f64
}
