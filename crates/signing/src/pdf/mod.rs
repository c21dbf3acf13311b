//! Reading any PDF as the sequence of its revisions (ISO 32000-2 7.5.6), lazily, over positioned reads.
//!
//! [`Pdf::open`] follows the cross-reference chain and nothing else; [`Pdf::at`] gives a [`View`] of the document as of one
//! revision, in which objects are read when asked for.

pub mod append;
pub mod error;
pub mod field;
pub mod name;
pub mod object;
pub mod page;
pub mod rewrite;
pub mod string;
pub mod text;
pub mod xref;

pub(crate) mod archival;
mod chain;
pub(crate) mod content;
pub(crate) mod crypt;
mod document;
mod filter;
mod hex;
pub(crate) mod lexer;
mod object_stream;
mod places;
pub(crate) mod repair;
mod stream;
mod strict;
mod trailer;
mod view;
mod window;

pub use document::{Pdf, Revision};
pub use error::ReadError;
pub use name::Name;
pub use object::{Dictionary, Entry, IndirectObject, Node, ObjectId, Origin, Value};
pub use string::PdfString;
pub use trailer::Trailer;
pub use view::{Located, View};
pub use xref::{Form, Section, XrefEntry};
