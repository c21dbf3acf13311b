//! The data of streams (ISO 32000-2 7.3.8, 7.4): where they stand in the file, and what they are decoded.

use std::{ops::Range, sync::Arc};

use super::{
    error::ReadError,
    filter::{self, Filter, Predictor},
    object::IndirectObject,
    view::{Located, View},
};
use crate::{budget::LimitError, num::to_u64};

impl View<'_> {
    /// Where a stream's data stands in the file.
    ///
    /// # Errors
    /// When the object is no stream, or its length is missing or beyond the file.
    pub fn stream_extent(&self, object: &Arc<IndirectObject>) -> Result<Range<u64>, ReadError> {
        let start = object.stream_start.ok_or(ReadError::Missing("stream"))?;
        match self.stated_extent(object, start) {
            Err(ReadError::Missing(_)) if self.pdf.is_repaired() => self.found_extent(start),
            other => other,
        }
    }

    /// In a damaged file: up to the next `endstream`, without the line end before it.
    fn found_extent(&self, start: u64) -> Result<Range<u64>, ReadError> {
        const WORD: &[u8] = b"endstream";
        const STEP: u64 = 64 * 1024;
        let mut at = start;
        while at < self.pdf.len() {
            self.pdf.budget.borrow_mut().spend_scanned(STEP)?;
            let block = self.pdf.window.read(at, STEP + to_u64(WORD.len()))?;
            if let Some(place) = block.windows(WORD.len()).position(|part| part == WORD) {
                let end = at.saturating_add(to_u64(place));
                let from = end.saturating_sub(2).max(start);
                let last = self.pdf.window.read(from, end.saturating_sub(from))?;
                let line_end: u64 = match last.as_slice() {
                    [b'\r', b'\n'] => 2,
                    [.., b'\r' | b'\n'] => 1,
                    _ => 0,
                };
                return Ok(start..end.saturating_sub(line_end).max(start));
            }
            at = at.saturating_add(STEP);
        }
        Err(ReadError::Missing("stream end"))
    }

    fn stated_extent(
        &self,
        object: &Arc<IndirectObject>,
        start: u64,
    ) -> Result<Range<u64>, ReadError> {
        let whole = Located {
            object: Arc::clone(object),
            node: object.node.clone(),
        };
        let length = self
            .entry(&whole, b"Length")?
            .and_then(|length| length.node.as_integer())
            .and_then(|length| u64::try_from(length).ok())
            .ok_or(ReadError::Missing("stream length"))?;
        let end = start
            .checked_add(length)
            .filter(|end| *end <= self.pdf.len());
        let end = end.ok_or(ReadError::Missing("stream length"))?;
        let (closed, _) = self.pdf.lex(end, |lexer| lexer.keyword(b"endstream"))?;
        if closed {
            Ok(start..end)
        } else {
            Err(ReadError::Missing("stream end"))
        }
    }

    /// The decoded data of a stream whose filters are not those of pictures.
    ///
    /// # Errors
    /// When the stream cannot be read or decoded, or uses another filter.
    pub fn stream_data(&self, object: &Arc<IndirectObject>) -> Result<Vec<u8>, ReadError> {
        self.data_within(object, u64::MAX)
    }

    /// The same of a stream of objects or cross-references, which is kept while many others are read.
    pub(super) fn structure_data(
        &self,
        object: &Arc<IndirectObject>,
    ) -> Result<Vec<u8>, ReadError> {
        self.data_within(object, MOST_STRUCTURE)
    }

    fn data_within(&self, object: &Arc<IndirectObject>, most: u64) -> Result<Vec<u8>, ReadError> {
        let extent = self.stream_extent(object)?;
        let length = extent.end.saturating_sub(extent.start);
        if length > most {
            return Err(LimitError::DecodedBytes.into());
        }
        self.pdf.budget.borrow_mut().spend_decoded(length)?;
        let data = self.pdf.window.read(extent.start, length)?;
        let whole = Located {
            object: Arc::clone(object),
            node: object.node.clone(),
        };
        let (crypt_filter, filters) = self.filters(&whole)?;
        let data = match (&self.pdf.crypt, whole.dictionary()) {
            (Some(crypt), Some(dictionary)) => {
                crypt.open_stream(object.id, dictionary, crypt_filter.as_deref(), data)
            }
            (Some(_) | None, _) => data,
        };
        let mut budget = self.pdf.budget.borrow_mut();
        let spared = budget.decoded_bytes.saturating_sub(most);
        budget.decoded_bytes = budget.decoded_bytes.saturating_sub(spared);
        let decoded = filter::decode(data, &filters, &mut budget);
        budget.decoded_bytes = budget.decoded_bytes.saturating_add(spared);
        decoded
    }

    /// The name of the crypt filter, when the stream has one of its own, and the other filters.
    fn filters(&self, stream: &Located) -> Result<(Option<Vec<u8>>, Vec<Filter>), ReadError> {
        let Some(filter) = self.entry(stream, b"Filter")? else {
            return Ok((None, Vec::new()));
        };
        let parameters = self.entry(stream, b"DecodeParms")?;
        let (names, parameters) = if filter.node.as_array().is_some() {
            let mut each = Vec::new();
            if let Some(parameters) = parameters {
                for item in parameters.node.as_array().unwrap_or_default() {
                    each.push(self.resolve(&parameters.object, item)?);
                }
            }
            (self.items(&filter)?, each)
        } else {
            (vec![filter], vec![parameters])
        };
        if names.len() > MAX_FILTERS {
            return Err(ReadError::Filter("too many filters"));
        }
        let mut crypt_filter = None;
        let mut steps = Vec::new();
        for (at, name) in names.iter().enumerate() {
            let parameters = parameters.get(at).and_then(Option::as_ref);
            match name.node.as_name() {
                Some(b"FlateDecode" | b"Fl") => steps.push(Filter::Flate(
                    parameters.map(|of| self.predictor(of)).transpose()?,
                )),
                Some(b"LZWDecode" | b"LZW") => steps.push(self.lzw(parameters)?),
                Some(b"RunLengthDecode" | b"RL") => steps.push(Filter::RunLength),
                Some(b"ASCIIHexDecode" | b"AHx") => steps.push(Filter::AsciiHex),
                Some(b"ASCII85Decode" | b"A85") => steps.push(Filter::Ascii85),
                Some(b"Crypt") => {
                    let name = match parameters {
                        Some(parameters) => self.entry(parameters, b"Name")?,
                        None => None,
                    };
                    let name = name.as_ref().and_then(|name| name.node.as_name());
                    crypt_filter = Some(name.unwrap_or(b"Identity").to_vec());
                }
                Some(_) | None => {
                    return Err(ReadError::Filter("a filter of pictures"));
                }
            }
        }
        Ok((crypt_filter, steps))
    }

    fn lzw(&self, parameters: Option<&Located>) -> Result<Filter, ReadError> {
        let early = match parameters {
            Some(parameters) => self.entry(parameters, b"EarlyChange")?,
            None => None,
        };
        let early = early.and_then(|early| early.node.as_integer()).unwrap_or(1);
        Ok(Filter::Lzw {
            predictor: parameters.map(|of| self.predictor(of)).transpose()?,
            early: early != 0,
        })
    }

    fn predictor(&self, parameters: &Located) -> Result<Predictor, ReadError> {
        let number = |key: &[u8]| -> Result<Option<i64>, ReadError> {
            Ok(self
                .entry(parameters, key)?
                .and_then(|value| value.node.as_integer()))
        };
        Ok(Predictor {
            kind: number(b"Predictor")?.unwrap_or(1),
            colors: Predictor::dimension(number(b"Colors")?, 1),
            bits: Predictor::dimension(number(b"BitsPerComponent")?, 8),
            columns: Predictor::dimension(number(b"Columns")?, 1),
        })
    }
}

const MAX_FILTERS: usize = 8;
/// The most that one stream of objects or cross-references may hold. Writers put a few hundred objects into one.
const MOST_STRUCTURE: u64 = 32 << 20;
