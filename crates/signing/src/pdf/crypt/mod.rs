//! Encrypted documents (ISO 32000-2 7.6): strings and streams are opened while they are read, and sealed by the same method
//! when a revision is appended.

mod cipher;
mod seal;
mod standard;

use std::sync::Arc;

use zeroize::Zeroizing;

pub(crate) use self::standard::Role;
use self::standard::Standard;
use super::{
    error::ReadError,
    object::{Dictionary, Node, ObjectId, Value},
    view::{Located, View},
};
use crate::access::Password;

/// The key of an encrypted document and what it is used for.
#[derive(Clone)]
pub(crate) struct Crypt {
    key: Zeroizing<Vec<u8>>,
    streams: Method,
    strings: Method,
    files: Method,
    /// Crypt filters by name (7.6.6).
    filters: Vec<(Vec<u8>, Method)>,
    clear_metadata: bool,
    permissions: u32,
    revision: i64,
    role: Role,
    /// The encryption dictionary, whose own strings are in clear.
    dictionary: Option<ObjectId>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Method {
    Identity,
    Rc4,
    /// AES with a key made per object (`/AESV2`).
    AesV2,
    /// AES with the file's key (`/AESV3`).
    AesV3,
}

/// Reads the encryption dictionary and tries the password, then the empty one; `None` when the document is not encrypted.
pub(super) fn unlock(
    view: &View<'_>,
    password: Option<&Password>,
) -> Result<Option<Crypt>, ReadError> {
    let Some(entry) = view.trailer_entry(b"Encrypt") else {
        return Ok(None);
    };
    let Some(encrypt) = view.resolve(&entry.object, &entry.node)? else {
        return Ok(None);
    };
    let said = Said {
        view,
        encrypt: &encrypt,
    };
    match said.name(b"Filter")?.as_deref() {
        Some(b"Standard") => {}
        Some(b"Adobe.PubSec") => {
            return Err(ReadError::Encryption(
                "only holders of certificates can open it, which is not done here (Adobe.PubSec)",
            ));
        }
        Some(_) | None => {
            return Err(ReadError::Encryption(
                "no password opens it: its security handler is not the standard one",
            ));
        }
    }
    let version = said.number(b"V")?.unwrap_or(0);
    let scheme = said.scheme(version)?;
    let standard = said.standard(version)?;
    let mut candidates = password.map(Password::encodings).unwrap_or_default();
    candidates.push(Zeroizing::new(Vec::new()));
    let opened = candidates
        .iter()
        .find_map(|password| standard.unlock(password));
    let (key, role) = opened.ok_or(ReadError::Locked)?;
    Ok(Some(Crypt {
        key,
        streams: scheme.streams,
        strings: scheme.strings,
        files: scheme.files,
        filters: scheme.filters,
        clear_metadata: standard.clear_metadata,
        permissions: standard.permissions,
        revision: standard.revision,
        role,
        dictionary: entry.node.as_reference(),
    }))
}

/// What the permissions leave a user to do (table 22).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Act {
    /// Signing a field that is there: bit 6, or bit 9, which revision 2 does not have.
    FillField,
    /// Making a field: bits 4 and 6.
    MakeField,
}

impl Crypt {
    /// Whether the permissions, or the owner's password, allow an act.
    pub(crate) fn allows(&self, act: Act) -> bool {
        let bit = |number: u32| self.permissions >> (number - 1) & 1 == 1;
        match (self.role, act) {
            (Role::Owner, _) => true,
            (Role::User, Act::FillField) => bit(6) || (self.revision >= 3 && bit(9)),
            (Role::User, Act::MakeField) => bit(4) && bit(6),
        }
    }

    /// Opens the strings of an object that stands in the file itself.
    pub(super) fn open_strings(&self, id: ObjectId, node: &mut Node) {
        if self.strings == Method::Identity || self.dictionary == Some(id) {
            return;
        }
        if node.as_dictionary().is_some_and(|of| of.is_type(b"XRef")) {
            return;
        }
        self.open_node(id, node);
    }

