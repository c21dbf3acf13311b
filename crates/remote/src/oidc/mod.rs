//! Asking an identity provider who somebody is: OpenID Connect Core 1.0, authorization code flow with PKCE (RFC 7636).
//!
//! Nothing is kept here between [`begin`] and [`finish`]: the caller seals what [`Begun`] holds into a cookie of the
//! browser that began. The provider's metadata and keys are fetched for each log-in, so a rotated key is known at
//! once and a withdrawn one is not trusted any longer.

mod error;
mod flow;
mod provider;
mod token;

pub use error::{OidcError, TokenProblem};
pub use flow::{Begun, Returned, begin, finish};
pub use provider::Provider;
pub use token::Person;
