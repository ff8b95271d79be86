//! The body of a request: its first byte says how it is sent, the rest is the body.
#![no_main]

use libfuzzer_sys::fuzz_target;
use theirs_charter::Call;
use theirs_collect::{Envelope, Kind};
use theirs_fuzz::{given, take};

/// What the bits of the first byte mean.
const SIGNAL: u8 = 0x80;
const CALLS: [&str; 7] = ["batch", "identify", "track", "page", "screen", "group", "alias"];

fuzz_target!(|bytes: &[u8]| {
    let Some((first, body)) = bytes.split_first() else { return };
    let call = Call::named(CALLS[usize::from(first & !SIGNAL) % CALLS.len()]);
    let kind = call.map_or(Kind::Batch, Kind::One);
    take(Envelope::open(body, &given(kind, first & SIGNAL != 0, &[])));
});
