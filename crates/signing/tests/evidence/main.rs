//! Timestamps and answers about revocation, honest and lying, made by hand and held against what asked for them.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops loudly")]

mod demanded;
mod lists;
mod ocsp;
mod pkits;
#[path = "../shared/mod.rs"]
mod shared;
mod times;
mod timestamp;
