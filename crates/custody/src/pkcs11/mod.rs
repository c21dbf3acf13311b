//! An official's key on a token or in a hardware security module, reached through its PKCS#11 module.
//!
//! The module is native code that the operator names; it is loaded and initialised once per process. Logging in is a
//! matter of the token, not of the session, and a wrong PIN costs a try: a PIN is sent once, and not at all when the
//! token says that only one try is left, unless [`FinalTry::Allow`] says so. The token never hashes, so that it needs
//! none of the mechanisms that some lack; every value it gives is checked with the certificate's key.

mod error;
mod module;
mod objects;
mod pin;
mod sessions;
mod signer;

pub use error::TokenError;
pub use module::Module;
pub use pin::FinalTry;
pub use signer::{KeyChoice, Token, TokenSigner};
