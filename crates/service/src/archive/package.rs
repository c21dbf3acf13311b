//! A package as it is read: a zip file, or the folder it was unpacked to. Nothing in it is believed.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use zip::ZipArchive;

/// An opened package.
pub struct Package {
    files: Files,
    names: BTreeSet<String>,
}

enum Files {
    Zip(ZipArchive<File>, String),
    Folder(PathBuf),
}

/// Why a package could not be read.
#[derive(Debug, thiserror::Error)]
pub enum PackageError {
    /// The medium failed.
    #[error("the package cannot be read: {0}")]
    Io(#[from] std::io::Error),
    /// It is no zip file.
    #[error("the package is no zip file: {0}")]
    Zip(#[from] zip::result::ZipError),
    /// It holds what no package of ours holds.
    #[error("the package is not one of ours: {0}")]
    Shape(&'static str),
    /// A file in it is larger than any of ours.
    #[error("{0} is larger than a file of a package may be")]
    TooLarge(String),
    /// A file is missing.
    #[error("{0} is missing")]
    Missing(String),
}

impl Package {
    /// Opens a zip file or a folder.
    ///
    /// # Errors
    /// [`PackageError`].
    pub fn open(path: &Path) -> Result<Self, PackageError> {
        if path.is_dir() {
            let mut names = BTreeSet::new();
            let root = folder_of_bag(path)?;
            walk(&root, "", &mut names)?;
            return Ok(Self {
                files: Files::Folder(root),
                names,
            });
        }
        let zip = ZipArchive::new(File::open(path)?)?;
        if zip.len() > MOST_FILES {
            return Err(PackageError::Shape("too many files"));
        }
        let all: Vec<String> = zip.file_names().map(str::to_owned).collect();
        let declared = all.iter().find_map(|name| name.strip_suffix("bagit.txt"));
        let prefix = declared
            .ok_or(PackageError::Shape("no bagit.txt"))?
            .to_owned();
        let mut names = BTreeSet::new();
        for name in all.iter().filter(|name| !name.ends_with('/')) {
            let inside = name
                .strip_prefix(&prefix)
                .ok_or(PackageError::Shape("files beside the bag"))?;
            // Two entries of one name would let a reader see another file than we checked.
            if !is_plain(inside) || !names.insert(inside.to_owned()) {
                return Err(PackageError::Shape("a name that leads elsewhere, or twice"));
            }
        }
        if names.len() != all.iter().filter(|name| !name.ends_with('/')).count() {
            return Err(PackageError::Shape("a name twice"));
        }
        Ok(Self {
            files: Files::Zip(zip, prefix),
            names,
        })
    }

    /// The names of all files, in order.
    pub fn names(&self) -> &BTreeSet<String> {
        &self.names
    }

    /// A whole file.
    ///
    /// # Errors
    /// [`PackageError`].
    pub fn read(&mut self, name: &str) -> Result<Vec<u8>, PackageError> {
        if !self.names.contains(name) {
            return Err(PackageError::Missing(name.to_owned()));
        }
        let mut bytes = Vec::new();
        match &mut self.files {
            Files::Zip(zip, prefix) => {
                let file = zip.by_name(&format!("{prefix}{name}"))?;
                file.take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
            }
            Files::Folder(root) => {
                let file = File::open(root.join(name))?;
                file.take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
            }
        }
        if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > MOST_BYTES {
            return Err(PackageError::TooLarge(name.to_owned()));
        }
        Ok(bytes)
    }
}

/// The folder itself, or the one folder in it that the zip file unpacked to.
fn folder_of_bag(path: &Path) -> Result<PathBuf, PackageError> {
    if path.join("bagit.txt").is_file() {
        return Ok(path.to_owned());
    }
    let inner = path.join(super::bag::FOLDER);
    if inner.join("bagit.txt").is_file() {
        return Ok(inner);
    }
    Err(PackageError::Shape("no bagit.txt"))
}

fn walk(folder: &Path, prefix: &str, names: &mut BTreeSet<String>) -> Result<(), PackageError> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if kind.is_dir() && prefix.matches('/').count() < DEEPEST {
            walk(&entry.path(), &format!("{name}/"), names)?;
        } else if kind.is_file() {
            names.insert(name);
        } else {
            return Err(PackageError::Shape(
                "something that is neither file nor folder",
            ));
        }
        if names.len() > MOST_FILES {
            return Err(PackageError::Shape("too many files"));
        }
    }
    Ok(())
}

/// Only what we write: relative, forward, without a step up.
fn is_plain(name: &str) -> bool {
    !name.is_empty()
        && !name.contains(['\\', ':', '\0'])
        && name
            .split('/')
            .all(|part| !part.is_empty() && part != "." && part != "..")
}

const MOST_FILES: usize = 5_000_000;
const MOST_BYTES: u64 = 300 << 20;
const DEEPEST: usize = 6;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_lead_elsewhere_are_not_ours() {
        for name in [
            "../a",
            "a/../../b",
            "/etc/passwd",
            "a//b",
            "c:\\a",
            "",
            "a/./b",
        ] {
            assert!(!is_plain(name), "{name}");
        }
        assert!(is_plain("data/nsk_1/v1.pdf"));
    }
}
