//! One cross-reference section: a table with its trailer, or a stream (ISO 32000-2 7.5.4, 7.5.8).

use std::{collections::HashMap, ops::Range};

use super::{
    error::ReadError,
    lexer::{LexError, Lexer},
    object::{Dictionary, Node},
    trailer::Trailer,
};
use crate::{
    budget::LimitError,
    num::{to_u64, to_usize},
};

/// Where the newest state of an object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum XrefEntry {
    /// There is no such object.
    Free,
    /// It stands in the file.
    InUse {
        /// Its position, counted from the file's `%PDF-`.
        offset: u64,
        /// Its generation.
        generation: u16,
    },
    /// It stands in an object stream.
    Compressed {
        /// The number of the stream object.
        stream: u32,
        /// Its place in the stream.
        index: u32,
    },
}

/// How a cross-reference section is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A table and a trailer.
    Table,
    /// A table and a trailer that names a stream with more entries.
    Hybrid,
    /// A stream.
    Stream,
}

/// A cross-reference section as read.
#[derive(Debug, Clone)]
pub struct Section {
    /// Where it begins in the file.
    pub offset: u64,
    /// Where its last byte that was read ends in the file.
    pub end: u64,
    /// How it is written.
    pub form: Form,
    /// The trailer dictionary, or the stream's own.
    pub trailer: Trailer,
    /// Entries by object number.
    pub(crate) entries: Vec<(u32, XrefEntry)>,
    /// Objects that the table and the stream of a hybrid section put in two places.
    pub(crate) contradicted: Vec<u32>,
    /// Where the stream of a hybrid section stands.
    pub(crate) hidden: Option<Range<u64>>,
    /// Whether it is written, or pointed at, in a way that other readers take for broken.
    pub(crate) loose: bool,
}

impl Section {
    /// What this section says of an object, if anything.
    pub fn entry(&self, number: u32) -> Option<XrefEntry> {
        let at = self
            .entries
            .binary_search_by_key(&number, |(number, _)| *number)
            .ok()?;
        self.entries.get(at).map(|(_, entry)| *entry)
    }

    /// Every object number this section speaks of, ascending, with what it says.
    pub fn entries(&self) -> impl Iterator<Item = (u32, XrefEntry)> + '_ {
        self.entries.iter().copied()
    }

    /// Whether the section's own stream, or the one that its trailer names, stands there.
    pub(crate) fn is_at(&self, offset: u64) -> bool {
        let own = self.form == Form::Stream && self.offset == offset;
        own || self
            .hidden
            .as_ref()
            .is_some_and(|hidden| hidden.start == offset)
    }

    /// The section's trailer dictionary.
    pub fn dictionary(&self) -> Option<&Dictionary> {
        self.trailer.object().node.as_dictionary()
    }

    pub(crate) fn integer(&self, key: &[u8]) -> Option<u64> {
        let number = self.trailer.entry(key)?.as_integer()?;
        u64::try_from(number).ok()
    }
}

/// Brings entries into the order lookups need; of a number that stands twice, the first counts.
pub(crate) fn ordered(mut entries: Vec<(u32, XrefEntry)>) -> Vec<(u32, XrefEntry)> {
    if !entries.is_sorted_by(|a, b| a.0 < b.0) {
        entries.sort_by_key(|(number, _)| *number);
        entries.dedup_by_key(|(number, _)| *number);
    }
    entries
}

/// Whether entries speak of a number twice.
pub(crate) fn are_doubled(entries: &[(u32, XrefEntry)]) -> bool {
    let mut numbers: Vec<u32> = entries.iter().map(|(number, _)| *number).collect();
    numbers.sort_unstable();
    numbers
        .windows(2)
        .any(|pair| matches!(pair, [a, b] if a == b))
}

/// Reads the subsections of a table behind `xref`, and stands before `trailer` afterwards.
pub(crate) fn table(lexer: &mut Lexer<'_>, most: u64) -> Result<Vec<(u32, XrefEntry)>, TableError> {
    let mut entries = Vec::new();
    loop {
        if lexer.keyword(b"trailer")? {
            return Ok(entries);
        }
        let at = lexer.position();
        let bad = |what| TableError::Lex(LexError::Syntax(at, what));
        let first = lexer
            .unsigned()?
            .ok_or(bad("a subsection or the trailer is missing"))?;
        let count = lexer.unsigned()?.ok_or(bad("a subsection has no count"))?;
        for ahead in 0..count {
            let at = lexer.position();
            let bad = || TableError::Lex(LexError::Syntax(at, "a table entry is malformed"));
            let (offset, generation, kind) = match lexer.table_entry()? {
                Some(entry) => entry,
                None => entry_in_words(lexer)?.ok_or_else(bad)?,
            };
            // Offset 0 cannot be an object; writers mean an unused number.
            let entry = match u16::try_from(generation) {
                Ok(generation) if kind == b'n' && offset != 0 => {
                    XrefEntry::InUse { offset, generation }
                }
                Ok(_) | Err(_) => XrefEntry::Free,
            };
            let number = first
                .checked_add(ahead)
                .and_then(|number| u32::try_from(number).ok());
            entries.push((number.ok_or_else(bad)?, entry));
            if to_u64(entries.len()) > most {
                return Err(TableError::TooMany);
            }
        }
    }
}

