//! The sealed form, version 1 (decision 0004).
//!
//! `"PENABLB" 0x01 ‖ salt[32] ‖ chunk*`, each chunk 64 KiB of plaintext (the last one what is left, maybe
//! nothing) under AES-256-GCM with its tag. Nonce: the chunk number. AAD: blob id, chunk number, last-flag.

use flow::digest::Sha256;
use flow::id::BlobId;
use ring::aead::{Aad, LessSafeKey, NONCE_LEN, Nonce};

use super::{BlobError, DataKey};

/// The plaintext of one chunk.
pub(super) const CHUNK: u64 = 64 * 1024;
const TAG: u64 = 16;
const MAGIC: &[u8; 8] = b"PENABLB\x01";
/// The header before the first chunk.
pub(super) const HEADER: u64 = 40;

/// Where one chunk is, and what its place binds it to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    number: u64,
    last: bool,
    /// Its offset in the sealed bytes.
    pub offset: u64,
    /// Its sealed length.
    pub sealed_len: u64,
}

impl Place {
    /// Chunk `number` of a blob of `length` plain bytes.
    pub(super) fn new(number: u64, length: u64) -> Option<Self> {
        let start = number.checked_mul(CHUNK)?;
        let rest = length.checked_sub(start)?;
        if rest == 0 && number != 0 {
            return None;
        }
        Some(Self {
            number,
            last: rest <= CHUNK,
            offset: number.checked_mul(CHUNK + TAG)?.checked_add(HEADER)?,
            sealed_len: rest.min(CHUNK) + TAG,
        })
    }

    fn nonce(self) -> Nonce {
        let mut nonce = [0; NONCE_LEN];
        let number = self.number.to_be_bytes();
        for (to, from) in nonce.iter_mut().rev().zip(number.iter().rev()) {
            *to = *from;
        }
        Nonce::assume_unique_for_key(nonce)
    }

    fn aad(self, id: BlobId) -> Aad<Vec<u8>> {
        let mut bound = id.uuid().as_bytes().to_vec();
        bound.extend_from_slice(&self.number.to_be_bytes());
        bound.push(u8::from(self.last));
        Aad::from(bound)
    }
}

/// The length of the sealed form of `length` plain bytes.
pub(super) fn sealed_length(length: u64) -> Option<u64> {
    let chunks = length.div_ceil(CHUNK).max(1);
    chunks
        .checked_mul(TAG)?
        .checked_add(length)?
        .checked_add(HEADER)
}

/// Seals `plain`; the same bytes under the same key and id give the same sealed bytes.
pub(super) fn seal(key: &DataKey, id: BlobId, plain: &[u8]) -> Result<Vec<u8>, BlobError> {
    let length = u64::try_from(plain.len()).map_err(|_| BlobError::Cipher)?;
    let salt = key.salt(id, &Sha256::of(plain).0);
    let cipher = key.chunk_key(id, &salt)?;
    let capacity = sealed_length(length).and_then(|total| usize::try_from(total).ok());
    let mut sealed = Vec::with_capacity(capacity.ok_or(BlobError::Cipher)?);
    sealed.extend_from_slice(MAGIC);
    sealed.extend_from_slice(&salt);
    let size = usize::try_from(CHUNK).map_err(|_| BlobError::Cipher)?;
    // An empty blob still has its one, last, chunk.
    let empty: &[u8] = &[];
    let chunks = plain.chunks(size).chain(plain.is_empty().then_some(empty));
    for (number, chunk) in (0..).zip(chunks) {
        let place = Place::new(number, length).ok_or(BlobError::Cipher)?;
        let start = sealed.len();
        sealed.extend_from_slice(chunk);
        let body = sealed.get_mut(start..).ok_or(BlobError::Cipher)?;
        let tag = cipher
            .seal_in_place_separate_tag(place.nonce(), place.aad(id), body)
            .map_err(|_| BlobError::Cipher)?;
        sealed.extend_from_slice(tag.as_ref());
    }
    Ok(sealed)
}

/// The cipher for a sealed blob, from its header.
pub(super) fn open_header(
    key: &DataKey,
    id: BlobId,
    header: &[u8],
) -> Result<LessSafeKey, BlobError> {
    let salt: &[u8; 32] = header
        .strip_prefix(&MAGIC[..])
        .and_then(|salt| salt.try_into().ok())
        .ok_or(BlobError::Broken(id))?;
    key.chunk_key(id, salt)
}

/// Opens one chunk in place and leaves its plaintext.
pub(super) fn open_chunk(
    cipher: &LessSafeKey,
    id: BlobId,
    place: Place,
    sealed: &mut Vec<u8>,
) -> Result<(), BlobError> {
    let length = cipher
        .open_in_place(place.nonce(), place.aad(id), sealed)
        .map_err(|_| BlobError::Broken(id))?
        .len();
    sealed.truncate(length);
    Ok(())
}
