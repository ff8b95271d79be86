//! Whom a message to an address may reach: asked by whoever sends a person the way to their own page.

use datafusion::arrow::array::{Array, AsArray};
use theirs_model::Slot;
use theirs_people::folded_address;

use super::Door;
use crate::error::QueryError;

impl Door {
    /// The people of whom it is believed that this is an address of theirs, in any column of a
    /// category. Letters count the same in both cases. Nothing of them is given but their places.
    ///
    /// # Errors
    /// No charter is in force, or the people cannot be read.
    pub fn holders(&self, category: &str, address: &str) -> Result<Vec<Slot>, QueryError> {
        let now = self.now()?;
        let wanted = folded_address(address);
        let stock = &now.people.stock;
        let mut found = Vec::new();
        for (attribute, _) in now.authority.charter().attributes() {
            if attribute.category.0 != category {
                continue;
            }
            let Some(at) = stock.layout.column(attribute.column()) else { continue };
            let slots = stock.slots_with(at, |text| folded_address(text) == wanted);
            found.extend(slots.map_err(QueryError::unlogged)?.into_iter().map(Slot));
        }
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }
}

/// The rows of a column of texts, or of lists of them, in which one is such.
pub(crate) fn rows_with(column: &dyn Array, holds: impl Fn(&str) -> bool) -> Vec<usize> {
    if let Some(texts) = column.as_string_opt::<i32>() {
        let held = texts.iter().enumerate().filter(|(_, text)| text.is_some_and(&holds));
        return held.map(|(row, _)| row).collect();
    }
    let Some(lists) = column.as_list_opt::<i32>() else { return Vec::new() };
    let held = lists.iter().enumerate().filter(|(_, list)| {
        let texts = list.as_ref().and_then(|list| list.as_string_opt::<i32>());
        texts.is_some_and(|texts| texts.iter().flatten().any(&holds))
    });
    held.map(|(row, _)| row).collect()
}
