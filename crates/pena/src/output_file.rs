//! An output file that appears whole or not at all.

use std::{
    ffi::OsString,
    fs::{self, File, OpenOptions},
    io,
    os::{fd::AsRawFd, unix::fs::MetadataExt},
    path::{Path, PathBuf},
    process,
    thread::{self, JoinHandle},
};

use rustix::{
    fs::{AtFlags, CWD, Mode, OFlags},
    io::Errno,
};

/// A file being written in the folder of its final place. It has no name there until it is published, so that nothing is
/// left of it when the program is killed; where the system has no such files, a hidden name.
#[derive(Debug)]
pub struct Draft {
    file: File,
    /// Where it is removed again unless it is published.
    hidden: Option<PathBuf>,
    target: PathBuf,
    /// Puts what was written early on the disk, while more is made ready.
    early: Option<JoinHandle<io::Result<()>>>,
}

impl Draft {
    /// Starts a draft in the folder of the target, so that publishing it is one rename.
    ///
    /// # Errors
    /// When the folder cannot be written, or the target is something other than a file.
    pub fn beside(target: &Path) -> io::Result<Self> {
        let target = resolve(target)?;
        let (file, hidden) = match unnamed(folder(&target)) {
            Ok(Some(file)) => (file, None),
            Ok(None) => named(folder(&target))?,
            Err(error) => return Err(error),
        };
        Ok(Self {
            file,
            hidden,
            target,
            early: None,
        })
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

    /// Puts the draft in place of whatever the target was, readable by whom that was. The bytes are on the disk before the
    /// name points to them.
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
        if let Ok(earlier) = fs::metadata(&self.target) {
            self.file.set_permissions(earlier.permissions())?;
        }
        self.file.sync_data()?;
        // A file without a name can be given one, but not that of another.
        let hidden = match self.hidden.take() {
            Some(hidden) => hidden,
            None => name(&self.file, folder(&self.target))?,
        };
        fs::rename(self.hidden.insert(hidden), &self.target)?;
        self.hidden = None;
        Ok(())
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if let Some(hidden) = &self.hidden {
            // If it cannot be removed, its name says what it is.
            let _left_behind = fs::remove_file(hidden);
        }
    }
}

/// What a file is under any of its names; none if there is no such file.
pub fn identity(path: &Path) -> Option<(u64, u64)> {
    let found = fs::metadata(path).ok()?;
    Some((found.dev(), found.ino()))
}

const ATTEMPTS: u32 = 1000;
/// Bytes; less is on the disk before a thread has started.
const LARGE: u64 = 4 << 20;
/// Where a file without a name is reached to be given one.
const OPEN_FILES: &str = "/proc/self/fd";

fn folder(target: &Path) -> &Path {
    match target.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    }
}

/// A file without a name, which is gone when nobody has it open; none where the system has no such files.
fn unnamed(folder: &Path) -> io::Result<Option<File>> {
    if !Path::new(OPEN_FILES).exists() {
        return Ok(None);
    }
    let flags = OFlags::TMPFILE | OFlags::RDWR | OFlags::CLOEXEC;
    match rustix::fs::open(folder, flags, Mode::from_raw_mode(0o666)) {
        Ok(file) => Ok(Some(file.into())),
        // An older kernel takes the folder itself for what is to be opened.
        Err(Errno::OPNOTSUPP | Errno::ISDIR | Errno::INVAL) => Ok(None),
        Err(error) => Err(told(error.into())),
    }
}

fn named(folder: &Path) -> io::Result<(File, Option<PathBuf>)> {
    let create = |path: &Path| {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create_new(true).open(path)
    };
    let (file, path) = under_free_name(folder, create)?;
    Ok((file, Some(path)))
}

/// Gives a hidden name to a file that has none.
fn name(file: &File, folder: &Path) -> io::Result<PathBuf> {
    let open = format!("{OPEN_FILES}/{}", file.as_raw_fd());
    let link = |path: &Path| {
        rustix::fs::linkat(CWD, &open, CWD, path, AtFlags::SYMLINK_FOLLOW).map_err(io::Error::from)
    };
    under_free_name(folder, link).map(|((), path)| path)
}

