//! `MariaDB` and `MySQL`: one statement in a consistent snapshot, taken from the connection page by page.

use std::path::{Path, PathBuf};
use std::time::Duration;

use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Error, OptsBuilder, Row, SslOpts, Value};
use tokio::runtime::{Builder, Runtime};

use super::native::{Class, Native};
use super::{DatabaseAddress, See, Transport};
use crate::{IngestError, header};

/// How long a server may take to let us in.
const CONNECTING: Duration = Duration::from_secs(20);

/// How long it may take for one answer, the first page of a large sort among them.
const ANSWERING: Duration = Duration::from_mins(30);

/// A page has about so many bytes, and so many rows at most.
const PAGE_BYTES: usize = 4 << 20;
const PAGE_ROWS: usize = 5_000;

/// Instants come in UTC. The server waits for us while we write what we read.
const BEGIN: [&str; 4] = [
    "set session time_zone = '+00:00', net_write_timeout = 1800, lock_wait_timeout = 30",
    "set session sql_mode = ''",
    "set session transaction isolation level repeatable read",
    "start transaction with consistent snapshot, read only",
];

const FIND: &str = "select table_schema, table_name from information_schema.tables
    where table_name = ? and table_schema = coalesce(?, database())";

const TABLES: &str = "select table_name from information_schema.tables
    where table_schema = database() order by 1 limit 200";

const COLUMNS: &str = "select column_name, column_type, data_type from information_schema.columns
    where table_schema = ? and table_name = ? order by ordinal_position";

/// Errors that name an object or a user of the server, and never what a row holds.
const TELLABLE: [u16; 14] =
    [1040, 1044, 1045, 1049, 1054, 1129, 1130, 1142, 1143, 1146, 1205, 1226, 1317, 1356];

/// A connection in the middle of its transaction; dropping it ends both.
pub(super) struct Link {
    connection: Conn,
    runtime: Runtime,
    label: PathBuf,
}

impl Link {
    /// Opens a table: the columns that it has, and what to select them from.
    pub(super) fn open(
        at: &DatabaseAddress,
        table: &str,
        label: &Path,
    ) -> Result<(Self, Vec<Native>, String), IngestError> {
        let fault = |reason: String| IngestError::Database { at: label.to_owned(), reason };
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| fault(error.to_string()))?;
        let options = options(at);
        let connection = runtime
            .block_on(async { tokio::time::timeout(CONNECTING, Conn::new(options)).await })
            .map_err(|_| fault("it takes too long to answer".to_owned()))?
            .map_err(|error| fault(said(&error)))?;
        let mut link = Self { connection, runtime, label: label.to_owned() };
        for step in BEGIN {
            wait(&link.runtime, &link.label, link.connection.query_drop(step))?;
        }
        let (columns, from) = link.find(table)?;
        Ok((link, columns, from))
    }

    /// Gives each row of a statement.
    pub(super) fn each(&mut self, sql: &str, see: &mut See<'_>) -> Result<(), IngestError> {
        let (runtime, label) = (&self.runtime, &self.label);
        let mut result = wait(runtime, label, self.connection.query_iter(sql))?;
        loop {
            // The rows are seen outside of the runtime, as whoever takes them may have their own.
            let page = wait(runtime, label, async {
                let (mut page, mut bytes): (Vec<Row>, usize) = (Vec::new(), 0);
                while page.len() < PAGE_ROWS && bytes < PAGE_BYTES {
                    let Some(row) = result.next().await? else { break };
                    bytes += (0..row.len())
                        .filter_map(|at| text(&row, at))
                        .map(<[u8]>::len)
                        .sum::<usize>();
                    page.push(row);
                }
                Ok(page)
            })?;
            if page.is_empty() {
                return wait(runtime, label, result.drop_result());
            }
            for row in &page {
                let raw: Vec<Option<&[u8]>> = (0..row.len()).map(|at| text(row, at)).collect();
                see(&raw)?;
            }
        }
    }

    fn find(&mut self, table: &str) -> Result<(Vec<Native>, String), IngestError> {
        let (schema, name) = match table.split_once('.') {
            Some((schema, name)) => (Some(schema), name),
            None => (None, table),
        };
        let asked = self.connection.exec_first(FIND, (name, schema));
        let found: Option<(String, String)> = wait(&self.runtime, &self.label, asked)?;
        let Some((schema, name)) = found else {
            let asked = self.connection.query(TABLES);
            let present: Vec<String> = wait(&self.runtime, &self.label, asked)?;
            let nearest = header::nearest(table, &present);
            let (file, table) = (self.label.clone(), table.to_owned());
            return Err(IngestError::MissingTable { file, table, nearest, present });
        };
        let asked = self.connection.exec(COLUMNS, (&schema, &name));
        let columns: Vec<(String, String, String)> = wait(&self.runtime, &self.label, asked)?;
        let quoted = |name: &str| format!("`{}`", name.replace('`', "``"));
        let from = format!("{}.{}", quoted(&schema), quoted(&name));
        Ok((columns.into_iter().map(native).collect(), from))
    }
}

