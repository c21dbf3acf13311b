//! The validator from outside: signatures made by hand, by the crate's own writer, and by strangers.
#![expect(
    clippy::unwrap_used,
    reason = "a test stops where something is not as it was made"
)]

mod corpus;
mod expected;
mod flips;
mod judged;
mod made;
mod mutations;
mod places;
mod reports;
mod written;
