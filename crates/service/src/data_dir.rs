//! The data directory: what lies where, who holds it, and how a file in it is replaced.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Who may read a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Readers {
    /// Certificates, revocation lists, signed letters.
    Everyone,
    /// Keys and secrets: the owner alone.
    Owner,
}

/// How a process holds the data directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hold {
    /// No other process works in it: what SQLite, and whoever erases, need.
    Alone,
    /// Other processes of the same office work in it too, each as a node of its own. Their database is PostgreSQL.
    Together,
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

/// A data directory held by this process until dropped.
#[derive(Debug)]
pub struct DataDir {
    root: PathBuf,
    slot: u16,
    // Held, never read: the operating system lets go of the locks when the process ends, however it ends.
    locks: Vec<File>,
    // Held while the application opens, so that two processes do not both make what a new office lacks.
    opening: Mutex<Option<File>>,
}

impl DataDir {
    /// Makes the directory if need be and takes its lock, waiting a second for another process to end.
    ///
    /// # Errors
    /// [`DataDirError::InUse`] if another process holds it.
    pub fn open(root: &Path) -> Result<Self, DataDirError> {
        Self::open_held(root, Hold::Alone)
    }

    /// Makes the directory if need be and takes its lock in this way, waiting a second for another process to end;
    /// together with others also the lock of the first node that no living process is.
    ///
    /// # Errors
    /// [`DataDirError::InUse`] if another process holds it otherwise.
    pub fn open_held(root: &Path, hold: Hold) -> Result<Self, DataDirError> {
        for folder in ["", "blobs", "ca", "keys", "audit"] {
            private_folder(&root.join(folder))?;
        }
        let shared = lock_file(root, LOCK_FILE)?;
        let try_lock = match hold {
            Hold::Alone => File::try_lock,
            Hold::Together => File::try_lock_shared,
        };
        if !patiently(&shared, try_lock, PATIENCE).map_err(at(&root.join(LOCK_FILE)))? {
            return Err(DataDirError::InUse(root.to_owned()));
        }
        let mut dir = Self {
            root: root.to_owned(),
            slot: 0,
            locks: vec![shared],
            opening: Mutex::default(),
        };
        match hold {
            Hold::Alone => {}
            Hold::Together => dir.join_others()?,
        }
        Ok(dir)
    }

    /// Becomes the first node that no living process is: a node that starts again is the one that died.
    fn join_others(&mut self) -> Result<(), DataDirError> {
        private_folder(&self.root.join(NODES_FOLDER))?;
        for slot in 0..MOST_NODES {
            let name = format!("{NODES_FOLDER}/{slot}.lock");
            let lock = lock_file(&self.root, &name)?;
            if patiently(&lock, File::try_lock, Duration::ZERO).map_err(at(&self.path(&name)))? {
                self.slot = slot;
                self.locks.push(lock);
                let opening = lock_file(&self.root, OPENING_FILE)?;
                opening.lock().map_err(at(&self.path(OPENING_FILE)))?;
                self.opening = Mutex::new(Some(opening));
                return Ok(());
            }
        }
        Err(DataDirError::InUse(self.root.clone()))
    }

    /// Which of the nodes in this directory the process is; alone it is the first.
    pub fn slot(&self) -> u16 {
        self.slot
    }

    /// Lets other processes open the application too.
    pub(crate) fn opened(&self) {
        let mut opening = self.opening.lock().unwrap_or_else(PoisonError::into_inner);
        drop(opening.take());
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

    /// The names of the files in a folder, in order; none if there is no such folder.
    ///
    /// # Errors
    /// [`DataDirError::Io`] names the folder.
    pub fn list(&self, folder: &str) -> Result<Vec<String>, DataDirError> {
        let path = self.path(folder);
        let entries = match fs::read_dir(&path) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(source) => return Err(DataDirError::Io { path, source }),
        };
        let mut names = Vec::new();
        for entry in entries {
            let entry = entry.map_err(at(&path))?;
            if entry.path().is_file() {
                names.push(format!("{folder}/{}", entry.file_name().to_string_lossy()));
            }
        }
        names.sort();
        Ok(names)
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
        // Of this process and this call: others may replace the same file at the same moment.
        let call = CALLS.fetch_add(1, Ordering::Relaxed);
        let part = path.with_extension(format!("{}-{call}.part", std::process::id()));
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

/// Locks of the nodes that share the directory.
const NODES_FOLDER: &str = "nodes";
/// Held while an application opens.
const OPENING_FILE: &str = "nodes/opening.lock";
/// More processes than one office will ever run on one database.
/// How often this process has replaced a file.
static CALLS: AtomicU64 = AtomicU64::new(0);
const MOST_NODES: u16 = 256;

fn lock_file(root: &Path, name: &str) -> Result<File, DataDirError> {
    let path = root.join(name);
    OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .mode(0o600)
        .open(&path)
        .map_err(at(&path))
}

/// Whether the lock was had. A process that was just stopped may still be on its way out.
fn patiently(
    lock: &File,
    try_lock: fn(&File) -> Result<(), TryLockError>,
    mut patience: Duration,
) -> io::Result<bool> {
    loop {
        match try_lock(lock) {
            Ok(()) => return Ok(true),
            Err(TryLockError::WouldBlock) if patience.is_zero() => return Ok(false),
            Err(TryLockError::WouldBlock) => {
                std::thread::sleep(PAUSE);
                patience = patience.saturating_sub(PAUSE);
            }
            Err(TryLockError::Error(source)) => return Err(source),
        }
    }
}

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
    fn nodes_share_a_directory_each_under_its_own_number_and_keep_out_whoever_wants_it_alone() {
        let folder = tempfile::tempdir().unwrap();
        let together = || DataDir::open_held(folder.path(), Hold::Together);
        let first = together().unwrap();
        first.opened();
        let second = together().unwrap();
        second.opened();
        assert_eq!((first.slot(), second.slot()), (0, 1));
        assert!(matches!(
            DataDir::open(folder.path()),
            Err(DataDirError::InUse(_))
        ));
        drop(first);
        let again = together().unwrap();
        again.opened();
        assert_eq!(again.slot(), 0, "the node that died starts again");
        drop((second, again));
        let alone = DataDir::open(folder.path()).unwrap();
        assert!(matches!(together(), Err(DataDirError::InUse(_))));
        drop(alone);
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
