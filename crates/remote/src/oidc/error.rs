//! Why nobody was let in.

use crate::RemoteError;

/// Why the provider did not tell, or was not believed. Never carries a token, a code or what the provider wrote.
#[derive(Debug, thiserror::Error)]
pub enum OidcError {
    /// The issuer's address is no address, or not one to send a secret to.
    #[error("the issuer must be an https address")]
    Issuer,
    /// It could not be asked.
    #[error("the identity provider could not be asked: {0}")]
    Unreachable(#[from] RemoteError),
    /// Its metadata or keys are malformed, or those of somebody else.
    #[error("the identity provider's metadata is not usable")]
    Metadata,
    /// It did not take the code: used before, of another client, or without the right verifier.
    #[error("the identity provider did not take the code")]
    Code,
    /// Its answer holds no ID token.
    #[error("the identity provider sent no ID token")]
    NoToken,
    /// Its ID token is not to be believed.
    #[error("the ID token is not to be believed: {0}")]
    Token(#[from] TokenProblem),
}

/// What is wrong with an ID token (OpenID Connect Core 1.0, 3.1.3.7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenProblem {
    /// Signed by nothing, or by something that is not allowed.
    #[error("its signature algorithm is not allowed")]
    Algorithm,
    /// Not signed by a key of the issuer.
    #[error("its signature is not the issuer's")]
    Signature,
    /// Of another issuer.
    #[error("it is of another issuer")]
    Issuer,
    /// For another application.
    #[error("it is for another application")]
    Audience,
    /// Too old, or of the future.
    #[error("its time is over or has not come")]
    Time,
    /// Not the answer to our question.
    #[error("it does not answer our question")]
    Nonce,
    /// Something else.
    #[error("it is malformed")]
    Malformed,
}
