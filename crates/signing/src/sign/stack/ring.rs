//! ring, which serves everything else of the product, too.

use ring::{
    error::{KeyRejected, Unspecified},
    rand::SystemRandom,
    signature::EcdsaSigningAlgorithm,
};
pub use ring::{
    rsa::KeyPair as RsaKey,
    signature::{self as rs, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RsaEncoding},
};

pub fn ecdsa(
    curve: &'static EcdsaSigningAlgorithm,
    pkcs8: &[u8],
    rng: &SystemRandom,
) -> Result<EcdsaKeyPair, KeyRejected> {
    EcdsaKeyPair::from_pkcs8(curve, pkcs8, rng)
}

pub fn sign_ecdsa(
    key: &EcdsaKeyPair,
    rng: &SystemRandom,
    message: &[u8],
) -> Result<Vec<u8>, Unspecified> {
    Ok(key.sign(rng, message)?.as_ref().to_vec())
}

pub fn sign_rsa(
    key: &RsaKey,
    encoding: &'static dyn RsaEncoding,
    rng: &SystemRandom,
    message: &[u8],
) -> Result<Vec<u8>, Unspecified> {
    let mut value = vec![0; key.public().modulus_len()];
    key.sign(encoding, rng, message, &mut value)?;
    Ok(value)
}
