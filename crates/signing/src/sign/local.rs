//! A private key in memory.

use std::fmt;

use ring::rand::SystemRandom;

use super::{
    algorithm::{SignatureAlgorithm, Wish},
    signer::{AttributeSigner, CertificateDer, SignerError, public_key},
    stack::{self, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RsaEncoding, RsaKey, rs},
};

/// A private key in memory, parsed once, with its chain.
pub struct LocalSigner {
    key: Key,
    algorithm: SignatureAlgorithm,
    chain: Vec<CertificateDer>,
    rng: SystemRandom,
}

enum Key {
    Ecdsa(EcdsaKeyPair),
    Rsa {
        key: Box<RsaKey>,
        encoding: &'static dyn RsaEncoding,
    },
    Ed25519(Ed25519KeyPair),
}

impl LocalSigner {
    /// Parses a PKCS#8 key and checks that the first certificate is its own. It signs with the algorithm usual for its
    /// kind.
    ///
    /// # Errors
    /// When the key is of no supported kind, the chain is empty, or its first certificate is for another key.
    pub fn from_pkcs8(
        pkcs8: &[u8],
        chain: Vec<CertificateDer>,
        rng: SystemRandom,
    ) -> Result<Self, SignerError> {
        Self::with_wish(pkcs8, chain, Wish::default(), rng)
    }

    /// The same key with another algorithm.
    ///
    /// # Errors
    /// As [`Self::from_pkcs8`], and when the key cannot do what is wished.
    pub fn with_wish(
        pkcs8: &[u8],
        chain: Vec<CertificateDer>,
        wish: Wish,
        rng: SystemRandom,
    ) -> Result<Self, SignerError> {
        let certified = public_key(&chain)?;
        let algorithm = SignatureAlgorithm::choose(&certified.kind, wish)?;
        let key = Key::parse(algorithm, pkcs8, &rng)?;
        if certified.bytes != key.public() {
            return Err(SignerError::OtherKey);
        }
        Ok(Self {
            key,
            algorithm,
            chain,
            rng,
        })
    }
}

impl AttributeSigner for LocalSigner {
    fn algorithm(&self) -> SignatureAlgorithm {
        self.algorithm
    }

    fn certificate_chain(&self) -> &[CertificateDer] {
        &self.chain
    }

    fn sign(&self, signed_attributes_der: &[u8]) -> Result<Vec<u8>, SignerError> {
        let made = match &self.key {
            Key::Ecdsa(key) => stack::sign_ecdsa(key, &self.rng, signed_attributes_der),
            Key::Rsa { key, encoding } => {
                stack::sign_rsa(key, *encoding, &self.rng, signed_attributes_der)
            }
            Key::Ed25519(key) => Ok(key.sign(signed_attributes_der).as_ref().to_vec()),
        };
        made.map_err(|error| SignerError::Refused(error.to_string()))
    }
}

// A key never prints itself.
impl fmt::Debug for LocalSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalSigner")
            .field("algorithm", &self.algorithm)
            .finish_non_exhaustive()
    }
}

impl Key {
    /// A key of the kind that the certificate names; one of another kind is another's.
    fn parse(
        algorithm: SignatureAlgorithm,
        pkcs8: &[u8],
        rng: &SystemRandom,
    ) -> Result<Self, SignerError> {
        let ecdsa = |curve| stack::ecdsa(curve, pkcs8, rng).map(Self::Ecdsa);
        let rsa = |encoding| {
            RsaKey::from_pkcs8(pkcs8).map(|key| Self::Rsa {
                key: Box::new(key),
                encoding,
            })
        };
        let parsed = match algorithm {
            SignatureAlgorithm::EcdsaP256Sha256 => ecdsa(&rs::ECDSA_P256_SHA256_ASN1_SIGNING),
            SignatureAlgorithm::EcdsaP384Sha384 => ecdsa(&rs::ECDSA_P384_SHA384_ASN1_SIGNING),
            // OpenSSL writes Ed25519 keys as PKCS#8 v1, without the public half.
            SignatureAlgorithm::Ed25519 => {
                Ed25519KeyPair::from_pkcs8_maybe_unchecked(pkcs8).map(Self::Ed25519)
            }
            SignatureAlgorithm::RsaPkcs1Sha256 => rsa(&rs::RSA_PKCS1_SHA256),
            SignatureAlgorithm::RsaPkcs1Sha384 => rsa(&rs::RSA_PKCS1_SHA384),
            SignatureAlgorithm::RsaPkcs1Sha512 => rsa(&rs::RSA_PKCS1_SHA512),
            SignatureAlgorithm::RsaPssSha256 => rsa(&rs::RSA_PSS_SHA256),
            SignatureAlgorithm::RsaPssSha384 => rsa(&rs::RSA_PSS_SHA384),
            SignatureAlgorithm::RsaPssSha512 => rsa(&rs::RSA_PSS_SHA512),
        };
        parsed.map_err(|_| {
            if Self::is_usable(pkcs8, rng) {
                SignerError::OtherKey
            } else {
                SignerError::UnsupportedKey
            }
        })
    }

    /// Whether it is a key of any kind that signs here.
    fn is_usable(pkcs8: &[u8], rng: &SystemRandom) -> bool {
        stack::ecdsa(&rs::ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8, rng).is_ok()
            || stack::ecdsa(&rs::ECDSA_P384_SHA384_ASN1_SIGNING, pkcs8, rng).is_ok()
            || Ed25519KeyPair::from_pkcs8_maybe_unchecked(pkcs8).is_ok()
            || RsaKey::from_pkcs8(pkcs8).is_ok()
    }

    fn public(&self) -> &[u8] {
        match self {
            Self::Ecdsa(key) => key.public_key().as_ref(),
            Self::Rsa { key, .. } => key.public_key().as_ref(),
            Self::Ed25519(key) => key.public_key().as_ref(),
        }
    }
}

#[cfg(test)]
mod tests {
    use rcgen::{KeyPair as Pair, PKCS_ED25519};

    use super::*;
    use crate::sign::signer::tests::chain_of;

    #[test]
    fn a_key_with_the_certificate_of_another_key_is_refused() {
        let other = Pair::generate().unwrap();
        for mine in [
            Pair::generate().unwrap(),
            Pair::generate_for(&PKCS_ED25519).unwrap(),
        ] {
            let rng = SystemRandom::new();
            let error = LocalSigner::from_pkcs8(mine.serialized_der(), chain_of(&other), rng);
            assert_eq!(error.unwrap_err(), SignerError::OtherKey);
        }
        let rng = SystemRandom::new();
        let error = LocalSigner::from_pkcs8(b"no key", chain_of(&other), rng).unwrap_err();
        assert_eq!(error, SignerError::UnsupportedKey);
    }
}
