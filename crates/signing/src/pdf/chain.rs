//! Following `startxref` and `/Prev` from the end of the file to its beginning, and cutting the chain into revisions.

use std::sync::Arc;

use super::{
    document::{Pdf, Revision},
    error::ReadError,
    lexer::is_space,
    object::Node,
    strict,
    trailer::{BRIEF, Trailer},
    window::Window,
    xref::{self, Form, Section, TableError, XrefEntry},
};
use crate::{budget::LimitError, num::to_u64};

/// The sections of a file.
pub(super) struct Chain {
    /// What offsets count from: the header, or the file's first byte, whichever leads to a cross-reference section.
    pub(super) base: u64,
    /// Newest first.
    pub(super) sections: Vec<Arc<Section>>,
    /// How many of them were read here; those behind stand as they did in the document that this one continues.
    fresh: usize,
}

/// Follows the chain to its beginning, or to where a document begins that was read before and is continued here.
pub(super) fn follow(pdf: &Pdf<'_>, continued: Option<&Pdf<'_>>) -> Result<Chain, ReadError> {
    let Start { at: start, plain } = startxref(&pdf.window, pdf.len())?;
    let header = pdf.base;
    let (base, mut first) = match section(pdf, header, start) {
        Ok(first) => (header, first),
        Err(error @ (ReadError::Limit(_) | ReadError::Source(_))) => return Err(error),
        Err(error) if header == 0 => return Err(error),
        Err(_) => (0, section(pdf, 0, start)?),
    };
    first.loose |= !plain;
    let known = continued.map_or(&[][..], Pdf::sections);
    let mut reached: &[Arc<Section>] = &[];
    let mut lowest = first.offset;
    let mut sections = vec![Arc::new(first)];
    while let Some(previous) = sections.last().and_then(|section| section.integer(b"Prev")) {
        // Some writers put 0 where there is nothing before.
        if previous == 0 && base == 0 {
            break;
        }
        let stands_there =
            |section: &Arc<Section>| base.checked_add(previous) == Some(section.offset);
        // As a rule each stands before all that were read.
        if base.saturating_add(previous) >= lowest && sections.iter().any(stands_there) {
            return Err(ReadError::Xref("the chain goes round in a circle"));
        }
        lowest = lowest.min(base.saturating_add(previous));
        if known.first().is_some_and(stands_there) {
            reached = known;
            break;
        }
        sections.push(Arc::new(section(pdf, base, previous)?));
    }
    let fresh = sections.len();
    sections.extend_from_slice(reached);
    Ok(Chain {
        base,
        sections,
        fresh,
    })
}

/// Cuts a chain into revisions, oldest first. A section whose `/Prev` lies behind it in the file is the first-page section
/// of a linearized file, which nothing comes before: both are one revision (annex F).
pub(super) fn revisions(
    window: &Window<'_>,
    chain: &Chain,
    continued: Option<&Pdf<'_>>,
) -> Result<Vec<Revision>, ReadError> {
    let mut revisions = Vec::new();
    let mut newest = 0;
    let mut last_end = 0;
    for (at, section) in chain.sections.iter().take(chain.fresh).enumerate() {
        last_end = section.end.max(last_end);
        let older = chain.sections.get(at.saturating_add(1));
        if older.is_some_and(|older| older.offset > section.offset) {
            // Elsewhere it would lend its objects to a revision that was made without it.
            if at.saturating_add(2) < chain.sections.len() {
                return Err(ReadError::Xref("a section stands before one it continues"));
            }
            continue;
        }
        let (marker_end, end) = end_of_file_marker(window, last_end)?;
        revisions.push(Revision {
            section: newest,
            marker_end,
            end,
        });
        newest = at.saturating_add(1);
        last_end = 0;
    }
    let reached = continued.filter(|_| chain.fresh < chain.sections.len());
    let known = reached.map_or(&[][..], Pdf::revisions);
    revisions.extend(known.iter().rev().map(|known| Revision {
        section: known.section.saturating_add(chain.fresh),
        ..known.clone()
    }));
    revisions.reverse();
    Ok(revisions)
}

