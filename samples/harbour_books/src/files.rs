//! From rows to bytes: CSV, JSON lines and the shop's database.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use rusqlite::{Connection, Transaction, params};
use serde::Serialize;

use crate::{
    customers::Customer,
    error::GenerateError,
    orders::{Line, Order},
};

const SHOP_TABLES: &str = "
create table customers (
    customer_id text primary key, name text, email text, phone text, street text, city text,
    postcode text, favourite_genre text, updated_at text
);
create table orders (
    order_id text primary key, customer_id text, ordered_at text, total text, channel text
);
create table order_lines (
    line_id text primary key, order_id text, customer_id text, ordered_at text, genre text,
    title text, price text
);
";

/// A folder that the files of the sample go into.
pub(crate) struct Folder<'a>(&'a Path);

impl<'a> Folder<'a> {
    /// Opens the folder, and makes it where it is missing.
    pub(crate) fn open(path: &'a Path) -> Result<Self, GenerateError> {
        fs::create_dir_all(path).map_err(refused(path))?;
        Ok(Self(path))
    }

    pub(crate) fn text(&self, name: &str, text: &str) -> Result<(), GenerateError> {
        let path = self.0.join(name);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(refused(folder))?;
        }
        fs::write(&path, text).map_err(refused(&path))
    }

    pub(crate) fn csv<T: Serialize>(&self, name: &str, rows: &[T]) -> Result<(), GenerateError> {
        let path = self.0.join(name);
        let mut writer = csv::Writer::from_path(&path)?;
        for row in rows {
            writer.serialize(row)?;
        }
        writer.flush().map_err(refused(&path))
    }

    /// One JSON object a line, and after them a tail that need not be JSON.
    pub(crate) fn json_lines<T: Serialize>(
        &self,
        name: &str,
        rows: &[T],
        tail: &str,
    ) -> Result<(), GenerateError> {
        let mut text = String::new();
        for row in rows {
            text.push_str(&serde_json::to_string(row)?);
            text.push('\n');
        }
        text.push_str(tail);
        self.text(name, &text)
    }

    /// The shop's database, made anew in one transaction.
    pub(crate) fn shop(
        &self,
        customers: &[Customer],
        orders: &[Order],
        lines: &[Line],
    ) -> Result<(), GenerateError> {
        let path = self.0.join("shop.sqlite");
        remove(&path)?;
        let mut shop = Connection::open(&path)?;
        shop.pragma_update(None, "journal_mode", "memory")?;
        let all = shop.transaction()?;
        all.execute_batch(SHOP_TABLES)?;
        fill_customers(&all, customers)?;
        fill_orders(&all, orders)?;
        fill_lines(&all, lines)?;
        Ok(all.commit()?)
    }
}

fn fill_customers(all: &Transaction<'_>, customers: &[Customer]) -> Result<(), GenerateError> {
    let mut insert =
        all.prepare("insert into customers values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)")?;
    for row in customers {
        insert.execute(params![
            row.id,
            row.name,
            row.email,
            known(&row.phone),
            row.street,
            row.city,
            row.postcode,
            known(&row.favourite_genre),
            row.updated_at,
        ])?;
    }
    Ok(())
}

fn fill_orders(all: &Transaction<'_>, orders: &[Order]) -> Result<(), GenerateError> {
    let mut insert = all.prepare("insert into orders values (?1, ?2, ?3, ?4, ?5)")?;
    for row in orders {
        let Order { id, customer_id, ordered_at, total, channel } = row;
        insert.execute(params![id, customer_id, ordered_at, total, channel])?;
    }
    Ok(())
}

fn fill_lines(all: &Transaction<'_>, lines: &[Line]) -> Result<(), GenerateError> {
    let mut insert = all.prepare("insert into order_lines values (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?;
    for row in lines {
        let Line { id, order_id, customer_id, ordered_at, genre, title, price } = row;
        insert.execute(params![id, order_id, customer_id, ordered_at, genre, title, price])?;
    }
    Ok(())
}

/// An empty text is a null in the database.
fn known(value: &str) -> Option<&str> {
    Some(value).filter(|value| !value.is_empty())
}

fn remove(path: &Path) -> Result<(), GenerateError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(refused(path)(error)),
        _ => Ok(()),
    }
}

fn refused(path: &Path) -> impl FnOnce(io::Error) -> GenerateError {
    let path: PathBuf = path.to_owned();
    move |source| GenerateError::Write { path, source }
}
