//! The receipt as a file: one line of JSON without spaces, its members in the order given here.
//!
//! A receipt is read only if writing it again gives the same bytes, so that no bit of the file is
//! without meaning.

use std::collections::HashMap;

use base64::prelude::{BASE64_STANDARD, Engine};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use theirs_model::Digest;

use crate::ReceiptError;

/// The first member of every receipt of this format.
pub(crate) const FORMAT: &str = "theirs receipt 1";

/// The longest receipt that is read, in bytes.
const LONGEST: usize = 64 << 20;

/// What was told to one person, with proofs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// The format of this file.
    pub format: String,
    /// The key that verifies the checkpoint (C2SP signed-note).
    pub key: String,
    /// The checkpoint that all proofs are for, a signed note.
    pub checkpoint: String,
    /// The keys of the witnesses whose cosignatures stand below the log's signature, in that order;
    /// not written where there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub witnesses: Vec<String>,
    /// What is told, each text once, as the bytes that were hashed.
    pub told: Vec<String>,
    /// The hashes of which proofs in the log are made, 32 bytes each, each once.
    pub nodes: Blob,
    /// The close of the last epoch; none before the first.
    pub heads: Option<LogLeaf>,
    /// One history for each slot that stood for the person.
    pub histories: Vec<History>,
    /// What happened since that epoch.
    pub unsealed: Vec<Unsealed>,
    /// That the log only grew since earlier receipts.
    pub grown: Vec<Grown>,
}

/// One leaf of the log and the proof that it is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogLeaf {
    /// Where it stands.
    pub leaf: u64,
    /// Its 130 bytes.
    pub entry: Blob,
    /// Its audit path, as numbers of nodes.
    pub proof: Vec<u32>,
}

/// All that one chain holds of the person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct History {
    /// The slot, which is the place in the heads tree.
    pub slot: u32,
    /// What blinds the head.
    pub blind: Blob,
    /// The audit path in the heads tree.
    pub path: Blob,
    /// The chain before the first line shown; empty for a whole history.
    pub before: Before,
    /// The lines, in the order of the chain.
    pub lines: Vec<Line>,
    /// The commitments after the last line shown, 32 bytes each; empty for a whole history.
    pub after: Blob,
}

/// A chain as far as it is not shown.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Before {
    /// How many links it has.
    pub count: u64,
    /// Its last link; empty where there is none.
    pub head: Blob,
}

/// Uses that tell the person the same, within one epoch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// What is told to all, as a number among the texts.
    pub told: u32,
    /// What is told to this person alone; empty where there is nothing.
    pub one: String,
    /// What blinds the commitment.
    pub blind: Blob,
    /// The uses.
    pub uses: Vec<LogLeaf>,
    /// The batch with the commitments of all whom they concern.
    pub batch: LogLeaf,
    /// The place in that batch.
    pub at: u64,
    /// The audit path in that batch.
    pub path: Blob,
}

/// A use that no epoch has sealed yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unsealed {
    /// What is told, as a number among the texts.
    pub told: u32,
    /// The use.
    pub used: LogLeaf,
}

/// That the log only grew since it had an earlier size.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grown {
    /// The earlier size.
    pub size: u64,
    /// The root it had then.
    pub root: Blob,
    /// The consistency proof, as numbers of nodes.
    pub proof: Vec<u32>,
}

impl Receipt {
    /// A receipt that shows nothing yet.
    pub fn new(key: String, checkpoint: String) -> Self {
        Self {
            format: FORMAT.to_owned(),
            key,
            checkpoint,
            witnesses: Vec::new(),
            told: Vec::new(),
            nodes: Blob::default(),
            heads: None,
            histories: Vec::new(),
            unsealed: Vec::new(),
            grown: Vec::new(),
        }
    }

    /// The one text of this receipt.
    pub fn write(&self) -> Result<String, ReceiptError> {
        let mut text = serde_json::to_string(self).map_err(|_| ReceiptError::Unreadable)?;
        text.push('\n');
        Ok(text)
    }

    /// The receipt of a text; any other text for the same receipt is refused.
    pub fn read(text: &[u8]) -> Result<Self, ReceiptError> {
        if text.len() > LONGEST {
            return Err(ReceiptError::Unreadable);
        }
        let receipt: Self = serde_json::from_slice(text).map_err(|_| ReceiptError::Unreadable)?;
        if receipt.format != FORMAT {
            return Err(ReceiptError::Format);
        }
        if receipt.write()?.as_bytes() != text {
            return Err(ReceiptError::NotCanonical);
        }
        Ok(receipt)
    }
}

/// Bytes, written in base64.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Blob(pub Vec<u8>);

impl Blob {
    /// Digests one after another.
    pub fn of(digests: &[Digest]) -> Self {
        Self(digests.iter().flat_map(|digest| digest.0).collect())
    }

    /// The digest that these bytes are.
    pub fn digest(&self) -> Option<Digest> {
        self.0.as_slice().try_into().ok().map(Digest)
    }

    /// The digests that these bytes are, one after another.
    pub fn digests(&self) -> Option<Vec<Digest>> {
        let digest = |part: &[u8]| part.try_into().ok().map(Digest);
        self.0.chunks(32).map(digest).collect()
    }
}

impl Serialize for Blob {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&BASE64_STANDARD.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Blob {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        BASE64_STANDARD.decode(text).map(Self).map_err(|_| D::Error::custom("it is not base64"))
    }
}

/// Gathers the hashes of many proofs, each once.
#[derive(Default)]
pub struct Nodes {
    numbers: HashMap<Digest, u32>,
    all: Vec<Digest>,
}

impl Nodes {
    /// The proof as numbers of nodes.
    pub fn proof(&mut self, proof: &[Digest]) -> Vec<u32> {
        proof.iter().map(|digest| self.number(*digest)).collect()
    }

    fn number(&mut self, digest: Digest) -> u32 {
        let next = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
        let number = *self.numbers.entry(digest).or_insert(next);
        if number == next {
            self.all.push(digest);
        }
        number
    }

    /// All nodes, one after another.
    pub fn blob(&self) -> Blob {
        Blob::of(&self.all)
    }
}
