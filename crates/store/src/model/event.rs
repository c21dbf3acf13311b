//! Events and the streams they belong to.

use flow::time::Timestamp;
use serde::Serialize;
use uuid::Uuid;

use crate::StoreError;
use crate::text::text_enum;

text_enum! {
    /// What a stream is the history of.
    StreamKind {
        /// A letter.
        Naskah = "naskah",
        /// A number register.
        Register = "register",
        /// An entry of a receiver's agenda.
        Agenda = "agenda",
        /// Something of the office: an account, an OPD, a position, a person, a delegation.
        Office = "office",
    }
}

/// One history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stream {
    /// What it is the history of.
    pub kind: StreamKind,
    /// The thing's id.
    pub id: Uuid,
}

impl std::fmt::Display for Stream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.kind, self.id.simple())
    }
}

/// An event that is about to be appended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvent {
    kind: String,
    body: String,
}

impl NewEvent {
    /// An event of `kind` whose body is `event` as canonical JSON (RFC 8785).
    ///
    /// # Errors
    /// [`StoreError::Range`] when the event has no canonical form.
    pub fn new(kind: &str, event: &impl Serialize) -> Result<Self, StoreError> {
        let body = serde_json_canonicalizer::to_string(event)
            .map_err(|_| StoreError::Range { what: "the event" })?;
        Ok(Self {
            kind: kind.to_owned(),
            body,
        })
    }

    /// What happened.
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// The canonical JSON.
    pub fn body(&self) -> &str {
        &self.body
    }
}

/// Events of one command on one stream.
#[derive(Debug, Clone)]
pub struct NewEvents {
    /// The stream.
    pub stream: Stream,
    /// The version the command was decided on; 0 for a new stream.
    pub expected: u64,
    /// What happened, in order.
    pub events: Vec<NewEvent>,
    /// When.
    pub at: Timestamp,
    /// Who: HMAC of the actor under the pseudonym key.
    pub actor: [u8; 32],
    /// Fresh random bytes, one per event, so that a leaf cannot be guessed from its hash.
    pub salts: Vec<[u8; 16]>,
}

/// A stored event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventRow {
    /// The stream.
    pub stream: Stream,
    /// Its place in the stream, from 1.
    pub version: u64,
    /// What happened.
    pub kind: String,
    /// The canonical JSON.
    pub body: String,
    /// When.
    pub at: Timestamp,
    /// Who, as HMAC.
    pub actor: [u8; 32],
}
