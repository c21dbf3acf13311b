//! A token, and a key on it that signs.

use std::fmt;

use cryptoki::{
    mechanism::{
        Mechanism, MechanismType,
        eddsa::{EddsaParams, EddsaSignatureScheme},
        rsa::{PkcsMgfType, PkcsPssParams},
    },
    object::ObjectHandle,
    session::Session,
    slot::Slot,
};
use signing::{
    AttributeSigner, CertificateDer, SignatureAlgorithm, SignerError,
    sign::{Wish, ecdsa, signer::believe},
    x509::{
        Certificate, chain,
        digest::Digest,
        signature::{PublicKey, Scheme},
    },
};

use super::{
    FinalTry, Module, TokenError, objects,
    pin::{self, Login, PinState},
    sessions::Sessions,
};
use crate::Passphrase;

/// A token that was found by its label; nobody has logged in yet.
#[derive(Debug)]
pub struct Token {
    module: Module,
    slot: Slot,
}

/// Which private key on a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyChoice {
    /// By CKA_LABEL.
    Label(String),
    /// By CKA_ID.
    Id(Vec<u8>),
}

/// A key on a token, logged in, with its chain.
pub struct TokenSigner {
    sessions: Sessions,
    key: ObjectHandle,
    algorithm: SignatureAlgorithm,
    public: PublicKey,
    chain: Vec<CertificateDer>,
}

impl Token {
    /// Finds the one token of this label.
    ///
    /// # Errors
    /// When there is none, or more than one.
    pub fn find(module: &Module, label: &str) -> Result<Self, TokenError> {
        let mut labels = Vec::new();
        let mut found = Vec::new();
        for slot in module.context().get_slots_with_initialized_token()? {
            let info = module.context().get_token_info(slot)?;
            if info.label() == label {
                found.push(slot);
            }
            labels.push(format!("{:?}", info.label()));
        }
        match found.as_slice() {
            [slot] => Ok(Self {
                module: module.clone(),
                slot: *slot,
            }),
            [] => Err(TokenError::NoToken {
                wanted: label.to_owned(),
                found: if labels.is_empty() {
                    "no token at all".to_owned()
                } else {
                    labels.join(", ")
                },
            }),
            several => Err(TokenError::Ambiguous(several.len())),
        }
    }

    /// Whether the token asks for the PIN on keys of its own.
    ///
    /// # Errors
    /// When the token is gone.
    pub fn has_pin_pad(&self) -> Result<bool, TokenError> {
        let info = self.module.context().get_token_info(self.slot)?;
        Ok(info.protected_authentication_path())
    }

    /// Logs in, finds the key and its certificate (on the token or among `given`), and puts the chain in order. The key
    /// is not used.
    ///
    /// # Errors
    /// When the PIN may not be tried or is wrong, the key or its certificate is not there, or the token cannot do what
    /// is wished.
    pub fn signer(
        self,
        pin: Option<&Passphrase>,
        final_try: FinalTry,
        key: &KeyChoice,
        given: &[CertificateDer],
        wish: Wish,
    ) -> Result<TokenSigner, TokenError> {
        let context = self.module.context();
        let info = context.get_token_info(self.slot)?;
        PinState::read(&info).allows(final_try)?;
        let session = context.open_ro_session(self.slot)?;
        if let Login::WrongPin = pin::log_in(&session, pin)? {
            let after = context.get_token_info(self.slot)?;
            return Err(TokenError::WrongPin(pin::left(&after)));
        }
        let key = objects::private_key(&session, key)?;
        let mut pool = objects::certificates(&session)?;
        let parsed = given.iter().map(|given| Certificate::parse(&given.0));
        pool.extend(parsed.filter_map(Result::ok));
        let leaf = objects::certificate(&session, key, &pool)?;
        let algorithm = SignatureAlgorithm::choose(&leaf.key.kind, wish)?;
        let (wanted, name) = mechanism_of(algorithm);
        if !context.get_mechanism_list(self.slot)?.contains(&wanted) {
            return Err(TokenError::NoMechanism(name));
        }
        let allowed: Option<u64> = info.max_session_count().into();
        let most = allowed.unwrap_or(MOST_SESSIONS).min(MOST_SESSIONS);
        Ok(TokenSigner {
            chain: chain::ordered(&leaf, &pool),
            public: leaf.key,
            sessions: Sessions::new(self.module, self.slot, session, most),
            key,
            algorithm,
        })
    }
}

impl TokenSigner {
    /// Signs; what a token answers is not believed but checked.
    fn value(&self, message: &[u8]) -> Result<Vec<u8>, TokenError> {
        let value = self
            .sessions
            .with(|session| sign(session, self.key, self.algorithm, message))?;
        let value = match self.algorithm.scheme() {
            Scheme::Ecdsa(_) => ecdsa::value_from_raw(&value).ok_or(SignerError::WrongValue)?,
            Scheme::RsaPkcs1(_) | Scheme::RsaPss(_) | Scheme::Ed25519 | Scheme::Ed448 => value,
        };
        Ok(believe(self.algorithm, &self.public, message, value)?)
    }
}

