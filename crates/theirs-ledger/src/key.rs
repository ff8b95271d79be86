//! The log's signing key, in a file of its own, apart from the log.
//!
//! The file holds one line, `PRIVATE+KEY+<name>+<hash>+<base64>`, as Go's `note` package writes it.
//! It is written whole under another name and then renamed: if we crash here there is either no key
//! or a complete one, and never a log without its key, since the key is made first.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use base64::prelude::{BASE64_STANDARD, Engine};
use ed25519_dalek::SigningKey;
use rand_core::OsRng;
use signed_note::{
    StandardSigner, StandardVerifier, generate_key, is_key_name_valid, new_ed25519_verifier_key,
};

use crate::{
    LedgerError,
    folder::{failed, parent, sync_folder},
};

/// The signing key with the verifier key that belongs to it.
pub(crate) struct Key {
    pub signer: StandardSigner,
    pub verifier: StandardVerifier,
    pub vkey: String,
}

impl Key {
    /// Makes a key named `origin` in a new file, or reads the one that is there already.
    pub(crate) fn create(file: &Path, origin: &str) -> Result<Self, LedgerError> {
        if !is_key_name_valid(origin) || origin.contains(char::is_control) {
            return Err(LedgerError::Origin { origin: origin.to_owned() });
        }
        if !file.exists() {
            let (secret, _) = generate_key(&mut OsRng, origin);
            write(file, &secret).map_err(failed("write the key", file))?;
        }
        Self::open(file)
    }

    /// Reads a key file.
    pub(crate) fn open(file: &Path) -> Result<Self, LedgerError> {
        let text = fs::read_to_string(file).map_err(failed("read the key", file))?;
        Self::parse(&text).ok_or_else(|| LedgerError::Key { file: file.to_owned() })
    }

    fn parse(text: &str) -> Option<Self> {
        let line = text.strip_suffix('\n')?;
        let signer = StandardSigner::new(line).ok()?;
        // The name of a key holds no `+`, base64 may.
        let mut parts = line.splitn(5, '+').skip(2);
        let (name, _, secret) = (parts.next()?, parts.next()?, parts.next()?);
        let secret = BASE64_STANDARD.decode(secret).ok()?;
        let secret = SigningKey::try_from(secret.get(1..)?).ok()?;
        let vkey = new_ed25519_verifier_key(name, &secret.verifying_key());
        let verifier = StandardVerifier::new(&vkey).ok()?;
        Some(Self { signer, verifier, vkey })
    }
}

/// Writes the secret so that only its owner may read it, and only ever whole.
pub(crate) fn write(file: &Path, secret: &str) -> io::Result<()> {
    let mut name = file.as_os_str().to_owned();
    name.push(".new");
    let fresh = PathBuf::from(name);
    match fs::remove_file(&fresh) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut open = options.open(&fresh)?;
    writeln!(open, "{secret}")?;
    open.sync_all()?;
    fs::rename(&fresh, file)?;
    sync_folder(parent(file))
}
