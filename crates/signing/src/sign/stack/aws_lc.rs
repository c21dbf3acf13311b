//! AWS-LC, for whoever signs much with RSA. It draws its random numbers itself.

use aws_lc_rs::{
    error::{KeyRejected, Unspecified},
    rand::SystemRandom as OwnRandom,
    signature::EcdsaSigningAlgorithm,
};
pub use aws_lc_rs::{
    rsa::KeyPair as RsaKey,
    signature::{self as rs, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RsaEncoding},
};
use ring::rand::SystemRandom;

pub fn ecdsa(
    curve: &'static EcdsaSigningAlgorithm,
    pkcs8: &[u8],
    _: &SystemRandom,
) -> Result<EcdsaKeyPair, KeyRejected> {
    EcdsaKeyPair::from_pkcs8(curve, pkcs8)
}

pub fn sign_ecdsa(
    key: &EcdsaKeyPair,
    _: &SystemRandom,
    message: &[u8],
) -> Result<Vec<u8>, Unspecified> {
    Ok(key.sign(&OwnRandom::new(), message)?.as_ref().to_vec())
}

pub fn sign_rsa(
    key: &RsaKey,
    encoding: &'static dyn RsaEncoding,
    _: &SystemRandom,
    message: &[u8],
) -> Result<Vec<u8>, Unspecified> {
    let mut value = vec![0; key.public_modulus_len()];
    key.sign(encoding, &OwnRandom::new(), message, &mut value)?;
    Ok(value)
}
