//! The envelope of stored events: frozen JSON, version 1 (`docs/decisions/0001-event-json.md`).

use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use crate::{office::Actor, time::Timestamp};

/// Something that happened in a stream: the fact, who did it, and when. Letters are carried by people in positions,
/// the office is changed by accounts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event<F, B = Actor> {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: B,
    /// What.
    pub fact: F,
}

/// The facts of one kind of stream.
pub trait Fact: Serialize + DeserializeOwned {
    /// The kind of stream they are stored in.
    const STREAM: &'static str;

    /// The fact's own kind, the `kind` of its JSON.
    fn kind(&self) -> &'static str;
}

/// Why a stored event cannot be read, or an event not be written.
#[derive(Debug, thiserror::Error)]
pub enum EventError {
    /// Another version than this program knows.
    #[error("event JSON of a version this program does not know")]
    Version,
    /// Fields this program does not know.
    #[error("event JSON with fields this program does not know")]
    Fields,
    /// Not the JSON of such an event.
    #[error("not the JSON of an event: {0}")]
    Json(#[from] serde_json::Error),
}

impl<F: Fact, B: Serialize + DeserializeOwned> Event<F, B> {
    /// The kind of its fact.
    pub fn kind(&self) -> &'static str {
        self.fact.kind()
    }

    /// Canonical JSON (RFC 8785) of the event, `v` and `kind` inside.
    ///
    /// # Errors
    /// When a value cannot be written as JSON, which no fact of this crate causes.
    pub fn to_json(&self) -> Result<String, EventError> {
        let mut map: Map<String, Value> =
            serde_json::from_value(serde_json::to_value(&self.fact)?)?;
        map.insert("v".to_owned(), VERSION.into());
        map.insert("at".to_owned(), serde_json::to_value(self.at)?);
        map.insert("by".to_owned(), serde_json::to_value(&self.by)?);
        Ok(serde_json_canonicalizer::to_string(&map)?)
    }

    /// Reads what [`Event::to_json`] wrote; nothing unknown is passed over.
    ///
    /// # Errors
    /// When the text is of another version, or not of such an event.
    pub fn from_json(text: &str) -> Result<Self, EventError> {
        let mut map: Map<String, Value> = serde_json::from_str(text)?;
        if map.remove("v") != Some(VERSION.into()) {
            return Err(EventError::Version);
        }
        let at = serde_json::from_value(map.remove("at").unwrap_or_default())?;
        let by = serde_json::from_value(map.remove("by").unwrap_or_default())?;
        let rest = Value::Object(map);
        let fact: F = serde_json::from_value(rest.clone())?;
        // serde passes over stray fields beside a fact that has none of its own.
        if serde_json::to_value(&fact)? != rest {
            return Err(EventError::Fields);
        }
        Ok(Self { at, by, fact })
    }
}

const VERSION: u8 = 1;
