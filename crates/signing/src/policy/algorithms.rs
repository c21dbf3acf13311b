//! Which algorithms still prove anything (ETSI TS 119 312).

use crate::x509::signature::{Digest, KeyKind, Scheme};

const MIN_RSA_BITS: usize = 2048;

/// Why a signature that checks is no longer proof by itself; `None` when it is.
pub fn weakness(scheme: Scheme, key: &KeyKind) -> Option<String> {
    if scheme.digest() == Some(Digest::Sha1) {
        return Some(scheme.to_string());
    }
    match key {
        KeyKind::Rsa { bits } if *bits < MIN_RSA_BITS => Some(key.to_string()),
        KeyKind::Rsa { .. }
        | KeyKind::P256
        | KeyKind::P384
        | KeyKind::P521
        | KeyKind::Ed25519
        | KeyKind::Other(_) => None,
    }
}

/// The same for the digest over the document.
pub fn weak_digest(digest: Digest) -> Option<String> {
    match digest {
        Digest::Sha1 => Some(digest.name().to_owned()),
        Digest::Sha256
        | Digest::Sha384
        | Digest::Sha512
        | Digest::Sha3_256
        | Digest::Sha3_384
        | Digest::Sha3_512 => None,
    }
}
