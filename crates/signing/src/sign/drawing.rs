//! What is seen in a widget, as a page of its own: made elsewhere, copied in with everything it needs.

use std::{
    collections::{BTreeMap, VecDeque},
    io::Write as _,
    ops::Range,
    sync::Arc,
};

use flate2::{Compression, write::ZlibEncoder};
use serde::{Deserialize, Serialize};

use super::{error::SignError, hex_bytes};
use crate::{
    budget::Budget,
    pdf::{
        Dictionary, IndirectObject, Node, ObjectId, Pdf, ReadError, Value, View,
        append::Update,
        content, field,
        page::{self, Sight, Turn},
        text,
    },
};

/// A PDF of one page: the picture of a signature block. In the rectangle it is drawn in, it keeps its proportions and
/// stands in the middle.
///
/// A PDF/A document stays one when this page is PDF/A itself: fonts embedded, colours not of a device.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drawing(#[serde(with = "hex_bytes")] Vec<u8>);

impl Drawing {
    /// A page to be drawn; it is read when it is drawn.
    pub fn new(pdf: Vec<u8>) -> Self {
        Self(pdf)
    }
}

impl std::fmt::Debug for Drawing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Drawing({} bytes)", self.0.len())
    }
}

/// Why a drawing cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DrawingError {
    /// It is no PDF that can be read.
    #[error("the picture of the signature cannot be read: {0}")]
    Unreadable(#[from] ReadError),
    /// There is nothing to draw, or not upright.
    #[error("the picture of the signature is not one upright page")]
    NoPage,
    /// It needs a password.
    #[error("the picture of the signature is encrypted")]
    Encrypted,
    /// PDF/A-1 forbids what shines through (ISO 19005-1 6.4).
    #[error("the picture of the signature is transparent, which a PDF/A-1 document may not hold")]
    Transparent,
}

/// What makes a form XObject of a drawing's page (8.10).
pub(super) struct Form {
    /// The page's content, decoded.
    content: Vec<u8>,
    /// Left, bottom, width and height of the page.
    page: [f64; 4],
    /// The number of the resources in the new revision.
    resources: ObjectId,
}

impl Form {
    /// Copies what the page needs into the revision.
    pub(super) fn copy(update: &mut Update<'_>, drawing: &Drawing) -> Result<Self, SignError> {
        let pdf = Pdf::open(&drawing.0, Budget::public()).map_err(DrawingError::from)?;
        if pdf.is_encrypted() {
            return Err(DrawingError::Encrypted.into());
        }
        let view = pdf.newest();
        let page = field::page(&view, 0).map_err(DrawingError::from)?;
        let page = page.ok_or(DrawingError::NoPage)?;
        let sight = Sight::of(&view, &page).map_err(DrawingError::from)?;
        if sight.turn() != Turn::Upright {
            return Err(DrawingError::NoPage.into());
        }
        let (width, height) = sight.size();
        let content = content::of_page(&view, &page).map_err(DrawingError::from)?;
        let resources = page::inherited(&view, &page, b"Resources").map_err(DrawingError::from)?;
        let mut copy = Copy {
            view,
            numbers: BTreeMap::new(),
            open: VecDeque::new(),
            see_through: false,
        };
        let number = update.reserve();
        let body = match resources {
            Some(resources) => copy.value(update, &resources.object, &resources.node),
            None => b"<< >>".to_vec(),
        };
        update.set(number, body)?;
        copy.rest(update)?;
        if copy.see_through && update.pdfa_part()? == Some(1) {
            return Err(DrawingError::Transparent.into());
        }
        Ok(Self {
            content,
            page: sight.to_page([0.0, 0.0, width, height]),
            resources: number,
        })
    }

    /// The form XObject that fills a rectangle of this size as seen, upright on a page that is turned.
    pub(super) fn stream(&self, (width, height): (f64, f64), turn: Turn) -> Vec<u8> {
        let [left, bottom, own_width, own_height] = self.page;
        let scale = (width / own_width).min(height / own_height);
        let [x, y] = [(width, own_width, left), (height, own_height, bottom)]
            .map(|(room, own, edge)| (room - own * scale) / 2.0 - edge * scale);
        let [scale, x, y] = [scale, x, y].map(text::number);
        let mut content = format!("q {scale} 0 0 {scale} {x} {y} cm\n").into_bytes();
        content.extend_from_slice(&self.content);
        content.extend_from_slice(b"\nQ");
        let packed = deflated(&content);
        let filter = packed.as_ref().map_or("", |_| " /Filter /FlateDecode");
        let entries = format!(" /Resources {}{filter}", self.resources);
        let data = packed.unwrap_or(content);
        xobject((width, height), turn, &entries, &data)
    }
}

