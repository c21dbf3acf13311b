//! A key that is made to try out a signature, and never kept.

use rcgen::{
    CertificateParams, DnType, KeyPair, KeyUsagePurpose, PKCS_ECDSA_P256_SHA256,
    PKCS_ECDSA_P384_SHA384, PKCS_ED25519,
};
use ring::rand::SystemRandom;
use signing::{CertificateDer, LocalSigner, SignatureAlgorithm, x509::digest::Digest};
use time::{Duration, OffsetDateTime};

use crate::CaError;

/// A new key with a certificate of its own that is its own anchor, for signatures with the digest of `stands_for`; the
/// certificates `beside` it make its CMS as long as that of the real key. RSA keys take a second to make, so an elliptic
/// one with the same digest stands for them.
///
/// # Errors
/// When this machine gives no random numbers, or the time is outside that of certificates.
pub fn throwaway(
    stands_for: SignatureAlgorithm,
    beside: &[CertificateDer],
    now: i64,
    rng: &SystemRandom,
) -> Result<LocalSigner, CaError> {
    let kind = match stands_for.digest() {
        Digest::Sha384 => &PKCS_ECDSA_P384_SHA384,
        Digest::Sha512 => &PKCS_ED25519,
        Digest::Sha1
        | Digest::Sha256
        | Digest::Sha3_256
        | Digest::Sha3_384
        | Digest::Sha3_512
        | Digest::Shake256 => &PKCS_ECDSA_P256_SHA256,
    };
    let key = KeyPair::generate_for(kind)?;
    let mut params = CertificateParams::default();
    params
        .distinguished_name
        .push(DnType::CommonName, "Pena, trial signature");
    params.key_usages = vec![
        KeyUsagePurpose::DigitalSignature,
        KeyUsagePurpose::ContentCommitment,
        KeyUsagePurpose::KeyCertSign,
    ];
    let at = OffsetDateTime::from_unix_timestamp(now).map_err(|_| CaError::Time)?;
    params.not_before = at - Duration::DAY;
    params.not_after = at + Duration::DAY;
    let own = params.self_signed(&key)?;
    let mut chain = vec![CertificateDer(own.der().to_vec())];
    chain.extend_from_slice(beside);
    LocalSigner::from_pkcs8(key.serialized_der(), chain, rng.clone())
        .map_err(|_| CaError::KeyMismatch)
}

#[cfg(test)]
mod tests {
    use signing::AttributeSigner as _;

    use super::*;

    #[test]
    fn it_signs_with_the_digest_of_the_key_it_stands_for() {
        for algorithm in [
            SignatureAlgorithm::RsaPkcs1Sha256,
            SignatureAlgorithm::EcdsaP384Sha384,
            SignatureAlgorithm::RsaPssSha512,
        ] {
            let made = throwaway(algorithm, &[], 1_800_000_000, &SystemRandom::new()).unwrap();
            assert_eq!(made.algorithm().digest(), algorithm.digest());
        }
    }
}
