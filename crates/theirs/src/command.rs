//! One verb per file; here each finds its own.

pub mod approve;
mod audit;
mod backup;
pub mod campaign;
mod charter;
mod collect;
mod compact;
pub mod consent;
mod contest;
pub mod decide;
mod delete;
mod demo;
mod difference;
mod drift;
mod erase;
mod expire;
mod inform;
mod init;
mod judge;
mod ledger;
mod load;
mod need;
mod notice;
mod output;
pub mod outside;
mod paper;
mod person;
mod principal;
mod reach;
pub mod receipt;
pub mod report;
pub mod request;
mod resolve;
mod restore;
pub mod review;
mod scan;
mod segment;
mod serve;
mod spreadsheet;
mod sql;
mod status;
mod upgrade;
mod why;
mod witness;
pub mod words;

use theirs_charter::Turning;
use theirs_store::FolderError;

use crate::activation;
use crate::cli::{CharterVerb, Cli, LedgerVerb, SourceVerb, Verb};
use crate::failure::Failure;
use crate::load::How;
use crate::socket;
use crate::workspace::Workspace;

pub use compact::layout;
pub use output::{Aside, Output};
pub use serve::invited;

/// Carries out a command: here, or in the process that serves the folder.
pub fn run(cli: &Cli) -> Result<(), Failure> {
    let out = &mut Output::to_stdout(cli.json);
    match &cli.verb {
        Verb::Init => return init::run(&cli.folder, out),
        Verb::Check { against_practice: false, .. } if !cli.folder.join("data").is_dir() => {
            return charter::check(&cli.folder, None, out);
        }
        Verb::Notice { paper, language, draft: true, verb: None } => {
            return paper::draft(&cli.folder, paper, *language, out);
        }
        Verb::Scan { sources, draft, charter } => {
            let (draft, charter) = (draft.as_deref(), charter.as_deref());
            return scan::run(&cli.folder, &scan::Wish { sources, draft, charter }, out);
        }
        Verb::Charter { verb: CharterVerb::Explain { purpose } } => {
            return charter::explain(&cli.folder, purpose, out);
        }
        Verb::Ledger {
            verb: LedgerVerb::Verify { receipt: Some(receipt), previous, key, checkpoint, witness },
        } => {
            let beside = receipt::Beside {
                previous: previous.as_deref(),
                key: key.as_deref(),
                checkpoint: checkpoint.as_deref(),
                witnesses: witness,
            };
            return receipt::verify(receipt, &beside, out);
        }
        Verb::Upgrade { plan, back, keep } => {
            return upgrade::run(&cli.folder, upgrade::Wish::of(*plan, *back, *keep), out);
        }
        Verb::Restore { data, keys, log, witnessed, passphrase } => {
            let since = restore::Known { log: log.as_deref(), witnessed: witnessed.as_deref() };
            return restore::run(&cli.folder, data, keys, &since, passphrase, out);
        }
        Verb::Witness { logs, listen, name } => {
            let post = witness::Post { listen: *listen, name, logs };
            return witness::run(&cli.folder, &post, out);
        }
        Verb::Source { verb: SourceVerb::Inspect { sources } } => {
            return scan::inspect(sources, out);
        }
        Verb::Audit(asked) if asked.is_of_a_file() => return audit::of_a_file(asked, out),
        Verb::Demo { no_serve, listen } => return demo::run(&cli.folder, *no_serve, listen, out),
        _ => {}
    }
    // Who turns a key proves anew who they are, wherever the command is carried out.
    let anew = match &cli.verb {
        Verb::Approve { turn, .. } | Verb::Veto { turn, .. } => {
            Some(approve::token(turn.token_file.as_deref())?)
        }
        _ => None,
    };
    match Workspace::open(&cli.folder, &format!("theirs {}", cli.verb.name())) {
        Ok(workspace) if anew.is_some() => {
            let before = activation::standing(&workspace)?;
            carry_out(cli, &workspace.for_asker(anew)?, out)?;
            activation::withdraw_after(&workspace, before)
        }
        Ok(workspace) => {
            if let Verb::Serve { listen, link, name } = &cli.verb {
                let link = link.as_deref().zip(name.as_deref());
                return serve::run(workspace, listen, link, out);
            }
            if let Verb::Load { sources, input, whole, force, watch: true } = &cli.verb {
                let input = input.as_deref().unwrap_or(workspace.folder.root());
                let how = How { whole: *whole, force: *force };
                return load::watch(&workspace, sources, input, how, out);
            }
            let before = activation::standing(&workspace)?;
            carry_out(cli, &workspace, out)?;
            activation::withdraw_after(&workspace, before)
        }
        Err(in_use @ Failure::Folder(FolderError::InUse { .. })) => {
            socket::ask(cli, anew).unwrap_or(Err(in_use))
        }
        Err(failure) if matches!(cli.verb, Verb::Check { against_practice: false, .. }) => {
            out.note(&format!(
                "what is admitted is not known, as data/ cannot be opened: {failure}"
            ));
            charter::check(&cli.folder, None, out)
        }
        Err(failure) => Err(failure),
    }
}

