//! Cryptographic Message Syntax (RFC 5652), as far as a PAdES signature needs it.

pub mod attributes;
pub mod ber;
pub(crate) mod ess;
pub mod parse;
pub mod signed_data;
pub mod timestamp;
pub(crate) mod write;

pub use attributes::{SignedAttributes, signed_attributes};
pub use signed_data::{assemble, signature_parameters};
pub use timestamp::{TimestampProblem, TimestampRequest, TimestampToken};

/// Why a CMS could not be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CmsError {
    /// A structure does not encode as DER.
    #[error("the CMS cannot be encoded: {0}")]
    Encode(#[from] der::Error),
    /// There is no certificate to name as the signer's.
    #[error("the certificate chain is empty")]
    NoCertificate,
    /// The signer's certificate does not parse.
    #[error("the signer's certificate is not readable X.509")]
    BadCertificate,
    /// The attributes carry another digest than the one that goes with the algorithm.
    #[error("the message digest is not the one that goes with {0}")]
    DigestDisagrees(crate::SignatureAlgorithm),
}
