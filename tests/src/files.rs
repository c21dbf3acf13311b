//! Folders as a whole: what is in them, a copy, a comparison.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The files below a folder, relative to it and sorted. Links are not followed.
///
/// # Panics
/// If a folder cannot be read.
pub fn below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![PathBuf::new()];
    while let Some(relative) = open.pop() {
        let here = folder.join(&relative);
        let entries =
            fs::read_dir(&here).unwrap_or_else(|error| panic!("{}: {error}", here.display()));
        for entry in entries {
            let entry = entry.expect("a folder's entry can be read");
            let name = relative.join(entry.file_name());
            let kind = entry.file_type().expect("an entry has a type");
            if kind.is_dir() {
                open.push(name);
            } else if kind.is_file() {
                found.push(name);
            }
        }
    }
    found.sort();
    found
}

/// Each file below a folder with the SHA-256 of its bytes.
///
/// # Panics
/// If a file cannot be read.
pub fn digests(folder: &Path) -> BTreeMap<PathBuf, String> {
    below(folder)
        .into_iter()
        .map(|name| {
            let digest = sha256(&read(&folder.join(&name)));
            (name, digest)
        })
        .collect()
}

/// Copies a folder with everything below it; the times and owners are new, the modes stay.
///
/// # Panics
/// If something cannot be copied.
pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder can be made");
    for name in below(from) {
        let target = to.join(&name);
        if let Some(parent) = target.parent() {
            fs::create_dir_all(parent).expect("a folder can be made");
        }
        fs::copy(from.join(&name), target).expect("a file can be copied");
    }
}

/// The PDF files directly in a folder, sorted.
///
/// # Panics
/// If the folder cannot be read.
pub fn pdfs(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.expect("a folder's entry can be read").path())
        .filter(|path| path.extension().is_some_and(|end| end == "pdf"))
        .collect();
    found.sort();
    found
}

/// A file's bytes.
///
/// # Panics
/// If it cannot be read.
pub fn read(path: &Path) -> Vec<u8> {
    fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The last part of a path, as text.
pub fn name(path: &Path) -> String {
    path.file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
}

/// SHA-256 in hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    hex::encode(ring::digest::digest(&ring::digest::SHA256, bytes))
}
