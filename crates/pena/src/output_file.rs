//! An output file that appears whole or not at all.

use std::{
    ffi::OsString,
    fs::{self, File, OpenOptions},
    io,
    path::{Path, PathBuf},
    process,
    thread::{self, JoinHandle},
};

/// A file being written beside its final place, under a hidden name; removed again unless it is published.
#[derive(Debug)]
pub struct Draft {
    file: File,
    path: PathBuf,
    target: PathBuf,
    /// Puts what was written early on the disk, while more is made ready.
    early: Option<JoinHandle<io::Result<()>>>,
    published: bool,
}

impl Draft {
    /// Starts a draft in the folder of the target, so that publishing it is one rename.
    ///
    /// # Errors
    /// When the folder cannot be written, or the target is something other than a file.
    pub fn beside(target: &Path) -> io::Result<Self> {
        let target = resolve(target)?;
        let folder = match target.parent() {
            Some(parent) if parent != Path::new("") => parent,
            _ => Path::new("."),
        };
        for attempt in 0..ATTEMPTS {
            let path = folder.join(draft_name(attempt));
            match OpenOptions::new()
                .read(true)
                .write(true)
                .create_new(true)
                .open(&path)
            {
                Ok(file) => {
                    return Ok(Self {
                        file,
                        path,
                        target,
                        early: None,
                        published: false,
                    });
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
        Err(io::Error::new(
            io::ErrorKind::AlreadyExists,
            "too many unfinished files of earlier runs in the folder; remove its .pena-*.part files",
        ))
    }

    /// The open draft.
    pub fn file(&self) -> &File {
        &self.file
    }

    /// Begins to put what was written so far on the disk, when it is so much that publishing would wait for it.
    ///
    /// # Errors
    /// When the system refuses to begin.
    pub fn put_on_disk_early(&mut self) -> io::Result<()> {
        if self.early.is_none() && self.file.metadata()?.len() >= LARGE {
            let file = self.file.try_clone()?;
            let begun = thread::Builder::new().spawn(move || file.sync_data())?;
            self.early = Some(begun);
        }
        Ok(())
    }

    /// Puts the draft in place of whatever the target was. The bytes are on the disk before the name points to them.
    ///
    /// # Errors
    /// When the disk is full or the rename is refused; the target is then untouched.
    pub fn publish(mut self) -> io::Result<()> {
        // The system tells a failed write once: whoever hears of it must pass it on.
        if let Some(early) = self.early.take() {
            early
                .join()
                .map_err(|_| io::Error::other("the thread that wrote to the disk failed"))??;
        }
        self.file.sync_data()?;
        fs::rename(&self.path, &self.target)?;
        self.published = true;
        Ok(())
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.published {
            // If it cannot be removed, its name says what it is.
            let _left_behind = fs::remove_file(&self.path);
        }
    }
}

const ATTEMPTS: u32 = 1000;
/// Bytes; less is on the disk before a thread has started.
const LARGE: u64 = 4 << 20;

fn draft_name(attempt: u32) -> OsString {
    format!(".pena-{}-{attempt}.part", process::id()).into()
}

/// Follows links, so that a link keeps pointing where it points and its file gets the new content.
fn resolve(target: &Path) -> io::Result<PathBuf> {
    match fs::metadata(target) {
        Ok(found) if found.is_file() => fs::canonicalize(target),
        Ok(found) if found.is_dir() => Err(io::Error::new(
            io::ErrorKind::IsADirectory,
            "is a folder; to write into it use --out-dir",
        )),
        Ok(_) => Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "is no ordinary file; the output is put in place by renaming, so name a file",
        )),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(target.to_owned()),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn a_draft_that_is_dropped_leaves_the_old_file_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("surat.pdf");
        fs::write(&target, "old").unwrap();
        let draft = Draft::beside(&target).unwrap();
        draft.file().write_all(b"half").unwrap();
        drop(draft);
        assert_eq!(fs::read(&target).unwrap(), b"old");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_published_draft_replaces_the_file_behind_a_link() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("a.pdf"), folder.path().join("b.pdf"));
        fs::write(&file, "old").unwrap();
        std::os::unix::fs::symlink("a.pdf", &link).unwrap();
        let draft = Draft::beside(&link).unwrap();
        draft.file().write_all(b"new").unwrap();
        draft.publish().unwrap();
        assert_eq!(fs::read(&file).unwrap(), b"new");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    }

    #[test]
    fn what_was_put_on_the_disk_early_is_published_with_what_came_after_it() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("surat.pdf");
        let mut draft = Draft::beside(&target).unwrap();
        let large = vec![b'a'; usize::try_from(LARGE).unwrap()];
        draft.file().write_all(&large).unwrap();
        draft.put_on_disk_early().unwrap();
        draft.file().write_all(b"end").unwrap();
        draft.publish().unwrap();
        let read = fs::read(&target).unwrap();
        assert!(read == [large.as_slice(), b"end"].concat());
    }

    #[test]
    fn a_device_is_never_replaced_by_a_file() {
        let error = Draft::beside(Path::new("/dev/null")).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
    }
}
