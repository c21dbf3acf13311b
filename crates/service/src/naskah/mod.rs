//! Letters: one verb a file. Every verb reads the letter, asks `flow` and stores the outcome in one transaction.

mod act;
mod cancel;
mod create;
mod dispatch;
mod edit;
mod export;
mod file;
mod list;
mod note;
mod page;
mod paraf;
mod prepare;
mod preview;
mod reject;
mod return_for_revision;
mod source;
mod submit;
mod withdraw;

pub(crate) use act::{History, load, read, store_outcome};
pub use cancel::cancel;
pub(crate) use create::imported_blob;
pub use create::{NewLetter, create};
pub use dispatch::dispatch;
pub use edit::edit;
pub use export::{Exported, export};
pub use file::file;
pub use list::{find_batch, show};
pub use paraf::paraf;
pub use prepare::prepare;
pub(crate) use prepare::{Reserved, add_version, make, reserve};
pub(crate) use preview::preview_input;
pub use reject::reject;
pub use return_for_revision::return_for_revision;
pub use source::typeset;
pub use submit::submit;
pub use withdraw::withdraw;
