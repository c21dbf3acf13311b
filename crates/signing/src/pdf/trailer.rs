//! The dictionary of a cross-reference section (ISO 32000-2 7.5.5, 7.5.8.2). Of most sections only a number or two are asked
//! for, so the rest is read when somebody wants it.

use std::sync::{Arc, OnceLock};

use super::{
    lexer::Lexer,
    object::{IndirectObject, Node, ObjectId, Origin, Value, Values},
};

/// The entries that are known without reading the whole dictionary.
pub(super) const BRIEF: [&[u8]; 6] = [b"Prev", b"Size", b"XRefStm", b"Root", b"Info", b"Encrypt"];

/// The dictionary of a section.
#[derive(Debug, Clone)]
pub struct Trailer {
    brief: Values<{ BRIEF.len() }>,
    /// Where its source stands in the file, the source, and how deep it may nest.
    source: (u64, Arc<[u8]>, u16),
    whole: OnceLock<Arc<IndirectObject>>,
}

impl Trailer {
    /// One that was passed over: the values of [`BRIEF`], and its source.
    pub(super) fn passed(
        brief: Values<{ BRIEF.len() }>,
        offset: u64,
        source: &[u8],
        depth: u16,
    ) -> Self {
        Self {
            brief,
            source: (offset, Arc::from(source), depth),
            whole: OnceLock::new(),
        }
    }

    /// The value of a key.
    pub fn entry(&self, key: &[u8]) -> Option<&Node> {
        match BRIEF.iter().position(|known| *known == key) {
            Some(place) => self.brief.get(place)?.as_ref(),
            None => self.object().node.as_dictionary()?.entry(key),
        }
    }

    /// The whole dictionary, as an object without identity where it is the trailer of a table.
    pub fn object(&self) -> &Arc<IndirectObject> {
        self.whole.get_or_init(|| {
            let (offset, source, depth) = &self.source;
            // What was passed over can be read.
            let node = Lexer::new(source, true).value(*depth);
            Arc::new(IndirectObject {
                id: ObjectId {
                    number: 0,
                    generation: 0,
                },
                node: node.unwrap_or(Node {
                    value: Value::Null,
                    span: 0..0,
                }),
                raw: Arc::clone(source),
                origin: Origin::File(*offset),
                stream_start: None,
            })
        })
    }
}

impl From<Arc<IndirectObject>> for Trailer {
    fn from(object: Arc<IndirectObject>) -> Self {
        Self {
            brief: object.node.entries(BRIEF).unwrap_or_default(),
            source: (0, Arc::default(), 0),
            whole: OnceLock::from(object),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::{prop_assert_eq, proptest};

    use super::*;

    proptest! {
        #[test]
        fn what_is_known_of_a_passed_trailer_is_what_it_says(
            text in r"<<(/(Prev|Size|Root|Info|Encrypt|ID|Other|Si#7ae) (7|1 0 R|\[<00><01>\]|<</Size 3>>|/N) ?){0,8}>>",
        ) {
            let mut lexer = Lexer::new(text.as_bytes(), true);
            let brief = lexer.pass_keeping(BRIEF, 8).unwrap().unwrap();
            let trailer = Trailer::passed(brief, 0, text.as_bytes(), 8);
            let whole = Lexer::new(text.as_bytes(), true).value(8).unwrap();
            prop_assert_eq!(&trailer.object().node, &whole);
            for key in BRIEF.into_iter().chain([b"ID".as_slice(), b"Other", b"None"]) {
                prop_assert_eq!(trailer.entry(key), whole.as_dictionary().unwrap().entry(key));
            }
        }
    }
}