    fn open_node(&self, id: ObjectId, node: &mut Node) {
        match &mut node.value {
            Value::String(string) => {
                *string = self.open(self.strings, id, string.bytes()).into();
            }
            Value::Array(items) => {
                for item in Arc::make_mut(items) {
                    self.open_node(id, item);
                }
            }
            Value::Dictionary(dictionary) => {
                let signature = is_signature(dictionary);
                for entry in &mut Arc::make_mut(dictionary).entries {
                    if !(signature && *entry.key == *b"Contents") {
                        self.open_node(id, &mut entry.node);
                    }
                }
            }
            Value::Null
            | Value::Boolean(_)
            | Value::Integer(_)
            | Value::Real(_)
            | Value::Name(_)
            | Value::Reference(_) => {}
        }
    }

    /// Opens the data of a stream; `filter` is the name of its crypt filter, when it has one.
    pub(super) fn open_stream(
        &self,
        id: ObjectId,
        dictionary: &Dictionary,
        filter: Option<&[u8]>,
        data: Vec<u8>,
    ) -> Vec<u8> {
        let method = match filter {
            Some(name) => self.named(name),
            None => self.method_of(dictionary),
        };
        if method == Method::Identity {
            data
        } else {
            self.open(method, id, &data)
        }
    }

    fn method_of(&self, dictionary: &Dictionary) -> Method {
        if dictionary.is_type(b"XRef") || (self.clear_metadata && dictionary.is_type(b"Metadata")) {
            Method::Identity
        } else if dictionary.is_type(b"EmbeddedFile") {
            self.files
        } else {
            self.streams
        }
    }

    fn named(&self, name: &[u8]) -> Method {
        let found = self.filters.iter().find(|(known, _)| known == name);
        found.map_or(Method::Identity, |(_, method)| *method)
    }

    fn open(&self, method: Method, id: ObjectId, data: &[u8]) -> Vec<u8> {
        match method {
            Method::Identity => data.to_vec(),
            Method::Rc4 => cipher::rc4(&self.object_key(method, id), data),
            Method::AesV2 | Method::AesV3 => cipher::aes_open(&self.object_key(method, id), data),
        }
    }

    /// Algorithm 1: the key of one object.
    fn object_key(&self, method: Method, id: ObjectId) -> Zeroizing<Vec<u8>> {
        let salt: &[u8] = match method {
            Method::Identity | Method::AesV3 => return self.key.clone(),
            Method::Rc4 => &[],
            Method::AesV2 => b"sAlT",
        };
        let (number, generation) = (id.number.to_le_bytes(), id.generation.to_le_bytes());
        let number = number.get(..3).unwrap_or_default();
        let digest = cipher::md5(&[&self.key, number, &generation, salt]);
        let length = self.key.len().saturating_add(5).min(digest.len());
        Zeroizing::new(digest.get(..length).unwrap_or_default().to_vec())
    }
}

/// Of a signature dictionary `/Contents` is never encrypted (7.6.2).
pub(super) fn is_signature(dictionary: &Dictionary) -> bool {
    dictionary.entry(b"ByteRange").is_some()
        || dictionary.is_type(b"Sig")
        || dictionary.is_type(b"DocTimeStamp")
}

/// What the encryption dictionary says.
struct Said<'a> {
    view: &'a View<'a>,
    encrypt: &'a Located,
}

struct Scheme {
    streams: Method,
    strings: Method,
    files: Method,
    filters: Vec<(Vec<u8>, Method)>,
}

