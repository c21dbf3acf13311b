//! Who refers to which object: so that a changed object is found on its page, is known to belong to one field alone, and
//! an object that was missing is noticed when somebody supplies it.

use std::{
    cell::OnceCell,
    collections::{BTreeSet, HashMap, HashSet, VecDeque},
};

use super::change::{Place, Rectangle};
use crate::pdf::{
    Dictionary, Node, ObjectId, Pdf, ReadError, Section, Value, View, XrefEntry, field,
};

/// References over all revisions up to one. What was once referred to stays in it, which errs on the strict side.
#[derive(Debug)]
pub(crate) struct References {
    referrers: HashMap<u32, Vec<u32>>,
    /// Numbers that objects refer to and that do not exist. Whoever adds such an object later decides what the older
    /// ones show.
    missing: BTreeSet<u32>,
    /// What trailers refer to under keys that no standard knows.
    odd: Vec<ObjectId>,
    /// Objects that cannot be read: what they refer to nobody knows.
    unreadable: Vec<u32>,
    /// Number of each page object, and its place in the document, counted from 1.
    pages: OnceCell<HashMap<u32, u32>>,
}

/// The number under which trailers refer; no object has it.
const TRAILER: u32 = 0;
/// How many objects a search upwards looks at.
const MAX_SEARCH: usize = 500;

impl References {
    /// Those of one revision.
    pub(crate) fn of(pdf: &Pdf<'_>, revision: usize) -> Result<Self, ReadError> {
        let mut references = Self {
            referrers: HashMap::new(),
            missing: BTreeSet::new(),
            odd: odd(pdf),
            unreadable: Vec::new(),
            pages: OnceCell::new(),
        };
        let view = pdf.at(revision);
        for number in view.numbers() {
            match super::step::object(&view, number) {
                Ok(Some(found)) => references.take(&view, number, &found.node),
                Err(error @ (ReadError::Limit(_) | ReadError::Source(_))) => return Err(error),
                Err(_) => references.unreadable.push(number),
                Ok(None) => {}
            }
        }
        let newest = pdf.revisions().get(revision).map_or(0, |own| own.section);
        for section in pdf.sections().get(newest..).unwrap_or_default() {
            references.take_trailer(&view, section);
        }
        Ok(references)
    }

    /// Adds what one object refers to.
    pub(super) fn take(&mut self, view: &View<'_>, from: u32, node: &Node) {
        let targets: BTreeSet<u32> = of(node).into_iter().map(|id| id.number).collect();
        for target in targets {
            let known = self.referrers.entry(target).or_default();
            // Looking each of many fields up again for each of many signatures would cost the cube of their number.
            if known.is_empty() && is_missing(view, target) {
                self.missing.insert(target);
            }
            if known.last() != Some(&from) {
                known.push(from);
            }
        }
    }

    /// Adds what a trailer refers to.
    pub(super) fn take_trailer(&mut self, view: &View<'_>, section: &Section) {
        self.take(view, TRAILER, &section.trailer.object().node);
    }

    /// What trailers refer to under keys that no standard knows.
    pub(super) fn odd(&self) -> &[ObjectId] {
        &self.odd
    }

    /// Whether somebody referred to this object while it did not exist.
    pub(super) fn was_missing(&self, number: u32) -> bool {
        self.missing.contains(&number)
    }

    /// Whether nobody but these refers to an object, as far as is known.
    pub(super) fn only_from(&self, number: u32, owners: &BTreeSet<u32>) -> bool {
        self.referrers
            .get(&number)
            .is_none_or(|all| all.iter().all(|from| owners.contains(from)))
    }

    /// Whether what was there before belongs to these alone, which nobody can say who could not read everything.
    pub(super) fn is_owned_by(&self, number: u32, owners: &BTreeSet<u32>) -> bool {
        self.unreadable().is_none() && self.only_from(number, owners)
    }

    /// Who refers to an object.
    pub(super) fn referrers(&self, number: u32) -> &[u32] {
        self.referrers.get(&number).map_or(&[], Vec::as_slice)
    }

    /// Whether anything refers to an object.
    pub(super) fn is_referred_to(&self, number: u32) -> bool {
        self.referrers.contains_key(&number)
    }

    /// An object that could not be read in the first signed revision, though something refers to it.
    pub(crate) fn unreadable(&self) -> Option<u32> {
        let mut used = self
            .unreadable
            .iter()
            .filter(|number| self.is_referred_to(**number));
        used.next().copied()
    }

    /// Whether an object is referred to by one of a kind.
    pub(super) fn is_used_by(&self, number: u32, is: impl Fn(u32) -> bool) -> bool {
        self.referrers
            .get(&number)
            .is_some_and(|all| all.iter().any(|from| is(*from)))
    }

