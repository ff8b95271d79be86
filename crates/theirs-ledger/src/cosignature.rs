//! Cosignatures of witnesses: C2SP [tlog-cosignature](https://c2sp.org/tlog-cosignature), Ed25519.
//!
//! A witness says with one that, as of a time, this was the largest tree it had seen of the log and
//! that it began with every tree it had seen before. So whoever trusts a witness needs not trust the
//! log to show everybody the same. The message does not hold the witness's name, so a key belongs
//! to one name alone; the id of the key, which the name is part of, is checked everywhere.

use base64::prelude::{BASE64_STANDARD, Engine};
use ed25519_dalek::{Signature as Bytes, Signer as _, SigningKey, VerifyingKey};
use jiff::Timestamp;
use signed_note::{Note, Signature, StandardVerifier, is_key_name_valid, key_id};

use crate::{
    NoteError,
    note::{Checkpoint, Claim},
};

/// The algorithm byte of Ed25519 cosignatures.
const ALGORITHM: u8 = 4;

/// The most cosignatures that are read beside the log's own signature.
const MOST: usize = 32;

/// A witness as it is known to others: its name and its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cosigner {
    name: String,
    id: u32,
    key: VerifyingKey,
}

impl Cosigner {
    /// The witness of a verifier key, `<name>+<hash>+<base64>` with the algorithm 4.
    ///
    /// # Errors
    /// It is no such key, or is written otherwise than such keys are.
    pub fn new(vkey: &str) -> Result<Self, NoteError> {
        let mut parts = vkey.splitn(3, '+').skip(2);
        let name = vkey.split('+').next().unwrap_or_default();
        let data = parts.next().ok_or(NoteError::Key)?;
        let data = BASE64_STANDARD.decode(data).map_err(|_| NoteError::Key)?;
        let Some((&ALGORITHM, bytes)) = data.split_first() else { return Err(NoteError::Key) };
        let bytes: &[u8; 32] = bytes.try_into().map_err(|_| NoteError::Key)?;
        let key = VerifyingKey::from_bytes(bytes).map_err(|_| NoteError::Key)?;
        let cosigner = Self::of(name, key)?;
        if cosigner.vkey() == vkey { Ok(cosigner) } else { Err(NoteError::Key) }
    }

    fn of(name: &str, key: VerifyingKey) -> Result<Self, NoteError> {
        if !is_key_name_valid(name) || name.contains(char::is_control) {
            return Err(NoteError::Key);
        }
        let id = key_id(name, &with_algorithm(&key.to_bytes()));
        Ok(Self { name: name.to_owned(), id, key })
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its verifier key.
    pub fn vkey(&self) -> String {
        written("", &self.name, self.id, &self.key.to_bytes())
    }

    /// When this witness cosigned the text of a note, if the signature is its own and right.
    pub(crate) fn time(&self, text: &[u8], signature: &Signature) -> Option<Timestamp> {
        if signature.name() != self.name || signature.id() != self.id {
            return None;
        }
        let (seconds, bytes) = signature.signature().split_first_chunk::<8>()?;
        let seconds = i64::try_from(u64::from_be_bytes(*seconds)).ok()?;
        let signature = Bytes::from_bytes(bytes.try_into().ok()?);
        self.key.verify_strict(&message(seconds, text), &signature).ok()?;
        // A time of zero is said to be none: it is not allowed for whole trees.
        Timestamp::from_second(seconds).ok().filter(|_| seconds > 0)
    }
}

/// That a witness cosigned, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cosignature {
    /// The witness's verifier key.
    pub vkey: String,
    /// Its name.
    pub witness: String,
    /// The time it states.
    pub at: Timestamp,
}

/// A witness's secret.
pub(crate) struct Secret {
    key: SigningKey,
    pub cosigner: Cosigner,
}

impl Secret {
    /// Draws a new one, as the line of its file.
    pub(crate) fn draw(name: &str) -> Result<String, NoteError> {
        let key = SigningKey::generate(&mut rand_core::OsRng);
        let id = Cosigner::of(name, key.verifying_key())?.id;
        Ok(written("PRIVATE+KEY+", name, id, &key.to_bytes()))
    }

    /// Reads the line of its file.
    pub(crate) fn parse(line: &str) -> Option<Self> {
        let mut parts = line.strip_prefix("PRIVATE+KEY+")?.splitn(3, '+');
        let (name, _, secret) = (parts.next()?, parts.next()?, parts.next()?);
        let secret = BASE64_STANDARD.decode(secret).ok()?;
        let (&ALGORITHM, secret) = secret.split_first()? else { return None };
        let key = SigningKey::try_from(secret).ok()?;
        let cosigner = Cosigner::of(name, key.verifying_key()).ok()?;
        let again = written("PRIVATE+KEY+", name, cosigner.id, &key.to_bytes());
        (again == line).then_some(Self { key, cosigner })
    }

    /// The signature line by which a text is cosigned at a time.
    pub(crate) fn cosign(&self, text: &[u8], at: Timestamp) -> Result<String, NoteError> {
        let seconds = at.as_second();
        let bytes = self.key.sign(&message(seconds, text)).to_bytes();
        let signature = [&seconds.to_be_bytes()[..], &bytes].concat();
        let cosigner = &self.cosigner;
        let signature = Signature::new(cosigner.name.clone(), cosigner.id, signature)
            .map_err(|_| NoteError::Malformed)?;
        line(&signature)
    }
}

/// A checkpoint with the cosignatures that stand below the log's own signature.
#[derive(Debug)]
pub struct Cosigned {
    /// What it claims.
    pub checkpoint: Checkpoint,
    /// The note as the log signed it.
    pub(crate) own: String,
    text: Vec<u8>,
    others: Vec<Signature>,
}

