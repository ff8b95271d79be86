//! The groups of people that a purpose sees on a day, fixed so that they outlast a restart.

use rusqlite::{OptionalExtension, params};
use theirs_model::Digest;

use crate::store::{Store, StoreError};

impl Store {
    /// The groups of a purpose that were made from this, if any were made on this day.
    pub fn cells(
        &self,
        purpose: &str,
        made_from: &Digest,
        day: &str,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare_cached(
            "select body from cells where purpose = ?1 and made_from = ?2 and day = ?3",
        )?;
        Ok(query.query_row(params![purpose, made_from.0, day], |row| row.get(0)).optional()?)
    }

    /// Keeps the groups of a purpose for a day; those of other days are forgotten.
    pub fn keep_cells(
        &self,
        purpose: &str,
        made_from: &Digest,
        day: &str,
        body: &[u8],
    ) -> Result<(), StoreError> {
        self.change(|tx, _| {
            tx.execute("delete from cells where day <> ?1", [day])?;
            tx.execute(
                "insert or replace into cells (purpose, made_from, day, body)
                 values (?1, ?2, ?3, ?4)",
                params![purpose, made_from.0, day, body],
            )?;
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_kept_for_what_they_were_made_from_and_for_their_day() {
        let store = Store::in_memory().unwrap();
        let (one, other) = (Digest([1; 32]), Digest([2; 32]));
        store.keep_cells("figures", &one, "2026-03-02", b"groups").unwrap();
        let found = |made_from, day| store.cells("figures", made_from, day).unwrap();
        assert_eq!(found(&one, "2026-03-02").as_deref(), Some(&b"groups"[..]));
        assert_eq!(found(&other, "2026-03-02"), None);
        assert_eq!(found(&one, "2026-03-03"), None);
        store.keep_cells("figures", &one, "2026-03-03", b"new").unwrap();
        assert_eq!(found(&one, "2026-03-02"), None);
    }
}