/// Carries out a command on an open working folder.
pub fn carry_out(cli: &Cli, workspace: &Workspace, out: &mut Output) -> Result<(), Failure> {
    match &cli.verb {
        Verb::Principal { verb } => principal::run(workspace, verb, out),
        Verb::Load { sources, input, whole, force, watch: false } => {
            let input = input.as_deref().unwrap_or(workspace.folder.root());
            let _alone = workspace.alone();
            let how = How { whole: *whole, force: *force };
            load::run(workspace, sources, input, how, out)
        }
        Verb::Collect { verb } => collect::run(workspace, verb, out),
        Verb::Compact { whole } => compact::run(workspace, *whole, out),
        Verb::Resolve { refit, truth, report } => {
            let _alone = workspace.alone();
            let (truth, report) = (truth.as_deref(), report.as_deref());
            resolve::run(workspace, &resolve::Wishes { refit: *refit, truth, report }, out)
        }
        Verb::Why { first, second, asker } => why::run(workspace, first, second, &asker.name, out),
        Verb::Status { rejected } => status::run(workspace, *rejected, out),
        Verb::Sql { statement, asker } => sql::run(workspace, statement, &asker.name, out),
        Verb::Campaign { verb } => campaign::run(workspace, verb, out),
        Verb::Decide { purpose, asker } => decide::run(workspace, purpose, &asker.name, out),
        Verb::Show { person, all, asker } => {
            person::show(workspace, person, *all, &asker.name, out)
        }
        Verb::Correct { person, column, value, asker } => {
            person::correct(workspace, person, column, value.as_deref(), &asker.name, out)
        }
        Verb::Object { person, topic, withdraw, asker } => {
            person::object(workspace, person, topic, !withdraw, &asker.name, out)
        }
        Verb::Contest { person, column, withdraw, decide, reason, asker } => {
            let what = contest::what(*withdraw, *decide);
            contest::contest(workspace, (person, column), what, reason.as_deref(), &asker.name, out)
        }
        Verb::Restrict { person, purpose, column, lift, reason, asker } => {
            let reason = reason.as_deref();
            match column {
                Some(column) => {
                    contest::stop(workspace, (person, column), !lift, reason, &asker.name, out)
                }
                None => {
                    contest::restrict(workspace, (person, purpose), !lift, reason, &asker.name, out)
                }
            }
        }
        Verb::Split { record, reason, asker } => {
            judge::split(workspace, record, reason, &asker.name, out)
        }
        Verb::Merge { first, second, reason, asker } => {
            judge::merge(workspace, (first, second), reason, &asker.name, out)
        }
        Verb::Delete { person, column, ground, whole_entry, now, asker } => {
            let how = delete::How { whole_entry: *whole_entry, now: *now };
            delete::run(workspace, (person, column), ground.into(), how, &asker.name, out)
        }
        Verb::Erase { person, ground, now, asker } => {
            erase::run(workspace, person, ground.into(), *now, &asker.name, out)
        }
        Verb::Readmit { whom, asker } => erase::readmit(workspace, whom, &asker.name, out),
        Verb::Kept { purpose, asker } => expire::kept(workspace, purpose, &asker.name, out),
        Verb::Sweep => erase::sweep(workspace, out).and_then(|()| activation::withdraw(workspace)),
        Verb::Expire { dry_run } => expire::run(workspace, *dry_run, out),
        Verb::Backup { into, data, keys, keys_days, passphrase } => {
            let places = backup::Places::of(
                into.as_deref(),
                data.as_deref(),
                keys.as_deref(),
                workspace.clock.now(),
            );
            backup::run(workspace, &places, *keys_days, passphrase, out)
        }
        Verb::Uses { person, asker } => person::uses(workspace, person, &asker.name, out),
        Verb::Receipt { person, output, page, asker } => {
            receipt::write(workspace, person, output.as_deref(), page.as_deref(), &asker.name, out)
        }
        Verb::Report { person, output, language, asker } => {
            report::run(workspace, person, output, language.map(Into::into), &asker.name, out)
        }
        Verb::Consent { person, output, asker } => {
            consent::run(workspace, person, output, &asker.name, out)
        }
        Verb::Request { verb } => request::run(workspace, verb, out),
        Verb::Review { number, settle, asker } => {
            review::run(workspace, *number, settle, &asker.name, out)
        }
        Verb::Ledger { verb: LedgerVerb::Verify { witness, .. } } => {
            ledger::verify(workspace, witness, out)
        }
        Verb::Ledger { verb: LedgerVerb::Check } => ledger::check(workspace, out),
        Verb::Ledger { verb: LedgerVerb::Close } => ledger::close(workspace, out),
        _ => of_the_promise(cli, workspace, out),
    }
}

