//! What the charter answers when a source has other columns than it had under the same charter.
//!
//! Nothing of it is silent: a change is told where it is let in, names itself where it refuses the
//! load, and stands among the rows set aside where those are. Applying a charter, whose turn it is to
//! say what the new columns are, begins anew.

use theirs_charter::SchemaChange;

/// How the columns of a source differ from those it had: each that does, and how.
pub(super) fn changes(
    before: &[(String, String)],
    now: &[(String, String)],
) -> Vec<(String, String)> {
    let type_of = |columns: &[(String, String)], name: &str| {
        columns.iter().find(|(known, _)| known == name).map(|(_, kind)| kind.clone())
    };
    let mut found = Vec::new();
    for (name, kind) in before {
        match type_of(now, name) {
            None => found.push((name.clone(), "is gone from the source".to_owned())),
            Some(other) if other != *kind => {
                found.push((name.clone(), format!("was of type {kind} and is of type {other}")));
            }
            Some(_) => {}
        }
    }
    let new = now.iter().filter(|(name, _)| type_of(before, name).is_none());
    found.extend(new.map(|(name, _)| (name.clone(), "is new in the source".to_owned())));
    found
}

/// The words for a load that is refused.
pub(super) fn refusal(place: &str, changes: &[(String, String)]) -> String {
    let named: Vec<String> =
        changes.iter().map(|(name, how)| format!("\"{name}\" {how}")).collect();
    format!(
        "{place} has other columns than before: {}. The charter says schema: freeze; apply one that \
         says what they are",
        named.join(", ")
    )
}

/// Whether a charter asks what columns a source had.
pub(super) fn is_watched(schema: SchemaChange) -> bool {
    schema != SchemaChange::Evolve
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(list: &[(&str, &str)]) -> Vec<(String, String)> {
        list.iter().map(|(name, kind)| ((*name).to_owned(), (*kind).to_owned())).collect()
    }

    #[test]
    fn what_is_new_gone_or_of_another_type_is_named_and_an_order_is_nothing() {
        let before = columns(&[("id", "bigint"), ("city", "text"), ("born", "date")]);
        let now = columns(&[("born", "text"), ("id", "bigint"), ("faith", "text")]);
        let found = changes(&before, &now);
        let told: Vec<String> = found.iter().map(|(name, how)| format!("{name} {how}")).collect();
        assert_eq!(
            told,
            [
                "city is gone from the source",
                "born was of type date and is of type text",
                "faith is new in the source"
            ]
        );
        let turned = columns(&[("city", "text"), ("born", "date"), ("id", "bigint")]);
        assert!(changes(&before, &turned).is_empty());
        assert!(refusal("shop:client", &found).contains("\"faith\" is new in the source"));
    }
}
