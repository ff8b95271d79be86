//! What a deleted value leaves in the outbox: cells of lists, and what others were told of it before.

use std::collections::{BTreeSet, HashSet};
use std::path::Path;

use theirs_model::UseId;
use theirs_store::{Deletion, Notice, NoticeKind, Person, StoreError, put_private};

use crate::desk::{Desk, RightsError};
use crate::erase::lists_of;
use crate::tell::{SOURCE, notice_file, remove};

impl Desk {
    /// The uses under which others were told, before a deletion that waits for its sweep, what the
    /// value was.
    pub fn overtaken_uses(&self) -> Result<BTreeSet<UseId>, RightsError> {
        let overtaken = self.overtaken(&self.store.pending_deletions()?)?;
        Ok(overtaken.iter().map(|notice| notice.use_id).collect())
    }

    fn whose(&self, deletion: &Deletion) -> Result<Option<Person>, RightsError> {
        let Some(anchor) = deletion.anchor else { return Ok(None) };
        Ok(self.store.person_of(anchor)?)
    }

    fn overtaken(&self, pending: &[Deletion]) -> Result<Vec<Notice>, RightsError> {
        let mut overtaken = Vec::new();
        for deletion in pending {
            let Some(person) = self.whose(deletion)? else { continue };
            overtaken.extend(self.store.notices_of(person.slot)?.into_iter().filter(|notice| {
                notice.topic.as_ref() == Some(&deletion.topic)
                    && notice.at <= deletion.at
                    && notice.kind != NoticeKind::Delete
            }));
        }
        Ok(overtaken)
    }

    /// Removes the files by which others were told what the value was.
    pub(crate) fn forget_overtaken(
        &self,
        pending: &[Deletion],
        outbox: &Path,
    ) -> Result<(), RightsError> {
        for notice in self.overtaken(pending)? {
            remove(&notice_file(outbox, &notice))?;
        }
        Ok(())
    }

    /// Empties the cells of lists that lie in the outbox; says how many lists that changed.
    pub(crate) fn blank_lists(
        &self,
        pending: &[Deletion],
        outbox: &Path,
    ) -> Result<u64, RightsError> {
        let mut lists = 0;
        for deletion in pending {
            let Some(person) = self.whose(deletion)? else { continue };
            for notice in self.store.notices_of(person.slot)? {
                let is_of_it = notice.kind == NoticeKind::Delete
                    && notice.use_id == deletion.use_id
                    && !notice.recipient.starts_with(SOURCE);
                if !is_of_it {
                    continue;
                }
                let slots = self.store.tenures(person.slot)?;
                for list in notice.uses {
                    let references: HashSet<String> =
                        slots.iter().map(|one| self.keys.reference(list, one.slot)).collect();
                    for path in lists_of(outbox, &list.to_string()).map_err(StoreError::from)? {
                        let changed = blank(&path, &deletion.topic, &references);
                        lists += u64::from(changed.map_err(StoreError::from)?);
                    }
                }
            }
        }
        Ok(lists)
    }
}

/// Empties a column of rows of a list by their references; says whether any said something. A list
/// of before there were references cannot be told apart and is removed whole.
fn blank(path: &Path, column: &str, references: &HashSet<String>) -> std::io::Result<bool> {
    let mut reader = csv::Reader::from_path(path)?;
    let head = reader.headers()?.clone();
    let place = |wanted: &str| head.iter().position(|name| name == wanted);
    let Some(at) = place(column) else { return Ok(false) };
    let Some(reference) = place("reference") else {
        std::fs::remove_file(path)?;
        return Ok(true);
    };
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(&head)?;
    let mut is_changed = false;
    for row in reader.records() {
        let row = row?;
        let is_theirs = row.get(reference).is_some_and(|one| references.contains(one));
        is_changed |= is_theirs && row.get(at).is_some_and(|cell| !cell.is_empty());
        let cells = row.iter().enumerate();
        writer.write_record(
            cells.map(|(place, cell)| if is_theirs && place == at { "" } else { cell }),
        )?;
    }
    if is_changed {
        let text = writer.into_inner().map_err(csv::IntoInnerError::into_error)?;
        put_private(path, &text)?;
    }
    Ok(is_changed)
}
