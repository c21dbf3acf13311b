//! Objects that stand outside everything that the cross-references of their revision point at: readers that follow the
//! cross-references do not see them, readers that scan do.

use std::collections::{BTreeMap, BTreeSet};

use super::step::{appended_sections, object, soft};
use crate::{
    num::{to_u64, to_usize},
    pdf::{Form, ObjectId, Pdf, ReadError, View, XrefEntry, repair::object_header},
};

/// An object that no cross-reference points at.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stray {
    /// `None` where its header is broken up.
    pub(super) number: Option<u32>,
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
    // The stream of a section need not name itself.
    for section in appended_sections(pdf, older, newer) {
        let own = (section.form == Form::Stream).then_some(section.offset..section.end);
        for stream in own.into_iter().chain(section.hidden.clone()) {
            known.entry(stream.start).or_insert(stream.end);
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
                    doubled: number.is_some_and(|number| numbers.binary_search(&number).is_ok()),
                }),
        );
        from = from.max(behind);
    }
    Ok(strays)
}

/// Object streams that came with the revisions after `older`, up to `newer`, and hold something that no cross-reference looks
/// for in them.
pub(super) fn hiding(
    pdf: &Pdf<'_>,
    older: usize,
    newer: usize,
) -> Result<BTreeSet<u32>, ReadError> {
    let view = pdf.at(newer);
    let mut hiding = BTreeSet::new();
    for (number, entry) in appended_sections(pdf, older, newer)
        .iter()
        .flat_map(|section| section.entries())
    {
        if !matches!(entry, XrefEntry::InUse { .. }) || !is_object_stream(&view, number)? {
            continue;
        }
        let is_open = match view.held_in(number) {
            Ok(held) => held.iter().all(|(held, at)| view.place(*held) == Some(*at)),
            Err(problem) => soft(problem).map(|_| false)?,
        };
        if !is_open {
            hiding.insert(number);
        }
    }
    Ok(hiding)
}

fn is_object_stream(view: &View<'_>, number: u32) -> Result<bool, ReadError> {
    match object(view, number) {
        Ok(found) => Ok(found.is_some_and(|found| {
            let dictionary = found.node.as_dictionary();
            dictionary.is_some_and(|dictionary| dictionary.is_type(b"ObjStm"))
        })),
        Err(problem) => soft(problem).map(|_| false),
    }
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

/// Place of every `obj` between two positions, with the number before it.
fn headers(pdf: &Pdf<'_>, from: u64, to: u64) -> Result<Vec<(u64, Option<u32>)>, ReadError> {
    let mut found = Vec::new();
    let mut at = from;
    while at < to {
        // Blocks overlap, so that no header is cut at a seam.
        let block = pdf.bytes(at, to.saturating_sub(at).min(BLOCK + OVERLAP))?;
        for (place, word) in block.windows(3).enumerate() {
            let inside = at == from || to_u64(place) >= OVERLAP;
            if !inside || word != b"obj" {
                continue;
            }
            if let Some((start, id)) = object_header(&block, place) {
                found.push((at.saturating_add(to_u64(start)), Some(id.number)));
            } else if is_word(&block, place) {
                found.push((at.saturating_add(to_u64(place)), None));
            }
        }
        if to_u64(block.len()) <= OVERLAP || block.len() < to_usize(BLOCK + OVERLAP) {
            break;
        }
        at = at.saturating_add(BLOCK);
    }
    Ok(found)
}

/// Whether `obj` stands there by itself, or behind a number.
fn is_word(block: &[u8], place: usize) -> bool {
    let before = place.checked_sub(1).and_then(|before| block.get(before));
    let behind = block.get(place.saturating_add(3));
    before.is_none_or(|byte| !byte.is_ascii_alphabetic())
        && behind.is_none_or(|byte| !byte.is_ascii_alphanumeric())
}

const BLOCK: u64 = 64 * 1024;
const OVERLAP: u64 = 64;
