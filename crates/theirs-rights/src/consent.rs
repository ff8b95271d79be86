//! Records of what a person agreed to and took back, and a receipt of them to keep (GDPR Art. 7(1)).
//!
//! The fields are those of ISO/IEC TS 27560:2023 (Consent record information structure), their values
//! terms of the Data Privacy Vocabulary, as its guide maps the one to the other. Nothing is kept for
//! it: each record is made anew from the uses that hold what the person said, and from the charter
//! that was in force then. So it cannot say otherwise than the ledger, and it goes with the person.
//! What a source tells of an agreement is a record of its own, `said` by that source: nobody here saw
//! it given, so it stands under no use, and the charter is that under which the source was last read.

mod elsewhere;
mod processing;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;
use theirs_charter::{Charter, Outside};
use theirs_model::{Digest, UseId};
use theirs_people::profile;
use theirs_store::Person;
use theirs_uses::{Act, Told, charter_of};
use theirs_words::{Language, Speech};

pub use self::processing::{Party, PiiInformation, PiiProcessing, PurposeOfConsent};
use crate::desk::{By, Desk, RightsError};

/// What a record conforms to.
const RECORD: &str = "https://w3id.org/dpv/schema/dpv-27560#record-eu-gdpr";
/// What a receipt conforms to.
const RECEIPT: &str = "https://w3id.org/dpv/schema/dpv-27560#receipt-eu-gdpr";
/// How something was said.
const EXPRESSED: &str = "dpv:ExpressedConsent";

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

/// What a person said to one topic: here, to one version of the charter in one language, or to a
/// source.
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
    /// The use under which the first event is in the ledger; of what a source tells, a number made of
    /// the person's, the source and the topic.
    pub record_id: UseId,
    /// Where it was said: the source that tells it, by its name in the charter, or `you`.
    pub said: String,
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
    /// Who wrote it down, such as "you", "our customer service" or a source.
    pub noted_by: String,
    /// The use under which it is in the ledger; none of what a source tells.
    pub use_id: Option<UseId>,
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
    language: Option<Language>,
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

    /// The records of what a person agreed to and took back, here or as sources tell, the earliest
    /// first.
    pub(crate) fn consents(&self, person: &Person) -> Result<Vec<ConsentRecord>, RightsError> {
        let mut charters = Charters::default();
        let mut agreed = self.agreed_elsewhere(person)?;
        let mut records: Vec<(Text, ConsentRecord)> = Vec::new();
        for said in self.said(person)? {
            let charter = charters.then(self, &said.charter)?;
            let speech = charter.speech(said.language.unwrap_or(charter.language));
            let text = (said.charter, speech.language());
            let had_agreed = agreed.insert(said.topic.clone(), said.yes).unwrap_or(false);
            let event = event(&said, had_agreed, person);
            let known = records.iter_mut().rev().find(|(_, one)| one.record.topic == said.topic);
            match known {
                // A yes to another text is another agreement; a no ends the one there is.
                Some((known, record)) if !said.yes || *known == text => {
                    record.event.push(event);
                }
                _ => {
                    let head = header(person, said.use_id, "you", &said.topic);
                    let record = ConsentRecord::begun(charter, &speech, head, event);
                    records.extend(record.map(|record| (text, record)));
                }
            }
        }
        let mut records: Vec<ConsentRecord> =
            records.into_iter().map(|(_, record)| record).collect();
        records.extend(self.told_by_sources(person, &mut charters)?);
        records.sort_by_key(|record| record.event.first().map(|event| event.event_time));
        Ok(records)
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
                language: told.language.as_deref().and_then(Language::named),
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
}

/// What somebody was asked: a charter, in a language.
type Text = (Digest, Language);

/// The charters that were in force, each read once.
#[derive(Default)]
struct Charters(BTreeMap<Digest, Charter>);

impl Charters {
    /// The charter of a digest; that in force, if there is none.
    fn then<'a>(&'a mut self, desk: &'a Desk, digest: &Digest) -> Result<&'a Charter, RightsError> {
        if *digest != desk.charter.digest && !self.0.contains_key(digest) {
            let version = desk.store.charter_version(digest)?;
            let read = version.and_then(|one| {
                Charter::read_with("charter.yaml", &one.text, Outside::AsApplied).ok()
            });
            self.0.extend(read.map(|charter| (*digest, charter)));
        }
        Ok(self.0.get(digest).unwrap_or(&desk.charter))
    }
}

impl ConsentRecord {
    /// A record with its first event; none, if nothing rests on the topic.
    fn begun(
        charter: &Charter,
        speech: &Speech,
        record: RecordHeader,
        event: ConsentEvent,
    ) -> Option<Self> {
        let pii_processing = processing::of(charter, speech, &record.topic)?;
        let party_identification = processing::parties(charter, &pii_processing);
        Some(Self { record, pii_processing, party_identification, event: vec![event] })
    }
}

fn header(person: &Person, record_id: UseId, said: &str, topic: &str) -> RecordHeader {
    RecordHeader {
        schema_version: RECORD,
        record_id,
        said: said.to_owned(),
        pii_principal_id: person.id.to_string(),
        topic: topic.to_owned(),
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
        validity_duration: holds(said.yes),
        entity_id: person.id.to_string(),
        event_type: EXPRESSED,
        event_state,
        noted_by: said.told.by.clone(),
        use_id: Some(said.use_id),
        ledger_entry: said.leaf,
    }
}

/// For how long a word holds.
fn holds(yes: bool) -> &'static str {
    if yes { "until it is withdrawn" } else { "until they say yes" }
}
