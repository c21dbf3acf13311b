//! Sealed blobs: PDF versions, contents, attachments.
//!
//! A blob is sealed in chunks (decision 0004), addressed by the SHA-256 of its sealed bytes, and on the
//! disk before the row that names it is written.

mod files;
mod key;
mod reader;
mod seal;

pub use files::{BlobStore, NewBlob};
pub use key::DataKey;
pub use reader::BlobReader;

use flow::id::BlobId;

/// Why a blob could not be written or read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BlobError {
    /// The sealed bytes are not there.
    #[error("blob {0} is missing")]
    Missing(BlobId),
    /// The bytes are not what was sealed under this key for this blob: changed, cut, or another's.
    #[error("blob {0} is not what was sealed")]
    Broken(BlobId),
    /// The range lies outside the blob.
    #[error("the range lies outside blob {0}")]
    Range(BlobId),
    /// The disk failed.
    #[error("the blob store failed: {0}")]
    Disk(#[source] std::io::Error),
    /// The object store failed.
    #[error("the blob store failed: {0}")]
    Objects(#[source] object_store::Error),
    /// The cipher refused; it does so only for sizes no PDF has.
    #[error("the cipher refused the blob")]
    Cipher,
}
