use arrow::array::{ArrayRef, AsArray, Int64Array, RecordBatch, StringArray};
use bytes::Bytes;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::{ArrowReaderOptions, ParquetRecordBatchReaderBuilder};
use parquet::file::properties::WriterProperties;

use super::*;

const CANARY: &str = "ann@reader.example";

/// A file of a hundred rows, in pages of ten, not packed.
fn file(key: Option<&RestKey>) -> Vec<u8> {
    let texts: ArrayRef = Arc::new(StringArray::from_iter_values((0..100).map(|_| CANARY)));
    let numbers: ArrayRef = Arc::new(Int64Array::from_iter_values(0..100));
    let batch = RecordBatch::try_from_iter([("text", texts), ("number", numbers)]).unwrap();
    let mut properties = WriterProperties::builder().set_data_page_row_count_limit(10);
    if let Some(key) = key {
        properties = properties.with_file_encryption_properties(key.sealing("a").unwrap());
    }
    let properties = properties.set_write_batch_size(10).build();
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), Some(properties)).unwrap();
    writer.write(&batch).unwrap();
    writer.into_inner().unwrap()
}

fn rows(file: Vec<u8>, key: &RestKey, name: &str) -> Result<usize, ParquetError> {
    let options =
        ArrowReaderOptions::new().with_file_decryption_properties(key.opening(name).unwrap());
    guarded(|| {
        let builder =
            ParquetRecordBatchReaderBuilder::try_new_with_options(Bytes::from(file), options)?;
        let batches = builder.build()?.collect::<Result<Vec<_>, _>>()?;
        assert!(batches.iter().all(|batch| batch.column(0).as_string::<i32>().value(0) == CANARY));
        Ok(batches.iter().map(RecordBatch::num_rows).sum())
    })
}

fn is_in(file: &[u8], text: &str) -> bool {
    memchr::memmem::find(file, text.as_bytes()).is_some()
}

#[test]
fn neither_values_nor_names_of_columns_are_in_the_bytes() {
    let (plain, sealed) = (file(None), file(Some(&RestKey::new([7; 32]))));
    assert!(is_in(&plain, CANARY) && is_in(&plain, "number"), "the search would find them");
    assert!(!is_in(&sealed, CANARY) && !is_in(&sealed, "number"));
    assert!(sealed.starts_with(&RestKey::MAGIC) && sealed.ends_with(&RestKey::MAGIC));
}

#[test]
fn a_file_opens_under_its_key_and_its_name_alone() {
    let (key, other) = (RestKey::new([7; 32]), RestKey::new([8; 32]));
    let sealed = file(Some(&key));
    assert_eq!(rows(sealed.clone(), &key, "a").unwrap(), 100);
    assert_eq!(reason(&rows(sealed.clone(), &other, "a").unwrap_err()), OTHER_KEY);
    assert_eq!(reason(&rows(sealed, &key, "b").unwrap_err()), "it is not what was written");
    assert_eq!(format!("{key:?}"), "RestKey(..)");
}

#[test]
fn two_files_of_one_name_share_no_key() {
    let key = RestKey::new([7; 32]);
    let [one, two] = [key.sealing("a").unwrap(), key.sealing("a").unwrap()];
    assert_ne!(one.footer_key(), two.footer_key());
    assert_ne!(one.footer_key_metadata(), two.footer_key_metadata());
}

#[test]
fn no_changed_byte_goes_unnoticed_or_panics() {
    let key = RestKey::new([7; 32]);
    let sealed = file(Some(&key));
    for at in 0..sealed.len() {
        for bits in [0x01, 0x20, 0xff] {
            let mut changed = sealed.clone();
            changed[at] ^= bits;
            let read = rows(changed, &key, "a");
            // The first four bytes are read by nobody, and indexes by nobody who wants all rows.
            assert!(read.as_ref().map_or(true, |rows| *rows == 100), "{at}: {read:?}");
        }
    }
    for length in 0..sealed.len() {
        assert!(rows(sealed[..length].to_vec(), &key, "a").is_err(), "{length}");
    }
}
