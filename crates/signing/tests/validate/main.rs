//! The validator from outside: signatures made by hand, by the crate's own writer, and by strangers.
#![expect(
    clippy::unwrap_used,
    reason = "a test stops where something is not as it was made"
)]

mod bombs;
mod claims;
mod corpus;
mod expected;
mod fields;
mod flips;
mod judged;
mod made;
mod mutations;
mod places;
mod readers;
mod reports;
#[expect(dead_code, reason = "other programs of tests put more together of it")]
#[path = "../shared/mod.rs"]
mod shared;
mod written;
