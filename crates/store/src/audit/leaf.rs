//! What the log keeps of an event (decision 0005).

use ring::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::StoreError;
use crate::model::{EventRow, NewEvents};

/// The largest whole number that JSON keeps exactly everywhere (RFC 8785 3.2.2.3).
const EXACT: i64 = 1 << 53;

/// A leaf. Its id is derived from its body, so no column of the row is free to change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Leaf {
    pub id: Uuid,
    pub body: String,
}

/// The fields of a leaf's body; nothing readable of persons or titles.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    pub v: u8,
    pub kind: String,
    pub stream: String,
    pub version: i64,
    pub event_digest: String,
    pub actor: String,
    pub at: i64,
    pub salt: String,
}

/// An event as its digest sees it: every column, the body as the text that is stored.
#[derive(Serialize)]
pub(crate) struct EventImage<'a> {
    pub v: u8,
    pub stream_kind: &'a str,
    pub stream_id: String,
    pub version: i64,
    pub kind: &'a str,
    pub body: &'a str,
    pub at: i64,
    pub actor: String,
}

impl EventImage<'_> {
    /// SHA-256 of the canonical JSON, in hex; `None` when a number has no exact JSON form.
    pub(crate) fn digest(&self) -> Option<String> {
        let exact = -EXACT..=EXACT;
        if !exact.contains(&self.at) || !exact.contains(&self.version) {
            return None;
        }
        let canonical = serde_json_canonicalizer::to_vec(self).ok()?;
        Some(hex::encode(digest(&SHA256, &canonical)))
    }
}

/// The name of a stream inside a leaf.
pub(crate) fn stream_name(kind: &str, id: Uuid) -> String {
    format!("{kind}/{}", id.simple())
}

/// The id of a leaf: the first 16 bytes of the SHA-256 of its body, as a custom UUID (RFC 9562 5.8).
pub(crate) fn id_of(body: &str) -> Uuid {
    let hash = digest(&SHA256, body.as_bytes());
    let mut head = [0; 16];
    for (to, from) in head.iter_mut().zip(hash.as_ref()) {
        *to = *from;
    }
    uuid::Builder::from_custom_bytes(head).into_uuid()
}

/// The rows that `new` becomes: each event with its leaf.
pub(crate) fn leaves(new: &NewEvents) -> Result<Vec<(EventRow, Leaf)>, StoreError> {
    if new.salts.len() != new.events.len() {
        return Err(StoreError::Range {
            what: "the number of salts",
        });
    }
    let mut version = new.expected;
    let mut rows = Vec::with_capacity(new.events.len());
    for (event, salt) in new.events.iter().zip(&new.salts) {
        version = version.saturating_add(1);
        let row = EventRow {
            stream: new.stream,
            version,
            kind: event.kind().to_owned(),
            body: event.body().to_owned(),
            at: new.at,
            actor: new.actor,
        };
        let leaf = leaf(&row, *salt)?;
        rows.push((row, leaf));
    }
    Ok(rows)
}

fn leaf(event: &EventRow, salt: [u8; 16]) -> Result<Leaf, StoreError> {
    let version = crate::convert::to_column("the version", event.version)?;
    let image = EventImage {
        v: 1,
        stream_kind: event.stream.kind.as_str(),
        stream_id: event.stream.id.simple().to_string(),
        version,
        kind: &event.kind,
        body: &event.body,
        at: event.at.micros(),
        actor: hex::encode(event.actor),
    };
    let event_digest = image
        .digest()
        .ok_or(StoreError::Range { what: "the event" })?;
    let body = Body {
        v: 1,
        kind: event.kind.clone(),
        stream: stream_name(event.stream.kind.as_str(), event.stream.id),
        version,
        event_digest,
        actor: hex::encode(event.actor),
        at: event.at.micros(),
        salt: hex::encode(salt),
    };
    let body = serde_json_canonicalizer::to_string(&body)
        .map_err(|_| StoreError::Range { what: "the leaf" })?;
    Ok(Leaf {
        id: id_of(&body),
        body,
    })
}

#[cfg(test)]
mod tests {
    use flow::time::Timestamp;
    use serde_json::json;

    use super::*;
    use crate::model::{NewEvent, Stream, StreamKind};

    fn new(at: i64) -> NewEvents {
        NewEvents {
            stream: Stream {
                kind: StreamKind::Naskah,
                id: Uuid::from_u128(0x0191_0000_0000_7000_8000_0000_0000_0001),
            },
            expected: 2,
            events: vec![
                NewEvent::new("edited", &json!({"v": 1, "n": 7, "kind": "edited"})).unwrap(),
            ],
            at: Timestamp::from_micros(at),
            actor: [7; 32],
            salts: vec![[9; 16]],
        }
    }

    /// The leaf never changes (decision 0005); the vector was computed by another program.
    #[test]
    fn the_leaf_is_the_checked_in_one() {
        let vector: serde_json::Value =
            serde_json::from_str(include_str!("../../tests/vectors/leaf.json")).unwrap();
        let rows = leaves(&new(1_800_000_000_000_000)).unwrap();
        let (event, leaf) = &rows[0];
        assert_eq!(event.version, 3);
        assert_eq!(event.body, vector["event_body"]);
        assert_eq!(leaf.body, vector["leaf_body"]);
        assert_eq!(leaf.id.simple().to_string(), vector["leaf_id"]);
        let record = tlog_tiles::tlog::record_hash(leaf.body.as_bytes());
        assert_eq!(hex::encode(record.0), vector["record_hash"]);
    }

    #[test]
    fn a_time_that_json_would_round_is_refused() {
        assert!(leaves(&new(EXACT)).is_ok());
        let refused = leaves(&new(EXACT + 1));
        assert!(matches!(refused, Err(StoreError::Range { .. })));
    }

    #[test]
    fn an_event_without_a_salt_is_refused() {
        let mut short = new(1);
        short.salts.clear();
        assert!(matches!(leaves(&short), Err(StoreError::Range { .. })));
    }
}