impl Pdf<'_> {
    /// Whether the bytes of the file up to `end`, taken by themselves, are read by this section.
    pub(crate) fn is_read_by(&self, section: &Section, end: u64) -> Result<bool, ReadError> {
        let start = startxref(&self.window, end)?.at;
        for base in [self.base, 0] {
            let at = base.saturating_add(start);
            let (from, to) = (at.min(section.offset), at.max(section.offset));
            // Some writers count from the white space before a section, others from the section.
            if to.saturating_sub(from) <= 2
                && self
                    .bytes(from, to.saturating_sub(from))?
                    .iter()
                    .all(|&byte| is_space(byte))
            {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// What the last `startxref` says.
struct Start {
    at: u64,
    /// Whether every reader finds it, and the same number behind it.
    plain: bool,
}

/// The last `startxref` of the file, or of its bytes up to `end`.
fn startxref(window: &Window<'_>, end: u64) -> Result<Start, ReadError> {
    const TAIL: u64 = 2048;
    const NEAR: usize = 1024;
    const WORD: &[u8] = b"startxref";
    let from = end.saturating_sub(TAIL);
    let tail = window.piece(from, end.saturating_sub(from))?;
    let missing = ReadError::Xref("there is no startxref near the end");
    let at = tail
        .windows(WORD.len())
        .rposition(|part| part == WORD)
        .ok_or(missing.clone())?;
    let digits: Vec<u8> = tail
        .iter()
        .skip(at.saturating_add(WORD.len()))
        .copied()
        .skip_while(|&byte| is_space(byte))
        .take_while(u8::is_ascii_digit)
        .collect();
    let position = std::str::from_utf8(&digits)
        .ok()
        .and_then(|text| text.parse().ok());
    Ok(Start {
        at: position.ok_or(missing)?,
        plain: strict::is_start(&tail, at) && tail.len().saturating_sub(at) <= NEAR,
    })
}

fn section(pdf: &Pdf<'_>, base: u64, at: u64) -> Result<Section, ReadError> {
    pdf.budget.borrow_mut().spend_section()?;
    let offset = base
        .checked_add(at)
        .filter(|offset| *offset < pdf.len())
        .ok_or(ReadError::Xref("an offset lies outside the file"))?;
    let (is_table, _) = pdf.lex(offset, |lexer| lexer.keyword(b"xref"))?;
    if is_table {
        table(pdf, base, offset)
    } else {
        stream(pdf, offset)
    }
}

fn table(pdf: &Pdf<'_>, base: u64, offset: u64) -> Result<Section, ReadError> {
    let most = pdf.budget.borrow().objects;
    let (outcome, source) = pdf.lex(offset, |lexer| {
        lexer.keyword(b"xref")?;
        match xref::table(lexer, most) {
            Ok(entries) => Ok(Some(entries)),
            Err(TableError::TooMany) => Ok(None),
            Err(TableError::Lex(error)) => Err(error),
        }
    })?;
    let mut entries = outcome.ok_or(LimitError::Objects)?;
    let mut plain = strict::is_table(source.bytes()) && !xref::are_doubled(&entries);
    pdf.budget
        .borrow_mut()
        .spend_objects(to_u64(entries.len()))?;
    let at = offset.saturating_add(to_u64(source.bytes().len()));
    let depth = pdf.budget.borrow().nesting;
    let (brief, source) = pdf.lex(at, |lexer| lexer.pass_keeping(BRIEF, depth))?;
    let brief = brief.ok_or(ReadError::Xref("no trailer"))?;
    let end = at.saturating_add(to_u64(source.bytes().len()));
    let trailer = Trailer::passed(brief, at, source.bytes(), depth);
    let hidden = trailer.entry(b"XRefStm").and_then(Node::as_integer);
    let mut contradicted = Vec::new();
    let mut stream_extent = None;
    let form = match hidden {
        Some(at) => {
            let at = u64::try_from(at).ok().and_then(|at| base.checked_add(at));
            let at = at.ok_or(ReadError::Xref("/XRefStm lies outside the file"))?;
            let more = stream(pdf, at)?;
            contradicted = xref::contradictions(&entries, &more.entries);
            entries = xref::merged(entries, more.entries);
            stream_extent = Some(at..more.end);
            plain &= !more.loose;
            Form::Hybrid
        }
        None => Form::Table,
    };
    let entries = xref::ordered(entries);
    let size = trailer.entry(b"Size").and_then(size);
    Ok(Section {
        offset,
        end,
        form,
        trailer,
        loose: !plain || !strict::is_sized(size, &entries),
        entries,
        contradicted,
        hidden: stream_extent,
    })
}

fn stream(pdf: &Pdf<'_>, offset: u64) -> Result<Section, ReadError> {
    let object = pdf.object_at(offset)?;
    let missing = ReadError::Xref("there is no cross-reference section where one belongs");
    let dictionary = object.node.as_dictionary().ok_or(missing.clone())?;
    if !dictionary.is_type(b"XRef") {
        return Err(missing);
    }
    // Lengths, filters and parameters of a cross-reference stream are direct (7.5.8.2), so no view is needed.
    let view = pdf.at(0);
    let extent = view.stream_extent(&object)?;
    let data = view.structure_data(&object)?;
    let entries = xref::stream(dictionary, &data, pdf.budget.borrow().objects)?;
    let doubled = xref::are_doubled(&entries);
    pdf.budget
        .borrow_mut()
        .spend_objects(to_u64(entries.len()))?;
    let entries = xref::ordered(entries);
    let size = dictionary.entry(b"Size").and_then(size);
    let plain = !doubled && strict::is_object_header(&object.raw);
    Ok(Section {
        offset,
        end: extent.end,
        form: Form::Stream,
        loose: !plain || !strict::is_sized(size, &entries),
        trailer: object.into(),
        entries,
        contradicted: Vec::new(),
        hidden: None,
    })
}

fn size(node: &Node) -> Option<u64> {
    u64::try_from(node.as_integer()?).ok()
}

/// Behind a section: the end of its `%%EOF`, and of the line end behind that. A file that lacks the marker ends the
/// revision where it ends itself.
fn end_of_file_marker(window: &Window<'_>, from: u64) -> Result<(u64, u64), ReadError> {
    const MARKER: &[u8] = b"%%EOF";
    let tail = window.piece(from, 4096)?;
    let Some(at) = tail.windows(MARKER.len()).position(|part| part == MARKER) else {
        return Ok((window.len(), window.len()));
    };
    let marker_end = at.saturating_add(MARKER.len());
    let line_end = match tail.get(marker_end..) {
        Some([b'\r', b'\n', ..]) => 2,
        Some([b'\r' | b'\n', ..]) => 1,
        Some(_) | None => 0,
    };
    let marker_end = from.saturating_add(to_u64(marker_end));
    Ok((marker_end, marker_end.saturating_add(line_end)))
}

/// The highest object number that any section speaks of.
pub(super) fn highest_number(sections: &[Arc<Section>]) -> u32 {
    sections
        .iter()
        .filter_map(|section| {
            section
                .entries
                .last()
                .map(|(number, _): &(u32, XrefEntry)| *number)
        })
        .max()
        .unwrap_or(0)
}

/// What `/Size` says at most, over all sections.
pub(super) fn largest_size(sections: &[Arc<Section>]) -> u64 {
    sections
        .iter()
        .filter_map(|section| section.integer(b"Size"))
        .max()
        .unwrap_or(0)
}
