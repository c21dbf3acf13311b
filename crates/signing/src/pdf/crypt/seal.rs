//! Sealing what a revision adds to an encrypted document.
//!
//! Initialisation vectors are made from the file's key, the object's place and the content (as in RFC 5297, SIV mode): they
//! are unpredictable without the key, two different contents never share one, and no randomness is hidden in here.

use std::ops::Range;

use ring::hmac;

use super::{Crypt, Method, cipher, is_signature};
use crate::{
    num::{to_u64, to_usize},
    pdf::{
        lexer::{LexError, Lexer},
        object::{Dictionary, Node, ObjectId, Value},
        text,
    },
};

impl Crypt {
    /// Encrypts the strings of a value, and the data behind it when it is a stream's dictionary. What stands before the
    /// first string keeps its place.
    pub(crate) fn seal(&self, id: ObjectId, body: &[u8], depth: u16) -> Result<Vec<u8>, LexError> {
        let mut lexer = Lexer::new(body, true);
        let node = lexer.value(depth)?;
        let mut edits = Vec::new();
        if self.strings != Method::Identity {
            self.seal_strings(id, &node, &mut edits);
        }
        if let Some(dictionary) = node.as_dictionary()
            && lexer.keyword(b"stream")?
        {
            lexer.stream_line_end()?;
            self.seal_stream(id, dictionary, (body, lexer.position()), &mut edits);
        }
        edits.sort_by_key(|(span, _)| span.start);
        let mut out = Vec::with_capacity(body.len());
        let mut at = 0;
        for (span, sealed) in edits {
            out.extend_from_slice(body.get(at..span.start).unwrap_or_default());
            out.extend(sealed);
            at = span.end;
        }
        out.extend_from_slice(body.get(at..).unwrap_or_default());
        Ok(out)
    }

    fn seal_strings(&self, id: ObjectId, node: &Node, edits: &mut Vec<(Range<usize>, Vec<u8>)>) {
        match &node.value {
            Value::String(plain) => {
                let sealed = self.sealed(self.strings, (id, node.span.start), plain.bytes());
                edits.push((node.span.clone(), text::hexadecimal(&sealed)));
            }
            Value::Array(items) => {
                for item in items.iter() {
                    self.seal_strings(id, item, edits);
                }
            }
            Value::Dictionary(dictionary) => {
                let signature = is_signature(dictionary);
                for entry in dictionary.entries() {
                    if !(signature && *entry.key == *b"Contents") {
                        self.seal_strings(id, &entry.node, edits);
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

    fn seal_stream(
        &self,
        id: ObjectId,
        dictionary: &Dictionary,
        (body, start): (&[u8], usize),
        edits: &mut Vec<(Range<usize>, Vec<u8>)>,
    ) {
        let method = self.method_of(dictionary);
        let Some(length) = dictionary.entry(b"Length") else {
            return;
        };
        let size = length
            .as_integer()
            .and_then(|size| u64::try_from(size).ok())
            .map_or(0, to_usize);
        let end = start.saturating_add(size);
        let Some(plain) = body.get(start..end) else {
            return;
        };
        if method == Method::Identity {
            return;
        }
        let sealed = self.sealed(method, (id, start), plain);
        edits.push((length.span.clone(), sealed.len().to_string().into_bytes()));
        edits.push((start..end, sealed));
    }

    fn sealed(&self, method: Method, (id, place): (ObjectId, usize), plain: &[u8]) -> Vec<u8> {
        let key = self.object_key(method, id);
        match method {
            Method::Identity => plain.to_vec(),
            Method::Rc4 => cipher::rc4(&key, plain),
            Method::AesV2 | Method::AesV3 => {
                let key_of_vectors = hmac::Key::new(hmac::HMAC_SHA256, &self.key);
                let mut context = hmac::Context::with_key(&key_of_vectors);
                context.update(b"initialisation vector");
                context.update(&id.number.to_be_bytes());
                context.update(&id.generation.to_be_bytes());
                context.update(&to_u64(place).to_be_bytes());
                context.update(plain);
                let tag = context.sign();
                let iv = tag.as_ref().first_chunk::<16>().copied();
                cipher::aes_seal(&key, iv.unwrap_or_default(), plain)
            }
        }
    }
}
