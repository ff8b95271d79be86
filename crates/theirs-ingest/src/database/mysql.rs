//! `MariaDB` and `MySQL`: one statement in a consistent snapshot, taken from the connection page by page.

use std::path::Path;
use std::time::Duration;

use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Error, OptsBuilder, Row, SslOpts, Value};

use super::native::{Class, Native};
use super::patience::{PAGE_BYTES, PAGE_ROWS, Patience, innermost, parts};
use super::{DatabaseAddress, See, Transport};
use crate::IngestError;

/// How long a server may take to let us in.
const CONNECTING: Duration = Duration::from_secs(20);

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
    where table_schema = database() order by 1 limit 201";

const COLUMNS: &str = "select column_name, column_type, data_type from information_schema.columns
    where table_schema = ? and table_name = ? order by ordinal_position";

/// Errors that name an object or a user of the server, and never what a row holds.
const TELLABLE: [u16; 14] =
    [1040, 1044, 1045, 1049, 1054, 1129, 1130, 1142, 1143, 1146, 1205, 1226, 1317, 1356];

/// A connection in the middle of its transaction; dropping it ends both.
pub(super) struct Link {
    connection: Conn,
    patience: Patience,
}

impl Link {
    /// Opens a table: the columns that it has, and what to select them from.
    pub(super) fn open(
        at: &DatabaseAddress,
        table: &str,
        label: &Path,
    ) -> Result<(Self, Vec<Native>, String), IngestError> {
        let mut link = Self::begin(at, label)?;
        let (columns, from) = link.find(table)?;
        Ok((link, columns, from))
    }

    /// Begins a transaction that writes nothing.
    pub(super) fn begin(at: &DatabaseAddress, label: &Path) -> Result<Self, IngestError> {
        let patience = Patience::about(label)?;
        let connection = patience.within(CONNECTING, Conn::new(options(at)))?;
        let connection = connection.map_err(|error| patience.fault(said(&error)))?;
        let mut link = Self { connection, patience };
        for step in BEGIN {
            link.patience.wait(link.connection.query_drop(step), said)?;
        }
        Ok(link)
    }

    /// The tables and views of the database that its user may read, by name.
    pub(super) fn tables(&mut self) -> Result<Vec<String>, IngestError> {
        self.patience.wait(self.connection.query(TABLES), said)
    }

    /// Gives each row of a statement.
    pub(super) fn each(&mut self, sql: &str, see: &mut See<'_>) -> Result<(), IngestError> {
        let patience = &self.patience;
        let mut result = patience.wait(self.connection.query_iter(sql), said)?;
        loop {
            // The rows are seen outside of the runtime, as whoever takes them may have their own.
            let page = async {
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
            };
            let page = patience.wait(page, said)?;
            if page.is_empty() {
                return patience.wait(result.drop_result(), said);
            }
            for row in &page {
                let raw: Vec<Option<&[u8]>> = (0..row.len()).map(|at| text(row, at)).collect();
                see(&raw)?;
            }
        }
    }

    pub(super) fn find(&mut self, table: &str) -> Result<(Vec<Native>, String), IngestError> {
        let (schema, name) = parts(table);
        let asked = self.connection.exec_first(FIND, (name, schema));
        let found: Option<(String, String)> = self.patience.wait(asked, said)?;
        let Some((schema, name)) = found else {
            let present = self.patience.wait(self.connection.query(TABLES), said)?;
            return Err(self.patience.no_table(table, present));
        };
        let asked = self.connection.exec(COLUMNS, (&schema, &name));
        let columns: Vec<(String, String, String)> = self.patience.wait(asked, said)?;
        let from = format!("{}.{}", quoted(&schema), quoted(&name));
        Ok((columns.into_iter().map(native).collect(), from))
    }
}

/// A name as the server takes it, whatever it is made of.
pub(super) fn quoted(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
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
        Error::Io(error) => innermost(error),
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
