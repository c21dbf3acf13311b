//! Opens a file for verification, whatever it is.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
    sync::Arc,
};

use signing::source::ByteSource;
use worker::FileSource;

/// A regular file is read by position, however large; a pipe is taken into memory, up to a limit.
///
/// # Errors
/// When it cannot be opened, is a folder, or a pipe gives too much.
pub fn open(path: &Path) -> io::Result<Arc<dyn ByteSource>> {
    let file = File::open(path)?;
    let found = file.metadata()?;
    if found.is_dir() {
        return Err(io::Error::new(
            io::ErrorKind::IsADirectory,
            "is a folder; name its files",
        ));
    }
    if found.is_file() {
        return Ok(Arc::new(FileSource::new(file)?));
    }
    let mut bytes = Vec::new();
    file.take(MAX_PIPED + 1).read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > MAX_PIPED {
        return Err(io::Error::new(
            io::ErrorKind::FileTooLarge,
            "more than 256 MiB came through the pipe; save it to a file first",
        ));
    }
    Ok(Arc::new(bytes))
}

const MAX_PIPED: u64 = 256 << 20;
