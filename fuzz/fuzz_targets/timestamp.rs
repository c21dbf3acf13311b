//! `timestamp`: any bytes at all, and no panic.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let _ = signing::cms::timestamp::TimestampToken::parse(data);
});
