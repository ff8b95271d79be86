//! Records of what a person agreed to and took back, and a receipt of them to keep (GDPR Art. 7(1)).
//!
//! The fields are those of ISO/IEC TS 27560:2023 (Consent record information structure), their values
//! terms of the Data Privacy Vocabulary, as its guide maps the one to the other. Nothing is kept for
//! it: each record is made anew from the uses that hold what the person said, and from the charter
//! that was in force then. So it cannot say otherwise than the ledger, and it goes with the person.
//! Price: what a source says of an agreement has no record, as nobody here saw it given.

mod processing;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;
use theirs_charter::{Charter, Outside};
use theirs_model::{Digest, UseId};
use theirs_people::profile;
use theirs_store::Person;
use theirs_uses::{Act, Told, charter_of};

pub use self::processing::{Party, PiiInformation, PiiProcessing, PurposeOfConsent};
use crate::desk::{By, Desk, RightsError};

/// What a record conforms to.
const RECORD: &str = "https://w3id.org/dpv/schema/dpv-27560#record-eu-gdpr";
/// What a receipt conforms to.
const RECEIPT: &str = "https://w3id.org/dpv/schema/dpv-27560#receipt-eu-gdpr";

/// A receipt: the records as they were at one moment.
#[derive(Debug, Serialize)]
pub struct ConsentReceipt {
    /// What it is.
    pub receipt: ReceiptHeader,
    /// The records, the earliest first.
    pub consent_records: Vec<ConsentRecord>,
}

/// What a receipt is.
#[derive(Debug, Serialize)]
pub struct ReceiptHeader {
    /// What its form is.
    pub schema_version: &'static str,
    /// The use under which it was made.
    pub receipt_id: UseId,
    /// When.
    pub issued: Timestamp,
}

/// What a person said to one topic under one version of the charter.
#[derive(Debug, Clone, Serialize)]
pub struct ConsentRecord {
    /// What it is, and whose.
    pub record: RecordHeader,
    /// What the person said yes or no to.
    pub pii_processing: PiiProcessing,
    /// Who is named in it.
    pub party_identification: Vec<Party>,
    /// What they said, and when, the earliest first.
    pub event: Vec<ConsentEvent>,
}

/// What a record is, and whose.
#[derive(Debug, Clone, Serialize)]
pub struct RecordHeader {
    /// What its form is.
    pub schema_version: &'static str,
    /// The use under which the first event is in the ledger.
    pub record_id: UseId,
    /// The number by which the person is known, which is no name.
    pub pii_principal_id: String,
    /// The topic, as the charter names it.
    pub topic: String,
}

/// Something that was said.
#[derive(Debug, Clone, Serialize)]
pub struct ConsentEvent {
    /// When.
    pub event_time: Timestamp,
    /// For how long it holds.
    pub validity_duration: &'static str,
    /// Whose word it is: the person's number.
    pub entity_id: String,
    /// How it was said.
    pub event_type: &'static str,
    /// What came of it.
    pub event_state: ConsentState,
    /// Who wrote it down, such as "you" or "our customer service".
    pub noted_by: String,
    /// The use under which it is in the ledger.
    pub use_id: UseId,
    /// Its place in the ledger; none if it is not there yet.
    pub ledger_entry: Option<u64>,
}

/// What came of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum ConsentState {
    /// The person agreed.
    #[serde(rename = "dpv:ConsentGiven")]
    Given,
    /// They took back what they had agreed to.
    #[serde(rename = "dpv:ConsentWithdrawn")]
    Withdrawn,
    /// They said no without having agreed.
    #[serde(rename = "dpv:ConsentRefused")]
    Refused,
}

impl ConsentState {
    /// What the person reads.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Given => "you said yes",
            Self::Withdrawn => "you took your yes back",
            Self::Refused => "you said no",
        }
    }
}

impl ConsentRecord {
    /// How it stands now.
    pub fn state(&self) -> Option<ConsentState> {
        self.event.last().map(|event| event.event_state)
    }
}

/// Something that was said, as the ledger has it.
struct Said {
    topic: String,
    yes: bool,
    charter: Digest,
    told: Told,
    use_id: UseId,
    leaf: Option<u64>,
    at: Timestamp,
}

