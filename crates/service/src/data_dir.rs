//! The data directory: what lies where, who holds it, and how a file in it is replaced.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Who may read a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Readers {
    /// Certificates, revocation lists, signed letters.
    Everyone,
    /// Keys and secrets: the owner alone.
    Owner,
}

/// Why the data directory could not be used.
#[derive(Debug, thiserror::Error)]
pub enum DataDirError {
    /// Another process works in it.
    #[error("{0} is in use by another pena process; wait for it or choose another --data-dir")]
    InUse(PathBuf),
    /// A file or folder in it could not be read or written.
    #[error("{path}: {source}")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
}

/// A data directory held by this process alone, until dropped.
#[derive(Debug)]
pub struct DataDir {
    root: PathBuf,
    // Held, never read: the operating system lets go of the lock when the process ends, however it ends.
    _lock: File,
}

impl DataDir {
    /// Makes the directory if need be and takes its lock, waiting a second for another process to end.
    ///
    /// # Errors
    /// [`DataDirError::InUse`] if another process holds it.
    pub fn open(root: &Path) -> Result<Self, DataDirError> {
        for folder in ["", "blobs", "ca", "keys", "audit"] {
            private_folder(&root.join(folder))?;
        }
        let path = root.join(LOCK_FILE);
        let lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .mode(0o600)
            .open(&path)
            .map_err(at(&path))?;
        let mut patience = PATIENCE;
        loop {
            match lock.try_lock() {
                Ok(()) => {
                    return Ok(Self {
                        root: root.to_owned(),
                        _lock: lock,
                    });
                }
                // A process that was just stopped may still be on its way out.
                Err(TryLockError::WouldBlock) if !patience.is_zero() => {
                    std::thread::sleep(PAUSE);
                    patience = patience.saturating_sub(PAUSE);
                }
                Err(TryLockError::WouldBlock) => {
                    return Err(DataDirError::InUse(root.to_owned()));
                }
                Err(TryLockError::Error(source)) => return Err(DataDirError::Io { path, source }),
            }
        }
    }

    /// The directory itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Where sealed blobs lie.
    pub fn blobs(&self) -> PathBuf {
        self.root.join("blobs")
    }

    /// A file's path.
    pub fn path(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// Makes an empty file that only the owner reads, unless there is one: for programs that would make it readable.
    ///
    /// # Errors
    /// [`DataDirError::Io`] names the file.
    pub fn reserve(&self, name: &str) -> Result<(), DataDirError> {
        let path = self.path(name);
        OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .mode(0o600)
            .open(&path)
            .map_err(at(&path))?;
        Ok(())
    }

    /// Reads a file; `None` if there is none.
    ///
    /// # Errors
    /// [`DataDirError::Io`] for anything else.
    pub fn read(&self, name: &str) -> Result<Option<Vec<u8>>, DataDirError> {
        let path = self.path(name);
        match fs::read(&path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(DataDirError::Io { path, source }),
        }
    }

    /// Puts a whole new file in place of the old one: after a crash there is the one or the other, never a part.
    /// Durable when it returns.
    ///
    /// # Errors
    /// [`DataDirError::Io`] names the file.
    pub fn replace(&self, name: &str, bytes: &[u8], readers: Readers) -> Result<(), DataDirError> {
        let path = self.path(name);
        let folder = path.parent().unwrap_or(&self.root).to_owned();
        private_folder(&folder)?;
        let part = path.with_extension("part");
        let mode = match readers {
            Readers::Everyone => 0o644,
            Readers::Owner => 0o600,
        };
        let write = || -> io::Result<()> {
            let mut file = OpenOptions::new()
                .create(true)
                .truncate(true)
                .write(true)
                .mode(mode)
                .open(&part)?;
            file.write_all(bytes)?;
            file.sync_all()?;
            fs::rename(&part, &path)?;
            File::open(&folder)?.sync_all()
        };
        write().map_err(at(&path))
    }

    /// Removes a file, if there is one.
    ///
    /// # Errors
    /// [`DataDirError::Io`] names the file.
    pub fn remove(&self, name: &str) -> Result<(), DataDirError> {
        let path = self.path(name);
        match fs::remove_file(&path) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(source) => Err(DataDirError::Io { path, source }),
        }
    }
}

/// The file whose lock says that a process works in the directory.
pub const LOCK_FILE: &str = "lock";
const PATIENCE: Duration = Duration::from_secs(1);
const PAUSE: Duration = Duration::from_millis(50);

fn private_folder(path: &Path) -> Result<(), DataDirError> {
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .map_err(at(path))
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> DataDirError {
    let path = path.to_owned();
    move |source| DataDirError::Io { path, source }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_process_is_kept_out_until_the_first_lets_go() {
        let folder = tempfile::tempdir().unwrap();
        let first = DataDir::open(folder.path()).unwrap();
        assert!(matches!(
            DataDir::open(folder.path()),
            Err(DataDirError::InUse(_))
        ));
        drop(first);
        assert!(DataDir::open(folder.path()).is_ok());
    }

    #[test]
    fn a_replaced_file_is_whole_and_its_secrets_are_the_owners() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let dir = DataDir::open(folder.path()).unwrap();
        assert_eq!(dir.read("keys/x").unwrap(), None);
        dir.replace("keys/x", b"one", Readers::Owner).unwrap();
        dir.replace("keys/x", b"two", Readers::Owner).unwrap();
        assert_eq!(dir.read("keys/x").unwrap().unwrap(), b"two");
        let mode = fs::metadata(dir.path("keys/x"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