/// A form XObject (8.10) with these further entries and this data.
pub(super) fn xobject(
    (width, height): (f64, f64),
    turn: Turn,
    entries: &str,
    data: &[u8],
) -> Vec<u8> {
    let matrix = turn.matrix(width, height).map(|matrix| {
        let numbers = matrix.map(text::number).join(" ");
        format!(" /Matrix [{numbers}]")
    });
    let matrix = matrix.unwrap_or_default();
    let (w, h, length) = (text::number(width), text::number(height), data.len());
    let mut out = format!(
        "<< /Type /XObject /Subtype /Form /BBox [0 0 {w} {h}]{matrix}{entries} /Length {length} >>\nstream\n"
    )
    .into_bytes();
    out.extend_from_slice(data);
    out.extend_from_slice(b"\nendstream");
    out
}

fn deflated(content: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(content).ok()?;
    encoder.finish().ok()
}

/// Objects of the drawing on their way into the revision, under new numbers.
struct Copy<'p> {
    view: View<'p>,
    numbers: BTreeMap<ObjectId, ObjectId>,
    /// Named, and not yet copied.
    open: VecDeque<ObjectId>,
    see_through: bool,
}

impl Copy<'_> {
    fn rest(&mut self, update: &mut Update<'_>) -> Result<(), SignError> {
        while let Some(id) = self.open.pop_front() {
            let Some(&number) = self.numbers.get(&id) else {
                continue;
            };
            let body = match self.view.object(id).map_err(DrawingError::from)? {
                Some(object) if object.stream_start.is_some() => self.stream(update, &object)?,
                Some(object) => self.value(update, &object, &object.node),
                None => b"null".to_vec(),
            };
            update.set(number, body)?;
        }
        Ok(())
    }

    fn value(&mut self, update: &mut Update<'_>, object: &IndirectObject, node: &Node) -> Vec<u8> {
        let mut edits = Vec::new();
        self.edits(update, node, &mut edits);
        spliced(object, node, edits)
    }

    fn stream(
        &mut self,
        update: &mut Update<'_>,
        object: &Arc<IndirectObject>,
    ) -> Result<Vec<u8>, DrawingError> {
        let extent = self.view.stream_extent(object)?;
        let length = extent.end.saturating_sub(extent.start);
        let data = self.view.pdf().bytes(extent.start, length)?;
        let mut edits = Vec::new();
        self.edits(update, &object.node, &mut edits);
        // A length that is an object of its own is one more number to copy; here it is known.
        if let Some(stated) = object
            .node
            .as_dictionary()
            .and_then(|of| of.entry(b"Length"))
        {
            edits.retain(|edit: &Edit| edit.0 != stated.span);
            edits.push((stated.span.clone(), format!(" {length}").into_bytes()));
        }
        let mut out = spliced(object, &object.node, edits);
        out.extend_from_slice(b"\nstream\n");
        out.extend_from_slice(&data);
        out.extend_from_slice(b"\nendstream");
        Ok(out)
    }

    /// New numbers for the references in a value.
    fn edits(&mut self, update: &mut Update<'_>, node: &Node, edits: &mut Vec<Edit>) {
        match &node.value {
            Value::Reference(id) => {
                let number = *self.numbers.entry(*id).or_insert_with(|| {
                    self.open.push_back(*id);
                    update.reserve()
                });
                edits.push((node.span.clone(), format!(" {number}").into_bytes()));
            }
            Value::Array(items) => {
                for item in items.iter() {
                    self.edits(update, item, edits);
                }
            }
            Value::Dictionary(dictionary) => {
                self.see_through |= is_see_through(dictionary);
                for entry in dictionary.entries() {
                    self.edits(update, &entry.node, edits);
                }
            }
            Value::Null
            | Value::Boolean(_)
            | Value::Integer(_)
            | Value::Real(_)
            | Value::Name(_)
            | Value::String(_) => {}
        }
    }
}

/// Which bytes of an object become which.
type Edit = (Range<usize>, Vec<u8>);

fn spliced(object: &IndirectObject, node: &Node, mut edits: Vec<Edit>) -> Vec<u8> {
    edits.sort_by_key(|(span, _)| span.start);
    let mut out = Vec::new();
    let mut at = node.span.start;
    for (span, replacement) in edits {
        out.extend_from_slice(object.slice(&(at..span.start)));
        out.extend(replacement);
        at = span.end;
    }
    out.extend_from_slice(object.slice(&(at..node.span.end)));
    out
}

/// Whether a graphics state, image or group lets something shine through (11.6.4).
fn is_see_through(of: &Dictionary) -> bool {
    let named = |key: &[u8]| of.entry(key).and_then(Node::as_name);
    let thin = |key: &[u8]| {
        of.entry(key)
            .and_then(Node::as_number)
            .is_some_and(|alpha| alpha < 1.0)
    };
    (of.entry(b"SMask").is_some() && named(b"SMask") != Some(b"None"))
        || (named(b"S") == Some(b"Transparency"))
        || thin(b"ca")
        || thin(b"CA")
        || named(b"BM").is_some_and(|mode| mode != b"Normal" && mode != b"Compatible")
}
