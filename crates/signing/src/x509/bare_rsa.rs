//! Signatures of the form `adbe.x509.rsa_sha1` (ISO 32000-2 12.8.3.2): no CMS, but one RSA value (PKCS#1 v1.5) over the
//! digest of the covered bytes.

use super::{
    beyond_ring,
    digest::Digest,
    signature::{Checked, PublicKey},
};
use crate::cms::{
    ber::{self, Reader, tag},
    parse::Padding,
};

/// The digests such a value may be over (ISO 32000-2 table 260): the name says SHA-1, the digest stands in the value.
pub(crate) const DIGESTS: [Digest; 4] =
    [Digest::Sha1, Digest::Sha256, Digest::Sha384, Digest::Sha512];

/// The value in a `/Contents` string, an OCTET STRING, and what follows it there.
pub(crate) fn value(contents: &[u8]) -> Option<(Vec<u8>, Padding)> {
    let (der, rest) = ber::first_value(contents).ok()?;
    let octets = Reader::new(&der).expect(tag::OCTET_STRING).ok()?;
    Some((octets.value.to_vec(), Padding::of(rest)))
}

/// Checks `value` over the digest `hash` with `key`.
pub(crate) fn check(digest: Digest, key: &PublicKey, hash: &[u8], value: &[u8]) -> Checked {
    beyond_ring::rsa_pkcs1(digest, key, hash, value).unwrap_or_else(|| {
        Checked::CannotCheck(format!("a bare RSA value with a key of {}", key.kind))
    })
}
