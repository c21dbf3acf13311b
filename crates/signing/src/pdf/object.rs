//! PDF objects as they were written (ISO 32000-2 7.3): values with the span of source bytes each came from.

use std::{fmt, ops::Range, sync::Arc};

use super::{name::Name, string::PdfString};

/// The identity of an indirect object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId {
    /// The object number.
    pub number: u32,
    /// The generation number.
    pub generation: u16,
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} R", self.number, self.generation)
    }
}

/// A value and where it stands in the `raw` bytes of its [`IndirectObject`].
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// What it is.
    pub value: Value,
    /// Which bytes it came from.
    pub span: Range<usize>,
}

/// A PDF value. What may be long is shared, so that a clone costs next to nothing.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `null`
    Null,
    /// `true` or `false`
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction; its digits are in the span.
    Real(f64),
    /// A name without its slash, `#xx` resolved.
    Name(Name),
    /// A string.
    String(PdfString),
    /// An array.
    Array(Arc<[Node]>),
    /// A dictionary.
    Dictionary(Arc<Dictionary>),
    /// A reference to an indirect object.
    Reference(ObjectId),
}

/// The values of so many keys of a dictionary, in the order in which they were asked for.
pub(super) type Values<const N: usize> = [Option<Node>; N];

impl Node {
    /// The dictionary this is.
    pub fn as_dictionary(&self) -> Option<&Dictionary> {
        if let Value::Dictionary(dictionary) = &self.value {
            Some(dictionary)
        } else {
            None
        }
    }

    /// The values of some keys of the dictionary that this is.
    pub(super) fn entries<const N: usize>(&self, keys: [&[u8]; N]) -> Option<Values<N>> {
        let dictionary = self.as_dictionary()?;
        Some(keys.map(|key| dictionary.entry(key).cloned()))
    }

    /// The array this is.
    pub fn as_array(&self) -> Option<&[Node]> {
        if let Value::Array(items) = &self.value {
            Some(items)
        } else {
            None
        }
    }

    /// The name this is.
    pub fn as_name(&self) -> Option<&[u8]> {
        if let Value::Name(name) = &self.value {
            Some(name)
        } else {
            None
        }
    }

    /// What the string says that this is.
    pub fn as_string(&self) -> Option<&[u8]> {
        if let Value::String(string) = &self.value {
            Some(string.bytes())
        } else {
            None
        }
    }

    /// The integer this is.
    pub fn as_integer(&self) -> Option<i64> {
        if let Value::Integer(number) = self.value {
            Some(number)
        } else {
            None
        }
    }

    /// The number this is.
    pub fn as_number(&self) -> Option<f64> {
        match self.value {
            Value::Real(number) => Some(number),
            Value::Integer(number) => i32::try_from(number).ok().map(f64::from),
            Value::Null
            | Value::Boolean(_)
            | Value::Name(_)
            | Value::String(_)
            | Value::Array(_)
            | Value::Dictionary(_)
            | Value::Reference(_) => None,
        }
    }

    /// The reference this is.
    pub fn as_reference(&self) -> Option<ObjectId> {
        if let Value::Reference(id) = self.value {
            Some(id)
        } else {
            None
        }
    }
}

/// A dictionary in the order it was written. Of a key that stands twice, the last counts, as most readers have it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Dictionary {
    pub(crate) entries: Vec<Entry>,
}

/// One entry of a dictionary.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The key without its slash.
    pub key: Name,
    /// Where the key, slash included, stands.
    pub key_span: Range<usize>,
    /// The value.
    pub node: Node,
}

impl Dictionary {
    /// The value of a key.
    pub fn entry(&self, key: &[u8]) -> Option<&Node> {
        self.entries
            .iter()
            .rev()
            .find(|entry| *entry.key == *key)
            .map(|entry| &entry.node)
    }

    /// Every entry, doubled keys included.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Whether a key stands more than once: readers disagree on what that means, so a validator may want to say so.
    pub fn has_doubled_key(&self) -> bool {
        let mut keys: Vec<&[u8]> = self.entries.iter().map(|entry| &*entry.key).collect();
        keys.sort_unstable();
        keys.windows(2).any(|pair| matches!(pair, [a, b] if a == b))
    }

    /// Whether `/Type` has this name.
    pub fn is_type(&self, name: &[u8]) -> bool {
        self.entry(b"Type").and_then(Node::as_name) == Some(name)
    }
}

/// Where an object's bytes came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// `raw` begins at this position of the file.
    File(u64),
    /// `raw` is the decoded content of this object stream.
    ObjectStream(u32),
}

/// An object as read, with the bytes its spans point into.
#[derive(Debug, Clone, PartialEq)]
pub struct IndirectObject {
    /// Its identity.
    pub id: ObjectId,
    /// Its value; for a stream, its dictionary.
    pub node: Node,
    /// The bytes that spans are relative to.
    pub raw: Arc<[u8]>,
    /// Where `raw` came from.
    pub origin: Origin,
    /// Where the stream's data begins in the file, when it is a stream.
    pub stream_start: Option<u64>,
}

impl IndirectObject {
    /// The source bytes of a node of this object.
    pub fn source_of(&self, node: &Node) -> &[u8] {
        self.slice(&node.span)
    }

    /// The source bytes of a span of this object.
    pub fn slice(&self, span: &Range<usize>) -> &[u8] {
        self.raw.get(span.clone()).unwrap_or_default()
    }

    /// Where a span stands in the file, unless the object came out of an object stream.
    pub fn file_span(&self, span: &Range<usize>) -> Option<Range<u64>> {
        let Origin::File(base) = self.origin else {
            return None;
        };
        let start = base.checked_add(crate::num::to_u64(span.start))?;
        let end = base.checked_add(crate::num::to_u64(span.end))?;
        Some(start..end)
    }
}
