//! The audit proof of a letter, as programs and pages hand it out: one JSON that stands by itself.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use service::audit::{Head, LetterProof, ProvedLeaf};
use utoipa::ToSchema;

/// That the history of a letter is in the audit log, to be checked anywhere.
#[derive(Serialize, ToSchema)]
pub(crate) struct ProofView {
    /// The letter.
    letter: String,
    /// The key that checks the checkpoint, `NAME+HASH+KEY` (C2SP signed-note). Compare it with one from another hand.
    vkey: String,
    /// The newest signed head of the log; null before the first.
    checkpoint: Option<CheckpointView>,
    /// A leaf for every event of the letter, oldest first.
    leaves: Vec<LeafView>,
}

/// The signed head of the log.
#[derive(Serialize, ToSchema)]
struct CheckpointView {
    /// How many leaves it covers.
    size: u64,
    /// The root over them, base64.
    root: String,
    /// The signed note, byte for byte (C2SP tlog-checkpoint).
    note: String,
}

/// A leaf, and the way from it to the head.
#[derive(Serialize, ToSchema)]
struct LeafView {
    /// The event's place in the life of the letter.
    version: u64,
    /// Its number in the log; null until it has one.
    index: Option<u64>,
    /// What the log commits to, byte for byte: the RFC 6962 leaf hash is over this text.
    leaf: String,
    /// The hashes beside its path (RFC 6962 2.1.1), base64; null where the checkpoint does not cover it yet.
    inclusion: Option<Vec<String>>,
}

impl From<LetterProof> for ProofView {
    fn from(proof: LetterProof) -> Self {
        Self {
            letter: proof.letter.to_string(),
            vkey: proof.vkey,
            checkpoint: proof.head.map(CheckpointView::from),
            leaves: proof.leaves.into_iter().map(LeafView::from).collect(),
        }
    }
}

impl From<Head> for CheckpointView {
    fn from(head: Head) -> Self {
        Self {
            size: head.size,
            root: STANDARD.encode(head.root.0),
            note: head.note,
        }
    }
}

impl From<ProvedLeaf> for LeafView {
    fn from(leaf: ProvedLeaf) -> Self {
        let encode = |hashes: Vec<[u8; 32]>| {
            hashes
                .iter()
                .map(|hash| STANDARD.encode(hash))
                .collect::<Vec<_>>()
        };
        Self {
            version: leaf.version,
            index: leaf.index,
            leaf: leaf.leaf,
            inclusion: leaf.inclusion.map(encode),
        }
    }
}
