//! Which fold a row belongs to, by a hash of a key that names the person or the household.
//!
//! The position of a row never matters, so the same people lie in the same fold whatever the order,
//! the subset or the day; and everybody of one household lies together, so nobody is predicted from
//! their own kin. Price: folds are equal only up to chance.

use sha2::{Digest, Sha256};

use crate::Error;

/// The fold of every row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folds {
    of: Vec<u8>,
    count: u8,
}

/// How many folds there may be.
const MOST: u8 = 64;

impl Folds {
    /// Deals rows to `count` folds by the SHA-256 of a salt and their key. Another salt deals anew.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] unless there are 2 to 64 folds.
    pub fn by_key<K: AsRef<[u8]>>(
        keys: impl IntoIterator<Item = K>,
        count: u8,
        salt: u64,
    ) -> Result<Self, Error> {
        check(count)?;
        let of = keys.into_iter().map(|key| dealt(key.as_ref(), count, salt)).collect();
        Ok(Self { of, count })
    }

    /// Takes folds as they are given, such as decision batches in the order of time.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] unless there are 2 to 64 folds and every row lies in one of them.
    pub fn given(of: Vec<u8>, count: u8) -> Result<Self, Error> {
        check(count)?;
        if of.iter().any(|fold| *fold >= count) {
            return Err(out_of_bounds());
        }
        Ok(Self { of, count })
    }

    /// How many folds there are.
    pub fn count(&self) -> u8 {
        self.count
    }

    /// The fold of each row.
    pub fn of(&self) -> &[u8] {
        &self.of
    }

    /// The rows in a fold, ascending.
    pub fn within(&self, fold: u8) -> Vec<u32> {
        self.rows(|other| other == fold)
    }

    /// The rows outside a fold, ascending.
    pub fn without(&self, fold: u8) -> Vec<u32> {
        self.rows(|other| other != fold)
    }

    /// The rows in earlier folds, ascending: for folds that lie in the order of time.
    pub fn before(&self, fold: u8) -> Vec<u32> {
        self.rows(|other| other < fold)
    }

    /// The folds of some of the rows.
    #[must_use]
    pub fn only(&self, rows: &[u32]) -> Self {
        Self { of: rows.iter().map(|row| self.of[*row as usize]).collect(), count: self.count }
    }

    fn rows(&self, wanted: impl Fn(u8) -> bool) -> Vec<u32> {
        let numbered = self.of.iter().enumerate();
        numbered.filter(|(_, fold)| wanted(**fold)).map(|(row, _)| row as u32).collect()
    }
}

fn check(count: u8) -> Result<(), Error> {
    if (2..=MOST).contains(&count) { Ok(()) } else { Err(out_of_bounds()) }
}

fn out_of_bounds() -> Error {
    Error::Setting { setting: "the number of folds", least: 2.0, most: f64::from(MOST) }
}

fn dealt(key: &[u8], count: u8, salt: u64) -> u8 {
    let digest = Sha256::new().chain_update(salt.to_le_bytes()).chain_update(key).finalize();
    let head = digest.iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte));
    (head % u64::from(count)) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_household_lies_in_one_fold_wherever_its_rows_stand() {
        let keys = ["h7", "h1", "h7", "h2", "h7"];
        let folds = Folds::by_key(keys, 5, 1).unwrap();
        let again = Folds::by_key(["h7", "h2"], 5, 1).unwrap();
        assert_eq!([folds.of()[0], folds.of()[2], folds.of()[4]], [again.of()[0]; 3]);
        assert_eq!(folds.of()[3], again.of()[1]);
    }

    #[test]
    fn folds_are_equal_up_to_chance_and_part_the_rows() {
        let folds = Folds::by_key((0..10_000_u32).map(u32::to_le_bytes), 5, 7).unwrap();
        for fold in 0..5 {
            let within = folds.within(fold).len();
            assert!((1_850..2_150).contains(&within), "{within}");
            assert_eq!(within + folds.without(fold).len(), 10_000);
        }
    }

    #[test]
    fn one_fold_is_refused() {
        assert!(Folds::by_key(["a"], 1, 0).is_err());
        assert!(Folds::given(vec![0, 2], 2).is_err());
    }
}
