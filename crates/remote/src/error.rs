//! Why a request did not leave the house, or came back without an answer.

use std::net::IpAddr;

/// The rule that keeps a request inside. Never carries the address as typed: its path or query may be a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No address at all.
    #[error("this is not an address of the form https://host/path")]
    Malformed,
    /// Longer than any honest address.
    #[error("the address is longer than {0} characters")]
    Long(usize),
    /// Neither http nor https.
    #[error("only http and https are allowed")]
    Scheme,
    /// A user name or password in the address.
    #[error("the address must not carry a user name or password")]
    Userinfo,
    /// A part the server never sees, so nobody has a reason to write it.
    #[error("the address must not carry a fragment")]
    Fragment,
    /// A host that ends in a dot, which hides from lists of names.
    #[error("the host must not end in a dot")]
    TrailingDot,
    /// A port the operator did not open.
    #[error("port {0} is not allowed, only 80 and 443 are")]
    Port(u16),
    /// An address inside the house, or one that is nobody's.
    #[error("{address} is {kind}, which is not allowed")]
    Inside {
        /// The address.
        address: IpAddr,
        /// What it is.
        kind: &'static str,
    },
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum RemoteError {
    /// It never left.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The host has no address.
    #[error("the name of the host could not be resolved")]
    Name,
    /// Nobody answered the connection, or its certificate is not trusted.
    #[error("the connection could not be made")]
    Connect,
    /// It took too long.
    #[error("no full answer came in time")]
    Timeout,
    /// The answer is larger than allowed.
    #[error("the answer is larger than {0} bytes")]
    TooLarge(usize),
    /// The connection broke, or what came is not HTTP.
    #[error("the connection broke before the answer was whole")]
    Broken,
    /// This process cannot make requests, for instance because it trusts no certificate authority.
    #[error("no request can be made from here: {0}")]
    Setup(&'static str),
}
