//! The audit: everything the log claims is computed again.

mod events;
mod heads;
mod leaves;

use serde::Serialize;

use super::CheckpointVerifier;
use crate::{StoreError, Tx};

/// What the audit found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AuditReport {
    /// How many events there are.
    pub events: u64,
    /// How many leaves have an index.
    pub leaves: u64,
    /// How many leaves wait for the sequencer. They are not yet protected.
    pub waiting: u64,
    /// The size of the newest signed checkpoint.
    pub size: u64,
    /// What is wrong; empty when all is well.
    pub offences: Vec<Offence>,
}

impl AuditReport {
    /// Whether nothing is wrong.
    pub fn is_clean(&self) -> bool {
        self.offences.is_empty()
    }
}

/// One thing that is wrong, naming the row. Events are named `kind/stream/version`, leaves by id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Offence {
    /// An event without a leaf: inserted past the program, or its leaf was deleted.
    EventWithoutLeaf {
        /// The event.
        event: String,
    },
    /// An event that is not what its leaf says.
    EventChanged {
        /// The event.
        event: String,
    },
    /// The versions of a stream are not 1, 2, 3, ….
    VersionGap {
        /// The event where the gap shows.
        event: String,
    },
    /// A leaf without an event: the event was deleted, or the leaf inserted past the program.
    LeafWithoutEvent {
        /// The leaf.
        leaf: String,
        /// The event it speaks of.
        event: String,
    },
    /// A leaf that is not what the log took in.
    LeafChanged {
        /// The leaf.
        leaf: String,
        /// Its index.
        index: Option<i64>,
    },
    /// A leaf that was taken into the log and has lost its index.
    IndexLost {
        /// The leaf.
        leaf: String,
        /// The index it had.
        index: u64,
    },
    /// No leaf has this index: it was deleted or moved.
    IndexMissing {
        /// The index.
        index: u64,
    },
    /// A leaf whose index lies outside the signed log.
    IndexOutside {
        /// The leaf.
        leaf: String,
        /// Its index.
        index: i64,
    },
    /// A tile that does not carry the hashes of the leaves.
    TileChanged {
        /// Its level.
        level: u8,
        /// Its place in the level.
        n: u64,
    },
    /// More or fewer tiles than a log of this size has.
    TileCount {
        /// How many are stored.
        stored: u64,
        /// How many belong.
        expected: u64,
    },
    /// A checkpoint that the trusted key did not sign, or that contradicts its row.
    CheckpointInvalid {
        /// Its row.
        size: i64,
        /// What is wrong.
        reason: String,
    },
    /// The leaves do not give the root that was signed for this size.
    RootDiffers {
        /// The smallest size where it shows.
        size: u64,
    },
    /// The log's recorded size is not that of its newest checkpoint.
    HeadDiffers {
        /// What is recorded.
        recorded: u64,
        /// What is signed.
        signed: u64,
    },
    /// The checkpoint kept outside the database covers more than the log holds: it was rolled back.
    RolledBack {
        /// What the log holds.
        size: u64,
        /// What was signed outside.
        outside: u64,
    },
    /// The checkpoint kept outside the database is not one of this log.
    OutsideInvalid {
        /// What is wrong.
        reason: String,
    },
}

/// Recomputes the whole log, best in a [`crate::Store::snapshot`].
///
/// `outside` is the newest checkpoint note kept outside the database, if there is one. Without it, a
/// database that was replaced by an older copy of itself looks whole.
///
/// # Errors
/// What the engine says; what is wrong with the log is in the report.
pub async fn verify(
    tx: &mut Tx,
    trusted: &CheckpointVerifier,
    outside: Option<&str>,
) -> Result<AuditReport, StoreError> {
    let mut offences = Vec::new();
    let events = events::check(tx, &mut offences).await?;
    let heads = heads::check(tx, trusted, outside, &mut offences).await?;
    let counted = leaves::check(tx, &heads, &mut offences).await?;
    offences.sort();
    offences.dedup();
    Ok(AuditReport {
        events,
        leaves: counted.indexed,
        waiting: counted.waiting,
        size: heads.size,
        offences,
    })
}

/// How many rows are read at a time.
const PAGE: i64 = 1_000;

/// How an event is named in a report.
fn event_name(stream_kind: &str, stream_id: uuid::Uuid, version: i64) -> String {
    format!("{stream_kind}/{}/{version}", stream_id.simple())
}
