//! Making a signature.

pub mod signer;

pub use signer::{AttributeSigner, CertificateDer, RingSigner, SignatureAlgorithm, SignerError};
