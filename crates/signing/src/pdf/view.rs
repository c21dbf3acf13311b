//! The document as of one revision: objects by number, references followed, streams decoded.

use std::{ops::Range, sync::Arc};

use super::{
    document::{ObjectStream, Pdf},
    error::ReadError,
    filter::{self, Filter, Predictor},
    lexer::{LexError, Lexer},
    object::{Dictionary, IndirectObject, Node, ObjectId, Origin, Value, Values},
    xref::XrefEntry,
};
use crate::{
    budget::LimitError,
    num::{to_u64, to_usize},
};

/// A document as of one revision.
#[derive(Clone, Copy)]
pub struct View<'p> {
    pdf: &'p Pdf<'p>,
    newest: usize,
}

/// A value together with the object whose bytes it came from.
#[derive(Debug, Clone)]
pub struct Located {
    /// The object that holds it.
    pub object: Arc<IndirectObject>,
    /// The value.
    pub node: Node,
}

impl Located {
    /// The source bytes of the value.
    pub fn source(&self) -> &[u8] {
        self.object.source_of(&self.node)
    }

    /// The dictionary it is.
    pub fn dictionary(&self) -> Option<&Dictionary> {
        self.node.as_dictionary()
    }
}

impl<'p> View<'p> {
    pub(super) fn new(pdf: &'p Pdf<'_>, newest: usize) -> Self {
        Self { pdf, newest }
    }

    /// The document this looks at.
    pub fn pdf(&self) -> &'p Pdf<'p> {
        self.pdf
    }

    /// Where an object stands as of this revision; equal places in two revisions hold the same object, unless it is in an
    /// object stream that was itself replaced.
    pub fn place(&self, number: u32) -> Option<XrefEntry> {
        self.pdf.lookup(number, self.newest)
    }

    /// Every object number in use as of this revision, ascending.
    pub fn numbers(&self) -> Vec<u32> {
        let sections = self.pdf.sections.get(self.newest..).unwrap_or_default();
        let mut numbers: Vec<u32> = sections
            .iter()
            .flat_map(|section| section.entries().map(|(number, _)| number))
            .collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers.retain(|number| {
            self.place(*number)
                .is_some_and(|place| place != XrefEntry::Free)
        });
        numbers
    }

    /// An object, `None` when there is none of that number and generation.
    ///
    /// # Errors
    /// When it cannot be read, or something else stands in its place.
    pub fn object(&self, id: ObjectId) -> Result<Option<Arc<IndirectObject>>, ReadError> {
        match self.place(id.number) {
            None | Some(XrefEntry::Free) => Ok(None),
            Some(XrefEntry::InUse { generation, .. }) if generation != id.generation => Ok(None),
            Some(XrefEntry::InUse { offset, .. }) => {
                match self.pdf.object_at(self.position(id, offset)?) {
                    Ok(object) if object.id == id => Ok(Some(object)),
                    Ok(_) => Err(ReadError::Misplaced(id)),
                    Err(error) => Err(error),
                }
            }
            Some(XrefEntry::Compressed { .. }) if id.generation != 0 => Ok(None),
            Some(XrefEntry::Compressed { stream, index }) => {
                self.compressed(id, stream, index).map(Some)
            }
        }
    }

    /// The values of some keys of the dictionary that an object is; `None` where there is no such object, or it is no
    /// dictionary. The object is only passed over: a signature is as long as everything else of its revision together, and
    /// there may be hundreds.
    pub(crate) fn glance<const N: usize>(
        &self,
        id: ObjectId,
        wanted: [&[u8]; N],
    ) -> Result<Option<Values<N>>, ReadError> {
        match self.place(id.number) {
            Some(XrefEntry::InUse { offset, generation }) if generation == id.generation => {
                match self.pdf.glance_at(self.position(id, offset)?, wanted)? {
                    (found, values) if found == id => Ok(values),
                    (_, _) => Err(ReadError::Misplaced(id)),
                }
            }
            Some(_) | None => Ok(self
                .object(id)?
                .and_then(|object| object.node.entries(wanted))),
        }
    }

    /// Where an object is said to stand in the file.
    fn position(&self, id: ObjectId, offset: u64) -> Result<u64, ReadError> {
        let position = self.pdf.base.checked_add(offset);
        position
            .filter(|position| *position < self.pdf.len())
            .ok_or(ReadError::Misplaced(id))
    }

    /// Follows a value that may be a reference; `None` for null and for what does not exist.
    ///
    /// # Errors
    /// When an object on the way cannot be read.
    pub fn resolve(
        &self,
        holder: &Arc<IndirectObject>,
        node: &Node,
    ) -> Result<Option<Located>, ReadError> {
        let mut at = Located {
            object: Arc::clone(holder),
            node: node.clone(),
        };
        for _ in 0..MAX_REFERENCES {
            match at.node.value {
                Value::Null => return Ok(None),
                Value::Reference(id) => match self.object(id)? {
                    Some(object) => {
                        at = Located {
                            node: object.node.clone(),
                            object,
                        }
                    }
                    None => return Ok(None),
                },
                Value::Boolean(_)
                | Value::Integer(_)
                | Value::Real(_)
                | Value::Name(_)
                | Value::String(_)
                | Value::Array(_)
                | Value::Dictionary(_) => return Ok(Some(at)),
            }
        }
        Err(LimitError::Nesting.into())
    }

    /// The value of a key of a dictionary, references followed.
    ///
    /// # Errors
    /// When an object on the way cannot be read.
    pub fn entry(&self, of: &Located, key: &[u8]) -> Result<Option<Located>, ReadError> {
        match of.dictionary().and_then(|dictionary| dictionary.entry(key)) {
            Some(node) => self.resolve(&of.object, node),
            None => Ok(None),
        }
    }

