//! What a new version changes in where people's yes and no are read from.
//!
//! A no that is not heard any more, and a yes that is taken from elsewhere, may let a purpose see somebody
//! whom it could not see: that is more. Of several places the latest statement counts.

use theirs_charter::{Charter, IdentityColumn, Meaning, Source};

use super::{Change, ChangeKind, note, readable};

/// A column of a source that says yes or no for people.
struct Voice<'c> {
    source: &'c Source,
    column: &'c str,
    topic: &'c str,
    is_objection: bool,
}

impl Voice<'_> {
    fn is_as(&self, other: &Voice<'_>) -> bool {
        self.is_of_one_thing(other)
            && (&self.source.name, self.column) == (&other.source.name, other.column)
    }

    fn is_of_one_thing(&self, other: &Voice<'_>) -> bool {
        (self.is_objection, self.topic) == (other.is_objection, other.topic)
    }

    fn place(&self) -> String {
        format!("“{}” ({})", self.source.called, readable(self.column))
    }

    /// What somebody says no to, as a sentence has it after "to".
    fn object(&self) -> String {
        match self.topic {
            "marketing" => "advertising".to_owned(),
            "sale" => "the sale of your data".to_owned(),
            "all" => "everything that you may say no to".to_owned(),
            purpose => readable(purpose),
        }
    }
}

/// Whether a column says yes or no for people, and holds nothing else.
pub(super) fn is_choice(column: &IdentityColumn) -> bool {
    column.attribute().is_none()
}

pub(super) fn choices(old: &Charter, new: &Charter, list: &mut Vec<Change>) {
    let (was, is) = (voices(old), voices(new));
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

fn voices(charter: &Charter) -> Vec<Voice<'_>> {
    let mut all = Vec::new();
    for (source, identity) in charter.identities() {
        for column in &identity.columns {
            let (topic, is_objection) = match &column.meaning {
                Meaning::Consent(topic) => (topic, false),
                Meaning::Objection(topic) => (topic, true),
                Meaning::Attribute(_) => continue,
            };
            all.push(Voice { source, column: &column.name, topic, is_objection });
        }
    }
    all
}

/// Without the one column that said yes to something, nobody has said yes to it.
fn lost(gone: &Voice<'_>, is_read_elsewhere: bool, list: &mut Vec<Change>) {
    let place = gone.place();
    let (kind, says) = if gone.is_objection {
        let says = format!("We no longer read in {place} that you say no to {}.", gone.object());
        (ChangeKind::More, says)
    } else {
        let topic = readable(gone.topic);
        let kind = if is_read_elsewhere { ChangeKind::More } else { ChangeKind::Less };
        (kind, format!("We no longer read in {place} whether you said yes or no to: {topic}."))
    };
    note(list, kind, clause(gone), says);
}

fn gained(more: &Voice<'_>, is_read_elsewhere: bool, list: &mut Vec<Change>) {
    let place = more.place();
    let only_refuses = more.source.kind.is_outside();
    let (kind, says) = match (more.is_objection, only_refuses) {
        (true, false) if is_read_elsewhere => {
            let object = more.object();
            let says = format!(
                "We also read in {place} whether you say no to {object}. What was said last counts."
            );
            (ChangeKind::More, says)
        }
        (true, _) => {
            let says = format!("We now read in {place} that you say no to {}.", more.object());
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
