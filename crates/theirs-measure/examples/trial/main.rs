//! Runs a study's data through the models; all figures are worked out by the study itself.
//!
//!     trial uplift IN.parquet OUT.parquet
//!     trial response IN.parquet OUT.parquet fold|batch
//!     trial speed ROWS COLUMNS
//!
//! `uplift` wants the columns `treatment`, `outcome` and `fold` and takes all others as known
//! beforehand; `response` wants `outcome` and the column that splits. Each row is predicted by a
//! model that saw no row of its fold (of its batch: only earlier ones).

#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a program for studies")]
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "rows are counted in u32, folds are small"
)]

use std::fs::File;
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Float64Array, RecordBatch};
use arrow::compute::{cast, concat_batches};
use arrow::datatypes::{DataType, Float64Type};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use theirs_measure::{
    Assignment, Coding, Column, Experiment, Folds, Learnt, MOST_CROSSINGS, Sheet, Smoothing,
};

mod speed;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        ["uplift", from, to] => uplift(from, to),
        ["response", from, to, split] => response(from, to, split),
        ["speed", rows, columns] => speed::run(rows.parse().unwrap(), columns.parse().unwrap()),
        _ => panic!("see the head of this file"),
    }
}

/// A table read whole.
struct Table(RecordBatch);

impl Table {
    fn read(path: &str) -> Self {
        let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(path).unwrap()).unwrap();
        let reader = reader.build().unwrap();
        let batches: Vec<RecordBatch> = reader.map(Result::unwrap).collect();
        Self(concat_batches(&batches[0].schema(), &batches).unwrap())
    }

    fn numbers(&self, name: &str) -> Vec<f64> {
        let numbers = cast(self.0.column_by_name(name).unwrap(), &DataType::Float64).unwrap();
        numbers.as_primitive::<Float64Type>().values().to_vec()
    }

    fn features(&self, without: &[&str]) -> Vec<Column> {
        let schema = self.0.schema();
        let names = schema.fields().iter().map(|field| field.name());
        let wanted = names.filter(|name| !without.contains(&name.as_str()));
        let column = |name: &String| {
            Column::from_array(name, "data", &**self.0.column_by_name(name).unwrap()).unwrap()
        };
        wanted.map(column).collect()
    }
}

fn write(path: &str, name: &str, values: Vec<f64>) {
    let column: ArrayRef = Arc::new(Float64Array::from(values));
    let batch = RecordBatch::try_from_iter([(name, column)]).unwrap();
    let mut writer =
        ArrowWriter::try_new(File::create(path).unwrap(), batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
}

/// The sheet of some rows and of others, coded as learnt on the former.
fn coded(columns: &[Column], known: &[u32], new: &[u32]) -> (Sheet, Sheet) {
    let sheet = Coding::learn(columns, known, 32).unwrap().apply(columns).unwrap();
    (sheet.only(known), sheet.only(new))
}

fn picked<T: Copy>(values: &[T], rows: &[u32]) -> Vec<T> {
    rows.iter().map(|row| values[*row as usize]).collect()
}

fn uplift(from: &str, to: &str) {
    let table = Table::read(from);
    let columns = table.features(&["treatment", "outcome", "fold"]);
    let treated: Vec<bool> = table.numbers("treatment").iter().map(|one| *one > 0.5).collect();
    let outcome = table.numbers("outcome");
    let folds =
        Folds::given(table.numbers("fold").iter().map(|one| *one as u8).collect(), 5).unwrap();
    let mut effects = vec![f64::NAN; outcome.len()];
    for fold in 0..5 {
        let (known, new) = (folds.without(fold), folds.within(fold));
        let (sheet, unseen) = coded(&columns, &known, &new);
        let treated = picked(&treated, &known);
        let share = treated.iter().filter(|one| **one).count() as f64 / treated.len() as f64;
        let inner = Folds::by_key(known.iter().map(|row| row.to_le_bytes()), 5, 1).unwrap();
        let learnt = Experiment {
            sheet: &sheet,
            treated: &treated,
            outcome: &picked(&outcome, &known),
            assignment: Assignment::Randomised(share),
            folds: &inner,
        };
        let Learnt::Uplift(learnt) = learnt.learn().unwrap() else { panic!("no control group") };
        for trial in &learnt.trials {
            eprintln!("{fold} {trial:?}");
        }
        println!("fold {fold}: {:?}, strength {:.2}", learnt.chosen.form, learnt.chosen.strength);
        for (row, effect) in new.iter().zip(learnt.effect.scores(&unseen).unwrap()) {
            effects[*row as usize] = effect;
        }
    }
    write(to, "uplift", effects);
}

fn response(from: &str, to: &str, split: &str) {
    let table = Table::read(from);
    let columns = table.features(&["outcome", "fold", "batch"]);
    let outcome: Vec<bool> = table.numbers("outcome").iter().map(|one| *one > 0.5).collect();
    let of = table.numbers(split).iter().map(|one| *one as u8).collect();
    let folds = Folds::given(of, 5).unwrap();
    let mut chances = vec![f64::NAN; outcome.len()];
    for fold in 0..5 {
        let known = if split == "batch" { folds.before(fold) } else { folds.without(fold) };
        if known.is_empty() {
            continue;
        }
        let new = folds.within(fold);
        let (sheet, unseen) = coded(&columns, &known, &new);
        let fit = sheet
            .fit_logistic_crossed(&picked(&outcome, &known), &Smoothing::Automatic, MOST_CROSSINGS)
            .unwrap();
        for (row, chance) in new.iter().zip(fit.model.predict(&unseen).unwrap()) {
            chances[*row as usize] = chance;
        }
    }
    write(to, "chance", chances);
}
