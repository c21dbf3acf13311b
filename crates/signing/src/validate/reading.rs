//! A document as one reader sees it, in values that two readers can be compared by: what the catalog leads to, whatever
//! stands beside it in the file.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::second_reading::SecondReading;
use crate::{
    access::Access,
    pdf::{Dictionary, IndirectObject, Node, ObjectId, Pdf, ReadError, Value, View},
    source::ByteSource,
    x509::signature::Digest,
};

/// A value without its place. Of a dictionary the order does not matter, and `null` is as good as absent (ISO 32000-2 7.3.7).
#[derive(Debug, Clone, PartialEq)]
pub enum Plain {
    /// `null`
    Null,
    /// `true` or `false`
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction, as exact as the less exact of two readers keeps it.
    Real(f32),
    /// A name, `#xx` resolved.
    Name(Vec<u8>),
    /// What a string says, however it is written.
    String(Vec<u8>),
    /// An array.
    Array(Vec<Self>),
    /// A dictionary.
    Dictionary(BTreeMap<Vec<u8>, Self>),
    /// A reference.
    Reference(ObjectId),
}

/// An object.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    value: Plain,
    /// SHA-256 of the data as it stands in the file, when it is a stream.
    data: Option<Vec<u8>>,
}

/// Everything one reader sees.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    root: Plain,
    objects: BTreeMap<ObjectId, Seen>,
}

/// Why there is nothing to compare.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotRead {
    /// Our own reader fails.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// What stands in the file is not what it says.
    #[error("the file is encrypted")]
    Encrypted,
    /// There is too much of it.
    #[error("the file has more than {0} objects")]
    TooMany(usize),
}

impl Plain {
    /// A dictionary of these entries.
    pub fn dictionary(entries: impl IntoIterator<Item = (Vec<u8>, Self)>) -> Self {
        let there = entries
            .into_iter()
            .filter(|(_, value)| *value != Self::Null);
        Self::Dictionary(there.collect())
    }

    fn of(node: &Node) -> Self {
        match &node.value {
            Value::Null => Self::Null,
            Value::Boolean(value) => Self::Boolean(*value),
            Value::Integer(number) => Self::Integer(*number),
            Value::Real(number) => Self::Real(number.to_string().parse().unwrap_or(f32::NAN)),
            Value::Name(name) => Self::Name(name.to_vec()),
            Value::String(string) => Self::String(string.bytes().to_vec()),
            Value::Array(items) => Self::Array(items.iter().map(Self::of).collect()),
            Value::Dictionary(dictionary) => Self::dictionary(entries(dictionary)),
            Value::Reference(id) => Self::Reference(*id),
        }
    }

    fn references(&self, found: &mut Vec<ObjectId>) {
        match self {
            Self::Reference(id) => found.push(*id),
            Self::Array(items) => items.iter().for_each(|item| item.references(found)),
            Self::Dictionary(entries) => entries.values().for_each(|value| value.references(found)),
            Self::Null
            | Self::Boolean(_)
            | Self::Integer(_)
            | Self::Real(_)
            | Self::Name(_)
            | Self::String(_) => {}
        }
    }
}

fn entries(dictionary: &Dictionary) -> impl Iterator<Item = (Vec<u8>, Plain)> {
    let entries = dictionary.entries().iter();
    entries.map(|entry| (entry.key.to_vec(), Plain::of(&entry.node)))
}

impl Seen {
    /// An object that is no stream.
    pub const fn value(value: Plain) -> Self {
        Self { value, data: None }
    }

    /// A stream with its data as it stands in the file. How long it is the data itself says.
    pub fn stream(mut dictionary: Plain, data: &[u8]) -> Self {
        if let Plain::Dictionary(entries) = &mut dictionary {
            entries.remove(b"Length".as_slice());
        }
        Self {
            value: dictionary,
            data: Some(Digest::Sha256.of(data)),
        }
    }
}

impl Reading {
    /// What somebody else's reader sees: where the catalog is said to be, and every object.
    pub fn new(root: Plain, objects: impl IntoIterator<Item = (ObjectId, Seen)>) -> Self {
        let objects = objects.into_iter();
        Self {
            root,
            objects: objects
                .filter(|(_, seen)| seen.value != Plain::Null)
                .collect(),
        }
    }