impl AttributeSigner for TokenSigner {
    fn algorithm(&self) -> SignatureAlgorithm {
        self.algorithm
    }

    fn certificate_chain(&self) -> &[CertificateDer] {
        &self.chain
    }

    fn sign(&self, signed_attributes_der: &[u8]) -> Result<Vec<u8>, SignerError> {
        let signed = self.value(signed_attributes_der);
        signed.map_err(|error| {
            if let TokenError::Signer(error) = error {
                return error;
            }
            SignerError::Refused(error.to_string())
        })
    }
}

impl fmt::Debug for TokenSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenSigner")
            .field("algorithm", &self.algorithm)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for KeyChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Label(label) => f.write_str(label),
            Self::Id(id) => id.iter().try_for_each(|octet| write!(f, "{octet:02x}")),
        }
    }
}

/// One operation on one session. Tokens differ in which mechanisms with a digest they know; the ones without are
/// everywhere.
fn sign(
    session: &Session,
    key: ObjectHandle,
    algorithm: SignatureAlgorithm,
    message: &[u8],
) -> Result<Vec<u8>, TokenError> {
    let digest = algorithm.digest();
    let hash = || digest.of(message);
    Ok(match algorithm.scheme() {
        Scheme::RsaPkcs1(digest) => {
            session.sign(&Mechanism::RsaPkcs, key, &digest_info(digest, &hash()))?
        }
        Scheme::RsaPss(_) => session.sign(&Mechanism::RsaPkcsPss(pss(digest)), key, &hash())?,
        Scheme::Ecdsa(_) => session.sign(&Mechanism::Ecdsa, key, &hash())?,
        Scheme::Ed25519 | Scheme::Ed448 => {
            let pure = EddsaParams::new(EddsaSignatureScheme::Pure);
            session.sign(&Mechanism::Eddsa(pure), key, message)?
        }
    })
}

fn mechanism_of(algorithm: SignatureAlgorithm) -> (MechanismType, &'static str) {
    match algorithm.scheme() {
        Scheme::RsaPkcs1(_) => (MechanismType::RSA_PKCS, "CKM_RSA_PKCS"),
        Scheme::RsaPss(_) => (MechanismType::RSA_PKCS_PSS, "CKM_RSA_PKCS_PSS"),
        Scheme::Ecdsa(_) => (MechanismType::ECDSA, "CKM_ECDSA"),
        Scheme::Ed25519 | Scheme::Ed448 => (MechanismType::EDDSA, "CKM_EDDSA"),
    }
}

fn pss(digest: Digest) -> PkcsPssParams {
    let (hash_alg, mgf, s_len) = match digest {
        Digest::Sha384 => (MechanismType::SHA384, PkcsMgfType::MGF1_SHA384, 48_u64),
        Digest::Sha512 => (MechanismType::SHA512, PkcsMgfType::MGF1_SHA512, 64),
        // `SignatureAlgorithm` has no PSS with any other.
        Digest::Sha1
        | Digest::Sha256
        | Digest::Sha3_256
        | Digest::Sha3_384
        | Digest::Sha3_512
        | Digest::Shake256 => (MechanismType::SHA256, PkcsMgfType::MGF1_SHA256, 32),
    };
    PkcsPssParams {
        hash_alg,
        mgf,
        s_len: s_len.into(),
    }
}

/// RFC 8017 9.2: the DER of `DigestInfo`, which CKM_RSA_PKCS pads and signs.
fn digest_info(digest: Digest, hash: &[u8]) -> Vec<u8> {
    let oid = digest.oid();
    let algorithm = [
        &[0x06, length(oid.as_bytes())],
        oid.as_bytes(),
        &[0x05, 0x00],
    ]
    .concat();
    let inner = [
        &[0x30, length(&algorithm)],
        algorithm.as_slice(),
        &[0x04, length(hash)],
        hash,
    ]
    .concat();
    [&[0x30, length(&inner)], inner.as_slice()].concat()
}

/// Every part here is shorter than 128 bytes.
fn length(part: &[u8]) -> u8 {
    u8::try_from(part.len()).unwrap_or(u8::MAX)
}

/// More at once would only queue inside the module.
const MOST_SESSIONS: u64 = 8;

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 8017 9.2, notes: the prefix of SHA-256.
    #[test]
    fn a_digest_info_is_that_of_the_standard() {
        let made = digest_info(Digest::Sha256, &[7; 32]);
        let prefix = [
            0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02,
            0x01, 0x05, 0x00, 0x04, 0x20,
        ];
        assert_eq!(made, [prefix.as_slice(), &[7; 32]].concat());
    }
}
