//! Certificates, paths and revocation lists (RFC 5280), judged from received bytes.

pub mod certificate;
pub mod crl;
pub mod path;
pub mod signature;

pub use certificate::Certificate;
pub use path::{Path, PathProblem};
