//! Whom a statement may touch: gathered while it is planned, closed before it runs.

use std::sync::{Mutex, PoisonError};

use datafusion::error::{DataFusionError, Result};
use roaring::RoaringBitmap;

/// The people of one statement.
pub(crate) struct Touched(Mutex<Option<RoaringBitmap>>);

impl Touched {
    /// Nobody yet.
    pub(crate) fn nobody() -> Self {
        Self(Mutex::new(Some(RoaringBitmap::new())))
    }

    /// Notes people of whom a row may be read.
    ///
    /// # Errors
    /// The statement was closed: its people are on record, so that nobody else may be read any more.
    pub(crate) fn note(&self, people: &RoaringBitmap) -> Result<()> {
        let mut gathered = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match gathered.as_mut() {
            Some(all) if all.is_empty() => all.clone_from(people),
            Some(all) => *all |= people,
            None => {
                let late = "a table was opened after its use was on record".to_owned();
                return Err(DataFusionError::Internal(late));
            }
        }
        Ok(())
    }

    /// Everybody who was noted; from now on nobody can be.
    pub(crate) fn close(&self) -> RoaringBitmap {
        let mut gathered = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        gathered.take().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_touched_after_the_people_were_fixed() {
        let touched = Touched::nobody();
        touched.note(&RoaringBitmap::from([3, 5])).unwrap();
        touched.note(&RoaringBitmap::from([5, 8])).unwrap();
        assert_eq!(touched.close(), RoaringBitmap::from([3, 5, 8]));
        assert!(touched.note(&RoaringBitmap::from([1])).is_err());
    }
}
