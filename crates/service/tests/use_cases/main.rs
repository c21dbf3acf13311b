//! The use cases as a small made-up office meets them, on both engines: what they permit, and what is left after a
//! crash between any two of their steps.
#![expect(clippy::unwrap_used, reason = "what fails in a helper fails the test")]
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "whatever else it is fails the test, or is no lie"
)]

mod access;
mod activation;
mod administration;
mod agenda;
mod archive;
mod batch;
mod bound_keys;
mod cancel;
mod crash;
mod desk;
mod freeze;
mod idempotency;
mod identity;
mod imported;
mod incoming;
mod keys;
mod mandat;
mod passphrase;
mod prepare;
mod preserve;
mod race;
mod seal;
mod second_factor;
mod server_key;
mod setup;
mod single_sign_on;
mod support;
mod timestamps;
mod webhook;
