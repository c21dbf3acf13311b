//! Writing an unsigned document anew: every object of its newest state that is reachable, as it was written, under one
//! cross-reference table (ISO 32000-2 7.5.4). What was damaged around the objects is whole afterwards.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, Write},
    ops::Range,
    sync::Arc,
};

use super::{
    crypt,
    document::Pdf,
    error::ReadError,
    object::{IndirectObject, Node, ObjectId, Origin, Value},
    view::View,
};
use crate::{access::Access, num::to_u64, source::ByteSource};

/// Why a document could not be written anew.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RewriteError {
    /// It could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// It holds a signature, which would not survive.
    #[error("the document holds a signature, which would not survive being written anew")]
    Signed,
    /// An object that the document needs cannot be read, and leaving it out would change what is seen.
    #[error("object {0} cannot be read, and the document would not be the same without it: {1}")]
    Lost(ObjectId, ReadError),
    /// It is too large for a cross-reference table.
    #[error("the document is too large for a cross-reference table")]
    Full,
    /// The bytes could not be written.
    #[error("cannot be written: {0}")]
    Sink(#[from] io::Error),
}

/// Writes a document anew. Numbers, generations and stream data of its objects stay; an encrypted one stays encrypted.
///
/// # Errors
/// When it cannot be read, holds a signature, or an object that it needs is beyond repair; what was written until then is
/// of no use.
pub fn rewrite(
    source: &dyn ByteSource,
    access: impl Into<Access>,
    sink: &mut dyn Write,
) -> Result<(), RewriteError> {
    let pdf = Pdf::open(source, access)?;
    let view = pdf.newest();
    let live = live(&view)?;
    let mut out = Counted { sink, written: 0 };
    let version = version(&pdf)?;
    out.put(format!("%PDF-{version}\n").as_bytes())?;
    // Bytes above 127 tell programs that carry the file that it is not text (7.5.2).
    out.put(b"%\xe2\xe3\xcf\xd3\n")?;
    let mut places = BTreeMap::new();
    for id in &live {
        let Some(object) = view.object(*id)? else {
            continue;
        };
        places.insert(id.number, (out.written, id.generation));
        out.put(format!("{} {} obj\n", id.number, id.generation).as_bytes())?;
        write_object(&view, &object, &mut out)?;
        out.put(b"\nendobj\n")?;
    }
    let start = out.written;
    if start > MAX_POSITION {
        return Err(RewriteError::Full);
    }
    out.put(&table(&places))?;
    out.put(&trailer(&view, &places)?)?;
    out.put(format!("startxref\n{start}\n%%EOF\n").as_bytes())?;
    Ok(())
}

const MAX_POSITION: u64 = 9_999_999_999;
const PIECE: u64 = 256 * 1024;

struct Counted<'a> {
    sink: &'a mut dyn Write,
    written: u64,
}

impl Counted<'_> {
    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.sink.write_all(bytes)?;
        self.written = self.written.saturating_add(to_u64(bytes.len()));
        Ok(())
    }
}

/// Every object that the trailer leads to.
fn live(view: &View<'_>) -> Result<BTreeSet<ObjectId>, RewriteError> {
    view.catalog()?;
    let mut found = BTreeSet::new();
    let mut open = Vec::new();
    for key in [b"Root".as_slice(), b"Info", b"Encrypt"] {
        if let Some(entry) = view.trailer_entry(key) {
            references(&entry.node, &mut open)?;
        }
    }
    while let Some(id) = open.pop() {
        if found.contains(&id) {
            continue;
        }
        // A reference to what does not exist means null, here as everywhere (7.3.10).
        match view.object(id) {
            Ok(Some(object)) => {
                references(&object.node, &mut open)?;
                found.insert(id);
            }
            Ok(None) => {}
            Err(error @ (ReadError::Limit(_) | ReadError::Source(_))) => return Err(error.into()),
            Err(error) => return Err(RewriteError::Lost(id, error)),
        }
    }
    Ok(found)
}

/// Collects the references of a value; a signature among it ends the work.
fn references(node: &Node, open: &mut Vec<ObjectId>) -> Result<(), RewriteError> {
    match &node.value {
        Value::Reference(id) => open.push(*id),
        Value::Array(items) => {
            for item in items.iter() {
                references(item, open)?;
            }
        }
        Value::Dictionary(dictionary) => {
            if dictionary.entry(b"ByteRange").is_some() && crypt::is_signature(dictionary) {
                return Err(RewriteError::Signed);
            }
            for entry in dictionary.entries() {
                references(&entry.node, open)?;
            }
        }
        Value::Null
        | Value::Boolean(_)
        | Value::Integer(_)
        | Value::Real(_)
        | Value::Name(_)
        | Value::String(_) => {}
    }
    Ok(())
}

