//! The protocol's two ways of asking, simple and extended, over one connection.

use std::fmt::Debug;
use std::sync::Arc;

use arrow_pg::datatypes::{arrow_schema_to_pg_fields, into_pg_type};
use async_trait::async_trait;
use datafusion::arrow::datatypes::DataType;
use datafusion::sql::sqlparser::ast::Statement as Sql;
use futures::{Sink, SinkExt};
use pgwire::api::portal::{Format, Portal};
use pgwire::api::query::{ExtendedQueryHandler, SimpleQueryHandler, send_describe_response};
use pgwire::api::results::{DescribePortalResponse, FieldInfo, Response};
use pgwire::api::stmt::{QueryParser, StoredStatement};
use pgwire::api::store::{Entry, PortalStore};
use pgwire::api::{ClientInfo, ClientPortalStore, DEFAULT_NAME, Type};
use pgwire::error::{PgWireError, PgWireResult};
use pgwire::messages::PgWireBackendMessage;
use pgwire::messages::extendedquery::{
    Bind, BindComplete, Describe, Parse, ParseComplete, TARGET_TYPE_BYTE_PORTAL,
};
use pgwire::messages::response::TransactionStatus;
use theirs_query::Shape;

use crate::connection::Connection;
use crate::dialect;
use crate::fault::{fault, info};
use crate::parameter;

/// What answers the questions of one client.
pub(crate) struct Talk(pub(crate) Arc<Connection>);

/// What reads a statement before it is run.
pub(crate) struct Reader(Arc<Connection>);

/// A statement that was read and understood, but not run.
#[derive(Clone)]
pub(crate) struct Prepared {
    statement: Sql,
    shape: Shape,
}

/// After an error within a transaction, only its end is carried out.
fn not_in_failed_transaction(failed: bool, statement: &Sql) -> PgWireResult<()> {
    let goes_back = matches!(statement, Sql::Rollback { .. });
    if failed && !goes_back && !ends_transaction(statement) {
        let message = "current transaction is aborted, commands ignored until end of transaction \
                       block";
        return Err(fault("25P02", message));
    }
    Ok(())
}

fn ends_transaction(statement: &Sql) -> bool {
    matches!(statement, Sql::Commit { .. } | Sql::Rollback { savepoint: None, .. })
}

fn has_failed(client: &impl ClientInfo) -> bool {
    client.transaction_status() == TransactionStatus::Error
}

impl Talk {
    /// Tells the client by which names its statements are on record, before the rows go.
    async fn tell_uses<C>(&self, client: &mut C) -> PgWireResult<()>
    where
        C: Sink<PgWireBackendMessage> + Unpin + Send,
        PgWireError: From<<C as Sink<PgWireBackendMessage>>::Error>,
    {
        for notice in self.0.uses() {
            client.feed(PgWireBackendMessage::NoticeResponse(notice)).await?;
        }
        Ok(())
    }
}

#[async_trait]
impl SimpleQueryHandler for Talk {
    async fn do_query<C>(&self, client: &mut C, query: &str) -> PgWireResult<Vec<Response>>
    where
        C: ClientInfo + ClientPortalStore + Sink<PgWireBackendMessage> + Unpin + Send + Sync,
        C::PortalStore: PortalStore,
        C::Error: Debug,
        PgWireError: From<<C as Sink<PgWireBackendMessage>>::Error>,
    {
        let asker = self.0.asker(client).await?;
        let (mut responses, mut failed) = (Vec::new(), has_failed(client));
        for statement in dialect::read(query, &[])? {
            let outcome = match not_in_failed_transaction(failed, &statement) {
                Ok(()) => self.0.run(&asker, &statement, Vec::new(), &Format::UnifiedText).await,
                Err(error) => Err(error),
            };
            self.tell_uses(client).await?;
            match outcome {
                Ok(response) => {
                    responses.push(response);
                    failed = failed && !ends_transaction(&statement);
                }
                Err(error) => {
                    responses.push(Response::Error(info(error)));
                    break;
                }
            }
        }
        Ok(responses)
    }
}

#[async_trait]
impl ExtendedQueryHandler for Talk {
    type Statement = Prepared;
    type QueryParser = Reader;

    fn query_parser(&self) -> Arc<Reader> {
        Arc::new(Reader(Arc::clone(&self.0)))
    }

    /// As the protocol's own, for so many names and no more.
    async fn on_parse<C>(&self, client: &mut C, mut message: Parse) -> PgWireResult<()>
    where
        C: ClientInfo + ClientPortalStore + Sink<PgWireBackendMessage> + Unpin + Send + Sync,
        C::PortalStore: PortalStore<Statement = Prepared>,
        C::Error: Debug,
        PgWireError: From<<C as Sink<PgWireBackendMessage>>::Error>,
    {
        // A type that is told to be unknown is as good as none.
        for told in message.type_oids.iter_mut().filter(|told| **told == Type::UNKNOWN.oid()) {
            *told = 0;
        }
        let name = message.name.clone().unwrap_or_else(|| DEFAULT_NAME.to_owned());
        let store = client.portal_store();
        self.0.left_open().statement(&name, |name| store.get_statement(name).is_some())?;
        match StoredStatement::parse(client, &message, self.query_parser()).await? {
            Some(statement) => client.portal_store().put_statement(Arc::new(statement)),
            None => client.portal_store().put_empty_statement(&name),
        }
        client.send(PgWireBackendMessage::ParseComplete(ParseComplete::new())).await?;
        Ok(())
    }

