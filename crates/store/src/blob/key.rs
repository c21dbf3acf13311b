//! The data key of a letter and what is derived from it.

use flow::id::BlobId;
use ring::aead::{AES_256_GCM, LessSafeKey, UnboundKey};
use ring::{hkdf, hmac};
use zeroize::Zeroizing;

use super::BlobError;

/// The data key of one letter. Neither printable nor serialisable; wiped when dropped.
pub struct DataKey(Zeroizing<[u8; 32]>);

impl DataKey {
    /// Takes 32 bytes from the vault or from the system's randomness.
    pub fn new(bytes: Zeroizing<[u8; 32]>) -> Self {
        Self(bytes)
    }

    /// The salt of a seal: a function of key, id and content, so that sealing the same bytes again gives
    /// the same blob, and sealing others under the same id gives other chunk keys.
    pub(super) fn salt(&self, id: BlobId, plain_sha256: &[u8; 32]) -> [u8; 32] {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &self.0[..]);
        let mut context = hmac::Context::with_key(&key);
        context.update(b"pena-blob/1 salt\n");
        context.update(id.uuid().as_bytes());
        context.update(plain_sha256);
        let mut salt = [0; 32];
        for (to, from) in salt.iter_mut().zip(context.sign().as_ref()) {
            *to = *from;
        }
        salt
    }

    /// The key of one seal: HKDF-SHA256 (RFC 5869) over the salt.
    pub(super) fn chunk_key(&self, id: BlobId, salt: &[u8; 32]) -> Result<LessSafeKey, BlobError> {
        let pseudorandom = hkdf::Salt::new(hkdf::HKDF_SHA256, salt).extract(&self.0[..]);
        let uuid = id.uuid();
        let info: [&[u8]; 2] = [b"pena-blob/1 key\n", uuid.as_bytes()];
        let unbound: UnboundKey = pseudorandom
            .expand(&info, &AES_256_GCM)
            .map_err(|_| BlobError::Cipher)?
            .into();
        Ok(LessSafeKey::new(unbound))
    }
}
