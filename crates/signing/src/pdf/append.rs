//! Appending a revision (ISO 32000-2 7.5.6): what stands in the file stays, byte for byte; changed objects are written
//! behind it, each with its unchanged entries as they were, and a cross-reference section of the form the newest one has.

use std::{collections::BTreeMap, sync::Arc};

use super::{
    archival, chain,
    document::Pdf,
    error::ReadError,
    lexer::Lexer,
    object::{IndirectObject, ObjectId, Origin, Value},
    text,
    view::{Located, View},
    xref::Form,
};
use crate::{
    budget::{Budget, LimitError},
    num::to_u64,
    source::Chained,
};

/// Objects that a new revision will hold.
pub(crate) struct Update<'p> {
    view: View<'p>,
    objects: BTreeMap<u32, Arc<IndirectObject>>,
    next: u32,
}

/// A revision as bytes, and where in them each object's value begins.
pub(crate) struct Written {
    pub(crate) bytes: Vec<u8>,
    pub(crate) values: BTreeMap<u32, usize>,
}

/// Why a revision could not be appended.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AppendError {
    /// The document could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The chain of cross-references is broken; readers disagree on what such a file holds.
    #[error("the file is damaged and was only readable after repair")]
    Repaired,
    /// A structure that has to be an indirect object is not.
    #[error("{0} is not an indirect object")]
    Direct(&'static str),
    /// Object numbers or file positions have no room left.
    #[error("the file has no room for another revision")]
    Full,
    /// What was written does not read back as it was meant.
    #[error("the appended revision does not read back: {0}")]
    ReadBack(&'static str),
}

impl<'p> Update<'p> {
    pub(crate) fn new(pdf: &'p Pdf<'p>) -> Result<Self, AppendError> {
        if pdf.is_repaired() {
            return Err(AppendError::Repaired);
        }
        let size = chain::largest_size(pdf.sections());
        let highest = u64::from(chain::highest_number(pdf.sections()));
        let next = size.max(highest.saturating_add(1)).max(1);
        let next = u32::try_from(next).ok().filter(|next| *next < MAX_NUMBER);
        Ok(Self {
            view: pdf.newest(),
            objects: BTreeMap::new(),
            next: next.ok_or(AppendError::Full)?,
        })
    }

    /// A number for an object that is written later.
    pub(crate) fn reserve(&mut self) -> ObjectId {
        let id = ObjectId {
            number: self.next,
            generation: 0,
        };
        self.next = self.next.saturating_add(1);
        id
    }

    /// Writes a new object.
    pub(crate) fn add(&mut self, body: Vec<u8>) -> Result<ObjectId, AppendError> {
        let id = self.reserve();
        self.set(id, body)?;
        Ok(id)
    }

    /// Writes the value of an object, stream data included, in clear: an encrypted document has it sealed here.
    pub(crate) fn set(&mut self, id: ObjectId, body: Vec<u8>) -> Result<(), AppendError> {
        let body = self.sealed(id, body)?;
        self.set_sealed(id, body)
    }

    fn sealed(&self, id: ObjectId, value: Vec<u8>) -> Result<Vec<u8>, AppendError> {
        let pdf = self.view.pdf();
        match &pdf.crypt {
            Some(crypt) => crypt
                .seal(id, &value, pdf.budget().nesting)
                .map_err(|_| AppendError::ReadBack(NO_SYNTAX)),
            None => Ok(value),
        }
    }

    fn set_sealed(&mut self, id: ObjectId, body: Vec<u8>) -> Result<(), AppendError> {
        let pdf = self.view.pdf();
        let mut node = Lexer::new(&body, true)
            .value(pdf.budget().nesting)
            .map_err(|_| AppendError::ReadBack(NO_SYNTAX))?;
        if let Some(crypt) = &pdf.crypt {
            crypt.open_strings(id, &mut node);
        }
        let object = IndirectObject {
            id,
            node,
            raw: body.into(),
            origin: Origin::File(0),
            stream_start: None,
        };
        self.objects.insert(id.number, Arc::new(object));
        Ok(())
    }

    /// An object as this revision has it.
    pub(crate) fn object(&self, id: ObjectId) -> Result<Option<Located>, AppendError> {
        let object = match self.objects.get(&id.number) {
            Some(object) => Some(Arc::clone(object)),
            None => self.view.object(id)?,
        };
        Ok(object.map(|object| Located {
            node: object.node.clone(),
            object,
        }))
    }

    /// The value of a key as this revision has it, references followed.
    pub(crate) fn entry(&self, of: &Located, key: &[u8]) -> Result<Option<Located>, AppendError> {
        let Some(node) = of.dictionary().and_then(|dictionary| dictionary.entry(key)) else {
            return Ok(None);
        };
        let mut at = Located {
            object: Arc::clone(&of.object),
            node: node.clone(),
        };
        for _ in 0..MAX_REFERENCES {
            let Some(id) = at.node.as_reference() else {
                return Ok(Some(at).filter(|at| at.node.value != Value::Null));
            };
            match self.object(id)? {
                Some(found) => at = found,
                None => return Ok(None),
            }
        }
        Err(ReadError::Limit(LimitError::Nesting).into())
    }

    /// The part of PDF/A that the document claims to be, if it claims any.
    pub(crate) fn pdfa_part(&self) -> Result<Option<u8>, AppendError> {
        Ok(archival::pdfa_part(&self.view)?)
    }

    /// Sets entries of a dictionary, wherever it stands; everything else in its object stays as it is written.
    pub(crate) fn set_entries(
        &mut self,
        of: &Located,
        changes: &[(&[u8], Vec<u8>)],
    ) -> Result<(), AppendError> {
        let dictionary = of.dictionary().ok_or(AppendError::Direct("a dictionary"))?;
        let mut edits: Vec<(std::ops::Range<usize>, Vec<u8>)> = Vec::new();
        let close = of.node.span.end.saturating_sub(2);
        for (key, value) in changes {
            let value = self.sealed_for(&of.object, value.clone())?;
            match dictionary.entry(key) {
                Some(node) => edits.push((node.span.clone(), [b" ", value.as_slice()].concat())),
                None => edits.push((
                    close..close,
                    [b"\n/", *key, b" ", value.as_slice()].concat(),
                )),
            }
        }
        self.splice(&of.object, edits)
    }

    /// Adds an item at the end of an array, wherever it stands.
    pub(crate) fn push_item(&mut self, of: &Located, item: &[u8]) -> Result<(), AppendError> {
        let close = of.node.span.end.saturating_sub(1);
        let item = self.sealed_for(&of.object, item.to_vec())?;
        self.splice(
            &of.object,
            vec![(close..close, [b" ", item.as_slice()].concat())],
        )
    }

    /// A value that goes into an object. What stands in an object stream is in clear until it is written as an object of
    /// its own.
    fn sealed_for(&self, of: &IndirectObject, value: Vec<u8>) -> Result<Vec<u8>, AppendError> {
        match of.origin {
            Origin::File(_) => self.sealed(of.id, value),
            Origin::ObjectStream(_) => Ok(value),
        }
    }

    fn splice(
        &mut self,
        object: &Arc<IndirectObject>,
        mut edits: Vec<(std::ops::Range<usize>, Vec<u8>)>,
    ) -> Result<(), AppendError> {
        if object.id.number == 0 || object.stream_start.is_some() {
            return Err(AppendError::Direct("a dictionary to be changed"));
        }
        edits.sort_by_key(|(span, _)| span.start);
        let whole = &object.node.span;
        let mut body = Vec::new();
        let mut at = whole.start;
        for (span, replacement) in edits {
            body.extend_from_slice(object.slice(&(at..span.start)));
            body.extend(replacement);
            at = span.end;
        }
        body.extend_from_slice(object.slice(&(at..whole.end)));
        match object.origin {
            Origin::File(_) => self.set_sealed(object.id, body),
            Origin::ObjectStream(_) => self.set(object.id, body),
        }
    }

    /// Writes the revision. `version` is the digest of the file it is appended to; the file identifier's second element is
    /// made from it and from the new objects.
    pub(crate) fn finish(mut self, version: &[u8; 32]) -> Result<Written, AppendError> {
        let pdf = self.view.pdf();
        let newest = pdf
            .sections()
            .first()
            .ok_or(ReadError::Missing("section"))?;
        let form = newest.form;
        let previous = newest
            .offset
            .checked_sub(pdf.base())
            .ok_or(AppendError::Full)?;
        let start = pdf.len();
        let last = pdf.bytes(start.saturating_sub(1), 1)?;
        let mut out = Vec::new();
        if !matches!(last.as_slice(), [b'\n' | b'\r']) {
            out.push(b'\n');
        }
        let position = |out: &Vec<u8>| {
            start
                .checked_sub(pdf.base())
                .and_then(|start| start.checked_add(to_u64(out.len())))
                .filter(|position| *position <= MAX_POSITION)
                .ok_or(AppendError::Full)
        };
        let mut places = BTreeMap::new();
        let mut values = BTreeMap::new();
        for (number, object) in &self.objects {
            places.insert(*number, (position(&out)?, object.id.generation));
            out.extend(format!("{number} {} obj\n", object.id.generation).bytes());
            values.insert(*number, out.len());
            out.extend_from_slice(&object.raw);
            out.extend(b"\nendobj\n");
        }
        let stream = (form == Form::Stream).then(|| self.reserve());
        let section = position(&out)?;
        let trailer = self.trailer(version, previous)?;
        match stream {
            Some(id) => {
                places.insert(id.number, (section, 0));
                stream_section(&mut out, id, &places, &trailer);
            }
            None => table_section(&mut out, &places, &trailer),
        }
        out.extend(format!("startxref\n{section}\n%%EOF\n").bytes());
        self.read_back(&out)?;
        Ok(Written { bytes: out, values })
    }

    /// `/Size`, `/Prev`, `/Root`, `/Info` and `/ID`, without brackets.
    fn trailer(&self, version: &[u8; 32], previous: u64) -> Result<Vec<u8>, AppendError> {
        let fresh = self.fresh_identifier(version);
        let mut out = format!("/Size {} /Prev {previous}", self.next).into_bytes();
        for key in [b"Root".as_slice(), b"Info", b"Encrypt"] {
            if let Some(entry) = self.view.trailer_entry(key) {
                out.extend([b" /", key, b" ", entry.source()].concat());
            }
        }
        let identifier = match self.view.trailer_entry(b"ID") {
            Some(id) => self.view.resolve(&id.object, &id.node)?,
            None => None,
        };
        let first = identifier
            .as_ref()
            .and_then(|id| self.view.items(id).ok()?.into_iter().next())
            .filter(|first| first.node.as_string().is_some());
        // The key of an encrypted document is made from its identifier: one that has none must not be given one.
        if first.is_none() && self.view.pdf().is_encrypted() {
            return Ok(out);
        }
        let first = first.map_or_else(|| fresh.clone(), |first| first.source().to_vec());
        out.extend([b" /ID [", first.as_slice(), b" ", &fresh, b"]"].concat());
        Ok(out)
    }

    /// The second element of `/ID`: another one for other objects or another file (ISO 32000-2 14.4).
    fn fresh_identifier(&self, version: &[u8; 32]) -> Vec<u8> {
        let mut context = ring::digest::Context::new(&ring::digest::SHA256);
        context.update(version);
        for (number, object) in &self.objects {
            let raw: &[u8] = &object.raw;
            context.update(&number.to_be_bytes());
            context.update(&to_u64(raw.len()).to_be_bytes());
            // Of a long one its two ends: between those of a signature lie thousands of zeros.
            context.update(raw.get(..END).unwrap_or(raw));
            context.update(raw.get(raw.len().saturating_sub(END)..).unwrap_or(raw));
        }
        let digest = context.finish();
        text::hexadecimal(digest.as_ref().get(..16).unwrap_or_default())
    }

    /// Reads the result back: its end as a stranger would, up to where it continues what was read before.
    fn read_back(&self, appended: &[u8]) -> Result<(), AppendError> {
        let pdf = self.view.pdf();
        let source = Chained::new(pdf.source(), appended);
        let again = Pdf::continued(&source, Budget::cli(), pdf)?;
        let wrong = |what| Err(AppendError::ReadBack(what));
        if again.is_repaired() || again.base() != pdf.base() {
            return wrong("the chain of cross-references");
        }
        if again.revisions().len() != pdf.revisions().len().saturating_add(1) {
            return wrong("the number of revisions");
        }
        if again
            .revisions()
            .last()
            .is_none_or(|last| last.end != again.len())
        {
            return wrong("the end of the revision");
        }
        for object in self.objects.values() {
            let read = again.newest().object(object.id)?;
            let same = read
                .is_some_and(|read| read.source_of(&read.node) == object.source_of(&object.node));
            if !same {
                return wrong("an object");
            }
        }
        Ok(())
    }
}

const NO_SYNTAX: &str = "an object is no PDF syntax";
/// A table gives ten digits to a position.
const MAX_POSITION: u64 = 9_999_999_999;
/// Bytes of either end of an object that go into the file identifier.
const END: usize = 1024;
const MAX_NUMBER: u32 = 1 << 31;
const MAX_REFERENCES: usize = 16;

fn table_section(out: &mut Vec<u8>, places: &BTreeMap<u32, (u64, u16)>, trailer: &[u8]) {
    out.extend(b"xref\n");
    for run in runs(places) {
        let first = run.first().map_or(0, |(number, _)| *number);
        out.extend(format!("{first} {}\n", run.len()).bytes());
        for (_, (position, generation)) in run {
            out.extend(format!("{position:010} {generation:05} n\r\n").bytes());
        }
    }
    out.extend([b"trailer\n<< ", trailer, b" >>\n"].concat());
}

fn stream_section(
    out: &mut Vec<u8>,
    id: ObjectId,
    places: &BTreeMap<u32, (u64, u16)>,
    trailer: &[u8],
) {
    let mut index = Vec::new();
    let mut rows = Vec::new();
    for run in runs(places) {
        let first = run.first().map_or(0, |(number, _)| *number);
        index.push([first.to_string(), run.len().to_string()].join(" "));
        for (_, (position, generation)) in run {
            rows.push(1);
            rows.extend(position.to_be_bytes().iter().skip(3));
            rows.extend(generation.to_be_bytes());
        }
    }
    out.extend(format!("{} 0 obj\n<< /Type /XRef ", id.number).bytes());
    out.extend_from_slice(trailer);
    let (length, index) = (rows.len(), index.join(" "));
    out.extend(format!(" /W [1 5 2] /Index [{index}] /Length {length} >>\nstream\n").bytes());
    out.extend(rows);
    out.extend(b"\nendstream\nendobj\n");
}

/// Places in runs of consecutive object numbers.
fn runs(places: &BTreeMap<u32, (u64, u16)>) -> Vec<Vec<(u32, (u64, u16))>> {
    let mut runs: Vec<Vec<(u32, (u64, u16))>> = Vec::new();
    for (&number, &place) in places {
        match runs.last_mut() {
            Some(run)
                if run
                    .last()
                    .is_some_and(|(last, _)| last.checked_add(1) == Some(number)) =>
            {
                run.push((number, place));
            }
            Some(_) | None => runs.push(vec![(number, place)]),
        }
    }
    runs
}