    /// As the protocol's own, for so many names and no more.
    async fn on_bind<C>(&self, client: &mut C, message: Bind) -> PgWireResult<()>
    where
        C: ClientInfo + ClientPortalStore + Sink<PgWireBackendMessage> + Unpin + Send + Sync,
        C::PortalStore: PortalStore<Statement = Prepared>,
        C::Error: Debug,
        PgWireError: From<<C as Sink<PgWireBackendMessage>>::Error>,
    {
        let (named, portal) = (message.statement_name.as_deref(), message.portal_name.as_deref());
        let (named, portal) = (named.unwrap_or(DEFAULT_NAME), portal.unwrap_or(DEFAULT_NAME));
        let store = client.portal_store();
        self.0.left_open().portal(portal, |name| store.get_portal(name).is_some())?;
        match client.portal_store().get_statement(named) {
            Some(Entry::Value(statement)) => {
                let portal = Portal::try_new(&message, statement)?;
                client.portal_store().put_portal(Arc::new(portal));
            }
            Some(Entry::Empty) if message.parameters.is_empty() => {
                client.portal_store().put_empty_portal(portal);
            }
            Some(Entry::Empty) => {
                return Err(fault("08P01", "an empty statement has no parameters"));
            }
            None => return Err(PgWireError::StatementNotFound(named.to_owned())),
        }
        client.send(PgWireBackendMessage::BindComplete(BindComplete::new())).await?;
        Ok(())
    }

    async fn do_query<C>(
        &self,
        client: &mut C,
        portal: &Portal<Prepared>,
        _most_rows: usize,
    ) -> PgWireResult<Response>
    where
        C: ClientInfo + ClientPortalStore + Sink<PgWireBackendMessage> + Unpin + Send + Sync,
        C::PortalStore: PortalStore<Statement = Prepared>,
        C::Error: Debug,
        PgWireError: From<<C as Sink<PgWireBackendMessage>>::Error>,
    {
        let asker = self.0.asker(client).await?;
        let Prepared { statement, shape } = &portal.statement.statement;
        not_in_failed_transaction(has_failed(client), statement)?;
        let parameters = parameter::values(portal, &shape.parameters)?;
        let format = &portal.result_column_format;
        let response = self.0.run(&asker, statement, parameters, format).await;
        self.tell_uses(client).await?;
        response
    }

    /// A cursor is a portal of its name, and may be asked for its columns.
    async fn on_describe<C>(&self, client: &mut C, message: Describe) -> PgWireResult<()>
    where
        C: ClientInfo + ClientPortalStore + Sink<PgWireBackendMessage> + Unpin + Send + Sync,
        C::PortalStore: PortalStore<Statement = Prepared>,
        C::Error: Debug,
        PgWireError: From<<C as Sink<PgWireBackendMessage>>::Error>,
    {
        let cursor = match (message.target_type, &message.name) {
            (TARGET_TYPE_BYTE_PORTAL, Some(name)) => self.0.cursors().schema(name).ok(),
            _ => None,
        };
        let Some(schema) = cursor else { return self._on_describe(client, message).await };
        let fields = arrow_schema_to_pg_fields(&schema, &Format::UnifiedText, None)?;
        send_describe_response(client, &DescribePortalResponse::new(fields)).await
    }
}

#[async_trait]
impl QueryParser for Reader {
    type Statement = Prepared;

    async fn parse_sql<C>(
        &self,
        client: &C,
        sql: &str,
        types: &[Option<Type>],
    ) -> PgWireResult<Option<Prepared>>
    where
        C: ClientInfo + Unpin + Send + Sync,
    {
        let mut statements = dialect::read(sql, types)?;
        let Some(statement) = statements.pop() else { return Ok(None) };
        if !statements.is_empty() {
            return Err(fault("42601", "prepare one statement at a time"));
        }
        not_in_failed_transaction(has_failed(client), &statement)?;
        let asker = self.0.asker(client).await?;
        let shape = self.0.shape(&asker, &statement).await?;
        Ok(Some(Prepared { statement, shape }))
    }

    fn get_parameter_types(&self, prepared: &Prepared) -> PgWireResult<Vec<Type>> {
        let kind = |kind: &Option<DataType>| kind.as_ref().map_or(Ok(Type::UNKNOWN), into_pg_type);
        prepared.shape.parameters.iter().map(kind).collect()
    }

    fn get_result_schema(
        &self,
        prepared: &Prepared,
        format: Option<&Format>,
    ) -> PgWireResult<Vec<FieldInfo>> {
        let format = format.unwrap_or(&Format::UnifiedText);
        arrow_schema_to_pg_fields(&prepared.shape.schema, format, None)
    }
}
