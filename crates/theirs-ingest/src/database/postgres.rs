//! PostgreSQL: a cursor in a transaction that writes nothing, fetched page by page.
//!
//! The client library would take in all that the server sends; a cursor sends what was asked for.

use std::path::Path;
use std::time::Duration;

use tokio_postgres::config::SslMode;
use tokio_postgres::{Client, Config, NoTls, Row, SimpleQueryMessage};
use tokio_postgres_rustls::MakeRustlsConnect;
use tokio_rustls::rustls::RootCertStore;
use tokio_rustls::rustls::pki_types::CertificateDer;

use super::native::{Class, Native};
use super::patience::{PAGE_BYTES, PAGE_ROWS, Patience, innermost, parts, trusting};
use super::{DatabaseAddress, See, Transport};
use crate::IngestError;

/// How long a server may take to let us in.
const CONNECTING: Duration = Duration::from_secs(10);

/// Stands for what is not in UTF-8.
const NO_TEXT: &[u8] = b"\xff";

const BEGIN: &str = "set client_encoding to 'UTF8'; set datestyle to 'ISO'; set intervalstyle to \
    'iso_8601'; set timezone to 'UTC'; set statement_timeout to 0; set lock_timeout to '30s'; set \
    idle_in_transaction_session_timeout to 0; set cursor_tuple_fraction to 1; begin isolation level \
    repeatable read read only";

const FIND: &str = "select n.nspname::text, c.relname::text, c.oid from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'v', 'm', 'p', 'f') and c.relname::text = $1
    and case when $2::text is null then pg_catalog.pg_table_is_visible(c.oid)
        else n.nspname::text = $2 end";

const TABLES: &str = "select c.relname::text from pg_catalog.pg_class c
    where c.relkind in ('r', 'v', 'm', 'p', 'f') and pg_catalog.pg_table_is_visible(c.oid)
    and c.relnamespace <> 'pg_catalog'::regnamespace
    and c.relnamespace <> 'information_schema'::regnamespace order by 1 limit 200";

const COLUMNS: &str = "select a.attname::text, pg_catalog.format_type(a.atttypid, a.atttypmod),
    b.typname::text, b.typcategory::text, b.typtype::text
    from pg_catalog.pg_attribute a
    join pg_catalog.pg_type t on t.oid = a.atttypid
    join pg_catalog.pg_type b on b.oid = case t.typtype when 'd' then t.typbasetype else t.oid end
    where a.attrelid = $1 and a.attnum > 0 and not a.attisdropped order by a.attnum";

/// A connection in the middle of its transaction; dropping it ends both.
pub(super) struct Link {
    client: Client,
    patience: Patience,
}

impl Link {
    /// Opens a table: the columns that it has, and what to select them from.
    pub(super) fn open(
        at: &DatabaseAddress,
        table: &str,
        label: &Path,
    ) -> Result<(Self, Vec<Native>, String), IngestError> {
        let patience = Patience::about(label)?;
        let client = patience.within(CONNECTING * 2, connected(at))?;
        let client = client.map_err(|reason| patience.fault(reason))?;
        let link = Self { client, patience };
        link.wait(link.client.batch_execute(BEGIN))?;
        let (columns, from) = link.find(table)?;
        Ok((link, columns, from))
    }

    /// Gives each row of a statement.
    pub(super) fn each(&mut self, sql: &str, see: &mut See<'_>) -> Result<(), IngestError> {
        self.wait(self.client.batch_execute(&format!("declare page no scroll cursor for {sql}")))?;
        let mut rows = 100;
        loop {
            let page = self.wait(self.client.simple_query(&format!("fetch {rows} from page")))?;
            let (mut seen, mut bytes) = (0, 0);
            for message in page {
                let SimpleQueryMessage::Row(row) = message else { continue };
                // Bytes that are no text are set aside as such.
                let read =
                    |at| row.try_get(at).map_or(Some(NO_TEXT), |text| text.map(str::as_bytes));
                let raw: Vec<Option<&[u8]>> = (0..row.len()).map(read).collect();
                seen += 1;
                bytes += raw.iter().flatten().map(|text| text.len()).sum::<usize>();
                see(&raw)?;
            }
            if seen < rows {
                return self.wait(self.client.batch_execute("close page"));
            }
            rows = (PAGE_BYTES / (bytes / seen).max(1)).clamp(10, PAGE_ROWS);
        }
    }

    fn find(&self, table: &str) -> Result<(Vec<Native>, String), IngestError> {
        let (schema, name) = parts(table);
        let found = self.wait(self.client.query(FIND, &[&name, &schema]))?;
        let Some(found) = found.first() else {
            let present = self.wait(self.client.query(TABLES, &[]))?;
            let present = present.iter().map(|row| row.get(0)).collect();
            return Err(self.patience.no_table(table, present));
        };
        let (schema, name, oid): (String, String, u32) = (found.get(0), found.get(1), found.get(2));
        let columns = self.wait(self.client.query(COLUMNS, &[&oid]))?;
        let from = format!("{}.{}", quoted(&schema), quoted(&name));
        Ok((columns.iter().map(native).collect(), from))
    }

    fn wait<T>(
        &self,
        asked: impl Future<Output = Result<T, tokio_postgres::Error>>,
    ) -> Result<T, IngestError> {
        self.patience.wait(asked, said)
    }
}

/// A name as the server takes it, whatever it is made of.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

async fn connected(at: &DatabaseAddress) -> Result<Client, String> {
    let mut config = Config::new();
    config.host(at.socket.as_deref().unwrap_or(&at.host)).port(at.port).user(&at.user);
    config.dbname(&at.database).application_name("theirs").connect_timeout(CONNECTING);
    config.keepalives_idle(Duration::from_secs(30)).tcp_user_timeout(Duration::from_mins(1));
    if let Some(password) = &at.password {
        config.password(password);
    }
    if at.transport == Transport::Plain {
        config.ssl_mode(SslMode::Disable);
        let (client, connection) = config.connect(NoTls).await.map_err(|error| said(&error))?;
        tokio::spawn(connection);
        return Ok(client);
    }
    config.ssl_mode(SslMode::Require);
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(at.trusted().into_iter().map(CertificateDer::from));
    let tls = trusting(roots).map_err(|error| error.to_string())?;
    let connected = config.connect(MakeRustlsConnect::new(tls)).await;
    let (client, connection) = connected.map_err(|error| said(&error))?;
    tokio::spawn(connection);
    Ok(client)
}

/// What the server or the network said. Where a view stumbles over a value, the server repeats that;
/// then only the number of the error is told.
fn said(error: &tokio_postgres::Error) -> String {
    if let Some(answer) = error.as_db_error() {
        let code = answer.code().code();
        let tells_values = ["22", "23", "P0"].iter().any(|class| code.starts_with(class));
        return if tells_values {
            format!("the server answered with error {code}")
        } else {
            answer.message().to_owned()
        };
    }
    innermost(error)
}

fn native(row: &Row) -> Native {
    let (name, kind): (String, String) = (row.get(0), row.get(1));
    let (base, category, form): (String, String, String) = (row.get(2), row.get(3), row.get(4));
    let class = match base.as_str() {
        "int2" | "int4" | "int8" => Class::Integer,
        "float4" | "float8" => Class::Number,
        "numeric" => Class::Exact,
        "bool" => Class::Boolean,
        "date" => Class::Day,
        "timestamptz" => Class::Instant,
        "timestamp" => Class::Civil,
        "bytea" => Class::Opaque,
        _ if category == "A" || form == "c" => Class::Opaque,
        _ => Class::Text,
    };
    Native { name, kind, class }
}
