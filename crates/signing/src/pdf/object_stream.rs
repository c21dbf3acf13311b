//! Objects that stand in object streams (ISO 32000-2 7.5.7).

use std::sync::Arc;

use super::{
    document::ObjectStream,
    error::ReadError,
    lexer::{LexError, Lexer},
    object::{IndirectObject, Node, ObjectId, Origin},
    view::View,
    xref::XrefEntry,
};
use crate::{
    budget::LimitError,
    num::{to_u64, to_usize},
};

impl View<'_> {
    pub(super) fn compressed(
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

const KEPT_STREAMS: usize = 16;

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
