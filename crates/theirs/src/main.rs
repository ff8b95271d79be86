//! `theirs`: the doors and the wiring. Business rules live in the other crates.

mod activation;
mod approving;
mod calling;
mod campaign;
mod cli;
mod collect;
mod command;
mod confirmation;
mod contents;
mod errand;
mod failure;
mod following;
#[cfg(test)]
mod growing;
#[cfg(test)]
mod histories;
mod informing;
mod joining;
mod judging;
mod keeper;
mod listening;
mod load;
mod login;
mod looked;
mod mail;
mod mirroring;
mod paper;
mod policy;
mod portal;
mod post;
mod pricing;
mod progress;
mod promise;
mod public;
mod reading;
mod reasons;
mod scheduling;
mod sealing;
mod segment;
mod socket;
mod sweeping;
mod telemetry;
mod telling;
mod tending;
mod tries;
mod watch;
mod witnessing;
mod workspace;

use std::process::ExitCode;

use telemetry::Telemetry;

fn main() -> ExitCode {
    let cli = cli::parse();
    let telling = Telemetry::start(cli.verb.log());
    let done = telling.and_then(|telling| {
        let done = command::run(&cli);
        // What was told is written out first.
        drop(telling);
        done
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) if failure.is_broken_pipe() => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("theirs: {}", command::words::plain(&failure.to_string()));
            failure.exit_code()
        }
    }
}
