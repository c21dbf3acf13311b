//! The writer as foreign validators and foreign documents see it.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod corpus;
mod defaults;
mod hostile;
mod support;
