//! The vault envelope, version 1 (`docs/decisions/0006-vault-envelope.md`).
use argon2::{Algorithm, Argon2, Params, Version};
use base64::{Engine, engine::general_purpose::STANDARD};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::rand::SecureRandom;
use ring::{hkdf, hkdf::KeyType};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::{Kek, Passphrase, Secret};

/// Cost of the passphrase derivation, written into the envelope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct KdfParams {
    /// Memory in KiB.
    pub m_kib: u32,
    /// Passes.
    pub t: u32,
    /// Lanes.
    pub p: u32,
}

impl Default for KdfParams {
    /// 19 MiB, two passes, one lane (OWASP's first choice for Argon2id).
    fn default() -> Self {
        Self {
            m_kib: 19 * 1024,
            t: 2,
            p: 1,
        }
    }
}

/// Why an envelope was not sealed or opened.
#[derive(Debug, thiserror::Error)]
pub enum EnvelopeError {
    /// The text is not an envelope of a version this program knows.
    #[error("the envelope is not readable: {0}")]
    Shape(&'static str),
    /// The envelope asks for a derivation beyond the limits of this program.
    #[error("the envelope's derivation cost is outside the accepted range")]
    Cost,
    /// The passphrase, the server key or the key id is another one, or the envelope was altered.
    #[error("the passphrase or the server key does not open this envelope")]
    Refused,
    /// The source of randomness failed.
    #[error("the source of randomness failed")]
    Random,
}

/// What the data key of an envelope is sealed under.
pub(crate) enum Under<'a> {
    Server(&'a Kek),
    Passphrase(&'a Passphrase),
    Both(&'a Kek, &'a Passphrase),
}

impl Under<'_> {
    fn name(&self) -> &'static str {
        match self {
            Self::Server(_) => "server",
            Self::Passphrase(_) => "passphrase",
            Self::Both(..) => "server+passphrase",
        }
    }

    fn passphrase(&self) -> Option<&Passphrase> {
        match self {
            Self::Server(_) => None,
            Self::Passphrase(passphrase) | Self::Both(_, passphrase) => Some(passphrase),
        }
    }

