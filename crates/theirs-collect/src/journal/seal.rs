//! How a file of the journal is encrypted: AES-256-GCM, each frame by itself, under a key of the file's
//! own.
//!
//! A nonce may never come twice under one key, whatever crashes. Here it is the place of the frame in
//! its file, which comes twice only where a torn end is cut off and written over, or a file is begun
//! anew; so neither is done under the same key: the key of a file is drawn (HKDF, RFC 5869) from the
//! secret of the journal and sixteen random bytes at the head of the file, and nobody writes behind
//! what an earlier opening, or a write that failed, left. Random nonces under one key would have to
//! end after 2^32 frames (NIST SP 800-38D, 8.3), which a busy shop sends in a day.
//!
//! What is torn is told by the checksum of the encrypted frame, which needs no key, so that a wrong
//! key never cuts anything off. The head is on disk before the first frame is written behind it: a
//! head that is damaged before frames is damage, not a torn end. It is eight bytes that tell a file
//! that is encrypted, eight that tell the secret, the sixteen, and a CRC-32 of these.

use std::io::{self, Read};
use std::path::Path;

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hkdf::{HKDF_SHA256, Salt};
use ring::rand::{SecureRandom, SystemRandom};

use super::segment::{HEAD, damaged, split};

/// How an encrypted file begins. No frame is as long as these bytes would say, so no plain file does.
const MAGIC: [u8; 8] = *b"theirs\x00\x01";
/// How many bytes stand before the first frame of an encrypted file.
pub(super) const BEFORE: usize = 36;
/// How many bytes encryption adds to a frame.
pub(super) const TAG: usize = 16;

/// The secret that a journal is encrypted under. Its `Debug` shows nothing of it.
#[derive(Clone)]
pub struct JournalKey([u8; 32]);

/// The key of one file.
pub(super) struct Seal(LessSafeKey);

/// How a file begins, and what opens it.
pub(super) enum Form {
    /// Frames alone, as before there was a key.
    Plain,
    /// A head, then frames under this key.
    Sealed(Box<Seal>),
}

impl JournalKey {
    /// A journal whose secret is this.
    pub fn new(secret: [u8; 32]) -> Self {
        Self(secret)
    }

    /// The head of a new file, and its key.
    pub(super) fn begin(&self) -> io::Result<(Vec<u8>, Seal)> {
        let mut salt = [0; 16];
        SystemRandom::new().fill(&mut salt).map_err(failed)?;
        let mut head = [&MAGIC[..], &self.drawn(b"", b"mark")?[..8], &salt].concat();
        head.extend_from_slice(&crc32fast::hash(&head).to_le_bytes());
        Ok((head, self.of_file(&salt)?))
    }

    /// How a file begins whose first bytes these are.
    pub(super) fn form(&self, content: &[u8], path: &Path) -> io::Result<Form> {
        if before(content) == 0 {
            return Ok(Form::Plain);
        }
        let Some((head, sum)) = content.get(..BEFORE).and_then(|head| head.split_last_chunk())
        else {
            return Err(damaged());
        };
        if crc32fast::hash(head) != u32::from_le_bytes(*sum) {
            return Err(damaged());
        }
        let (mark, salt) = head[MAGIC.len()..].split_at(8);
        if mark != &self.drawn(b"", b"mark")?[..8] {
            return Err(io::Error::other(format!(
                "{} is encrypted under another key than keys/master.key",
                path.display()
            )));
        }
        Ok(Form::Sealed(Box::new(self.of_file(salt)?)))
    }

    fn of_file(&self, salt: &[u8]) -> io::Result<Seal> {
        let key = UnboundKey::new(&AES_256_GCM, &self.drawn(salt, b"file")?);
        Ok(Seal(LessSafeKey::new(key.map_err(failed)?)))
    }

    fn drawn(&self, salt: &[u8], info: &[u8]) -> io::Result<[u8; 32]> {
        let mut key = [0; 32];
        let secret = Salt::new(HKDF_SHA256, salt).extract(&self.0);
        let info = [info];
        let drawn = secret.expand(&info, &AES_256_GCM).map_err(failed)?;
        drawn.fill(&mut key).map_err(failed)?;
        Ok(key)
    }
}

impl std::fmt::Debug for JournalKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JournalKey(..)")
    }
}

impl Seal {
    /// Encrypts frames that begin at a place of the file, where they are, and sums each up.
    pub(super) fn seal(&self, all: &mut [u8], place: u64) -> io::Result<()> {
        let (mut at, mut left) = (place, all);
        while let Some((head, rest)) = std::mem::take(&mut left).split_first_chunk_mut::<HEAD>() {
            let (length, _) = split(*head);
            let (frame, rest) = rest.split_at_mut_checked(length).ok_or_else(damaged)?;
            let (text, tag) = frame.split_last_chunk_mut::<TAG>().ok_or_else(damaged)?;
            let sealed = self.0.seal_in_place_separate_tag(nonce(at), Aad::empty(), text);
            tag.copy_from_slice(sealed.map_err(failed)?.as_ref());
            head[4..].copy_from_slice(&crc32fast::hash(frame).to_le_bytes());
            at += (HEAD + length) as u64;
            left = rest;
        }
        Ok(())
    }

    /// The text of a frame that lies at a place of the file.
    fn open<'f>(&self, frame: &'f mut [u8], place: u64) -> io::Result<&'f [u8]> {
        let opened = self.0.open_in_place(nonce(place), Aad::empty(), frame);
        opened.map(|text| &*text).map_err(|_| damaged())
    }
}

impl Form {
    /// How the file of this path begins; nothing of it is read behind that.
    pub(super) fn of(file: &mut impl Read, path: &Path, key: &JournalKey) -> io::Result<Self> {
        let mut content = Vec::with_capacity(BEFORE);
        file.take(BEFORE as u64).read_to_end(&mut content)?;
        key.form(&content, path)
    }

    /// How many bytes stand before the first frame.
    pub(super) fn before(&self) -> u64 {
        match self {
            Self::Plain => 0,
            Self::Sealed(_) => BEFORE as u64,
        }
    }

    /// The text of a frame that lies at a place behind what stands before all.
    pub(super) fn open<'f>(&self, frame: &'f mut [u8], place: u64) -> io::Result<&'f [u8]> {
        match self {
            Self::Plain => Ok(frame),
            Self::Sealed(seal) => seal.open(frame, place),
        }
    }
}

/// How many bytes stand before the first frame of a file.
pub(super) fn before(content: &[u8]) -> usize {
    if content.starts_with(&MAGIC) { BEFORE } else { 0 }
}

fn nonce(place: u64) -> Nonce {
    let mut bytes = [0; NONCE_LEN];
    bytes[NONCE_LEN - 8..].copy_from_slice(&place.to_be_bytes());
    Nonce::assume_unique_for_key(bytes)
}

fn failed(_: ring::error::Unspecified) -> io::Error {
    io::Error::other("the journal of events cannot be encrypted")
}
