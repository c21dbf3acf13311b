//! `certificate`: a certificate.
#![cfg_attr(fuzzing, no_main)]

fuzz::target!(|data| signing::x509::Certificate::parse(data));
