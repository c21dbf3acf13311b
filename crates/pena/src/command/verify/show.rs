//! Seeing what happened: the signed revisions as files, and pictures of pages before and after.

use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
};

use signing::{
    source::ByteSource,
    validate::{Facts, Report},
};

use crate::output;

/// Writes every signed revision of a file into a folder, as `NAME-revisi-N.pdf`; gives their paths.
///
/// # Errors
/// When the source cannot be read, or a file not written.
pub fn revisions(
    folder: &Path,
    path: &Path,
    source: &dyn ByteSource,
    facts: &Facts,
) -> io::Result<Vec<PathBuf>> {
    let mut written = Vec::new();
    for (number, end) in ends(facts).into_iter().enumerate() {
        let target = folder.join(format!("{}-revisi-{}.pdf", stem(path), number + 1));
        fs::write(&target, head(source, end)?)?;
        written.push(target);
    }
    Ok(written)
}

/// Writes a picture of every page that looks different since it was first signed, as `NAME-halaman-N.png`, the signed page
/// at the left; gives their paths.
///
/// # Errors
/// When the source cannot be read, or a file not written.
pub fn pictures(
    folder: &Path,
    path: &Path,
    source: &dyn ByteSource,
    facts: &Facts,
    report: &Report,
) -> io::Result<Vec<PathBuf>> {
    let Some(first) = ends(facts)
        .into_iter()
        .next()
        .filter(|end| *end < source.len())
    else {
        return Ok(Vec::new());
    };
    let before = head(source, first)?;
    let mut written = Vec::new();
    for page in pages(report) {
        let target = folder.join(format!("{}-halaman-{page}.png", stem(path)));
        match worker::side_by_side(&before, source, page.saturating_sub(1), WIDTH) {
            Ok(Some(picture)) => {
                fs::write(&target, picture.png)?;
                written.push(target);
            }
            Ok(None) => {}
            Err(problem) => output::talk(&format!("page {page} of {}: {problem}", path.display())),
        }
    }
    Ok(written)
}

/// Where the signed revisions end, oldest first.
fn ends(facts: &Facts) -> BTreeSet<u64> {
    let covered = facts.signatures.iter().flat_map(|one| &one.range);
    covered.map(|covered| covered.end).collect()
}

/// The pages that changes name; the first one where they name none.
fn pages(report: &Report) -> BTreeSet<u32> {
    let changes = report.signatures.iter().flat_map(|one| &one.changes);
    let mut pages: BTreeSet<u32> = changes.filter_map(|change| change.place.page).collect();
    if pages.is_empty() {
        pages.insert(1);
    }
    pages.into_iter().take(MOST_PAGES).collect()
}

fn head(source: &dyn ByteSource, end: u64) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; usize::try_from(end).unwrap_or(usize::MAX)];
    source.read_at(0, &mut bytes).map_err(io::Error::other)?;
    Ok(bytes)
}

fn stem(path: &Path) -> String {
    path.file_stem().map_or_else(
        || "berkas".to_owned(),
        |stem| stem.to_string_lossy().into_owned(),
    )
}

const WIDTH: u32 = 900;
const MOST_PAGES: usize = 50;
