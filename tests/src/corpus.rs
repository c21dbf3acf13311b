//! Real PDFs that nobody in this project wrote.

use std::path::{Path, PathBuf};

use crate::files;
use crate::tool::left_out;

/// The folder of the corpus.
pub fn folder() -> Option<PathBuf> {
    let folder = std::env::var_os("PENA_CORPUS").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpus"),
        PathBuf::from,
    );
    if folder.is_dir() {
        return Some(folder);
    }
    left_out(&format!(
        "there is no corpus at {}; name it in PENA_CORPUS",
        folder.display()
    ))
}

/// Every file of the corpus or of one of its folders, sorted; PDF or not.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    files::below(folder)
        .into_iter()
        .map(|name| folder.join(name))
        .collect()
}
