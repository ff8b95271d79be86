//! The kinds of data that are held of somebody: where each is from, and how long it is kept.

use std::collections::BTreeMap;

use serde::Serialize;
use theirs_charter::{Charter, Holds, category};
use theirs_notice::{Origin, UNBOUNDED, origin};

use crate::access::Dossier;

/// One kind of data that is held (GDPR Art. 15(1)(b), (d) and (g)).
#[derive(Debug, Serialize)]
pub struct CategoryHeld {
    /// Its key in the vocabulary.
    pub key: String,
    /// What clients read.
    pub label: String,
    /// The law that protects it specially, if any (GDPR Art. 9 and 10).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub special: Option<String>,
    /// Where it is from, and how long it is kept there.
    pub from: Vec<Origin>,
}

pub(super) fn held(charter: &Charter, record: &Dossier) -> Vec<CategoryHeld> {
    let mut found: BTreeMap<String, Vec<Origin>> = BTreeMap::new();
    for entry in &record.entries {
        let of = found.entry(entry.category.clone()).or_default();
        for said in &entry.said {
            let origin = charter
                .source(&said.source)
                .map_or_else(own_word, |source| origin(charter, source));
            if !of.contains(&origin) {
                of.push(origin);
            }
        }
    }
    for section in &record.activities {
        let Some(source) = charter.source(&section.name) else { continue };
        let Holds::Activity(activity) = &source.holds else { continue };
        let columns = activity.columns.iter().map(|column| &column.category);
        for key in columns.chain([&activity.category]).filter(|key| !key.is_empty()) {
            let of = found.entry(key.clone()).or_default();
            let origin = origin(charter, source);
            if !of.contains(&origin) {
                of.push(origin);
            }
        }
    }
    found.into_iter().filter(|(_, from)| !from.is_empty()).map(known).collect()
}

fn known((key, from): (String, Vec<Origin>)) -> CategoryHeld {
    let term = category(&key);
    CategoryHeld {
        label: term.map_or_else(|| key.clone(), |term| term.label.clone()),
        special: term.and_then(|term| term.special.clone()),
        key,
        from,
    }
}

fn own_word() -> Origin {
    Origin {
        called: "You".to_owned(),
        kind: "you told us here",
        acquired: "You put this right on your page.".to_owned(),
        kept: UNBOUNDED.to_owned(),
        outside: false,
        locked: false,
    }
}
