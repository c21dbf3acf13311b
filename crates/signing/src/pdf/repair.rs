//! Finding objects by scanning for `N G obj` where the cross-reference chain is broken. For reading only: what a repair
//! shows need not be what another reader shows.

use std::sync::Arc;

use super::{
    document::Pdf,
    error::ReadError,
    lexer::is_space,
    object::{Dictionary, Entry, IndirectObject, Node, ObjectId, Origin, Value},
    xref::{self, Form, Section, XrefEntry},
};
use crate::num::to_u64;

const STEP: u64 = 64 * 1024;
/// Blocks overlap by this much, so that nothing is cut at a seam.
const OVERLAP: u64 = 64;

/// One section with the last object of each number that the file holds, and the best trailer.
pub(super) fn scan(pdf: &Pdf<'_>) -> Result<Section, ReadError> {
    pdf.budget.borrow_mut().spend_scanned(pdf.len())?;
    let mut found: Vec<(u32, XrefEntry)> = Vec::new();
    let mut trailers = Vec::new();
    let mut at = 0;
    while at < pdf.len() {
        let block = pdf.window.read(at, STEP + OVERLAP)?;
        for (place, word) in block.windows(3).enumerate() {
            // What lies behind the step belongs to the next block, except at the front, where there was none before.
            let inside = to_u64(place) >= OVERLAP / 2 || at == 0;
            if !inside || to_u64(place) >= STEP + OVERLAP / 2 {
                continue;
            }
            if word == b"obj" {
                if let Some((start, id)) = object_header(&block, place) {
                    pdf.budget.borrow_mut().spend_objects(1)?;
                    let offset = at.saturating_add(to_u64(start));
                    let generation = id.generation;
                    found.push((id.number, XrefEntry::InUse { offset, generation }));
                }
            } else if word == b"tra"
                && block
                    .get(place..)
                    .is_some_and(|b| b.starts_with(b"trailer"))
            {
                trailers.push(at.saturating_add(to_u64(place)).saturating_add(7));
            }
        }
        at = at.saturating_add(STEP);
    }
    if found.is_empty() {
        return Err(ReadError::Xref("the file holds no object"));
    }
    // The last one in the file is the newest.
    found.reverse();
    let entries = xref::ordered(found);
    let trailer = match best_trailer(pdf, &trailers) {
        Some(trailer) => trailer,
        None => made_trailer(pdf, &entries)?,
    };
    Ok(Section {
        offset: 0,
        end: pdf.len(),
        form: Form::Table,
        trailer: Arc::new(trailer).into(),
        entries,
        contradicted: Vec::new(),
        hidden: None,
        loose: false,
    })
}

/// Adds what stands in object streams and nowhere else.
pub(super) fn index_object_streams(pdf: &mut Pdf<'_>) -> Result<(), ReadError> {
    let mut inside = Vec::new();
    let numbers = pdf.newest().numbers();
    for number in numbers {
        let Some(XrefEntry::InUse { offset, .. }) = pdf.newest().place(number) else {
            continue;
        };
        let head = pdf.window.read(offset, 512)?;
        if !head.windows(6).any(|part| part == b"ObjStm") {
            continue;
        }
        // A damaged stream among others is no reason to lose the others.
        let Ok(stream) = pdf.newest().object_stream(number) else {
            continue;
        };
        for (index, (object, _)) in stream.objects.iter().enumerate() {
            let index = u32::try_from(index).unwrap_or(u32::MAX);
            inside.push((
                *object,
                XrefEntry::Compressed {
                    stream: number,
                    index,
                },
            ));
        }
    }
    if let Some(section) = pdf.sections.first_mut() {
        let section = Arc::make_mut(section);
        let entries = std::mem::take(&mut section.entries);
        section.entries = xref::ordered(entries.into_iter().chain(inside).collect());
    }
    Ok(())
}

/// Reads `N G ` backwards from the position of `obj`.
pub(crate) fn object_header(block: &[u8], obj: usize) -> Option<(usize, ObjectId)> {
    let mut at = obj;
    let generation = number_before(block, &mut at)?;
    let number = number_before(block, &mut at)?;
    let id = ObjectId {
        number: u32::try_from(number).ok()?,
        generation: u16::try_from(generation).ok()?,
    };
    Some((at, id))
}

fn number_before(block: &[u8], at: &mut usize) -> Option<u64> {
    let head = block.get(..*at)?;
    let spaces = head
        .iter()
        .rev()
        .take_while(|&&byte| is_space(byte))
        .count();
    let head = head.get(..head.len().checked_sub(spaces)?)?;
    let digits = head
        .iter()
        .rev()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let start = head.len().checked_sub(digits)?;
    if spaces == 0 || digits == 0 || digits > 10 {
        return None;
    }
    *at = start;
    std::str::from_utf8(head.get(start..)?).ok()?.parse().ok()
}

fn best_trailer(pdf: &Pdf<'_>, places: &[u64]) -> Option<IndirectObject> {
    places.iter().rev().take(64).find_map(|&at| {
        let trailer = pdf.value_at(at).ok()?;
        trailer.node.as_dictionary()?.entry(b"Root")?;
        Some(trailer)
    })
}

/// Without a usable trailer: that of a cross-reference stream, or one that names the last catalog.
fn made_trailer(pdf: &Pdf<'_>, entries: &[(u32, XrefEntry)]) -> Result<IndirectObject, ReadError> {
    let mut catalog = None;
    for (_, entry) in entries {
        let XrefEntry::InUse { offset, .. } = entry else {
            continue;
        };
        let Ok(object) = pdf.object_at(*offset) else {
            continue;
        };
        let Some(dictionary) = object.node.as_dictionary() else {
            continue;
        };
        if dictionary.is_type(b"XRef") && dictionary.entry(b"Root").is_some() {
            return Ok((*object).clone());
        }
        if dictionary.is_type(b"Catalog") {
            catalog = Some(object.id);
        }
    }
    let catalog = catalog.ok_or(ReadError::Missing("catalog"))?;
    let root = Node {
        value: Value::Reference(catalog),
        span: 0..0,
    };
    let entry = Entry {
        key: b"Root".as_slice().into(),
        key_span: 0..0,
        node: root,
    };
    let value = Value::Dictionary(Arc::new(Dictionary {
        entries: vec![entry],
    }));
    Ok(IndirectObject {
        id: ObjectId {
            number: 0,
            generation: 0,
        },
        node: Node { value, span: 0..0 },
        raw: Vec::new().into(),
        origin: Origin::File(0),
        stream_start: None,
    })
}
