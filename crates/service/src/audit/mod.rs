//! Whether what is stored explains itself, and the log that makes changes visible.

mod numbers;
mod proof;
pub mod reconcile;
mod report;
mod sequence;
mod verify;

pub use numbers::{Number, numbers};
pub use proof::{Head, LetterProof, ProvedLeaf, letter_proof};
pub use report::Report;
pub use sequence::{log_size, sequence_all};
pub use store::model::NomorState;
pub use verify::verify;
