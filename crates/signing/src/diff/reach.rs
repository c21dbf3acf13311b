//! How far the parts of a signed document reach: what ends in bytes that were appended later says what whoever appended them
//! has it say.

use super::step::soft;
use crate::pdf::{Pdf, ReadError, Section, View, XrefEntry};

/// Whether a revision from `first` on, or one before it, has a part that ends behind the revision, where more follows.
pub(crate) fn reaches_beyond(pdf: &Pdf<'_>, first: usize) -> Result<bool, ReadError> {
    if pdf.is_repaired() {
        return Ok(false);
    }
    let (mut reach, mut until) = (0, pdf.sections().len());
    for (at, revision) in pdf.revisions().iter().enumerate() {
        if revision.end >= pdf.len() {
            break;
        }
        let sections = pdf.sections().get(revision.section..until);
        until = revision.section;
        for section in sections.unwrap_or_default() {
            reach = reach.max(reach_of(&pdf.at(at), section)?);
        }
        if at >= first && reach > revision.end {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The end of the last byte that a section and its objects are made of.
fn reach_of(view: &View<'_>, section: &Section) -> Result<u64, ReadError> {
    let hidden = section.hidden.as_ref().map_or(0, |stream| stream.end);
    let mut reach = section.end.max(hidden);
    for (_, entry) in section.entries() {
        if let XrefEntry::InUse { offset, .. } = entry {
            let at = view.pdf().base().saturating_add(offset);
            reach = reach.max(object_reach(view, at)?);
        }
    }
    Ok(reach)
}

/// The end of an object with its stream; of one that cannot be read, where it breaks off.
fn object_reach(view: &View<'_>, at: u64) -> Result<u64, ReadError> {
    let (end, stream) = match view.pdf().reach_at(at) {
        Ok(found) => found,
        Err(ReadError::Syntax { offset, .. }) if offset < view.pdf().len() => return Ok(offset),
        Err(problem) => return soft(problem).map(|_| 0),
    };
    let Some((start, length)) = stream else {
        return Ok(end);
    };
    let length = match length.as_reference().map(|id| view.object(id)) {
        None => length.as_integer(),
        Some(Ok(found)) => found.and_then(|found| found.node.as_integer()),
        Some(Err(problem)) => soft(problem).map(|_| None)?,
    };
    let length = length.and_then(|length| u64::try_from(length).ok());
    let stated = start.saturating_add(length.unwrap_or(0));
    // A stream that says it is longer than the file is read up to its `endstream`.
    let within = Some(stated).filter(|stated| *stated <= view.pdf().len());
    Ok(end.max(within.unwrap_or(0)))
}
