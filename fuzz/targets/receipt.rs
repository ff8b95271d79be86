//! A receipt: read, checked by its own key, and the same text when it is written again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use theirs_receipt::{Receipt, verify};

fuzz_target!(|bytes: &[u8]| {
    let Ok(receipt) = Receipt::read(bytes) else { return };
    assert!(
        receipt.write().is_ok_and(|text| text.as_bytes() == bytes),
        "two texts for one receipt"
    );
    let _ = verify(&receipt, None);
});