impl Said<'_> {
    fn number(&self, key: &[u8]) -> Result<Option<i64>, ReadError> {
        let found = self.view.entry(self.encrypt, key)?;
        Ok(found.and_then(|found| found.node.as_integer()))
    }

    fn name(&self, key: &[u8]) -> Result<Option<Vec<u8>>, ReadError> {
        let found = self.view.entry(self.encrypt, key)?;
        Ok(found.and_then(|found| found.node.as_name().map(<[u8]>::to_vec)))
    }

    fn string(&self, key: &[u8]) -> Result<Vec<u8>, ReadError> {
        let found = self.view.entry(self.encrypt, key)?;
        let bytes = found.and_then(|found| found.node.as_string().map(<[u8]>::to_vec));
        Ok(bytes.unwrap_or_default())
    }

    /// Whether metadata is in clear, which only crypt filters can bring about (table 21).
    fn clear_metadata(&self) -> Result<bool, ReadError> {
        let found = self.view.entry(self.encrypt, b"EncryptMetadata")?;
        Ok(found.is_some_and(|found| found.node.value == Value::Boolean(false)))
    }

    /// Which method each kind of content uses.
    fn scheme(&self, version: i64) -> Result<Scheme, ReadError> {
        match version {
            1 | 2 => Ok(Scheme {
                streams: Method::Rc4,
                strings: Method::Rc4,
                files: Method::Rc4,
                filters: Vec::new(),
            }),
            4 | 5 => {
                let filters = self.filters()?;
                let method = |name: Option<Vec<u8>>| {
                    let found = filters
                        .iter()
                        .find(|(known, _)| name.as_deref() == Some(known));
                    found.map_or(Method::Identity, |(_, method)| *method)
                };
                let streams = method(self.name(b"StmF")?);
                let strings = method(self.name(b"StrF")?);
                let files = self
                    .name(b"EFF")?
                    .map_or(streams, |name| method(Some(name)));
                Ok(Scheme {
                    streams,
                    strings,
                    files,
                    filters,
                })
            }
            _ => Err(ReadError::Encryption("its method is not a published one")),
        }
    }

    fn filters(&self) -> Result<Vec<(Vec<u8>, Method)>, ReadError> {
        let Some(all) = self.view.entry(self.encrypt, b"CF")? else {
            return Ok(Vec::new());
        };
        let entries = all.dictionary().map(Dictionary::entries);
        let mut filters = Vec::new();
        for entry in entries.unwrap_or_default() {
            let Some(filter) = self.view.resolve(&all.object, &entry.node)? else {
                continue;
            };
            let method = self.view.entry(&filter, b"CFM")?;
            let method = match method.as_ref().and_then(|method| method.node.as_name()) {
                Some(b"V2") => Method::Rc4,
                Some(b"AESV2") => Method::AesV2,
                Some(b"AESV3") => Method::AesV3,
                Some(b"None") | None => Method::Identity,
                Some(_) => return Err(ReadError::Encryption("a crypt filter is unknown")),
            };
            filters.push((entry.key.to_vec(), method));
        }
        Ok(filters)
    }

    fn standard(&self, version: i64) -> Result<Standard, ReadError> {
        let revision = self.number(b"R")?.unwrap_or(0);
        let fits = match version {
            1 | 2 => (2..=3).contains(&revision),
            4 => revision == 4,
            _ => (5..=6).contains(&revision),
        };
        if !fits {
            return Err(ReadError::Encryption("its revision is not a published one"));
        }
        let bits = self.number(b"Length")?.unwrap_or(40);
        // Some writers count bytes; no key is shorter than 40 bits.
        let bits = if (5..=16).contains(&bits) {
            bits * 8
        } else {
            bits
        };
        let key_length = match version {
            1 => 5,
            2 => usize::try_from(bits / 8).unwrap_or(5).clamp(5, 16),
            4 => 16,
            _ => 32,
        };
        // /P is 32 bits with a sign; some writers leave the sign out.
        let permissions = self.number(b"P")?.unwrap_or(0);
        let permissions = permissions.to_le_bytes();
        let permissions = permissions.first_chunk::<4>().copied().unwrap_or_default();
        Ok(Standard {
            revision,
            key_length,
            owner: self.string(b"O")?,
            user: self.string(b"U")?,
            owner_key: self.string(b"OE")?,
            user_key: self.string(b"UE")?,
            permissions: u32::from_le_bytes(permissions),
            clear_metadata: version >= 4 && self.clear_metadata()?,
            identifier: identifier(self.view)?,
        })
    }
}

/// The first element of `/ID`, or nothing.
fn identifier(view: &View<'_>) -> Result<Vec<u8>, ReadError> {
    let Some(entry) = view.trailer_entry(b"ID") else {
        return Ok(Vec::new());
    };
    let Some(pair) = view.resolve(&entry.object, &entry.node)? else {
        return Ok(Vec::new());
    };
    let first = view.items(&pair)?.into_iter().next();
    let bytes = first.and_then(|first| first.node.as_string().map(<[u8]>::to_vec));
    Ok(bytes.unwrap_or_default())
}
