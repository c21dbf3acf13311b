//! Why a remote key signed nothing.

use http::StatusCode;
use signing::SignerError;

use super::message::Call;
use crate::RemoteError;

/// Why a remote key signed nothing. Never carries the token, the PIN or the activation data; of what the service wrote,
/// only a short code and a line of plain text.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CscError {
    /// The address would carry token and PIN in clear.
    #[error("the signing service must have an https address: token and PIN are sent to it")]
    NotEncrypted,
    /// The token cannot be part of an HTTP request.
    #[error("the access token holds characters that no token has")]
    Token,
    /// There is no whole answer.
    #[error("{call}: {problem}")]
    Remote {
        /// What was asked.
        call: Call,
        /// Why there is none.
        problem: RemoteError,
    },
    /// It sends us elsewhere, with token and PIN.
    #[error("{0}: the service redirects elsewhere, where token and PIN are not sent")]
    Redirect(Call),
    /// The access token is not, or no longer, good.
    #[error("{0}: the service does not take the access token; get a new one")]
    Unauthorised(Call),
    /// The PIN is wrong.
    #[error("the service does not take the PIN; it was sent once")]
    WrongPin,
    /// The one-time code is wrong or over.
    #[error("the service does not take the one-time code")]
    WrongOtp,
    /// The authorisation was over before the signature was asked for.
    #[error("the authorisation of the service (SAD) expired before the signature was made")]
    SadExpired,
    /// Any other refusal of the service.
    #[error("{call}: the service refuses with HTTP {status}: {code}{}", said(.description))]
    Refused {
        /// What was asked.
        call: Call,
        /// The status.
        status: StatusCode,
        /// Its `error`.
        code: String,
        /// Its `error_description`, shortened.
        description: String,
    },
    /// It is not what the standard says.
    #[error("{call}: the answer of the service is malformed: {what}")]
    Malformed {
        /// What was asked.
        call: Call,
        /// What about it.
        what: &'static str,
    },
    /// The key is not enabled.
    #[error("the service says that the key is {0}")]
    KeyStatus(String),
    /// The certificate is not valid.
    #[error("the service says that the certificate is {0}")]
    CertificateStatus(String),
    /// The certificate is another than the one that the service describes.
    #[error("the certificate that the service sent is not the one it describes: {0} differs")]
    OtherCertificate(&'static str),
    /// The service does not sign like this with that key.
    #[error("the service does not offer {0} with this key")]
    NotOffered(String),
    /// The key signs documents, not hashes, or the way to allow it leads through a browser.
    #[error("the key is authorised by {0:?}, which is not supported; PIN and one-time code are")]
    Authorisation(String),
    /// Something is needed to authorise it.
    #[error("to use the key the service needs {0}")]
    Needs(&'static str),
    /// Too few or too many signatures.
    #[error("the service sent {got} signatures for {asked} hashes")]
    Count {
        /// Hashes sent.
        asked: usize,
        /// Signatures received.
        got: usize,
    },
    /// A signature does not check, or the key is of no use here.
    #[error(transparent)]
    Signer(#[from] SignerError),
}

impl CscError {
    /// Whether the service could not be reached, or did not answer so that it can be understood: later it may.
    pub fn is_away(&self) -> bool {
        match self {
            Self::Remote { .. } | Self::Redirect(_) | Self::Malformed { .. } => true,
            Self::Refused { status, .. } => status.is_server_error(),
            Self::NotEncrypted
            | Self::Token
            | Self::Unauthorised(_)
            | Self::WrongPin
            | Self::WrongOtp
            | Self::SadExpired
            | Self::KeyStatus(_)
            | Self::CertificateStatus(_)
            | Self::OtherCertificate(_)
            | Self::NotOffered(_)
            | Self::Authorisation(_)
            | Self::Needs(_)
            | Self::Count { .. }
            | Self::Signer(_) => false,
        }
    }
}

fn said(description: &str) -> String {
    if description.is_empty() {
        String::new()
    } else {
        format!(" ({description})")
    }
}
