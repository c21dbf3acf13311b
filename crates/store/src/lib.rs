//! What lasts: rows in SQLite or PostgreSQL, sealed blobs, the outbox and the audit log.
//!
//! Every SQL text exists once, in `body/`, and is compiled once per engine. All queries are methods of
//! [`Tx`]; one command is one transaction, and the caller owns it:
//!
//! ```
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let dir = tempfile::tempdir()?;
//! # tokio::runtime::Runtime::new()?.block_on(async {
//! let store = store::Store::open(&store::Location::Sqlite(dir.path().join("pena.db"))).await?;
//! let mut tx = store.begin().await?;
//! tx.put_meta("node", "meja-1").await?;
//! tx.commit().await?;
//! assert_eq!(store.snapshot().await?.meta("node").await?.as_deref(), Some("meja-1"));
//! # Ok::<(), store::StoreError>(())
//! # })?;
//! # Ok(())
//! # }
//! ```
//!
//! What it will not do: read a clock, make randomness, hold a key that signs checkpoints, or decide
//! what may be written; rules live in `flow`, use cases in `service`.

pub mod audit;
pub mod blob;
mod convert;
mod engine;
mod erase;
mod error;
mod in_office;
mod location;
pub mod model;
mod office_cache;
mod row;
mod singles;
mod store;
mod text;
mod tx;

pub use erase::{erase, peek};
pub use error::StoreError;
pub use location::Location;
pub use store::{About, Store};
pub use tx::Tx;