impl Cosigned {
    /// Reads a note of which the log with this verifier key wrote all but further signature lines.
    /// Those are read strictly, and vouched for by nobody until [`Cosigned::by`] is asked.
    ///
    /// # Errors
    /// It is no such note.
    pub fn read(note: &str, vkey: &str) -> Result<Self, NoteError> {
        let key = StandardVerifier::new(vkey).map_err(|_| NoteError::Key)?;
        let (text, signatures) = parts(note.as_bytes()).ok_or(NoteError::Malformed)?;
        if signatures.is_empty() || signatures.len() > MOST {
            return Err(NoteError::Malformed);
        }
        let length: usize = signatures.iter().skip(1).map(|one| one.to_bytes().len()).sum();
        let (own, others) = note
            .len()
            .checked_sub(length)
            .and_then(|at| note.split_at_checked(at))
            .ok_or(NoteError::Malformed)?;
        let checkpoint = Claim::read(own.as_bytes(), &key)?;
        let is_canonical = signatures[1..].iter().flat_map(Signature::to_bytes).eq(others.bytes());
        if !is_canonical {
            return Err(NoteError::Malformed);
        }
        let others = signatures.into_iter().skip(1).collect();
        Ok(Self { checkpoint, own: own.to_owned(), text, others })
    }

    /// How many signatures there are beside the log's.
    pub fn others(&self) -> usize {
        self.others.len()
    }

    /// The cosignature of this witness, if there is one and it is right.
    pub fn by(&self, cosigner: &Cosigner) -> Option<Cosignature> {
        self.others.iter().find_map(|one| self.stated(cosigner, one))
    }

    /// The cosignature at a place below the log's signature, if it is this witness's and right.
    pub fn at(&self, place: usize, cosigner: &Cosigner) -> Option<Cosignature> {
        self.stated(cosigner, self.others.get(place)?)
    }

    fn stated(&self, cosigner: &Cosigner, one: &Signature) -> Option<Cosignature> {
        let at = cosigner.time(&self.text, one)?;
        Some(Cosignature { vkey: cosigner.vkey(), witness: cosigner.name.clone(), at })
    }

    /// The line of this witness's cosignature.
    pub(crate) fn line_by(&self, cosigner: &Cosigner) -> Option<String> {
        let found = self.others.iter().find(|one| cosigner.time(&self.text, one).is_some())?;
        line(found).ok()
    }
}

/// The text of a note and its signatures; nothing is verified.
pub(crate) fn parts(note: &[u8]) -> Option<(Vec<u8>, Vec<Signature>)> {
    let text = Note::from_bytes(note).ok()?.text().to_vec();
    let lines = std::str::from_utf8(note.get(text.len() + 1..)?).ok()?;
    let read = |line: &str| Signature::from_bytes(line.as_bytes()).ok();
    let signatures = lines.lines().map(read).collect::<Option<_>>()?;
    Some((text, signatures))
}

/// A signature as the line of a note.
pub(crate) fn line(signature: &Signature) -> Result<String, NoteError> {
    String::from_utf8(signature.to_bytes()).map_err(|_| NoteError::Malformed)
}

/// What is signed.
fn message(seconds: i64, text: &[u8]) -> Vec<u8> {
    [format!("cosignature/v1\ntime {seconds}\n").as_bytes(), text].concat()
}

fn with_algorithm(key: &[u8; 32]) -> Vec<u8> {
    [&[ALGORITHM], key.as_slice()].concat()
}

fn written(before: &str, name: &str, id: u32, key: &[u8; 32]) -> String {
    format!("{before}{name}+{id:08x}+{}", BASE64_STANDARD.encode(with_algorithm(key)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &[u8] = b"shop.example/ledger\n3\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";

    #[test]
    fn a_cosignature_holds_for_its_text_witness_and_time_alone() {
        let secret = Secret::parse(&Secret::draw("dpo.example/w").unwrap()).unwrap();
        let at = Timestamp::from_second(1_679_315_147).unwrap();
        let line = secret.cosign(TEXT, at).unwrap();
        let signature = Signature::from_bytes(line.trim_end().as_bytes()).unwrap();
        assert_eq!(secret.cosigner.time(TEXT, &signature), Some(at));
        assert_eq!(secret.cosigner.time(&TEXT[1..], &signature), None);
        let other = Secret::parse(&Secret::draw("dpo.example/w").unwrap()).unwrap();
        assert_eq!(other.cosigner.time(TEXT, &signature), None);
        for at in 0..signature.signature().len() {
            let mut bytes = signature.signature().to_vec();
            bytes[at] ^= 1;
            let changed = Signature::new("dpo.example/w".into(), signature.id(), bytes).unwrap();
            assert_eq!(secret.cosigner.time(TEXT, &changed), None, "byte {at}");
        }
    }

    #[test]
    fn a_key_reads_only_as_it_is_written() {
        let secret = Secret::parse(&Secret::draw("dpo.example/w").unwrap()).unwrap();
        let vkey = secret.cosigner.vkey();
        assert_eq!(Cosigner::new(&vkey).unwrap(), secret.cosigner);
        for at in 0..vkey.len() {
            let mut bytes = vkey.clone().into_bytes();
            bytes[at] ^= 1;
            let Ok(changed) = String::from_utf8(bytes) else { continue };
            assert!(Cosigner::new(&changed).is_err(), "{changed}");
        }
        // The key of a log is none of a witness.
        let log = signed_note::generate_key(&mut rand_core::OsRng, "dpo.example/w").1;
        assert!(Cosigner::new(&log).is_err());
        assert!(Cosigner::new("").is_err());
    }
}