fn under_free_name<T>(
    folder: &Path,
    make: impl Fn(&Path) -> io::Result<T>,
) -> io::Result<(T, PathBuf)> {
    for attempt in 0..ATTEMPTS {
        let path = folder.join(draft_name(attempt));
        match make(&path) {
            Ok(made) => return Ok((made, path)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(told(error)),
        }
    }
    Err(io::Error::new(
        io::ErrorKind::AlreadyExists,
        "too many unfinished files of earlier runs in the folder; remove its .pena-*.part files",
    ))
}

fn draft_name(attempt: u32) -> OsString {
    format!(".pena-{}-{attempt}.part", process::id()).into()
}

/// Of a folder that is missing the system says only that something is.
fn told(error: io::Error) -> io::Error {
    if error.kind() == io::ErrorKind::NotFound {
        return io::Error::new(error.kind(), "its folder does not exist; make it first");
    }
    error
}

/// Follows links, so that a link keeps pointing where it points and its file gets the new content.
fn resolve(target: &Path) -> io::Result<PathBuf> {
    match fs::metadata(target) {
        Ok(found) if found.is_file() => fs::canonicalize(target),
        Ok(found) if found.is_dir() => Err(io::Error::new(
            io::ErrorKind::IsADirectory,
            "is a folder; name a file in it",
        )),
        Ok(_) => Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "is no ordinary file; the output is put in place by renaming, so name a file",
        )),
        Err(error) if error.kind() == io::ErrorKind::NotFound => free(target),
        Err(error) => Err(error),
    }
}

/// A name that nothing has, not even a link that leads nowhere: renaming would put a file in place of the link.
fn free(target: &Path) -> io::Result<PathBuf> {
    if fs::symlink_metadata(target).is_ok() {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "is a link that leads nowhere; remove it, or make what it leads to",
        ));
    }
    if target == Path::new("-") {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "is not taken for standard output, since the output is put in place by renaming; name a file",
        ));
    }
    Ok(target.to_owned())
}

#[cfg(test)]
mod tests {
    use std::{fs::Permissions, io::Write, os::unix::fs::PermissionsExt};

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
    fn a_draft_has_a_name_only_where_files_need_one() {
        let folder = tempfile::tempdir().unwrap();
        let needed = usize::from(unnamed(folder.path()).unwrap().is_none());
        let names = || fs::read_dir(folder.path()).unwrap().count();
        let draft = Draft::beside(&folder.path().join("surat.pdf")).unwrap();
        draft.file().write_all(b"half").unwrap();
        assert_eq!(names(), needed);
        draft.publish().unwrap();
        let read = fs::read(folder.path().join("surat.pdf")).unwrap();
        assert_eq!((read.as_slice(), names()), (&b"half"[..], 1));
    }

    #[test]
    fn a_draft_with_a_hidden_name_is_published_and_removed_like_one_without() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("surat.pdf");
        for content in [None, Some(b"whole")] {
            let (file, hidden) = named(folder.path()).unwrap();
            let draft = Draft {
                file,
                hidden,
                target: target.clone(),
                early: None,
            };
            if let Some(content) = content {
                draft.file().write_all(content).unwrap();
                draft.publish().unwrap();
            }
        }
        assert_eq!(fs::read(&target).unwrap(), b"whole");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn whoever_could_not_read_the_earlier_file_cannot_read_the_new_one() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("surat.pdf");
        fs::write(&target, "old").unwrap();
        fs::set_permissions(&target, Permissions::from_mode(0o600)).unwrap();
        Draft::beside(&target).unwrap().publish().unwrap();
        assert_eq!(fs::metadata(&target).unwrap().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_place_that_cannot_be_is_refused_with_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let dangling = folder.path().join("tautan.pdf");
        std::os::unix::fs::symlink("tidak-ada.pdf", &dangling).unwrap();
        for (target, says) in [
            (folder.path().join("tidak-ada/surat.pdf"), "make it first"),
            (folder.path().to_owned(), "name a file in it"),
            (dangling.clone(), "leads nowhere"),
            (PathBuf::from("-"), "standard output"),
        ] {
            let error = Draft::beside(&target).unwrap_err().to_string();
            assert!(error.contains(says), "{target:?}: {error}");
        }
        assert!(fs::symlink_metadata(&dangling).unwrap().is_symlink());
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
