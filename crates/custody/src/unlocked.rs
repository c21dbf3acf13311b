//! A key that may be used, and the one way to use it.
use std::sync::Arc;

use der::asn1::{Any, ObjectIdentifier, OctetString, SetOfVec};
use der::{Decode, Sequence, ValueOrd};
use signing::{AttributeSigner, CertificateDer, SignatureAlgorithm, SignerError};

use crate::{Activation, ActivationRefusal};

/// An official's key while an activation lives: in memory, on a token, or at a service. It has no `Debug`. `ring` does
/// not wipe its copy of a key on drop.
pub struct UnlockedKey {
    key_id: String,
    signer: Box<dyn AttributeSigner + Send + Sync>,
}

/// What a stored intent says is to be signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IntentToSign {
    /// SHA-256 of the version that was shown.
    pub version_sha256: [u8; 32],
    /// The digest over the byte range of the prepared signature.
    pub message_digest: Vec<u8>,
    /// The DER of the signed attributes (tag SET).
    pub signed_attributes: Vec<u8>,
}

/// What an activation gave leave to sign, once.
#[must_use = "the leave was taken from the activation"]
pub struct Authorised {
    key: Arc<UnlockedKey>,
    messages: Vec<Vec<u8>>,
}

/// Why a key was not used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyUseError {
    /// The signed attributes are not what the intent says.
    #[error("the signed attributes do not carry the intent's message digest exactly once")]
    Attributes,
    /// The activation does not allow it.
    #[error(transparent)]
    Activation(#[from] ActivationRefusal),
    /// The key cannot sign, or did not.
    #[error("the signature could not be made: {0}")]
    Signature(#[from] SignerError),
}

impl UnlockedKey {
    /// The key of this id, as it can be used now.
    pub fn new(key_id: String, signer: Box<dyn AttributeSigner + Send + Sync>) -> Self {
        Self { key_id, signer }
    }

    /// How its values are made.
    pub fn algorithm(&self) -> SignatureAlgorithm {
        self.signer.algorithm()
    }

    /// The certificates, the key's own first.
    pub fn chain(&self) -> &[CertificateDer] {
        self.signer.certificate_chain()
    }

    /// How many signatures one use of it is good for.
    pub fn most_together(&self) -> usize {
        self.signer.most_together().max(1)
    }
}

/// Takes from the activation the leave to sign these, if it names their versions and the attributes carry their digests.
/// A use is taken even if the signature then fails.
///
/// # Errors
/// [`KeyUseError`] names the rule; nothing may be signed then.
pub fn authorise(
    key: &Arc<UnlockedKey>,
    activation: &mut Activation,
    intents: Vec<IntentToSign>,
    now: i64,
) -> Result<Authorised, KeyUseError> {
    for intent in &intents {
        if message_digest(&intent.signed_attributes)? != intent.message_digest {
            return Err(KeyUseError::Attributes);
        }
    }
    for intent in &intents {
        activation.take(&key.key_id, &intent.version_sha256, now)?;
    }
    let messages = intents.into_iter().map(|intent| intent.signed_attributes);
    Ok(Authorised {
        key: Arc::clone(key),
        messages: messages.collect(),
    })
}

impl Authorised {
    /// Makes the values, in the order of the intents; all or none. This may take as long as a token or service takes.
    ///
    /// # Errors
    /// [`KeyUseError::Signature`].
    pub fn sign(self) -> Result<Vec<Vec<u8>>, KeyUseError> {
        let messages: Vec<&[u8]> = self.messages.iter().map(Vec::as_slice).collect();
        let values = self.key.signer.sign_together(&messages)?;
        if values.len() != messages.len() {
            return Err(SignerError::WrongValue.into());
        }
        Ok(values)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Sequence, ValueOrd)]
struct Attribute {
    oid: ObjectIdentifier,
    values: SetOfVec<Any>,
}

/// RFC 5652 11.2: exactly one messageDigest attribute, with exactly one value.
fn message_digest(der: &[u8]) -> Result<Vec<u8>, KeyUseError> {
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
    Ok(octets.as_bytes().to_vec())
}

const MESSAGE_DIGEST: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.4");

#[cfg(test)]
mod tests {
    use super::*;
    use ring::rand::SystemRandom;
    use signing::sign::signer::{believe, public_key};

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
    fn a_key_signs_only_the_digests_of_versions_in_a_live_activation() {
        let algorithm = SignatureAlgorithm::EcdsaP256Sha256;
        let signer = crate::throwaway(algorithm, &[], 1_800_000_000, &SystemRandom::new());
        let key = Arc::new(UnlockedKey::new("k".into(), Box::new(signer.unwrap())));
        let shown = [[1; 32], [3; 32]];
        let live = || Activation::new("a".into(), "k".into(), shown.into(), 0, 300).unwrap();
        let intent = IntentToSign {
            version_sha256: [1; 32],
            message_digest: vec![7; 32],
            signed_attributes: attributes([7; 32], 1),
        };
        let with = |intents: &[&IntentToSign], now| {
            let intents = intents.iter().copied().cloned().collect();
            authorise(&key, &mut live(), intents, now)?.sign()
        };
        let [value] = &with(&[&intent], 1).unwrap()[..] else {
            panic!("one value for one intent");
        };
        let public = public_key(key.chain()).unwrap();
        believe(algorithm, &public, &intent.signed_attributes, value.clone()).unwrap();
        for wrong in [attributes([8; 32], 1), vec![0x31, 0]] {
            let wrong = IntentToSign {
                signed_attributes: wrong,
                ..intent.clone()
            };
            assert_eq!(with(&[&wrong], 1), Err(KeyUseError::Attributes));
        }
        let other = IntentToSign {
            version_sha256: [2; 32],
            ..intent.clone()
        };
        let not_shown = Err(KeyUseError::Activation(ActivationRefusal::NotShown));
        assert_eq!(with(&[&other], 1), not_shown);
        // One of two that was not shown keeps the other from being signed.
        assert_eq!(with(&[&intent, &other], 1), not_shown);
        assert!(matches!(
            with(&[&intent], 300),
            Err(KeyUseError::Activation(ActivationRefusal::NotLive(_)))
        ));
    }
}
