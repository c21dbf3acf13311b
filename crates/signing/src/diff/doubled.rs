//! Objects that stand outside everything that the cross-references of their revision point at: readers that follow the
//! cross-references do not see them, readers that scan do.

use std::collections::BTreeMap;

use super::step::appended_sections;
use crate::{
    num::{to_u64, to_usize},
    pdf::{ObjectId, Pdf, ReadError, XrefEntry, repair::object_header},
};

/// An object that no cross-reference points at.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stray {
    pub(super) number: u32,
    /// Where it stands in the file.
    pub(super) at: u64,
    /// Whether its revision defines it once more, where the cross-references point (7.5.6 allows one state in each).
    pub(super) doubled: bool,
}

/// What the revisions after `older`, up to `newer`, hold outside everything that their cross-references point at.
pub(super) fn objects(pdf: &Pdf<'_>, older: usize, newer: usize) -> Result<Vec<Stray>, ReadError> {
    let revision = |at: usize| pdf.revisions().get(at).map_or(0, |revision| revision.end);
    let (start, end) = (revision(older), revision(newer));
    let mut known: BTreeMap<u64, u64> = BTreeMap::new();
    let mut numbers = Vec::new();
    for (number, entry) in appended_sections(pdf, older, newer)
        .iter()
        .flat_map(|section| section.entries())
    {
        let XrefEntry::InUse { offset, generation } = entry else {
            continue;
        };
        let at = pdf.base().saturating_add(offset);
        if (start..end).contains(&at) {
            known.insert(at, object_end(pdf, newer, ObjectId { number, generation })?);
            numbers.push(number);
        }
    }
    numbers.sort_unstable();
    let mut strays = Vec::new();
    let mut from = start;
    for (at, behind) in known.into_iter().chain([(end, end)]) {
        strays.extend(
            headers(pdf, from, at)?
                .into_iter()
                .map(|(at, number)| Stray {
                    number,
                    at,
                    doubled: numbers.binary_search(&number).is_ok(),
                }),
        );
        from = from.max(behind);
    }
    Ok(strays)
}

/// Where an object ends; one that cannot be read ends where it begins.
fn object_end(pdf: &Pdf<'_>, revision: usize, id: ObjectId) -> Result<u64, ReadError> {
    let view = pdf.at(revision);
    let object = match view.object(id) {
        Ok(object) => object,
        Err(error @ (ReadError::Limit(_) | ReadError::Source(_))) => return Err(error),
        Err(_) => None,
    };
    let Some(object) = object else { return Ok(0) };
    if object.stream_start.is_some()
        && let Ok(extent) = view.stream_extent(&object)
    {
        return Ok(extent.end);
    }
    Ok(object
        .file_span(&(0..object.raw.len()))
        .map_or(0, |span| span.end))
}

/// Place and number of every `N G obj` between two positions.
fn headers(pdf: &Pdf<'_>, from: u64, to: u64) -> Result<Vec<(u64, u32)>, ReadError> {
    let mut found = Vec::new();
    let mut at = from;
    while at < to {
        // Blocks overlap, so that no header is cut at a seam.
        let block = pdf.bytes(at, to.saturating_sub(at).min(BLOCK + OVERLAP))?;
        for (place, word) in block.windows(3).enumerate() {
            let inside = at == from || to_u64(place) >= OVERLAP;
            if inside
                && word == b"obj"
                && let Some((start, id)) = object_header(&block, place)
            {
                found.push((at.saturating_add(to_u64(start)), id.number));
            }
        }
        if to_u64(block.len()) <= OVERLAP || block.len() < to_usize(BLOCK + OVERLAP) {
            break;
        }
        at = at.saturating_add(BLOCK);
    }
    Ok(found)
}

const BLOCK: u64 = 64 * 1024;
const OVERLAP: u64 = 64;
