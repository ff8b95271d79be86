//! The corpus of attacks over the wire, through tokio-postgres: no attack succeeds, whichever of
//! the protocol's two ways of asking it takes. `THEIRS_BYPASS=all` asks all of them.

use std::fmt::Write;

use tokio_postgres::types::{FromSql, Type};
use tokio_postgres::{Client, Error, SimpleQueryMessage};

use crate::corpus::{self, Attack};
use crate::fixture::World;
use crate::server::{Server, panics};
use crate::verdict::{leak, secret};

/// A value as it was sent.
struct Raw(String);

impl<'a> FromSql<'a> for Raw {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Self(String::from_utf8_lossy(raw).into_owned()))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

#[derive(Clone, Copy)]
enum Way {
    Simple,
    Extended,
}

/// Everything that comes back from a statement.
async fn reply(client: &Client, sql: &str, way: Way) -> String {
    let told = match way {
        Way::Simple => client.simple_query(sql).await.map(|said| simple(&said)),
        Way::Extended => extended(client, sql).await,
    };
    told.unwrap_or_else(|error| match error.as_db_error() {
        Some(told) => format!("{told:?}\n"),
        None => format!("{error}\n"),
    })
}

fn simple(messages: &[SimpleQueryMessage]) -> String {
    let mut told = String::new();
    for message in messages {
        match message {
            SimpleQueryMessage::Row(row) => {
                let cells = (0..row.len()).map(|at| row.get(at).unwrap_or("NULL").to_owned());
                writeln!(told, "{}", cells.collect::<Vec<_>>().join(" | ")).unwrap();
            }
            SimpleQueryMessage::RowDescription(columns) => {
                let names: Vec<&str> =
                    columns.iter().map(tokio_postgres::SimpleColumn::name).collect();
                writeln!(told, "{}", names.join(" | ")).unwrap();
            }
            SimpleQueryMessage::CommandComplete(rows) => writeln!(told, "{rows}").unwrap(),
            _ => {}
        }
    }
    told
}

async fn extended(client: &Client, sql: &str) -> Result<String, Error> {
    let prepared = client.prepare(sql).await?;
    let mut told = format!("{:?}\n", prepared.columns());
    if !prepared.params().is_empty() {
        return Ok(told);
    }
    for row in client.query(&prepared, &[]).await? {
        for at in 0..row.len() {
            let value: Option<Raw> = row.get(at);
            write!(told, "{} | ", value.map_or("NULL".to_owned(), |raw| raw.0)).unwrap();
        }
        told.push('\n');
    }
    Ok(told)
}

/// Clients of one world, one for each role.
struct Clients {
    server: Server,
    of_role: Vec<(&'static str, Client)>,
}

impl Clients {
    async fn of(world: &World) -> Self {
        let server = Server::of(world).await;
        let mut of_role = Vec::new();
        for role in ["marketing", "analyst", "service", "host", "statistician"] {
            of_role.push((role, server.client(role).await));
        }
        Self { server, of_role }
    }

    async fn replies(&self, attack: &Attack, way: Way) -> String {
        let (_, client) = self.of_role.iter().find(|(role, _)| *role == attack.role).unwrap();
        let mut told = String::new();
        for sql in attack.statements(self.server.folder.path()) {
            told.push_str(&reply(client, &sql, way).await);
        }
        client.simple_query("rollback; discard all").await.unwrap();
        told
    }
}

async fn leaks(way: Way) -> Vec<String> {
    let worlds = [Clients::of(&World::here()).await, Clients::of(&World::elsewhere()).await];
    let mut leaks = Vec::new();
    for attack in corpus::slice() {
        let (here, elsewhere) =
            tokio::join!(worlds[0].replies(&attack, way), worlds[1].replies(&attack, way));
        let replies = [here, elsewhere];
        let found = leak(&attack, &replies).or_else(|| secret(&attack, &replies[0]));
        leaks.extend(found.map(|what| format!("{attack:?}\n  {what}")));
    }
    leaks
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_attack_of_the_corpus_succeeds_by_simple_questions() {
    let leaks = leaks(Way::Simple).await;
    assert!(leaks.is_empty(), "{} leak:\n{}", leaks.len(), leaks.join("\n"));
    assert_eq!(panics(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_attack_of_the_corpus_succeeds_by_prepared_questions() {
    let leaks = leaks(Way::Extended).await;
    assert!(leaks.is_empty(), "{} leak:\n{}", leaks.len(), leaks.join("\n"));
    assert_eq!(panics(), 0);
}
