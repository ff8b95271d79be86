//! `theirs inform`: people are told of what is new before it starts.

use super::Output;
use super::words::people;
use crate::cli::InformArgs;
use crate::failure::Failure;
use crate::informing::inform;
use crate::workspace::Workspace;

pub(super) fn run(
    workspace: &Workspace,
    args: &InformArgs,
    out: &mut Output,
) -> Result<(), Failure> {
    let asker = workspace.authenticate(&args.asker.name)?;
    let how = inform(workspace, &asker, &args.subject, &args.page, args.most)?;
    out.data(&how)?;
    let so_many = |number: usize| people(number as u64);
    out.line(&format!(
        "Told of {}: {} by e-mail (outbox/mail/), {} by letter (outbox/letters/), {} on their page.",
        args.subject,
        so_many(how.by_mail),
        so_many(how.by_letter),
        so_many(how.on_page)
    ))?;
    if how.unreachable > 0 {
        out.line(&format!(
            "{} cannot be reached: no e-mail or postal address is surely theirs.",
            so_many(how.unreachable)
        ))?;
    }
    if how.left > 0 {
        out.line(&format!("{} are left; run it again.", so_many(how.left)))?;
    }
    if how.is_done {
        out.line("Everybody whom it concerns now was told.")?;
    }
    Ok(())
}
