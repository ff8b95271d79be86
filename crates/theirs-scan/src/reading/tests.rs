//! Files and folders, as they are opened.

use std::fs;

use tempfile::tempdir;

use super::open;
use crate::table::Origin;

#[test]
fn a_folder_shows_its_files_and_each_table_of_a_database() {
    let folder = tempdir().unwrap();
    harbour_books::write(folder.path(), harbour_books::SEED, harbour_books::TODAY).unwrap();
    let shown = open(folder.path().to_str().unwrap()).unwrap();
    let names: Vec<&str> = shown.tables.iter().map(|table| table.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "broker",
            "crm",
            "events",
            "locations",
            "newsletter",
            "newsletter_opens",
            "customers",
            "order_lines",
            "orders",
            "support",
            "tickets",
            "truth"
        ]
    );
    assert!(shown.tables.iter().all(|table| table.is_whole && table.rows > 100));
    assert_eq!(shown.notes.len(), 1, "{:?}", shown.notes);
    assert!(matches!(&shown.tables[6].origin, Origin::File { table: Some(_), .. }));
}

#[test]
fn a_file_with_semicolons_shows_its_columns() {
    let folder = tempdir().unwrap();
    let file = folder.path().join("kunden.csv");
    fs::write(&file, "name;ort\nEmma;Ulm\n").unwrap();
    let shown = open(file.to_str().unwrap()).unwrap();
    let names: Vec<&str> = shown.tables[0].columns.iter().map(|one| one.name.as_str()).collect();
    assert_eq!((names, shown.notes.len()), (vec!["name", "ort"], 0));
}

#[test]
fn a_file_that_is_not_in_utf_8_is_read_as_windows_1252_and_that_is_said() {
    let folder = tempdir().unwrap();
    let file = folder.path().join("clients.csv");
    fs::write(&file, b"nom;pr\xe9nom\nLef\xe8vre;H\xe9l\xe8ne\n").unwrap();
    let shown = open(file.to_str().unwrap()).unwrap();
    let table = &shown.tables[0];
    let names: Vec<&str> = table.columns.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["nom", "pr\u{e9}nom"]);
    assert_eq!(table.columns[1].values, ["H\u{e9}l\u{e8}ne"]);
    assert!(shown.notes[0].contains("Windows-1252"), "{:?}", shown.notes);
}

#[test]
fn what_cannot_be_read_is_an_error_and_an_empty_folder_too() {
    let folder = tempdir().unwrap();
    assert!(open(folder.path().to_str().unwrap()).is_err());
    assert!(open(folder.path().join("nothing.csv").to_str().unwrap()).is_err());
    fs::write(folder.path().join("book.xlsx"), "no workbook").unwrap();
    let error = open(folder.path().join("book.xlsx").to_str().unwrap()).unwrap_err().to_string();
    assert!(error.contains("does not read as a workbook"), "{error}");
}
