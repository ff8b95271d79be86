//! What an agreement is to: the purposes that rest on a topic, as a charter has them.

use serde::Serialize;
use theirs_charter::{Charter, Law, Purpose, category, country_name, purpose_term};
use theirs_words::Speech;

/// From this tier on, data count as sensitive.
const SENSITIVE: u8 = 2;
/// The controller among the parties.
const CONTROLLER: &str = "controller";

/// What the person said yes or no to.
#[derive(Debug, Clone, Serialize)]
pub struct PiiProcessing {
    /// The notice: the charter, by the SHA-256 of its text.
    pub privacy_notice: String,
    /// The language of the page on which it was said, in which purposes and ways of collection are.
    pub language: &'static str,
    /// The purposes that rest on the agreement.
    pub purposes: Vec<PurposeOfConsent>,
}

/// One purpose that rests on an agreement.
#[derive(Debug, Clone, Serialize)]
pub struct PurposeOfConsent {
    /// The sentence said to the person.
    pub purpose: String,
    /// Its name in the charter.
    pub purpose_id: String,
    /// What kind of purpose it is, in the Data Privacy Vocabulary.
    pub purpose_type: String,
    /// What it rests on.
    pub lawful_basis: &'static str,
    /// The data that it sees.
    pub pii_information: Vec<PiiInformation>,
    /// Who answers for it, among the parties.
    pub pii_controllers: Vec<String>,
    /// How the data were got.
    pub collection_method: Vec<String>,
    /// Where they are kept.
    pub storage_locations: Vec<String>,
    /// How long what it makes is kept.
    pub retention_period: String,
    /// Whose laws count.
    pub jurisdiction: Vec<String>,
    /// Who may be given the data, among the parties.
    pub recipient_third_parties: Vec<String>,
    /// How the agreement is taken back.
    pub withdrawal_method: String,
    /// Whom clients may complain to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authority_party: Option<String>,
}

/// One kind of data that a purpose sees.
#[derive(Debug, Clone, Serialize)]
pub struct PiiInformation {
    /// What kind, in the Data Privacy Vocabulary.
    pub pii_type: String,
    /// Its name in the charter.
    pub pii_attribute_id: String,
    /// Whether it is delicate.
    pub sensitive_pii_category: bool,
    /// Whether the law protects it specially.
    pub special_pii_category: bool,
}

/// Somebody who is named.
#[derive(Debug, Clone, Serialize)]
pub struct Party {
    /// By what it is named elsewhere in the record.
    pub party_id: String,
    /// Its name.
    pub party_name: String,
    /// Where it is.
    pub party_address: String,
    /// Whom to ask.
    pub party_contact: String,
    /// What it is to the data.
    pub party_role: String,
    /// What it does.
    pub party_type: String,
}

/// What rests on a topic; nothing, if the charter has no such topic.
pub(super) fn of(charter: &Charter, speech: &Speech, topic: &str) -> Option<PiiProcessing> {
    let resting = charter.purposes.iter().filter(|one| one.consent.as_deref() == Some(topic));
    let purposes: Vec<PurposeOfConsent> =
        resting.map(|one| purpose(charter, speech, one)).collect();
    (!purposes.is_empty()).then(|| PiiProcessing {
        privacy_notice: format!("sha256:{}", charter.digest),
        language: speech.code(),
        purposes,
    })
}

fn purpose(charter: &Charter, speech: &Speech, one: &Purpose) -> PurposeOfConsent {
    let own = &charter.controller;
    let country = own.country.as_deref().map(country_name);
    PurposeOfConsent {
        purpose: speech.again(&one.says),
        purpose_id: one.name.clone(),
        purpose_type: purpose_term(&one.category)
            .map_or_else(|| one.category.clone(), |term| term.dpv.clone()),
        lawful_basis: one.basis.name(),
        pii_information: information(charter, one),
        pii_controllers: vec![CONTROLLER.to_owned()],
        collection_method: acquired(charter, one).iter().map(|way| speech.again(way)).collect(),
        storage_locations: vec![country.unwrap_or_else(|| "not stated".to_owned())],
        retention_period: one.keep.to_string(),
        jurisdiction: own.laws.iter().map(|law| name_of(*law).to_owned()).collect(),
        recipient_third_parties: one.recipients.clone(),
        withdrawal_method: format!(
            "on your page, under \"What we use it for\", or by a word to {}",
            own.privacy_contact
        ),
        authority_party: own.authority.as_ref().map(|known| known.name.clone()),
    }
}

fn name_of(law: Law) -> &'static str {
    Law::ALL.iter().find(|known| known.1 == law).map_or("", |known| known.0)
}

fn information(charter: &Charter, one: &Purpose) -> Vec<PiiInformation> {
    let columns = one.columns.iter().filter_map(|grant| {
        let (attribute, _) = charter.attribute(&grant.column)?;
        Some(kind(&attribute.category.0, &grant.column))
    });
    let activities = one.activities.iter().filter_map(|grant| {
        let (_, activity) = charter.activities().find(|(known, _)| known.name == grant.source)?;
        Some(kind(&activity.category, &grant.source))
    });
    columns.chain(activities).collect()
}

fn kind(key: &str, name: &str) -> PiiInformation {
    let term = category(key);
    PiiInformation {
        pii_type: term.map_or_else(|| key.to_owned(), |term| term.dpv.clone()),
        pii_attribute_id: name.to_owned(),
        sensitive_pii_category: term.is_none_or(|term| term.tier >= SENSITIVE),
        special_pii_category: term.is_some_and(|term| term.special.is_some()),
    }
}

/// How the sources of what a purpose sees got it, each way once.
fn acquired(charter: &Charter, one: &Purpose) -> Vec<String> {
    let gives = |name: &str| one.columns.iter().any(|grant| grant.column == name);
    let identities = charter.identities().filter(|(_, identity)| {
        identity.columns.iter().any(|column| {
            matches!(&column.meaning, theirs_charter::Meaning::Attribute(known)
                if gives(known.column()))
        })
    });
    let of_people = identities.filter(|(source, _)| !source.kind.is_outside());
    let granted = |name: &str| one.activities.iter().any(|grant| grant.source == name);
    let of_deeds = charter.activities().filter(|(source, _)| granted(&source.name));
    let mut ways: Vec<String> = of_people
        .map(|(source, _)| source.acquired.clone())
        .chain(of_deeds.map(|(source, _)| source.acquired.clone()))
        .collect();
    let mut seen = std::collections::BTreeSet::new();
    ways.retain(|way| seen.insert(way.clone()));
    ways
}

/// Everybody who is named in what an agreement is to.
pub(super) fn parties(charter: &Charter, processing: &PiiProcessing) -> Vec<Party> {
    let own = &charter.controller;
    let mut parties = vec![Party {
        party_id: CONTROLLER.to_owned(),
        party_name: own.name.clone(),
        party_address: own.address.clone().unwrap_or_else(|| "not stated".to_owned()),
        party_contact: own.privacy_contact.clone(),
        party_role: "controller".to_owned(),
        party_type: "the organisation that you deal with".to_owned(),
    }];
    for recipient in &charter.recipients {
        let is_named = processing
            .purposes
            .iter()
            .any(|purpose| purpose.recipient_third_parties.contains(&recipient.key));
        if is_named {
            parties.push(Party {
                party_id: recipient.key.clone(),
                party_name: recipient.name.clone(),
                party_address: country_name(&recipient.country),
                party_contact: recipient.contact.clone(),
                party_role: recipient.role.clone(),
                party_type: recipient.does.clone().unwrap_or_else(|| "recipient".to_owned()),
            });
        }
    }
    parties
}
