//! What a new version changes in where people's yes and no are read from.
//!
//! A no that is not heard any more, and a yes that is taken from elsewhere, may let a purpose see somebody
//! whom it could not see: that is more. Of several places the latest statement counts.

use theirs_charter::{Charter, IdentityColumn, Voice};

use super::{Change, ChangeKind, note, readable};

/// Where it is read.
fn place(voice: &Voice<'_>) -> String {
    format!("“{}” ({})", voice.source.called, readable(voice.column))
}

/// What somebody says no to, as a sentence has it after "to".
fn object(voice: &Voice<'_>) -> String {
    match voice.topic {
        "marketing" => "advertising".to_owned(),
        "sale" => "the sale of your data".to_owned(),
        "all" => "everything that you may say no to".to_owned(),
        purpose => readable(purpose),
    }
}

/// Whether a column says yes or no for people, and holds nothing else.
pub(super) fn is_choice(column: &IdentityColumn) -> bool {
    column.attribute().is_none()
}

pub(super) fn choices(old: &Charter, new: &Charter, list: &mut Vec<Change>) {
    let (was, is) = (old.voices(), new.voices());
    for gone in was.iter().filter(|voice| !is.iter().any(|known| known.is_as(voice))) {
        let is_read_elsewhere = is.iter().any(|known| known.is_of_one_thing(gone));
        lost(gone, is_read_elsewhere, list);
    }
    for more in is.iter().filter(|voice| !was.iter().any(|known| known.is_as(voice))) {
        let elsewhere = |known: &Voice<'_>| {
            known.is_of_one_thing(more) && known.source.name != more.source.name
        };
        gained(more, was.iter().any(elsewhere), list);
    }
}

/// Without the one column that said yes to something, nobody has said yes to it.
fn lost(gone: &Voice<'_>, is_read_elsewhere: bool, list: &mut Vec<Change>) {
    let place = place(gone);
    let (kind, says) = if gone.is_objection {
        let says = format!("We no longer read in {place} that you say no to {}.", object(gone));
        (ChangeKind::More, says)
    } else {
        let topic = readable(gone.topic);
        let kind = if is_read_elsewhere { ChangeKind::More } else { ChangeKind::Less };
        (kind, format!("We no longer read in {place} whether you said yes or no to: {topic}."))
    };
    note(list, kind, clause(gone), says);
}

fn gained(more: &Voice<'_>, is_read_elsewhere: bool, list: &mut Vec<Change>) {
    let place = place(more);
    let only_refuses = more.source.kind.is_outside();
    let (kind, says) = match (more.is_objection, only_refuses) {
        (true, false) if is_read_elsewhere => {
            let object = object(more);
            let says = format!(
                "We also read in {place} whether you say no to {object}. What was said last counts."
            );
            (ChangeKind::More, says)
        }
        (true, _) => {
            let says = format!("We now read in {place} that you say no to {}.", object(more));
            (ChangeKind::Less, says)
        }
        (false, true) => {
            let topic = readable(more.topic);
            (ChangeKind::Less, format!("We now read in {place} that you said no to: {topic}."))
        }
        (false, false) => {
            let topic = readable(more.topic);
            (ChangeKind::More, format!("We now take your yes to “{topic}” from {place}."))
        }
    };
    note(list, kind, clause(more), says);
}

fn clause(voice: &Voice<'_>) -> String {
    format!("sources.{}.columns.{}", voice.source.name, voice.column)
}
