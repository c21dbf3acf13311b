//! PDF signatures: making the CMS of a PAdES signature with a key that comes in as a trait.
//!
//! Pure: bytes in, bytes out; no clock, sockets or database. It does not hold keys beyond the value the caller passes.
//!
//! ```
//! let at = signing::UtcTime::from_unix(0);
//! assert_eq!(at.to_string(), "1970-01-01T00:00:00Z");
//! ```
#![warn(clippy::as_conversions, clippy::indexing_slicing)]

pub mod access;
pub mod budget;
pub mod cms;
pub mod diff;
mod num;
pub mod pdf;
pub mod policy;
pub mod sign;
pub mod source;
pub mod time;
pub mod validate;
pub mod x509;

pub use access::{Access, Password};
pub use budget::{Budget, LimitError};
pub use sign::{
    AttributeSigner, CertificateDer, LocalSigner, SignError, SignatureAlgorithm, SignerError,
};
pub use source::{ByteSource, SourceError};
pub use time::UtcTime;
