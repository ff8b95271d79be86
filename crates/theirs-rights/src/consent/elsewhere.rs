//! What sources tell of a person's agreements: a record for each source and topic, of entries that are
//! surely theirs. A source from outside may say no for somebody, and never yes.

use std::collections::BTreeMap;

use jiff::Timestamp;
use ring::digest::{SHA256, digest};
use theirs_charter::{Charter, Meaning};
use theirs_model::{Digest, UseId};
use theirs_store::{Person, Record};

use super::{Charters, ConsentEvent, ConsentRecord, ConsentState, EXPRESSED, header, holds};
use crate::desk::{By, Desk, RightsError};

impl Desk {
    pub(super) fn told_by_sources(
        &self,
        person: &Person,
        charters: &mut Charters,
    ) -> Result<Vec<ConsentRecord>, RightsError> {
        let loads = self.store.last_loads()?;
        let read: BTreeMap<&str, Digest> =
            loads.iter().map(|load| (load.source.as_str(), load.charter)).collect();
        let (entries, _) = self.shown(person, By::Person)?;
        let mut latest: BTreeMap<(String, String), ConsentRecord> = BTreeMap::new();
        for entry in &entries {
            let digest = read.get(entry.source.as_str()).unwrap_or(&self.charter.digest);
            for record in told(charters.then(self, digest)?, person, entry) {
                let key = (record.record.said.clone(), record.record.topic.clone());
                let is_later = latest.get(&key).is_none_or(|known| counts(known) < counts(&record));
                if is_later {
                    latest.insert(key, record);
                }
            }
        }
        Ok(latest.into_values().collect())
    }
}

/// What counts of two entries: the later one, and a no of the same moment.
fn counts(record: &ConsentRecord) -> Option<(Timestamp, bool)> {
    let event = record.event.first()?;
    Some((event.event_time, event.event_state == ConsentState::Refused))
}

/// What one entry tells, as this charter reads it.
fn told(charter: &Charter, person: &Person, entry: &Record) -> Vec<ConsentRecord> {
    let known = charter.identities().find(|(source, _)| source.name == entry.source);
    let Some((source, identity)) = known else { return Vec::new() };
    let speech = charter.speech(charter.language);
    let topics = identity.columns.iter().filter_map(|column| {
        let Meaning::Consent(topic) = &column.meaning else { return None };
        let yes = entry.columns.get(&column.name)? == "true";
        (!(yes && source.kind.is_outside())).then_some((topic, yes))
    });
    let record = |(topic, yes): (&String, bool)| {
        let event = ConsentEvent {
            event_time: entry.since,
            validity_duration: holds(yes),
            entity_id: person.id.to_string(),
            event_type: EXPRESSED,
            event_state: if yes { ConsentState::Given } else { ConsentState::Refused },
            noted_by: source.called.clone(),
            use_id: None,
            ledger_entry: None,
        };
        let head = header(person, number(person, &source.name, topic), &source.name, topic);
        ConsentRecord::begun(charter, &speech, head, event)
    };
    topics.filter_map(record).collect()
}

/// The number of a record that stands under no use: the same each time it is made.
fn number(person: &Person, source: &str, topic: &str) -> UseId {
    let named = format!("consent\n{}\n{source}\n{topic}", person.id);
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest(&SHA256, named.as_bytes()).as_ref()[..16]);
    UseId(bytes)
}
