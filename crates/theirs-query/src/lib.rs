//! One person or many, as seen for one purpose by one role: the only door to personal values.
//!
//! Each purpose of the charter is a SQL schema; in it stand `person` and the activities that the
//! purpose may use, with only the permitted columns, already coarsened, of only the people whose
//! choices allow it, under a pseudonym of that purpose. What is not permitted does not exist there.
//!
//! The decision that makes this sound: a governed table is a *leaf* of the physical plan, whose
//! rows are filtered and coarsened before the engine sees them, and which takes no predicate. So a
//! user's expression cannot run on a hidden row, whatever the optimiser does. The price is that the
//! engine cannot prune by the user's conditions below that leaf.
//!
//! No type of the store appears in this interface; `theirs-marketing` works through it alone.

mod aggregate;
mod answer;
mod catalogue;
mod decision;
mod door;
mod due;
mod error;
mod function;
mod hint;
mod mask;
mod people;
mod plain;
mod pseudonym;
mod question;
mod release;
mod session;
mod statement;
mod table;

pub use answer::{Answer, LeftOut, Took};
pub use catalogue::{ColumnView, SchemaView, TableView};
pub use decision::{Decided, Made, Past, Recorded, Run, Runs};
pub use door::{Door, Tried};
pub use due::{
    condition_fault, condition_statement, due_fault, due_problems, due_statement, statement_fault,
};
pub use error::QueryError;
pub use question::{Question, Shape};
pub use release::{Leaving, Release, TakenBack, Whither};
pub use statement::statements;
pub use theirs_charter::{Asker, nearest};
