//! What schemas, tables and columns mean, where PostgreSQL keeps comments: `pg_description`.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::arrow::array::{AsArray, Int32Array, RecordBatch, StringArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Field, Int32Type, Schema};
use datafusion::catalog::{MemTable, TableProvider};
use datafusion::error::Result;
use datafusion::prelude::SessionContext;
use theirs_query::SchemaView;

use super::PUBLIC;
use super::rewrite::NUMBERS;

pub(super) const TABLE: &str = "pg_description";
/// The catalogues of tables and of schemas, by PostgreSQL's numbers for them.
pub(super) const PG_CLASS: i32 = 1259;
pub(super) const PG_NAMESPACE: i32 = 2615;

/// Comments by the number of what they are on, and the column, or 0.
#[derive(Clone)]
pub(super) struct Comments {
    texts: Arc<HashMap<(i32, i32), String>>,
    schemas: Vec<i32>,
    places: Arc<Places>,
}

/// Names by number.
pub(super) struct Places {
    /// Of schemas.
    pub(super) schemas: HashMap<i32, String>,
    /// Of tables, after their schema.
    pub(super) tables: HashMap<i32, (String, String)>,
}

impl Comments {
    /// Reads the numbers that the session gave to what is in `views`.
    pub(super) async fn read(session: &SessionContext, views: &[SchemaView]) -> Result<Self> {
        let schemas =
            numbers(session, "select oid, nspname, '' from pg_catalog.pg_namespace").await?;
        let tables = numbers(
            session,
            "select c.oid, n.nspname, c.relname from pg_catalog.pg_class c
             join pg_catalog.pg_namespace n on n.oid = c.relnamespace",
        )
        .await?;
        let mut texts = HashMap::new();
        let mut own = Vec::new();
        for view in views {
            if let Some(number) = schemas.get(&(view.name.clone(), String::new())) {
                texts.insert((*number, 0), view.says.clone());
                own.push(*number);
            }
            for table in &view.tables {
                let Some(number) = tables.get(&(view.name.clone(), table.name.clone())) else {
                    continue;
                };
                texts.insert((*number, 0), table.says.clone());
                for (at, column) in (1..).zip(&table.columns) {
                    texts.insert((*number, at), column.says.clone());
                }
            }
        }
        if let Some(number) = schemas.get(&(PUBLIC.to_owned(), String::new())) {
            texts.insert((*number, 0), "Empty: every purpose is a schema of its own.".to_owned());
            own.push(*number);
        }
        let places = Places {
            schemas: schemas.into_iter().map(|((name, _), number)| (number, name)).collect(),
            tables: tables.into_iter().map(|(names, number)| (number, names)).collect(),
        };
        Ok(Self { texts: Arc::new(texts), schemas: own, places: Arc::new(places) })
    }

    /// The names of what is commented on, and of the rest.
    pub(super) fn places(&self) -> Arc<Places> {
        Arc::clone(&self.places)
    }

    /// The comment on something, or on a column of it.
    pub(super) fn get(&self, number: i32, column: i32) -> Option<&str> {
        self.texts.get(&(number, column)).map(String::as_str)
    }

    /// The table `pg_description`.
    pub(super) fn table(&self) -> Result<Arc<dyn TableProvider>> {
        let integer = |name: &str| Field::new(name, DataType::Int32, false);
        let schema = Arc::new(Schema::new(vec![
            integer("objoid"),
            integer("classoid"),
            integer("objsubid"),
            Field::new("description", DataType::Utf8, false),
        ]));
        let mut rows: Vec<(&(i32, i32), &String)> = self.texts.iter().collect();
        rows.sort_unstable();
        let class =
            |number: i32| if self.schemas.contains(&number) { PG_NAMESPACE } else { PG_CLASS };
        let batch = RecordBatch::try_new(
            Arc::clone(&schema),
            vec![
                Arc::new(rows.iter().map(|((number, _), _)| *number).collect::<Int32Array>()),
                Arc::new(
                    rows.iter().map(|((number, _), _)| class(*number)).collect::<Int32Array>(),
                ),
                Arc::new(rows.iter().map(|((_, column), _)| *column).collect::<Int32Array>()),
                Arc::new(StringArray::from_iter_values(rows.iter().map(|(_, text)| text))),
            ],
        )?;
        Ok(Arc::new(MemTable::try_new(schema, vec![vec![batch]])?))
    }
}

impl Places {
    /// The number of a table by its name, which may be quoted and stand after its schema's; alone
    /// it is one of `purpose`, or PostgreSQL's own.
    pub(super) fn table(&self, name: &str, purpose: Option<&str>) -> Option<i32> {
        if let Ok(number) = name.parse() {
            return Some(number);
        }
        let parts = parts(name);
        let own = |table: &str| {
            let known = NUMBERS.iter().find(|(name, _)| *name == table);
            known.map(|(_, number)| *number)
        };
        let (schema, table) = match parts.as_slice() {
            [table] => match own(table) {
                Some(number) => return Some(number),
                None => (purpose.unwrap_or("pg_catalog"), table.as_str()),
            },
            [schema, table] if schema == "pg_catalog" && own(table).is_some() => return own(table),
            [schema, table] => (schema.as_str(), table.as_str()),
            _ => return None,
        };
        let found = self.tables.iter().find(|(_, (s, t))| s == schema && t == table);
        found.map(|(number, _)| *number)
    }
}

/// The parts of a name: in small letters unless they are quoted.
fn parts(name: &str) -> Vec<String> {
    let (mut parts, mut quoted) = (vec![String::new()], false);
    let mut letters = name.chars().peekable();
    while let Some(letter) = letters.next() {
        let Some(part) = parts.last_mut() else { break };
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => {
                letters.next();
                part.push('"');
            }
            '"' => quoted = !quoted,
            '.' if !quoted => parts.push(String::new()),
            letter if quoted => part.push(letter),
            letter => part.extend(letter.to_lowercase()),
        }
    }
    parts
}

/// Numbers by schema and name.
async fn numbers(session: &SessionContext, sql: &str) -> Result<HashMap<(String, String), i32>> {
    let mut found = HashMap::new();
    for batch in session.sql(sql).await?.collect().await? {
        let number = cast(batch.column(0), &DataType::Int32)?;
        let schema = cast(batch.column(1), &DataType::Utf8)?;
        let name = cast(batch.column(2), &DataType::Utf8)?;
        let (schema, name) = (schema.as_string::<i32>(), name.as_string::<i32>());
        for (row, number) in number.as_primitive::<Int32Type>().values().iter().enumerate() {
            found.insert((schema.value(row).to_owned(), name.value(row).to_owned()), *number);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_taken_apart_as_sql_takes_them() {
        assert_eq!(parts("Shop.person"), ["shop", "person"]);
        assert_eq!(parts(r#""A.b"."c""d""#), ["A.b", "c\"d"]);
        let places = Places {
            schemas: HashMap::new(),
            tables: HashMap::from([(7, ("shop".to_owned(), "person".to_owned()))]),
        };
        assert_eq!(places.table("shop.person", None), Some(7));
        assert_eq!(places.table("person", Some("shop")), Some(7));
        assert_eq!(places.table("person", None), None);
        assert_eq!(places.table("pg_catalog.pg_class", None), Some(PG_CLASS));
        assert_eq!(places.table("16390", None), Some(16_390));
    }
}
