//! Signature values of old and of rare files, which ring does not check. Public keys only; what ring checks never comes
//! here.

use rsa::{pkcs1::DecodeRsaPublicKey, pss, signature::hazmat::PrehashVerifier};

use super::{
    digest::Digest,
    pss::Pss,
    signature::{Checked, KeyKind, PublicKey, Scheme},
};

/// Checks with the types of one curve. A digest shorter than the field is the same number with zeros before it
/// (FIPS 186-5 6.4.2); the crates refuse very short ones.
macro_rules! ecdsa {
    ($curve:ty, $field:literal, $key:expr, $hash:expr, $value:expr) => {{
        let hash = $hash;
        let mut number = vec![0; usize::saturating_sub($field, hash.len())];
        number.extend_from_slice(&hash);
        let key = ecdsa::VerifyingKey::<$curve>::from_sec1_bytes(&$key.bytes).ok()?;
        let held = ecdsa::Signature::<$curve>::from_der($value)
            .is_ok_and(|value| key.verify_prehash(&number, &value).is_ok());
        Some(Checked::from(held))
    }};
}

/// Checks `value` over `message`; `None` when nobody here can.
pub(super) fn check(
    scheme: Scheme,
    key: &PublicKey,
    message: &[u8],
    value: &[u8],
) -> Option<Checked> {
    match (scheme, &key.kind) {
        (Scheme::RsaPkcs1(digest), KeyKind::Rsa { .. }) => {
            rsa_pkcs1(digest, key, &digest.of(message), value)
        }
        (Scheme::RsaPss(pss), KeyKind::Rsa { .. }) if pss.mask == pss.digest => {
            rsa_pss(pss, key, &pss.digest.of(message), value)
        }
        (Scheme::Ecdsa(digest), KeyKind::P256) => {
            ecdsa!(p256::NistP256, 32, key, digest.of(message), value)
        }
        (Scheme::Ecdsa(digest), KeyKind::P384) => {
            ecdsa!(p384::NistP384, 48, key, digest.of(message), value)
        }
        (Scheme::Ecdsa(digest), KeyKind::P521) => {
            ecdsa!(p521::NistP521, 66, key, digest.of(message), value)
        }
        (Scheme::Ecdsa(digest), KeyKind::BrainpoolP256) => {
            ecdsa!(bp256::BrainpoolP256r1, 32, key, digest.of(message), value)
        }
        (Scheme::Ecdsa(digest), KeyKind::BrainpoolP384) => {
            ecdsa!(bp384::BrainpoolP384r1, 48, key, digest.of(message), value)
        }
        (Scheme::Ed448, KeyKind::Ed448) => Some(Checked::from(ed448(key, message, value))),
        (
            Scheme::RsaPkcs1(_)
            | Scheme::RsaPss(_)
            | Scheme::Ecdsa(_)
            | Scheme::Ed25519
            | Scheme::Ed448,
            KeyKind::Rsa { .. }
            | KeyKind::P256
            | KeyKind::P384
            | KeyKind::P521
            | KeyKind::BrainpoolP256
            | KeyKind::BrainpoolP384
            | KeyKind::Ed25519
            | KeyKind::Ed448
            | KeyKind::Other(_),
        ) => None,
    }
}

/// RFC 8032 5.2.7, without a context (RFC 8419 2.2). A key that is no point of the curve made nothing.
fn ed448(key: &PublicKey, message: &[u8], value: &[u8]) -> bool {
    let key = <&[u8; 57]>::try_from(key.bytes.as_slice()).ok();
    let key = key.and_then(|key| ed448_goldilocks::VerifyingKey::from_bytes(key).ok());
    let value = ed448_goldilocks::Signature::try_from(value).ok();
    key.zip(value)
        .is_some_and(|(key, value)| key.verify_raw(&value, message).is_ok())
}

/// A modulus of 1024 to 8192 bits; a smaller one proves nothing, a larger one costs too much.
fn rsa_key(key: &PublicKey) -> Option<rsa::PublicKey> {
    rsa::PublicKey::from_pkcs1_der(&key.bytes).ok()
}

pub(super) fn rsa_pkcs1(
    digest: Digest,
    key: &PublicKey,
    hash: &[u8],
    value: &[u8],
) -> Option<Checked> {
    let key = rsa_key(key)?;
    let checked = match digest {
        Digest::Sha1 => key.pkcs1v15_verify_prehash::<sha1::Sha1>(hash, value),
        Digest::Sha256 => key.pkcs1v15_verify_prehash::<sha2::Sha256>(hash, value),
        Digest::Sha384 => key.pkcs1v15_verify_prehash::<sha2::Sha384>(hash, value),
        Digest::Sha512 => key.pkcs1v15_verify_prehash::<sha2::Sha512>(hash, value),
        Digest::Sha3_256 => key.pkcs1v15_verify_prehash::<sha3::Sha3_256>(hash, value),
        Digest::Sha3_384 => key.pkcs1v15_verify_prehash::<sha3::Sha3_384>(hash, value),
        Digest::Sha3_512 => key.pkcs1v15_verify_prehash::<sha3::Sha3_512>(hash, value),
        // RSA goes with SHAKE in PSS only, under identifiers of its own (RFC 8702 3.2).
        Digest::Shake256 => return None,
    };
    Some(Checked::from(checked.is_ok()))
}

fn rsa_pss(parameters: Pss, key: &PublicKey, hash: &[u8], value: &[u8]) -> Option<Checked> {
    let (key, salt) = (rsa_key(key)?, parameters.salt);
    let Ok(value) = pss::Signature::try_from(value) else {
        return Some(Checked::Bad);
    };
    macro_rules! verify {
        ($digest:ty) => {
            pss::VerifyingKey::<$digest>::new_with_salt_len(key, salt).verify_prehash(hash, &value)
        };
    }
    let checked = match parameters.digest {
        Digest::Sha1 => verify!(sha1::Sha1),
        Digest::Sha256 => verify!(sha2::Sha256),
        Digest::Sha384 => verify!(sha2::Sha384),
        Digest::Sha512 => verify!(sha2::Sha512),
        Digest::Sha3_256 => verify!(sha3::Sha3_256),
        Digest::Sha3_384 => verify!(sha3::Sha3_384),
        Digest::Sha3_512 => verify!(sha3::Sha3_512),
        Digest::Shake256 => return None,
    };
    Some(Checked::from(checked.is_ok()))
}
