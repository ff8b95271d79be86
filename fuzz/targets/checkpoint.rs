//! A checkpoint as another publishes it: a signed note whose first line is the key to hold it against.
#![no_main]

use libfuzzer_sys::fuzz_target;
use theirs_ledger::{Checkpoint, Cosigned, Cosigner};

fuzz_target!(|text: &str| {
    let Some((vkey, note)) = text.split_once('\n') else { return };
    let _ = Checkpoint::open(note.as_bytes(), vkey);
    let (cosigned, cosigner) = (Cosigned::read(note, vkey), Cosigner::new(vkey));
    if let (Ok(cosigned), Ok(cosigner)) = (cosigned, cosigner) {
        let _ = cosigned.by(&cosigner);
    }
});
