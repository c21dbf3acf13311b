//! `ocsp`: any bytes at all, and no panic.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let _ = signing::x509::ocsp::OcspResponse::parse(data);
});
