//! Positioned reads through a few cached blocks, so that memory does not grow with the document.

use std::{cell::RefCell, collections::VecDeque, sync::Arc};

use crate::{
    num::{to_u64, to_usize},
    source::{ByteSource, SourceError},
};

const BLOCK: u64 = 64 * 1024;
const KEPT: usize = 16;

pub(crate) struct Window<'a> {
    source: &'a dyn ByteSource,
    len: u64,
    /// Newest first.
    blocks: RefCell<VecDeque<(u64, Arc<[u8]>)>>,
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
        let end = offset.saturating_add(wanted).min(self.len);
        let mut out = Vec::with_capacity(to_usize(end.saturating_sub(offset)));
        let mut at = offset;
        while at < end {
            let number = at / BLOCK;
            let block = self.block(number)?;
            let skip = to_usize(at - number * BLOCK);
            let take = to_usize(end - at);
            let part = block.get(skip..).unwrap_or_default();
            let part = part.get(..take).unwrap_or(part);
            if part.is_empty() {
                break;
            }
            out.extend_from_slice(part);
            at += to_u64(part.len());
        }
        Ok(out)
    }

    fn block(&self, number: u64) -> Result<Arc<[u8]>, SourceError> {
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
        let bytes: Arc<[u8]> = bytes.into();
        blocks.push_front((number, Arc::clone(&bytes)));
        blocks.truncate(KEPT);
        Ok(bytes)
    }
}