    /// HKDF-SHA256 over KEK ‖ argon2id(passphrase), whichever of the two there are.
    fn wrapping_key(
        &self,
        kdf: Option<KdfParams>,
        salt: &[u8],
    ) -> Result<LessSafeKey, EnvelopeError> {
        let mut material = Zeroizing::new(Vec::with_capacity(64));
        if let Self::Server(kek) | Self::Both(kek, _) = self {
            material.extend_from_slice(kek.bytes());
        }
        match (self.passphrase(), kdf) {
            (Some(passphrase), Some(kdf)) => {
                material.extend_from_slice(derive(passphrase, kdf, salt)?.as_slice());
            }
            (None, None) => {}
            (Some(_), None) | (None, Some(_)) => {
                return Err(EnvelopeError::Shape("derivation and kind do not agree"));
            }
        }
        let info = [INFO, self.name().as_bytes()];
        let prk = hkdf::Salt::new(hkdf::HKDF_SHA256, salt).extract(&material);
        let mut key = Zeroizing::new([0_u8; 32]);
        prk.expand(&info, Length)
            .and_then(|okm| okm.fill(key.as_mut_slice()))
            .map_err(|_| EnvelopeError::Refused)?;
        aes(key.as_slice())
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Envelope {
    v: u8,
    under: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    kdf: Option<KdfParams>,
    salt: String,
    dek_nonce: String,
    dek: String,
    nonce: String,
    data: String,
}

pub(crate) fn seal(
    under: &Under<'_>,
    key_id: &str,
    plaintext: &[u8],
    cost: KdfParams,
    rng: &dyn SecureRandom,
) -> Result<String, EnvelopeError> {
    let kdf = under.passphrase().map(|_| cost);
    let mut salt = [0; 32];
    let (mut dek_nonce, mut nonce) = ([0; 12], [0; 12]);
    let mut dek = Zeroizing::new([0; 32]);
    for part in [
        salt.as_mut_slice(),
        &mut dek_nonce,
        &mut nonce,
        dek.as_mut_slice(),
    ] {
        rng.fill(part).map_err(|_| EnvelopeError::Random)?;
    }
    let wrapping = under.wrapping_key(kdf, &salt)?;
    let sealed_dek = encrypt(
        &wrapping,
        dek_nonce,
        &aad(under, "dek", key_id),
        dek.as_slice(),
    )?;
    let data = encrypt(
        &aes(dek.as_slice())?,
        nonce,
        &aad(under, "data", key_id),
        plaintext,
    )?;
    let envelope = Envelope {
        v: 1,
        under: under.name().to_owned(),
        kdf,
        salt: STANDARD.encode(salt),
        dek_nonce: STANDARD.encode(dek_nonce),
        dek: STANDARD.encode(sealed_dek),
        nonce: STANDARD.encode(nonce),
        data: STANDARD.encode(data),
    };
    serde_json::to_string(&envelope).map_err(|_| EnvelopeError::Shape("cannot be written"))
}

pub(crate) fn open(under: &Under<'_>, key_id: &str, text: &str) -> Result<Secret, EnvelopeError> {
    let envelope: Envelope =
        serde_json::from_str(text).map_err(|_| EnvelopeError::Shape("not an envelope"))?;
    if envelope.v != 1 {
        return Err(EnvelopeError::Shape("unknown version"));
    }
    if envelope.under != under.name() {
        return Err(EnvelopeError::Shape("sealed under another kind of key"));
    }
    let salt: [u8; 32] = fixed(&envelope.salt)?;
    let wrapping = under.wrapping_key(envelope.kdf, &salt)?;
    let dek = decrypt(
        &wrapping,
        fixed(&envelope.dek_nonce)?,
        &aad(under, "dek", key_id),
        &envelope.dek,
    )?;
    decrypt(
        &aes(dek.expose())?,
        fixed(&envelope.nonce)?,
        &aad(under, "data", key_id),
        &envelope.data,
    )
}

/// The key id comes last, so no id can imitate another id's fields.
fn aad(under: &Under<'_>, part: &str, key_id: &str) -> Vec<u8> {
    format!("pena-vault/1\n{}\n{part}\n{key_id}", under.name()).into_bytes()
}

fn derive(
    passphrase: &Passphrase,
    kdf: KdfParams,
    salt: &[u8],
) -> Result<Zeroizing<[u8; 32]>, EnvelopeError> {
    // An envelope comes from a database row: its cost must not be able to exhaust the server.
    if kdf.m_kib > MAX_MEMORY_KIB || kdf.t > MAX_PASSES || kdf.p > MAX_LANES {
        return Err(EnvelopeError::Cost);
    }
    let params = Params::new(kdf.m_kib, kdf.t, kdf.p, Some(32)).map_err(|_| EnvelopeError::Cost)?;
    let mut out = Zeroizing::new([0; 32]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(passphrase.expose().as_bytes(), salt, out.as_mut_slice())
        .map_err(|_| EnvelopeError::Cost)?;
    Ok(out)
}

fn aes(key: &[u8]) -> Result<LessSafeKey, EnvelopeError> {
    UnboundKey::new(&AES_256_GCM, key)
        .map(LessSafeKey::new)
        .map_err(|_| EnvelopeError::Shape("data key length"))
}

fn encrypt(
    key: &LessSafeKey,
    nonce: [u8; 12],
    aad: &[u8],
    plain: &[u8],
) -> Result<Vec<u8>, EnvelopeError> {
    // Room for the tag from the start: a reallocation would leave the plaintext behind.
    let mut buffer = Vec::with_capacity(plain.len().saturating_add(AES_256_GCM.tag_len()));
    buffer.extend_from_slice(plain);
    key.seal_in_place_append_tag(
        Nonce::assume_unique_for_key(nonce),
        Aad::from(aad),
        &mut buffer,
    )
    .map_err(|_| EnvelopeError::Refused)?;
    Ok(buffer)
}

fn decrypt(
    key: &LessSafeKey,
    nonce: [u8; 12],
    aad: &[u8],
    sealed: &str,
) -> Result<Secret, EnvelopeError> {
    let mut buffer = Zeroizing::new(
        STANDARD
            .decode(sealed)
            .map_err(|_| EnvelopeError::Shape("not base64"))?,
    );
    let plain = key
        .open_in_place(
            Nonce::assume_unique_for_key(nonce),
            Aad::from(aad),
            &mut buffer,
        )
        .map_err(|_| EnvelopeError::Refused)?;
    Ok(Secret::new(plain.to_vec()))
}

fn fixed<const N: usize>(text: &str) -> Result<[u8; N], EnvelopeError> {
    let bytes = STANDARD
        .decode(text)
        .map_err(|_| EnvelopeError::Shape("not base64"))?;
    bytes
        .try_into()
        .map_err(|_| EnvelopeError::Shape("a field has the wrong length"))
}

struct Length;

impl KeyType for Length {
    fn len(&self) -> usize {
        32
    }
}

const INFO: &[u8] = b"pena-vault/1 ";
const MAX_MEMORY_KIB: u32 = 256 * 1024;
const MAX_PASSES: u32 = 16;
const MAX_LANES: u32 = 4;
