//! What was really done, counted from the store: uses, shares, rows, and yeses with their age.

use std::collections::BTreeMap;

use jiff::{Span, Timestamp};
use theirs_audit::{Done, Practice, YES_LASTS_MONTHS, idle};
use theirs_charter::Charter;
use theirs_people::{concerned_by_source, profile};
use theirs_store::{Dossier, StoreError};

use super::spoken::{self, Owners};
use crate::failure::Failure;
use crate::pricing;
use crate::promise;
use crate::workspace::Workspace;

/// Counts what was done until now.
pub(super) fn counted(
    workspace: &Workspace,
    charter: &Charter,
    now: Timestamp,
) -> Result<Done, Failure> {
    let counted = promise::practice(workspace)?;
    let purposes = counted.purposes.iter().map(|(name, done)| (name.clone(), practice(done)));
    let mut done = Done { purposes: purposes.collect(), held: counted.held, ..Done::default() };
    let owners = note_people(workspace, charter, now, &mut done)?;
    note_spoken(workspace, charter, &owners, &mut done)?;
    note_concerned(workspace, charter, &mut done)?;
    done.prices = pricing::prices(workspace, charter)?;
    Ok(done)
}

/// Counts people, and their yeses with their age; gives whose record each is.
fn note_people(
    workspace: &Workspace,
    charter: &Charter,
    now: Timestamp,
    done: &mut Done,
) -> Result<Owners, Failure> {
    let limit = Span::new().months(i64::from(YES_LASTS_MONTHS));
    let oldest = now.to_zoned(charter.time_zone.clone()).saturating_sub(limit).timestamp();
    let mut owners = Owners::new();
    workspace.store.each_person::<StoreError>(|Dossier { slot, records, acts }| {
        done.people += u64::from(!records.is_empty());
        owners.extend(records.iter().map(|record| (record.id.0, slot)));
        for (topic, stated) in profile(charter, &records, &acts).choices.consents {
            if stated.yes {
                let yeses = done.consents.entry(topic).or_default();
                yeses.given += 1;
                yeses.too_old += u64::from(stated.at < oldest);
            }
        }
        Ok(())
    })?;
    Ok(owners)
}

/// Counts of how many people each source says something: those who are known, not rows.
fn note_concerned(
    workspace: &Workspace,
    charter: &Charter,
    done: &mut Done,
) -> Result<(), Failure> {
    for source in &charter.sources {
        let concerned = concerned_by_source(&workspace.store, &workspace.lake, source)?;
        done.concerned.insert(source.name.clone(), concerned.slots.len() as u64);
    }
    Ok(())
}

/// Counts of how many people each idle column says something.
fn note_spoken(
    workspace: &Workspace,
    charter: &Charter,
    owners: &Owners,
    done: &mut Done,
) -> Result<(), Failure> {
    let mut by_source: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (source, column) in idle(charter) {
        by_source.entry(source).or_default().push(column);
    }
    for (source, columns) in by_source {
        let names: Vec<&str> = columns.iter().map(String::as_str).collect();
        let people = spoken::people(workspace, &source, &names, owners)?;
        let counted = columns.into_iter().zip(people).filter(|(_, people)| *people > 0);
        done.spoken.extend(counted.map(|(column, people)| ((source.clone(), column), people)));
    }
    Ok(())
}

/// What the log counts of a purpose. Each list that was given is one share.
fn practice(done: &theirs_notice::Done) -> Practice {
    Practice {
        uses: done.uses,
        shares: done.given.values().map(|given| given.lists).sum(),
        roles: done.roles.keys().cloned().collect(),
    }
}
