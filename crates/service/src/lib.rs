//! The use cases, one verb a file: joins the rooms and owns their transactions.
//!
//! A use case reads what it decides on, asks `flow` for the decision, and stores events, read models, outbox and
//! audit leaves in one transaction. No network, key use, typesetting or argon2 happens inside one. What must
//! survive a crash between two transactions is told in [`sign`].
//!
//! What stands apart from the database is pure and tested without one: what to do with a signature that a crash cut
//! off ([`sign::settle`]), and whether numbers, key uses and intents explain each other ([`audit::reconcile`]).
//!
//! It knows no web framework and no command line.

pub mod access;
pub mod agenda;
mod app;
pub mod archive;
pub mod audit;
pub mod clock;
mod code;
pub mod data_dir;
pub mod desk;
pub mod doctor;
mod error;
mod folder;
pub mod freeze;
mod histories;
pub mod housekeeping;
pub mod idempotency;
pub mod identity;
pub mod jobs;
pub mod key;
mod letter_blob;
pub mod mark;
pub mod naskah;
pub mod office;
mod pem;
mod picture;
pub mod provable;
mod register;
mod search;
mod settings;
pub mod setup;
pub mod sign;
mod stream;
mod transaction;
mod trial;
pub mod verification;
pub mod webhook;

pub use app::{App, Opening};
/// What people type to open their keys, and why a certificate is revoked.
pub mod custody {
    pub use custody::{Passphrase, Reason};
}
pub use error::ServiceError;
pub use remote::{Allow, AllowError, Outside};
pub use settings::Settings;
pub use worker::{ForbiddenBy, WorkerError};
