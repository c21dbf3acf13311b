//! The tamper-evident log: leaves, their sequencer, signed checkpoints, and the audit.
//!
//! Every event has one leaf (decision 0005). The sequencer gives leaves dense indices, keeps the hashes
//! in C2SP tlog tiles and signs a C2SP checkpoint over the whole, with a key that is never in the
//! database. [`verify()`] recomputes all of it.

mod checkpoint;
pub(crate) mod leaf;
mod proof;
mod sequence;
mod tiles;
mod verify;

pub use checkpoint::{Checkpoint, CheckpointError, CheckpointSigner, CheckpointVerifier};
pub use proof::{ProofError, TlogProof, prove, speaks_of};
pub use sequence::sequence;
pub use verify::{AuditReport, Offence, verify};
