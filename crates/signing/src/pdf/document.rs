//! An open document: its cross-reference sections, its revisions, and loading an object from a known place.

use std::{
    cell::{OnceCell, RefCell},
    collections::HashMap,
    sync::Arc,
};

use super::{
    chain,
    crypt::{self, Crypt},
    error::ReadError,
    lexer::{LexError, Lexer},
    object::{IndirectObject, Node, ObjectId, Origin, Values},
    places::Places,
    repair,
    view::View,
    window::{Piece, Window},
    xref::{Section, XrefEntry},
};
use crate::{
    access::{Access, Password},
    budget::{Budget, LimitError},
    num::to_u64,
    source::ByteSource,
};

/// A document whose structure has been found.
pub struct Pdf<'a> {
    pub(super) window: Window<'a>,
    pub(super) budget: RefCell<Budget>,
    /// Where `%PDF-` stands; offsets in the file count from there.
    pub(super) base: u64,
    /// Newest first.
    pub(super) sections: Vec<Arc<Section>>,
    places: OnceCell<Places>,
    carried: OnceCell<HashMap<u32, Vec<u32>>>,
    revisions: Vec<Revision>,
    repaired: bool,
    pub(super) crypt: Option<Crypt>,
    objects: RefCell<HashMap<u64, Arc<IndirectObject>>>,
    pub(super) object_streams: RefCell<HashMap<u64, Arc<ObjectStream>>>,
}

/// What a document is opened with.
enum Opener<'o> {
    Password(Option<Password>),
    /// It continues another, whose key and cross-references it shares.
    Continued(&'o Pdf<'o>),
}

/// One state of the document: what stood in the file when this part had been appended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// The newest of its cross-reference sections; a linearized file has two in one revision.
    pub section: usize,
    /// Where its last `%%EOF` ends.
    pub marker_end: u64,
    /// The same with the line end behind the marker.
    pub end: u64,
}

/// A decoded object stream with the number and position of each object in it.
pub(super) struct ObjectStream {
    pub(super) data: Arc<[u8]>,
    pub(super) objects: Vec<(u32, usize)>,
}

impl<'a> Pdf<'a> {
    /// Finds the structure of a document; a broken chain of cross-references is repaired by scanning for objects, which
    /// [`Pdf::is_repaired`] then says.
    ///
    /// # Errors
    /// When the bytes are no PDF, the budget runs out, nothing can be repaired, or no password opens the document.
    pub fn open(source: &'a dyn ByteSource, access: impl Into<Access>) -> Result<Self, ReadError> {
        let Access { budget, password } = access.into();
        Self::open_as(source, budget, &Opener::Password(password))
    }

    /// Opens a document with what was just appended to it: only that is read anew.
    pub(super) fn continued(
        source: &'a dyn ByteSource,
        budget: Budget,
        of: &Pdf<'_>,
    ) -> Result<Self, ReadError> {
        Self::open_as(source, budget, &Opener::Continued(of))
    }

    fn open_as(
        source: &'a dyn ByteSource,
        budget: Budget,
        opener: &Opener<'_>,
    ) -> Result<Self, ReadError> {
        let window = Window::new(source);
        let base = header(&window)?;
        let mut pdf = Self {
            window,
            budget: RefCell::new(budget),
            base,
            sections: Vec::new(),
            places: OnceCell::new(),
            carried: OnceCell::new(),
            revisions: Vec::new(),
            repaired: false,
            crypt: None,
            objects: RefCell::default(),
            object_streams: RefCell::default(),
        };
        match pdf.follow_chain(opener) {
            Ok(()) => {}
            Err(
                error @ (ReadError::Limit(_)
                | ReadError::Source(_)
                | ReadError::Locked
                | ReadError::Encryption(_)),
            ) => return Err(error),
            Err(_) => pdf.repair(opener)?,
        }
        Ok(pdf)
    }

    /// The revisions, oldest first; never empty.
    pub fn revisions(&self) -> &[Revision] {
        &self.revisions
    }

