//! Objects that one revision defines twice (7.5.6 allows one state of an object in each): readers that follow the
//! cross-references see the one, readers that scan see the other.

use std::collections::BTreeMap;

use super::step::appended_sections;
use crate::{
    num::{to_u64, to_usize},
    pdf::{ObjectId, Pdf, ReadError, XrefEntry, repair::object_header},
};

/// The numbers of objects that the revisions after `older`, up to `newer`, hold once more outside everything that their
/// cross-references point at.
pub(super) fn objects(pdf: &Pdf<'_>, older: usize, newer: usize) -> Result<Vec<u32>, ReadError> {
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
    let mut doubled = Vec::new();
    let mut from = start;
    for (at, behind) in known.into_iter().chain([(end, end)]) {
        for number in headers(pdf, from, at)? {
            if numbers.binary_search(&number).is_ok() {
                doubled.push(number);
            }
        }
        from = from.max(behind);
    }
    doubled.sort_unstable();
    doubled.dedup();
    Ok(doubled)
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

/// The numbers of every `N G obj` between two positions.
fn headers(pdf: &Pdf<'_>, from: u64, to: u64) -> Result<Vec<u32>, ReadError> {
    let mut found = Vec::new();
    let mut at = from;
    while at < to {
        // Blocks overlap, so that no header is cut at a seam.
        let block = pdf.bytes(at, to.saturating_sub(at).min(BLOCK + OVERLAP))?;
        for (place, word) in block.windows(3).enumerate() {
            let inside = at == from || to_u64(place) >= OVERLAP;
            if inside
                && word == b"obj"
                && let Some((_, id)) = object_header(&block, place)
            {
                found.push(id.number);
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