fn write_object(
    view: &View<'_>,
    object: &Arc<IndirectObject>,
    out: &mut Counted<'_>,
) -> Result<(), RewriteError> {
    if object.stream_start.is_some() {
        let extent = view
            .stream_extent(object)
            .map_err(|error| RewriteError::Lost(object.id, error))?;
        out.put(&with_length(object, &extent))?;
        out.put(b"\nstream\n")?;
        let mut at = extent.start;
        while at < extent.end {
            let piece = view.pdf().bytes(at, PIECE.min(extent.end - at))?;
            if piece.is_empty() {
                break;
            }
            out.put(&piece)?;
            at = at.saturating_add(to_u64(piece.len()));
        }
        out.put(b"\nendstream")?;
        return Ok(());
    }
    let body = object.source_of(&object.node);
    let sealed = match (&view.pdf().crypt, object.origin) {
        (Some(crypt), Origin::ObjectStream(_)) => crypt
            .seal(object.id, body, view.pdf().budget().nesting)
            .map_err(|_| RewriteError::Lost(object.id, ReadError::Missing("syntax")))?,
        (Some(_), Origin::File(_)) | (None, _) => body.to_vec(),
    };
    out.put(&sealed)?;
    Ok(())
}

/// The dictionary of a stream with the length that its data has.
fn with_length(object: &IndirectObject, extent: &Range<u64>) -> Vec<u8> {
    let length = extent.end.saturating_sub(extent.start).to_string();
    let whole = &object.node.span;
    let known = object
        .node
        .as_dictionary()
        .and_then(|dictionary| dictionary.entry(b"Length"));
    let close = whole.end.saturating_sub(2);
    let (place, key): (Range<usize>, &[u8]) = if let Some(known) = known {
        (known.span.clone(), b"")
    } else {
        (close..close, b" /Length ")
    };
    let (before, after) = (whole.start..place.start, place.end..whole.end);
    [
        object.slice(&before),
        key,
        length.as_bytes(),
        object.slice(&after),
    ]
    .concat()
}

/// One table; in one piece, as first revisions are, unless numbers lie so far apart that it would be mostly holes.
fn table(places: &BTreeMap<u32, (u64, u16)>) -> Vec<u8> {
    let size = places
        .keys()
        .last()
        .map_or(1, |last| last.saturating_add(1));
    let many = u32::try_from(places.len()).unwrap_or(u32::MAX);
    let mut out = b"xref\n".to_vec();
    let entry = |place: Option<&(u64, u16)>| match place {
        Some((position, generation)) => format!("{position:010} {generation:05} n\r\n"),
        None => "0000000000 65535 f\r\n".to_owned(),
    };
    if size <= many.saturating_mul(4).saturating_add(1000) {
        out.extend(format!("0 {size}\n").bytes());
        for number in 0..size {
            out.extend(entry(places.get(&number)).bytes());
        }
    } else {
        out.extend(b"0 1\n");
        out.extend(entry(None).bytes());
        for (number, place) in places {
            out.extend(format!("{number} 1\n").bytes());
            out.extend(entry(Some(place)).bytes());
        }
    }
    out
}

fn trailer(view: &View<'_>, places: &BTreeMap<u32, (u64, u16)>) -> Result<Vec<u8>, RewriteError> {
    let size = places
        .keys()
        .last()
        .map_or(1, |last| last.saturating_add(1));
    let mut out = format!("trailer\n<< /Size {size}").into_bytes();
    for key in [b"Root".as_slice(), b"Info"] {
        let entry = view.trailer_entry(key);
        if let Some(id) = entry.and_then(|entry| entry.node.as_reference())
            && places.contains_key(&id.number)
        {
            out.extend([b" /", key, format!(" {id}").as_bytes()].concat());
        }
    }
    if view.pdf().is_encrypted()
        && let Some(entry) = view.trailer_entry(b"Encrypt")
    {
        out.extend([b" /Encrypt ", entry.source()].concat());
    }
    if let Some(entry) = view.trailer_entry(b"ID")
        && let Some(identifier) = view.resolve(&entry.object, &entry.node)?
        && identifier.node.as_array().is_some()
    {
        out.extend([b" /ID ", identifier.source()].concat());
    }
    out.extend(b" >>\n");
    Ok(out)
}

/// The version in the header, or the one that everybody reads.
fn version(pdf: &Pdf<'_>) -> Result<String, ReadError> {
    let head = pdf.bytes(0, 1032)?;
    let at = head.windows(5).position(|five| five == b"%PDF-");
    let found = at.and_then(|at| head.get(at.saturating_add(5)..)?.first_chunk::<3>());
    Ok(match found {
        Some([major @ b'1'..=b'2', b'.', minor @ b'0'..=b'9']) => {
            format!("{}.{}", char::from(*major), char::from(*minor))
        }
        Some(_) | None => "1.7".to_owned(),
    })
}
