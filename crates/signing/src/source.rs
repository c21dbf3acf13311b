//! Where the bytes of a document come from: a slice, or positioned reads of something larger than memory.

use std::fs::File;
use std::ops::Range;
use std::sync::Arc;

use crate::num::{to_u64, to_usize};

/// Bytes of known length, readable at any position. The length and the bytes do not change while somebody reads.
pub trait ByteSource: Send + Sync {
    /// How many bytes there are.
    fn len(&self) -> u64;

    /// Fills `buf` with the bytes from `offset` on.
    ///
    /// # Errors
    /// When the range is not wholly inside the source, or the medium fails.
    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<(), SourceError>;

    /// Whether there is no byte at all.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The open file that holds exactly these bytes, where there is one: another process can be
    /// handed it instead of a copy.
    fn file(&self) -> Option<&File> {
        None
    }

    /// The bytes from `offset` on that lie one behind the other in memory: what is there already need not be copied to be
    /// read. None where there is another medium.
    fn resident(&self, _offset: u64) -> &[u8] {
        &[]
    }
}

/// Why bytes could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SourceError {
    /// The range is not inside the source.
    #[error("{wanted} bytes at {offset} are not inside a source of {len} bytes")]
    Bounds {
        /// Where the read began.
        offset: u64,
        /// How many bytes were asked for.
        wanted: u64,
        /// How long the source is.
        len: u64,
    },
    /// The medium failed.
    #[error("the source cannot be read: {0}")]
    Medium(String),
}

impl ByteSource for [u8] {
    fn len(&self) -> u64 {
        to_u64(<[u8]>::len(self))
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<(), SourceError> {
        let start = to_usize(offset);
        let part = start
            .checked_add(buf.len())
            .and_then(|end| self.get(start..end));
        buf.copy_from_slice(part.ok_or(SourceError::Bounds {
            offset,
            wanted: to_u64(buf.len()),
            len: ByteSource::len(self),
        })?);
        Ok(())
    }

    fn resident(&self, offset: u64) -> &[u8] {
        self.get(to_usize(offset)..).unwrap_or_default()
    }
}

impl ByteSource for Vec<u8> {
    fn len(&self) -> u64 {
        ByteSource::len(self.as_slice())
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<(), SourceError> {
        self.as_slice().read_at(offset, buf)
    }

    fn resident(&self, offset: u64) -> &[u8] {
        self.as_slice().resident(offset)
    }
}

impl<T: ByteSource + ?Sized> ByteSource for &T {
    fn len(&self) -> u64 {
        (**self).len()
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<(), SourceError> {
        (**self).read_at(offset, buf)
    }

    fn file(&self) -> Option<&File> {
        (**self).file()
    }

    fn resident(&self, offset: u64) -> &[u8] {
        (**self).resident(offset)
    }
}

impl<T: ByteSource + ?Sized> ByteSource for Arc<T> {
    fn len(&self) -> u64 {
        (**self).len()
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<(), SourceError> {
        (**self).read_at(offset, buf)
    }

    fn file(&self) -> Option<&File> {
        (**self).file()
    }

    fn resident(&self, offset: u64) -> &[u8] {
        (**self).resident(offset)
    }
}

/// Goes over a range in order, piece by piece, so that memory does not grow with it.
pub(crate) fn in_pieces(
    source: &dyn ByteSource,
    range: Range<u64>,
    mut take: impl FnMut(&[u8]),
) -> Result<(), SourceError> {
    const PIECE: u64 = 256 * 1024;
    let mut buffer = Vec::new();
    let mut at = range.start;
    while at < range.end {
        let length = range.end.saturating_sub(at).min(PIECE);
        if let Some(piece) = source.resident(at).get(..to_usize(length)) {
            take(piece);
        } else {
            buffer.resize(to_usize(length), 0);
            source.read_at(at, &mut buffer)?;
            take(&buffer);
        }
        at = at.saturating_add(length);
    }
    Ok(())
}

/// A source with further bytes behind it: a document and what is about to be appended to it.
#[derive(Clone, Copy)]
pub struct Chained<'a> {
    head: &'a dyn ByteSource,
    tail: &'a [u8],
}

impl<'a> Chained<'a> {
    /// `head`, then `tail`.
    pub fn new(head: &'a dyn ByteSource, tail: &'a [u8]) -> Self {
        Self { head, tail }
    }
}

impl ByteSource for Chained<'_> {
    fn len(&self) -> u64 {
        self.head.len().saturating_add(to_u64(self.tail.len()))
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<(), SourceError> {
        let cut = to_usize(self.head.len().saturating_sub(offset)).min(buf.len());
        let (front, back) = buf.split_at_mut(cut);
        if !front.is_empty() {
            self.head.read_at(offset, front)?;
        }
        if back.is_empty() {
            return Ok(());
        }
        let start = offset
            .saturating_add(to_u64(cut))
            .saturating_sub(self.head.len());
        self.tail.read_at(start, back)
    }

    fn resident(&self, offset: u64) -> &[u8] {
        match offset.checked_sub(self.head.len()) {
            Some(behind) => self.tail.resident(behind),
            None => self.head.resident(offset),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chained_source_reads_across_its_seam() {
        let head = b"abc".to_vec();
        let chained = Chained::new(&head, b"def");
        let mut buf = [0; 4];
        chained.read_at(1, &mut buf).unwrap();
        assert_eq!(&buf, b"bcde");
        chained.read_at(3, &mut buf[..3]).unwrap();
        assert_eq!(&buf[..3], b"def");
        assert!(chained.read_at(4, &mut buf).is_err());
    }

    #[test]
    fn what_lies_in_memory_ends_at_the_seam() {
        let head = b"abc".to_vec();
        let chained = Chained::new(&head, b"def");
        assert_eq!(chained.resident(1), b"bc");
        assert_eq!(chained.resident(3), b"def");
        assert_eq!(chained.resident(7), b"");
    }
}