impl Desk {
    /// A receipt of what a person agreed to and took back; that it was made is on record.
    pub fn consent_receipt(
        &self,
        person: &Person,
        by: By<'_>,
    ) -> Result<ConsentReceipt, RightsError> {
        let mut told = self.telling(Act::Receipt, by)?;
        told.reason = Some("what you agreed to".to_owned());
        let issued = self.now();
        let receipt_id = self.book.log_one(&told, person.slot, self.charter.digest, issued)?;
        let receipt = ReceiptHeader { schema_version: RECEIPT, receipt_id, issued };
        Ok(ConsentReceipt { receipt, consent_records: self.consents(person)? })
    }

    /// The records of what a person agreed to and took back here, the earliest first.
    pub(crate) fn consents(&self, person: &Person) -> Result<Vec<ConsentRecord>, RightsError> {
        let mut charters: BTreeMap<Digest, Charter> = BTreeMap::new();
        let mut agreed = self.agreed_elsewhere(person)?;
        let mut records: Vec<(Digest, ConsentRecord)> = Vec::new();
        for said in self.said(person)? {
            if !charters.contains_key(&said.charter)
                && let Some(charter) = self.charter_then(&said.charter)?
            {
                charters.insert(said.charter, charter);
            }
            let charter = charters.get(&said.charter).unwrap_or(&*self.charter);
            let had_agreed = agreed.insert(said.topic.clone(), said.yes).unwrap_or(false);
            let event = event(&said, had_agreed, person);
            let known = records.iter_mut().rev().find(|(_, one)| one.record.topic == said.topic);
            match known {
                // A yes to another text is another agreement; a no ends the one there is.
                Some((digest, record)) if !said.yes || *digest == said.charter => {
                    record.event.push(event);
                }
                _ => {
                    if let Some(processing) = processing::of(charter, &said.topic) {
                        let record = RecordHeader {
                            schema_version: RECORD,
                            record_id: said.use_id,
                            pii_principal_id: person.id.to_string(),
                            topic: said.topic.clone(),
                        };
                        let party_identification = processing::parties(charter, &processing);
                        let event = vec![event];
                        let record = ConsentRecord {
                            record,
                            pii_processing: processing,
                            party_identification,
                            event,
                        };
                        records.push((said.charter, record));
                    }
                }
            }
        }
        Ok(records.into_iter().map(|(_, record)| record).collect())
    }

    /// What the person said to topics of consent, the earliest first.
    fn said(&self, person: &Person) -> Result<Vec<Said>, RightsError> {
        let mut said = Vec::new();
        for (used, told) in self.book.history(person.slot)? {
            if told.act != Act::Consent {
                continue;
            }
            let words = told.reason.as_deref().and_then(|reason| reason.rsplit_once(": "));
            let Some((topic, word)) = words else { continue };
            said.push(Said {
                topic: topic.to_owned(),
                yes: word == "yes",
                charter: charter_of(&used).unwrap_or(self.charter.digest),
                use_id: used.id,
                leaf: used.leaf,
                at: used.at,
                told,
            });
        }
        said.reverse();
        Ok(said)
    }

    /// What sources say that the person agreed to.
    fn agreed_elsewhere(&self, person: &Person) -> Result<BTreeMap<String, bool>, RightsError> {
        let records = self.store.records_of(person.slot)?;
        let imported = profile(&self.charter, &records, &[]).choices.consents;
        Ok(imported.into_iter().map(|(topic, stated)| (topic, stated.yes)).collect())
    }

    /// The charter that was in force under a digest.
    fn charter_then(&self, digest: &Digest) -> Result<Option<Charter>, RightsError> {
        if *digest == self.charter.digest {
            return Ok(None);
        }
        let version = self.store.charter_version(digest)?;
        Ok(version.and_then(|version| {
            Charter::read_with("charter.yaml", &version.text, Outside::AsApplied).ok()
        }))
    }
}

fn event(said: &Said, had_agreed: bool, person: &Person) -> ConsentEvent {
    let event_state = match (said.yes, had_agreed) {
        (true, _) => ConsentState::Given,
        (false, true) => ConsentState::Withdrawn,
        (false, false) => ConsentState::Refused,
    };
    ConsentEvent {
        event_time: said.at,
        validity_duration: if said.yes { "until it is withdrawn" } else { "until they say yes" },
        entity_id: person.id.to_string(),
        event_type: "dpv:ExpressedConsent",
        event_state,
        noted_by: said.told.by.clone(),
        use_id: said.use_id,
        ledger_entry: said.leaf,
    }
}