fn wait<T>(
    runtime: &Runtime,
    label: &Path,
    asked: impl Future<Output = Result<T, Error>>,
) -> Result<T, IngestError> {
    let fault = |reason| IngestError::Database { at: label.to_owned(), reason };
    let answer = runtime.block_on(async { tokio::time::timeout(ANSWERING, asked).await });
    let answer = answer.map_err(|_| fault("it takes too long to answer".to_owned()))?;
    answer.map_err(|error| fault(said(&error)))
}

fn options(at: &DatabaseAddress) -> OptsBuilder {
    let options = OptsBuilder::default()
        .ip_or_hostname(at.host.clone())
        .tcp_port(at.port)
        .user(Some(at.user.clone()))
        .pass(at.password.clone())
        .db_name(Some(at.database.clone()))
        .tcp_keepalive(Some(Duration::from_secs(30)))
        .prefer_socket(false)
        .socket(at.socket.clone());
    if at.transport == Transport::Plain {
        return options;
    }
    let trusted = at.trusted().into_iter().map(Into::into).collect();
    options.ssl_opts(SslOpts::default().with_disable_built_in_roots(true).with_root_certs(trusted))
}

/// What the server or the network said. An error of a statement may repeat a value; then only its
/// number is told.
fn said(error: &Error) -> String {
    match error {
        Error::Server(answer) if TELLABLE.contains(&answer.code) => answer.message.clone(),
        Error::Server(answer) => format!("the server answered with error {}", answer.code),
        Error::Io(error) => {
            let mut reason = error.to_string();
            let mut cause = std::error::Error::source(error);
            while let Some(next) = cause {
                reason = next.to_string();
                cause = next.source();
            }
            reason
        }
        Error::Driver(error) => error.to_string(),
        Error::Other(_) | Error::Url(_) => "it could not be asked".to_owned(),
    }
}

fn text(row: &Row, at: usize) -> Option<&[u8]> {
    match row.as_ref(at) {
        Some(Value::Bytes(bytes)) => Some(bytes),
        _ => None,
    }
}

fn native((name, kind, base): (String, String, String)) -> Native {
    let class = match base.to_ascii_lowercase().as_str() {
        "tinyint" | "smallint" | "mediumint" | "int" | "integer" | "bigint" | "year" => {
            Class::Integer
        }
        "float" | "double" => Class::Number,
        "decimal" | "numeric" => Class::Exact,
        "date" => Class::Day,
        "timestamp" => Class::Instant,
        "datetime" => Class::Civil,
        "binary" | "varbinary" | "tinyblob" | "blob" | "mediumblob" | "longblob" | "bit"
        | "geometry" | "point" | "linestring" | "polygon" => Class::Opaque,
        _ => Class::Text,
    };
    Native { name, kind, class }
}
