use proptest::prelude::*;

use super::*;
use crate::fold::Folds;
use crate::folded::FoldedGram;
use crate::penalty::Scale;
use crate::sheet::Coded;

/// The bins, the target, the weight and the fold.
type Row = ((u8, u8, u8), f64, f64, u8);

fn shape(name: &str, scale: Scale, bins: usize) -> Shape {
    Shape { name: name.to_owned(), block: "b".to_owned(), scale, bins }
}

fn sheet(rows: &[(u8, u8, u8)]) -> Sheet {
    let column = |name, scale, bins, pick: fn(&(u8, u8, u8)) -> u8| {
        Coded::new(shape(name, scale, bins), rows.iter().map(pick).collect()).unwrap()
    };
    let columns = vec![
        column("x", Scale::Ordered, 5, |row| row.0),
        column("y", Scale::Nominal, 6, |row| row.1),
        column("z", Scale::Ordered, 3, |row| row.2),
    ];
    Sheet::new(columns, rows.len()).unwrap()
}

fn some_rows() -> impl Strategy<Value = Vec<Row>> {
    let row = ((0..5_u8, 0..6_u8, 0..3_u8), -50.0..50.0, 0.0..4.0, 0..3_u8);
    proptest::collection::vec(row, 1..60)
}

fn summed(rows: &[Row]) -> Gram {
    let codes: Vec<_> = rows.iter().map(|row| row.0).collect();
    let target: Vec<f64> = rows.iter().map(|row| row.1).collect();
    let weight: Vec<f64> = rows.iter().map(|row| row.2).collect();
    Gram::of(&sheet(&codes), Rows { target: &target, weight: Some(&weight) }).unwrap()
}

proptest! {
    #[test]
    fn sums_are_the_same_bits_in_any_order_and_on_any_partitions(
        rows in some_rows(), cut in 0..60_usize, turn in 0..60_usize,
    ) {
        let whole = summed(&rows);
        let mut turned = rows.clone();
        turned.rotate_left(turn % rows.len());
        turned.reverse();
        prop_assert_eq!(&summed(&turned), &whole);
        let (first, second) = turned.split_at(cut % rows.len());
        let mut parts = summed(second);
        parts.add(&summed(first)).unwrap();
        prop_assert_eq!(&parts, &whole);
        prop_assert_eq!(parts.without(&summed(first)).unwrap(), summed(second));
    }

    #[test]
    fn coarser_and_fewer_sums_are_those_of_coarser_and_fewer_columns(rows in some_rows()) {
        let codes: Vec<_> = rows.iter().map(|row| row.0).collect();
        let target: Vec<f64> = rows.iter().map(|row| row.1).collect();
        let rows = Rows { target: &target, weight: None };
        let (fine, levels) = (sheet(&codes), [1, 2, 0]);
        let gram = Gram::of(&fine, rows).unwrap();
        prop_assert_eq!(gram.coarser(&levels), Gram::of(&fine.coarser(&levels), rows).unwrap());
        prop_assert_eq!(gram.select(&[0, 2]), Gram::of(&fine.select(&[0, 2]), rows).unwrap());
    }

    #[test]
    fn folds_put_together_are_the_whole(rows in some_rows()) {
        let codes: Vec<_> = rows.iter().map(|row| row.0).collect();
        let target: Vec<f64> = rows.iter().map(|row| row.1).collect();
        let sheet = sheet(&codes);
        let folds = Folds::given(rows.iter().map(|row| row.3).collect(), 3).unwrap();
        let rows = Rows { target: &target, weight: None };
        let folded = FoldedGram::of(&sheet, &folds, rows).unwrap();
        prop_assert_eq!(folded.total(), &Gram::of(&sheet, rows).unwrap());
    }
}

#[test]
fn a_target_that_is_not_finite_or_too_large_is_refused() {
    let sheet = sheet(&[(0, 0, 0)]);
    for target in [f64::NAN, f64::INFINITY, 1e9] {
        assert!(Gram::of(&sheet, Rows { target: &[target], weight: None }).is_err());
    }
    let negative = Rows { target: &[1.0], weight: Some(&[-1.0]) };
    assert!(Gram::of(&sheet, negative).is_err());
    assert!(Gram::of(&sheet, Rows { target: &[], weight: None }).is_err());
}

#[test]
fn sums_of_other_columns_are_refused() {
    let one = Gram::empty(&[shape("x", Scale::Ordered, 5)]);
    let mut other = Gram::empty(&[shape("x", Scale::Ordered, 6)]);
    assert!(other.add(&one).unwrap_err().to_string().contains('x'));
}

#[test]
fn sums_survive_being_written_and_read() {
    let gram = summed(&[((1, 2, 1), 3.5, 1.0, 0), ((4, 5, 2), -2.25, 0.5, 1)]);
    let text = serde_json::to_string(&gram).unwrap();
    assert_eq!(serde_json::from_str::<Gram>(&text).unwrap(), gram);
}
