//! Whether what is stored explains itself, and the log that makes changes visible.

pub mod reconcile;
mod report;
mod sequence;
mod verify;

pub use report::Report;
pub use sequence::{log_size, sequence_all};
pub use verify::verify;
