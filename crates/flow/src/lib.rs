//! The rules of a regency's letters and of its office: pure values and functions, no clock, no I/O.
#![warn(clippy::as_conversions, clippy::indexing_slicing)]

pub mod digest;
pub mod id;
pub mod time;

pub use digest::Sha256;
pub use time::{CalendarDate, Timestamp, Zone};
