//! PDF work on bytes nobody vouches for, behind one trait.
//!
//! A [`Task`] and its [`Done`] are plain serialisable messages and the document is a
//! [`ByteSource`](signing::source::ByteSource), so that the same work can be done in this process
//! ([`InProcess`]) or in children of it ([`ChildPool`], whose program calls [`serve_stdin`]). Keys never enter: digests go out, finished CMS comes in.
//!
//! ```
//! use std::sync::Arc;
//! use worker::{Caller, InProcess, PdfWorker};
//!
//! let worker = InProcess::new(Caller::Public);
//! let at = signing::UtcTime::from_unix(1_800_000_000);
//! let report = worker.validate(Arc::new(b"no PDF".to_vec()), Default::default(), Default::default(), at)?;
//! assert_eq!(report.headline, signing::validate::Headline::Unreadable);
//! # Ok::<(), worker::WorkerError>(())
//! ```
//!
//! Not done here: choosing what to sign, fetching evidence, storing results.

mod asked_source;
mod base64_bytes;
mod child;
mod compare;
mod confine;
mod encode;
mod error;
mod file_source;
mod forbidden_by;
mod in_process;
mod mark;
mod message;
mod password_text;
mod pdf_worker;
mod pool;
mod render;
mod second_reading;
mod serve;
mod wire;

pub use compare::side_by_side;
pub use error::WorkerError;
pub use file_source::FileSource;
pub use forbidden_by::ForbiddenBy;
pub use in_process::{Caller, InProcess};
pub use mark::Mark;
pub use message::{ChangedPage, Done, Lacking, PageImage, Task};
pub use pdf_worker::{ForPublic, PdfWorker};
pub use pool::{ChildPool, Lane, PoolSettings};
pub use serve::serve_stdin;
