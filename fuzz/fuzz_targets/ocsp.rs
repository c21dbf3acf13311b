//! `ocsp`: an answer of a responder.
#![cfg_attr(fuzzing, no_main)]

fuzz::target!(|data| signing::x509::ocsp::OcspResponse::parse(data));
