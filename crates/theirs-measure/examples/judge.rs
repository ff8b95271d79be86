//! Judges blocks of a table's columns: reads a question as JSON, prints what is found as JSON.
//!
//!     cargo run --release -p theirs-measure --example judge -- QUESTION.json
//!
//! A table with a `treatment` is a randomised trial, whose payoffs are doubly robust scores of the
//! effect (Robins, Rotnitzky and Zhao 1994), fitted on other folds.

#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a program for studies")]
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_possible_wrap,
    reason = "rows are counted in u32"
)]

use std::collections::BTreeMap;
use std::fs::File;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::compute::{cast, concat_batches};
use arrow::datatypes::{DataType, Float64Type};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde::Deserialize;
use theirs_measure::necessity::{ClosedTrial, Margin, Payoff, Reach, Settings, When};
use theirs_measure::{Coding, Column, Folds, Gram, Rows, Sheet, Smoothing};

#[derive(Deserialize)]
struct Question {
    file: String,
    /// The column that says what happened, and the text that means yes; else its number counts.
    outcome: String,
    yes: Option<String>,
    worth: f64,
    cost: f64,
    /// The column that says who was acted on in a randomised trial, and its text for yes.
    treatment: Option<String>,
    treated: Option<String>,
    /// The blocks to be judged.
    outside: BTreeMap<String, Vec<String>>,
    leave_out: Vec<String>,
    share: Option<f64>,
    margin: f64,
    /// The column whose runs of equal values are batches; whether rows lie in the order of time.
    batch: Option<String>,
    in_time: bool,
    seed: u64,
}

fn main() {
    let path = std::env::args().nth(1).expect("QUESTION.json");
    let question: Question = serde_json::from_reader(File::open(path).unwrap()).unwrap();
    let table = read(&question.file);
    let sheet = sheet(&question, &table);
    let rows = sheet.rows();
    let names: Vec<&str> = question.outside.keys().map(String::as_str).collect();
    let payoff = payoff(&question, &table, &sheet);
    let batch = question.batch.as_ref().map(|name| runs(&texts(&table, name)));
    let time = question.in_time.then(|| (0..rows as i64).collect());
    let keys = (0..rows as u64).collect();
    let trial = ClosedTrial::new(sheet, keys, payoff, &When { batch, time }).unwrap();
    let reach = question.share.map_or(Reach::WherePays, Reach::Share);
    let settings = Settings::new(reach, Margin::Share(question.margin), question.seed);
    let necessity = trial.judge(&trial.sources(&names).unwrap(), &settings).unwrap();
    necessity.findings.iter().for_each(|finding| eprintln!("{finding}"));
    println!("{}", serde_json::to_string(&necessity.findings).unwrap());
}

fn read(path: &str) -> RecordBatch {
    let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(path).unwrap()).unwrap();
    let batches: Vec<RecordBatch> = reader.build().unwrap().map(Result::unwrap).collect();
    concat_batches(&batches[0].schema(), &batches).unwrap()
}

fn sheet(question: &Question, table: &RecordBatch) -> Sheet {
    let used = [Some(&question.outcome), question.treatment.as_ref()];
    let block = |name: &String| {
        let outside = question.outside.iter().find(|(_, columns)| columns.contains(name));
        outside.map_or("inside", |(block, _)| block.as_str())
    };
    let schema = table.schema();
    let names = schema.fields().iter().map(|field| field.name());
    let wanted = names.filter(|name| {
        !used.contains(&Some(name))
            && !question.leave_out.contains(name)
            && question.batch.as_ref() != Some(name)
    });
    let columns: Vec<Column> = wanted
        .map(|name| {
            Column::from_array(name, block(name), table.column_by_name(name).unwrap()).unwrap()
        })
        .collect();
    let rows: Vec<u32> = (0..table.num_rows() as u32).collect();
    Coding::learn(&columns, &rows, 16).unwrap().apply(&columns).unwrap()
}

fn payoff(question: &Question, table: &RecordBatch, sheet: &Sheet) -> Payoff {
    let yes = |name: &str, yes: Option<&String>| -> Vec<f64> {
        match yes {
            Some(yes) => {
                texts(table, name).iter().map(|text| f64::from(u8::from(text == yes))).collect()
            }
            None => numbers(table, name),
        }
    };
    let outcome = yes(&question.outcome, question.yes.as_ref());
    let (worth, cost) = (question.worth, question.cost);
    let Some(treatment) = &question.treatment else {
        let responded = outcome.iter().map(|value| *value > 0.5).collect();
        return Payoff::Response { responded, worth, cost };
    };
    let treated = yes(treatment, question.treated.as_ref());
    let inside: Vec<usize> = (0..sheet.columns().len())
        .filter(|at| sheet.columns()[*at].shape().block == "inside")
        .collect();
    let scores = robust(&sheet.select(&inside), &outcome, &treated, question.seed);
    Payoff::Gained(scores.iter().map(|score| worth * score - cost).collect())
}

/// `m1 - m0 + w (y - m1) / e - (1 - w) (y - m0) / (1 - e)`.
fn robust(sheet: &Sheet, outcome: &[f64], treated: &[f64], seed: u64) -> Vec<f64> {
    let share = treated.iter().sum::<f64>() / treated.len() as f64;
    let keys = (0..outcome.len() as u64).map(u64::to_le_bytes);
    let folds = Folds::by_key(keys, 10, seed).unwrap();
    let mut expected = [vec![0.0; outcome.len()], vec![0.0; outcome.len()]];
    for fold in 0..10 {
        let own = folds.within(fold);
        for (arm, expected) in expected.iter_mut().enumerate() {
            let arm = arm as f64;
            let is_in = |row: &u32| (treated[*row as usize] - arm).abs() < 0.5;
            let known: Vec<u32> = folds.without(fold).into_iter().filter(is_in).collect();
            let target: Vec<f64> = known.iter().map(|row| outcome[*row as usize]).collect();
            let gram = Gram::of(&sheet.only(&known), Rows { target: &target, weight: None });
            let model = gram.unwrap().fit(&Smoothing::Automatic).unwrap().model;
            for (row, score) in own.iter().zip(model.scores(&sheet.only(&own)).unwrap()) {
                expected[*row as usize] = score;
            }
        }
    }
    let score = |row: usize| {
        let (none, acted) = (expected[0][row], expected[1][row]);
        acted - none + treated[row] * (outcome[row] - acted) / share
            - (1.0 - treated[row]) * (outcome[row] - none) / (1.0 - share)
    };
    (0..outcome.len()).map(score).collect()
}

/// Numbers runs of equal texts.
fn runs(texts: &[String]) -> Vec<u32> {
    let mut run = 0;
    let mut number = |row: usize| {
        run += u32::from(row > 0 && texts[row] != texts[row - 1]);
        run
    };
    (0..texts.len()).map(&mut number).collect()
}

fn texts(table: &RecordBatch, name: &str) -> Vec<String> {
    let texts = cast(table.column_by_name(name).unwrap(), &DataType::Utf8).unwrap();
    texts.as_string::<i32>().iter().map(|text| text.unwrap_or_default().to_owned()).collect()
}

fn numbers(table: &RecordBatch, name: &str) -> Vec<f64> {
    let numbers = cast(table.column_by_name(name).unwrap(), &DataType::Float64).unwrap();
    assert_eq!(numbers.null_count(), 0, "an outcome is missing");
    numbers.as_primitive::<Float64Type>().values().to_vec()
}
