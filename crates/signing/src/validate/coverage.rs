//! Whether a signature's byte range is lawful: it begins with the file, leaves out exactly the `/Contents` of its own
//! dictionary, and ends where a revision ends (ISO 32000-2 12.8.1, EN 319 142-1 5.4).

use std::ops::Range;

use super::facts::{Behind, Covered, RangeProblem};
use crate::pdf::{Located, Pdf, ReadError, View, object::Dictionary};

/// The range and the revision it covers.
pub(super) fn read(
    view: &View<'_>,
    signature: &Located,
) -> Result<Result<(Covered, usize), RangeProblem>, ReadError> {
    let Some(dictionary) = signature.dictionary() else {
        return Ok(Err(RangeProblem::Shape));
    };
    let range = match numbers(dictionary) {
        Ok(numbers) => numbers,
        Err(problem) => return Ok(Err(problem)),
    };
    let (gap, end) = match bounds(range, view.pdf().len()) {
        Ok(bounds) => bounds,
        Err(problem) => return Ok(Err(problem)),
    };
    let contents = dictionary
        .entry(b"Contents")
        .filter(|contents| contents.as_string().is_some())
        .and_then(|contents| signature.object.file_span(&contents.span));
    match contents {
        None => return Ok(Err(RangeProblem::NoContents)),
        Some(own) if own.start >= end => return Ok(Err(RangeProblem::Rewritten)),
        Some(own) if own != gap => return Ok(Err(RangeProblem::Gap)),
        Some(_) => {}
    }
    // The octets of a hexadecimal string are all that may hide in the gap.
    if view.pdf().bytes(gap.start, 1)? != b"<" {
        return Ok(Err(RangeProblem::Gap));
    }
    let Some(revision) = revision_ending(view.pdf(), end)? else {
        return Ok(Err(RangeProblem::End));
    };
    let behind = behind(view.pdf(), end)?;
    Ok(Ok((Covered { gap, end, behind }, revision)))
}

/// Whether behind the last revision there is nothing but a little white space.
pub(super) fn only_space_behind(pdf: &Pdf<'_>) -> bool {
    let end = pdf.revisions().last().map_or(0, |revision| revision.end);
    matches!(behind(pdf, end), Ok(Behind::Nothing | Behind::WhiteSpace))
}

/// Whether the signed bytes, taken by themselves, are read by the section that their revision is read by now.
pub(super) fn is_read_by_its_own(pdf: &Pdf<'_>, revision: usize, end: u64) -> bool {
    let revision = pdf.revisions().get(revision);
    let section = revision.and_then(|revision| pdf.sections().get(revision.section));
    section.is_some_and(|section| pdf.is_read_by(section, end).unwrap_or(false))
}

fn numbers(dictionary: &Dictionary) -> Result<[u64; 4], RangeProblem> {
    // A range or a value that stands twice would let two readers see two signatures.
    let twice = |key: &[u8]| {
        dictionary
            .entries()
            .iter()
            .filter(|entry| *entry.key == *key)
            .count()
            > 1
    };
    if twice(b"ByteRange") || twice(b"Contents") || twice(b"SubFilter") || twice(b"Cert") {
        return Err(RangeProblem::Shape);
    }
    let range = dictionary
        .entry(b"ByteRange")
        .and_then(|range| range.as_array());
    let numbers: Option<Vec<u64>> = range
        .ok_or(RangeProblem::Shape)?
        .iter()
        .map(|number| {
            number
                .as_integer()
                .and_then(|number| u64::try_from(number).ok())
        })
        .collect();
    numbers
        .and_then(|numbers| numbers.try_into().ok())
        .ok_or(RangeProblem::Shape)
}

fn bounds(
    [start, first, second, rest]: [u64; 4],
    len: u64,
) -> Result<(Range<u64>, u64), RangeProblem> {
    if start != 0 {
        return Err(RangeProblem::Start);
    }
    let end = second
        .checked_add(rest)
        .filter(|end| first < second && *end <= len)
        .ok_or(RangeProblem::Bounds)?;
    Ok((first..second, end))
}

/// The newest revision that ends here; a signer may have counted white space behind its marker in.
fn revision_ending(pdf: &Pdf<'_>, end: u64) -> Result<Option<usize>, ReadError> {
    if pdf.is_repaired() {
        let tail = pdf.bytes(end.saturating_sub(MAX_SPACE), end.min(MAX_SPACE))?;
        let marked = tail.trim_ascii_end().ends_with(b"%%EOF");
        return Ok(marked.then_some(0));
    }
    let newest = pdf
        .revisions()
        .iter()
        .rposition(|revision| revision.marker_end <= end);
    let Some(revision) = newest.and_then(|at| Some((at, pdf.revisions().get(at)?))) else {
        return Ok(None);
    };
    let more = end.saturating_sub(revision.1.marker_end);
    if more > MAX_SPACE {
        return Ok(None);
    }
    Ok(is_space(&pdf.bytes(revision.1.marker_end, more)?).then_some(revision.0))
}

fn behind(pdf: &Pdf<'_>, end: u64) -> Result<Behind, ReadError> {
    let more = pdf.len().saturating_sub(end);
    if more == 0 {
        return Ok(Behind::Nothing);
    }
    if more <= MAX_SPACE && is_space(&pdf.bytes(end, more)?) {
        return Ok(Behind::WhiteSpace);
    }
    Ok(Behind::More)
}

const MAX_SPACE: u64 = 1_024;

fn is_space(bytes: &[u8]) -> bool {
    bytes
        .iter()
        .all(|byte| matches!(byte, b'\0' | b'\t' | b'\n' | b'\x0c' | b'\r' | b' '))
}
