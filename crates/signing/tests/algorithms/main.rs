//! Values that openssl made, checked here: what is signed today, and what old and rare files carry.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on stops loudly and says why"
)]

mod bare;
mod values;
