//! Runs attacks: against the engine as it comes, and through the door.

use std::panic::{AssertUnwindSafe, catch_unwind};

use theirs_query::{Asker, QueryError, Question};

use super::corpus::{Aim, Attack};
use super::unguarded::{Unguarded, lay_out, rendered};
use super::verdict::{leak, secret};
use crate::fixture::{Fixture, World, asker};

/// The two worlds behind a door, which differ only in what is hidden.
pub struct Doors([Fixture; 2]);

/// The same worlds without.
pub struct NoDoors([Unguarded; 2]);

impl NoDoors {
    pub fn new() -> Self {
        Self([World::here(), World::elsewhere()].map(|world| Unguarded::of(&world)))
    }

    /// Whether an attack succeeds in one of the dialects that the engine knows.
    pub fn fall_to(&self, attack: &Attack) -> bool {
        let replies = |dialect: &str| match attack.aim {
            Aim::Gets(_) => vec![self.0[0].reply(attack, dialect)],
            Aim::Tells => self.0.iter().map(|world| world.reply(attack, dialect)).collect(),
        };
        ["PostgreSQL", "DuckDB", "Snowflake", "Generic"]
            .into_iter()
            .any(|dialect| leak(attack, &replies(dialect)).is_some())
    }
}

impl Doors {
    pub fn new() -> Self {
        Self([World::here(), World::elsewhere()].map(|world| {
            let fixture = Fixture::of(&world, &[7; 32]);
            lay_out(&world, fixture.folder.path());
            fixture
        }))
    }

    /// What leaks through the door, if anything does.
    pub fn leak(&self, attack: &Attack) -> Option<String> {
        let reply = |fixture: &Fixture| {
            let statements = attack.statements(fixture.folder.path());
            let asker = asker(&attack.role);
            statements.iter().map(|sql| reply(fixture, &asker, sql)).collect::<String>()
        };
        let replies = self.0.each_ref().map(reply);
        leak(attack, &replies).or_else(|| secret(attack, &replies[0]))
    }

    /// What both worlds answer to a statement.
    pub fn replies(&self, asker: &Asker, sql: &str) -> [String; 2] {
        self.0.each_ref().map(|fixture| reply(fixture, asker, sql))
    }
}

/// Everything that comes back from a statement.
pub fn reply(fixture: &Fixture, asker: &Asker, sql: &str) -> String {
    let asked = || fixture.door.ask(asker, Question::from(sql));
    match catch_unwind(AssertUnwindSafe(asked)) {
        Err(_) => "panic".to_owned(),
        Ok(Err(QueryError::Refused(refusal))) => {
            format!("{refusal} ({}) {}\n", refusal.clause, refusal.change)
        }
        Ok(Err(error)) => format!("{error}\n"),
        Ok(Ok(answer)) => {
            let told = rendered(&answer.schema, &answer.batches);
            format!("{told}{} {:?} {:?}\n", answer.people, answer.purpose, answer.left_out)
        }
    }
}
