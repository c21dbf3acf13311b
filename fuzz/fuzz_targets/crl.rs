//! `crl`: a revocation list.
#![cfg_attr(fuzzing, no_main)]

fuzz::target!(|data| signing::x509::crl::Crl::parse(data));
