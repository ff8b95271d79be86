//! The address of a picture: `name=value`, a line for each.
#![no_main]

use libfuzzer_sys::fuzz_target;
use theirs_charter::Call;
use theirs_collect::{Envelope, Kind};
use theirs_fuzz::{given, take};

fuzz_target!(|text: &str| {
    let pairs = text.lines().filter_map(|line| line.split_once('='));
    let query: Vec<_> = pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    for call in [Call::Page, Call::Track] {
        take(Envelope::pixel(&given(Kind::One(call), false, &query)));
    }
});
