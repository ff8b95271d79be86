//! Tables of a PostgreSQL database, read in transactions that can write nothing.
//!
//! Which tables there are comes from `information_schema`, which shows only what the user may read.
//! Of a large table a sample of its pages is read, the same on every run; of a view, which cannot be
//! sampled, the first rows. The address may bear the password, and so may `PGPASSWORD`; it is never
//! repeated.

use std::str::FromStr;
use std::time::Duration;

use theirs_ingest::{Onlooker, innermost, trusting};
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres::{Client, Config, SimpleQueryMessage};
use tokio_postgres_rustls::MakeRustlsConnect;
use tokio_rustls::rustls::RootCertStore;

use super::{MOST_TABLES, Shown};
use crate::gather::Gather;
use crate::table::Origin;

/// So many rows of a table are read.
const ROWS: u64 = 10_000;

/// So much of a value is read.
const VALUE_LETTERS: u32 = 2_000;

/// A statement may take so long.
const STATEMENT_SECONDS: u32 = 60;

/// Why a database could not be read. No message holds its password.
#[derive(Debug, thiserror::Error)]
pub enum PostgresError {
    /// The address is none.
    #[error(
        "that is no address of a database: write postgres://USER@HOST/DATABASE, and put the password into PGPASSWORD"
    )]
    Address,
    /// There is no connection.
    #[error("the database at {host} could not be opened: {reason}")]
    Connection {
        /// The host.
        host: String,
        /// What it, or the network, answered.
        reason: String,
    },
    /// A question was not answered.
    #[error("the database at {host} did not say which tables it has: {reason}")]
    Catalogue {
        /// The host.
        host: String,
        /// What it answered.
        reason: String,
    },
    /// Nothing runs the connection.
    #[error("no thread could be had to speak with the database")]
    Runtime(#[source] std::io::Error),
}

/// Opens the tables that a user may read.
pub(super) fn open(address: &str) -> Result<Shown, PostgresError> {
    let mut config = Config::from_str(address).map_err(|_| PostgresError::Address)?;
    if config.get_password().is_none()
        && let Ok(password) = std::env::var("PGPASSWORD")
    {
        config.password(password);
    }
    config.application_name("theirs scan").connect_timeout(Duration::from_secs(10));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(PostgresError::Runtime)?;
    runtime.block_on(scanned(&config))
}

async fn scanned(config: &Config) -> Result<Shown, PostgresError> {
    let host = host(config);
    let fault = |error: &tokio_postgres::Error| PostgresError::Connection {
        host: host.clone(),
        reason: said(error),
    };
    let mut roots = RootCertStore::empty();
    if config.get_ssl_mode() != SslMode::Disable {
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    }
    let tls = trusting(roots).map_err(|_| PostgresError::Address)?;
    let connected = config.connect(MakeRustlsConnect::new(tls)).await;
    let (client, connection) = connected.map_err(|error| fault(&error))?;
    let speaking = tokio::spawn(connection);
    let shown = tables(&client, config, &host).await;
    drop(client);
    speaking.abort();
    shown
}

/// What a server or the network said; never the address.
fn said(error: &tokio_postgres::Error) -> String {
    if let Some(answer) = error.as_db_error() {
        return answer.message().to_owned();
    }
    innermost(error)
}

fn host(config: &Config) -> String {
    match config.get_hosts().first() {
        Some(Host::Tcp(name)) => name.clone(),
        #[cfg(unix)]
        Some(Host::Unix(path)) => path.display().to_string(),
        None => "localhost".to_owned(),
    }
}

/// A table that may be read.
struct Known {
    schema: String,
    name: String,
    is_table: bool,
    rows: f64,
    columns: Vec<String>,
}

async fn tables(client: &Client, config: &Config, host: &str) -> Result<Shown, PostgresError> {
    let fault = |error: tokio_postgres::Error| PostgresError::Catalogue {
        host: host.to_owned(),
        reason: said(&error),
    };
    let begin = format!("begin read only; set local statement_timeout = '{STATEMENT_SECONDS}s'");
    client.batch_execute(&begin).await.map_err(fault)?;
    let known = known(client).await.map_err(fault)?;
    client.batch_execute("rollback").await.map_err(fault)?;
    let mut shown = Shown::default();
    if known.len() > MOST_TABLES {
        shown.notes.push(format!("only the first {MOST_TABLES} tables of the database were read"));
    }
    let database = config.get_dbname().unwrap_or("postgres").to_owned();
    for table in known.into_iter().take(MOST_TABLES) {
        let name = if table.schema == "public" {
            table.name.clone()
        } else {
            format!("{}.{}", table.schema, table.name)
        };
        client.batch_execute(&begin).await.map_err(fault)?;
        let origin = Origin::Postgres { database: database.clone(), table: name.clone() };
        match look(client, &table).await {
            Ok((gather, is_whole)) => {
                shown.tables.push(gather.table(origin, &table.name, is_whole));
            }
            Err(error) => shown.notes.push(format!("table {name} was not read: {}", said(&error))),
        }
        client.batch_execute("rollback").await.map_err(fault)?;
    }
    Ok(shown)
}