    /// The document as of a revision, counted from 0 as the oldest; beyond the last it is the last.
    pub fn at(&self, revision: usize) -> View<'_> {
        let newest = self
            .revisions
            .get(revision)
            .map_or(0, |revision| revision.section);
        View::new(self, newest)
    }

    /// The document as it is.
    pub fn newest(&self) -> View<'_> {
        View::new(self, 0)
    }

    /// Every cross-reference section, newest first.
    pub fn sections(&self) -> &[Arc<Section>] {
        &self.sections
    }

    /// Whether the chain of cross-references was broken and objects were found by scanning.
    pub fn is_repaired(&self) -> bool {
        self.repaired
    }

    /// Whether the document is encrypted.
    pub fn is_encrypted(&self) -> bool {
        self.crypt.is_some()
    }

    /// Whether the permissions of an encrypted document allow an act to whoever opened it.
    pub(crate) fn allows(&self, act: crypt::Act) -> bool {
        self.crypt.as_ref().is_none_or(|crypt| crypt.allows(act))
    }

    /// Where `%PDF-` stands, which is what offsets in the file count from.
    pub fn base(&self) -> u64 {
        self.base
    }

    /// The length of the file.
    pub fn len(&self) -> u64 {
        self.window.len()
    }

    /// Whether the file has no bytes; an open document always has some.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The bytes it is read from.
    pub fn source(&self) -> &'a dyn ByteSource {
        self.window.source()
    }

    /// What is left of the budget.
    pub fn budget(&self) -> Budget {
        self.budget.borrow().clone()
    }

    /// Bytes of the file: `wanted` of them, or fewer where it ends.
    ///
    /// # Errors
    /// When the source fails or more is asked for than one object may hold.
    pub fn bytes(&self, offset: u64, wanted: u64) -> Result<Vec<u8>, ReadError> {
        if wanted > self.budget.borrow().object_bytes {
            return Err(LimitError::ObjectBytes.into());
        }
        Ok(self.window.read(offset, wanted)?)
    }

    /// Counts work that is as much as reading so many objects.
    pub(super) fn spend_objects(&self, count: u64) -> Result<(), LimitError> {
        self.budget.borrow_mut().spend_objects(count)
    }

    fn follow_chain(&mut self, opener: &Opener<'_>) -> Result<(), ReadError> {
        let continued = match opener {
            Opener::Password(_) => None,
            Opener::Continued(of) => Some(*of),
        };
        let chain = chain::follow(self, continued)?;
        self.base = chain.base;
        self.revisions = chain::revisions(&self.window, &chain, continued)?;
        self.sections = chain.sections;
        self.unlock(opener)?;
        // A chain that does not lead to a catalog is as broken as none.
        self.newest().catalog().map(drop)
    }

    /// Finds the key, now that the sections are known. What was read until now was read without it, and is read again where
    /// there is one.
    fn unlock(&mut self, opener: &Opener<'_>) -> Result<(), ReadError> {
        self.places.take();
        self.crypt = match opener {
            Opener::Password(password) => crypt::unlock(&self.newest(), password.as_ref())?,
            Opener::Continued(of) => of.crypt.clone(),
        };
        if self.crypt.is_some() {
            self.forget();
        }
        Ok(())
    }

    fn repair(&mut self, opener: &Opener<'_>) -> Result<(), ReadError> {
        self.base = 0;
        self.crypt = None;
        self.forget();
        self.repaired = true;
        let section = repair::scan(self)?;
        let end = self.len();
        self.sections = vec![Arc::new(section)];
        self.revisions = vec![Revision {
            section: 0,
            marker_end: end,
            end,
        }];
        self.unlock(opener)?;
        repair::index_object_streams(self)?;
        self.newest().catalog().map(drop)
    }

    fn forget(&mut self) {
        self.places.take();
        self.carried.take();
        self.objects.get_mut().clear();
        self.object_streams.get_mut().clear();
    }

    /// The object that stands at a position of the file, whatever its number.
    pub(crate) fn object_at(&self, offset: u64) -> Result<Arc<IndirectObject>, ReadError> {
        if let Some(object) = self.objects.borrow().get(&offset) {
            return Ok(Arc::clone(object));
        }
        #[expect(
            clippy::redundant_closure_for_method_calls,
            reason = "the method itself is not general over what the lexer borrows"
        )]
        let read = self.lex_object(offset, |lexer, depth| lexer.value(depth))?;
        let mut node = read.value;
        if let Some(crypt) = &self.crypt {
            crypt.open_strings(read.id, &mut node);
        }
        let object = Arc::new(IndirectObject {
            id: read.id,
            node,
            raw: Arc::from(read.source.bytes()),
            origin: Origin::File(offset),
            stream_start: read.stream_start,
        });
        let mut objects = self.objects.borrow_mut();
        if objects.len() >= KEPT_OBJECTS {
            objects.clear();
        }
        objects.insert(offset, Arc::clone(&object));
        Ok(object)
    }

    /// The identity of the object that stands at a position, and of the dictionary it is, if it is one, the values of some
    /// keys; nothing else is kept of it.
    pub(super) fn glance_at<const N: usize>(
        &self,
        offset: u64,
        wanted: [&[u8]; N],
    ) -> Result<(ObjectId, Option<Values<N>>), ReadError> {
        if let Some(object) = self.objects.borrow().get(&offset) {
            return Ok((object.id, object.node.entries(wanted)));
        }
        let look = |lexer: &mut Lexer<'_>, depth| lexer.pass_keeping(wanted, depth);
        let ReadObject { id, mut value, .. } = self.lex_object(offset, look)?;
        if let Some(crypt) = &self.crypt {
            for node in value.iter_mut().flatten().flatten() {
                crypt.open_strings(id, node);
            }
        }
        Ok((id, value))
    }

    /// Runs a reading over the value of an object.
    fn lex_object<T>(
        &self,
        offset: u64,
        read: impl Fn(&mut Lexer<'_>, u16) -> Result<T, LexError>,
    ) -> Result<ReadObject<'a, T>, ReadError> {
        self.budget.borrow_mut().spend_objects(1)?;
        let depth = self.budget.borrow().nesting;
        let ((id, value, stream_start), source) = self.lex(offset, |lexer| {
            let at = lexer.position();
            let bad = LexError::Syntax(at, "an object is missing");
            let number = lexer
                .unsigned()?
                .and_then(|number| u32::try_from(number).ok());
            let generation = lexer
                .unsigned()?
                .and_then(|number| u16::try_from(number).ok());
            let (Some(number), Some(generation), true) =
                (number, generation, lexer.keyword(b"obj")?)
            else {
                return Err(bad);
            };
            let value = read(lexer, depth)?;
            let mut stream_start = None;
            if lexer.keyword(b"stream")? {
                lexer.stream_line_end()?;
                stream_start = Some(lexer.position());
            }
            Ok((ObjectId { number, generation }, value, stream_start))
        })?;
        Ok(ReadObject {
            id,
            value,
            stream_start: stream_start.and_then(|start| offset.checked_add(to_u64(start))),
            source,
        })
    }

    /// The end of the object that stands at a position of the file and, of a stream, where its data begins and what its
    /// dictionary says of their length. Nothing is kept of it.
    pub(crate) fn reach_at(&self, offset: u64) -> Result<(u64, Option<(u64, Node)>), ReadError> {
        let look = |lexer: &mut Lexer<'_>, depth| lexer.pass_keeping([b"Length"], depth);
        let read = self.lex_object(offset, look)?;
        let length = to_u64(read.source.bytes().len());
        self.budget.borrow_mut().spend_scanned(length)?;
        let said = read.value.and_then(|[length]| length);
        Ok((offset.saturating_add(length), read.stream_start.zip(said)))
    }

    /// The value that stands at a position of the file, as an object without identity; used for trailers.
    pub(super) fn value_at(&self, offset: u64) -> Result<IndirectObject, ReadError> {
        let depth = self.budget.borrow().nesting;
        let (node, source) = self.lex(offset, |lexer| lexer.value(depth))?;
        Ok(IndirectObject {
            id: ObjectId {
                number: 0,
                generation: 0,
            },
            node,
            raw: Arc::from(source.bytes()),
            origin: Origin::File(offset),
            stream_start: None,
        })
    }

    /// Runs a reading over a slice that begins at `offset`, with more and more bytes until it has enough; gives what was
    /// read and the bytes it took.
    pub(super) fn lex<T>(
        &self,
        offset: u64,
        read: impl Fn(&mut Lexer<'_>) -> Result<T, LexError>,
    ) -> Result<(T, Lexed<'a>), ReadError> {
        let cap = self.budget.borrow().object_bytes;
        let mut wanted = self.window.at_hand(offset).max(LEAST_READ);
        loop {
            let bytes = self.window.piece(offset, wanted)?;
            let complete = offset.saturating_add(wanted) >= self.len();
            let mut lexer = Lexer::new(&bytes, complete);
            match read(&mut lexer) {
                Ok(value) => {
                    let used = lexer.position();
                    return Ok((value, Lexed { bytes, used }));
                }
                Err(LexError::NeedMore) if wanted < cap => wanted = wanted.saturating_mul(4),
                Err(LexError::NeedMore) => return Err(LimitError::ObjectBytes.into()),
                Err(LexError::Depth) => return Err(LimitError::Nesting.into()),
                Err(LexError::Syntax(at, what)) => {
                    let offset = offset.saturating_add(to_u64(at));
                    return Err(ReadError::Syntax { offset, what });
                }
            }
        }
    }

    /// What the sections from `newest` on to older ones say of an object.
    pub(super) fn lookup(&self, number: u32, newest: usize) -> Option<XrefEntry> {
        if let Some(entry) = self.sections.get(newest)?.entry(number) {
            return Some(entry);
        }
        let places = self.places.get_or_init(|| Places::of(&self.sections));
        places
            .lookup(number, newest)
            .or_else(|| self.sections.last()?.entry(number))
    }

    /// The objects that any section places in an object stream.
    pub(crate) fn carried_by(&self, stream: u32) -> &[u32] {
        let carried = self.carried.get_or_init(|| {
            let mut carried: HashMap<u32, Vec<u32>> = HashMap::new();
            for (number, entry) in self.sections.iter().flat_map(|section| section.entries()) {
                if let XrefEntry::Compressed { stream, .. } = entry {
                    carried.entry(stream).or_default().push(number);
                }
            }
            carried
        });
        carried.get(&stream).map_or(&[], Vec::as_slice)
    }

    /// The node of a trailer key, from the newest section that has it.
    pub(super) fn trailer_entry(&self, key: &[u8], newest: usize) -> Option<(&Section, &Node)> {
        self.sections
            .get(newest..)?
            .iter()
            .find_map(|section| Some((&**section, section.trailer.entry(key)?)))
    }
}

/// What was read of an object.
struct ReadObject<'a, T> {
    id: ObjectId,
    value: T,
    stream_start: Option<u64>,
    source: Lexed<'a>,
}

/// What a reading took.
pub(super) struct Lexed<'a> {
    bytes: Piece<'a>,
    used: usize,
}

impl Lexed<'_> {
    pub(super) fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.used).unwrap_or_default()
    }
}

const KEPT_OBJECTS: usize = 1024;
/// What most objects are smaller than.
const LEAST_READ: u64 = 1024;

/// Readers accept the header anywhere in the first 1024 bytes.
fn header(window: &Window<'_>) -> Result<u64, ReadError> {
    let head = window.piece(0, 1024)?;
    head.windows(5)
        .position(|five| five == b"%PDF-")
        .map(to_u64)
        .ok_or(ReadError::NotPdf)
}
