//! A file as a source: positioned reads, no memory map.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;

use signing::source::{ByteSource, SourceError};

/// An open regular file. Its length is taken once: a file that shrinks meanwhile fails to read, one
/// that grows is read as it was.
#[derive(Debug)]
pub struct FileSource {
    file: File,
    len: u64,
    /// All of it, or nothing.
    held: Vec<u8>,
}

/// Bytes; letters are smaller. Reading one whole once costs less than the blocks that several readers would each keep of it.
const SMALL: u64 = 2 << 20;

impl FileSource {
    /// Opens a file for reading.
    ///
    /// # Errors
    /// When it cannot be opened or is no regular file.
    pub fn open(path: impl AsRef<Path>) -> io::Result<Self> {
        Self::new(File::open(path)?)
    }

    /// Takes a file that is open already.
    ///
    /// # Errors
    /// When it is no regular file, whose length would mean nothing.
    pub fn new(file: File) -> io::Result<Self> {
        let about = file.metadata()?;
        if !about.is_file() {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "not a regular file",
            ));
        }
        let len = about.len();
        let held = Vec::new();
        Ok(Self { file, len, held })
    }

    /// Keeps the bytes in memory where they are few, for who reads them several times.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn held(mut self) -> io::Result<Self> {
        if self.len <= SMALL {
            self.held = vec![0; usize::try_from(self.len).unwrap_or_default()];
            self.file.read_exact_at(&mut self.held, 0)?;
        }
        Ok(self)
    }
}

impl ByteSource for FileSource {
    fn len(&self) -> u64 {
        self.len
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<(), SourceError> {
        let wanted = u64::try_from(buf.len()).unwrap_or(u64::MAX);
        let inside = offset
            .checked_add(wanted)
            .is_some_and(|end| end <= self.len);
        if !inside {
            return Err(SourceError::Bounds {
                offset,
                wanted,
                len: self.len,
            });
        }
        if let Some(held) = self.resident(offset).get(..buf.len())
            && !held.is_empty()
        {
            buf.copy_from_slice(held);
            return Ok(());
        }
        self.file
            .read_exact_at(buf, offset)
            .map_err(|error| SourceError::Medium(error.to_string()))
    }

    fn file(&self) -> Option<&File> {
        Some(&self.file)
    }

    fn resident(&self, offset: u64) -> &[u8] {
        let start = usize::try_from(offset).unwrap_or(usize::MAX);
        self.held.get(start..).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(bytes: &[u8]) -> (tempfile::NamedTempFile, FileSource) {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), bytes).unwrap();
        let source = FileSource::open(file.path()).unwrap();
        (file, source)
    }

    #[test]
    fn a_file_is_read_at_any_position() {
        let (_file, source) = source(b"abcdef");
        let mut buf = [0; 3];
        source.read_at(3, &mut buf).unwrap();
        assert_eq!((source.len(), &buf), (6, b"def"));
    }

    #[test]
    fn a_read_past_the_end_is_refused_with_its_bounds() {
        let (_file, source) = source(b"abcdef");
        let mut buf = [0; 3];
        for offset in [4, u64::MAX] {
            let error = source.read_at(offset, &mut buf).unwrap_err();
            let wanted = SourceError::Bounds {
                offset,
                wanted: 3,
                len: 6,
            };
            assert_eq!(error, wanted);
        }
    }

    #[test]
    fn a_file_that_shrank_is_a_failing_medium_and_not_zeros() {
        let (file, source) = source(b"abcdef");
        std::fs::write(file.path(), b"ab").unwrap();
        let mut buf = [0; 3];
        let error = source.read_at(3, &mut buf).unwrap_err();
        assert!(matches!(error, SourceError::Medium(_)));
    }

    #[test]
    fn what_is_held_is_read_as_it_was() {
        let (file, source) = source(b"abcdef");
        let held = source.held().unwrap();
        assert_eq!(held.resident(4), b"ef");
        std::fs::write(file.path(), b"ghijkl").unwrap();
        let mut buf = [0; 3];
        held.read_at(3, &mut buf).unwrap();
        assert_eq!(&buf, b"def");
        assert!(held.read_at(4, &mut buf).is_err());
    }

    #[test]
    fn what_is_large_is_not_held() {
        let size = usize::try_from(SMALL).unwrap();
        for (more, held) in [(0, true), (1, false)] {
            let (_file, source) = source(&vec![7; size + more]);
            assert_eq!(!source.held().unwrap().resident(0).is_empty(), held);
        }
    }

    #[test]
    fn a_directory_is_no_source() {
        assert!(FileSource::open(std::env::temp_dir()).is_err());
    }
}