    /// Every page that lists an annotation, counted from 1.
    pub(super) fn listed_on(&self, view: &View<'_>, annotation: u32) -> BTreeSet<u32> {
        let pages = self.pages.get_or_init(|| numbered_pages(view.pdf()));
        let mut found = BTreeSet::new();
        for from in self.referrers(annotation).iter().take(MAX_SEARCH) {
            let own = std::slice::from_ref(from);
            let object = super::step::object(view, *from).ok().flatten();
            let is_list = object.is_some_and(|object| object.node.as_array().is_some());
            let holders = if is_list { self.referrers(*from) } else { own };
            found.extend(holders.iter().filter_map(|holder| pages.get(holder)));
        }
        found
    }

    /// The page that shows an object, and where, found by going from what is referred to to what refers.
    pub(super) fn place_of(&self, view: &View<'_>, number: u32) -> Place {
        let pages = self.pages.get_or_init(|| numbered_pages(view.pdf()));
        let mut place = Place {
            object: Some(number),
            ..Place::default()
        };
        let mut seen = HashSet::from([TRAILER]);
        let mut waiting = VecDeque::from([number]);
        while let Some(at) = waiting.pop_front() {
            if !seen.insert(at) || seen.len() > MAX_SEARCH {
                continue;
            }
            if let Some(page) = pages.get(&at) {
                place.page = Some(*page);
                return place;
            }
            let found = super::step::object(view, at).ok().flatten();
            let dictionary = found.as_ref().and_then(|found| found.node.as_dictionary());
            if let Some(dictionary) = dictionary {
                // Everything refers to these in the end, and they show nothing themselves.
                if dictionary.is_type(b"Pages") || dictionary.is_type(b"Catalog") {
                    continue;
                }
                place.rectangle = place.rectangle.or_else(|| rectangle(dictionary));
                // An annotation may name its page itself (12.5.2).
                let own = dictionary.entry(b"P").and_then(Node::as_reference);
                if let Some(page) = own.and_then(|id| pages.get(&id.number)) {
                    place.page = Some(*page);
                    return place;
                }
            }
            waiting.extend(self.referrers.get(&at).into_iter().flatten());
        }
        place
    }
}

/// Whether there is no such object as of a revision, or what carries it is not there.
fn is_missing(view: &View<'_>, number: u32) -> bool {
    match view.place(number) {
        None | Some(XrefEntry::Free) => true,
        Some(XrefEntry::InUse { .. }) => false,
        Some(XrefEntry::Compressed { stream, .. }) => {
            matches!(view.place(stream), None | Some(XrefEntry::Free))
        }
    }
}

fn odd(pdf: &Pdf<'_>) -> Vec<ObjectId> {
    let trailers = pdf.sections().iter();
    trailers
        .filter_map(|section| section.dictionary())
        .flat_map(Dictionary::entries)
        .filter(|entry| !TRAILER_KEYS.contains(&&*entry.key))
        .flat_map(|entry| of(&entry.node))
        .collect()
}

/// What a trailer, or the dictionary of a cross-reference stream, is made of (ISO 32000-2 tables 15 and 17).
const TRAILER_KEYS: &[&[u8]] = &[
    b"Size",
    b"Prev",
    b"Root",
    b"Info",
    b"ID",
    b"Encrypt",
    b"XRefStm",
    b"Type",
    b"Index",
    b"W",
    b"Length",
    b"Filter",
    b"DecodeParms",
];

fn numbered_pages(pdf: &Pdf<'_>) -> HashMap<u32, u32> {
    let pages = field::pages(&pdf.newest()).unwrap_or_default();
    let numbers = pages.iter().zip(1_u32..);
    numbers
        .map(|(page, number)| (page.object.id.number, number))
        .collect()
}

/// The `/Rect` of an annotation, where it is written in place.
pub(super) fn rectangle(dictionary: &Dictionary) -> Option<Rectangle> {
    let sides = dictionary.entry(b"Rect")?.as_array()?;
    let sides: Option<Vec<f64>> = sides.iter().map(Node::as_number).collect();
    Rectangle::of_corners(sides?.try_into().ok()?)
}

/// Every reference inside a value.
pub(super) fn of(node: &Node) -> Vec<ObjectId> {
    let mut found = Vec::new();
    let mut waiting = vec![node];
    while let Some(node) = waiting.pop() {
        match &node.value {
            Value::Reference(id) => found.push(*id),
            Value::Array(items) => waiting.extend(items.iter()),
            Value::Dictionary(dictionary) => {
                waiting.extend(dictionary.entries().iter().map(|entry| &entry.node));
            }
            Value::Null
            | Value::Boolean(_)
            | Value::Integer(_)
            | Value::Real(_)
            | Value::Name(_)
            | Value::String(_) => {}
        }
    }
    found
}

/// Every reference inside a dictionary.
pub(super) fn of_dictionary(dictionary: &Dictionary) -> Vec<ObjectId> {
    dictionary
        .entries()
        .iter()
        .flat_map(|entry| of(&entry.node))
        .collect()
}
