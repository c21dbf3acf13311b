//! Reading a sealed blob at any position.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::sync::{Mutex, PoisonError};

use flow::id::BlobId;
use ring::aead::LessSafeKey;

use super::seal::{CHUNK, HEADER, Place, open_chunk, open_header, sealed_length};
use super::{BlobError, DataKey};
use crate::model::BlobRow;

/// Positioned reads of a sealed blob; holds one chunk in memory, whatever the blob's size.
///
/// Every byte it hands out was authenticated. A whole file is checked against its SHA-256 only by
/// [`super::BlobStore::read`].
pub struct BlobReader {
    id: BlobId,
    file: File,
    cipher: LessSafeKey,
    length: u64,
    /// The chunk opened last: its number and its plaintext.
    opened: Mutex<Option<(u64, Vec<u8>)>>,
}

impl BlobReader {
    pub(super) fn open(key: &DataKey, row: &BlobRow, file: File) -> Result<Self, BlobError> {
        let on_disk = file.metadata().map_err(BlobError::Disk)?.len();
        if sealed_length(row.length) != Some(on_disk) {
            return Err(BlobError::Broken(row.id));
        }
        let mut header = vec![0; usize::try_from(HEADER).unwrap_or_default()];
        file.read_exact_at(&mut header, 0)
            .map_err(BlobError::Disk)?;
        Ok(Self {
            id: row.id,
            cipher: open_header(key, row.id, &header)?,
            file,
            length: row.length,
            opened: Mutex::new(None),
        })
    }

    /// The length of the plain bytes.
    pub fn len(&self) -> u64 {
        self.length
    }

    /// Whether the blob is empty.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// Fills `buf` from `offset` on.
    ///
    /// # Errors
    /// [`BlobError::Range`] outside the blob; [`BlobError::Broken`] when a chunk is not what was sealed.
    pub fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<(), BlobError> {
        let wanted = u64::try_from(buf.len()).map_err(|_| BlobError::Range(self.id))?;
        let end = offset
            .checked_add(wanted)
            .ok_or(BlobError::Range(self.id))?;
        if end > self.length {
            return Err(BlobError::Range(self.id));
        }
        let mut position = offset;
        let mut rest = buf;
        while !rest.is_empty() {
            let taken = self.copy_from_chunk(position, rest)?;
            position = position.saturating_add(u64::try_from(taken).unwrap_or(u64::MAX));
            rest = rest.get_mut(taken..).unwrap_or_default();
        }
        Ok(())
    }

    /// Copies what one chunk holds of `buf`; returns how much, never nothing.
    fn copy_from_chunk(&self, position: u64, buf: &mut [u8]) -> Result<usize, BlobError> {
        let number = position / CHUNK;
        // A panic elsewhere cannot leave half a chunk here: it is put in whole.
        let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        if opened.as_ref().is_none_or(|(held, _)| *held != number) {
            *opened = Some((number, self.chunk(number)?));
        }
        let inside = usize::try_from(position % CHUNK).map_err(|_| BlobError::Range(self.id))?;
        let available = opened
            .as_ref()
            .and_then(|(_, plain)| plain.get(inside..))
            .filter(|bytes| !bytes.is_empty())
            .ok_or(BlobError::Broken(self.id))?;
        let mut taken = 0;
        for (to, from) in buf.iter_mut().zip(available) {
            *to = *from;
            taken += 1;
        }
        Ok(taken)
    }

    fn chunk(&self, number: u64) -> Result<Vec<u8>, BlobError> {
        let place = Place::new(number, self.length).ok_or(BlobError::Range(self.id))?;
        let size = usize::try_from(place.sealed_len).map_err(|_| BlobError::Range(self.id))?;
        let mut sealed = vec![0; size];
        self.file
            .read_exact_at(&mut sealed, place.offset)
            .map_err(BlobError::Disk)?;
        open_chunk(&self.cipher, self.id, place, &mut sealed)?;
        Ok(sealed)
    }
}