async fn known(client: &Client) -> Result<Vec<Known>, tokio_postgres::Error> {
    let sql = "select t.table_schema, t.table_name, t.table_type = 'BASE TABLE', \
               coalesce(c.reltuples, -1)::float8, \
               (select string_agg(a.column_name, chr(31) order by a.ordinal_position) \
                from information_schema.columns a \
                where a.table_schema = t.table_schema and a.table_name = t.table_name \
                  and a.data_type <> 'bytea') \
               from information_schema.tables t \
               left join pg_catalog.pg_namespace n on n.nspname = t.table_schema \
               left join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = t.table_name \
               where t.table_schema not in ('pg_catalog', 'information_schema') \
                 and t.table_type in ('BASE TABLE', 'VIEW') \
                 and pg_catalog.has_table_privilege(c.oid, 'select') \
               order by 1, 2 limit 501";
    let rows = client.query(sql, &[]).await?;
    let table = |row: &tokio_postgres::Row| {
        let columns: Option<String> = row.try_get(4).ok()?;
        Some(Known {
            schema: row.try_get(0).ok()?,
            name: row.try_get(1).ok()?,
            is_table: row.try_get(2).ok()?,
            rows: row.try_get(3).ok()?,
            columns: columns?.split('\u{1f}').map(str::to_owned).collect(),
        })
    };
    Ok(rows.iter().filter_map(table).collect())
}

/// Reads rows of a table as text.
async fn look(client: &Client, table: &Known) -> Result<(Gather, bool), tokio_postgres::Error> {
    let columns: Vec<String> = table
        .columns
        .iter()
        .map(|name| format!("left({}::text, {VALUE_LETTERS})", quoted(name)))
        .collect();
    let from = format!("{}.{}", quoted(&table.schema), quoted(&table.name));
    let share = share(table.rows);
    let sample = share.filter(|_| table.is_table);
    let sampled = sample.map(|share| format!(" tablesample system ({share:.4}) repeatable (1)"));
    let mut gather = Gather::default();
    gather.columns(&table.columns);
    for sample in [sampled.as_deref(), None] {
        let sample_or_all = sample.unwrap_or_default();
        let sql = format!("select {} from {from}{sample_or_all} limit {ROWS}", columns.join(", "));
        let mut seen = 0;
        for message in client.simple_query(&sql).await? {
            let SimpleQueryMessage::Row(row) = message else { continue };
            let values: Vec<Option<&str>> = (0..row.len()).map(|at| row.get(at)).collect();
            gather.row(&values);
            seen += 1;
        }
        if seen > 0 || sample.is_none() {
            return Ok((gather, sample.is_none() && seen < ROWS));
        }
    }
    Ok((gather, false))
}

/// Which share of the pages to read so that about as many rows come as are wanted, in per cent.
#[expect(clippy::cast_precision_loss, reason = "a small constant")]
fn share(rows: f64) -> Option<f64> {
    let wanted = ROWS as f64;
    (rows > wanted * 2.0).then(|| (wanted / rows * 100.0).max(0.01))
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_message_repeats_an_address_and_its_password() {
        let wrong = open("postgres://ana:hidden-word@[bad/shop").unwrap_err();
        assert!(!format!("{wrong} {wrong:?}").contains("hidden-word"));
        let nowhere =
            open("postgres://ana:hidden-word@127.0.0.1:1/shop?sslmode=disable").unwrap_err();
        assert!(!format!("{nowhere} {nowhere:?}").contains("hidden-word"), "{nowhere}");
        assert!(nowhere.to_string().starts_with("the database at 127.0.0.1 could not be opened"));
    }

    #[test]
    fn a_large_table_is_sampled_and_a_small_one_is_read() {
        assert_eq!(share(1_000.0), None);
        assert_eq!(share(1_000_000.0), Some(1.0));
        assert_eq!(quoted("a\"b"), "\"a\"\"b\"");
    }
}
