//! An unlocked key, and the one way to use it.
use der::asn1::{Any, ObjectIdentifier, OctetString, SetOfVec};
use der::{Decode, Sequence, ValueOrd};
use ring::rand::SecureRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair};

use crate::{Activation, ActivationRefusal, Secret};

/// An official's P-256 key in memory while an activation lives; it has no `Debug`. `ring` does not
/// wipe its copy of the key on drop.
pub struct UnlockedKey {
    key_id: String,
    pair: EcdsaKeyPair,
    chain: Vec<Vec<u8>>,
}

/// What the stored intent says is to be signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IntentToSign {
    /// SHA-256 of the version that was shown.
    pub version_sha256: [u8; 32],
    /// SHA-256 over the byte range of the prepared signature.
    pub message_digest: [u8; 32],
}

/// Why a key was not used.
#[derive(Debug, thiserror::Error)]
pub enum KeyUseError {
    /// The key bytes are not a P-256 key in PKCS#8.
    #[error("the key is not a P-256 key in PKCS#8 form")]
    Key,
    /// The signed attributes are not what the intent says.
    #[error("the signed attributes do not carry the intent's message digest exactly once")]
    Attributes,
    /// The activation does not allow it.
    #[error(transparent)]
    Activation(#[from] ActivationRefusal),
    /// The signature failed.
    #[error("the signature could not be made")]
    Signature,
}

impl UnlockedKey {
    /// Parses an opened key; `chain` is DER, the key's own certificate first.
    ///
    /// # Errors
    /// [`KeyUseError::Key`] unless it is a P-256 key in PKCS#8.
    pub fn new(
        key_id: String,
        pkcs8: &Secret,
        chain: Vec<Vec<u8>>,
        rng: &dyn SecureRandom,
    ) -> Result<Self, KeyUseError> {
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8.expose(), rng)
            .map_err(|_| KeyUseError::Key)?;
        Ok(Self {
            key_id,
            pair,
            chain,
        })
    }

    /// The certificates, DER, the key's own first.
    pub fn chain(&self) -> &[Vec<u8>] {
        &self.chain
    }
}

/// Signs the DER of signed attributes (tag SET) if the activation names the intent's version and
/// the attributes carry the intent's digest. A use is taken even if the signature then fails.
///
/// # Errors
/// [`KeyUseError`] names the rule; the key was not used then, except for `Signature`.
pub fn sign_authorised(
    key: &UnlockedKey,
    activation: &mut Activation,
    intent: &IntentToSign,
    signed_attributes_der: &[u8],
    now: i64,
    rng: &dyn SecureRandom,
) -> Result<Vec<u8>, KeyUseError> {
    if message_digest(signed_attributes_der)? != intent.message_digest {
        return Err(KeyUseError::Attributes);
    }
    activation.take(&key.key_id, &intent.version_sha256, now)?;
    let signature = key
        .pair
        .sign(rng, signed_attributes_der)
        .map_err(|_| KeyUseError::Signature)?;
    Ok(signature.as_ref().to_vec())
}

#[derive(Clone, Debug, PartialEq, Eq, Sequence, ValueOrd)]
struct Attribute {
    oid: ObjectIdentifier,
    values: SetOfVec<Any>,
}

/// RFC 5652 11.2: exactly one messageDigest attribute, with exactly one value.
fn message_digest(der: &[u8]) -> Result<[u8; 32], KeyUseError> {
    let attributes = SetOfVec::<Attribute>::from_der(der).map_err(|_| KeyUseError::Attributes)?;
    let mut found = attributes
        .iter()
        .filter(|attribute| attribute.oid == MESSAGE_DIGEST);
    let (Some(attribute), None) = (found.next(), found.next()) else {
        return Err(KeyUseError::Attributes);
    };
    let [value] = attribute.values.as_slice() else {
        return Err(KeyUseError::Attributes);
    };
    let octets: OctetString = value.decode_as().map_err(|_| KeyUseError::Attributes)?;
    octets
        .as_bytes()
        .try_into()
        .map_err(|_| KeyUseError::Attributes)
}

const MESSAGE_DIGEST: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.4");

#[cfg(test)]
mod tests {
    use super::*;
    use ring::rand::SystemRandom;
    use ring::signature::{ECDSA_P256_SHA256_ASN1, KeyPair, UnparsedPublicKey};

    fn attributes(digest: [u8; 32], times: usize) -> Vec<u8> {
        let one = [
            &[
                0x30, 0x2f, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 4, 0x31, 0x22, 4, 0x20,
            ],
            digest.as_slice(),
        ]
        .concat();
        let body = one.repeat(times);
        [&[0x31, u8::try_from(body.len()).unwrap()], body.as_slice()].concat()
    }

    #[test]
    fn a_key_signs_only_the_digest_of_a_version_in_a_live_activation() {
        let rng = SystemRandom::new();
        let key = UnlockedKey::new(
            "k".into(),
            &crate::generate_key(&rng).unwrap(),
            vec![],
            &rng,
        )
        .unwrap();
        let live = || Activation::new("a".into(), "k".into(), [[1; 32]].into(), 0, 300).unwrap();
        let intent = IntentToSign {
            version_sha256: [1; 32],
            message_digest: [7; 32],
        };
        let der = attributes([7; 32], 1);
        let signature = sign_authorised(&key, &mut live(), &intent, &der, 1, &rng).unwrap();
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, key.pair.public_key().as_ref())
            .verify(&der, &signature)
            .unwrap();
        let with = |intent: &IntentToSign, der: &[u8], now| {
            sign_authorised(&key, &mut live(), intent, der, now, &rng)
        };
        assert!(matches!(
            with(&intent, &attributes([8; 32], 1), 1),
            Err(KeyUseError::Attributes)
        ));
        assert!(matches!(
            with(&intent, &[0x31, 0], 1),
            Err(KeyUseError::Attributes)
        ));
        let other = IntentToSign {
            version_sha256: [2; 32],
            ..intent
        };
        assert!(matches!(
            with(&other, &der, 1),
            Err(KeyUseError::Activation(ActivationRefusal::NotShown))
        ));
        assert!(matches!(
            with(&intent, &der, 300),
            Err(KeyUseError::Activation(ActivationRefusal::NotLive(_)))
        ));
    }
}
