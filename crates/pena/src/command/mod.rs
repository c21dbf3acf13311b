//! One file per command: its options, and what it does.

pub mod completion;
pub mod sign;
pub mod verify;
