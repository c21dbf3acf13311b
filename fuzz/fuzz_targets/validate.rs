//! `validate`: any bytes at all, and no panic.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let _ = signing::validate::verify(&data.to_vec(), &Default::default(), &Default::default(), signing::UtcTime::from_unix(1_795_000_000), signing::Budget::public());
});
