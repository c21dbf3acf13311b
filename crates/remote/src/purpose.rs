//! Why a request leaves the house.

use std::time::Duration;

/// Why a request leaves the house. Each purpose has its own allow-list and its own bounds, so that what the operator
/// opened for one is not open for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Telling another application that something happened to a letter.
    Webhook,
    /// Asking the identity provider who somebody is.
    Oidc,
    /// Asking an authority to put a time on a signature.
    Timestamp,
    /// Asking a responder whether a certificate is revoked.
    Ocsp,
    /// Fetching a revocation list.
    Crl,
    /// Fetching the certificate of an issuer.
    Issuer,
    /// Asking a signing service for signatures by an official's key.
    Csc,
}

impl Purpose {
    /// From the look-up of the name to the last byte of the answer.
    pub const fn patience(self) -> Duration {
        match self {
            // Standard Webhooks, "Request timeouts": 15 to 30 seconds.
            Self::Webhook => Duration::from_secs(15),
            Self::Oidc => Duration::from_secs(10),
            // Somebody waits for the signature, and a second authority may have to be asked.
            Self::Timestamp | Self::Ocsp | Self::Crl | Self::Issuer => Duration::from_secs(8),
            // A module behind the service signs hundreds of hashes in one answer.
            Self::Csc => Duration::from_secs(20),
        }
    }

    /// How much of an answer is read; one byte more is an error.
    pub const fn answer_limit(self) -> usize {
        match self {
            // Only the status counts. What the receiver says is not read, so that nobody learns through the list
            // of deliveries what stands behind an address.
            Self::Webhook => 0,
            Self::Oidc | Self::Csc => 256 * 1024,
            Self::Timestamp | Self::Ocsp | Self::Issuer => 64 * 1024,
            Self::Crl => 10 * 1024 * 1024,
        }
    }
}
