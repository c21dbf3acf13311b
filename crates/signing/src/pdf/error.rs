//! Why a document could not be read.

use super::object::ObjectId;
use crate::{budget::LimitError, source::SourceError};

/// Why a document, or a part of it, could not be read. Never "not valid": that is a validator's word.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// The bytes could not be had.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The budget ran out.
    #[error("over budget: {0}")]
    Limit(#[from] LimitError),
    /// There is no `%PDF-` near the beginning.
    #[error("not a PDF")]
    NotPdf,
    /// The document is encrypted, and no password that was given opens it, nor the empty one.
    #[error("the document is locked by a password")]
    Locked,
    /// The document is encrypted in a way that no password opens.
    #[error("the document is encrypted, and {0}")]
    Encryption(&'static str),
    /// Bytes that are no PDF syntax.
    #[error("at {offset}: {what}")]
    Syntax {
        /// Where in the file, or in the decoded object stream.
        offset: u64,
        /// What was expected.
        what: &'static str,
    },
    /// The cross-reference information is missing or contradictory, and no repair helped.
    #[error("the cross-reference information is broken: {0}")]
    Xref(&'static str),
    /// An object is not where the cross-reference information says.
    #[error("object {0} is not where the cross-reference information says")]
    Misplaced(ObjectId),
    /// A structure lacks something that it must have.
    #[error("the document has no usable {0}")]
    Missing(&'static str),
    /// A stream cannot be decoded.
    #[error("a stream cannot be decoded: {0}")]
    Filter(&'static str),
}