    /// What our own reader sees in the newest state of a file of at most so many objects.
    ///
    /// # Errors
    /// When it cannot be read, or not as it stands there, or would cost more than the budget.
    pub fn of(
        source: &dyn ByteSource,
        access: impl Into<Access>,
        most: usize,
    ) -> Result<Self, NotRead> {
        let pdf = Pdf::open(source, access)?;
        if pdf.is_encrypted() {
            return Err(NotRead::Encrypted);
        }
        let view = pdf.newest();
        let numbers = view.numbers();
        if numbers.len() > most {
            return Err(NotRead::TooMany(most));
        }
        let mut objects = Vec::new();
        for number in numbers {
            match crate::diff::object(&view, number).and_then(|found| seen(&view, found.as_ref())) {
                Ok(found) => objects.extend(found),
                Err(error @ (ReadError::Limit(_) | ReadError::Source(_))) => {
                    return Err(error.into());
                }
                // Neither reader makes anything of it.
                Err(_) => {}
            }
        }
        let root = view.trailer_entry(b"Root");
        let root = root.map_or(Plain::Null, |root| Plain::of(&root.node));
        Ok(Self::new(root, objects))
    }

    /// Whether both see the same document; if not, which objects of it differ.
    pub fn compare(&self, other: &Self) -> SecondReading {
        if self.root != other.root {
            let places = vec!["the catalog is another object".to_owned()];
            return SecondReading::Differs { places };
        }
        let reached = self.reached().into_iter().chain(other.reached());
        let reached: BTreeSet<ObjectId> = reached.collect();
        let mut differing = reached
            .into_iter()
            .filter(|id| self.objects.get(id) != other.objects.get(id));
        let mut places: Vec<String> = differing
            .by_ref()
            .take(TOLD)
            .map(|id| format!("object {}", id.number))
            .collect();
        if places.is_empty() {
            return SecondReading::Agrees;
        }
        let more = differing.count();
        if more > 0 {
            places.push(format!("and {more} more"));
        }
        SecondReading::Differs { places }
    }

    /// Every object that the catalog leads to, and those that should be there and are not.
    fn reached(&self) -> BTreeSet<ObjectId> {
        let (mut reached, mut waiting) = (BTreeSet::new(), Vec::new());
        self.root.references(&mut waiting);
        while let Some(id) = waiting.pop() {
            if reached.insert(id)
                && let Some(seen) = self.objects.get(&id)
            {
                seen.value.references(&mut waiting);
            }
        }
        reached
    }
}

fn seen(
    view: &View<'_>,
    object: Option<&Arc<IndirectObject>>,
) -> Result<Option<(ObjectId, Seen)>, ReadError> {
    let Some(object) = object else {
        return Ok(None);
    };
    let value = Plain::of(&object.node);
    if object.stream_start.is_none() {
        return Ok(Some((object.id, Seen::value(value))));
    }
    let extent = view.stream_extent(object)?;
    let length = extent.end.saturating_sub(extent.start);
    let data = view.pdf().bytes(extent.start, length)?;
    Ok(Some((object.id, Seen::stream(value, &data))))
}

/// How many places are told.
const TOLD: usize = 5;

#[cfg(test)]
mod tests {
    use super::*;

    const fn id(number: u32) -> ObjectId {
        ObjectId {
            number,
            generation: 0,
        }
    }

    fn one(entry: Plain) -> Plain {
        Plain::dictionary([(b"K".to_vec(), entry)])
    }

    /// A catalog that leads to object 2, which holds a number, beside an object that nothing leads to.
    fn reading(number: i64, beside: i64) -> Reading {
        let objects = [
            (id(1), Seen::value(one(Plain::Reference(id(2))))),
            (id(2), Seen::value(one(Plain::Integer(number)))),
            (id(9), Seen::value(Plain::Integer(beside))),
        ];
        Reading::new(Plain::Reference(id(1)), objects)
    }

    #[test]
    fn only_what_the_catalog_leads_to_counts() {
        assert_eq!(reading(1, 1).compare(&reading(1, 2)), SecondReading::Agrees);
        let differs = reading(1, 1).compare(&reading(2, 1));
        let places = vec!["object 2".to_owned()];
        assert_eq!(differs, SecondReading::Differs { places });
    }

    #[test]
    fn an_object_that_one_reader_does_not_see_differs() {
        let mut less = reading(1, 1);
        less.objects.remove(&id(2));
        assert_ne!(reading(1, 1).compare(&less), SecondReading::Agrees);
        assert_ne!(less.compare(&reading(1, 1)), SecondReading::Agrees);
    }

    #[test]
    fn null_is_as_good_as_absent_and_streams_differ_by_their_data() {
        let with = Plain::dictionary([(b"A".to_vec(), Plain::Null)]);
        assert_eq!(with, Plain::dictionary([]));
        assert_ne!(
            Seen::stream(Plain::Null, b"one"),
            Seen::stream(Plain::Null, b"two")
        );
    }
}