/// An entry that is not written as the standard has it, but can be understood: position, generation and kind.
fn entry_in_words(lexer: &mut Lexer<'_>) -> Result<Option<(u64, u64, u8)>, LexError> {
    let Some(offset) = lexer.unsigned()? else {
        return Ok(None);
    };
    let Some(generation) = lexer.unsigned()? else {
        return Ok(None);
    };
    let kind = if lexer.keyword(b"n")? {
        b'n'
    } else if lexer.keyword(b"f")? {
        b'f'
    } else {
        return Ok(None);
    };
    Ok(Some((offset, generation, kind)))
}

pub(crate) enum TableError {
    Lex(LexError),
    TooMany,
}

impl From<LexError> for TableError {
    fn from(error: LexError) -> Self {
        Self::Lex(error)
    }
}

/// Reads the decoded data of a cross-reference stream.
pub(crate) fn stream(
    dictionary: &Dictionary,
    data: &[u8],
    most: u64,
) -> Result<Vec<(u32, XrefEntry)>, ReadError> {
    let bad = |what| ReadError::Xref(what);
    let widths: Vec<usize> = numbers(dictionary.entry(b"W"))
        .ok_or(bad("a cross-reference stream has no /W"))?
        .into_iter()
        .map(to_usize)
        .collect();
    let &[kind_width, second_width, third_width] = widths.as_slice() else {
        return Err(bad("/W is not three numbers"));
    };
    if widths.iter().any(|&width| width > 8) {
        return Err(bad("/W is too wide"));
    }
    let row = kind_width + second_width + third_width;
    if row == 0 {
        return Err(bad("/W is all zero"));
    }
    let index = if let Some(index) = dictionary.entry(b"Index") {
        numbers(Some(index)).ok_or(bad("/Index is malformed"))?
    } else {
        let size = dictionary.entry(b"Size").and_then(Node::as_integer);
        let size = size.and_then(|size| u64::try_from(size).ok());
        vec![0, size.ok_or(bad("a cross-reference stream has no /Size"))?]
    };
    let mut rows = data.chunks_exact(row);
    if to_u64(rows.len()) > most.min(MOST_ENTRIES) {
        return Err(LimitError::Objects.into());
    }
    let mut entries = Vec::with_capacity(rows.len());
    for pair in index.chunks_exact(2) {
        let &[first, count] = pair else { break };
        for ahead in 0..count {
            let Some(row) = rows.next() else {
                return Err(bad("a cross-reference stream is too short"));
            };
            let (kind, rest) = row.split_at_checked(kind_width).unwrap_or_default();
            let (second, third) = rest.split_at_checked(second_width).unwrap_or_default();
            let kind = if kind.is_empty() { 1 } else { big_endian(kind) };
            let (second, third) = (big_endian(second), big_endian(third));
            let entry = match kind {
                1 => XrefEntry::InUse {
                    offset: second,
                    generation: u16::try_from(third)
                        .map_err(|_| bad("a generation is too large"))?,
                },
                2 => compressed(second, third).unwrap_or(XrefEntry::Free),
                // 0 is free; an unknown type is a reference to the null object (table 18).
                _ => XrefEntry::Free,
            };
            let number = first
                .checked_add(ahead)
                .and_then(|number| u32::try_from(number).ok());
            entries.push((number.ok_or(bad("an object number is too large"))?, entry));
        }
    }
    Ok(entries)
}

/// In a hybrid file the stream speaks for what the table leaves out or calls free (7.5.8.4).
pub(crate) fn merged(
    table: Vec<(u32, XrefEntry)>,
    stream: Vec<(u32, XrefEntry)>,
) -> Vec<(u32, XrefEntry)> {
    let free = |entry: &(u32, XrefEntry)| entry.1 == XrefEntry::Free;
    let (freed, mut all): (Vec<_>, Vec<_>) = table.into_iter().partition(free);
    all.extend(stream);
    all.extend(freed);
    ordered(all)
}

/// Objects that both parts of a hybrid section know, in two places.
pub(crate) fn contradictions(table: &[(u32, XrefEntry)], stream: &[(u32, XrefEntry)]) -> Vec<u32> {
    let by_number: HashMap<u32, XrefEntry> = table.iter().copied().collect();
    stream
        .iter()
        .filter(|(number, entry)| match (by_number.get(number), entry) {
            (None, _) | (_, XrefEntry::Free) => false,
            // What the table calls free so that old readers pass it over, stands in an object stream.
            (Some(XrefEntry::Free), entry) => matches!(entry, XrefEntry::InUse { .. }),
            (Some(own), entry) => own != entry,
        })
        .map(|(number, _)| *number)
        .collect()
}

/// The most objects of a document (ISO 32000-1 annex C).
const MOST_ENTRIES: u64 = 8_388_607;

fn compressed(stream: u64, index: u64) -> Option<XrefEntry> {
    let (stream, index) = (u32::try_from(stream).ok()?, u32::try_from(index).ok()?);
    Some(XrefEntry::Compressed { stream, index })
}

fn numbers(node: Option<&Node>) -> Option<Vec<u64>> {
    node?
        .as_array()?
        .iter()
        .map(|item| {
            item.as_integer()
                .and_then(|number| u64::try_from(number).ok())
        })
        .collect()
}

fn big_endian(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0, |sum, &byte| sum << 8 | u64::from(byte))
}