/// Carries out a command about the charter: what it says, who approves it, and how it is kept.
fn of_the_promise(cli: &Cli, workspace: &Workspace, out: &mut Output) -> Result<(), Failure> {
    match &cli.verb {
        Verb::Charter { verb: CharterVerb::Apply } => charter::apply(workspace, out),
        Verb::Charter { verb: CharterVerb::Explain { purpose } } => {
            charter::explain(workspace.folder.root(), purpose, out)
        }
        Verb::Charter { verb: CharterVerb::Diff { old, new } } => {
            difference::run(workspace, old.as_deref(), new.as_deref(), out)
        }
        Verb::Charter { verb: CharterVerb::History } => difference::history(workspace, out),
        Verb::Check { against_practice: false, .. } => {
            charter::check(workspace.folder.root(), Some(workspace), out)
        }
        Verb::Check { against_practice: true, notice, input } => {
            let input = input.as_deref().unwrap_or(workspace.folder.root());
            drift::run(workspace, input, notice.as_deref(), out)
        }
        Verb::Notice { verb: Some(verb), .. } => notice::run(workspace, verb, out),
        Verb::Notice { paper, language, verb: None, .. } => {
            paper::notice(workspace, paper, *language, out)
        }
        Verb::Ropa { paper } => paper::ropa(workspace, paper, out),
        Verb::Assess { purpose, paper } => paper::assess(workspace, purpose, paper, out),
        Verb::Audit(asked) => audit::run(workspace, asked, out),
        Verb::Pending { all } => approve::pending(workspace, *all, out),
        Verb::Approve { turn, withdraw } => {
            let turning = if *withdraw { Turning::Withdraw } else { Turning::Approve };
            approve::run(workspace, turning, turn, out)
        }
        Verb::Veto { turn, withdraw } => {
            let turning = if *withdraw { Turning::Lift } else { Turning::Veto };
            approve::run(workspace, turning, turn, out)
        }
        Verb::Outside => outside::run(workspace, out),
        Verb::Need { source, campaign, asker } => {
            need::run(workspace, source, campaign, &asker.name, out)
        }
        Verb::Inform(args) => inform::run(workspace, args, out),
        Verb::Segment { verb } => segment::run(workspace, verb, out),
        Verb::WhoCan { category } => reach::run(workspace, category, out),
        _ => {
            Err(Failure::Usage(format!("`theirs {}` needs a process of its own", cli.verb.name())))
        }
    }
}

/// Gives a list without a word.
#[cfg(test)]
pub fn decide_quietly(workspace: &Workspace, purpose: &str, asker: &str) -> Result<(), Failure> {
    decide::run(workspace, purpose, asker, &mut Output::to_nobody())
}

/// Joins records to people without a word.
pub fn resolve_quietly(workspace: &Workspace) -> Result<(), Failure> {
    resolve::run(workspace, &resolve::Wishes::default(), &mut Output::to_nobody())
}