    /// The items of an array, each followed; missing ones are left out.
    ///
    /// # Errors
    /// When an object on the way cannot be read.
    pub fn items(&self, of: &Located) -> Result<Vec<Located>, ReadError> {
        let items = of.node.as_array().unwrap_or_default();
        let mut found = Vec::new();
        for item in items {
            found.extend(self.resolve(&of.object, item)?);
        }
        Ok(found)
    }

    /// A key of the trailer, from the newest section that has it.
    pub fn trailer_entry(&self, key: &[u8]) -> Option<Located> {
        let (section, node) = self.pdf.trailer_entry(key, self.newest)?;
        Some(Located {
            object: Arc::clone(section.trailer.object()),
            node: node.clone(),
        })
    }

    /// The same from the newest trailer alone, as readers have it that look no further.
    pub(crate) fn own_trailer_entry(&self, key: &[u8]) -> Option<&'p Node> {
        self.pdf.sections.get(self.newest)?.trailer.entry(key)
    }

    /// The catalog (7.7.2).
    ///
    /// # Errors
    /// When there is none.
    pub fn catalog(&self) -> Result<Located, ReadError> {
        let root = self
            .trailer_entry(b"Root")
            .ok_or(ReadError::Missing("catalog"))?;
        self.resolve(&root.object, &root.node)?
            .filter(|root| {
                root.dictionary()
                    .is_some_and(|root| root.entry(b"Pages").is_some())
            })
            .ok_or(ReadError::Missing("catalog"))
    }

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

    fn compressed(
        &self,
        id: ObjectId,
        stream: u32,
        index: u32,
    ) -> Result<Arc<IndirectObject>, ReadError> {
        let container = self.object_stream(stream)?;
        let place = container.objects.get(to_usize(u64::from(index)));
        let &(_, at) = place
            .filter(|(number, _)| *number == id.number)
            .or_else(|| {
                container
                    .objects
                    .iter()
                    .find(|(number, _)| *number == id.number)
            })
            .ok_or(ReadError::Misplaced(id))?;
        self.pdf.budget.borrow_mut().spend_objects(1)?;
        let depth = self.pdf.budget.borrow().nesting;
        let node = Lexer::starting_at(&container.data, at)
            .value(depth)
            .map_err(in_stream)?;
        Ok(Arc::new(IndirectObject {
            id,
            node,
            raw: Arc::clone(&container.data),
            origin: Origin::ObjectStream(stream),
            stream_start: None,
        }))
    }

    /// The numbers of the objects that an object stream holds, each with its place in it.
    pub(crate) fn held_in(&self, stream: u32) -> Result<Vec<(u32, XrefEntry)>, ReadError> {
        let held = self.object_stream(stream)?;
        let places = (0..).map(|index| XrefEntry::Compressed { stream, index });
        Ok(held
            .objects
            .iter()
            .map(|(number, _)| *number)
            .zip(places)
            .collect())
    }

    pub(super) fn object_stream(&self, number: u32) -> Result<Arc<ObjectStream>, ReadError> {
        let id = ObjectId {
            number,
            generation: 0,
        };
        let Some(XrefEntry::InUse { offset, .. }) = self.place(number) else {
            return Err(ReadError::Misplaced(id));
        };
        if let Some(kept) = self.pdf.object_streams.borrow().get(&offset) {
            return Ok(Arc::clone(kept));
        }
        let object = self.object(id)?.ok_or(ReadError::Misplaced(id))?;
        let dictionary = object
            .node
            .as_dictionary()
            .filter(|of| of.is_type(b"ObjStm"));
        let dictionary = dictionary.ok_or(ReadError::Missing("object stream"))?;
        let number_of = |key: &[u8]| {
            dictionary
                .entry(key)
                .and_then(Node::as_integer)
                .and_then(|number| u64::try_from(number).ok())
                .ok_or(ReadError::Missing("object stream header"))
        };
        let (count, first) = (number_of(b"N")?, to_usize(number_of(b"First")?));
        let data: Arc<[u8]> = self.structure_data(&object)?.into();
        self.pdf.budget.borrow_mut().spend_objects(count)?;
        let mut lexer = Lexer::new(&data, true);
        let mut objects = Vec::new();
        for _ in 0..count {
            let number = lexer.unsigned().map_err(in_stream)?;
            let at = lexer.unsigned().map_err(in_stream)?;
            let number = number.and_then(|number| u32::try_from(number).ok());
            let at = at.and_then(|at| first.checked_add(to_usize(at)));
            // A header that breaks off leaves the objects that it did name, as other readers have it.
            let (Some(number), Some(at)) = (number, at) else {
                break;
            };
            objects.push((number, at));
        }
        let decoded = Arc::new(ObjectStream { data, objects });
        let mut kept = self.pdf.object_streams.borrow_mut();
        if kept.len() >= KEPT_STREAMS {
            kept.clear();
        }
        kept.insert(offset, Arc::clone(&decoded));
        Ok(decoded)
    }
}

const MAX_REFERENCES: usize = 16;
const MAX_FILTERS: usize = 8;
const KEPT_STREAMS: usize = 16;
/// The most that one stream of objects or cross-references may hold. Writers put a few hundred objects into one.
const MOST_STRUCTURE: u64 = 32 << 20;

fn in_stream(error: LexError) -> ReadError {
    match error {
        LexError::Depth => LimitError::Nesting.into(),
        LexError::NeedMore => ReadError::Missing("object in its stream"),
        LexError::Syntax(at, what) => ReadError::Syntax {
            offset: to_u64(at),
            what,
        },
    }
}
