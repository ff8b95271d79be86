//! The notice and the record of processing as JSON-LD, in the terms of the Data Privacy Vocabulary
//! (W3C DPVCG, DPV 2.3, with its extensions for personal data and for the GDPR).

use serde_json::{Value, json};
use theirs_charter::{Basis, Charter};

use crate::notice::{Notice, PurposeTold};
use crate::register::{Activity, beside};

/// The vocabularies by their prefixes.
fn context() -> Value {
    json!({
        "dpv": "https://w3id.org/dpv#",
        "pd": "https://w3id.org/dpv/pd#",
        "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#",
        "dct": "http://purl.org/dc/terms/",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
    })
}

/// The notice as JSON-LD.
pub fn notice_ld(charter: &Charter, notice: &Notice) -> Value {
    document(charter, notice, "dpv:PrivacyNotice", "notice")
}

/// The record of processing as JSON-LD (GDPR Art. 30).
pub fn register_ld(charter: &Charter, notice: &Notice) -> Value {
    let mut register = document(charter, notice, "dpv:RegisterOfProcessingActivities", "register");
    let base = format!("urn:theirs:register:sha256:{}", notice.charter);
    if let Some(processes) = register["dpv:hasProcess"].as_array_mut() {
        processes.extend(beside(charter, notice).iter().map(|one| beside_purposes(&base, one)));
    }
    register
}

/// What is held for nothing, or joined: a process that no purpose of the charter asks for.
fn beside_purposes(base: &str, one: &Activity) -> Value {
    let data: Vec<Value> = one
        .categories
        .iter()
        .filter_map(|key| theirs_charter::category(key))
        .map(|term| json!({ "@id": term.dpv, "dct:description": term.label }))
        .collect();
    let sources: Vec<Value> = one
        .sources
        .iter()
        .map(|source| json!({ "@type": "dpv:DataSource", "dct:title": source }))
        .collect();
    let (purpose, processing) = if one.is_joining() {
        ("dpv:RecordManagement", "dpv:Combine")
    } else {
        ("dpv:Purpose", "dpv:Store")
    };
    json!({
        "@id": format!("{base}#{}", one.name),
        "@type": "dpv:Process",
        "dct:title": one.name,
        "dct:description": one.purpose,
        "dpv:hasPurpose": { "@id": purpose, "dct:description": one.purpose },
        "dpv:hasProcessing": { "@id": processing },
        "dpv:hasLegalBasis": { "@id": "dpv:LegalBasis", "dct:description": one.basis },
        "dpv:hasPersonalData": data,
        "dpv:hasDataSource": sources,
        "dpv:hasRecipient": [],
        "dpv:hasStorageCondition": { "@type": "dpv:StorageDuration",
                                     "dct:description": one.sources_erased_after.join("; ") },
    })
}

fn document(charter: &Charter, notice: &Notice, kind: &str, name: &str) -> Value {
    let own = &notice.controller;
    let base = format!("urn:theirs:{name}:sha256:{}", notice.charter);
    let rights: Vec<Value> = notice
        .rights
        .iter()
        .map(|right| {
            json!({ "@type": "dpv:DataSubjectRight", "dct:title": right.name,
                    "dct:description": right.how, "dct:source": right.law })
        })
        .collect();
    json!({
        "@context": context(),
        "@id": base,
        "@type": kind,
        "dct:identifier": format!("sha256:{}", notice.charter),
        "dct:issued": notice.since.map(|at| json!({ "@type": "xsd:dateTime", "@value": at })),
        "dpv:hasDataController": {
            "@type": "dpv:DataController",
            "dpv:hasName": own.name,
            "dpv:hasAddress": own.address,
            "dpv:hasContact": own.privacy_contact,
            "dpv:hasDataProtectionOfficer": own.data_protection_officer,
            "dpv:hasRepresentative": own.representative,
            "dpv:hasAuthority": own.authority.as_ref().map(|known| &known.name),
        },
        "dpv:hasDataSubject": { "@type": "dpv:Customer" },
        "dpv:hasProcess": notice.purposes.iter().map(|one| process(charter, &base, one)).collect::<Vec<_>>(),
        "dpv:hasRight": rights,
    })
}

fn process(charter: &Charter, base: &str, one: &PurposeTold) -> Value {
    let purpose = charter.purpose(&one.name);
    let keys = purpose.map(|known| crate::notice::seen(charter, known)).unwrap_or_default();
    let data: Vec<Value> = keys
        .iter()
        .filter_map(|key| theirs_charter::category(key))
        .map(|term| json!({ "@id": term.dpv, "dct:description": term.label }))
        .collect();
    let recipients: Vec<Value> = purpose
        .iter()
        .flat_map(|known| &known.recipients)
        .filter_map(|key| charter.recipient(key))
        .map(|known| {
            json!({ "@type": role(&known.role), "dpv:hasName": known.name,
                    "dpv:hasContact": known.contact, "dpv:hasCountry": known.country,
                    "dpv:hasTechnicalOrganisationalMeasure": known.safeguard })
        })
        .collect();
    json!({
        "@id": format!("{base}#{}", one.name),
        "@type": "dpv:Process",
        "dct:title": one.name,
        "dct:description": one.says,
        "dpv:hasPurpose": { "@id": one.dpv },
        "dpv:hasLegalBasis": { "@id": purpose.map_or("dpv:LegalBasis", |known| basis(known.basis)),
                               "dct:description": one.interest },
        "dpv:hasPersonalData": data,
        "dpv:hasRecipient": recipients,
        "dpv:hasStorageCondition": { "@type": "dpv:StorageDuration", "dct:description": one.keep },
        "dpv:hasAutomationLevel": one.picks.as_ref().map(|picks| {
            json!({ "@type": "dpv:HighAutomation", "dct:description": picks.reason })
        }),
    })
}

fn basis(basis: Basis) -> &'static str {
    match basis {
        Basis::Consent => "eu-gdpr:A6-1-a",
        Basis::Contract => "eu-gdpr:A6-1-b",
        Basis::LegalObligation => "eu-gdpr:A6-1-c",
        Basis::VitalInterests => "eu-gdpr:A6-1-d",
        Basis::PublicTask => "eu-gdpr:A6-1-e",
        Basis::LegitimateInterest => "eu-gdpr:A6-1-f",
    }
}

fn role(role: &str) -> &'static str {
    match role {
        "processor" => "dpv:DataProcessor",
        "joint controller" => "dpv:JointDataControllers",
        _ => "dpv:ThirdParty",
    }
}
