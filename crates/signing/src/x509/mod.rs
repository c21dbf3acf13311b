//! Certificates, paths and revocation lists (RFC 5280), and answers about revocation (RFC 6960), judged from received bytes.

pub(crate) mod bare_rsa;
mod beyond_ring;
pub mod certificate;
pub mod chain;
pub mod constraints;
pub mod crl;
pub mod digest;
pub mod distribution;
pub(crate) mod legible;
mod list_extension;
pub mod name;
pub mod ocsp;
pub mod path;
pub mod policies;
pub mod pss;
mod remembered;
pub mod revocation;
pub mod signature;
pub mod text;

pub use certificate::Certificate;
pub use path::{Path, PathProblem};
pub use revocation::{Clearing, Revocations};
