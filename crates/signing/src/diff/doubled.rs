//! Objects that stand outside everything that the cross-references of their revision point at: readers that follow the
//! cross-references do not see them, readers that scan do.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use super::{
    compare::same_node,
    step::{appended_sections, object, soft},
};
use crate::{
    num::{to_u64, to_usize},
    pdf::{
        Form, IndirectObject, ObjectId, Pdf, ReadError, View, XrefEntry, lexer::is_space,
        repair::object_header,
    },
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

impl Stray {
    fn nameless(at: u64) -> Self {
        Self {
            number: None,
            at,
            doubled: false,
        }
    }
}

/// What the revisions after `older`, up to `newer`, hold outside everything that their cross-references point at.
pub(super) fn objects(pdf: &Pdf<'_>, older: usize, newer: usize) -> Result<Vec<Stray>, ReadError> {
    let revision = |at: usize| pdf.revisions().get(at).map_or(0, |revision| revision.end);
    let (start, end) = (revision(older), revision(newer));
    let mut known: BTreeMap<u64, u64> = BTreeMap::new();
    let mut numbers = Vec::new();
    let mut strays = Vec::new();
    let sections = appended_sections(pdf, older, newer);
    for (number, entry) in sections.iter().flat_map(|section| section.entries()) {
        let XrefEntry::InUse { offset, generation } = entry else {
            continue;
        };
        let at = pdf.base().saturating_add(offset);
        if !(start..end).contains(&at) {
            continue;
        }
        let (behind, data) = extent(pdf, newer, ObjectId { number, generation })?;
        if !begins(pdf, at)? || (known.insert(at, behind).is_none() && hides(pdf, data)?) {
            strays.push(Stray::nameless(at));
        }
        numbers.push(number);
    }
    // The stream of a section need not name itself.
    for section in sections {
        let own = (section.form == Form::Stream).then_some(section.offset..section.end);
        for stream in own.into_iter().chain(section.hidden.clone()) {
            known.entry(stream.start).or_insert(stream.end);
        }
    }
    numbers.sort_unstable();
    let (mut trailers, mut starts) = (0, 0);
    let mut from = start;
    for (at, behind) in known.into_iter().chain([(end, end)]) {
        if from > at {
            strays.push(Stray::nameless(at));
        }
        trailers += occurrences(pdf, from..at, b"trailer")?;
        starts += occurrences(pdf, from..at, b"startxref")?;
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
    let tables = sections
        .iter()
        .filter(|section| section.form != Form::Stream);
    if trailers > tables.count() || starts > newer.saturating_sub(older) {
        strays.push(Stray::nameless(end));
    }
    Ok(strays)
}

/// Whether an object begins there, and not within a number or a word that another reader takes whole. Some writers are off
/// by the line end before it.
fn begins(pdf: &Pdf<'_>, at: u64) -> Result<bool, ReadError> {
    let around = pdf.bytes(at.saturating_sub(1), 2)?;
    Ok(match around.as_slice() {
        [before, first] => is_space(*first) || (is_space(*before) && first.is_ascii_digit()),
        _ => false,
    })
}

/// Whether the data of a stream has what readers take for its end, or for another object, who look for either.
fn hides(pdf: &Pdf<'_>, data: Range<u64>) -> Result<bool, ReadError> {
    if occurrences(pdf, data.clone(), b"endstream")? > 0 {
        return Ok(true);
    }
    let headers = headers(pdf, data.start, data.end)?;
    Ok(headers.iter().any(|(_, number)| number.is_some()))
}

fn occurrences(pdf: &Pdf<'_>, within: Range<u64>, word: &[u8]) -> Result<usize, ReadError> {
    let mut count = 0;
    let mut at = within.start;
    while at < within.end {
        // What begins in a block ends behind it at most by a word.
        let wanted = BLOCK.saturating_add(to_u64(word.len())).saturating_sub(1);
        let block = pdf.bytes(at, within.end.saturating_sub(at).min(wanted))?;
        let found = block.windows(word.len()).filter(|part| *part == word);
        count += found.count();
        at = at.saturating_add(BLOCK);
    }
    Ok(count)
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
    let sections = appended_sections(pdf, older, newer);
    for (number, entry) in sections.iter().flat_map(|section| section.entries()) {
        let XrefEntry::InUse { offset, .. } = entry else {
            continue;
        };
        let at = pdf.base().saturating_add(offset);
        match kind(&view, number)? {
            Kind::Other => continue,
            Kind::Objects => {}
            Kind::Section if sections.iter().any(|section| section.is_at(at)) => continue,
            Kind::Section | Kind::Unclear => {
                hiding.insert(number);
                continue;
            }
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

/// What a stream is to readers who look for objects in the whole file.
enum Kind {
    Objects,
    /// A cross-reference stream that leads to another catalog than the trailer.
    Section,
    /// It does not say so itself.
    Unclear,
    Other,
}

fn leads_elsewhere(view: &View<'_>, stream: Option<&IndirectObject>) -> bool {
    let own = stream.and_then(|stream| stream.node.as_dictionary()?.entry(b"Root"));
    let root = view.trailer_entry(b"Root");
    own.is_some_and(|own| root.is_none_or(|root| !same_node(own, &root.node)))
}

fn kind(view: &View<'_>, number: u32) -> Result<Kind, ReadError> {
    let found = match object(view, number) {
        Ok(found) => found.filter(|found| found.stream_start.is_some()),
        Err(problem) => soft(problem).map(|_| None)?,
    };
    let kind = found.as_ref().and_then(|found| {
        let dictionary = found.node.as_dictionary()?;
        dictionary.entry(b"Type")
    });
    Ok(
        match kind.map(|kind| (kind.as_name(), kind.as_reference())) {
            Some((Some(b"ObjStm"), _)) => Kind::Objects,
            Some((Some(b"XRef"), _)) if leads_elsewhere(view, found.as_deref()) => Kind::Section,
            Some((None, Some(_))) => Kind::Unclear,
            Some(_) | None => Kind::Other,
        },
    )
}

/// Where an object ends, and its data where it is a stream; one that cannot be read ends where it begins.
fn extent(pdf: &Pdf<'_>, revision: usize, id: ObjectId) -> Result<(u64, Range<u64>), ReadError> {
    let view = pdf.at(revision);
    let object = match view.object(id) {
        Ok(object) => object,
        Err(error @ (ReadError::Limit(_) | ReadError::Source(_))) => return Err(error),
        Err(_) => None,
    };
    let Some(object) = object else {
        return Ok((0, 0..0));
    };
    if object.stream_start.is_some()
        && let Ok(extent) = view.stream_extent(&object)
    {
        return Ok((extent.end, extent));
    }
    let span = object.file_span(&(0..object.raw.len()));
    Ok((span.map_or(0, |span| span.end), 0..0))
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
