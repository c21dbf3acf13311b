//! The document as of one revision: objects by number, references followed.

use std::sync::Arc;

use super::{
    document::Pdf,
    error::ReadError,
    object::{Dictionary, IndirectObject, Node, ObjectId, Value, Values},
    xref::XrefEntry,
};
use crate::budget::LimitError;

/// A document as of one revision.
#[derive(Clone, Copy)]
pub struct View<'p> {
    pub(super) pdf: &'p Pdf<'p>,
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
}

const MAX_REFERENCES: usize = 16;
