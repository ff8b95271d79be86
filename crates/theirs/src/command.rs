//! One verb per file; here each finds its own.

mod charter;
mod decide;
mod demo;
mod init;
mod ledger;
mod load;
mod output;
mod person;
mod principal;
mod resolve;
mod serve;
mod sql;
mod status;
mod why;
pub mod words;

use crate::cli::{Cli, Verb};
use crate::failure::Failure;
use crate::workspace::Workspace;

pub use output::Output;

/// Carries out a command.
pub fn run(cli: &Cli) -> Result<(), Failure> {
    let out = &mut Output::to_stdout(cli.json);
    let open = |verb: &str| Workspace::open(&cli.folder, &format!("theirs {verb}"));
    match &cli.verb {
        Verb::Init => init::run(&cli.folder, out),
        Verb::Check => charter::check(&cli.folder, out),
        Verb::Charter { verb } => charter::run(&cli.folder, verb, out),
        Verb::Principal { verb } => principal::run(&open("principal")?, verb, out),
        Verb::Load { sources, input } => {
            let input = input.as_deref().unwrap_or(&cli.folder);
            load::run(&open("load")?, sources, input, out)
        }
        Verb::Resolve { truth } => resolve::run(&open("resolve")?, truth.as_deref(), out),
        Verb::Why { first, second, asker } => {
            why::run(&open("why")?, first, second, &asker.name, out)
        }
        Verb::Status { rejected } => status::run(&open("status")?, *rejected, out),
        Verb::Sql { statement, asker } => sql::run(&open("sql")?, statement, &asker.name, out),
        Verb::Decide { purpose, asker } => decide::run(&open("decide")?, purpose, &asker.name, out),
        Verb::Show { person, all, asker } => {
            person::show(&open("show")?, person, *all, &asker.name, out)
        }
        Verb::Correct { person, column, value, asker } => {
            person::correct(&open("correct")?, person, column, value.as_deref(), &asker.name, out)
        }
        Verb::Object { person, topic, withdraw, asker } => {
            person::object(&open("object")?, person, topic, !withdraw, &asker.name, out)
        }
        Verb::Uses { person, asker } => person::uses(&open("uses")?, person, &asker.name, out),
        Verb::Ledger { verb: crate::cli::LedgerVerb::Verify } => {
            ledger::verify(&open("ledger verify")?, out)
        }
        Verb::Serve { port, link, name } => {
            let link = link.as_deref().zip(name.as_deref());
            serve::run(open("serve")?, *port, link, out)
        }
        Verb::Demo { no_serve, port } => demo::run(&cli.folder, *no_serve, *port, out),
    }
}

/// Joins records to people without a word.
#[cfg(test)]
pub fn resolve_quietly(workspace: &Workspace) -> Result<(), Failure> {
    resolve::run(workspace, None, &mut Output::to(Box::new(std::io::sink())))
}
