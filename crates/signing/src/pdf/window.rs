//! Positioned reads through a few cached blocks, so that memory does not grow with the document; what lies in memory anyway
//! is read where it lies.

use std::{
    cell::RefCell,
    collections::VecDeque,
    ops::{Deref, Range},
    sync::Arc,
};

use crate::{
    num::{to_u64, to_usize},
    source::{ByteSource, SourceError},
};

const BLOCK: u64 = 16 * 1024;
const KEPT: usize = 64;

pub(crate) struct Window<'a> {
    source: &'a dyn ByteSource,
    len: u64,
    /// Newest first.
    blocks: RefCell<VecDeque<(u64, Arc<Vec<u8>>)>>,
}

impl<'a> Window<'a> {
    pub(crate) fn new(source: &'a dyn ByteSource) -> Self {
        Self {
            source,
            len: source.len(),
            blocks: RefCell::default(),
        }
    }

    pub(crate) fn len(&self) -> u64 {
        self.len
    }

    pub(crate) fn source(&self) -> &'a dyn ByteSource {
        self.source
    }

    /// The bytes from `offset` on: `wanted` of them, or fewer where the source ends.
    pub(crate) fn read(&self, offset: u64, wanted: u64) -> Result<Vec<u8>, SourceError> {
        Ok(match self.piece(offset, wanted)? {
            Piece::Kept(block, range) => block.get(range).unwrap_or_default().to_vec(),
            Piece::Resident(bytes) => bytes.to_vec(),
            Piece::Joined(bytes) => bytes,
        })
    }

    /// The same, without a copy where they lie in memory or in one block.
    pub(crate) fn piece(&self, offset: u64, wanted: u64) -> Result<Piece<'a>, SourceError> {
        let end = offset.saturating_add(wanted).min(self.len);
        let length = to_usize(end.saturating_sub(offset));
        if let Some(bytes) = self.source.resident(offset).get(..length) {
            return Ok(Piece::Resident(bytes));
        }
        if offset < end && wanted <= BLOCK - offset % BLOCK {
            let start = to_usize(offset % BLOCK);
            let range = start..start.saturating_add(length);
            return Ok(Piece::Kept(self.block(offset / BLOCK)?, range));
        }
        let mut out = Vec::with_capacity(length);
        let mut at = offset;
        while at < end {
            let block = self.block(at / BLOCK)?;
            let part = block.get(to_usize(at % BLOCK)..).unwrap_or_default();
            let part = part.get(..to_usize(end - at)).unwrap_or(part);
            if part.is_empty() {
                break;
            }
            out.extend_from_slice(part);
            at += to_u64(part.len());
        }
        Ok(Piece::Joined(out))
    }

    /// How many bytes from `offset` on a piece can have without a copy, as far as it is worth while.
    pub(crate) fn at_hand(&self, offset: u64) -> u64 {
        let resident = self.source.resident(offset).len();
        (BLOCK - offset % BLOCK).max(to_u64(resident).min(4 * BLOCK))
    }

    fn block(&self, number: u64) -> Result<Arc<Vec<u8>>, SourceError> {
        let mut blocks = self.blocks.borrow_mut();
        if let Some(place) = blocks.iter().position(|(kept, _)| *kept == number)
            && let Some(block) = blocks.remove(place)
        {
            let bytes = Arc::clone(&block.1);
            blocks.push_front(block);
            return Ok(bytes);
        }
        let start = number.saturating_mul(BLOCK);
        let mut bytes = vec![0; to_usize(self.len.saturating_sub(start).min(BLOCK))];
        self.source.read_at(start, &mut bytes)?;
        let bytes = Arc::new(bytes);
        blocks.push_front((number, Arc::clone(&bytes)));
        blocks.truncate(KEPT);
        Ok(bytes)
    }
}

/// Bytes of the source: where they lie in memory, a part of a kept block, or joined from several.
pub(crate) enum Piece<'a> {
    Resident(&'a [u8]),
    Kept(Arc<Vec<u8>>, Range<usize>),
    Joined(Vec<u8>),
}

impl Deref for Piece<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Resident(bytes) => bytes,
            Self::Kept(block, range) => block.get(range.clone()).unwrap_or_default(),
            Self::Joined(bytes) => bytes,
        }
    }
}
