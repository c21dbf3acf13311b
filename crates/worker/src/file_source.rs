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
}

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
        Ok(Self { file, len })
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
        self.file
            .read_exact_at(buf, offset)
            .map_err(|error| SourceError::Medium(error.to_string()))
    }

    fn file(&self) -> Option<&File> {
        Some(&self.file)
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
    fn a_directory_is_no_source() {
        assert!(FileSource::open(std::env::temp_dir()).is_err());
    }
}
