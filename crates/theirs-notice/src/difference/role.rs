//! What a new version changes in who of us may do what, and in who holds a key.

use std::collections::BTreeSet;

use theirs_charter::{Charter, Key, Role};
use theirs_words::capital;

use super::{Change, ChangeKind, each, note, readable};

pub(super) fn roles(old: &Charter, new: &Charter, list: &mut Vec<Change>) {
    for role in &new.roles {
        let was = old.role(&role.name);
        let before: BTreeSet<String> =
            was.map(|role| role.purposes.iter().cloned().collect()).unwrap_or_default();
        let now: BTreeSet<String> = role.purposes.iter().cloned().collect();
        let clause = format!("roles.{}", role.name);
        each(&before, &now, list, |purpose, kind| {
            let may = if kind == ChangeKind::More { "may use" } else { "may no longer use" };
            let says =
                format!("{} {may} your data for {}.", capital(&role.says), readable(purpose));
            (format!("{clause}.purposes"), says)
        });
        let opened = was.is_some_and(|role| role.may_see_records);
        if opened != role.may_see_records {
            let (kind, may) = if role.may_see_records {
                (ChangeKind::More, "may")
            } else {
                (ChangeKind::Less, "may no longer")
            };
            let says =
                format!("{} {may} open your whole record, to answer you.", capital(&role.says));
            note(list, kind, format!("{clause}.may_see_records"), says);
        }
        key(role, was.and_then(|was| was.key), role.key, list);
    }
    for role in old.roles.iter().filter(|role| new.role(&role.name).is_none()) {
        let says = format!("{} may use no data any more.", capital(&role.says));
        note(list, ChangeKind::Less, format!("roles.{}", role.name), says);
        key(role, role.key, None, list);
    }
    nobody_stops(old, new, list);
}

/// Which key the people of a role held, and which they hold.
fn key(role: &Role, was: Option<Key>, is: Option<Key>, list: &mut Vec<Change>) {
    if was == is {
        return;
    }
    for (held, may) in [(was, "may no longer"), (is, "may")] {
        let Some(held) = held else { continue };
        let says = format!("{} {may} {}.", capital(&role.says), opens(held));
        note(list, ChangeKind::Other, format!("roles.{}.key", role.name), says);
    }
}

/// What the people of a role may do who hold a key.
fn opens(key: Key) -> String {
    match key {
        Key::It | Key::Marketing => {
            format!("say yes for {} to what does not begin before two people agree", key.in_words())
        }
        Key::Privacy => "stop what is done with your data, to protect you".to_owned(),
    }
}

/// That nobody holds the key any more which stops things.
fn nobody_stops(old: &Charter, new: &Charter, list: &mut Vec<Change>) {
    let is_held =
        |charter: &Charter| charter.roles.iter().any(|role| role.key == Some(Key::Privacy));
    let (kind, says) = match (is_held(old), is_held(new)) {
        (true, false) => (ChangeKind::More, "Nobody of us has the task any more to"),
        (false, true) => (ChangeKind::Less, "Somebody of us has the task now to"),
        _ => return,
    };
    note(list, kind, "roles".to_owned(), format!("{says} {}.", opens(Key::Privacy)));
}
